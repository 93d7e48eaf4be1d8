"""Rivers and their banks, as far as boundaries and water points allow.

海河 in the city is the common edge of the districts on its two sides, which follows its middle within
some 20 m; below the city, and for every other river, the extract has one point per mapped water way and
one per bridge named after the river, and the line through them is only as good as its largest gap. A bank
is the river's middle moved to the quay.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import shapely
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from app.errors import GeometryError, UnknownPlaceError
from app.places.curves import course
from app.places.districts import district as district_area
from app.places.districts import shared_edge
from app.places.lines import (
    CARRY_LIMIT_M,
    CentreLine,
    Coordinates,
    carry_on,
    chain,
    coordinates,
    longest_step,
)
from app.places.measure import to_metric
from app.places.model import Evidence
from app.places.reference import Reference

EDGE_TOLERANCE_M = 30.0
"""District edges along 海河 lie within about 20 m of its middle; bridges show up to 30 m."""

QUAY_M = 52.0
"""From the middle of 海河 to the quay: the river is 90 to 120 m wide between 金刚桥 and 光华桥."""

STUB_M = 80.0
"""Ends of a district edge shorter than this may be stubs: a shared edge goes on for 60 m behind the point
where the two borders part."""

STUB_DEGREES = 60.0
"""A stub turns at least this much: those of 海河's edges turn by 80 to 104 degrees, the river near the ends
of its edges by 17 at most."""

SMOOTH_M = 15.0
"""Corners of a district edge smaller than this are no bends of the river."""

POINT_GAP_SHARE = 0.15
"""A river may swing this share of the distance between two of its points to either side."""

OUTSIDE_M = 3000.0
"""Water points this far outside a district still show how a river enters it."""

BRIDGES = ("桥", "大桥")
"""What follows a river's name in the name of a bridge over it. A 特大桥 is left out: it is a viaduct of
kilometres, whose middle may lie far from the water; so are the slip roads of any bridge."""

# The districts on either bank of 海河, downstream.
_HAIHE_EDGES = (
    ("河北区", "南开区"),
    ("和平区", "河北区"),
    ("和平区", "河东区"),
    ("河东区", "河西区"),
    ("河西区", "东丽区"),
    ("东丽区", "津南区"),
)
HAIHE = "海河"


@dataclass(frozen=True)
class Rivers:
    """Rivers by name, built when asked for."""

    reference: Reference

    def river(self, name: str, *, district: str | None = None) -> CentreLine:
        """The middle line of a river.

        Parameters
        ----------
        name
            As OSM writes it.
        district
            Only the course in this district and up to 3 km around it. 海河 within the city is taken from
            the district edges, in 滨海新区 from its water points.

        Raises
        ------
        UnknownPlaceError
            Fewer than two points of the river or of bridges over it are known there.
        """
        if name == HAIHE and district != "滨海新区":
            return self._haihe
        return self._through_points(name, district)

    def bank(self, name: str, district: str) -> CentreLine:
        """The quay of a river on the side of ``district``, along that district only.

        Raises
        ------
        UnknownPlaceError
            The river is not 海河, whose middle alone is known well enough to find its quay.
        GeometryError
            The district does not lie on it.
        """
        if name != HAIHE:
            raise UnknownPlaceError(f"只有海河的中线精确到可推算堤岸；“{name}”请用 river 不带 bank。")
        own = [edge for edge in _HAIHE_EDGES[:-1] if district in edge]
        if not own:
            raise GeometryError(f"{district}不临海河市区段。")
        middle, _ = chain([_edge_line(*edge) for edge in own])
        quay = _quay(middle, district)
        edges = "、".join("/".join(edge) for edge in own)
        note = f"海河{district}一侧堤岸：由{edges}区界中线外移{QUAY_M:.0f}米"
        return CentreLine(
            name=f"{name}（{district}岸）",
            metric=quay,
            carried=carry_on(quay, CARRY_LIMIT_M),
            way_points=0,
            largest_gap_m=0.0,
            tolerance_m=EDGE_TOLERANCE_M + 10.0,
            evidence=(Evidence("districts", "/".join((name, district)), note),),
        )

    @cached_property
    def _haihe(self) -> CentreLine:
        line, gap = chain([_edge_line(*edge) for edge in _HAIHE_EDGES])
        return CentreLine(
            name=HAIHE,
            metric=line,
            carried=carry_on(line, CARRY_LIMIT_M),
            way_points=0,
            largest_gap_m=round(gap, 1),
            tolerance_m=EDGE_TOLERANCE_M,
            evidence=(Evidence("districts", HAIHE, "海河中线取自两岸各区的共同边界"),),
        )

    def _through_points(self, name: str, district: str | None) -> CentreLine:
        waters = self.reference.waters
        streets = self.reference.streets
        spans = streets["name"].isin([name + bridge for bridge in BRIDGES])
        spans &= ~streets["highway"].str.endswith("_link")
        zone = None
        if district is not None:
            zone = to_metric(district_area(district, with_sea=True)).buffer(OUTSIDE_M)
        water = _points(waters[waters["name"] == name], zone)
        bridges = _points(streets[spans], zone)
        points = np.concatenate([water, bridges])
        if len(points) < 2:
            where = f"{district}及附近" if district else "参考数据"
            raise UnknownPlaceError(
                f"{where}只有{len(water)}个“{name}”的水系点和{len(bridges)}座同名桥，不足以连成线。"
            )
        drawn = course(points)
        if len(drawn.points) < 2:
            raise UnknownPlaceError(f"“{name}”的水系点彼此重合，不足以连成线。")
        line = LineString(drawn.points)
        gap = longest_step(coordinates(line))
        source = "和".join(
            f"{len(rows)}个{kind}点" for rows, kind in ((water, "水系"), (bridges, "同名桥梁")) if len(rows)
        )
        note = f"由{source}连成，相邻点最大间隔{gap / 1000:.1f}公里"
        return CentreLine(
            name=name,
            metric=line,
            carried=carry_on(line, CARRY_LIMIT_M),
            way_points=len(points),
            largest_gap_m=round(gap, 1),
            tolerance_m=float(round(max(100.0, POINT_GAP_SHARE * gap))),
            evidence=(Evidence("waters", name, note),),
            doubts=(f"“{name}”{note}，弯曲处未必在线上。",) if gap > OUTSIDE_M else (),
        )


def _points(rows: pd.DataFrame, zone: BaseGeometry | None) -> Coordinates:
    """Points of the rows that lie in the zone (metric), shape (n, 2), metres."""
    points = to_metric(shapely.points(rows["lon"].to_numpy(), rows["lat"].to_numpy()))
    if zone is not None:
        points = points[shapely.intersects(zone, points)]
    return np.asarray(shapely.get_coordinates(points), dtype=np.float64)


def _edge_line(first: str, second: str) -> LineString:
    """The longest piece of two districts' common edge, metric."""
    edge = to_metric(shared_edge(first, second))
    longest: LineString = max(shapely.get_parts(edge), key=lambda part: float(part.length))
    return _without_stubs(longest)


