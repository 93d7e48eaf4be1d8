"""Checks of names: unheard, shared, ambiguous, editorial, and spelled in two ways."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations, product

from rapidfuzz.distance import Levenshtein
from shapely.geometry.base import BaseGeometry

from app.atlas.checks.catalogue import finding
from app.atlas.model import Feature, Finding, Kind
from app.places.specs import Reason, feature_refs

_LIST = re.compile(r"[、和及与—―\-]")
"""Marks inside a name by which a plan names several things at once (地铁2、5、9号线)."""

_HOUSES = frozenset({Kind.BUILDING, Kind.MALL, Kind.SQUARE, Kind.PROJECT, Kind.FACILITY, Kind.PARCEL})
"""Kinds that one house is called by in different plans."""

_HOUSE_WORDS = re.compile(r"(?<=..)(?:购物中心|商务中心|大厦|大楼|商厦|商场|广场|中心|写字楼|项目|公馆)$")
_TELLING = re.compile(r"[0-9A-Za-z一二三四五六七八九十东南西北前后上下左右新老大小岸线个家处座所条片]")
"""Characters that make another place of a name: 南疆 and 北疆, 一期 and 二期; or that count."""

_NAMED_ALIKE = frozenset({Kind.STREET, Kind.ROAD, Kind.RAIL, Kind.STATION, Kind.TOWN})
_ENUMERATION = 40  # characters between names that stand in one list
_SAME_SPOT_M = 300.0  # two spellings of one place lie no farther apart, their tolerances aside


def check_name(feature: Feature) -> Iterator[Finding]:
    """N01, N03, N04: no passage, an editor's judgement, an ambiguous name."""
    entry = feature.entry
    if not feature.text.passages:
        yield finding("N01", feature=entry.id, name=entry.name)
    if entry.editorial:
        judgement = entry.note or "名称归并或位置含编者判断。"
        yield finding("N03", feature=entry.id, judgement=judgement)
    if feature.georeference.reason == Reason.AMBIGUOUS:
        yield finding("N04", feature=entry.id, name=entry.name)


def check_homonyms(by_id: Mapping[str, Feature]) -> Iterator[Finding]:
    """N02: the same words stand for two features that have nothing to do with each other.

    Sharing is meant, and no finding, where one feature belongs to the other or is located by it (a
    project inside a zone is a passage of both), where both are parts of a third that the words name
    too, and where the words name several things at once.
    """
    claims: dict[tuple[str, int, int], list[str]] = defaultdict(list)
    for feature_id, feature in by_id.items():
        for passage in feature.text.passages:
            for start, end in passage.mentions:
                if not _LIST.search(passage.exact, start - passage.start, end - passage.start):
                    claims[feature.entry.plan, start, end].append(feature_id)
    rivals: dict[str, set[str]] = defaultdict(set)
    for owners in claims.values():
        for one, other in combinations(dict.fromkeys(owners), 2):
            wholes = _kin(by_id[one], by_id) & _kin(by_id[other], by_id) & set(owners)
            if not wholes and not _related(by_id[one], by_id[other], by_id):
                rivals[one].add(other)
                rivals[other].add(one)
    for feature_id, others in rivals.items():
        names = "、".join(f"“{by_id[other].entry.name}”（{other}）" for other in sorted(others))
        yield finding("N02", feature=feature_id, others=names)


def _related(one: Feature, other: Feature, by_id: Mapping[str, Feature]) -> bool:
    return other.entry.id in _kin(one, by_id) or one.entry.id in _kin(other, by_id)


def _kin(feature: Feature, by_id: Mapping[str, Feature]) -> set[str]:
    """Ids of what a feature belongs to, at any depth, and of what it is located by."""
    kin = set(feature_refs(feature.entry.spec))
    parent = feature.entry.parent
    while parent is not None and parent not in kin:
        kin.add(parent)
        parent = by_id[parent].entry.parent if parent in by_id else None
    return kin


def check_spellings(by_id: Mapping[str, Feature], metric: Mapping[str, BaseGeometry]) -> Iterator[Finding]:
    """N05: two features, or two names of one, that may be one place spelled in two ways.

    Compared are names of three characters and more in one district and of one kind. They are near when
    one character was replaced by another (护仓河, 护库河; not by a number or a direction), or when only
    the word for a house differs (海信商场, 海信广场). Features that one sentence names side by side, or
    that are located apart, are two places; so are streets, lines and towns, which often differ by one
    character alone.
    """
    groups: dict[tuple[str, str], list[Feature]] = defaultdict(list)
    near: dict[tuple[str, str], set[str]] = defaultdict(set)
    for feature in by_id.values():
        kind = "house" if feature.entry.kind in _HOUSES else feature.entry.kind.value
        groups[feature.plan.district, kind].append(feature)
        for own, alias in combinations(_names(feature), 2):
            if _one_character_apart(own, alias):
                near[feature.entry.id, own].add(alias)
    for group in groups.values():
        for first, second in combinations(group, 2):
            pairs = [pair for pair in product(_names(first), _names(second)) if _alike(*pair)]
            if not pairs or first.entry.kind in _NAMED_ALIKE or _two_places(first, second, by_id, metric):
                continue
            for one, other in pairs:
                near[first.entry.id, one].add(other)
                near[second.entry.id, other].add(one)
    for (feature_id, own), names in near.items():
        others = "、".join(f"“{name}”" for name in sorted(names))
        yield finding("N05", feature=feature_id, own=own, others=others)


def _two_places(
    first: Feature, second: Feature, by_id: Mapping[str, Feature], metric: Mapping[str, BaseGeometry]
) -> bool:
    same_name = set(_names(first)) & set(_names(second))
    return (
        bool(same_name)
        or _related(first, second, by_id)
        or _side_by_side(first, second)
        or _apart(first, second, metric)
    )


def _side_by_side(first: Feature, second: Feature) -> bool:
    """Whether a passage of both holds a mention of each within one enumeration's reach."""
    if first.entry.plan != second.entry.plan:
        return False
    ours, theirs = (
        [span for passage in feature.text.passages for span in passage.mentions]
        for feature in (first, second)
    )
    return any(abs(a - b) <= _ENUMERATION for a, _ in ours for b, _ in theirs)


def _names(feature: Feature) -> tuple[str, ...]:
    return tuple(name for name in (feature.entry.name, *feature.entry.aliases) if len(name) > 2)


def _one_character_apart(one: str, other: str) -> bool:
    if len(one) != len(other) or Levenshtein.distance(one, other, score_cutoff=1) != 1:
        return False
    a, b = next((a, b) for a, b in zip(one, other, strict=True) if a != b)
    return not (_TELLING.match(a) or _TELLING.match(b))


def _alike(one: str, other: str) -> bool:
    """Whether two names differ by one character, or by the word for a house alone."""
    if _one_character_apart(one, other):
        return True
    stem = _HOUSE_WORDS.sub("", one)
    return one not in (stem, other) and stem == _HOUSE_WORDS.sub("", other)


def _apart(one: Feature, other: Feature, metric: Mapping[str, BaseGeometry]) -> bool:
    """Whether both are located, and farther apart than their tolerances explain."""
    if one.entry.id not in metric or other.entry.id not in metric:
        return False
    slack = (one.georeference.tolerance_m or 0.0) + (other.georeference.tolerance_m or 0.0)
    return bool(metric[one.entry.id].distance(metric[other.entry.id]) > _SAME_SPOT_M + slack)
