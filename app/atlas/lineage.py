"""Lineage: which features of different plans are one place, and what became of it.

Plans seldom say that a zone follows an older one, so the relations are an editor's file,
``layers/lineage.yaml``. Each says whether a text states it or an editor judged it; what is quoted must
stand in the plan word for word. The differences are computed in :mod:`app.atlas.differences`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.atlas.checks import finding
from app.atlas.model import Feature, Finding
from app.atlas.yamlfile import Lined, read_yaml
from app.errors import InputFileError
from app.language import mark
from app.plans.document import PlanText
from app.plans.model import PlanRecord

FILE = "lineage.yaml"


class LineageKind(StrEnum):
    """What became of a place from one plan to a later one."""

    RENAMED = "renamed"
    MERGED = "merged"
    SPLIT = "split"
    EXTENDED = "extended"
    DROPPED = "dropped"
    CARRIED_OVER = "carried-over"


KIND_TITLES: Mapping[LineageKind, str] = {
    LineageKind.RENAMED: mark("更名"),
    LineageKind.MERGED: mark("合并"),
    LineageKind.SPLIT: mark("拆分"),
    LineageKind.EXTENDED: mark("扩展"),
    LineageKind.DROPPED: mark("取消"),
    LineageKind.CARRIED_OVER: mark("延续"),
}


class Basis(StrEnum):
    """Who says so: the text itself, or an editor."""

    STATED = "stated"
    EDITORIAL = "editorial"


BASIS_TITLES: Mapping[Basis, str] = {
    Basis.STATED: mark("文本写明"),
    Basis.EDITORIAL: mark("编者判断"),
}


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a plan, at ``[start, start + len(words))`` of its clean text."""

    plan: str
    words: str
    start: int


@dataclass(frozen=True, slots=True)
class Relation:
    """``before`` of ``from_plan`` became ``after`` of ``to_plan``; ``after`` is empty for the dropped."""

    id: str
    kind: LineageKind
    basis: Basis
    from_plan: str
    to_plan: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    note: str
    quotes: tuple[Quote, ...]


def plan_order(plan: PlanRecord) -> tuple[int, int]:
    """Sort key of plans in time: by first year; a five-year plan stands before its years' own plans."""
    return plan.start_year, -plan.end_year


def read_lineage(
    layers: Path, features: Mapping[str, Feature], texts: Mapping[str, PlanText]
) -> tuple[Relation, ...]:
    """Read ``lineage.yaml`` in its own order.

    Parameters
    ----------
    layers
        The folder of the layer files.
    features, texts
        The features and plan texts of the atlas by id.

    Raises
    ------
    InputFileError
        With file and line: an unknown word or feature, a relation given twice or within one plan or
        backwards in time, a number of features that does not fit the kind, words that do not stand just
        once in the plan, or something dropped whose name the later plan still has.
    """
    path = layers / FILE
    relations: list[Relation] = []
    ids: set[str] = set()
    pairs: set[tuple[frozenset[str], frozenset[str], str]] = set()
    linked: set[tuple[str, str]] = set()
    dropped: set[tuple[str, str]] = set()
    for entry in read_yaml(path).get("relations") or ():
        relation = _Reader(path, entry, features, texts).relation()
        pair = (frozenset(relation.before), frozenset(relation.after), relation.to_plan)
        if relation.id in ids or pair in pairs:
            raise InputFileError(path, f"relation {relation.id} stands twice", line=entry.line)
        ids.add(relation.id)
        pairs.add(pair)
        ends = {(feature, relation.to_plan) for feature in relation.before}
        (linked if relation.after else dropped).update(ends)
        if both := sorted(linked & dropped):
            reason = f"{both[0][0]} is both dropped in {both[0][1]} and related to a feature of it"
            raise InputFileError(path, reason, line=entry.line)
        relations.append(relation)
    return tuple(relations)


_SLUG = re.compile(r"[a-z0-9-]+")  # it becomes part of an address
_NEEDED = ("id", "kind", "from", "basis", "note")
_OPTIONAL = ("to", "in", "quote")
_SIDES: Mapping[LineageKind, tuple[range, range]] = {
    LineageKind.RENAMED: (range(1, 2), range(1, 2)),
    LineageKind.MERGED: (range(2, 99), range(1, 2)),
    LineageKind.SPLIT: (range(1, 2), range(2, 99)),
    LineageKind.EXTENDED: (range(1, 99), range(1, 2)),
    LineageKind.DROPPED: (range(1, 99), range(1)),
    LineageKind.CARRIED_OVER: (range(1, 2), range(1, 2)),
}
"""How many features each kind has before and after."""