def _without_stubs(edge: LineString) -> LineString:
    """Cut off short ends that turn from the river: there one district's border already goes ashore."""
    points = coordinates(edge)
    for _ in range(2):
        while len(points) > 2:
            (inward, stub) = points[1] - points[2], points[0] - points[1]
            lengths = np.hypot(*inward), np.hypot(*stub)
            if lengths[1] > STUB_M or inward @ stub > np.cos(np.radians(STUB_DEGREES)) * np.prod(lengths):
                break
            points = points[1:]
        points = points[::-1]
    return LineString(points)


def _quay(middle: LineString, district: str) -> LineString:
    """The line 52 m from the river's middle on the side of the district, as long as ``middle``.

    It is the rim of the river's surface that lies in the district: an offset curve would tear where the
    joined edges overlap by some metres. The flat ends of the surface are no quay.
    """
    smooth = shapely.simplify(middle, SMOOTH_M)
    surface = shapely.buffer(smooth, QUAY_M, cap_style="flat", quad_segs=16)
    ground = shapely.buffer(to_metric(district_area(district)), -QUAY_M / 2)
    rim = shapely.intersection(surface.boundary, ground)
    rim = shapely.line_merge(shapely.difference(rim, shapely.buffer(smooth, QUAY_M - 1.0)))
    line: LineString = max(shapely.get_parts(rim), key=lambda part: float(part.length))
    return shapely.remove_repeated_points(line, 1.5)  # and the last metre of a flat end
