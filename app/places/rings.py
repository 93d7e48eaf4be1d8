"""The method ``bounded``: the area that named lines enclose, in the order in which a plan names them.

The ring is walked, not polygonized: each line is followed from its meeting with the line before to its
meeting with the line after. So a zone is everything inside the full ring, also where one of its own
bounding roads cuts through it (成都道 in 五大道), and two zones that share a road share its centre line.
Nothing here knows what area a plan states; no shape is scaled or bent towards one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, product

import numpy as np
import shapely
from shapely import LinearRing, Point, Polygon

from app.errors import GeometryError
from app.places.crossing import Meeting, meetings
from app.places.lines import CentreLine, walk, without_repeats
from app.places.measure import from_metric, to_metric
from app.places.model import Evidence, Georeference, Method

CREDIBLE_M = 120.0
"""A meeting that asks for this much more than the best one is no longer considered."""

READINGS = 512
"""Rings tried at most when lines meet more than once."""

LONG_CARRY_M = 250.0
"""A road carried on farther than this to close the ring is told as a doubt."""

NEEDLE_M = 15.0
"""Half the width below which there is no land between two bounding roads, only the position error of two
centre lines that run side by side (马场道 and 西康路 before they part)."""

MITRE = 4.0
"""How many times farther a corner's tip may lie from the core than its sides: 1 / sin(29 degrees / 2)."""

SLIVER = 0.02
"""Share of the area that a loop at a corner may have to be dropped without a word."""


def bounded(boundaries: Sequence[CentreLine], *, inside: Point | None = None) -> Georeference:
    """The area enclosed by lines, walked in the order given.

    Parameters
    ----------
    boundaries
        At least three lines (or two that meet twice) in the order around the area, either way round.
    inside
        WGS84 point that must lie in the area; decides when the ring can be read in more than one way.

    Returns
    -------
    Georeference
        Polygon, WGS84. The tolerance is that of the weakest line, or half the widest gap bridged if that
        is more. Evidence: that of every line, and one line per corner that is not a plain crossing.

    Raises
    ------
    GeometryError
        Two neighbours in the list do not meet, the ring has no area, or ``inside`` lies outside of it.
    """
    if len(boundaries) < 2:
        raise GeometryError("围合至少需要两条边界线。")
    corners = _corners(boundaries)
    spot = None if inside is None else to_metric(inside)
    best: tuple[tuple[bool, float], Polygon, tuple[Meeting, ...]] | None = None
    for reading in islice(product(*corners), READINGS):
        polygon, length = _ring(boundaries, reading)
        if polygon is None:
            continue
        misses = spot is not None and not polygon.covers(spot)
        rank = (misses, length + 3 * sum(meeting.cost for meeting in reading))
        if best is None or rank < best[0]:
            best = (rank, polygon, reading)
    names = "、".join(line.name for line in boundaries)
    if best is None:
        raise GeometryError(f"{names}围不成面：各边首尾相接后没有面积。请检查边界的次序。")
    (misses, _), polygon, reading = best
    if misses:
        raise GeometryError(f"{names}围成的范围不含指定的内部点，请检查边界的次序或内部点。")
    return _georeference(boundaries, polygon, reading)


def _corners(boundaries: Sequence[CentreLine]) -> list[list[Meeting]]:
    """Credible meetings of each line with the next one; the last corner joins the last line to the first."""
    corners = []
    for index, line in enumerate(boundaries):
        after = boundaries[(index + 1) % len(boundaries)]
        found = meetings(line, after)
        if not found:
            distance = line.metric.distance(after.metric)
            raise GeometryError(
                f"围合不闭合：“{line.name}”与“{after.name}”不相接，最近处相距{distance:.0f}米。"
                "请检查边界的次序，或补上中间的一条边。"
            )
        credible = [meeting for meeting in found if meeting.cost <= found[0].cost + CREDIBLE_M]
        corners.append(credible)
    if len(boundaries) == 2:
        # The two lines must meet twice; the second corner is any meeting but the first.
        both = meetings(boundaries[0], boundaries[1])
        if len(both) < 2:
            raise GeometryError(
                f"围合不闭合：“{boundaries[0].name}”与“{boundaries[1].name}”只相接一次，需要更多边界。"
            )
        swapped = [
            Meeting(meeting.on_second, meeting.on_first, meeting.overrun_m, meeting.gap_m)
            for meeting in both[1:]
        ]
        return [[both[0]], swapped]
    return corners


