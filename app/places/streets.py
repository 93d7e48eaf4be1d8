"""Centre lines of named streets, rebuilt from OSM way points.

The extract has one point per named way and no geometry. A street is found by name and district, put in
order (:mod:`app.places.curves`) and carried on to the next crossing street. What the points cannot say
stays visible: the largest gap, the tolerance that follows from it, and a doubt where a single way or a
long carry stands for a street. No street is drawn that has no way point.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

from app.errors import AmbiguousPlaceError, GeometryError, UnknownPlaceError
from app.places.curves import Course, clusters, course
from app.places.lines import CARRY_LIMIT_M, CentreLine, carry_end, carry_on, coordinates
from app.places.measure import from_metric, to_metric
from app.places.model import Evidence

# Longest step between neighbouring way points that still belongs to one street, metres. Rural and
# main roads have one point for kilometres, town streets one for every block or two.
REACH_M = {
    "motorway": 8000.0,
    "trunk": 6000.0,
    "primary": 4000.0,
    "secondary": 3000.0,
    "tertiary": 2000.0,
}
OTHER_REACH_M = 1200.0

# Paths beside a road carry its name but bend its centre line; they count only where there is no road.
PATHS = frozenset({"cycleway", "footway", "path", "steps", "track"})

SLIP_ROAD_M = 150.0
"""Slip roads (…_link) bend a centre line, too; they count only this far from the road they lead to."""

NEXT_CROSSING_M = 400.0
"""How far the ends of a street are carried on to the next crossing street when nothing else is known."""

BORDER_M = 80.0
"""Streets on a district's border have their points up to this far outside of it."""

POSITION_M = 15.0
"""Way points lie within 6 m (median) of OSM; half the width of a wide street comes on top."""

GAP_SHARE = 0.05
"""Between two points a street may bow out; 5 % of the largest gap allows for a bend of about 23 degrees."""

SINGLE_WAY_M = 60.0
"""Tolerance of a street that one way point stands for."""

BESIDE_M = 800.0
"""How far the street may lie whose direction a lone way takes."""

SORTS = "道路街"


@dataclass(frozen=True, slots=True)
class _Group:
    """Way points of one name that hang together: metres (n, 2)."""

    name: str
    points: NDArray[np.float64]

    @property
    def middle(self) -> Point:
        return Point(self.points.mean(axis=0))


