"""海河 and its quays against the lengths that the plans state; other rivers as weak as their points."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd
import pytest
from shapely import Point

from app.errors import GeometryError, UnknownPlaceError
from app.places.districts import district
from app.places.linework import Lines
from app.places.measure import length_km, to_metric
from app.places.reference import Reference
from app.places.waters import Rivers


@pytest.fixture(scope="module")
def lines(reference: Reference) -> Lines:
    return Lines(reference)


@pytest.mark.parametrize(
    ("side", "stated_km", "share"),
    [("河东区", 8.28, 0.05), ("和平区", 3.8, 0.10)],  # hedong-14: 8.28公里沿河; heping-13: 岸线总长3.8公里
)
def test_the_river_front_has_the_stated_length(
    lines: Lines, side: str, stated_km: float, share: float
) -> None:
    quay = lines.bank("海河", side)
    assert length_km(quay.line) == pytest.approx(stated_km, rel=share)
    assert quay.metric.is_simple


@pytest.mark.parametrize("side", ["和平区", "河东区", "河北区", "河西区"])
def test_the_quay_lies_on_its_own_side_45_to_60_m_from_the_middle(lines: Lines, side: str) -> None:
    quay, middle = lines.bank("海河", side).metric, lines.river("海河").metric
    ground = to_metric(district(side))
    steps = [quay.interpolate(share, normalized=True) for share in (0.1, 0.3, 0.5, 0.7, 0.9)]
    assert all(ground.covers(step) for step in steps)
    # The edge of the districts may cut a corner of the smoothed middle by its own tolerance.
    assert all(35 < middle.distance(step) < 70 for step in steps)


@pytest.mark.parametrize("spot", [(117.20091, 39.13145), (117.21198, 39.11912)])
def test_the_bank_road_of_heping_runs_on_its_quay(lines: Lines, spot: tuple[float, float]) -> None:
    quay = lines.bank("海河", "和平区")
    road = to_metric(Point(spot))  # way points of 张自忠路 and 台儿庄路
    assert quay.metric.distance(road) <= quay.tolerance_m


def test_the_bank_road_of_hedong_stands_back_behind_its_quay(lines: Lines) -> None:
    quay, middle = lines.bank("海河", "河东区"), lines.river("海河")
    road = to_metric(Point(117.23123, 39.10232))  # way point of 海河东路
    assert middle.metric.distance(road) > middle.metric.distance(quay.metric)


def test_the_middle_of_the_city_reach_passes_its_water_point(lines: Lines) -> None:
    spot = to_metric(Point(117.201026, 39.132094))  # OSM water way 海河 at 津湾广场
    assert lines.river("海河").metric.distance(spot) < 30


def test_below_the_city_the_river_is_as_weak_as_its_gap(lines: Lines) -> None:
    river = lines.river("海河", district="滨海新区")
    assert river.largest_gap_m > 5000
    assert river.tolerance_m == pytest.approx(0.15 * river.largest_gap_m, abs=1)
    assert "最大间隔" in river.doubts[0]


def test_bridges_named_after_a_river_lie_on_it(lines: Lines) -> None:
    river = lines.river("永定新河", district="滨海新区")  # no water point in the district, three bridges
    assert river.way_points >= 3
    assert river.metric.distance(to_metric(Point(117.6990, 39.1322))) < 100
    assert "同名桥梁点" in river.evidence[0].note
    assert "水系点" not in river.evidence[0].note


def test_a_river_known_by_one_point_is_no_line(lines: Lines) -> None:
    with pytest.raises(UnknownPlaceError, match="1个“潮白新河”的水系点和0座同名桥"):
        lines.river("潮白新河")


def test_an_unknown_river_is_refused(lines: Lines) -> None:
    with pytest.raises(UnknownPlaceError, match="0个“护仓河”的水系点"):
        lines.river("护仓河", district="河东区")


def test_points_on_one_spot_are_no_river() -> None:
    waters = pd.DataFrame({"name": ["张贵庄河"] * 2, "lon": [117.30, 117.3001], "lat": [39.11, 39.11]})
    streets = pd.DataFrame({"name": ["津滨大道"], "highway": ["trunk"], "lon": [117.30], "lat": [39.11]})
    extracts = cast(Reference, SimpleNamespace(waters=waters, streets=streets))
    with pytest.raises(UnknownPlaceError, match="“张贵庄河”的水系点彼此重合"):
        Rivers(extracts).river("张贵庄河")


def test_only_the_quay_of_haihe_is_known(lines: Lines) -> None:
    with pytest.raises(UnknownPlaceError, match="只有海河"):
        lines.bank("津河", "和平区")


def test_a_district_off_the_river_has_no_quay(lines: Lines) -> None:
    with pytest.raises(GeometryError, match="滨海新区不临海河市区段"):
        lines.bank("海河", "滨海新区")


@pytest.mark.parametrize("side", ["和平区", "河东区", "河北区", "河西区"])
def test_a_quay_ends_with_the_river_and_does_not_turn_ashore(lines: Lines, side: str) -> None:
    # Shared edges run on for 60 m behind the corner of a third district, away from the river.
    steps = np.diff(np.array(lines.bank("海河", side).metric.coords), axis=0)
    directions = np.degrees(np.arctan2(steps[:, 1], steps[:, 0]))
    turns = np.abs((np.diff(directions) + 180) % 360 - 180)
    assert turns[[0, -1]].max() < 20
    assert turns.max() < 60


def test_the_city_reach_has_no_stubs_where_its_edges_join(lines: Lines) -> None:
    river = lines.river("海河")
    assert river.largest_gap_m < 150
    steps = np.diff(np.array(river.metric.coords), axis=0)
    assert np.hypot(*steps.T).max() < 2000
