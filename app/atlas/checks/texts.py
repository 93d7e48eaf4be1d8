"""Checks of what is quoted: passages, targets, and numbers that the text has garbled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from app.atlas.checks.catalogue import finding
from app.atlas.model import Feature, Finding
from app.plans.document import PlanText
from app.plans.quantities import find_quantities

_CONTEXT = 10  # characters shown on either side of a garbled number
_RIGHT_BEHIND = 1  # characters between a name and the number that belongs to it


def check_quotes(feature: Feature, clean: str) -> Iterator[Finding]:
    """P01: a passage that is not in the text; T02, T01: a target's number that is not, or is doubtful."""
    entry = feature.entry
    for passage in feature.text.passages:
        if clean[passage.start : passage.end] != passage.exact:
            yield finding("P01", feature=entry.id, passage=passage.id)
    for target in feature.text.targets:
        quantity = target.quantity
        if clean[quantity.start : quantity.end] != quantity.raw or quantity.raw not in target.text:
            yield finding("T02", feature=entry.id, raw=quantity.raw, text=target.text)
        if quantity.doubt:
            yield finding("T01", feature=entry.id, where=f"“{quantity.raw}”", doubt=quantity.doubt)


def check_numbers(features: Iterable[Feature], texts: Mapping[str, PlanText]) -> Iterator[Finding]:
    """T04: a garbled number, on the features in or right behind whose name it stands, else on the plan."""
    by_plan: dict[str, list[Feature]] = {plan: [] for plan in texts}
    for feature in features:
        by_plan[feature.entry.plan].append(feature)
    for plan_id, plan in texts.items():
        for quantity in find_quantities(plan.clean):
            if not quantity.doubt:
                continue
            start, end = plan.sentence_at(quantity.start)
            left, right = max(start, quantity.start - _CONTEXT), min(end, quantity.end + _CONTEXT)
            named: list[str | None] = [
                feature.entry.id
                for feature in by_plan[plan_id]
                if any(
                    a <= quantity.start <= b + _RIGHT_BEHIND
                    for passage in feature.text.passages
                    for a, b in passage.mentions
                )
            ]
            for feature_id in named or [None]:
                yield finding(
                    "T04",
                    feature=feature_id,
                    plan=plan_id,
                    context=plan.clean[left:right].strip(),
                    raw=quantity.raw,
                    doubt=quantity.doubt,
                )
