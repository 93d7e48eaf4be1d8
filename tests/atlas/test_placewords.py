"""The net for place-like names: what it must catch, what it must let pass."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.atlas.build import Draft
from app.atlas.inputs import Inputs
from app.atlas.placewords import PlaceWords, load_place_words
from app.errors import InputFileError
from app.places.model import Method

FOUND_BY_NAME = (Method.OSM, Method.BOUNDED, Method.ALONG, Method.CROSSING, Method.ADMIN)


@pytest.fixture(scope="session")
def words(inputs: Inputs) -> PlaceWords:
    return load_place_words(inputs.layers)


def names(words: PlaceWords, text: str) -> list[str]:
    return [text[start:end] for start, end in words.find(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("加速多伦道、华胜村等地块出让", ["多伦道", "华胜村"]),
        ("高水平建设海信商场和嘉里商务中心", ["海信商场", "嘉里商务中心"]),
        ("轨道交通B1、Z2、Z4线，地铁5号线", ["Z4线", "地铁5号线"]),
        ("实施金融城22、23、25号地开发", ["25号地"]),
        ("沿海河两岸", ["海河"]),
        ("打造五大道公园", ["五大道公园"]),
        ("推进汉港公路改造，建成成都道小学", ["汉港公路", "成都道", "成都道小学"]),
        ("提升津河水质", ["津河"]),
    ],
)
def test_names_in_real_sentences_are_caught(words: PlaceWords, text: str, expected: list[str]) -> None:
    assert [name for name in names(words, text) if name in expected] == expected


@pytest.mark.parametrize(
    "text",
    [
        "道路、街道、学校、医院和公园",
        "加强城市道路和老旧小区改造",
        "建设社区综合服务中心",
        "加强公民道德建设，走出一条新路径",
        "新增学校3所，改造小区26个",
        "压实河湖长制，发展港口经济",
        "推进区域商贸中心城市标志区建设",
        "提高城镇化率，推动街道和乡镇改革",
        "35千伏变电站2座",
    ],
)
def test_general_words_pass(words: PlaceWords, text: str) -> None:
    assert names(words, text) == []


def test_a_name_does_not_reach_over_marks_or_verbs(words: PlaceWords) -> None:
    assert names(words, "依托静园，提升改造鞍山道") == ["鞍山道"]
    assert names(words, "山东路、河北路") == ["山东路", "河北路"]


def test_only_the_given_span_is_read(words: PlaceWords) -> None:
    text = "西康路、贵州路"
    assert [text[a:b] for a, b in words.find(text, 4, 7)] == ["贵州路"]


def test_the_net_catches_most_names_that_the_layers_link(draft: Draft, words: PlaceWords) -> None:
    """Of the places found in the reference data by name; sets (91个片区) have no name to be caught by."""
    for plan_id, plan in draft.texts.items():
        ends = {end for a, b in plan.sentences(0, len(plan.clean)) for _, end in words.find(plan.clean, a, b)}
        linked = {
            span
            for feature in draft.features
            if feature.entry.plan == plan_id and feature.georeference.method in FOUND_BY_NAME
            for passage in feature.text.passages
            for span in passage.mentions
            if any(match.end() == span[1] for match in words.suffixes.finditer(plan.clean, *span))
        }
        caught = sum(any(start < end <= stop for end in ends) for start, stop in linked)
        assert len(linked) > 20, plan_id
        assert caught / len(linked) > 0.8, plan_id


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("breaks:\n  [", "breaks:\n  [海河, ", "'海河' stands in 'short_names' and in 'breaks'"),
        ("short_names:\n  [", "short_names: 海河\nothers:\n  [", "'short_names' must be a list of words"),
        ("general:\n  [", "general:\n  [12, ", "'general' must be a list of words"),
        ("place_words:", "place_word:", "'place_words' must be groups of words"),
    ],
)
def test_a_contradictory_vocabulary_is_told_with_its_line(
    inputs: Inputs, tmp_path: Path, old: str, new: str, told: str
) -> None:
    target = shutil.copy(inputs.layers / "placewords.yaml", tmp_path)
    text = Path(target).read_text(encoding="utf-8")
    assert old in text
    Path(target).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputFileError, match=told):
        load_place_words(tmp_path)
