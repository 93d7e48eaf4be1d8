"""Search by name: characters, pinyin, initials, small slips; place names read as they are spoken."""

from __future__ import annotations

import pytest

from app.atlas.pinyin import sounds
from app.atlas.search import fold
from app.atlas.store import Atlas


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("五大道", "wudadao", "wdd"),
        ("重庆道", "chongqingdao", "cqd"),
        ("大沽北路", "dagubeilu", "dgbl"),
        ("和平区", "hepingqu", "hpq"),
        ("塘沽", "tanggu", "tg"),
    ],
)
def test_place_names_sound_right(name: str, pinyin: str, initials: str) -> None:
    assert sounds(name) == [pinyin, initials]


def test_width_case_and_spaces_are_ignored() -> None:
    assert fold("１号 Ｃｂｄ　x") == "1号cbdx"


@pytest.mark.parametrize("query", ["五大道", "wudadao", "WDD", "五 大 道", "五大道小洋楼历史文化体验"])
def test_wudadao_is_found_however_it_is_typed(atlas: Atlas, query: str) -> None:
    assert "heping-13-wudadao" in [hit["id"] for hit in atlas.search(query)]


def test_a_slip_still_finds_the_place(atlas: Atlas) -> None:
    assert "hedong-14" in {hit["plan"] for hit in atlas.search("海河东岸金创走朗")}


@pytest.mark.parametrize("query", ["", "   ", "zzzzqqq", "<script>", '"', "%", "'; DROP TABLE"])
def test_nonsense_finds_nothing(atlas: Atlas, query: str) -> None:
    assert atlas.search(query) == []


def test_the_limit_holds_and_each_feature_stands_once(atlas: Atlas) -> None:
    hits = atlas.search("路", 7)
    assert len(hits) == 7
    assert len({hit["id"] for hit in hits}) == 7
