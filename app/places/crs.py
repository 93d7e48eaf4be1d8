"""The coordinate systems that coordinates may be asked for or given in, and the way there and back.

Inside the house everything is WGS84 longitude, latitude; other systems exist at the edge only, and each
is named. Arrays and geometries handled here have x first (longitude or easting), whatever the authority
says about axis order; who writes a format that follows the authority calls :func:`official_axes`.
Axis orders, units and areas of use are read from the EPSG tables in PROJ, not written down here.

CGCS2000 is taken to be WGS84. PROJ knows no better ("ballpark geographic offset", a null shift), and it
is sound at our tolerances: both are realisations of the ITRS on ellipsoids that differ by 0.1 mm in the
semi-minor axis. CGCS2000 is fixed at ITRF97, epoch 2000.0, while WGS84 follows the current ITRF, so the
two part with the motion of the plate, some 3 cm a year to the east-south-east in Tianjin: less than one metre
in 2026, where the least tolerance in the atlas is some 20 m. Not for setting out boundary stones.

GCJ-02 has no authority's code and no published definition; it is offered on explicit request only and
is marked as not for surveying. BD-09 is not offered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from app.errors import GeometryError, RequestError
from app.language import gettext, listed, mark
from app.places.datum import from_gcj02, to_gcj02
from app.places.districts import BOX
from app.places.model import CRS

Bounds: TypeAlias = tuple[float, float, float, float]
Shapes = TypeVar("Shapes", bound=BaseGeometry | NDArray[Any])

GCJ02 = "GCJ-02"
GCJ02_RESIDUAL_M = 0.001
"""WGS84 → GCJ-02 → WGS84 comes back to within this many metres."""

_TITLES: Mapping[str, str] = {
    "OGC:CRS84": mark("WGS84 经纬度（经度在前）"),
    "EPSG:4326": mark("WGS84 经纬度（官方轴序：纬度在前）"),
    "EPSG:3857": mark("WGS84 / Web 墨卡托（网络地图用，长度、面积失真）"),
    "EPSG:4490": mark("CGCS2000 经纬度（官方轴序：纬度在前）"),
    "EPSG:4548": mark("CGCS2000 / 3 度高斯-克吕格，中央经线 117°E（东坐标不带带号）"),
    "EPSG:4527": mark("CGCS2000 / 3 度高斯-克吕格，第 39 带（中央经线 117°E，东坐标带带号）"),
    "EPSG:4549": mark("CGCS2000 / 3 度高斯-克吕格，中央经线 120°E（东坐标不带带号）"),
    "EPSG:4528": mark("CGCS2000 / 3 度高斯-克吕格，第 40 带（中央经线 120°E，东坐标带带号）"),
}

# The forms in which OGC standards, GIS programs and people name a system of EPSG or OGC.
_FORMS = (
    re.compile(r"\[?(?P<authority>EPSG|OGC):(?P<code>\w+)\]?", re.IGNORECASE),
    re.compile(r"(?P<authority>)(?P<code>\d{4,6}|CRS84)", re.IGNORECASE),
    re.compile(
        r"https?://www\.opengis\.net/def/crs/(?P<authority>EPSG|OGC)/[\d.]+/(?P<code>\w+)", re.IGNORECASE
    ),
    re.compile(r"urn:ogc:def:crs:(?P<authority>EPSG|OGC):[\d.]*:(?P<code>\w+)", re.IGNORECASE),
)
_GCJ02_FORM = re.compile(r"GCJ[-_ ]?(?:20)?02", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OfferedCrs:
    """A coordinate system on offer.

    ``uri`` is the OGC's; empty for GCJ-02, which no authority lists. ``north_first`` says that the
    authority puts latitude or northing before longitude or easting. ``surveying`` is False where positions
    must not be measured from. ``area`` is its area of use: west, south, east, north in WGS84 degrees.
    ``decimals`` is how many digits say a millimetre or so in its unit.
    """

    code: str
    uri: str
    title: str
    north_first: bool
    surveying: bool
    projected: bool
    area: Bounds

    @property
    def decimals(self) -> int:
        """Digits after the point that coordinates deserve: 3 for metres, 8 for degrees (about 1 mm)."""
        return 3 if self.projected else 8


def _offer(code: str, title: str) -> OfferedCrs:
    crs = pyproj.CRS.from_user_input(code)
    authority, _, number = code.partition(":")
    assert crs.area_of_use is not None
    return OfferedCrs(
        code=code,
        uri=f"http://www.opengis.net/def/crs/{authority}/{'1.3' if authority == 'OGC' else '0'}/{number}",
        title=title,
        north_first=crs.axis_info[0].direction == "north",
        # Web Mercator stretches lengths by 1.29 at Tianjin's latitude.
        surveying=code != "EPSG:3857",
        projected=crs.is_projected,
        area=crs.area_of_use.bounds,
    )


OFFERED: Mapping[str, OfferedCrs] = MappingProxyType(
    {
        **{code: _offer(code, title) for code, title in _TITLES.items()},
        GCJ02: OfferedCrs(
            code=GCJ02,
            uri="",
            title=mark("GCJ-02（高德、腾讯地图的偏移坐标，经度在前，不可用于测量）"),
            north_first=False,
            surveying=False,
            projected=False,
            area=BOX,  # the shift is defined for all of China, tried for this box
        ),
    }
)
"""All systems on offer by code."""

WGS84 = OFFERED["OGC:CRS84"]


def crs_named(text: str) -> OfferedCrs:
    """The system on offer that ``text`` names.

    Parameters
    ----------
    text
        ``EPSG:4548``, ``4548``, ``[EPSG:4548]``, ``OGC:CRS84``, ``CRS84``, an ``http://www.opengis.net``
        URI, an ``urn:ogc:def:crs`` URN, or ``GCJ-02``; upper or lower case.

    Raises
    ------
    RequestError
        Nothing on offer is called so; the message lists what is.
    """
    name = text.strip()
    if _GCJ02_FORM.fullmatch(name):
        return OFFERED[GCJ02]
    for form in _FORMS:
        if match := form.fullmatch(name):
            code = match["code"].upper()
            authority = match["authority"].upper() or ("OGC" if code == "CRS84" else "EPSG")
            if offered := OFFERED.get(f"{authority}:{code}"):
                return offered
    raise RequestError(
        gettext("不提供坐标系“%(crs)s”；可用：%(known)s。", crs=text[:80], known=listed(OFFERED))
    )


@cache
def _transformer(source: str, target: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def _projection(source: str, target: str) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """The move between two systems of EPSG or OGC as a function on coordinates of shape (n, 2)."""
    transformer = _transformer(source, target)

    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        moved = np.column_stack(transformer.transform(xy[:, 0], xy[:, 1])) if len(xy) else xy
        if not np.isfinite(moved).all():
            raise GeometryError(f"有坐标不在 {source} 与 {target} 都能表示的范围内。")
        return moved

    return move


def _applied(shapes: Shapes, move: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Shapes:
    if isinstance(shapes, np.ndarray) and shapes.dtype != np.object_:
        return move(np.asarray(shapes, dtype=np.float64))  # type: ignore[return-value]
    moved: Shapes = shapely.transform(shapes, move)
    return moved


def to_crs(shapes: Shapes, crs: OfferedCrs) -> Shapes:
    """Bring WGS84 geometry or coordinates into a system on offer.

    Parameters
    ----------
    shapes
        A geometry, an array of geometries (dtype object), or coordinates of shape (n, 2); longitude,
        latitude in degrees. Any Z is dropped.
    crs
        Where to.

    Returns
    -------
    The same kind of thing, x (longitude or easting) first, in degrees or metres.

    Raises
    ------
    GeometryError
        A coordinate cannot be expressed there (a latitude of 117: the axes are the wrong way round).
    """
    return _applied(shapes, to_gcj02 if crs.code == GCJ02 else _projection(CRS, crs.code))


def from_crs(shapes: Shapes, crs: OfferedCrs) -> Shapes:
    """Bring geometry or coordinates, x (longitude or easting) first, from a system on offer to WGS84.

    Raises
    ------
    GeometryError
        A coordinate means nothing in that system (an easting without its zone prefix).
    """
    return _applied(shapes, from_gcj02 if crs.code == GCJ02 else _projection(crs.code, CRS))


def official_axes(shapes: Shapes, crs: OfferedCrs) -> Shapes:
    """Change between x first and the authority's axis order: a swap where it puts north first.

    Its own inverse, so ``from_crs(official_axes(box, crs), crs)`` reads what an OGC request wrote.
    """
    return _applied(shapes, lambda xy: xy[:, ::-1]) if crs.north_first else shapes


def area_of_use_note(bounds: Bounds, crs: OfferedCrs) -> str:
    """A sentence where WGS84 ``bounds`` leave the area of use of ``crs``; empty where they do not.

    Coordinates are still computed there: they are right, but lengths in a Gauss-Kruger zone stretch with
    the distance from its central meridian, and the neighbouring zone is the official one.
    """
    west, south, east, north = crs.area
    if west <= bounds[0] and south <= bounds[1] and bounds[2] <= east and bounds[3] <= north:
        return ""
    area = f"经度 {west:g}–{east:g}、纬度 {south:g}–{north:g}"
    return f"这些坐标超出 {crs.code} 的适用范围（{area}）{_stretch(bounds, crs)}。"


def _stretch(bounds: Bounds, crs: OfferedCrs) -> str:
    if not crs.projected:
        return ""
    west, south, east, north = bounds
    factors = pyproj.Proj(crs.code).get_factors(
        np.array([west, west, east, east]), np.array([south, north, south, north])
    )
    worst = float(np.abs(np.asarray(factors.parallel_scale) - 1).max())
    return f"，图上长度与实地最多相差 {worst:.2%}"
