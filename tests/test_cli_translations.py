"""The list of messages is what the code says; English is taken in by the Chinese it is of, or not at all."""

from __future__ import annotations

import click
import pytest

from app.cli.translations import extracted, refreshed, untranslated, written
from app.language import catalogue_path


def test_a_word_of_two_contexts_is_two_messages() -> None:
    found = extracted()
    plain, finding = found.get("说明"), found.get("说明", "finding")
    assert plain is not None
    assert finding is not None
    assert plain is not finding


def test_english_is_taken_in_by_context_and_by_number() -> None:
    many = "%(num)s 个要素，含未落图的"
    catalogue = refreshed("en", {"finding\4说明": "remark", "说明": "Imprint", many: ["one", "more"]})
    texts = {
        (message.id if isinstance(message.id, str) else message.id[0], message.context): message.string
        for message in catalogue
    }
    assert texts["说明", "finding"] == "remark"
    assert texts["说明", None] == "Imprint"
    assert texts[many, None] == ("one", "more")


@pytest.mark.parametrize("chinese", ["说明明", "nowhere\4说明"])
def test_english_of_what_nobody_says_is_refused(chinese: str) -> None:
    with pytest.raises(click.BadParameter, match="misspelt"):
        refreshed("en", {chinese: "About"})


def test_what_lacks_one_of_its_forms_is_untranslated() -> None:
    many = "%(num)s 个要素，含未落图的"
    lacking = {str(message.id) for message in untranslated(refreshed("en", {many: ["one", ""], "说明": ""}))}
    assert {str((many, many)), "说明"} <= lacking


def test_refreshing_twice_changes_nothing() -> None:
    once = written(refreshed("en"))
    assert once == written(refreshed("en"))
    assert catalogue_path("en").read_bytes().startswith(once[:40])
