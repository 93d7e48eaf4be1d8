"""The words and numbers that people read."""

from __future__ import annotations

import pytest
from flask import Flask

from app.atlas.store import Atlas
from app.language import speaking
from app.places.model import Certainty, Method
from app.web import words
from app.web.problems import wants_json


def test_every_identifier_in_the_atlas_has_a_chinese_word(atlas: Atlas):
    for feature in atlas:
        properties = feature.properties
        assert properties["kind"] in words.KINDS, feature.id
        assert properties["level"] in words.LEVELS, feature.id
        assert properties["method"] in words.METHODS, feature.id
        assert properties["certainty"] in words.CERTAINTIES, feature.id
        assert not properties["reason"] or properties["reason"] in words.REASONS, feature.id
        assert {item["source"] for item in properties["evidence"]} <= set(words.SOURCES), feature.id
        assert {item["level"] for item in properties["findings"]} <= set(words.LEVEL_WORDS), feature.id


def test_every_method_and_certainty_of_the_place_room_has_a_word():
    assert {str(method) for method in Method} == set(words.METHODS)
    assert {str(value) for value in Certainty} == set(words.CERTAINTIES)


@pytest.mark.parametrize(
    ("value", "expected"), [(None, ""), (25.4, "约 25 米"), (999, "约 999 米"), (1500, "约 1.5 公里")]
)
def test_tolerances(value: float | None, expected: str):
    assert words.metres(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, ""), (0.0123, "0.012 km²"), (0.35, "0.35 km²"), (1.4715, "1.47 km²"), (275.3, "275 km²")],
)
def test_sizes(value: float | None, expected: str):
    assert words.measure(value, "km²") == expected


def test_sizes_and_tolerances_in_english():
    with speaking("en"):
        assert words.metres(25.4) == "about 25\u00a0m"
        assert words.metres(1500) == "about 1.5\u00a0km"
        assert words.metres(None) == ""
        assert words.measure(2275.3, words.SQUARE_KM) == "2,275 km²"
        assert words.measure(0.0123, words.KM) == "0.012 km"
        assert words.measure(1.4715, "km²") == "1.47 km²"
    assert words.measure(2275.3, words.SQUARE_KM) == "2275 平方公里"


@pytest.mark.parametrize(
    ("computed", "stated", "expected"),
    [(1.4715, 1.49, "-1.2%"), (0.36, 0.35, "+2.9%"), (None, 1.0, ""), (1.0, None, ""), (1.0, 0.0, "")],
)
def test_differences(computed: float | None, stated: float | None, expected: str):
    assert words.difference(computed, stated) == expected


@pytest.mark.parametrize(
    ("mentions", "expected"),
    [
        ([], "五大道&lt;b&gt;与马场道"),
        ([[100, 103]], "<mark>五大道</mark>&lt;b&gt;与马场道"),
        ([[107, 110], [100, 103]], "<mark>五大道</mark>&lt;b&gt;与<mark>马场道</mark>"),
        ([[100, 103], [101, 105]], "<mark>五大道</mark>&lt;b&gt;与马场道"),
        ([[90, 103]], "五大道&lt;b&gt;与马场道"),
        ([[108, 120]], "五大道&lt;b&gt;与马场道"),
        ([[103, 103]], "五大道&lt;b&gt;与马场道"),
    ],
)
def test_mentions_are_marked_and_nothing_else_changes(mentions: list[list[int]], expected: str):
    passage = {"exact": "五大道<b>与马场道", "start": 100, "mentions": mentions}
    assert words.marked(passage) == expected


@pytest.mark.parametrize(("path", "expected"), [("/a.geojson", True), ("/a.json", True), ("/a", False)])
def test_programs_get_json_and_people_get_pages(app: Flask, path: str, expected: bool):
    with app.test_request_context(path):
        assert wants_json() is expected


def test_kinds_and_levels_in_english():
    with speaking("en"):
        assert words.kind("corridor") == "Belt or corridor"
        assert words.kind("moon") == "moon"
        assert [words.level(name) for name in ("error", "warning", "info", "note")] == [
            "error", "warning", "note", "note",
        ]  # fmt: skip
    assert words.level("info") == "说明"
