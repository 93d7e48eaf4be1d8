"""Search by name: characters, pinyin, initials, small slips; place names read as they are spoken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.atlas.pinyin import index_rows, sounds
from app.atlas.search import NameIndex, Rank, fold, read_as
from app.atlas.store import Atlas


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [
        ("五大道", "wu da dao"),
        ("重庆道", "chong qing dao"),
        ("大沽北路", "da gu bei lu"),
        ("塘沽", "tang gu"),
        ("大直沽前街", "da zhi gu qian jie"),
        ("和平区", "he ping qu"),
        ("成都道", "cheng du dao"),
        ("长沙路", "chang sha lu"),
        ("新胡路地道加长", "xin hu lu di dao jia chang"),
        ("天津音乐厅", "tian jin yin yue ting"),
        ("中国银行", "zhong guo yin hang"),
        ("厦门路", "xia men lu"),
        ("“871”生态工程", "“ 8 7 1 ” sheng tai gong cheng"),
    ],
)
def test_place_names_sound_right(name: str, pinyin: str) -> None:
    assert sounds(name) == pinyin.split(" ")


def test_every_character_of_every_name_has_a_sound(atlas: Atlas) -> None:
    for _, name, folded, heard in index_rows(feature.properties for feature in atlas):
        assert len(heard.split(" ")) == len(folded), name


def test_width_case_and_spaces_are_ignored() -> None:
    assert fold("１号 Ｃｂｄ　x") == "1号cbdx"


@pytest.mark.parametrize(
    ("query", "rank"),
    [
        ("五大道", Rank.EXACT),
        ("五 大 道", Rank.EXACT),
        ("五大道小洋楼历史文化体验", Rank.PREFIX),
        ("小洋楼历史", Rank.INSIDE),
        ("wudadao", Rank.SOUND),
        ("Wu Da Dao", Rank.SOUND),
        ("WDD", Rank.SOUND),
        ("wudad", Rank.SOUND),
        ("xiaoyanglou", Rank.SOUND_INSIDE),
        ("武大道", Rank.SOUND),
        ("五大到", Rank.NEAR),
        ("wudadoa", Rank.NEAR),
    ],
)
def test_wudadao_is_found_however_it_is_typed(atlas: Atlas, query: str, rank: Rank) -> None:
    hits = {hit.id: hit for hit in atlas.names.search(query)}
    assert hits["heping-13-wudadao"].rank is rank


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("海河东岸金创走朗", "海河东岸金创走廊"),
        ("解放被路", "解放北路"),
        ("小百楼", "小白楼"),
        ("卫津鲁", "卫津路"),
        ("劝业厂", "劝业场"),
        ("民圆广场", "民园广场"),
        ("滨江到", "滨江道"),
        ("xiaobaiou", "小白楼"),
        ("dagu", "大沽"),
        ("heping", "和平"),
        ("jfbl", "解放北路"),
    ],
)
def test_a_slip_or_a_sound_is_read_as_the_name_it_is_of(atlas: Atlas, typed: str, meant: str) -> None:
    hits = atlas.names.search(typed)
    assert meant in read_as(hits)[:2]
    assert hits[0].words == meant


def test_what_is_spelt_right_is_read_as_itself(atlas: Atlas) -> None:
    assert read_as(atlas.names.search("五大道")) == []


def test_sounds_begin_where_a_character_begins() -> None:
    index = NameIndex(
        [["a", "西安道", "西安道", "xi an dao"], ["b", "先农大院", "先农大院", "xian nong da yuan"]]
    )
    assert [hit.id for hit in index.search("xian")] == ["a", "b"]
    assert [hit.id for hit in index.search("nong")] == ["b"]
    assert index.search("ian") == []
    assert [hit.words for hit in index.search("andao")] == ["安道"]


@pytest.mark.parametrize(
    "query", ["", "   ", "zzzzqqq", "<script>", '"', "%", "'; DROP TABLE", "chongqing", "乌兰巴托"]
)
def test_nonsense_finds_nothing(atlas: Atlas, query: str) -> None:
    assert atlas.names.search(query) == []


def test_each_feature_stands_once_and_the_best_stand_first(atlas: Atlas) -> None:
    hits = atlas.names.search("路")
    assert len({hit.id for hit in hits}) == len(hits) > 50
    assert [hit.rank for hit in hits] == sorted(hit.rank for hit in hits)


@given(data=st.data())
def test_a_part_of_a_name_or_of_its_sounds_finds_it(atlas: Atlas, data: st.DataObject) -> None:
    values = data.draw(st.sampled_from([feature.properties for feature in atlas]))
    folded = fold(values["name"])
    start = data.draw(st.integers(0, len(folded) - 1))
    end = data.draw(st.integers(start + 1, len(folded)))
    spelt = [hit for hit in atlas.names.search(folded[start:end]) if hit.id == values["id"]]
    assert spelt
    assert folded[start:end] in spelt[0].words
    heard = "".join(sounds(values["name"])[start:end])
    if heard.isascii():
        assert values["id"] in {hit.id for hit in atlas.names.search(heard)}
