"""The English interface is whole: every message has its English, and no text stands past the catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest
from babel.messages.catalog import Catalog, Message

from app.cli.translations import extracted, untranslated
from app.language import read_catalogue
from tests.chinese import Found, bare_in_python, bare_in_script, bare_in_template, is_chinese

APP = Path(__file__).resolve().parents[1] / "app"
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
DATA: Final[Mapping[str, Mapping[str, str]]] = {
    "static/js/labels.js": {
        '"Noto Sans CJK SC","Noto Sans SC","PingFang SC","Microsoft YaHei","微软雅黑",sans-serif': "a font",
    },
    "templates/_feature.html": {
        "平方公里": "a unit as the data have it; measure() says it",
        "公里": "the same",
        "、": "between names that stay Chinese",
    },
    "web/summary.py": {"／": "between the two words of a kind, where a sentence says or"},
}
"""Chinese in code that is no text of ours, by file and text, with the reason."""
COMMAND_LINE: Final = ("atlas/coverage_report.py", "atlas/reanchoring.py", "cli/")
"""Where errors are for people at a command line, which speaks Chinese."""


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return read_catalogue("en")


@pytest.fixture(scope="module")
def messages() -> Catalog:
    return extracted()


def identities(found: Catalog) -> set[object]:
    return {(message.context, message.id) for message in found if message.id}


def forms(message: Message) -> list[tuple[str, str]]:
    """Pairs of Chinese and English; a message with a plural has two."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    return list(zip(message.id, message.string, strict=True))


def test_the_catalogue_is_what_the_code_says(catalogue: Catalog, messages: Catalog):
    assert identities(catalogue) == identities(messages)
    assert not catalogue.obsolete


def test_every_message_has_english(catalogue: Catalog):
    assert [message.id for message in untranslated(catalogue)] == []


def test_values_have_the_same_places_on_both_sides(catalogue: Catalog):
    wrong = []
    for message in catalogue:
        for chinese, english in forms(message) if message.id else ():
            here, there = set(PLACEHOLDER.findall(chinese)), set(PLACEHOLDER.findall(english))
            # of one thing English need not say how many: "the other passage"
            missing = here - there - ({("num", "")} if isinstance(message.id, tuple) else set())
            if missing or there - here:
                wrong.append((chinese, english))
    assert wrong == []


def test_english_has_no_chinese_in_it(catalogue: Catalog):
    said = [pair for message in catalogue if message.id for pair in forms(message)]
    assert [(chinese, english) for chinese, english in said if is_chinese(english)] == []


SOURCES = [
    (path.relative_to(APP).as_posix(), reader)
    for folder, ending, reader in (
        ("templates", "html", bare_in_template),
        ("static/js", "js", bare_in_script),
        ("web", "py", bare_in_python),
        ("maps", "py", bare_in_python),
        ("exports/print", "py", bare_in_python),
    )
    for path in sorted((APP / folder).rglob(f"*.{ending}"))
]


@pytest.mark.parametrize(("name", "reader"), SOURCES)
def test_no_text_stands_past_the_catalogue(name: str, reader: Callable[[Path], list[Found]]):
    data = DATA.get(name, {})
    found = reader(APP / name)
    assert [(line, text) for line, text in found if text not in data] == []
    assert data.keys() <= {text for _, text in found}, "an exception that nothing needs"


def test_errors_of_readers_are_said_in_their_language():
    errors = frozenset(("RequestError", "NotFoundError"))
    found = {
        name: bare_in_python(path, only=errors)
        for path in APP.rglob("*.py")
        if not (name := path.relative_to(APP).as_posix()).startswith(COMMAND_LINE)
    }
    assert {name: sentences for name, sentences in found.items() if sentences} == {}
