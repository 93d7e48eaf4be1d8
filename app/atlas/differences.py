"""What differs between the two sides of a lineage: ground, words and targets.

A difference is computed only where it means something. Two shapes of which one was drawn from the other,
or both by the same rule, always agree; that is said instead of a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from app.atlas.ledger import target_values
from app.atlas.lineage import BASIS_TITLES, KIND_TITLES, Relation
from app.atlas.model import Feature
from app.places.measure import area_km2
from app.places.model import Method
from app.places.specs import feature_refs
from app.plans.document import PlanText
from app.plans.model import PassageRole

FEWEST_SAME = 3  # a shorter stretch that two texts share is chance, not wording kept
ALIKE = 0.3  # below this share of common words two passages were written anew
SENTENCES = 3  # quoted of a side that no passage speaks of at length
_WORDLESS = re.compile(r"^[\s,.;:、，。；：“”（）()]*$")


class NoArea(StrEnum):
    """Why no difference of ground is given."""

    DROPPED = "dropped"
    UNLOCATED = "unlocated"
    NOT_AREA = "not-area"
    DERIVED = "derived"
    SAME_RULE = "same-rule"


def lineage_rows(
    relations: Iterable[Relation], features: Mapping[str, Feature], texts: Mapping[str, PlanText]
) -> list[dict[str, Any]]:
    """The public rows of the relations, with their differences."""
    return [
        {
            "id": one.id,
            "kind": one.kind.value,
            "kind_title": KIND_TITLES[one.kind],
            "basis": one.basis.value,
            "basis_title": BASIS_TITLES[one.basis],
            "from_plan": one.from_plan,
            "to_plan": one.to_plan,
            "from": list(one.before),
            "to": list(one.after),
            "note": one.note,
            "quotes": [
                {
                    "plan": quote.plan,
                    "exact": quote.words,
                    "start": quote.start,
                    "end": quote.start + len(quote.words),
                    "raw_lines": list(
                        texts[quote.plan].raw_lines(quote.start, quote.start + len(quote.words))
                    ),
                }
                for quote in one.quotes
            ],
            "area": area_difference(one, features),
            "text": _text_difference(one, features, texts),
            "targets": {
                "from": _targets(one.before, features),
                "to": _targets(one.after, features),
            },
        }
        for one in relations
    ]


def area_difference(relation: Relation, features: Mapping[str, Feature]) -> dict[str, Any]:
    """Ground of both sides and what of it was kept, gained and lost, in geodesic km².

    Returns
    -------
    dict
        ``from_km2``, ``to_km2``, ``kept_km2``, ``gained_km2``, ``lost_km2``, ``kept_share`` (of the earlier
        ground; each None where there is none), ``reason`` (a :class:`NoArea` or None) and ``indicative``,
        true where a side's shape rests on a radius, a drawing by hand or an editor's judgement.
    """
    before, after = _ground(relation.before, features), _ground(relation.after, features)
    result: dict[str, Any] = {
        "from_km2": None if before is None else round(area_km2(before), 4),
        "to_km2": None if after is None else round(area_km2(after), 4),
        "kept_km2": None,
        "gained_km2": None,
        "lost_km2": None,
        "kept_share": None,
        "reason": None,
        "indicative": any(
            features[item].georeference.method in (Method.NEAR, Method.DIGITISED)
            or features[item].entry.editorial
            for item in _closure((*relation.before, *relation.after), features)
        ),
    }
    reason = _no_area(relation, features)
    if reason is not None or before is None or after is None:
        return result | {"reason": (reason or NoArea.NOT_AREA).value}
    kept = area_km2(before.intersection(after))
    return result | {
        "kept_km2": round(kept, 4),
        "gained_km2": round(area_km2(after.difference(before)), 4),
        "lost_km2": round(area_km2(before.difference(after)), 4),
        "kept_share": round(kept / area_km2(before), 4),
    }


def _no_area(relation: Relation, features: Mapping[str, Feature]) -> NoArea | None:
    ids = (*relation.before, *relation.after)
    if not relation.after:
        return NoArea.DROPPED
    if any(features[item].georeference.geometry is None for item in ids):
        return NoArea.UNLOCATED
    if any(_ground([item], features) is None for item in ids):
        return NoArea.NOT_AREA
    if _closure(relation.before, features) & _closure(relation.after, features):
        return NoArea.DERIVED
    first, *rest = (features[item].entry.spec for item in ids)
    if all(spec == first for spec in rest):
        return NoArea.SAME_RULE
    return None


def _ground(ids: Iterable[str], features: Mapping[str, Feature]) -> BaseGeometry | None:
    """The polygons of some features as one geometry; None where there are none."""
    geometries = [features[item].georeference.geometry for item in ids]
    parts = [
        part
        for geometry in geometries
        if geometry is not None
        for part in shapely.get_parts(geometry)
        if isinstance(part, shapely.Polygon | shapely.MultiPolygon)
    ]
    return shapely.union_all(parts) if parts else None


def _closure(ids: Iterable[str], features: Mapping[str, Feature]) -> set[str]:
    """The features and all that their shapes are made from."""
    found: set[str] = set()
    open_ids = list(ids)
    while open_ids:
        item = open_ids.pop()
        if item not in found:
            found.add(item)
            open_ids += feature_refs(features[item].entry.spec)
    return found


def _text_difference(
    relation: Relation, features: Mapping[str, Feature], texts: Mapping[str, PlanText]
) -> dict[str, Any]:
    """The passages of both sides, and their words as pieces ``[what, words]``: same, gone or new.

    A side is its passages at length; failing these, the sentence that is quoted; failing this, the first
    sentences that name it. ``ratio`` is the share of common words, ``alike`` whether marking them helps.
    """
    before = _passages(relation.before, relation.from_plan, relation, features, texts)
    after = _passages(relation.after, relation.to_plan, relation, features, texts)
    old, new = ("\n".join(row["exact"] for row in side) for side in (before, after))
    pieces = list(marked_pieces(old, new))
    same = sum(len(words) for what, words in pieces if what == "same")
    ratio = 2 * same / (len(old) + len(new)) if old or new else 0.0
    return {
        "from": before,
        "to": after,
        "ratio": round(ratio, 3),
        "alike": ratio >= ALIKE,
        "pieces": [list(piece) for piece in pieces],
    }


def _passages(
    ids: Sequence[str],
    plan: str,
    relation: Relation,
    features: Mapping[str, Feature],
    texts: Mapping[str, PlanText],
) -> list[dict[str, Any]]:
    text = texts[plan]
    passages = [passage for item in ids for passage in features[item].text.passages]
    spans = [(p.start, p.end) for p in passages if p.role is PassageRole.BLOCK]
    if not spans and ids:
        spans = [text.sentence_at(quote.start) for quote in relation.quotes if quote.plan == plan]
    if not spans:
        spans = [(p.start, p.end) for p in passages][:SENTENCES]
    rows = []
    end_of_last = -1
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if end > end_of_last:  # a zone's words also stand inside its structure's
            rows.append({"plan": plan, "start": start, "end": end, "exact": text.clean[start:end]})
            end_of_last = end
    return rows


def marked_pieces(old: str, new: str) -> Iterator[tuple[str, str]]:
    """``old`` and ``new`` as pieces: ``same`` stands in both, ``gone`` in the old, ``new`` in the new only.

    The pieces without ``new`` make up ``old``, those without ``gone`` make up ``new``.
    """
    gone = came = ""
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        words = old[a:b]
        if tag == "equal" and b - a >= FEWEST_SAME and not _WORDLESS.match(words):
            yield from ((what, text) for what, text in (("gone", gone), ("new", came)) if text)
            gone = came = ""
            yield "same", words
        else:
            gone, came = gone + words, came + new[c:d]
    yield from ((what, text) for what, text in (("gone", gone), ("new", came)) if text)


def _targets(ids: Iterable[str], features: Mapping[str, Feature]) -> list[dict[str, Any]]:
    """The targets of one side, each once, in the order of the text."""
    found = {
        (target.start, target.end, target.quantity.start): target_values(target) | {"feature": item}
        for item in ids
        for target in features[item].text.targets
    }
    return [found[key] for key in sorted(found)]
