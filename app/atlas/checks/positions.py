"""Checks of where features lie. Shapes are in the common metric projection, metres."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import shapely
from shapely.geometry.base import BaseGeometry

from app.atlas.checks.catalogue import finding
from app.atlas.model import Feature, Finding, Kind
from app.places.districts import BOX
from app.places.model import Method

INSIDE_SHARE = 0.5  # the part of a member that must lie in its structure
_CLEARLY_MORE = 1.05  # a circle drawn at its own tolerance, as a polygon, is no finding
_THROUGH = (Kind.RAIL, Kind.ROAD, Kind.WATER)  # lines of the whole city pass through a district


def check_registered(feature: Feature) -> Iterator[Finding]:
    """R01: every feature has a geometry, or stands in the register with its reason."""
    reference = feature.georeference
    located = reference.geometry is not None and not reference.geometry.is_empty
    registered = (
        reference.geometry is None and reference.method is Method.UNLOCATED and bool(reference.reason)
    )
    if not (registered or (located and reference.method is not Method.UNLOCATED)):
        yield finding("R01", feature=feature.entry.id)


def check_position(
    feature: Feature,
    by_id: Mapping[str, Feature],
    metric: Mapping[str, BaseGeometry],
    grounds: Mapping[str, BaseGeometry],
) -> Iterator[Finding]:
    """L01, L02, L04, L05 and L06, for a feature with a geometry."""
    shape = metric[feature.entry.id]
    yield from _outside_district(feature, shape, grounds)
    yield from _outside_parent(feature, shape, by_id, metric)
    yield from _tolerance(feature, shape)
    for doubt in feature.georeference.doubts:
        yield finding("L05", feature=feature.entry.id, doubt=doubt)
    geometry = feature.georeference.geometry
    if geometry is not None and not shapely.box(*BOX).covers(geometry):
        west, south, east, north = BOX
        yield finding("L06", feature=feature.entry.id, west=west, south=south, east=east, north=north)


def _outside_district(
    feature: Feature, shape: BaseGeometry, grounds: Mapping[str, BaseGeometry]
) -> Iterator[Finding]:
    ground = grounds.get(feature.plan.district)
    if ground is None or feature.entry.kind in _THROUGH:
        return
    share = _share_within(shape, ground, feature.georeference.tolerance_m or 0.0)
    if share < INSIDE_SHARE:
        yield finding("L01", feature=feature.entry.id, share=share, district=feature.plan.district)


def _outside_parent(
    feature: Feature, shape: BaseGeometry, by_id: Mapping[str, Feature], metric: Mapping[str, BaseGeometry]
) -> Iterator[Finding]:
    parent_id = feature.entry.parent
    if parent_id is None or parent_id not in metric:
        return
    parent = by_id[parent_id]
    slack = (feature.georeference.tolerance_m or 0.0) + (parent.georeference.tolerance_m or 0.0)
    share = _share_within(shape, metric[parent_id], slack)
    if share < INSIDE_SHARE:
        apart = shape.distance(metric[parent_id])
        yield finding("L02", feature=feature.entry.id, parent=parent.entry.name, share=share, apart=apart)


def _tolerance(feature: Feature, shape: BaseGeometry) -> Iterator[Finding]:
    tolerance = feature.georeference.tolerance_m or 0.0
    radius = math.sqrt(shape.area / math.pi)
    if shape.area and tolerance > radius * _CLEARLY_MORE:
        yield finding("L04", feature=feature.entry.id, tolerance=tolerance, radius=radius)


def _share_within(shape: BaseGeometry, ground: BaseGeometry, slack: float) -> float:
    """The part of a shape that lies on a ground, give or take ``slack`` metres."""
    share = _share_inside(shape, ground)
    # Most shapes lie well inside; widening a district for each of them costs seconds.
    return share if share >= INSIDE_SHARE else _share_inside(shape, ground.buffer(slack))


def _share_inside(shape: BaseGeometry, ground: BaseGeometry) -> float:
    """The part of a shape that lies on a ground: of its points, its length or its area."""
    if shape.geom_type in ("Point", "MultiPoint"):
        points = shapely.get_parts(shape)
        return float(shapely.covers(ground, points).mean())
    if not ground.intersects(shape):
        return 0.0
    return _measure(shapely.intersection(shape, ground)) / _measure(shape)


def _measure(shape: BaseGeometry) -> float:
    return float(shape.area or shape.length or 1.0)


def check_duplicates(by_id: Mapping[str, Feature], metric: Mapping[str, BaseGeometry]) -> Iterator[Finding]:
    """L03: two features of one layer with the very same geometry."""
    seen: dict[tuple[str, bytes], str] = {}
    for feature_id, shape in metric.items():
        feature = by_id[feature_id]
        # A union equals its only located member by construction; that is no accident.
        if feature.georeference.method is Method.UNION:
            continue
        key = (feature.entry.layer, shapely.to_wkb(shapely.normalize(shape)))
        if first := seen.get(key):
            yield finding("L03", feature=feature_id, other=by_id[first].entry.name)
        seen.setdefault(key, feature_id)
