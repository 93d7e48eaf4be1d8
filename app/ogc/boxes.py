"""The ``bbox`` parameter: read in any system on offer, over the antimeridian too, exactly.

A box in longitude and latitude is a box; one in a projected system is not, seen from here: its edges are
followed closely and features are tried against that shape.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import shapely

from app.errors import GeometryError, RequestError
from app.language import gettext as _
from app.language import mark
from app.places.crs import from_crs

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from app.atlas.features import StoredFeature
    from app.atlas.query import BBox
    from app.places.crs import OfferedCrs

_SEGMENTS: Final = 32
"""Parts that an edge of a projected box is cut into; for a box as large as Tianjin they are within 1 m."""

_FARTHEST: Final = 1e9
"""No coordinate of any system on offer is larger; beyond it, arithmetic fails before sense does."""

_SHAPE: Final = mark("bbox 应为以逗号分隔的四个数（最小值两个，最大值两个），例如 bbox=117.1,39.0,117.3,39.2")


@dataclass(frozen=True, slots=True)
class _Meets:
    """A feature's geometry meets a shape."""

    shape: BaseGeometry

    def matches(self, feature: StoredFeature) -> bool:
        """Whether it does; what has no geometry does not."""
        geometry = feature.geometry
        return geometry is not None and bool(shapely.intersects(self.shape, geometry))


def _refusal(why: str) -> RequestError:
    return RequestError(_("%(shape)s；%(why)s。", shape=_(_SHAPE), why=why))


def read_numbers(text: str) -> tuple[float, ...]:
    """The four numbers of a bbox; of six, the heights are left aside.

    Raises
    ------
    RequestError
        Not four or six finite numbers.
    """
    parts = text.split(",")
    if len(parts) not in (4, 6):
        raise _refusal(_("收到 %(count)s 个数", count=len(parts)))
    try:
        numbers = tuple(float(part) for part in parts)
    except ValueError:
        raise _refusal(_("其中有的不是数字")) from None
    if not all(math.isfinite(number) for number in numbers):
        raise _refusal(_("其中有的不是有限的数"))
    if any(abs(number) > _FARTHEST for number in numbers):
        raise _refusal(_("其中有的大得不成坐标"))
    return numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])


def box_filter(numbers: tuple[float, ...], crs: OfferedCrs) -> tuple[BBox, _Meets | None]:
    """A box in WGS84 that holds the asked one, and the exact test where that box is not exact.

    Parameters
    ----------
    numbers
        Two least values, two greatest, axes in the authority's order.

    Raises
    ------
    RequestError
        The box is upside down or outside its system.
    """
    x, y = (1, 0) if crs.north_first else (0, 1)
    west, south, east, north = numbers[x], numbers[y], numbers[2 + x], numbers[2 + y]
    order = _("先纬度（北）后经度（东）") if crs.north_first else _("先经度（东）后纬度（北）")
    if south > north or (west > east and crs.projected):
        raise _refusal(_("最小值不能大于最大值，此坐标系的次序为%(order)s", order=order))
    if crs.projected:
        return _projected(west, south, east, north, crs)
    if not (-180 <= west <= 180 and -180 <= east <= 180 and south >= -90 and north <= 90):
        raise _refusal(_("经度应在 ±180、纬度应在 ±90 之内，次序为%(order)s", order=order))
    if west <= east:
        return (west, south, east, north), None
    halves = shapely.MultiPolygon(
        [shapely.box(west, south, 180, north), shapely.box(-180, south, east, north)]
    )
    shapely.prepare(halves)
    return (-180.0, south, 180.0, north), _Meets(halves)


def _projected(west: float, south: float, east: float, north: float, crs: OfferedCrs) -> tuple[BBox, _Meets]:
    area = shapely.box(west, south, east, north)
    longest = max(east - west, north - south)
    try:
        shape = from_crs(shapely.segmentize(area, longest / _SEGMENTS) if longest > 0 else area, crs)
    except (GeometryError, shapely.errors.GEOSException):  # the latter for a sliver as thin as rounding
        raise RequestError(_("bbox 超出 %(crs)s 的范围；请注意坐标轴次序和带号。", crs=crs.code)) from None
    shapely.prepare(shape)
    return shape.bounds, _Meets(shape)
