"""What the plans name, how much of it is on the map, and where a name may have been missed.

Everything is counted, nothing is set by hand. A feature counts in the chapter that names it first, so
that chapters add up to their plan, as themes do; ``mentioned`` counts every chapter that names it.

The sentences to look at are those with a place-like name (:mod:`app.atlas.placewords`) that no feature
owns. A name is settled when a feature's mention or a decoy covers its last characters, or when a feature
linked to the sentence was located by it (马场道 as the boundary of a zone). Flattened tables are left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.atlas.model import Feature, PlanFolder, Theme
from app.atlas.placewords import PlaceWords
from app.places.model import Method
from app.plans.document import PlanText

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Missed:
    """A sentence with place-like names that no feature owns; ``linked`` when a passage covers it."""

    start: int
    end: int
    names: tuple[Span, ...]
    linked: bool


def coverage(
    folders: Iterable[PlanFolder],
    *,
    themes: Sequence[Theme],
    texts: Mapping[str, PlanText],
    features: Iterable[Feature],
    words: PlaceWords,
) -> dict[str, Any]:
    """Count what is named, located and registered, and list the sentences to look at.

    Returns
    -------
    dict
        ``totals``; ``plans``, each with its ``chapters`` and ``themes``; ``missed``, the sentences in the
        order of plans and text, with ``names`` as spans in the plan's clean text; ``place_words``, the
        vocabulary by group.
    """
    by_plan: dict[str, list[Feature]] = defaultdict(list)
    for feature in features:
        by_plan[feature.entry.plan].append(feature)
    rows: list[dict[str, Any]] = []
    missed: list[dict[str, Any]] = []
    for folder in folders:
        plan = texts[folder.record.id]
        row, sentences = _plan(folder, plan, by_plan[folder.record.id], themes, words)
        rows.append(row)
        missed += [_missed_row(plan, sentence) for sentence in sentences]
    everything = [feature for own in by_plan.values() for feature in own]
    sums = {key: sum(row[key] for row in rows) for key in ("sentences", "place_like", "unlinked", "partly")}
    return {
        "totals": _tally(everything) | sums,
        "plans": rows,
        "missed": missed,
        "place_words": {group: list(found) for group, found in words.groups.items()},
    }


def _tally(features: Collection[Feature]) -> dict[str, Any]:
    """``named``, ``located``, ``registered`` and the counts by method and by reason."""
    methods = Counter(feature.georeference.method for feature in features)
    registered = methods.pop(Method.UNLOCATED, 0)
    reasons = Counter(f.georeference.reason for f in features if f.georeference.method is Method.UNLOCATED)
    return {
        "named": len(features),
        "located": methods.total(),
        "registered": registered,
        "methods": {method.value: methods[method] for method in Method if methods[method]},
        "reasons": dict(sorted(reasons.items())),
    }


def _plan(
    folder: PlanFolder,
    plan: PlanText,
    features: Sequence[Feature],
    themes: Sequence[Theme],
    words: PlaceWords,
) -> tuple[dict[str, Any], list[Missed]]:
    sentences = list(_sentences(plan, folder.decoys, features, words))
    missed = [found for _, found in sentences if found is not None and found.names]
    first: dict[str | None, list[Feature]] = defaultdict(list)
    mentioned: Counter[str | None] = Counter()
    for feature in features:
        named_in = [_chapter(plan, passage.start) for passage in feature.text.passages] or [None]
        first[named_in[0]].append(feature)
        mentioned.update(set(named_in))
    read = Counter(_chapter(plan, span[0]) for span, _ in sentences)
    like = Counter(_chapter(plan, span[0]) for span, found in sentences if found is not None)
    loose = Counter(_chapter(plan, found.start) for found in missed if not found.linked)
    partly = Counter(_chapter(plan, found.start) for found in missed if found.linked)

    def sentence_counts(chapter: str | None) -> dict[str, int]:
        return {
            "sentences": read[chapter],
            "place_like": like[chapter],
            "unlinked": loose[chapter],
            "partly": partly[chapter],
        }

    chapters: list[dict[str, Any]] = [
        {"id": section.id, "label": section.label, "inferred": section.inferred}
        | _tally(first[section.id])
        | {"mentioned": mentioned[section.id]}
        | sentence_counts(section.id)
        for section in plan.sections
        if section.parent is None
    ]
    if first[None] or read[None]:
        outside: dict[str, Any] = {"id": "", "label": "", "inferred": False}
        chapters.append(outside | _tally(first[None]) | {"mentioned": 0} | sentence_counts(None))
    counts = {
        "sentences": read.total(),
        "place_like": like.total(),
        "unlinked": loose.total(),
        "partly": partly.total(),
    }
    row = {"id": folder.record.id} | _tally(features) | counts | {"chapters": chapters}
    own = {theme.id: [f for f in features if f.entry.theme == theme.id] for theme in themes}
    row["themes"] = [{"id": theme} | _tally(found) for theme, found in own.items() if found]
    return row, missed


def _chapter(plan: PlanText, offset: int) -> str | None:
    path = plan.path_at(offset)
    return path[0].id if path else None


def _sentences(
    plan: PlanText, decoys: Iterable[str], features: Sequence[Feature], words: PlaceWords
) -> Iterator[tuple[Span, Missed | None]]:
    """Every sentence of prose; with what is missed in it, None when it has no place-like name."""
    settled = bytearray(len(plan.clean))
    for decoy in decoys:
        at = plan.clean.find(decoy)
        while at >= 0:
            settled[at : at + len(decoy)] = b"\1" * len(decoy)
            at = plan.clean.find(decoy, at + 1)
    passages: list[tuple[int, int, Feature]] = []
    for feature in features:
        for passage in feature.text.passages:
            passages.append((passage.start, passage.end, feature))
            for start, end in passage.mentions:
                settled[start:end] = b"\1" * (end - start)
    located_by = {feature.entry.id: _names_used(feature) for feature in features}
    for start, end in plan.sentences(0, len(plan.clean)):
        path = plan.path_at(start)
        if path and path[-1].id in plan.tables:
            continue
        names = list(words.find(plan.clean, start, end))
        if not names:
            yield (start, end), None
            continue
        owners = [feature for first, last, feature in passages if first < end and start < last]
        used = {name for feature in owners for name in located_by[feature.entry.id]}
        loose = [
            (a, b)
            for a, b in names
            if not settled[b - 1] and not any(plan.clean.endswith(name, a, b) for name in used)
        ]
        outer = [span for span in loose if not any(_inside(span, other) for other in loose)]
        yield (start, end), Missed(start, end, tuple(outer), bool(owners))


def _inside(span: Span, other: Span) -> bool:
    return span != other and other[0] <= span[0] and span[1] <= other[1]


def _names_used(feature: Feature) -> frozenset[str]:
    """The names that the feature's ``locate`` mapping reads from the reference data."""
    spec = asdict(feature.entry.spec)
    spec.pop("evidence", None)
    spec.pop("cure", None)
    return frozenset(_strings(spec))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if len(value) > 1:
            yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _strings(part)


def _missed_row(plan: PlanText, sentence: Missed) -> dict[str, Any]:
    path = plan.path_at(sentence.start)
    return {
        "plan": plan.record.id,
        "chapter": path[0].id if path else "",
        "start": sentence.start,
        "end": sentence.end,
        "exact": plan.clean[sentence.start : sentence.end],
        "mentions": [list(span) for span in sentence.names],
        "names": [plan.clean[a:b] for a, b in sentence.names],
        "linked": sentence.linked,
        "path": [{"id": s.id, "label": s.label, "inferred": s.inferred} for s in path],
        "raw_lines": list(plan.raw_lines(sentence.start, sentence.end)),
    }
