"""The one door to all lines: edges, the coast, lines through places, lines of other features."""

from __future__ import annotations

import pytest
from shapely import LineString, MultiLineString, Point

from app.errors import AtlasError, GeometryError, UnknownPlaceError
from app.places.linework import Lines
from app.places.measure import distance_m, length_km, to_metric
from app.places.model import Evidence
from app.places.reference import Reference

# As they stand in the stations extract.
STATIONS = [Point(117.203189, 39.135405), Point(117.211819, 39.126431), Point(117.218285, 39.119501)]


@pytest.fixture(scope="module")
def lines(reference: Reference) -> Lines:
    return Lines(reference)


def test_a_name_is_known_before_its_line_is_built(lines: Lines) -> None:
    assert "南京路" in lines
    assert "南京路的路" not in lines


def test_a_street_is_built_once(lines: Lines) -> None:
    assert lines.street("南京路", district="和平区") is lines.street("南京路", district="和平区")


def test_the_edge_of_heping_and_hedong_is_the_river(lines: Lines) -> None:
    edge = lines.edge("和平区", "河东区")
    assert edge.way_points == 0
    assert (
        edge.metric.hausdorff_distance(edge.metric.intersection(lines.river("海河").metric.buffer(120))) < 1
    )
    assert edge.evidence[0].note == "和平区与河东区的共同边界"


def test_an_edge_is_the_same_from_both_sides(lines: Lines) -> None:
    there, back = lines.edge("和平区", "河西区"), lines.edge("河西区", "和平区")
    assert there.metric.hausdorff_distance(back.metric) < 150


def test_an_edge_with_several_neighbours_names_them_all(lines: Lines) -> None:
    edge = lines.edge("滨海新区", "东丽区", "津南区")
    assert edge.evidence[0].ref == "滨海新区/东丽区/津南区"
    assert edge.evidence[0].note == "滨海新区与东丽区、津南区的共同边界"
    assert length_km(edge.line) > length_km(lines.edge("滨海新区", "津南区").line) + 30


def test_districts_apart_have_no_edge(lines: Lines) -> None:
    with pytest.raises(GeometryError, match="没有共同边界"):
        lines.edge("和平区", "滨海新区")


def test_the_coast_says_of_when_it_is(lines: Lines) -> None:
    coast = lines.coast()
    assert length_km(coast.line) > 100
    assert coast.tolerance_m >= 300
    assert "2018年" in coast.evidence[0].note


def test_the_middle_of_a_streets_way_points_lies_by_it(lines: Lines) -> None:
    spot = lines.way_points("南京路", district="和平区")
    assert to_metric(spot).distance(lines.street("南京路", district="和平区").metric) < 200


def test_between_places_a_line_is_straight_and_says_so(lines: Lines) -> None:
    source = (Evidence("stations", "天津站", "OSM车站"),)
    line = lines.through(STATIONS, names=["天津站", "大王庄", "十一经路"], tolerance_m=80, evidence=source)
    assert line.name == "天津站—十一经路"
    assert line.line.coords[0] == pytest.approx((STATIONS[0].x, STATIONS[0].y), abs=1e-9)
    assert line.largest_gap_m == pytest.approx(distance_m(*STATIONS[:2]), abs=1)
    assert line.tolerance_m == 80
    assert "两处之间为直线（最长1.2公里）" in line.evidence[-1].note


def test_places_far_apart_loosen_the_line(lines: Lines) -> None:
    far = [STATIONS[0], Point(117.653038, 39.02945)]  # 塘沽站
    line = lines.through(far, names=["天津站", "塘沽"], tolerance_m=80, evidence=())
    assert line.tolerance_m == pytest.approx(0.05 * line.largest_gap_m, abs=1)


def test_one_place_twice_is_no_line(lines: Lines) -> None:
    with pytest.raises(GeometryError, match="天津站、天津站：至少要有两处不同的地点"):
        lines.through([STATIONS[0]] * 2, names=["天津站", "天津站"], tolerance_m=80, evidence=())


def test_the_line_of_a_feature_is_taken_as_it_is(lines: Lines) -> None:
    drawn = LineString([(117.20, 39.10), (117.21, 39.11)])
    line = lines.drawn(drawn, name="heping-13-nanjinglu", tolerance_m=40)
    assert line.line.equals_exact(drawn, 1e-9)
    assert line.tolerance_m == 40
    assert line.evidence[0].source == "feature"


@pytest.mark.parametrize(
    "shape",
    [
        Point(117.2, 39.1).buffer(0.01),
        MultiLineString([[(117.2, 39.1), (117.3, 39.1)], [(117, 39), (117, 38)]]),
    ],
)
def test_an_area_or_a_torn_line_bounds_nothing(lines: Lines, shape: object) -> None:
    with pytest.raises(GeometryError, match="heping-13-x 不是一条线"):
        lines.drawn(shape, name="heping-13-x", tolerance_m=40)


def test_every_error_of_a_line_is_of_the_family(lines: Lines) -> None:
    for call in (
        lambda: lines.street("不存在的路"),
        lambda: lines.river("不存在的河"),
        lambda: lines.bank("海河", "不存在的区"),
        lambda: lines.edge("和平区", "不存在的区"),
        lambda: lines.way_points("不存在的路"),
    ):
        with pytest.raises(AtlasError):
            call()
    with pytest.raises(UnknownPlaceError):
        lines.street("不存在的路")
