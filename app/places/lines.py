"""Centre lines as values, and the small planar tools that work on them.

A :class:`CentreLine` is what a name stands for when a plan says "along" or "bounded by": a street, a
river, a river bank, a district edge. Tools here work in metres (EPSG:4548, see :mod:`app.places.measure`)
and never change what a line is: they measure, cut, carry on straight or join.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
import shapely.ops
from numpy.typing import NDArray
from shapely import LineString, Point

from app.places.measure import from_metric
from app.places.model import Evidence

Coordinates = NDArray[np.float64]

CARRY_LIMIT_M = 700.0
"""How far a street is carried on beyond its last way point in search of a crossing.

One point stands for a whole way, about in its middle, so the gap to the next point is half of both ways:
in 和平区 up to 0.94 km, on 台儿庄路 1.25 km. A street may go on for some 600 m behind its last point."""

TANGENT_M = 200.0
"""Length of street that decides the direction in which it is carried on."""


@dataclass(frozen=True, slots=True)
class CentreLine:
    """A named line with what is known about its weakness.

    Attributes
    ----------
    name
        The name as the caller asked for it.
    metric
        The line in metres, EPSG:4548.
    carried
        ``metric`` carried straight on at both ends, in metres. Only crossings and nearest spots are sought
        on it; a shape uses the part that these prove.
    way_points
        Number of source points behind the line; 0 for lines taken from a boundary.
    largest_gap_m
        Longest stretch between two neighbouring source points, metres.
    tolerance_m
        The true line lies within this distance, metres.
    evidence, doubts
        As in :class:`app.places.model.Georeference`.
    line
        The line in WGS84, longitude, latitude.
    """

    name: str
    metric: LineString
    carried: LineString
    way_points: int
    largest_gap_m: float
    tolerance_m: float
    evidence: tuple[Evidence, ...]
    doubts: tuple[str, ...] = ()
    line: LineString = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "line", from_metric(self.metric))


def coordinates(line: LineString) -> Coordinates:
    """Vertices of ``line``, shape (n, 2)."""
    return np.asarray(shapely.get_coordinates(line), dtype=np.float64)


def longest_step(points: Coordinates) -> float:
    """Longest distance between neighbours in an ordered array of shape (n, 2); 0 for a single point."""
    if len(points) < 2:
        return 0.0
    return float(np.hypot(*np.diff(points, axis=0).T).max())


def carry_on(line: LineString, metres: float) -> LineString:
    """Lengthen ``line`` (metric) by ``metres`` at both ends, in the direction of its last 200 m."""
    points = coordinates(line)
    head = _beyond(line, at_start=True, metres=metres)
    tail = _beyond(line, at_start=False, metres=metres)
    return LineString(np.vstack([head, points, tail]))


def carry_end(line: LineString, metres: float, *, at_start: bool) -> LineString:
    """The straight piece, ``metres`` long, that carries one end of ``line`` (metric) on."""
    end = coordinates(line)[0 if at_start else -1]
    return LineString([end, _beyond(line, at_start=at_start, metres=metres)])


def _beyond(line: LineString, *, at_start: bool, metres: float) -> Coordinates:
    reach = min(TANGENT_M, line.length)
    end = coordinates(line)[0 if at_start else -1]
    back = line.interpolate(reach if at_start else line.length - reach)
    direction = end - np.array([back.x, back.y])
    if not direction.any():  # a loop that returns to itself within the reach
        neighbour = coordinates(line)[1 if at_start else -2]
        direction = end - neighbour
    moved: Coordinates = end + direction / np.hypot(*direction) * metres
    return moved


def overrun(line: CentreLine, point: Point) -> float:
    """How far ``point`` (metric, on ``line.carried``) lies beyond the known part of the line, metres."""
    return float(line.metric.distance(point))


def walk(line: LineString, start: Point, end: Point) -> Coordinates:
    """Vertices met on ``line`` from ``start`` to ``end`` (both snapped to it), shape (n, 2)."""
    a, b = line.project(start), line.project(end)
    piece = shapely.ops.substring(line, a, b)
    return np.asarray(shapely.get_coordinates(piece), dtype=np.float64)


def chain(pieces: Sequence[LineString]) -> tuple[LineString, float]:
    """Join pieces (metric) end to end, each turned to fit the one before.

    The order of ``pieces`` is kept. Returns the joined line and the widest gap bridged in metres.
    """
    if len(pieces) == 1:
        return pieces[0], 0.0
    lists = [coordinates(piece) for piece in pieces]
    first, second = lists[0], lists[1]
    if _gap(first[0], second) < _gap(first[-1], second):
        lists[0] = first[::-1]
    widest = 0.0
    for index in range(1, len(lists)):
        end = lists[index - 1][-1]
        if np.hypot(*(lists[index][-1] - end)) < np.hypot(*(lists[index][0] - end)):
            lists[index] = lists[index][::-1]
        widest = max(widest, float(np.hypot(*(lists[index][0] - end))))
    return LineString(without_repeats(np.vstack(lists))), widest


def _gap(end: Coordinates, other: Coordinates) -> float:
    return float(min(np.hypot(*(other[0] - end)), np.hypot(*(other[-1] - end))))


def without_repeats(points: Coordinates) -> Coordinates:
    """Drop vertices that repeat their predecessor within a centimetre."""
    keep = np.ones(len(points), dtype=bool)
    keep[1:] = np.hypot(*np.diff(points, axis=0).T) > 0.01
    return points[keep]
