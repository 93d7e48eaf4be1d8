"""Every kind of named line behind one door: streets, rivers, banks, district edges, the coast."""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

from app.errors import GeometryError
from app.places.districts import district as district_area
from app.places.districts import shared_edge
from app.places.lines import CARRY_LIMIT_M, CentreLine, carry_on, coordinates, longest_step
from app.places.measure import to_metric
from app.places.model import Evidence
from app.places.reference import Reference
from app.places.streets import StreetNetwork
from app.places.waters import EDGE_TOLERANCE_M, Rivers

COAST_TOLERANCE_M = 300.0
"""OSM's coast of about 2018 is good to 10 m, but harbours have been filled since."""


class Lines:
    """Centre lines by name; keeps what it has built.

    Parameters
    ----------
    reference
        The reference extracts.
    """

    def __init__(self, reference: Reference) -> None:
        self._streets = StreetNetwork(reference.streets, district_area)
        self._rivers = Rivers(reference)
        self._coastline = reference.coastline

    def __contains__(self, name: str) -> bool:
        """Whether some street has this name."""
        return name in self._streets

    def street(self, name: str, *, district: str | None = None, near: Point | None = None) -> CentreLine:
        """A street, see :meth:`app.places.streets.StreetNetwork.street`."""
        return self._streets.street(name, district=district, near=near)

    def way_points(self, name: str, *, district: str | None = None, near: Point | None = None) -> Point:
        """Middle of a street's way points, see :meth:`app.places.streets.StreetNetwork.way_points`."""
        return self._streets.way_points(name, district=district, near=near)

    def river(self, name: str, *, district: str | None = None) -> CentreLine:
        """A river, see :meth:`app.places.waters.Rivers.river`."""
        return self._rivers.river(name, district=district)

    def bank(self, name: str, district: str) -> CentreLine:
        """A river's quay, see :meth:`app.places.waters.Rivers.bank`."""
        return self._rivers.bank(name, district)

    def edge(self, first: str, *others: str) -> CentreLine:
        """The edge of a district with one or several neighbours; its longest piece where it has several."""
        edge = max(shapely.get_parts(shared_edge(first, *others)), key=lambda part: float(part.length))
        note = f"{first}与{'、'.join(others)}的共同边界"
        evidence = Evidence("districts", "/".join((first, *others)), note)
        return _given(edge, name=note, tolerance_m=EDGE_TOLERANCE_M, evidence=(evidence,))

    def coast(self) -> CentreLine:
        """The coast line within the box."""
        evidence = Evidence("coast", "coastline", "OSM海岸线，约2018年，含已填海部分")
        return _given(self._coastline, name="海岸线", tolerance_m=COAST_TOLERANCE_M, evidence=(evidence,))

    def through(
        self,
        points: Sequence[Point],
        *,
        names: Sequence[str],
        tolerance_m: float,
        evidence: tuple[Evidence, ...],
    ) -> CentreLine:
        """Straight pieces from place to place (WGS84 points): where a line runs is only known at those.

        The tolerance given is that of the places; between them it grows with their distance.

        Raises
        ------
        GeometryError
            Fewer than two different places.
        """
        if len({(point.x, point.y) for point in points}) < 2:
            raise GeometryError(f"{'、'.join(names)}：至少要有两处不同的地点才能连成线。")
        line = LineString(points)
        gap = longest_step(coordinates(to_metric(line)))
        note = f"依次连接{'、'.join(names)}，两处之间为直线（最长{gap / 1000:.1f}公里）"
        return _given(
            line,
            name="—".join((names[0], names[-1])),
            tolerance_m=float(round(max(tolerance_m, 0.05 * gap))),
            evidence=(*evidence, Evidence("method", "through", note)),
            gap_m=gap,
        )

    def drawn(self, geometry: BaseGeometry, *, name: str, tolerance_m: float) -> CentreLine:
        """The line of a feature that is already located.

        Raises
        ------
        GeometryError
            The geometry is no single line.
        """
        if not isinstance(geometry, LineString):
            raise GeometryError(f"要素 {name} 不是一条线，不能作边界或走向。")
        evidence = Evidence("feature", name, "以该要素的线为准")
        return _given(geometry, name=name, tolerance_m=tolerance_m, evidence=(evidence,))


def _given(
    line: LineString, *, name: str, tolerance_m: float, evidence: tuple[Evidence, ...], gap_m: float = 0.0
) -> CentreLine:
    """A line that is taken as it is (WGS84)."""
    metric = to_metric(line)
    return CentreLine(
        name=name,
        metric=metric,
        carried=carry_on(metric, CARRY_LIMIT_M),
        way_points=0,
        largest_gap_m=round(gap_m, 1),
        tolerance_m=tolerance_m,
        evidence=evidence,
    )