class StreetNetwork:
    """All named streets of the extract; lines are built when asked for, and kept.

    Parameters
    ----------
    ways
        Columns ``name``, ``highway`` (OSM value), ``lon``, ``lat`` (WGS84); one row per named way.
    district
        Gives the WGS84 polygon of a district by its name, such as :func:`app.places.districts.district`.
    """

    def __init__(self, ways: pd.DataFrame, district: Callable[[str], BaseGeometry]) -> None:
        points = to_metric(shapely.points(ways["lon"].to_numpy(), ways["lat"].to_numpy()))
        self._points = np.asarray(shapely.get_coordinates(points), dtype=np.float64)
        self._names = ways["name"].to_numpy(dtype=object)
        self._highways = ways["highway"].to_numpy(dtype=object)
        self._rows: dict[str, NDArray[np.intp]] = {
            str(name): np.asarray(rows, dtype=np.intp)
            for name, rows in ways.reset_index(drop=True).groupby("name", sort=True).indices.items()
        }
        self._tree = shapely.STRtree(points)
        self._district = district
        self._zones: dict[str, BaseGeometry] = {}
        self._groups: dict[str, tuple[_Group, ...]] = {}
        self._group_of = np.full(len(ways), -1, dtype=np.intp)
        self._courses: dict[tuple[str, int], Course] = {}
        self._plain: dict[tuple[str, int], LineString | None] = {}
        self._streets: dict[tuple[str, int], CentreLine] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._rows

    def street(self, name: str, *, district: str | None = None, near: Point | None = None) -> CentreLine:
        """Centre line of the street called ``name``.

        Parameters
        ----------
        name
            As OSM writes it.
        district
            Only a street with a way point in this district (or within 80 m of its border) counts. Of
            several, the one with the most points there is taken.
        near
            WGS84 point; of several streets of the name, the nearest is taken.

        Raises
        ------
        UnknownPlaceError
            No such street, or not in the district; names near spellings.
        AmbiguousPlaceError
            Several streets of that name, and neither ``district`` nor ``near`` decides.
        GeometryError
            One way point only, and no street beside it that tells its direction.
        """
        index = self._choose(name, district, near)
        key = (name, index)
        if key not in self._streets:
            self._streets[key] = self._build(name, index)
        return self._streets[key]

    def way_points(self, name: str, *, district: str | None = None, near: Point | None = None) -> Point:
        """Middle of the way points of a street, WGS84: its place where no line is wanted."""
        index = self._choose(name, district, near)
        return from_metric(self._grouped(name)[index].middle)

    def spellings(self, name: str, *, district: str | None = None, limit: int = 5) -> list[str]:
        """Names of streets spelt nearly like ``name``, best first; those of ``district`` if one is given."""
        pool = list(self._rows)
        if district is not None:
            inside = shapely.contains_xy(self._zone(district), self._points[:, 0], self._points[:, 1])
            pool = sorted({str(found) for found in self._names[inside]})
        hits = process.extract(name, pool, scorer=fuzz.ratio, limit=limit, score_cutoff=50)
        return [spelling for spelling, _, _ in hits]

    # -- which of several streets of one name

    def _grouped(self, name: str) -> tuple[_Group, ...]:
        if name not in self._groups:
            rows = self._rows[name]
            road = ~np.isin(self._highways[rows].astype(str), list(PATHS))
            rows = rows[road] if road.any() else rows
            reach = np.array([_reach(str(kind)) for kind in self._highways[rows]])
            groups = []
            for index, members in enumerate(clusters(self._points[rows], reach)):
                chosen = self._without_slip_roads(rows[members])
                self._group_of[chosen] = index
                groups.append(_Group(name, self._points[chosen]))
            self._groups[name] = tuple(groups)
        return self._groups[name]

    def _without_slip_roads(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        """Way points of one street without those of slip roads beside it."""
        slip = np.array([str(kind).endswith("_link") for kind in self._highways[rows]])
        if slip.all() or not slip.any():
            return rows
        road = shapely.MultiPoint(self._points[rows[~slip]])
        beside = slip & (shapely.distance(shapely.points(self._points[rows]), road) <= SLIP_ROAD_M)
        kept: NDArray[np.intp] = rows[~beside]
        return kept

    def _zone(self, district: str) -> BaseGeometry:
        if district not in self._zones:
            zone = shapely.buffer(to_metric(self._district(district)), BORDER_M)
            shapely.prepare(zone)
            self._zones[district] = zone
        return self._zones[district]

    def _choose(self, name: str, district: str | None, near: Point | None) -> int:
        if name not in self._rows:
            raise UnknownPlaceError(
                f"街道“{name}”不在道路点数据中。" + _suggest(self.spellings(name, district=district))
            )
        groups = self._grouped(name)
        found = list(range(len(groups)))
        if district is not None:
            zone = self._zone(district)
            inside = [int(shapely.contains_xy(zone, *group.points.T).sum()) for group in groups]
            found = [index for index in found if inside[index]]
            if not found:
                where = "、".join(_place(group) for group in groups[:4])
                raise UnknownPlaceError(
                    f"{district}内没有街道“{name}”；同名道路在 {where}。"
                    + _suggest([s for s in self.spellings(name, district=district) if s != name])
                )
            # A stray way of the name beside a whole street is no rival to it.
            most = max(inside[index] for index in found)
            rivals = [index for index in found if inside[index] * 2 >= most]
            found = rivals if near is None else found
        if near is not None:
            spot = to_metric(near)
            found.sort(key=lambda index: float(shapely.MultiPoint(groups[index].points).distance(spot)))
            return found[0]
        if len(found) > 1:
            where = "、".join(_place(groups[index]) for index in found[:6])
            scope = district or "参考范围"
            raise AmbiguousPlaceError(
                f"{scope}内有{len(found)}条互不相连的“{name}”：{where}。请用 near 指明是哪一条。"
            )
        return found[0]

    # -- its line

    def _course(self, name: str, index: int) -> Course:
        key = (name, index)
        if key not in self._courses:
            self._courses[key] = course(self._grouped(name)[index].points)
        return self._courses[key]

    def _build(self, name: str, index: int) -> CentreLine:
        group = self._grouped(name)[index]
        drawn = self._course(name, index)
        tolerance = round(POSITION_M + GAP_SHARE * drawn.largest_gap_m)
        doubts: list[str] = []
        gap = drawn.largest_gap_m
        if len(drawn.points) == 1:
            line = self._single_way(name, drawn.points[0])
            tolerance = round(SINGLE_WAY_M)
            gap = 2 * NEXT_CROSSING_M
            doubts.append(f"“{name}”只有一个道路点，走向取自最近的同类道路。")
        else:
            line = LineString(drawn.points)
        if drawn.branch_points:
            doubts.append(f"“{name}”有{drawn.branch_points}个道路点偏离主线超过 120 米，未采用。")
        metric = self._to_crossings(name, line)
        evidence = Evidence(
            "streets",
            name,
            f"由{len(group.points)}个道路点恢复中心线，相邻点最大间隔{gap:.0f}米，两端延至相交道路",
        )
        return CentreLine(
            name=name,
            metric=metric,
            carried=carry_on(line, CARRY_LIMIT_M),
            way_points=len(group.points),
            largest_gap_m=round(gap, 1),
            tolerance_m=float(tolerance),
            evidence=(evidence,),
            doubts=tuple(doubts),
        )

    def _plain_line(self, name: str, index: int) -> LineString | None:
        """The course of a street as a line, not carried on; None for a lone way."""
        key = (name, index)
        if key not in self._plain:
            points = self._course(name, index).points
            self._plain[key] = LineString(points) if len(points) > 1 else None
        return self._plain[key]

    def _neighbours(self, spot: Point, metres: float, names: Callable[[str], bool]) -> list[LineString]:
        """Lines of the streets whose name passes and that have a way point within ``metres`` of a spot."""
        rows = self._tree.query(spot, predicate="dwithin", distance=metres)
        rows = rows[[names(name) for name in self._names[rows]]]
        for name in set(self._names[rows]) - self._groups.keys():
            self._grouped(name)  # tells each way point its group
        groups = set(zip(self._names[rows].tolist(), self._group_of[rows].tolist(), strict=True))
        # Paths and slip roads beside a road belong to no group.
        lines = [self._plain_line(name, index) for name, index in sorted(groups) if index >= 0]
        return [line for line in lines if line is not None]

    def _to_crossings(self, name: str, line: LineString) -> LineString:
        """Carry both ends of ``line`` on to the next crossing street, if there is one within 400 m."""
        points = coordinates(line)
        head: list[NDArray[np.float64]] = []
        tail: list[NDArray[np.float64]] = []
        for at_start, added in ((True, head), (False, tail)):
            carry = carry_end(line, NEXT_CROSSING_M, at_start=at_start)
            end = Point(carry.coords[0])
            others = self._neighbours(end, 2 * NEXT_CROSSING_M, lambda other: other != name)
            met = shapely.get_coordinates(shapely.intersection(carry, np.array(others, dtype=object)))
            if len(met):
                added.append(met[np.hypot(*(met - [end.x, end.y]).T).argmin()])
        return LineString(np.vstack([*head, points, *tail]))

    def _single_way(self, name: str, point: NDArray[np.float64]) -> LineString:
        """A short piece through a lone way point, parallel to the nearest street of the same sort.

        In Tianjin a 道 runs across the 路, so that the last character tells which of the two directions of
        the street grid a street follows.
        """
        spot = Point(point)
        same: list[LineString] = []
        if name[-1] in SORTS:
            same = self._neighbours(spot, BESIDE_M, lambda other: other != name and other[-1] == name[-1])
        distances = shapely.distance(np.array(same, dtype=object), spot)
        if not len(same) or distances.min() > BESIDE_M:
            raise GeometryError(f"“{name}”只有一个道路点，附近也没有同类道路可判断走向，不能恢复成线。")
        nearest = same[int(distances.argmin())]
        at = nearest.project(spot)
        a = nearest.interpolate(max(at - 50.0, 0.0))
        b = nearest.interpolate(min(at + 50.0, nearest.length))
        step = np.array([b.x - a.x, b.y - a.y])
        step = step / np.hypot(*step) * 20.0
        return LineString([point - step, point + step])


def _reach(highway: str) -> float:
    return REACH_M.get(highway.removesuffix("_link"), OTHER_REACH_M)


def _place(group: _Group) -> str:
    middle = from_metric(group.middle)
    return f"({middle.x:.4f}, {middle.y:.4f}) 附近{len(group.points)}个点"


def _suggest(spellings: list[str]) -> str:
    return f"相近的名称：{'、'.join(spellings)}。" if spellings else "没有相近的名称。"
