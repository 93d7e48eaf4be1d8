"""Full text: exact for any query, however it is typed, with snippets that are the plan's words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.atlas.fulltext import CONTEXT, FoldedText, FullText, Kind, simplified
from app.atlas.reading import Reading
from app.atlas.search import fold
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


@pytest.mark.parametrize("query", ["海", "地铁", "岸两条亿", "亿元税收楼宇", "南港工业区", "2025年", "，"])
def test_every_place_where_the_words_stand_is_counted(
    full_text: FullText, readings: dict[str, Reading], query: str
) -> None:
    group = full_text.search(query, limit=100_000)[Kind.PASSAGES]
    plain = sum(fold(reading.clean).count(fold(query)) for reading in readings.values())
    assert group.matched == len(group.rows) == plain > 0
    for row in group.rows:
        clean = readings[row.plan].clean
        assert clean[row.start : row.end] == row.hit
        assert fold(row.hit) == fold(query)
        assert row.before + row.hit + row.after in clean


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("衛津路", "卫津路"),
        ("濱海新區", "滨海新区"),
        ("五 大 道", "五大道"),
        ("１２栋", "12栋"),
        ("ＰＭ2.5", "PM2.5"),
        ("pm2.5", "PM2.5"),
        ("wudadao", "五大道"),
        ("Jie Fang Bei Lu", "解放北路"),
        ("解放被路", "解放北路"),
    ],
)
def test_the_same_is_found_however_it_is_typed(full_text: FullText, typed: str, meant: str) -> None:
    first, second = full_text.search(typed), full_text.search(meant)
    for kind in (Kind.PASSAGES, Kind.TARGETS, Kind.SECTIONS):
        assert first[kind].matched == second[kind].matched
        assert first[kind].rows == second[kind].rows
    assert first[Kind.PASSAGES].matched > 0


def test_initials_are_read_as_all_the_names_they_begin(full_text: FullText) -> None:
    found = full_text.search("wdd")
    assert found.read_as == ("五大道", "武德殿")
    assert {row.hit for row in found[Kind.PASSAGES].rows} == {"五大道", "武德殿"}
    assert full_text.search("五大道").read_as == ()


def test_words_that_stand_in_the_texts_are_never_read_as_others(full_text: FullText) -> None:
    found = full_text.search("岸两条亿")  # a name differs by one character only
    assert found.read_as == ()
    assert found[Kind.PLACES].matched == 0
    assert found[Kind.PASSAGES].matched == 1


def test_a_target_is_found_by_its_words_and_by_its_place(full_text: FullText, atlas: Atlas) -> None:
    by_words = full_text.search("亿元税收楼宇超过12栋")[Kind.TARGETS]
    assert [row.id for row in by_words.rows] == ["heping-13:5405-5408"]
    (row,) = by_words.rows
    assert (row.hit, row.about["raw"], row.about["year"]) == ("亿元税收楼宇超过12栋", "12栋", 2020)
    by_place = full_text.search("南京路商务商贸带")[Kind.TARGETS]
    assert "heping-13:5405-5408" in {row.id for row in by_place.rows}
    known = {row["id"]: row for row in atlas.targets}
    for row in full_text.search("就业", limit=1000)[Kind.TARGETS].rows:
        assert row.before[-CONTEXT:] + row.hit + row.after[:CONTEXT] in known[row.id]["sentence"]["exact"]
        assert (row.start, row.end) == (known[row.id]["sentence"]["start"], known[row.id]["sentence"]["end"])


def test_groups_are_filled_and_limits_hold(full_text: FullText) -> None:
    found = full_text.search("海河", limit=5)
    assert [group.kind for group in found.groups] == list(Kind)
    assert len(found[Kind.PLACES].rows) == 5 < found[Kind.PLACES].matched
    assert len({row.plan for row in found[Kind.PASSAGES].rows}) > 1  # no plan drowns the others
    assert full_text.search("五大道小洋楼历史文化体验区")[Kind.SECTIONS].rows[0].plan == "heping-13"
    indicators = full_text.search("PM2.5")[Kind.INDICATORS]
    assert {row.plan for row in indicators.rows} <= {"heping-14", "hedong-14", "binhai-14"}
    assert all(row.hit.upper() == "PM2.5" for row in indicators.rows)


def test_one_group_is_turned_page_by_page(full_text: FullText) -> None:
    whole = full_text.search("建设", only=Kind.PASSAGES, limit=10_000)
    assert [group.kind for group in whole.groups] == [Kind.PASSAGES]
    rows = [
        row
        for offset in range(0, whole.matched, 100)
        for row in full_text.search("建设", only=Kind.PASSAGES, limit=100, offset=offset).groups[0].rows
    ]
    assert tuple(rows) == whole.groups[0].rows


@pytest.mark.parametrize("query", ["", "  ", "\u3000"])
def test_nothing_asked_nothing_found(full_text: FullText, query: str) -> None:
    assert full_text.search(query).matched == 0


def test_place_names_survive_simplification() -> None:
    assert simplified("滨江道—和平路") == "滨江道—和平路"
    assert simplified("乾隆") in ("乾隆", "干隆")  # the converter's known weakness; never a crash


@settings(max_examples=80, deadline=None)
@given(text=st.text(max_size=60), data=st.data())
def test_spans_lead_back_to_the_words(text: str, data: st.DataObject) -> None:
    folded = FoldedText(text)
    if not folded.folded:
        return
    start = data.draw(st.integers(0, len(folded.folded) - 1))
    needle = folded.folded[start : start + data.draw(st.integers(1, 5))]
    spans = list(folded.spans(needle))
    assert spans
    for a, b in spans:
        assert 0 <= a < b <= len(text)
        assert needle in FoldedText(text[a:b]).folded
