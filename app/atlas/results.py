"""Targets of an earlier plan against the results that later plans report.

Which result answers which target, and whether it meets it, is an editor's judgement kept in
``layers/results.yaml``; both are quoted word for word. Nothing is computed and nothing is inferred where the
texts measure different things.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.atlas.ledger import target_id
from app.atlas.quotes import check_keys, place_of_quote
from app.atlas.yamlfile import Lined, read_yaml
from app.errors import InputFileError
from app.plans.document import PlanText
from app.plans.indicators import Indicator
from app.plans.model import Target

FILE = "results.yaml"


class Outcome(StrEnum):
    """Whether a reported result meets a target."""

    MET = "met"
    SHORT = "short"
    UNLIKE = "unlike"  # the texts measure different things


@dataclass(frozen=True, slots=True)
class Result:
    """A target and the words that report what became of it, at ``[start, end)`` of the reporting plan."""

    target: Target
    plan: str
    quote: str
    start: int
    end: int
    outcome: Outcome
    note: str


def read_results(
    layers: Path,
    texts: Mapping[str, PlanText],
    targets: Mapping[str, Sequence[Target]],
    indicators: Sequence[Indicator],
) -> tuple[Result, ...]:
    """Read the editor's file.

    Raises
    ------
    InputFileError
        If a quotation does not stand once in its plan, a target's holds no target or several, a plan or
        indicator does not exist, or a result that cannot be compared has no note.
    """
    path = layers / FILE
    known = {row.id: row for row in indicators}
    return tuple(
        _result(entry, path, texts, targets, known) for entry in read_yaml(path).get("results") or ()
    )


def _result(
    entry: Lined,
    path: Path,
    texts: Mapping[str, PlanText],
    targets: Mapping[str, Sequence[Target]],
    indicators: Mapping[str, Indicator],
) -> Result:
    check_keys(entry, path, needed=("target", "result", "verdict"), optional=("note",))
    aim, report = entry["target"], entry["result"]
    if entry["verdict"] not in list(Outcome):
        raise InputFileError(path, f"the verdict is none of {', '.join(Outcome)}", line=entry.line)
    outcome, note = Outcome(entry["verdict"]), entry.get("note", "")
    if outcome is Outcome.UNLIKE and not note:
        raise InputFileError(path, "what cannot be compared needs a note that says why", line=entry.line)
    plan, _, start, end = _quoted(aim, path, texts)
    inside = [t for t in targets[plan] if start <= t.quantity.start and t.quantity.end <= end]
    if len(inside) != 1:
        reason = f"{aim['quote']!r} holds {len(inside)} targets, not one"
        raise InputFileError(path, reason, line=aim.line)
    if isinstance(report, Lined) and "indicator" in report:
        row = indicators.get(report["indicator"])
        if row is None:
            raise InputFileError(path, f"no plan has an indicator {report['indicator']!r}", line=report.line)
        quote = f"{row.name_raw} {row.base_year}：{row.base_raw}"
        return Result(inside[0], row.plan, quote, row.start, row.end, outcome, note)
    return Result(inside[0], *_quoted(report, path, texts), outcome, note)


def _quoted(entry: Any, path: Path, texts: Mapping[str, PlanText]) -> tuple[str, str, int, int]:
    check_keys(entry, path, needed=("plan", "quote"))
    plan, quote = entry["plan"], entry["quote"]
    if plan not in texts:
        raise InputFileError(path, f"there is no plan {plan!r}", line=entry.line)
    return plan, quote, *place_of_quote(quote, texts[plan], path, entry.line)


def result_rows(results: Sequence[Result], texts: Mapping[str, PlanText]) -> list[dict[str, Any]]:
    """The public rows; ``target`` is the id of a row of the ledger."""
    return [
        {
            "target": target_id(result.target),
            "plan": result.plan,
            "quote": result.quote,
            "start": result.start,
            "end": result.end,
            "raw_lines": list(texts[result.plan].raw_lines(result.start, result.end)),
            "path": [s.label for s in texts[result.plan].path_at(result.start)],
            "outcome": result.outcome.value,
            "note": result.note,
        }
        for result in results
    ]
