"""Checks of an authority's geometry against the one that our own method gives."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.atlas.checks.catalogue import finding
from app.atlas.model import Feature, Finding
from app.places.measure import to_metric
from app.places.model import Method

_SAMPLES = 200


def check_authority(feature: Feature) -> Iterator[Finding]:
    """A01: how far ours lay from the authority's; A02: ours lay farther off than it claimed.

    Ours is the first superseded georeference; where it was not on the map there is nothing to compare.
    """
    theirs = feature.georeference.geometry
    if feature.georeference.method is not Method.AUTHORITY or theirs is None:
        return
    ours = feature.superseded[0]
    if ours.geometry is None:
        return
    our_shape, their_shape = to_metric(ours.geometry), to_metric(theirs)
    off = mean_offset_m(our_shape, their_shape)
    overlap = overlap_share(our_shape, their_shape)
    told = "" if overlap is None else f"，重叠（交并比）{overlap:.0%}"
    yield finding("A01", feature=feature.entry.id, method=ours.method.value, off=off, overlap=told)
    if ours.tolerance_m is not None and off > ours.tolerance_m:
        yield finding("A02", feature=feature.entry.id, off=off, tolerance=ours.tolerance_m)


def mean_offset_m(ours: BaseGeometry, theirs: BaseGeometry) -> float:
    """Mean distance in metres from points along our outline (line, points) to theirs; shapes in metres."""
    if ours.geom_type.endswith("Polygon"):
        ours = ours.boundary
    if theirs.geom_type.endswith("Polygon") and not ours.geom_type.endswith("Point"):
        theirs = theirs.boundary
    if ours.geom_type.endswith("Point"):
        points = shapely.get_parts(ours)
    else:
        parts = shapely.get_parts(ours)
        steps = np.linspace(0, 1, _SAMPLES)
        longest = max(parts, key=lambda part: float(part.length))
        points = shapely.line_interpolate_point(longest, steps, normalized=True)
    return float(shapely.distance(points, theirs).mean())


def overlap_share(ours: BaseGeometry, theirs: BaseGeometry) -> float | None:
    """Intersection over union of two areas; None where one of them is none."""
    if not (ours.area and theirs.area):
        return None
    common = shapely.intersection(ours, theirs).area
    return float(common / (ours.area + theirs.area - common))
