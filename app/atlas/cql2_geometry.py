"""Geometries that filters write, and the relations they may ask for.

A literal is read as GeoJSON or as a box in the filter's coordinate system, axes in the authority's
order, and brought to WGS84. What is not a sound geometry is refused, never mended: a filter that means
something else than it says is worse than an error.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import shapely
from shapely.geometry.base import BaseGeometry

from app.errors import GeometryError, RequestError
from app.language import gettext

if TYPE_CHECKING:
    from app.places.crs import OfferedCrs

VERTICES_MAX: Final = 2000
"""Most vertices of one geometry in a filter."""

Test = Callable[[BaseGeometry, BaseGeometry], Any]


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation of two geometries, and the same with the two exchanged."""

    forward: Test
    reverse: Test


def _same(test: Test) -> Relation:
    return Relation(test, test)


RELATIONS: Final[Mapping[str, Relation]] = {
    "s_intersects": _same(shapely.intersects),
    "s_disjoint": _same(shapely.disjoint),
    "s_equals": _same(shapely.equals),
    "s_touches": _same(shapely.touches),
    "s_crosses": _same(shapely.crosses),
    "s_overlaps": _same(shapely.overlaps),
    "s_within": Relation(shapely.within, shapely.contains),
    "s_contains": Relation(shapely.contains, shapely.within),
}


def literal_geometry(node: Mapping[str, Any], crs: OfferedCrs | None) -> BaseGeometry:
    """A geometry of a filter in WGS84 longitude, latitude, prepared for many tests.

    Parameters
    ----------
    node
        A GeoJSON geometry, or ``{"bbox": [...]}`` of four numbers, or six of which the heights are left
        aside. A box whose west is east of its east crosses the antimeridian.
    crs
        What its coordinates are in, in the authority's axis order; None is WGS84 longitude, latitude.

    Raises
    ------
    RequestError
        It is no sound geometry, has too many vertices, or lies outside its coordinate system.
    """
    try:
        shape = _box(node["bbox"], crs) if "bbox" in node else shapely.geometry.shape(node)
        shape = shapely.force_2d(shape)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError):
        raise RequestError(gettext("filter 中的几何写法不对。")) from None
    vertices = int(shapely.get_num_coordinates(shape))
    if vertices == 0:
        raise RequestError(gettext("filter 中的几何是空的。"))
    if vertices > VERTICES_MAX:
        raise RequestError(
            gettext(
                "filter 中的几何有 %(count)s 个顶点，最多 %(most)s 个。",
                count=vertices,
                most=VERTICES_MAX,
            )
        )
    if not shapely.is_valid(shape):
        raise RequestError(
            gettext(
                "filter 中的几何不成立（%(reason)s）。",
                reason=shapely.is_valid_reason(shape)[:80],
            )
        )
    shape = _in_wgs84(shape, crs)
    west, south, east, north = shape.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise RequestError(
            gettext("filter 中的几何超出坐标范围；经度应在 ±180、纬度应在 ±90 之内，并注意坐标轴次序。")
        )
    shapely.prepare(shape)
    return shape


def _box(numbers: Any, crs: OfferedCrs | None) -> BaseGeometry:
    values = [float(number) for number in numbers]
    if len(values) not in (4, 6) or not all(math.isfinite(value) for value in values):
        raise ValueError(numbers)
    low, high = values[:2], values[len(values) // 2 : len(values) // 2 + 2]
    eastward = 1 if crs is not None and crs.north_first else 0
    if low[1 - eastward] > high[1 - eastward]:
        raise ValueError(numbers)
    if low[eastward] <= high[eastward]:
        return shapely.box(*low, *high)
    if crs is not None and crs.projected:
        raise ValueError(numbers)
    east_end, west_end = high.copy(), low.copy()
    east_end[eastward], west_end[eastward] = 180.0, -180.0
    return shapely.MultiPolygon([shapely.box(*low, *east_end), shapely.box(*west_end, *high)])


def _in_wgs84(shape: BaseGeometry, crs: OfferedCrs | None) -> BaseGeometry:
    if crs is None or crs.code == "OGC:CRS84":
        return shape
    # here, because PROJ is wanted only by filters in another system
    from app.places.crs import from_crs, official_axes  # noqa: PLC0415

    try:
        return from_crs(official_axes(shape, crs), crs)
    except GeometryError:
        raise RequestError(
            gettext(
                "filter 中的几何超出 %(crs)s 的范围；请注意坐标轴次序。",
                crs=crs.code,
            )
        ) from None
