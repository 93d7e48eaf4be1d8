"""Questions about ground: what applies here, what lies near, where two layers collide.

Geometry comes in and goes out as WGS84 longitude, latitude. Areas and lengths of overlaps are geodesic;
distances are planar in the shared metric projection (off by less than 0.02 % anywhere in Tianjin). Nothing
is drawn larger than it is, but a shape is only as good as its tolerance: what does not reach the asked
ground, yet lies no farther from it than its own tolerance, is answered too and marked as *possible*.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from app.atlas.query import Query
from app.atlas.store import Atlas, StoredFeature
from app.places.measure import area_km2, buffer_m, length_km, to_metric


class Relation(Enum):
    """How a feature stands to the ground that was asked about."""

    CONTAINS = "contains"  # the feature covers all of the ground
    WITHIN = "within"  # the feature lies in it
    OVERLAPS = "overlaps"
    POSSIBLE = "possible"  # outside, but no farther than its tolerance
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class Hit:
    """A feature that answers a question about ground.

    Parameters
    ----------
    distance_m
        Shortest distance from the ground, 0 where they meet.
    overlap_ha, overlap_km
        Area, and length of lines, that both share; None where one of them has none to share.
    share_of_feature, share_of_ground
        The overlap as a share (0 to 1) of the feature's and of the ground's size, areas with areas and
        lines with what they run through; None where that makes no sense.
    """

    feature: StoredFeature
    relation: Relation
    distance_m: float
    overlap_ha: float | None = None
    overlap_km: float | None = None
    share_of_feature: float | None = None
    share_of_ground: float | None = None


@dataclass(frozen=True, slots=True)
class Collision:
    """Two features of different layers that lie over one another; ``overlap`` is the common ground."""

    first: StoredFeature
    second: StoredFeature
    overlap: BaseGeometry
    overlap_ha: float
    share_of_first: float
    share_of_second: float


def applying(atlas: Atlas, ground: BaseGeometry) -> list[Hit]:
    """Every located feature that applies to a point, line or area, the surest first.

    Parameters
    ----------
    ground
        Valid WGS84 geometry.

    Returns
    -------
    list
        Those that meet the ground, small ones before large ones; then the possible ones by distance.
    """
    asked, found = _shape(ground), []
    for feature in _around(atlas, ground, _largest_tolerance(atlas)):
        shape = _shape_of(atlas, feature.id)
        hit = _hit(feature, shape, asked)
        if hit is not None:
            found.append((hit.distance_m, shape.area_km2, feature.id, hit))
    return [hit for *_, hit in sorted(found, key=lambda row: row[:3])]


def nearby(atlas: Atlas, ground: BaseGeometry, metres: float) -> list[Hit]:
    """Located features no farther than ``metres`` from the ground, by distance; those on it come first."""
    asked, found = _shape(ground), []
    for feature in _around(atlas, ground, metres):
        shape = _shape_of(atlas, feature.id)
        distance = float(shapely.distance(asked.metric, shape.metric))
        if distance <= metres:
            relation = Relation.NEAR if distance else _relation(shape, asked)
            found.append((distance, shape.area_km2, feature.id, Hit(feature, relation, distance)))
    return [hit for *_, hit in sorted(found, key=lambda row: row[:3])]


def collisions(
    atlas: Atlas, first: Iterable[StoredFeature], second: Iterable[StoredFeature]
) -> list[Collision]:
    """Pairs of areas, one from each side, that share ground; the largest overlap first.

    Borders that only touch share none, and slivers under one square metre are noise of the coordinate
    grid (0.1 m), not overlap. A feature never collides with itself.
    """
    left, right = (
        [(f, shape) for f in side if f.geometry is not None and (shape := _shape_of(atlas, f.id)).area_km2]
        for side in (first, second)
    )
    tree = shapely.STRtree([shape.areas for _, shape in right])
    found: list[Collision] = []
    seen: set[frozenset[str]] = set()
    for feature, shape in left:
        for index in tree.query(shape.areas, predicate="intersects"):
            other, counterpart = right[int(index)]
            pair = frozenset((feature.id, other.id))
            if other.id == feature.id or pair in seen:
                continue
            seen.add(pair)
            common = areas_of(shapely.intersection(shape.areas, counterpart.areas))
            overlap = area_km2(common)
            if overlap >= 1e-6:
                shares = overlap / shape.area_km2, overlap / counterpart.area_km2
                found.append(Collision(feature, other, common, overlap * 100, *shares))
    return sorted(found, key=lambda row: (-row.overlap_ha, row.first.id, row.second.id))


def areas_of(geometry: BaseGeometry | None) -> BaseGeometry:
    """The polygons of a geometry as one; empty where there is none."""
    return _of_kind(geometry, shapely.Polygon)


def lines_of(geometry: BaseGeometry | None) -> BaseGeometry:
    """The lines of a geometry as one; empty where there is none."""
    return _of_kind(geometry, shapely.LineString)


def _of_kind(geometry: BaseGeometry | None, kind: type[BaseGeometry]) -> BaseGeometry:
    return shapely.union_all([part for part in _parts(geometry) if isinstance(part, kind)])


def _parts(geometry: BaseGeometry | None) -> Iterator[BaseGeometry]:
    if geometry is None:
        return
    for part in shapely.get_parts(geometry):
        if hasattr(part, "geoms"):
            yield from _parts(part)
        else:
            yield part


def _around(atlas: Atlas, ground: BaseGeometry, metres: float) -> list[StoredFeature]:
    box = buffer_m(shapely.box(*ground.bounds), max(metres, 1.0)).bounds
    return atlas.query(Query(bbox=box, registered=False)).items


@dataclass(frozen=True, slots=True)
class _Shape:
    """A feature's geometry taken apart, once per build: questions ask for the same parts again and again."""

    metric: BaseGeometry
    parts: tuple[BaseGeometry, ...]
    areas: BaseGeometry
    lines: BaseGeometry
    area_km2: float
    length_km: float


