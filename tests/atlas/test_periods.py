"""Periods are read from the years of plans."""

from __future__ import annotations

import pytest

from app.atlas.periods import period_of, period_title, periods
from app.language import speaking

PLANS = [
    {"start_year": 2021, "end_year": 2021},
    {"start_year": 2021, "end_year": 2025},
    {"start_year": 2016, "end_year": 2035},
    {"start_year": 2016, "end_year": 2020},
    {"start_year": 2022, "end_year": 2022},
]


def test_periods_are_in_the_order_of_time_and_annual_plans_are_one() -> None:
    assert periods(PLANS) == ["2016-2020", "2016-2035", "2021-2025", "annual"]
    assert [period_of(plan) for plan in PLANS][::4] == ["annual", "annual"]


@pytest.mark.parametrize(
    ("period", "title"),
    [("2021-2025", "十四五（2021–2025）"), ("annual", "年度"), ("2016-2035", "2016–2035")],
)
def test_a_period_is_named_as_people_name_it_and_no_other_gets_a_name(period: str, title: str) -> None:
    assert period_title(period) == title


def test_a_period_has_an_english_name() -> None:
    with speaking("en"):
        assert period_title("2016-2020") == "13th Five-Year Plan (2016–2020)"
