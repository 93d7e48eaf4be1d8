"""How far our shapes lie from an authority's: metres and overlap on shapes whose answer is known."""

from __future__ import annotations

import math

import pytest
import shapely
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from app.atlas.checks.authority import mean_offset_m, overlap_share

SQUARE = shapely.box(0, 0, 100, 100)
LINE = shapely.LineString([(0, 0), (100, 0)])


@pytest.mark.parametrize(
    ("ours", "theirs", "off"),
    [
        (shapely.Point(0, 0), shapely.Point(30, 40), 50.0),
        (shapely.Point(50, 50), SQUARE, 0.0),  # a point inside an area is where it should be
        (shapely.Point(130, 50), SQUARE, 30.0),
        (LINE, translate(LINE, 0, 20), 20.0),
        (LINE, SQUARE, 0.0),
        (SQUARE, SQUARE, 0.0),
        (SQUARE, shapely.box(-10, -10, 110, 110), 10.0),
        (shapely.MultiPoint([(0, 0), (0, 10)]), shapely.Point(0, 0), 5.0),
        # Of several parts the longest speaks.
        (shapely.MultiLineString([LINE, [(500, 500), (501, 500)]]), translate(LINE, 0, 7), 7.0),
    ],
)
def test_mean_offsets(ours: BaseGeometry, theirs: BaseGeometry, off: float) -> None:
    assert mean_offset_m(ours, theirs) == pytest.approx(off, abs=0.01)


def test_overlap_is_intersection_over_union_of_areas_only() -> None:
    assert overlap_share(SQUARE, SQUARE) == 1.0
    assert overlap_share(SQUARE, translate(SQUARE, 50, 0)) == pytest.approx(1 / 3)
    assert overlap_share(SQUARE, translate(SQUARE, 500, 0)) == 0.0
    assert overlap_share(SQUARE, LINE) is None
    assert overlap_share(LINE, shapely.Point(0, 0)) is None
    assert math.isclose(overlap_share(SQUARE, shapely.box(0, 0, 100, 50)) or 0.0, 0.5)
