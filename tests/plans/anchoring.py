"""Making editions and asking where a passage stands in them."""

from __future__ import annotations

import re

from app.plans.anchors import Anchored, Verdict, reanchor
from app.plans.document import PlanText, parse_plan
from app.plans.model import Passage, PassageRole
from tests.plans.conftest import record

PLACED = {Verdict.EXACT, Verdict.MOVED, Verdict.REWORDED}


def edition(plan: PlanText, *edits: tuple[tuple[int, int], str]) -> PlanText:
    """The text with clean spans replaced in the raw file."""
    raw = plan.raw
    for span, words in sorted(edits, reverse=True):
        start, end = plan.raw_span(*span)
        raw = raw[:start] + words + raw[end:]
    return parse_plan(plan.record, raw)


def text_of(clean: str) -> PlanText:
    return parse_plan(record("heping-13"), clean)


def quote(plan: PlanText, words: str, nth: int = 0) -> Passage:
    start = [m.start() for m in re.finditer(re.escape(words), plan.clean)][nth]
    return plan.passage(start, start + len(words), PassageRole.SENTENCE)


def one(passage: Passage, old: PlanText, new: PlanText, names: frozenset[str]) -> Anchored:
    (result,) = reanchor([passage], old, new, names)
    return result


def words_at(result: Anchored, new: PlanText) -> str:
    return new.clean[result.start : result.end]
