"""Streets on the real extract: homonyms, bends, lone ways, and refusals that help."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point

from app.errors import AmbiguousPlaceError, GeometryError, UnknownPlaceError
from app.places.districts import district as district_area
from app.places.measure import length_km, to_metric
from app.places.reference import Reference
from app.places.streets import StreetNetwork

HEPING_BOX = (117.16, 39.09, 117.23, 39.14)


@pytest.fixture(scope="module")
def streets(reference: Reference) -> StreetNetwork:
    return StreetNetwork(reference.streets, district_area)


@pytest.mark.parametrize("name", ["贵州路", "营口道", "河北路", "徐州道", "西安道", "兰州道", "建设路"])
def test_the_namesake_in_heping_is_not_mixed_with_others(streets: StreetNetwork, name: str) -> None:
    line = streets.street(name, district="和平区").line
    assert shapely.box(*HEPING_BOX).covers(line)


@pytest.mark.parametrize(("name", "lon"), [("营口道", 117.645), ("河北路", 117.655)])
def test_the_namesake_in_tanggu_is_another_street(streets: StreetNetwork, name: str, lon: float) -> None:
    assert streets.street(name, district="滨海新区").line.centroid.x == pytest.approx(lon, abs=0.01)


def test_a_namesake_without_a_district_is_ambiguous(streets: StreetNetwork) -> None:
    with pytest.raises(AmbiguousPlaceError, match=r"营口道.*near"):
        streets.street("营口道")
    near = streets.street("营口道", near=Point(117.65, 39.02))
    assert near.line.centroid.x > 117.6


def test_an_unknown_street_offers_near_spellings(streets: StreetNetwork) -> None:
    with pytest.raises(UnknownPlaceError, match="马场道"):
        streets.street("马厂道", district="和平区")


def test_a_street_of_another_district_says_where_it_is(streets: StreetNetwork) -> None:
    with pytest.raises(UnknownPlaceError, match=r"滨海新区内没有街道“马场道”.*117\.1"):
        streets.street("马场道", district="滨海新区")


@pytest.mark.parametrize(
    ("name", "shortest", "longest"), [("西康路", 1.9, 2.7), ("马场道", 3.0, 3.6), ("台儿庄路", 6.0, 7.6)]
)
def test_bending_streets_keep_their_length(
    streets: StreetNetwork, name: str, shortest: float, longest: float
) -> None:
    street = streets.street(name, district="河西区" if name == "台儿庄路" else "和平区")
    assert shortest < length_km(street.line) < longest
    assert street.metric.is_simple


def test_every_way_point_used_lies_by_its_line(reference: Reference, streets: StreetNetwork) -> None:
    street = streets.street("南京路", district="和平区")
    rows = reference.streets[reference.streets["name"] == "南京路"]
    points = to_metric(shapely.points(rows["lon"], rows["lat"]))
    near = points[shapely.distance(points, street.metric) < 2000]  # not 南京路 of another town
    assert len(near) == street.way_points
    assert shapely.distance(near, street.metric).max() <= street.tolerance_m


def test_the_largest_gap_sets_the_tolerance_and_is_told(streets: StreetNetwork) -> None:
    street = streets.street("马场道", district="和平区")
    assert 700 < street.largest_gap_m < 950
    assert street.tolerance_m >= 0.05 * street.largest_gap_m
    assert f"最大间隔{street.largest_gap_m:.0f}米" in street.evidence[0].note


def test_a_street_goes_on_to_the_next_crossing(streets: StreetNetwork) -> None:
    # Two way points only, at 117.1877 and 117.1933; 西安道, which ends it, lies 100 m beyond.
    line = streets.street("岳阳道", district="和平区").metric
    assert line.distance(streets.street("西安道", district="和平区").metric) < 1
    assert line.distance(streets.street("贵州路", district="和平区").metric) < 1


def network(rows: list[tuple[str, str, float, float]]) -> StreetNetwork:
    ways = pd.DataFrame(rows, columns=["name", "highway", "lon", "lat"])
    return StreetNetwork(ways, district_area)


GRID = [
    ("岳阳道", "residential", 117.18769, 39.10793),
    ("岳阳道", "tertiary", 117.19327, 39.1138),
    ("重庆路", "tertiary", 117.1960, 39.1060),
    ("重庆路", "tertiary", 117.1900, 39.1120),
]


def test_a_lone_way_follows_the_nearest_street_of_its_sort() -> None:
    street = network([*GRID, ("常德道", "tertiary", 117.1930, 39.1100)]).street("常德道")
    first, last = np.array(street.metric.coords)[[0, -1]]
    east, north = last - first
    assert 0.5 < north / east < 2.5  # parallel to 岳阳道, across 重庆路
    assert "只有一个道路点" in street.doubts[0]
    assert street.tolerance_m >= 60


def test_a_lone_way_with_no_street_of_its_sort_is_refused() -> None:
    with pytest.raises(GeometryError, match="只有一个道路点"):
        network([*GRID, ("常德胡同", "tertiary", 117.1930, 39.1100)]).street("常德胡同")


def test_a_footpath_does_not_bend_its_road() -> None:
    beside = ("岳阳道", "footway", 117.1860, 39.1150)
    assert network([*GRID, beside]).street("岳阳道").way_points == 2


def test_slip_roads_do_not_bend_their_road(reference: Reference, streets: StreetNetwork) -> None:
    # Two way points of 卫津路 at its north end are slip roads (primary_link), the farther one 60 m aside.
    rows = reference.streets[reference.streets["name"] == "卫津路"]
    slip = rows[rows["highway"].str.endswith("_link")]
    assert len(slip) == 2
    street = streets.street("卫津路", district="和平区")
    assert street.way_points == len(rows) - 2
    directions = np.degrees(np.arctan2(*np.diff(np.array(street.metric.coords), axis=0).T))
    assert np.abs(np.diff(directions)).max() < 30


def test_a_slip_road_counts_where_it_is_all_there_is() -> None:
    ways = [("岳阳道", f"{kind}_link", lon, lat) for _, kind, lon, lat in GRID[:2]]
    assert network(ways).street("岳阳道").way_points == 2


@pytest.mark.parametrize(
    ("name", "share"), [("南京路", 1.05), ("卫津路", 1.02), ("六纬路", 1.02), ("大沽北路", 1.12)]
)
def test_a_wide_road_is_one_line_no_zigzag(streets: StreetNetwork, name: str, share: float) -> None:
    street = streets.street(name, district="河东区" if name == "六纬路" else "和平区")
    smooth = shapely.simplify(street.metric, 30)
    assert street.metric.length <= 1.01 * smooth.length
    first, last = (Point(street.metric.coords[end]) for end in (0, -1))
    assert street.metric.length <= share * first.distance(last)


def test_near_alone_takes_the_way_points_of_the_nearest(streets: StreetNetwork) -> None:
    assert streets.way_points("河北路", near=Point(117.65, 39.02)).x > 117.6
    assert streets.way_points("河北路", district="和平区").x < 117.25


def test_spellings_may_be_sought_everywhere_or_in_a_district(streets: StreetNetwork) -> None:
    assert "马场道" in streets.spellings("马厂道")
    assert "马场道" not in streets.spellings("马厂道", district="滨海新区")
    assert streets.spellings("qqqqqqqq") == []


def test_a_name_like_no_other_gets_no_suggestion(streets: StreetNetwork) -> None:
    with pytest.raises(UnknownPlaceError, match="没有相近的名称"):
        streets.street("qqqqqqqq")


def test_points_off_the_main_course_are_left_aside_and_told() -> None:
    main = [("成都道", "secondary", 117.180 + step / 1000, 39.10) for step in range(0, 20, 2)]
    arm = [("成都道", "secondary", 117.190, 39.10 + step / 1000) for step in (2, 3)]
    street = network([*main, *arm]).street("成都道")
    assert any("2个道路点偏离主线" in doubt for doubt in street.doubts)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_order_of_the_extract_does_not_matter(reference: Reference, seed: int) -> None:
    rows = reference.streets
    near = rows[rows["lon"].between(117.17, 117.21) & rows["lat"].between(39.09, 39.13)]
    shuffled = near.sample(frac=1, random_state=seed).reset_index(drop=True)
    one = StreetNetwork(near, district_area).street("成都道", district="和平区")
    other = StreetNetwork(shuffled, district_area).street("成都道", district="和平区")
    assert one.metric.equals_exact(other.metric, 1e-6)
