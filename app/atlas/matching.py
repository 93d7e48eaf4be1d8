"""Rows of a strange file brought together with the features of a plan.

Only what is the same is taken: an id, a name, an alias of one feature alone, blanks and letter widths
apart. A near name is shown to a person, who may accept it; a name that several features share is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz, process
from shapely.geometry.base import BaseGeometry

from app.atlas.model import Entry
from app.errors import AtlasError
from app.places.geofile import GeoLayer
from app.places.inspection import CONTROL_WITHIN_M
from app.places.reference import plain

_NEAR = 60.0  # rapidfuzz ratio from which a name is worth showing
_NEAR_MAX = 3


class ImportRefusedError(AtlasError, ValueError):
    """Nothing was imported; the message says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A feature of the plan that geometry may be brought in for: its names and present WGS84 geometry."""

    id: str
    name: str
    aliases: tuple[str, ...]
    geometry: BaseGeometry | None
    tolerance_m: float | None

    @property
    def control(self) -> bool:
        """Whether its geometry is sure enough to show by how far a file is shifted."""
        return self.tolerance_m is not None and self.tolerance_m <= CONTROL_WITHIN_M


class MatchedBy(StrEnum):
    """What row and feature have in common, the surest first."""

    ID = "id"
    ACCEPTED = "accepted"
    NAME = "name"
    ALIAS = "alias"


MATCHED_BY: Mapping[MatchedBy, str] = {
    MatchedBy.ID: "编号相同",
    MatchedBy.ACCEPTED: "经人确认",
    MatchedBy.NAME: "名称相同",
    MatchedBy.ALIAS: "别名相同",
}


@dataclass(frozen=True, slots=True)
class Match:
    """Rows of the file brought together with a feature."""

    feature: str
    name: str
    rows: tuple[int, ...]
    matched_by: MatchedBy


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that was not taken, why, and ids of features it may be meant for."""

    name: str
    reason: str
    near: tuple[tuple[str, str], ...] = ()


def candidates_of(
    entries: Iterable[Entry], shapes: Mapping[str, tuple[BaseGeometry | None, float | None]]
) -> list[Candidate]:
    """The features of a plan as its layer files name them.

    Parameters
    ----------
    entries
        From the layer files.
    shapes
        Present geometry (WGS84) and tolerance in metres by id; features that have none yet may lack.
    """
    return [
        Candidate(
            id=entry.id,
            name=entry.name,
            aliases=entry.aliases,
            geometry=geometry,
            tolerance_m=tolerance,
        )
        for entry in entries
        for geometry, tolerance in [shapes.get(entry.id, (None, None))]
    ]


def known_shapes(candidates: Iterable[Candidate]) -> dict[str, list[BaseGeometry]]:
    """The sure shapes of a plan by name, as control shapes."""
    known: dict[str, list[BaseGeometry]] = {}
    for candidate in candidates:
        if candidate.control and candidate.geometry is not None:
            known.setdefault(candidate.name, []).append(candidate.geometry)
    return known


def match_rows(
    layer: GeoLayer,
    candidates: Sequence[Candidate],
    *,
    by: str,
    column: str = "",
    accepted: Sequence[tuple[str, str]] = (),
) -> tuple[str, list[Match], list[LeftOut]]:
    """Match the rows of a layer.

    Parameters
    ----------
    layer, candidates
        What is to be brought together.
    by
        ``id`` or ``name``.
    column
        The attribute to compare; the one with most matches where not given.
    accepted
        Pairs (name in the file, feature id) that a person has confirmed.

    Returns
    -------
    tuple
        The column, the matches in the order of the file, and the rows left out.

    Raises
    ------
    ImportRefusedError
        There is no such column or accepted feature, or the file has no attributes.
    """
    index: dict[str, list[tuple[Candidate, MatchedBy]]] = {}
    for candidate in candidates:
        keys = {plain(candidate.id): MatchedBy.ID} if by == "id" else _names(candidate)
        for key, how in keys.items():
            index.setdefault(key, []).append((candidate, how))
    ids = {candidate.id for candidate in candidates}
    confirmed = {plain(name): feature for name, feature in accepted}
    if unknown := sorted(set(confirmed.values()) - ids):
        raise ImportRefusedError(f"--accept 指到的“{unknown[0]}”不是这个规划的要素。")
    column = column or _best_column(layer, index, confirmed)
    if column not in layer.columns:
        raise ImportRefusedError(f"没有属性列“{column}”；有：{'、'.join(layer.columns) or '（无）'}。")
    rows: dict[tuple[str, str, MatchedBy], list[int]] = {}
    left_out: list[LeftOut] = []
    for row, value in enumerate(layer.columns[column]):
        name = value.strip()
        found = index.get(plain(name), []) if name else []
        if (feature := confirmed.get(plain(name))) is not None:
            rows.setdefault((feature, name, MatchedBy.ACCEPTED), []).append(row)
        elif len({candidate.id for candidate, _ in found}) == 1:
            rows.setdefault((found[0][0].id, name, found[0][1]), []).append(row)
        elif found:
            near = tuple((candidate.id, candidate.name) for candidate, _ in found)
            left_out.append(LeftOut(name, "同名要素不止一个，未取（可用 --match id 或 --accept）", near))
        else:
            near = _near(name, candidates) if by == "name" else ()
            reason = "只有相近的名称，未取（可用 --accept 确认）" if near else "规划里没有这个要素"
            left_out.append(LeftOut(name or f"第 {row + 1} 行（无名）", reason, near))
    matches = [Match(feature, name, tuple(found), how) for (feature, name, how), found in rows.items()]
    return column, _one_name_each(matches, left_out), left_out


def _names(candidate: Candidate) -> dict[str, MatchedBy]:
    """Spellings of a feature and how a row with one matches, the name itself before the aliases."""
    aliases = {plain(alias): MatchedBy.ALIAS for alias in candidate.aliases}
    return {**aliases, plain(candidate.name): MatchedBy.NAME}


def _best_column(
    layer: GeoLayer, index: Mapping[str, Sequence[tuple[Candidate, MatchedBy]]], accepted: Mapping[str, str]
) -> str:
    counts = {
        name: sum(plain(value) in index or plain(value) in accepted for value in set(column))
        for name, column in layer.columns.items()
    }
    if not counts:
        raise ImportRefusedError("文件没有属性，无从匹配。")
    return max(counts, key=lambda name: counts[name])


def _near(name: str, candidates: Sequence[Candidate]) -> tuple[tuple[str, str], ...]:
    names = {candidate.id: plain(candidate.name) for candidate in candidates}
    found = process.extract(plain(name), names, scorer=fuzz.ratio, limit=_NEAR_MAX, score_cutoff=_NEAR)
    titles = {candidate.id: candidate.name for candidate in candidates}
    return tuple((str(key), titles[str(key)]) for _, _, key in found)


def _one_name_each(matches: list[Match], left_out: list[LeftOut]) -> list[Match]:
    """Of rows that reach one feature by different names only the surest are taken: id or name, then alias."""
    order = list(MatchedBy)
    best: dict[str, Match] = {}
    for match in sorted(matches, key=lambda match: order.index(match.matched_by)):
        first = best.setdefault(match.feature, match)
        if first is not match:
            left_out.append(LeftOut(match.name, f"要素 {match.feature} 已取自“{first.name}”"))
    return [match for match in matches if best[match.feature] is match]
