"""Where two lines meet: the method ``crossing``, and the joints of every ring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Point

from app.errors import GeometryError
from app.places.lines import CentreLine, overrun
from app.places.measure import from_metric, to_metric
from app.places.model import Evidence, Georeference, Method

JOIN_M = 150.0
"""Lines that come this close without crossing still meet: a junction with an offset, or a street that
goes on under another name."""

STEEP_DEGREES = 25.0
"""Two lines that meet at less than this angle run side by side; where they cross is chance."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A place where two lines meet.

    ``on_first`` and ``on_second`` (metric) are one point where the lines cross, and the two ends of the
    bridged gap where they only come near. ``overrun_m`` says how far beyond their known parts the lines
    were carried on for it, ``gap_m`` how wide the bridged gap is.
    """

    on_first: Point
    on_second: Point
    overrun_m: float
    gap_m: float

    @property
    def cost(self) -> float:
        """What the meeting asks one to believe, in metres; a bridged gap counts double."""
        return self.overrun_m + 2 * self.gap_m

    @property
    def middle(self) -> Point:
        """The meeting as one point, metric."""
        return Point(
            (self.on_first.x + self.on_second.x) / 2,
            (self.on_first.y + self.on_second.y) / 2,
        )


def meetings(first: CentreLine, second: CentreLine) -> list[Meeting]:
    """All places where two lines meet, the most credible first; empty if they stay apart.

    Crossings of the lines themselves come before crossings of their straight continuations. Where the
    known parts come within 150 m of each other without crossing, bridging that gap is one more reading.
    """
    found = []
    shared = shapely.intersection(first.carried, second.carried)
    for part in shapely.get_parts(shared):
        if part.is_empty:
            continue
        # Lines that run on top of each other for a while meet in the middle of that stretch.
        xy = part if isinstance(part, Point) else part.interpolate(0.5, normalized=True)
        if overrun(first, xy) + overrun(second, xy) > 1.0 and _angle(first, second, xy) < STEEP_DEGREES:
            continue
        found.append(Meeting(xy, xy, overrun(first, xy) + overrun(second, xy), 0.0))
    gap = float(first.metric.distance(second.metric))
    if 0.0 < gap <= JOIN_M:
        nearest = shapely.shortest_line(first.metric, second.metric)
        a, b = (Point(xy) for xy in shapely.get_coordinates(nearest))
        found.append(Meeting(a, b, 0.0, gap))
    return sorted(found, key=lambda meeting: (meeting.cost, meeting.on_first.x, meeting.on_first.y))


def crossing(first: CentreLine, second: CentreLine, *, near: Point | None = None) -> Georeference:
    """The intersection of two lines as a point.

    Parameters
    ----------
    first, second
        The two streets (or a street and a river).
    near
        WGS84 point that decides when the lines meet more than once.

    Returns
    -------
    Georeference
        Point, WGS84. The tolerance grows with the gap bridged and the distance carried on.

    Raises
    ------
    GeometryError
        The lines do not come near each other.
    """
    found = meetings(first, second)
    if not found:
        raise GeometryError(
            f"“{first.name}”与“{second.name}”不相交，最近处相距{first.metric.distance(second.metric):.0f}米。"
        )
    best = found[0]
    if near is not None:
        spot = to_metric(near)
        best = min(found, key=lambda meeting: float(meeting.middle.distance(spot)))
    note = f"{first.name}与{second.name}中心线的交点"
    doubts = list(dict.fromkeys([*first.doubts, *second.doubts]))
    if best.gap_m:
        note = f"{first.name}与{second.name}最近处（相距{best.gap_m:.0f}米）的中点"
    if best.overrun_m > 1:
        note += f"，道路自末端道路点顺延{best.overrun_m:.0f}米"
    tolerance = max(first.tolerance_m, second.tolerance_m) + best.gap_m / 2 + 0.1 * best.overrun_m
    return Georeference(
        method=Method.CROSSING,
        geometry=from_metric(best.middle),
        tolerance_m=float(round(tolerance)),
        evidence=(*first.evidence, *second.evidence, Evidence("method", "crossing", note)),
        doubts=tuple(doubts),
    )


def _angle(first: CentreLine, second: CentreLine, at: Point) -> float:
    """Angle between two lines near a point, degrees 0-90."""
    directions = []
    for line in (first.carried, second.carried):
        s = line.project(at)
        a = line.interpolate(max(s - 30.0, 0.0))
        b = line.interpolate(min(s + 30.0, line.length))
        directions.append(np.array([b.x - a.x, b.y - a.y]))
    u, v = directions
    sine = abs(u[0] * v[1] - u[1] * v[0]) / (np.hypot(*u) * np.hypot(*v))
    return float(np.degrees(np.arcsin(min(1.0, sine))))
