"""Zones computed from the roads that a plan names; the plan's own area is the proof, never the input."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point

from app.errors import GeometryError
from app.places.lines import CARRY_LIMIT_M, CentreLine, carry_on
from app.places.linework import Lines
from app.places.measure import area_km2, from_metric, to_metric
from app.places.model import Evidence, Method
from app.places.reference import Reference
from app.places.rings import bounded

# 规划范围 and 面积 as heping-13 gives them, and OSM points of places that the text puts inside.
ZONES = {
    "五大道": (
        "马场道、西康路、贵州路、岳阳道、西安道、成都道、南京路",
        1.49,
        {"民园广场": (117.19881, 39.11115)},
    ),
    "解放北路": ("大沽北路、营口道、建设路、保定道、海河", 0.73, {"津湾广场": (117.20355, 39.13064)}),
    "西开教堂": (
        "长沙路、西安道、宝鸡东道、贵阳路、兰州道、昆明路、南京路",
        0.29,
        {"西开教堂": (117.18764, 39.11702)},
    ),
    "鞍山道": (
        "兴安路、哈密道、南京路、万全道、河北路、多伦道",
        0.5,
        {
            "武德殿": (117.18173, 39.11971),
            "静园": (117.18293, 39.12220),
            "张园": (117.18554, 39.12395),
            "段祺瑞旧居": (117.18541, 39.12505),
        },
    ),
    "小白楼": (
        "保定道、山西路、南京路、徐州道、海河",
        0.79,
        {
            "海信广场": (117.21164, 39.11662),
            "泰安道五大院": (117.20857, 39.12190),
            "万通中心": (117.21264, 39.11530),
        },
    ),
    "中心公园": ("大沽北路、营口道、南京路、哈尔滨道", 0.35, {"中心公园": (117.19808, 39.12366)}),
}


@pytest.fixture(scope="module")
def lines(reference: Reference) -> Lines:
    return Lines(reference)


def boundaries(lines: Lines, names: str) -> list[CentreLine]:
    return [
        lines.bank("海河", "和平区") if name == "海河" else lines.street(name, district="和平区")
        for name in names.split("、")
    ]


@pytest.mark.parametrize("zone", ZONES)
def test_a_zone_has_the_plans_area_and_places(lines: Lines, zone: str) -> None:
    names, stated, places = ZONES[zone]
    result = bounded(boundaries(lines, names))
    assert result.method is Method.BOUNDED
    assert area_km2(result.geometry) == pytest.approx(stated, rel=0.10)
    outside = [name for name, spot in places.items() if not result.geometry.contains(Point(spot))]
    assert outside == []
    assert result.geometry.is_valid
    assert result.geometry.exterior.is_ccw


@pytest.mark.parametrize("zone", ZONES)
def test_a_ring_named_the_other_way_round_is_the_same(lines: Lines, zone: str) -> None:
    ring = boundaries(lines, ZONES[zone][0])
    forth, back = bounded(ring), bounded(ring[::-1])
    assert area_km2(back.geometry) == pytest.approx(area_km2(forth.geometry), rel=1e-6)


def test_a_ring_may_begin_anywhere(lines: Lines) -> None:
    ring = boundaries(lines, ZONES["五大道"][0])
    areas = [area_km2(bounded(ring[shift:] + ring[:shift]).geometry) for shift in range(len(ring))]
    assert max(areas) - min(areas) < 1e-6


def test_a_bounding_road_that_cuts_through_does_not_halve_the_zone(lines: Lines) -> None:
    zone = to_metric(bounded(boundaries(lines, ZONES["五大道"][0])).geometry)
    cut = lines.street("成都道", district="和平区").metric
    parts = [part for part in shapely.ops.split(zone, cut).geoms if part.area > 50_000]
    assert len(parts) == 2


def test_neighbours_share_the_centre_line_of_their_road(lines: Lines) -> None:
    one = to_metric(bounded(boundaries(lines, ZONES["解放北路"][0])).geometry)
    other = to_metric(bounded(boundaries(lines, ZONES["中心公园"][0])).geometry)
    # 中心公园 ends at 大沽北路, where 解放北路 begins (north of 营口道).
    assert one.intersection(other).area < 0.001 * other.area
    assert one.buffer(1).intersection(other.boundary).length > 300


def test_long_carries_are_told(lines: Lines) -> None:
    result = bounded(boundaries(lines, ZONES["鞍山道"][0]))
    assert any("河北路" in doubt and "顺延" in doubt for doubt in result.doubts)


def test_an_offset_junction_is_bridged_and_told(lines: Lines) -> None:
    result = bounded(boundaries(lines, ZONES["西开教堂"][0]))
    assert any("西安道与宝鸡东道不直接相交" in item.note for item in result.evidence)


def test_a_ring_that_does_not_close_says_where(lines: Lines) -> None:
    with pytest.raises(GeometryError, match=r"“马场道”与“哈密道”不相接，最近处相距\d+米"):
        bounded(boundaries(lines, "南京路、马场道、哈密道"))


def test_a_point_that_must_lie_inside_is_checked(lines: Lines) -> None:
    with pytest.raises(GeometryError, match="不含指定的内部点"):
        bounded(boundaries(lines, ZONES["五大道"][0]), inside=Point(117.2042, 39.1353))


def test_one_line_bounds_nothing(lines: Lines) -> None:
    with pytest.raises(GeometryError, match="至少需要两条"):
        bounded(boundaries(lines, "南京路"))


def made(name: str, *points: tuple[float, float]) -> CentreLine:
    metric = LineString(np.add(points, (517_000.0, 4_331_000.0)))
    return CentreLine(
        name,
        metric,
        carry_on(metric, CARRY_LIMIT_M),
        len(points),
        0.0,
        15.0,
        (Evidence("streets", name, ""),),
    )


def test_two_lines_that_meet_twice_bound_what_lies_between() -> None:
    straight = made("甲道", (0, 0), (1000, 0))
    bow = made("乙路", (100, -50), (100, 300), (900, 300), (900, -50))
    assert area_km2(bounded([straight, bow]).geometry) == pytest.approx(0.24, rel=0.01)


def test_two_lines_that_meet_once_bound_nothing() -> None:
    with pytest.raises(GeometryError, match="只相接一次"):
        bounded([made("甲道", (0, 0), (1000, 0)), made("乙路", (500, -500), (500, 500))])


def test_a_needle_between_roads_side_by_side_is_cut_off() -> None:
    ring = [
        made("甲道", (0, 0), (2000, 0)),
        made("乙路", (2000, -100), (2000, 500)),
        made("丙道", (2100, 400), (1000, 400), (950, 12), (0, 4)),
        made("丁路", (0, -100), (0, 100)),
    ]
    zone = to_metric(bounded(ring).geometry)
    assert zone.bounds[0] > 517_000 + 850
    assert zone.area == pytest.approx(1000 * 400, rel=0.05)


def test_roads_side_by_side_near_a_corner_leave_no_spur(lines: Lines) -> None:
    # 马场道 and 西康路 run 40 m apart for 350 m before they meet at 佟楼.
    zone = to_metric(bounded(boundaries(lines, ZONES["五大道"][0])).geometry)
    spur = zone.difference(zone.buffer(-20).buffer(20, join_style="mitre", mitre_limit=4))
    assert spur.area < 0.001 * zone.area


def test_a_ring_that_falls_in_two_is_refused() -> None:
    # An hourglass: the lists cross over in the middle, and neither half is the zone.
    ring = [
        made("甲道", (-100, 0), (1100, 0)),
        made("乙路", (1000, -100), (0, 1100)),
        made("丙道", (-100, 1000), (1100, 1000)),
        made("丁路", (1000, 1100), (0, -100)),
    ]
    with pytest.raises(GeometryError, match=r"甲道、乙路、丙道、丁路围不成面"):
        bounded(ring)


def test_roads_that_meet_in_one_spot_enclose_nothing() -> None:
    star = [
        made("甲道", (-300, 0), (300, 0)),
        made("乙路", (0, -300), (0, 300)),
        made("丙路", (-300, -300), (300, 300)),
    ]
    with pytest.raises(GeometryError, match="围不成面"):
        bounded(star)


def test_a_road_walked_there_and_back_encloses_nothing() -> None:
    ring = [
        made("甲道", (0, 0), (1000, 0)),
        made("乙路", (1000, -300), (1000, 300)),
        made("丙道", (1000, 0), (0, 0)),
        made("丁路", (0, -300), (0, 300)),
    ]
    with pytest.raises(GeometryError, match="围不成面"):
        bounded(ring)


def test_a_strip_between_two_carriageways_is_kept_as_it_is() -> None:
    # 20 m wide everywhere: narrower than a needle, yet all the land there is.
    ring = [
        made("甲道", (0, 0), (1000, 0)),
        made("乙路", (1000, -300), (1000, 300)),
        made("丙道", (1000, 20), (0, 20)),
        made("丁路", (0, -300), (0, 300)),
    ]
    assert to_metric(bounded(ring).geometry).area == pytest.approx(20_000, rel=0.01)


@settings(max_examples=40, deadline=None)
@given(
    width=st.floats(300, 3000),
    height=st.floats(300, 3000),
    turn=st.floats(0, 360),
    short=st.floats(0.05, 0.15),
)
def test_a_rectangle_of_short_roads_has_its_area(
    width: float, height: float, turn: float, short: float
) -> None:
    corners = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]
    sides = []
    for index, (a, b) in enumerate(zip(corners, corners[1:] + corners[:1], strict=True)):
        side = shapely.ops.substring(LineString([a, b]), short, 1 - short, normalized=True)
        turned = shapely.affinity.rotate(side, turn, origin=(0, 0))
        sides.append(made(f"{index}号路", *turned.coords))
    result = bounded(sides, inside=from_metric(_middle(width, height, turn)))
    assert to_metric(result.geometry).area == pytest.approx(width * height, rel=1e-3)


def _middle(width: float, height: float, turn: float) -> Point:
    spot = shapely.affinity.rotate(Point(width / 2, height / 2), turn, origin=(0, 0))
    return shapely.affinity.translate(spot, 517_000.0, 4_331_000.0)
