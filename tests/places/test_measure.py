"""Lengths, areas and buffers against values computed by hand or by independent formulas."""

from __future__ import annotations

import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.places.measure import (
    area_km2,
    buffer_m,
    distance_m,
    distances_m,
    from_metric,
    length_km,
    perimeter_km,
    to_metric,
)

lon = st.floats(116.7, 118.1)
lat = st.floats(38.5, 40.3)


def test_a_hole_is_taken_off_whichever_way_its_ring_runs() -> None:
    outer, inner = shapely.box(117.19, 39.10, 117.20, 39.11), shapely.box(117.192, 39.102, 117.198, 39.108)
    holed = shapely.Polygon(outer.exterior, [inner.exterior])
    wrong_way = shapely.Polygon(outer.exterior, [inner.exterior.reverse()])
    assert area_km2(holed) == pytest.approx(area_km2(outer) - area_km2(inner), rel=1e-9)
    assert area_km2(wrong_way) == pytest.approx(area_km2(holed), rel=1e-12)


def test_a_collection_counts_each_kind_only_where_it_has_a_meaning() -> None:
    square = shapely.box(117.19, 39.10, 117.20, 39.11)
    line = shapely.LineString([(117.19, 39.10), (117.20, 39.10)])
    mixed = shapely.GeometryCollection(
        [shapely.MultiPolygon([square]), shapely.MultiLineString([line, line]), shapely.Point(117, 39)]
    )
    assert area_km2(mixed) == pytest.approx(area_km2(square))
    assert length_km(mixed) == pytest.approx(2 * length_km(line))
    assert perimeter_km(mixed) == pytest.approx(length_km(square.boundary))


def test_nothing_measures_nothing() -> None:
    for empty in (shapely.Polygon(), shapely.LineString(), shapely.GeometryCollection()):
        assert area_km2(empty) == length_km(empty) == perimeter_km(empty) == 0
    assert to_metric(shapely.Polygon()).is_empty
    assert (
        distances_m(*[shapely.get_coordinates(shapely.Polygon())[:, 0]] * 2, shapely.Point(117, 39)).size == 0
    )


def test_a_minute_of_latitude_is_a_nautical_mile_there() -> None:
    # Meridian arc of one minute at 39.1 degrees on WGS84: 1852.2 - 9.3 cos(2 * lat) metres.
    expected = 1852.2 - 9.3 * math.cos(math.radians(2 * 39.1))
    north = shapely.LineString([(117.2, 39.1 - 1 / 120), (117.2, 39.1 + 1 / 120)])
    assert length_km(north) * 1000 == pytest.approx(expected, abs=0.5)


@given(lon, lat)
def test_the_projection_goes_there_and_back(x: float, y: float) -> None:
    there = to_metric(shapely.Point(x, y))
    assert distance_m(from_metric(there), shapely.Point(x, y)) < 0.001
    # x is east and y is north: never the EPSG order.
    assert 470_000 < there.x < 600_000
    assert 4_200_000 < there.y < 4_500_000


@given(lon, lat, st.floats(20, 2000))
def test_a_buffer_is_as_wide_as_asked_anywhere_in_the_box(x: float, y: float, metres: float) -> None:
    circle = buffer_m(shapely.Point(x, y), metres)
    assert area_km2(circle) * 1e6 == pytest.approx(math.pi * metres**2, rel=0.003)


def test_planar_area_agrees_with_the_geodesic_one_at_the_far_edge_of_the_box() -> None:
    square = shapely.box(118.08, 40.0, 118.1, 40.02)
    assert to_metric(square).area / 1e6 == pytest.approx(area_km2(square), rel=3e-4)
