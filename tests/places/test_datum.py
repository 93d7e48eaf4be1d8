"""The datum shifts against published values and against themselves."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.places.datum import bd09_to_wgs84, gcj02_to_wgs84, wgs84_to_bd09, wgs84_to_gcj02
from app.places.measure import distance_m
from app.places.reference import Reference

lon = st.floats(116.7, 118.1)
lat = st.floats(38.5, 40.3)
STATION = shapely.Point(117.2042, 39.1353)


def test_tianjin_station_is_where_amap_shows_it() -> None:
    shifted = wgs84_to_gcj02(STATION)
    assert distance_m(shifted, shapely.Point(117.2103, 39.1365)) < 30
    assert 500 < distance_m(shifted, STATION) < 600


def test_the_value_printed_with_every_other_implementation() -> None:
    # 天安门, the example of the widely copied coordtransform package.
    shifted = wgs84_to_gcj02(shapely.Point(116.404, 39.915))
    assert (shifted.x, shifted.y) == pytest.approx((116.41024449916938, 39.91640428150164), abs=1e-9)


def test_a_gcj02_point_taken_for_wgs84_is_found_in_the_data(reference: Reference) -> None:
    hits = reference.find("天津站", groups=("places",))
    assert min(distance_m(hit.point, STATION) for hit in hits) < 10
    assert min(distance_m(hit.point, wgs84_to_gcj02(STATION)) for hit in hits) > 500


@given(lon, lat)
def test_gcj02_there_and_back(x: float, y: float) -> None:
    point = shapely.Point(x, y)
    assert distance_m(gcj02_to_wgs84(wgs84_to_gcj02(point)), point) < 0.001


@given(lon, lat)
def test_bd09_there_and_back(x: float, y: float) -> None:
    point = shapely.Point(x, y)
    shifted = wgs84_to_bd09(point)
    assert 500 < distance_m(shifted, point) < 2000
    assert distance_m(bd09_to_wgs84(shifted), point) < 0.001


def test_shapes_keep_their_parts_and_nothing_stays_nothing() -> None:
    ring = shapely.Polygon(
        shapely.box(117, 39, 117.1, 39.1).exterior, [shapely.box(117.02, 39.02, 117.05, 39.05).exterior]
    )
    shifted = wgs84_to_gcj02(shapely.MultiPolygon([ring]))
    assert shifted.geom_type == "MultiPolygon"
    assert len(shifted.geoms[0].interiors) == 1
    assert wgs84_to_gcj02(shapely.Polygon()).is_empty
    assert gcj02_to_wgs84(shapely.LineString()).is_empty
