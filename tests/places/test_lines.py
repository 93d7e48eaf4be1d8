"""Planar tools on lines: carrying on, joining, and the cases in which a direction is hard to tell."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point

from app.places.lines import (
    carry_end,
    carry_on,
    chain,
    coordinates,
    longest_step,
    overrun,
    walk,
    without_repeats,
)
from app.places.linework import Lines
from app.places.reference import Reference


def test_a_loop_is_carried_on_along_its_last_piece() -> None:
    # A ramp that comes back to where it began 200 m from its end has no direction as a whole.
    loop = LineString([(0, 0), (50, 0), (50, 50), (0, 50), (0, 0)])
    carried = carry_end(loop, 100, at_start=False)
    assert carried.coords[-1] == pytest.approx((0, -100))


def test_a_crooked_end_is_carried_on_in_the_direction_of_its_last_200_m() -> None:
    bent = LineString([(0, 0), (1000, 0), (1010, 10)])
    east, north = np.subtract(carry_end(bent, 700, at_start=False).coords[-1], bent.coords[-1])
    assert east > 10 * north


def test_a_street_carried_on_keeps_its_known_part() -> None:
    line = LineString([(0, 0), (500, 0)])
    carried = carry_on(line, 700)
    assert coordinates(carried).tolist() == [[-700, 0], [0, 0], [500, 0], [1200, 0]]


def test_a_point_has_no_step() -> None:
    assert longest_step(np.array([[3.0, 4.0]])) == 0.0


def test_the_overrun_counts_from_the_crossing_that_ends_the_street(reference: Reference) -> None:
    street = Lines(reference).street("成都道", district="和平区")
    assert overrun(street, Point(street.metric.coords[0])) == pytest.approx(0, abs=1e-6)
    # Carried 700 m from the last way point, of which the next crossing street takes a part.
    assert 300 <= overrun(street, Point(street.carried.coords[0])) <= 700


@pytest.mark.parametrize("name", ["成都道", "西康路", "河北路", "绵阳道"])
def test_a_street_lies_on_its_own_continuation(reference: Reference, name: str) -> None:
    street = Lines(reference).street(name, district="和平区")
    assert street.carried.buffer(0.01).covers(street.metric)


def test_pieces_are_turned_to_fit_also_the_first() -> None:
    pieces = [
        LineString([(100, 0), (0, 0)]),
        LineString([(300, 5), (110, 0)]),
        LineString([(310, 5), (400, 5)]),
    ]
    line, gap = chain(pieces)
    assert line.coords[0] == (0, 0)
    assert line.coords[-1] == (400, 5)
    assert gap == 10
    assert line.length == pytest.approx(400, rel=0.01)


def test_one_piece_is_its_own_chain() -> None:
    piece = LineString([(0, 0), (5, 5)])
    assert chain([piece]) == (piece, 0.0)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=12), st.data())
def test_a_walk_back_is_the_walk_there_reversed(points: list[tuple[int, int]], data: st.DataObject) -> None:
    xy = without_repeats(np.array(points, dtype=float))
    if len(xy) < 2:
        return
    line = LineString(xy)
    a, b = (line.interpolate(data.draw(st.floats(0, 1)), normalized=True) for _ in range(2))
    there, back = walk(line, a, b), walk(line, b, a)
    assert np.allclose(there, back[::-1], atol=1e-6)


@given(st.lists(st.sampled_from([0.0, 0.004, 1.0, 2.0]), min_size=1, max_size=20))
def test_no_two_neighbours_are_left_on_one_spot_unless_they_crept_there(xs: list[float]) -> None:
    kept = without_repeats(np.column_stack([xs, np.zeros(len(xs))]))
    assert kept[0].tolist() == [xs[0], 0.0]
    assert (np.abs(np.diff(kept[:, 0])) > 0.9).all()
