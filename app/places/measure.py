"""Lengths, areas and buffers in true metres.

Everything that leaves or enters this module is WGS84 longitude, latitude in degrees; metres appear only
as plain numbers and inside :func:`to_metric` geometry. Areas and lengths are geodesic on the WGS84
ellipsoid (Karney 2013, through PROJ), never planar. Planar work (buffers, offsets, polygonizing) is done
in one shared projection, CGCS2000 / 3-degree Gauss-Kruger CM 117E (EPSG:4548): its central meridian runs
through Tianjin, so its scale is off by less than 0.00012 anywhere in the box 116.7-118.1 E.
PROJ treats CGCS2000 as WGS84 here (a ballpark null shift), which is good to some decimetres.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Transformer
from shapely.geometry.base import BaseGeometry, BaseMultipartGeometry

from app.places.model import CRS

METRIC_CRS = "EPSG:4548"

G = TypeVar("G", bound=BaseGeometry)

_GEOD = Geod(ellps="WGS84")


@cache
def _transformer(source: str, target: str) -> Transformer:
    # EPSG axis order is north, east for both systems; always_xy keeps x = east everywhere.
    return Transformer.from_crs(source, target, always_xy=True)


def _reproject(geometry: G, source: str, target: str) -> G:
    transformer = _transformer(source, target)

    def move(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
        if not len(coordinates):
            return coordinates
        return np.column_stack(transformer.transform(coordinates[:, 0], coordinates[:, 1], errcheck=True))

    moved: G = shapely.transform(geometry, move)
    return moved


def to_metric(geometry: G) -> G:
    """Project WGS84 geometry to metres (EPSG:4548, x east, y north); any Z is dropped."""
    return _reproject(geometry, CRS, METRIC_CRS)


def from_metric(geometry: G) -> G:
    """Bring geometry in metres (EPSG:4548) back to WGS84 longitude, latitude."""
    return _reproject(geometry, METRIC_CRS, CRS)


def _simple_parts(geometry: BaseGeometry) -> Iterator[BaseGeometry]:
    for part in shapely.get_parts(geometry):
        # get_parts opens one level only, and a collection may hold multi-part geometry.
        if isinstance(part, BaseMultipartGeometry):
            yield from _simple_parts(part)
        else:
            yield part


def area_km2(geometry: BaseGeometry) -> float:
    """Geodesic area of the polygons in ``geometry`` in km², holes taken off; points and lines count 0."""
    total = 0.0
    for part in _simple_parts(geometry):
        if isinstance(part, shapely.Polygon) and not part.is_empty:
            # Geod signs areas by ring direction: rings must be oriented for holes to be subtracted.
            signed, _ = _GEOD.geometry_area_perimeter(shapely.orient_polygons(part))
            total += abs(signed)
    return total / 1e6


def length_km(geometry: BaseGeometry) -> float:
    """Geodesic length of the lines in ``geometry`` in km; points and polygons count 0."""
    lines = (part for part in _simple_parts(geometry) if isinstance(part, shapely.LineString))
    return float(sum(_GEOD.geometry_length(line) for line in lines if not line.is_empty)) / 1e3


def perimeter_km(geometry: BaseGeometry) -> float:
    """Geodesic length of all polygon rings in ``geometry`` in km; points and lines count 0."""
    rings = (part.boundary for part in _simple_parts(geometry) if isinstance(part, shapely.Polygon))
    return sum(length_km(ring) for ring in rings)


def distance_m(a: shapely.Point, b: shapely.Point) -> float:
    """Geodesic distance between two WGS84 points in metres."""
    return float(_GEOD.inv(a.x, a.y, b.x, b.y)[2])


def distances_m(
    lon: NDArray[np.float64], lat: NDArray[np.float64], point: shapely.Point
) -> NDArray[np.float64]:
    """Geodesic distances in metres from ``point`` to arrays of longitudes and latitudes, shape (n,)."""
    size = len(lon)
    if not size:
        return np.empty(0)
    _, _, metres = _GEOD.inv(lon, lat, np.full(size, point.x), np.full(size, point.y))
    return np.asarray(metres, dtype=np.float64)


def buffer_m(geometry: BaseGeometry, metres: float, *, cap_style: str = "round") -> BaseGeometry:
    """Buffer WGS84 geometry by ``metres`` on the ground.

    Parameters
    ----------
    geometry
        WGS84 longitude, latitude.
    metres
        Width to each side; negative shrinks polygons.
    cap_style
        ``round``, ``flat`` or ``square``: how the ends of lines are closed.

    Returns
    -------
    BaseGeometry
        Polygon or MultiPolygon, WGS84; empty when a polygon shrinks to nothing.
    """
    return from_metric(shapely.buffer(to_metric(geometry), metres, quad_segs=16, cap_style=cap_style))
