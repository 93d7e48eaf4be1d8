"""The ledger of targets: every quantity that the plans aim at, for the district or for its features.

Each row stands alone. Rows are never added up: one target may belong to several places, one thing may be
counted in several rows, and only the plans themselves may say what adds up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from app.atlas.indicators import Indicators, Remark
from app.atlas.model import Feature
from app.plans.document import PlanText
from app.plans.indicators import Indicator
from app.plans.model import Target


def target_id(target: Target) -> str:
    """``<plan>:<start>-<end>`` of the number in the plan's clean text."""
    return f"{target.plan}:{target.quantity.start}-{target.quantity.end}"


def target_values(target: Target) -> dict[str, Any]:
    """The public values of a target, the same on features and in the ledger."""
    quantity = target.quantity
    return {
        "id": target_id(target),
        "text": target.text,
        "indicator": target.indicator,
        "value": quantity.value,
        "upper": quantity.upper,
        "unit": quantity.unit,
        "comparator": quantity.comparator.value,
        "raw": quantity.raw,
        "year": target.year,
        "year_stated": target.year_stated,
        "basis": target.basis.value if target.basis else None,
        "change": target.change.value if target.change else None,
        "base": target.base,
        "base_year": target.base_year,
        "base_value": target.base_value,
        "strive": target.strive,
        "each": target.each,
        "scale": quantity.scale,
        "worded": not any(character.isdigit() for character in quantity.raw),
        "body": target.text[slice(*(at - target.start for at in target.body))] if target.body else "",
        "body_span": list(target.body) if target.body else None,
        "start": target.start,
        "end": target.end,
        "doubt": quantity.doubt,
    }


def ledger_rows(
    texts: Mapping[str, PlanText],
    targets: Mapping[str, Iterable[Target]],
    features: Iterable[Feature],
    indicators: Indicators,
) -> list[dict[str, Any]]:
    """The rows of the ledger, by plan and in the order of the text.

    Parameters
    ----------
    texts, targets
        The plans and their targets by plan id.
    features
        All features; a target of a feature stands once, with every feature that shares it.
    indicators
        The tables and what the editor says about them: a target of the prose that states the target of a
        row has that row's ``nature``.

    Returns
    -------
    list of dict
        ``target_values`` and: ``plan``, ``subject`` (``district``, ``feature``, or ``shared`` by several),
        ``features``, the ``sentence`` with its span, the ``number``'s span, the outline ``path``, the
        ``raw_lines`` of the plan's file, and ``indicator_row`` and ``nature`` (None where no row of a table
        states the same).
    """
    rows = {row.id: row for row in indicators.rows}
    stated = [(r, rows[r.row]) for r in indicators.remarks if r.column == "target"]
    owners: dict[str, list[Feature]] = defaultdict(list)
    for feature in features:
        for target in feature.text.targets:
            owners[target_id(target)].append(feature)
    return [
        _row(target, texts[plan], owners[target_id(target)]) | _tie(target, stated)
        for plan, found in targets.items()
        for target in found
    ]


def reported_rows(
    texts: Mapping[str, PlanText], reported: Mapping[str, Iterable[Target]]
) -> list[dict[str, Any]]:
    """The rows of what the plans report of earlier years, by plan and in the order of the text.

    Parameters
    ----------
    texts, reported
        The plans and the results they report (:func:`app.plans.targets.find_results`) by plan id.

    Returns
    -------
    list of dict
        As in the ledger of targets, without subjects and without rows of tables.
    """
    rows = [_row(result, texts[plan], []) for plan, found in reported.items() for result in found]
    return [{key: value for key, value in row.items() if key not in _OF_AIMS} for row in rows]


_OF_AIMS = frozenset({"subject", "features", "strive", "body", "body_span"})


def _tie(target: Target, stated: Iterable[tuple[Remark, Indicator]]) -> dict[str, str | None]:
    """The row of a table whose target the prose states with this number."""
    quantity = target.quantity
    for remark, row in stated:
        if row.plan == target.plan and remark.start <= quantity.start and quantity.end <= remark.end:
            return {"indicator_row": row.id, "nature": row.nature}
    return {"indicator_row": None, "nature": None}


def _row(target: Target, plan: PlanText, owners: list[Feature]) -> dict[str, Any]:
    number = (target.quantity.start, target.quantity.end)
    start, end = plan.sentence_at(number[0])
    subjects = {0: "district", 1: "feature"}
    return target_values(target) | {
        "plan": target.plan,
        "subject": subjects.get(len(owners), "shared"),
        "features": [{"id": f.entry.id, "name": f.entry.name, "theme": f.entry.theme} for f in owners],
        "sentence": {"start": start, "end": end, "exact": plan.clean[start:end]},
        "number": list(number),
        "path": [{"id": s.id, "label": s.label, "inferred": s.inferred} for s in plan.path_at(number[0])],
        "raw_lines": list(plan.raw_lines(*number)),
    }