class _Reader:
    """Reads one relation; every complaint carries its line."""

    def __init__(
        self, path: Path, entry: Any, features: Mapping[str, Feature], texts: Mapping[str, PlanText]
    ) -> None:
        if not isinstance(entry, Lined):
            raise InputFileError(path, f"{entry!r} must be a mapping")
        self._path, self._entry, self._features, self._texts = path, entry, features, texts

    def _wrong(self, reason: str, cure: str = "") -> InputFileError:
        return InputFileError(self._path, reason, line=self._entry.line, cure=cure)

    def relation(self) -> Relation:
        entry = self._entry
        missing = [key for key in _NEEDED if not entry.get(key)]
        unknown = sorted(set(entry) - {*_NEEDED, *_OPTIONAL})
        if missing or unknown:
            words = f"missing: {', '.join(missing) or 'nothing'}; unknown: {', '.join(unknown) or 'nothing'}"
            raise self._wrong(words)
        try:
            kind, basis = LineageKind(entry["kind"]), Basis(entry["basis"])
        except ValueError:
            cure = f"kind: {', '.join(LineageKind)}; basis: {', '.join(Basis)}."
            raise self._wrong(f"kind or basis of {entry['id']} is unknown", cure) from None
        if not _SLUG.fullmatch(str(entry["id"])):
            raise self._wrong(f"id {entry['id']!r} may hold a-z, 0-9 and - only")
        before, after = self._ids("from"), self._ids("to")
        if not (len(before) in _SIDES[kind][0] and len(after) in _SIDES[kind][1]):
            raise self._wrong(f"{kind} cannot lead from {len(before)} to {len(after)} features")
        if (kind is LineageKind.DROPPED) != bool(entry.get("in")):
            raise self._wrong("'in' names the plan that no longer has what was dropped, and only there")
        from_plan, to_plan = self._plan(before), entry.get("in") or self._plan(after)
        self._in_time(from_plan, to_plan)
        self._names(kind, before, after, to_plan)
        quotes = self._quotes((from_plan, to_plan))
        if basis is Basis.STATED and not quotes:
            raise self._wrong(f"{entry['id']} is stated but quotes nothing", "Quote the words that state it.")
        return Relation(
            id=str(entry["id"]),
            kind=kind,
            basis=basis,
            from_plan=from_plan,
            to_plan=to_plan,
            before=before,
            after=after,
            note=str(entry["note"]),
            quotes=quotes,
        )

    def _ids(self, side: str) -> tuple[str, ...]:
        ids = self._entry.get(side) or []
        if not isinstance(ids, list):
            raise self._wrong(f"'{side}' must be a list of feature ids")
        for feature_id in ids:
            if feature_id not in self._features:
                raise self._wrong(f"no plan has a feature {feature_id!r}")
        if len(set(ids)) < len(ids):
            raise self._wrong(f"'{side}' names a feature twice")
        return tuple(ids)

    def _plan(self, ids: Sequence[str]) -> str:
        plans = {self._features[feature_id].entry.plan for feature_id in ids}
        if len(plans) != 1:
            raise self._wrong(f"one side names features of {len(plans)} plans: {', '.join(sorted(plans))}")
        return plans.pop()

    def _in_time(self, from_plan: str, to_plan: str) -> None:
        if to_plan not in self._texts:
            raise self._wrong(f"there is no plan {to_plan!r}")
        before, after = (plan_order(self._texts[plan].record) for plan in (from_plan, to_plan))
        if from_plan == to_plan or before > after:
            raise self._wrong(f"{to_plan} is not later than {from_plan}")

    def _names(self, kind: LineageKind, before: Sequence[str], after: Sequence[str], to_plan: str) -> None:
        names = [self._features[feature_id].entry.name for feature_id in before]
        if kind is LineageKind.RENAMED and names == [self._features[after[0]].entry.name]:
            raise self._wrong(f"{names[0]} has the same name in both plans", "Write carried-over.")
        if kind is LineageKind.DROPPED:
            for name in names:
                if name in self._texts[to_plan].clean:
                    raise self._wrong(f"{name!r} is said to be dropped, but stands in {to_plan}")

    def _quotes(self, plans: tuple[str, str]) -> tuple[Quote, ...]:
        quotes = self._entry.get("quote") or {}
        if not isinstance(quotes, dict) or not set(quotes) <= set(plans):
            raise self._wrong("'quote' must map the plans of the relation to their words")
        found = []
        for plan, words in quotes.items():
            text = self._texts[plan].clean
            if text.count(words) != 1:
                reason = f"{words!r} stands {text.count(words)} times in {plan}, not once"
                raise self._wrong(reason, "Quote word for word, and enough to be unique.")
            found.append(Quote(plan, words, text.index(words)))
        return tuple(found)


def lineage_findings(relations: Iterable[Relation], features: Mapping[str, Feature]) -> Iterator[Finding]:
    """N06 for each relation that an editor judged."""
    for relation in relations:
        if relation.basis is Basis.EDITORIAL:
            before, after = (
                "、".join(features[feature_id].entry.name for feature_id in side)
                for side in (relation.before, relation.after)
            )
            yield finding(
                "N06",
                plan=relation.to_plan,
                kind=KIND_TITLES[relation.kind],
                before=before,
                after=f"→“{after}”" if after else "",
                note=relation.note,
            )