def _shape(geometry: BaseGeometry) -> _Shape:
    areas, lines = areas_of(geometry), lines_of(geometry)
    return _Shape(
        to_metric(geometry), tuple(_parts(geometry)), areas, lines, area_km2(areas), length_km(lines)
    )


@lru_cache(maxsize=20_000)
def _shape_of(atlas: Atlas, feature_id: str) -> _Shape:
    feature = atlas.feature(feature_id)
    assert feature is not None
    assert feature.geometry is not None
    return _shape(feature.geometry)


def _hit(feature: StoredFeature, shape: _Shape, ground: _Shape) -> Hit | None:
    distance = float(shapely.distance(ground.metric, shape.metric))
    if distance:
        tolerance = feature.properties["tolerance_m"] or 0
        return Hit(feature, Relation.POSSIBLE, distance) if distance <= tolerance else None
    return Hit(feature, _relation(shape, ground), 0.0, **_overlap(shape, ground))


def _relation(shape: _Shape, ground: _Shape) -> Relation:
    if all(any(shapely.covers(part, piece) for part in shape.parts) for piece in ground.parts):
        return Relation.CONTAINS
    if all(any(shapely.covers(piece, part) for piece in ground.parts) for part in shape.parts):
        return Relation.WITHIN
    return Relation.OVERLAPS


def _overlap(shape: _Shape, ground: _Shape) -> dict[str, Any]:
    if ground.area_km2 and shape.area_km2:
        common = area_km2(shapely.intersection(shape.areas, ground.areas))
        return {
            "overlap_ha": common * 100,
            "share_of_feature": min(1.0, common / shape.area_km2),
            "share_of_ground": min(1.0, common / ground.area_km2),
        }
    if ground.area_km2 and shape.length_km:
        common = length_km(shapely.intersection(shape.lines, ground.areas))
        return {"overlap_km": common, "share_of_feature": min(1.0, common / shape.length_km)}
    if ground.length_km and shape.area_km2:
        common = length_km(shapely.intersection(ground.lines, shape.areas))
        return {"overlap_km": common, "share_of_ground": min(1.0, common / ground.length_km)}
    return {}


@lru_cache(maxsize=4)
def _largest_tolerance(atlas: Atlas) -> float:
    return max((float(f.properties["tolerance_m"] or 0) for f in atlas), default=0.0)
