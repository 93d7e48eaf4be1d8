"""Lineage on the map: where each relation leads from and to, and a sentence that says so.

A relation is drawn from the place where the older feature's name stands to where the newer one's does.
That is a sign of what belongs together and no movement on the ground: the points are where a name fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from shapely.geometry import LineString, MultiLineString, MultiPoint, Point

from app.atlas.lineage import LineageKind
from app.exports.table import label_point
from app.language import gettext as _
from app.language import listed, mark, titled
from app.web.access import by_id

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from app.atlas.store import Atlas

SENTENCES: Final[Mapping[LineageKind, str]] = {
    LineageKind.RENAMED: mark("%(old)s的“%(before)s”更名为%(new)s的“%(after)s”"),
    LineageKind.MERGED: mark("%(old)s的“%(before)s”合并为%(new)s的“%(after)s”"),
    LineageKind.SPLIT: mark("%(old)s的“%(before)s”拆分为%(new)s的“%(after)s”"),
    LineageKind.EXTENDED: mark("%(old)s的“%(before)s”扩展为%(new)s的“%(after)s”"),
    LineageKind.DROPPED: mark("%(old)s的“%(before)s”，%(new)s不再提到"),
    LineageKind.CARRIED_OVER: mark("%(old)s的“%(before)s”延续为%(new)s的“%(after)s”"),
}

Row = Mapping[str, Any]


def lineage_lines(store: Atlas, rows: Iterable[Row]) -> Iterator[tuple[BaseGeometry | None, dict[str, Any]]]:
    """Each relation with its geometry (WGS84) and what is said of it.

    Parameters
    ----------
    rows
        Relations of the atlas.

    Yields
    ------
    tuple
        Lines from each older to each newer place. Where the two stand on one spot, and for what was
        dropped, the place itself; None where no place of one side is located. ``from`` and ``to`` among
        the properties name every end, its theme and its point, ``None`` for the unlocated.
    """
    plans = by_id(store.plans)
    for row in rows:
        before, after = _ends(store, row["from"]), _ends(store, row["to"])
        values = {
            "before": _names(before),
            "after": _names(after),
            "old": titled(plans[row["from_plan"]], "short_title"),
            "new": titled(plans[row["to_plan"]], "short_title"),
        }
        kind, basis = row["kind_title"], row["basis_title"]
        yield (
            _geometry([end["at"] for end in before], [end["at"] for end in after], dropped=not after),
            {
                "id": row["id"],
                "kind": row["kind"],
                "kind_title": _(kind),
                "basis": row["basis"],
                "basis_title": _(basis),
                "sentence": _(SENTENCES[LineageKind(row["kind"])], **values),
                "note": row["note"],
                "from": before,
                "to": after,
            },
        )


def _ends(store: Atlas, ids: Iterable[str]) -> list[dict[str, Any]]:
    ends = []
    for feature in filter(None, map(store.feature, ids)):
        shape = feature.geometry
        at = None if shape is None or shape.is_empty else [round(value, 6) for value in label_point(shape)]
        ends.append(
            {
                "id": feature.id,
                "name": feature.properties["name"],
                "theme": feature.properties["theme"],
                "at": at,
            }
        )
    return ends


def _names(ends: Iterable[Row]) -> str:
    return listed(end["name"] for end in ends)


def _geometry(
    before: Iterable[list[float] | None], after: Iterable[list[float] | None], *, dropped: bool
) -> BaseGeometry | None:
    old = [tuple(point) for point in before if point is not None]
    new = [tuple(point) for point in after if point is not None]
    pairs = [(one, other) for one in old for other in new]
    lines = [pair for pair in pairs if pair[0] != pair[1]]
    if lines:
        return LineString(lines[0]) if len(lines) == 1 else MultiLineString(lines)
    points = sorted({one for one, _other in pairs} if not dropped else {*old})
    if not points:
        return None
    return Point(points[0]) if len(points) == 1 else MultiPoint(points)
