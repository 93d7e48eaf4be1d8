"""Stretches and crossings of real streets: the three belts, ends off the line, streets that do not meet."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point
from shapely.affinity import translate

from app.errors import GeometryError
from app.places.along import along
from app.places.crossing import crossing, meetings
from app.places.districts import district
from app.places.linework import Lines
from app.places.measure import distance_m, from_metric, length_km
from app.places.model import Method
from app.places.reference import Reference

MINYUAN = Point(117.19881, 39.11115)  # 民园广场


@pytest.fixture(scope="module")
def lines(reference: Reference) -> Lines:
    return Lines(reference)


def test_the_nanjing_road_belt_has_its_stated_length(lines: Lines) -> None:
    # heping-13: 沿线总长3.3公里; the street goes on into 河西区 and 南开区.
    whole = along(lines.street("南京路", district="和平区"))
    assert length_km(whole.geometry.intersection(district("和平区"))) == pytest.approx(3.3, rel=0.10)


def test_the_weijin_road_belt_has_its_stated_length(lines: Lines) -> None:
    # heping-13: 沿线总长2.2公里, along the district's edge from 南京路 to its southern corner.
    edge = lines.edge("和平区", "南开区")
    road = lines.street("卫津路", district="和平区")
    south = Point(edge.line.coords[0]) if edge.line.coords[0][1] < 39.11 else Point(edge.line.coords[-1])
    north = crossing(road, lines.street("南京路", district="和平区")).geometry
    stretch = along(road, start=south, end=north)
    assert length_km(stretch.geometry) == pytest.approx(2.2, rel=0.10)


def test_a_stretch_runs_from_start_to_end(lines: Lines) -> None:
    road = lines.street("成都道", district="和平区")
    west, east = Point(117.1876, 39.1059), Point(117.2005, 39.1158)
    forth, back = along(road, start=west, end=east), along(road, start=east, end=west)
    assert forth.method is Method.ALONG
    assert distance_m(Point(forth.geometry.coords[0]), west) < 30
    assert forth.geometry.equals_exact(back.geometry.reverse(), 1e-9)


@settings(max_examples=40, deadline=None)
@given(
    a=st.floats(0, 1),
    b=st.floats(0, 1),
    off=st.floats(-300, 300),
    name=st.sampled_from(["南京路", "马场道", "和平路", "河北路"]),
)
def test_the_way_back_is_the_way_there_reversed(
    lines: Lines, a: float, b: float, off: float, name: str
) -> None:
    road = lines.street(name, district="和平区")
    spots = [road.metric.interpolate(share, normalized=True) for share in (a, b)]
    start, end = (from_metric(translate(spot, off, -off)) for spot in spots)
    try:
        there = along(road, start=start, end=end)
    except GeometryError:
        with pytest.raises(GeometryError, match="落在同一处"):
            along(road, start=end, end=start)
        return
    back = along(road, start=end, end=start)
    assert length_km(back.geometry) == pytest.approx(length_km(there.geometry), rel=1e-9)
    assert back.geometry.equals_exact(there.geometry.reverse(), 1e-9)
    assert back.tolerance_m == there.tolerance_m


def test_the_distance_of_a_place_from_its_line_is_told(lines: Lines) -> None:
    road = lines.street("成都道", district="和平区")
    result = along(road, start=MINYUAN)
    assert any("起点由该处就近落到成都道上" in item.note for item in result.evidence)


def test_a_place_far_from_the_line_is_doubted_then_refused(lines: Lines) -> None:
    road = lines.street("成都道", district="和平区")
    doubted = along(road, start=Point(117.2100, 39.1060))
    assert any("起点所据地点距成都道" in doubt for doubt in doubted.doubts)
    with pytest.raises(GeometryError, match="不在这条线上"):
        along(road, start=Point(117.65, 39.02))


def test_ends_on_one_spot_make_no_stretch(lines: Lines) -> None:
    with pytest.raises(GeometryError, match="落在同一处"):
        along(lines.street("成都道", district="和平区"), start=MINYUAN, end=MINYUAN)


def test_streets_cross_where_osm_has_their_junction(lines: Lines) -> None:
    # 营口道 and 贵州路 each have a short way in the middle of their junction.
    result = crossing(lines.street("营口道", district="和平区"), lines.street("贵州路", district="和平区"))
    assert result.method is Method.CROSSING
    assert distance_m(result.geometry, Point(117.18763, 39.11498)) < 20
    assert result.tolerance_m is not None and result.tolerance_m < 60


def test_a_crossing_beyond_the_last_way_point_is_told(lines: Lines) -> None:
    result = crossing(lines.street("河北路", district="和平区"), lines.street("万全道", district="和平区"))
    assert any("顺延" in item.note for item in result.evidence)
    assert result.tolerance_m is not None and result.tolerance_m > 60


def test_streets_with_an_offset_junction_meet_halfway(lines: Lines) -> None:
    pair = (lines.street("西安道", district="和平区"), lines.street("宝鸡东道", district="和平区"))
    assert meetings(*pair)[0].gap_m > 0
    assert any("最近处" in item.note for item in crossing(*pair).evidence)


def test_near_decides_between_two_crossings(lines: Lines) -> None:
    # 卫津路 weaves about the district's edge and meets it again and again.
    pair = (lines.street("卫津路", district="和平区"), lines.edge("和平区", "南开区"))
    spots = [from_metric(meeting.middle) for meeting in meetings(*pair)]
    assert len(spots) > 1
    for spot in spots:
        assert distance_m(crossing(*pair, near=spot).geometry, spot) < 1


def test_streets_that_stay_apart_have_no_crossing(lines: Lines) -> None:
    with pytest.raises(GeometryError, match=r"“马场道”与“哈密道”不相交，最近处相距\d+米"):
        crossing(lines.street("马场道", district="和平区"), lines.street("哈密道", district="和平区"))
