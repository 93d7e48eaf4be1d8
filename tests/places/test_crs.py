"""The systems on offer: names, axis orders, round trips, and what is said where they do not fit."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.errors import GeometryError, RequestError
from app.places.crs import (
    GCJ02,
    GCJ02_RESIDUAL_M,
    OFFERED,
    WGS84,
    OfferedCrs,
    area_of_use_note,
    crs_named,
    from_crs,
    official_axes,
    to_crs,
)
from app.places.datum import wgs84_to_gcj02
from app.places.districts import BOX, district
from app.places.measure import distance_m

WEST, SOUTH, EAST, NORTH = BOX
offered = st.sampled_from(list(OFFERED.values()))
lonlat = st.tuples(st.floats(WEST, EAST), st.floats(SOUTH, NORTH))


@pytest.mark.parametrize(
    "text", ["", "  ", "EPSG:4549.5", "EPSG:2154", "BD-09", "gcj", "x" * 5000, "EPSG:", "'"]
)
def test_what_is_not_offered_is_refused_with_what_is(text: str) -> None:
    with pytest.raises(RequestError) as error:
        crs_named(text)
    assert all(code in str(error.value) for code in OFFERED)
    assert len(str(error.value)) < 300


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("EPSG:4548", "EPSG:4548"),
        ("epsg:4548", "EPSG:4548"),
        (" 4548 ", "EPSG:4548"),
        ("[EPSG:4548]", "EPSG:4548"),
        ("http://www.opengis.net/def/crs/EPSG/0/4548", "EPSG:4548"),
        ("https://www.opengis.net/def/crs/EPSG/9.9.1/4548", "EPSG:4548"),
        ("urn:ogc:def:crs:EPSG::4490", "EPSG:4490"),
        ("urn:ogc:def:crs:EPSG:9.9:4490", "EPSG:4490"),
        ("OGC:CRS84", "OGC:CRS84"),
        ("crs84", "OGC:CRS84"),
        ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", "OGC:CRS84"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "OGC:CRS84"),
        ("GCJ-02", GCJ02),
        ("gcj02", GCJ02),
        ("GCJ2002", GCJ02),
    ],
)
def test_the_forms_in_which_people_and_standards_name_a_system(text: str, code: str) -> None:
    assert crs_named(text).code == code


@pytest.mark.parametrize("crs", [c for c in OFFERED.values() if c.uri], ids=lambda c: c.code)
def test_axis_order_and_area_are_the_authoritys(crs: OfferedCrs) -> None:
    authority = pyproj.CRS.from_user_input(crs.uri)
    assert crs.north_first == (authority.axis_info[0].direction == "north")
    assert crs.projected == authority.is_projected
    assert authority.area_of_use is not None
    assert crs.area == authority.area_of_use.bounds
    assert crs_named(crs.uri) is crs
    # The authority's own order, from PROJ without always_xy.
    strict = pyproj.Transformer.from_crs("OGC:CRS84", crs.uri).transform(117.2, 39.1)
    ours = official_axes(to_crs(np.array([[117.2, 39.1]]), crs), crs)[0]
    assert tuple(ours) == pytest.approx(strict, abs=1e-9)


def test_zone_prefix_and_false_easting() -> None:
    place = np.array([[117.2, 39.1]])
    plain, zone39 = (to_crs(place, OFFERED[code])[0] for code in ("EPSG:4548", "EPSG:4527"))
    assert zone39 - plain == pytest.approx((39_000_000, 0), abs=1e-6)
    assert plain[0] == pytest.approx(500_000 + 0.2 * 86_500, rel=0.001)  # 0.2° of longitude at 39.1°N
    plain, zone40 = (to_crs(place, OFFERED[code])[0] for code in ("EPSG:4549", "EPSG:4528"))
    assert zone40 - plain == pytest.approx((40_000_000, 0), abs=1e-6)
    assert plain[0] < 300_000  # west of its meridian


@given(offered, lonlat)
def test_there_and_back_within_a_millimetre(crs: OfferedCrs, place: tuple[float, float]) -> None:
    there = to_crs(np.array([place]), crs)
    back = from_crs(there, crs)[0]
    assert distance_m(shapely.Point(back), shapely.Point(place)) < max(0.001, GCJ02_RESIDUAL_M)
    # What a file keeps of it, rounded as this system deserves.
    kept = from_crs(np.round(there, crs.decimals), crs)[0]
    assert distance_m(shapely.Point(kept), shapely.Point(place)) < 0.002


@given(offered, lonlat)
def test_changing_axes_twice_changes_nothing(crs: OfferedCrs, place: tuple[float, float]) -> None:
    point = shapely.Point(place)
    assert official_axes(official_axes(point, crs), crs) == point
    assert (official_axes(point, crs) == point) == (not crs.north_first or place[0] == place[1])


def test_geometry_arrays_of_geometry_and_coordinates_agree() -> None:
    crs = OFFERED["EPSG:4527"]
    area = district("和平区")
    one = to_crs(area, crs)
    assert shapely.get_coordinates(one) == pytest.approx(to_crs(shapely.get_coordinates(area), crs), abs=1e-9)
    several = to_crs(np.array([area, shapely.Point(), shapely.Point(117, 39)]), crs)
    assert several[0].equals(one)
    assert several[1].is_empty
    assert to_crs(np.empty((0, 2)), crs).shape == (0, 2)
    assert from_crs(shapely.Polygon(), crs).is_empty
    assert area.equals(district("和平区"))


def test_gcj02_is_the_shift_and_marked() -> None:
    crs = crs_named("GCJ-02")
    assert not crs.surveying
    assert not crs.uri
    assert "不可用于测量" in crs.title
    point = shapely.Point(117.2042, 39.1353)
    assert to_crs(point, crs) == wgs84_to_gcj02(point)
    assert 500 < distance_m(to_crs(point, crs), point) < 600


def test_cgcs2000_is_taken_for_wgs84() -> None:
    point = shapely.Point(117.2042, 39.1353)
    assert distance_m(to_crs(point, OFFERED["EPSG:4490"]), point) < 0.001


@pytest.mark.parametrize(
    ("code", "place"),
    [("EPSG:4527", (517_300.0, 4_329_625.0)), ("EPSG:4548", (39_517_300.0, 4_329_625.0))],
)
def test_a_prefix_missing_or_too_many_is_not_a_place(code: str, place: tuple[float, float]) -> None:
    with pytest.raises(GeometryError):
        from_crs(np.array([place]), OFFERED[code])


@pytest.mark.parametrize("code", ["EPSG:3857", "EPSG:4548", "EPSG:4527"])
def test_a_latitude_that_is_none_goes_nowhere(code: str) -> None:
    with pytest.raises(GeometryError):
        to_crs(shapely.Point(117.0, 117.0), OFFERED[code])


def test_outside_the_area_of_use_is_said() -> None:
    heping = district("和平区").bounds
    assert area_of_use_note(heping, OFFERED["EPSG:4548"]) == ""
    assert area_of_use_note(heping, WGS84) == ""
    note = area_of_use_note(heping, OFFERED["EPSG:4549"])
    assert "118.5–121.5" in note
    assert "0.07%" in note  # k = 1 + (Δλ cos φ)² / 2 with Δλ = 2.8°, φ = 39.1°
    assert area_of_use_note((0.0, 0.0, 1.0, 1.0), OFFERED["EPSG:4490"]).endswith("16.7–53.56）。")
