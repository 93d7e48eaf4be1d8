"""From a heap of way points to an ordered line.

The street extract has one point per OSM way and no order. Here points are grouped by distance (streets of
the same name in different towns fall apart), the two carriageways of a wide road are averaged, and the
points are put in order along the longest path of their minimum spanning tree, which follows bends where a
principal axis would fold them. Everything is planar, in metres; names and districts are not known here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from app.places.lines import Coordinates, longest_step, without_repeats

CARRIAGEWAY_M = 45.0
"""Points within this distance are one place on the street: the two carriageways of a wide road."""

BIN_M = 70.0
"""Length of street over which points are averaged."""

BRANCH_M = 120.0
"""Points farther than this from the main course are a branch (a slip road, a second arm)."""

Tree = list[tuple[int, int, float]]


@dataclass(frozen=True, slots=True)
class Course:
    """An ordered course: vertices (n, 2) in metres, its largest gap, and the points left aside."""

    points: Coordinates
    largest_gap_m: float
    branch_points: int


def spanning_tree(points: Coordinates) -> Tree:
    """Minimum spanning tree of points (n, 2) by Prim's algorithm; edges (i, j, length), n - 1 of them."""
    count = len(points)
    best = np.full(count, np.inf)
    parent = np.zeros(count, dtype=np.intp)
    outside = np.ones(count, dtype=bool)
    edges: Tree = []
    current = 0
    for _ in range(count - 1):
        outside[current] = False
        distance = np.hypot(*(points - points[current]).T)
        nearer = outside & (distance < best)
        best[nearer] = distance[nearer]
        parent[nearer] = current
        current = int(np.argmin(np.where(outside, best, np.inf)))
        edges.append((int(parent[current]), current, float(best[current])))
    return edges


def clusters(points: Coordinates, reach: NDArray[np.float64]) -> list[NDArray[np.intp]]:
    """Group points (n, 2) that hang together by steps no longer than the larger ``reach`` of both ends.

    Parameters
    ----------
    points
        Metres, shape (n, 2).
    reach
        Longest step that each point may bridge, metres, shape (n,).

    Returns
    -------
    list of index arrays, the largest group first.
    """
    group = np.arange(len(points))
    for i, j, length in spanning_tree(points):
        if length <= max(reach[i], reach[j]):
            group[group == group[j]] = group[i]
    found = [np.flatnonzero(group == label) for label in np.unique(group)]
    return sorted(found, key=lambda members: (-len(members), int(members[0])))


def merge_close(points: Coordinates, diameter: float = CARRIAGEWAY_M) -> Coordinates:
    """Average points that lie together within ``diameter`` metres (complete linkage along the tree)."""
    members: dict[int, list[int]] = {index: [index] for index in range(len(points))}
    owner = list(range(len(points)))
    for i, j, length in sorted(spanning_tree(points), key=lambda edge: (edge[2], edge[0], edge[1])):
        if length > diameter:
            break
        a, b = owner[i], owner[j]
        both = members[a] + members[b]
        spread = points[both]
        if np.hypot(*(spread[:, None] - spread[None]).transpose(2, 0, 1)).max() <= diameter:
            members[a] = both
            for index in members.pop(b):
                owner[index] = a
    return np.array([points[group].mean(axis=0) for group in members.values()])


def longest_path(points: Coordinates) -> Coordinates:
    """Vertices of the longest path in the minimum spanning tree of points (n, 2)."""
    neighbours: dict[int, list[tuple[int, float]]] = {index: [] for index in range(len(points))}
    for i, j, length in spanning_tree(points):
        neighbours[i].append((j, length))
        neighbours[j].append((i, length))

    def farthest(root: int) -> list[int]:
        reached = {root: (0.0, root)}
        stack = [root]
        while stack:
            node = stack.pop()
            for other, length in neighbours[node]:
                if other not in reached:
                    reached[other] = (reached[node][0] + length, node)
                    stack.append(other)
        node = max(reached, key=lambda index: (reached[index][0], -index))
        path = [node]
        while node != root:
            node = reached[node][1]
            path.append(node)
        return path

    return points[farthest(farthest(0)[0])]


def course(points: Coordinates) -> Course:
    """Order points (n, 2; n >= 1) of one street into a line.

    The result does not depend on the order of the input. Its direction is from west to east, or from
    south to north where both ends have the same longitude.
    """
    if len(points) == 1:
        return Course(points, 0.0, 0)
    # Points that coincide, or come in another order, must give the same tree.
    unique = np.unique(np.round(points, 3), axis=0)
    nodes = merge_close(unique)
    nodes = nodes[np.lexsort((nodes[:, 1], nodes[:, 0]))]
    if len(nodes) == 1:
        return Course(nodes, 0.0, 0)
    path = longest_path(nodes)
    distance = shapely.distance(LineString(path), shapely.points(nodes))
    kept = nodes[distance <= BRANCH_M]
    for _ in range(2):
        path = _average(kept, path)
    path = _without_hooks(path)
    if tuple(path[0]) > tuple(path[-1]):
        path = path[::-1]
    return Course(path, longest_step(path), int((distance > BRANCH_M).sum()))


def _average(points: Coordinates, path: Coordinates) -> Coordinates:
    """Average points in bins of about 70 m along ``path``; the two end bins keep their outer points."""
    along = shapely.line_locate_point(LineString(path), shapely.points(points))
    order = np.argsort(along, kind="stable")
    bins: list[list[int]] = []
    start = -np.inf
    for index in order:
        if along[index] - start > BIN_M:
            bins.append([])
            start = along[index]
        bins[-1].append(int(index))
    averaged = np.array([points[members].mean(axis=0) for members in bins])
    return averaged if len(averaged) > 1 else path


def _without_hooks(path: Coordinates) -> Coordinates:
    """Merge short steps that turn back sharply: what is left of carriageways lying far apart."""
    points = [np.asarray(xy) for xy in path]
    changed = True
    while changed and len(points) > 3:
        changed = False
        for index in range(1, len(points) - 2):
            before = points[index] - points[index - 1]
            step = points[index + 1] - points[index]
            after = points[index + 2] - points[index + 1]
            if np.hypot(*step) < BRANCH_M and _turn(before, step) > 60 and _turn(step, after) > 60:
                points[index : index + 2] = [(points[index] + points[index + 1]) / 2]
                changed = True
                break
    return without_repeats(np.array(points))


def _turn(a: Coordinates, b: Coordinates) -> float:
    cross = a[0] * b[1] - a[1] * b[0]
    return float(np.degrees(abs(np.arctan2(cross, a @ b))))
