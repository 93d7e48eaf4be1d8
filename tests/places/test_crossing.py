"""Where streets meet: chance crossings, streets side by side, symmetry, and pairs that never meet."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from shapely import LineString

from app.errors import GeometryError
from app.places.crossing import JOIN_M, crossing, meetings
from app.places.lines import CARRY_LIMIT_M, CentreLine, carry_on
from app.places.linework import Lines
from app.places.measure import distance_m, to_metric
from app.places.model import Evidence
from app.places.reference import Reference

SPOT = (517_000.0, 4_331_000.0)  # in 和平区, metres


@pytest.fixture(scope="module")
def lines(reference: Reference) -> Lines:
    return Lines(reference)


def made(name: str, *points: tuple[float, float], tolerance_m: float = 15.0) -> CentreLine:
    metric = LineString(np.add(points, SPOT))
    carried = carry_on(metric, CARRY_LIMIT_M)
    return CentreLine(name, metric, carried, len(points), 0.0, tolerance_m, (Evidence("streets", name, ""),))


@pytest.mark.parametrize(
    ("first", "second"),
    list(itertools.combinations(["南京路", "营口道", "成都道", "西康路", "马场道", "贵州路"], 2)),
)
def test_the_order_of_two_streets_does_not_matter(lines: Lines, first: str, second: str) -> None:
    pair = [lines.street(name, district="和平区") for name in (first, second)]
    there, back = meetings(*pair), meetings(*pair[::-1])
    assert [meeting.cost for meeting in there] == pytest.approx([meeting.cost for meeting in back], abs=1e-6)
    for one, other in zip(there[:1], back[:1], strict=True):
        assert one.on_first.distance(other.on_second) < 0.01
        assert one.middle.distance(other.middle) < 0.01


def test_a_road_and_its_junction_far_away_have_no_crossing_but_an_error(lines: Lines) -> None:
    # The plan's junction 津塘公路—海兴路: the road of that name ends kilometres before 海兴路.
    road = lines.street("津塘公路", district="滨海新区")
    with pytest.raises(GeometryError, match=r"“津塘公路”与“海兴路”不相交，最近处相距\d+米"):
        crossing(road, lines.street("海兴路", district="滨海新区"))


def test_the_junction_under_its_other_name_is_found(lines: Lines) -> None:
    road = lines.street("京滨线（津塘公路）", district="滨海新区")
    assert crossing(road, lines.street("海兴路", district="滨海新区")).geometry.geom_type == "Point"


def test_streets_side_by_side_do_not_cross_where_their_continuations_graze() -> None:
    # 12 degrees between them: where the continuations meet is chance.
    one, other = made("甲道", (0, 0), (1000, 0)), made("乙道", (0, 300), (1000, 90))
    found = meetings(one, other)
    assert all(meeting.gap_m for meeting in found)


def test_streets_side_by_side_that_really_cross_do_cross() -> None:
    one, other = made("甲道", (0, 0), (1000, 0)), made("乙道", (0, 50), (1000, -50))
    best = meetings(one, other)[0]
    assert best.cost == pytest.approx(0, abs=1e-6)
    assert best.middle.x == pytest.approx(SPOT[0] + 500)


def test_lines_on_top_of_each_other_meet_in_the_middle_of_that_stretch() -> None:
    one = made("甲道", (0, 0), (1000, 0))
    other = made("乙道", (400, 900), (400, 0), (600, 0), (600, -900))
    spots = [meeting.middle.x - SPOT[0] for meeting in meetings(one, other)]
    assert any(abs(x - 500) < 1 for x in spots)


def test_a_crossing_carried_far_is_less_certain_than_one_on_the_street() -> None:
    north = made("乙路", (500, 100), (500, 900))
    near = crossing(made("甲道", (0, 0), (1000, 0)), north)
    far = crossing(made("丙道", (0, -400), (1000, -400)), north)
    assert near.tolerance_m is not None and far.tolerance_m is not None
    assert far.tolerance_m > near.tolerance_m + 20
    assert "顺延500米" in far.evidence[-1].note


def test_what_both_streets_leave_in_doubt_is_told_once(lines: Lines) -> None:
    lone = lines.street("绵阳道", district="和平区")
    assert lone.doubts
    result = crossing(lone, lines.street("西康路", district="和平区"))
    assert len(result.doubts) == len(set(result.doubts)) >= 1


@given(
    x=st.floats(-600, 1600),
    y=st.floats(-600, 600),
    turn=st.floats(30, 150),
    half=st.floats(20, 600),
)
def test_two_straight_streets_meet_where_their_lines_do(x: float, y: float, turn: float, half: float) -> None:
    step = np.array([np.cos(np.radians(turn)), np.sin(np.radians(turn))]) * half
    middle = np.array([x, y])
    one = made("甲道", (0, 0), (1000, 0))
    other = made("乙路", tuple(middle - step), tuple(middle + step))
    met_x = x - y / np.tan(np.radians(turn))
    off = abs(y) / np.sin(np.radians(turn)) - half
    assume(-CARRY_LIMIT_M + 5 < met_x < 1000 + CARRY_LIMIT_M - 5 and off < CARRY_LIMIT_M - 5)
    best = meetings(one, other)[0]
    if best.gap_m == 0:
        spot = to_metric(crossing(one, other).geometry)
        assert (spot.x - SPOT[0], spot.y - SPOT[1]) == pytest.approx((met_x, 0), abs=0.5)
    else:
        assert best.gap_m <= JOIN_M


def test_a_gap_is_bridged_in_its_middle(lines: Lines) -> None:
    one, other = made("甲道", (0, 0), (1000, 0)), made("乙道", (1000, 100), (2000, 100))
    result = crossing(one, other)
    assert "相距100米" in result.evidence[-1].note
    assert result.tolerance_m == 65
    ends = [one.line.coords[-1], other.line.coords[0]]
    there = [distance_m(result.geometry, type(result.geometry)(end)) for end in ends]
    assert there == pytest.approx([50, 50], abs=0.1)