def _ring(boundaries: Sequence[CentreLine], reading: Sequence[Meeting]) -> tuple[Polygon | None, float]:
    """Walk the ring; the polygon (metric) and its length, or None where it has no area."""
    pieces = []
    for index, line in enumerate(boundaries):
        start = reading[index - 1].on_second
        end = reading[index].on_first
        pieces.append(walk(line.carried, start, end))
    points = without_repeats(np.vstack(pieces))
    if len(points) < 3:
        return None, 0.0
    ring = LinearRing(points)
    return _faces_inside(ring), float(ring.length)


def _faces_inside(ring: LinearRing) -> Polygon | None:
    """The union of all faces that the ring encloses; small loops at corners fall away.

    A ring that crosses itself encloses several faces. Those that touch along an edge make one zone; a
    face that hangs on by a corner only is kept out, and the ring is refused if it is more than a sliver.
    """
    if ring.is_simple:
        polygon = Polygon(ring)
        return _without_needles(polygon) if polygon.area > 1.0 else None
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.node(ring))))
    if not len(faces):
        return None
    zones = shapely.get_parts(shapely.union_all(faces))
    largest: Polygon = max(zones, key=lambda zone: float(zone.area))
    rest = sum(float(zone.area) for zone in zones) - largest.area
    if rest > SLIVER * largest.area:
        return None
    return _without_needles(Polygon(largest.exterior))


def _without_needles(polygon: Polygon) -> Polygon:
    """Cut off what is narrower than 30 m; corners of 29 degrees and more keep their tip."""
    core = shapely.buffer(polygon, -NEEDLE_M)
    if core.is_empty:
        return polygon
    # Mitred corners grow back to where they were; the metre makes up for the polygon that stands for an arc.
    opened = shapely.buffer(core, NEEDLE_M + 1.0, join_style="mitre", mitre_limit=MITRE)
    body = shapely.get_parts(shapely.intersection(polygon, opened))
    whole: Polygon = max(body, key=lambda part: float(part.area))
    return shapely.remove_repeated_points(whole, 0.05)


def _georeference(
    boundaries: Sequence[CentreLine], polygon: Polygon, reading: Sequence[Meeting]
) -> Georeference:
    evidence: list[Evidence] = []
    doubts: list[str] = []
    tolerance = max(line.tolerance_m for line in boundaries)
    for line in boundaries:
        evidence.extend(line.evidence)
        doubts.extend(line.doubts)
    for index, meeting in enumerate(reading):
        first, second = boundaries[index].name, boundaries[(index + 1) % len(boundaries)].name
        if meeting.gap_m:
            tolerance = max(tolerance, meeting.gap_m / 2)
            note = f"{first}与{second}不直接相交，连接最近处（相距{meeting.gap_m:.0f}米）"
            evidence.append(Evidence("method", "bounded", note))
        elif meeting.overrun_m > 1:
            note = f"{first}与{second}顺延{meeting.overrun_m:.0f}米相交"
            evidence.append(Evidence("method", "bounded", note))
            if meeting.overrun_m > LONG_CARRY_M:
                doubts.append(f"{note}，交点位置待核。")
    return Georeference(
        method=Method.BOUNDED,
        geometry=from_metric(shapely.orient_polygons(polygon)),
        tolerance_m=float(round(tolerance)),
        evidence=tuple(dict.fromkeys(evidence)),
        doubts=tuple(dict.fromkeys(doubts)),
    )
