"""The three indicator tables, row for row and cell for cell, against a table read by eye."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from app.errors import InputFileError
from app.plans.document import parse_plan
from app.plans.indicators import find_indicators
from app.plans.model import Basis
from tests.plans.conftest import raw_lines, record

EXPECTED = Path(__file__).parent / "labelled" / "indicators.tsv"
TABLE_LINES = {"heping-14": (110, 302), "hedong-14": (93, 257), "binhai-14": (46, 242)}


def expected(plan_id):
    with EXPECTED.open(encoding="utf-8", newline="") as source:
        return [row for row in csv.DictReader(source, delimiter="\t") if row["plan"] == plan_id]


def number(text):
    return float(text) if text else None


def row_of(indicators, number):
    return next(row for row in indicators if row.number == number)


@pytest.mark.parametrize(("plan_id", "rows"), [("heping-14", 17), ("hedong-14", 23), ("binhai-14", 30)])
def test_every_row_and_cell(plan, plan_id, rows):
    found = find_indicators(plan(plan_id))
    assert [
        (
            row.group, row.number, row.name, row.unit, row.base_raw, row.base_value,
            row.target_raw, row.target_value, row.comparator.value if row.comparator else "", row.nature,
        )
        for row in found
    ] == [
        (
            row["group"], int(row["number"]), row["name"], row["unit"], row["base_raw"],
            number(row["base_value"]), row["target_raw"], number(row["target_value"]), row["comparator"],
            row["nature"],
        )
        for row in expected(plan_id)
    ]  # fmt: skip
    assert len(found) == rows
    assert {(row.base_year, row.target_year) for row in found} == {(2020, 2025)}


@pytest.mark.parametrize("plan_id", sorted(TABLE_LINES))
def test_cells_stand_in_the_text(plan, plan_id):
    text = plan(plan_id)
    (table,) = (text.section(section) for section in text.tables)
    last = table.body_start
    for row in find_indicators(text):
        words = text.clean[row.start : row.end]
        assert words.startswith(f"{row.number}\n")
        joined = words.replace("\n", "")
        assert joined == f"{row.number}{row.name_raw}{row.base_raw}{row.target_raw}{row.nature}"
        assert last <= row.start < row.end <= table.end
        last = row.end


@pytest.mark.parametrize("plan_id", ["heping-13", "heping-2021"])
def test_a_plan_without_a_table(plan, plan_id):
    assert find_indicators(plan(plan_id)) == ()


def test_what_brackets_mean(plan):
    rows = find_indicators(plan("heping-14"))
    growth, carbon, green = (row_of(rows, n) for n in (1, 7, 10))
    assert (growth.base_basis, growth.target_basis) == (None, Basis.ANNUAL_MEAN)
    assert growth.note == "2025：五年年均增长数"
    assert "括号不成对" in growth.doubt
    assert (carbon.base_basis, carbon.target_basis) == (Basis.CUMULATIVE, Basis.CUMULATIVE)
    assert "2016-2019年累计数" in carbon.note
    assert (green.note, green.doubt) == ("五年累计数", "")
    hedong = row_of(find_indicators(plan("hedong-14")), 11)
    assert (hedong.base_basis, hedong.target_basis) == (Basis.CUMULATIVE, Basis.CUMULATIVE)
    assert hedong.note == "五年累计；基期栏为“2020年预计”"
    investment = row_of(find_indicators(plan("binhai-14")), 3)
    assert (investment.base_basis, investment.target_basis) == (None, Basis.CUMULATIVE)
    assert investment.note == "2025年：五年累计数"


def test_a_lost_character_is_told_not_mended(plan):
    companies = row_of(find_indicators(plan("heping-14")), 3)
    assert companies.target_raw == "力争达到2020年的1.5"
    assert companies.target_value is None
    assert "疑漏“倍”" in companies.doubt


def test_lost_brackets_of_names_stay_in_the_cell(plan):
    row = row_of(find_indicators(plan("heping-14")), 17)
    assert (row.name, row.unit, row.name_raw) == (
        "食品安全抽检监测",
        "批次/千人",
        "食品安全抽检监测(批次/千人",
    )


def table_of(plan_id, **changes):
    text = raw_lines(plan_id, *TABLE_LINES[plan_id])
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new, 1)
    return parse_plan(record(plan_id), "第一章 总则\n\n第一节 目标\n\n" + text)


def test_a_table_alone_is_read_alike(plan):
    for plan_id in TABLE_LINES:
        alone, whole = find_indicators(table_of(plan_id)), find_indicators(plan(plan_id))
        assert [r.name for r in alone] == [r.name for r in whole]


def test_a_table_without_the_nature_column():
    text = raw_lines("binhai-14", *TABLE_LINES["binhai-14"])
    bare = "\n".join(line for line in text.split("\n") if line.strip() not in ("属性", "预期性", "约束性"))
    rows = find_indicators(parse_plan(record("binhai-14"), "第一章 总则\n\n第一节 目标\n\n" + bare))
    assert [row.nature for row in rows] == [None] * 30
    assert [row.group for row in rows] == [row["group"] for row in expected("binhai-14")]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("\t6.53\n", ""), "row 26 has a value too few"),
        (("\t5800\n", "\t5800\n\t6000\n"), "stands where row 29 must begin"),
    ],
)
def test_a_broken_table_names_its_line(change, reason):
    with pytest.raises(InputFileError, match=reason) as caught:
        find_indicators(table_of("binhai-14", change=change))
    assert caught.value.line
