"""Targets against each other: what fires on the real plans, and on copies made wrong in just one way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.atlas.build import Draft
from app.atlas.checks.targets import (
    check_direction,
    check_growths,
    check_paces,
    check_parts,
    check_results,
    check_units,
)
from app.atlas.results import Outcome
from app.atlas.sums import Growth, Pace, Sums, read_sums
from app.plans.document import parse_plan
from app.plans.model import Comparator, StatedSize
from app.plans.targets import find_targets
from app.settings import load_settings
from tests.plans.conftest import record

ZONE = "heping-13-wudadao"


@pytest.fixture(scope="module")
def sums(draft: Draft) -> Sums:
    return read_sums(load_settings({})["LAYERS_DIR"], draft.texts, draft.targets)


def told(draft: Draft, code: str) -> list[str]:
    return [item.message for item in draft.findings if item.code == code]


def of_sentence(words: str, plan_id: str = "heping-14"):
    plan = parse_plan(record(plan_id), f"第一章 目标\n{words}\n")
    return plan, find_targets(plan)


def test_only_these_fire_on_the_real_plans(draft: Draft) -> None:
    (jobs,) = told(draft, "T06")
    assert "新增就业2万人" in jobs
    assert "10万人" in jobs
    assert "累计新增就业达到15万人" in jobs
    energy, nursery = told(draft, "T09")
    assert "18（五年累计）" in energy
    assert "15（五年累计）" in energy
    assert "学前三年毛入园率" in nursery
    assert "86.4" in nursery
    assert "85.0" in nursery
    assert [told(draft, code) for code in ("T05", "T07", "T08")] == [[], [], []]


def test_each_target_that_was_missed_is_told_once(draft: Draft) -> None:
    short = [result for result in draft.results if result.outcome is Outcome.SHORT]
    messages = told(draft, "T10")
    assert len(short) == len(messages) == len(set(messages)) >= 7
    for result, message in zip(short, messages, strict=True):
        assert result.target.quantity.raw in message
        assert result.quote in message
    met = [replace(result, outcome=Outcome.MET) for result in draft.results]
    assert list(check_results(met)) == []


@pytest.mark.parametrize(
    ("words", "fires"),
    [
        ("到2025年，科技型中小企业达到3500家，其中科技小巨人达到55家。", False),
        ("到2025年，科技型中小企业达到55家，其中科技小巨人达到3500家。", True),
        ("到2025年，新增市场主体6100家，其中，民营企业7000家以上。", True),
        ("到2025年，固定资产投资增长15%，其中政府投资约8.7亿元。", False),  # other units
        ("到2025年，新增市场主体10家。其中民营企业达到20家。", False),  # another sentence
    ],
)
def test_a_part_is_no_more_than_its_whole(words: str, fires: bool) -> None:
    plan, targets = of_sentence(words)
    assert len(targets) == 2
    assert [item.code for item in check_parts(targets, plan)] == ["T05"] * fires


@pytest.mark.parametrize(
    ("words", "fires"),
    [
        ("区级财政收入年均增长15%，实现翻一番。", False),  # 1.15⁵ = 2.01
        ("区级财政收入年均增长10%，实现翻一番。", True),
        ("区级财政收入年均增长10%。税收实现翻一番。", False),
    ],
)
def test_a_growth_leads_to_its_multiple(words: str, fires: bool) -> None:
    plan, targets = of_sentence(words)
    found = check_growths(Sums((), ()), {"heping-14": plan}, {"heping-14": targets})
    assert [item.code for item in found] == ["T07"] * fires


def changed(number, **changes):
    return replace(number, quantity=replace(number.quantity, **changes))


def test_a_pace_is_held_against_its_total_with_its_bounds(sums: Sums) -> None:
    beds = next(pace for pace in sums.paces if pace.annual.quantity.unit == "张")
    assert beds.product == beds.total.quantity.value == 1000

    def fires(pace: Pace) -> bool:
        return bool(list(check_paces(Sums((pace,), ()))))

    assert not fires(beds)
    assert fires(replace(beds, years=4))
    assert fires(replace(beds, years=6))
    assert not fires(
        replace(beds, years=4, annual=changed(beds.annual, comparator=Comparator.AT_LEAST))
    )  # 200张以上 may be 250
    assert not fires(replace(beds, years=6, total=changed(beds.total, comparator=Comparator.AT_LEAST)))


def test_a_growth_is_held_against_its_level(sums: Sums) -> None:
    until_2020 = next(growth for growth in sums.growths if growth.years == 5)
    assert until_2020.product == pytest.approx(790e8 * 1.085**5)

    def fires(growth: Growth) -> bool:
        return bool(list(check_growths(Sums((), (growth,)), {}, {})))

    assert not fires(until_2020)
    assert fires(replace(until_2020, years=4))
    assert fires(replace(until_2020, growth=changed(until_2020.growth, value=7.0)))


@pytest.mark.parametrize(
    ("other", "fires"), [(1.49, False), (1.9, False), (149.0, True), (1.49 * 15, True), (1.49e-4, True)]
)
def test_areas_of_one_place_in_two_units(draft: Draft, other: float, fires: bool) -> None:
    zone = next(feature for feature in draft.features if feature.entry.id == ZONE)
    sizes = tuple(StatedSize("area", value, f"{value:g}", 0, 4) for value in (1.49, other))
    found = check_units([replace(zone, text=replace(zone.text, sizes=sizes))])
    assert [item.code for item in found] == ["T08"] * fires


def test_less_is_better_for_some_rows(draft: Draft) -> None:
    rows = {row.id: row for row in draft.indicators.rows}
    air, unemployment = rows["hedong-14:12"], rows["hedong-14:16"]
    assert list(check_direction([air, unemployment])) == []
    assert len(list(check_direction([replace(air, target_value=50.0)]))) == 1
    assert list(check_direction([replace(air, target_value=None)])) == []


def test_a_row_that_is_said_to_agree_does(draft: Draft) -> None:
    """T03 is an editor's judgement: no number that the prose repeats may differ where it says agrees."""
    rows = {row.id: row for row in draft.indicators.rows}
    compared = 0
    for remark in draft.indicators.remarks:
        row = rows[remark.row]
        for target in draft.targets[row.plan]:
            quantity = target.quantity
            if remark.column != "target" or not remark.start <= quantity.start < remark.end:
                continue
            if remark.verdict == "agrees":
                assert quantity.value / quantity.scale == row.target_value
                compared += 1
    assert compared >= 14
