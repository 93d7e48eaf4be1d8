"""The periods that plans run for, as people name them: 十三五, 十四五, a year's plan.

A period is read from a plan's years and from nothing else. What is no five-year plan is named by its years.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from app.language import gettext as _
from app.language import mark

ANNUAL: Final = "annual"
_TITLES: Final[Mapping[str, str]] = {
    "2011-2015": mark("十二五"),
    "2016-2020": mark("十三五"),
    "2021-2025": mark("十四五"),
    "2026-2030": mark("十五五"),
    ANNUAL: mark("年度"),
}


def period_of(plan: Mapping[str, Any]) -> str:
    """The period of a plan's row: ``2016-2020``; every plan of a single year is ``annual``."""
    start, end = int(plan["start_year"]), int(plan["end_year"])
    return ANNUAL if start == end else f"{start}-{end}"


def period_title(period: str) -> str:
    """The period in the current language: ``十四五（2021–2025）``, ``年度``."""
    years = period.replace("-", "–")
    if period not in _TITLES:
        return years
    title = _(_TITLES[period])
    return title if period == ANNUAL else _("%(title)s（%(years)s）", title=title, years=years)


def periods(plans: Iterable[Mapping[str, Any]]) -> list[str]:
    """The periods of some plans, the earliest first, annual ones last."""
    found = {period_of(plan) for plan in plans}
    return sorted(found, key=lambda period: (period == ANNUAL, period))
