"""Full text: exact for any query, however it is typed, with snippets that are the plan's words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.atlas.fulltext import FoldedText, FullText, simplified
from app.atlas.reading import Reading
from app.atlas.store import Atlas


@pytest.fixture(scope="module")
def readings(atlas: Atlas) -> dict[str, Reading]:
    return {
        plan["id"]: Reading(
            atlas.document(f"text/{plan['id']}"),
            [f.properties for f in atlas if f.properties["plan"] == plan["id"]],
        )
        for plan in atlas.plans
    }


@pytest.fixture(scope="module")
def full_text(atlas: Atlas, readings: dict[str, Reading]) -> FullText:
    return FullText(atlas, readings)


@pytest.mark.parametrize("query", ["海", "地铁", "岸两条亿", "亿元税收楼宇", "南港工业区", "2025年"])
def test_every_place_where_the_words_stand_is_counted(
    full_text: FullText, readings: dict[str, Reading], query: str
) -> None:
    found = full_text.search(query, texts=100_000)
    plain = sum("".join(reading.clean.split()).count(query) for reading in readings.values())
    assert found.text_count == len(found.texts) == plain > 0
    for hit in found.texts:
        clean = readings[hit.plan].clean
        assert clean[hit.start : hit.end] == hit.exact
        assert "".join(hit.exact.split()) == query
        assert hit.before + hit.exact + hit.after in clean


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("衛津路", "卫津路"),
        ("濱海新區", "滨海新区"),
        ("五 大 道", "五大道"),
        ("１２栋", "12栋"),
        ("ＰＭ2.5", "PM2.5"),
        ("pm2.5", "PM2.5"),
    ],
)
def test_spaces_width_case_and_traditional_characters_do_not_matter(
    full_text: FullText, typed: str, meant: str
) -> None:
    first, second = full_text.search(typed), full_text.search(meant)
    assert first.text_count == second.text_count > 0
    assert first.texts == second.texts


def test_groups_are_filled_and_limits_hold(full_text: FullText) -> None:
    found = full_text.search("海河", places=5, texts=12)
    assert len(found.places) == 5
    assert len(found.texts) == 12 < found.text_count
    assert len({hit.plan for hit in found.texts}) > 1  # no plan drowns the others
    assert full_text.search("五大道小洋楼历史文化体验区").sections[0]["plan"] == "heping-13"
    assert {row["plan"] for row in full_text.search("PM2.5").indicators} <= {
        "heping-14", "hedong-14", "binhai-14",
    }  # fmt: skip


@pytest.mark.parametrize("query", ["", "  ", "\u3000"])
def test_nothing_asked_nothing_found(full_text: FullText, query: str) -> None:
    found = full_text.search(query)
    assert (found.text_count, found.places, found.sections) == (0, [], [])


def test_place_names_survive_simplification() -> None:
    assert simplified("滨江道—和平路") == "滨江道—和平路"
    assert simplified("乾隆") in ("乾隆", "干隆")  # the converter's known weakness; never a crash


@settings(max_examples=80, deadline=None)
@given(text=st.text(max_size=60), data=st.data())
def test_spans_lead_back_to_the_words(text: str, data: st.DataObject) -> None:
    folded = FoldedText(text)
    if not folded._folded:
        return
    start = data.draw(st.integers(0, len(folded._folded) - 1))
    needle = folded._folded[start : start + data.draw(st.integers(1, 5))]
    spans = list(folded.spans(needle))
    assert spans
    for a, b in spans:
        assert 0 <= a < b <= len(text)
        assert needle in FoldedText(text[a:b])._folded
