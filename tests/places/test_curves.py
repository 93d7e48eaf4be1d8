"""Heaps of points become lines: bends, carriageways, branches, and the order of the input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString

from app.places.curves import clusters, course, merge_close, spanning_tree


def bend(count: int = 12, step: float = 150.0) -> np.ndarray:
    """A street that runs east and then turns north."""
    east = np.column_stack([np.arange(count) * step, np.zeros(count)])
    north = np.column_stack([np.full(count, (count - 1) * step), np.arange(1, count + 1) * step])
    return np.vstack([east, north])


def test_a_bend_is_followed_not_folded() -> None:
    points = bend()
    drawn = course(points)
    assert LineString(drawn.points).length == pytest.approx(23 * 150.0, rel=0.01)
    assert drawn.largest_gap_m == pytest.approx(150.0)
    assert drawn.branch_points == 0


def test_two_carriageways_become_one_line_between_them() -> None:
    along = np.arange(0, 2000, 100.0)
    both = np.vstack([np.column_stack([along, 0 * along]), np.column_stack([along + 10, 0 * along + 30])])
    drawn = course(both)
    assert np.abs(drawn.points[:, 1] - 15.0).max() < 1.0
    assert LineString(drawn.points).length == pytest.approx(1900.0, abs=20.0)


def test_carriageways_too_far_apart_to_merge_leave_no_zigzag() -> None:
    along = np.arange(0, 3000, 200.0)
    both = np.vstack([np.column_stack([along, 0 * along]), np.column_stack([along + 20, 0 * along + 70])])
    drawn = course(both)
    assert LineString(drawn.points).length < 1.1 * 2820
    assert LineString(drawn.points).is_simple


def test_a_branch_is_left_aside_and_counted() -> None:
    main = np.column_stack([np.arange(0, 2001, 100.0), np.zeros(21)])
    branch = np.array([[1000.0, 200.0], [1000.0, 300.0]])
    drawn = course(np.vstack([main, branch]))
    assert drawn.branch_points == 2
    assert drawn.points[:, 1].max() < 1.0


def test_points_on_one_spot_are_one_point() -> None:
    drawn = course(np.array([[5.0, 5.0], [5.0, 5.0], [20.0, 5.0]]))
    assert len(drawn.points) == 1
    assert drawn.largest_gap_m == 0.0


def test_reach_decides_which_points_hang_together() -> None:
    points = np.array([[0.0, 0.0], [900.0, 0.0], [5000.0, 0.0]])
    assert [len(group) for group in clusters(points, np.full(3, 1000.0))] == [2, 1]
    assert [len(group) for group in clusters(points, np.full(3, 5000.0))] == [3]


def test_no_place_is_wider_than_the_carriageway() -> None:
    chain = np.column_stack([np.arange(0, 400, 40.0), np.zeros(10)])  # each near the next, the ends far
    assert len(merge_close(chain)) >= 5


def test_a_tree_of_one_point_has_no_edges() -> None:
    assert spanning_tree(np.zeros((1, 2))) == []


@given(st.permutations(range(24)))
def test_the_order_of_the_points_does_not_matter(order: list[int]) -> None:
    points = bend()
    assert np.allclose(course(points[order]).points, course(points).points)
