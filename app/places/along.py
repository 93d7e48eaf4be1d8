"""The method ``along``: a stretch of a named line between two places."""

from __future__ import annotations

import shapely.ops
from shapely import LineString, Point

from app.errors import GeometryError
from app.places.lines import CentreLine, overrun
from app.places.measure import from_metric, to_metric
from app.places.model import Evidence, Georeference, Method

FAR_M = 400.0
"""A place this far from the line it is to end is told as a doubt."""

REFUSED_M = 3000.0
"""A place farther from the line than this is not on it: a homonym, or the wrong line."""


def along(line: CentreLine, *, start: Point | None = None, end: Point | None = None) -> Georeference:
    """The part of a line between two places, or all of it.

    Parameters
    ----------
    line
        The named line.
    start, end
        WGS84 points, each put on the line at its nearest spot; without one the line's own end counts. A
        place behind the line's known part is reached on its continuation.

    Returns
    -------
    Georeference
        LineString, WGS84, in the direction from ``start`` to ``end``.

    Raises
    ------
    GeometryError
        A place lies more than 3 km off the line, or both fall on the same spot.
    """
    course = line.metric if start is None and end is None else line.carried
    ends = [_put(line, course, place, at_start=index == 0) for index, place in enumerate((start, end))]
    stretch = shapely.ops.substring(course, ends[0][0], ends[1][0])
    if not isinstance(stretch, LineString) or stretch.length < 1.0:
        raise GeometryError(f"两端在“{line.name}”上落在同一处，不成一段。")
    notes = [note for _, note, _ in ends if note]
    doubts = [doubt for _, _, doubt in ends if doubt]
    return Georeference(
        method=Method.ALONG,
        geometry=from_metric(stretch),
        tolerance_m=line.tolerance_m,
        evidence=(*line.evidence, *(Evidence("method", "along", note) for note in notes)),
        doubts=(*line.doubts, *doubts),
    )


def _put(
    line: CentreLine, course: LineString, place: Point | None, *, at_start: bool
) -> tuple[float, str, str]:
    """Where a place comes to lie on the course (metres from its start), a note and a doubt about it."""
    if place is None:
        known_end = Point(line.metric.coords[0 if at_start else -1])
        return float(course.project(known_end)), "", ""
    spot = to_metric(place)
    metres = float(course.project(spot))
    on_line = course.interpolate(metres)
    off = float(on_line.distance(spot))
    if off > REFUSED_M:
        raise GeometryError(f"端点距“{line.name}”{off / 1000:.1f}公里，不在这条线上。")
    word = "起" if at_start else "止"
    beyond = overrun(line, on_line)
    note = f"{word}点由该处就近落到{line.name}上（相距{off:.0f}米）"
    if beyond > 1:
        note += f"，自已知末端顺延{beyond:.0f}米"
    doubt = f"{word}点所据地点距{line.name}{off:.0f}米。" if off > FAR_M else ""
    return metres, note, doubt
