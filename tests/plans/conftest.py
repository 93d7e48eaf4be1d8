"""The five real texts, read once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from app.plans.document import PlanText, parse_plan, read_plan
from app.plans.model import NameRule, PlanRecord

TEXTS = Path(__file__).resolve().parents[2] / "geodata" / "plans"
PERIODS = {
    "heping-13": (2016, 2020),
    "heping-14": (2021, 2025),
    "heping-2021": (2021, 2021),
    "hedong-14": (2021, 2025),
    "binhai-14": (2021, 2025),
}


def record(plan_id: str, *, text: Path | None = None) -> PlanRecord:
    path = text or TEXTS / f"{plan_id}.txt"
    start, end = PERIODS[plan_id]
    return PlanRecord(
        id=plan_id,
        title=plan_id,
        short_title=plan_id,
        title_en=plan_id,
        district="",
        district_code="",
        period=f"{start}-{end}",
        start_year=start,
        end_year=end,
        outlook_year=None,
        issuer="",
        document_number=None,
        issued=None,
        text=path,
        sha256=hashlib.sha256((TEXTS / f"{plan_id}.txt").read_bytes()).hexdigest(),
    )


def raw_lines(plan_id: str, first: int, last: int) -> str:
    """Cut lines of a real file, 1-based, line feeds as they stand."""
    lines = (TEXTS / f"{plan_id}.txt").read_bytes().decode().split("\n")
    return "\n".join(lines[first - 1 : last])


def excerpt(plan_id: str, first: int, last: int) -> PlanText:
    """Read an excerpt of a real text as if it were the whole."""
    return parse_plan(record(plan_id), raw_lines(plan_id, first, last))


def named(*names: str) -> list[NameRule]:
    """Rules whose owner is called as the name."""
    return [NameRule(name, name) for name in names]


@pytest.fixture(scope="session")
def plan() -> Callable[[str], PlanText]:
    read: dict[str, PlanText] = {}

    def get(plan_id: str) -> PlanText:
        if plan_id not in read:
            read[plan_id] = read_plan(record(plan_id))
        return read[plan_id]

    return get


@pytest.fixture(params=sorted(PERIODS))
def any_plan(request: pytest.FixtureRequest, plan: Callable[[str], PlanText]) -> PlanText:
    return plan(request.param)
