"""Checks of targets against each other: parts and wholes, paces and totals, growth and level, units, results.

Only what the plans themselves put side by side is compared, or what an editor has paired with both quoted.
A plan may change its pace from year to year: that a pace does not reach a total is said, not blamed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from app.atlas.checks.catalogue import finding
from app.atlas.model import Feature, Finding
from app.plans.document import PlanText
from app.plans.indicators import Indicator
from app.plans.model import Basis, Change, Comparator, Target

if TYPE_CHECKING:
    from app.atlas.results import Result
    from app.atlas.sums import Sums

SUM_TOLERANCE = 0.02
"""Products of rounded numbers may differ this much from a rounded total."""

_PART = re.compile(r"^其中")
_AT_LEAST = (Comparator.AT_LEAST, Comparator.MORE)
_PERIOD_YEARS = 5
_SLIPS = (10.0, 15.0, 100.0, 10_000 / 15, 1_000.0, 1_500.0, 10_000.0, 1_000_000.0)
"""What an area is off by when 亩, 公顷, 平方公里, 平方米 or 万 is written for another of them."""

_SLIP_TOLERANCE = 0.01
_LESS_IS_BETTER = re.compile(r"失业率|浓度|死亡率|事故")


def check_parts(targets: Iterable[Target], plan: PlanText) -> Iterator[Finding]:
    """T05: what 其中 tells of a total is more than the total."""
    for whole, part in pairwise(targets):
        one, other = whole.quantity, part.quantity
        same_sentence = plan.sentence_at(one.start) == plan.sentence_at(other.start)
        between = plan.clean[one.end : other.start]
        if not (same_sentence and _PART.search(between.lstrip("，,")) and one.unit == other.unit):
            continue
        if other.value > (one.upper or one.value):
            where = f"“{plan.clean[whole.start : part.end]}”"
            yield finding("T05", plan=plan.record.id, where=where, part=other.raw, whole=one.raw)


def check_paces(sums: Sums) -> Iterator[Finding]:
    """T06: a year's target times the years is not the total of the years, bounds considered."""
    for pace in sums.paces:
        annual, total = pace.annual.quantity, pace.total.quantity
        off = pace.product / total.value - 1
        short = off < -SUM_TOLERANCE and annual.comparator not in _AT_LEAST
        over = off > SUM_TOLERANCE and total.comparator not in _AT_LEAST
        if short or over:
            yield finding(
                "T06",
                plan=pace.annual.plan,
                annual=pace.annual.quote,
                years=pace.years,
                product=f"{pace.product / total.scale:g}{_scale_word(total.scale)}{total.unit}",
                total=pace.total.quote,
                off=off,
                note=pace.note,
            )


def check_growths(
    sums: Sums, plans: Mapping[str, PlanText], targets: Mapping[str, Sequence[Target]]
) -> Iterator[Finding]:
    """T07: a yearly growth does not lead to the level, or to the multiple, that the plan names."""
    for growth in sums.growths:
        level = growth.level.quantity
        off = growth.product / level.value - 1
        if abs(off) > SUM_TOLERANCE:
            yield finding(
                "T07",
                plan=growth.growth.plan,
                growth=growth.growth.quote,
                years=growth.years,
                product=f"{growth.product / level.scale:.4g}{_scale_word(level.scale)}{level.unit}",
                level=growth.level.quote,
            )
    for plan_id, found in targets.items():
        plan = plans[plan_id]
        for rise, multiple in pairwise(found):
            if (
                rise.basis is Basis.ANNUAL_MEAN
                and rise.change is Change.INCREASE
                and multiple.change is Change.MULTIPLE
                and plan.sentence_at(rise.start) == plan.sentence_at(multiple.start)
            ):
                product = (1 + rise.quantity.value / 100) ** _PERIOD_YEARS
                if abs(product / multiple.quantity.value - 1) > SUM_TOLERANCE:
                    yield finding(
                        "T07",
                        plan=plan_id,
                        growth=rise.text.strip("，,；;。"),
                        years=_PERIOD_YEARS,
                        product=f"{product:.3g}倍",
                        level=multiple.quantity.raw,
                    )


def _scale_word(scale: float) -> str:
    return {1e4: "万", 1e8: "亿"}.get(scale, "")


def check_units(features: Iterable[Feature]) -> Iterator[Finding]:
    """T08: two areas stated for one feature differ by just what units of area differ by."""
    for feature in features:
        areas = [size for size in feature.text.sizes if size.kind == "area"]
        for one, other in combinations(areas, 2):
            ratio = max(one.value, other.value) / min(one.value, other.value)
            if any(abs(ratio / slip - 1) <= _SLIP_TOLERANCE for slip in _SLIPS):
                yield finding("T08", feature=feature.entry.id, one=one.raw, other=other.raw, ratio=ratio)


def check_direction(indicators: Iterable[Indicator]) -> Iterator[Finding]:
    """T09: the target of a row is behind its base, where both are numbers of one kind."""
    for row in indicators:
        base, target = row.base_value, row.target_value
        if base is None or target is None or row.base_basis is not row.target_basis:
            continue
        behind = target > base if _LESS_IS_BETTER.search(row.name) else target < base
        if behind:
            yield finding(
                "T09",
                plan=row.plan,
                where=f"指标{row.number}“{row.name}”",
                base=f"{row.base_year}年{row.base_raw}",
                target=f"{row.target_year}年{row.target_raw}",
            )


def check_results(results: Iterable[Result]) -> Iterator[Finding]:
    """T10: a later plan reports less than an earlier one aimed at."""
    for result in results:
        if result.outcome == "short":
            yield finding(
                "T10",
                plan=result.target.plan,
                target=result.target.text.strip("，,；;。"),
                raw=result.target.quantity.raw,
                year=result.target.year,
                result=result.quote,
                note=result.note,
            )


def check_targets(
    features: Iterable[Feature],
    *,
    texts: Mapping[str, PlanText],
    targets: Mapping[str, Sequence[Target]],
    indicators: Iterable[Indicator],
    results: Iterable[Result],
    sums: Sums,
) -> tuple[Finding, ...]:
    """Run the checks of targets, in the order of the catalogue."""
    return (
        *(item for plan_id, found in targets.items() for item in check_parts(found, texts[plan_id])),
        *check_paces(sums),
        *check_growths(sums, texts, targets),
        *check_units(features),
        *check_direction(indicators),
        *check_results(results),
    )
