"""The ground that a question is about, read from the request: a point, box, drawn shape, feature or street."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from flask import request
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from app.errors import NotFoundError, RequestError
from app.maps.page import EAST, NORTH, SOUTH, WEST
from app.web.access import atlas
from app.web.addresses import addresses
from app.web.parameters import bbox, text

NAMES: Final = ("at", "bbox", "wkt", "feature", "street")
MOST_VERTICES: Final = 1_000
_SHAPES: Final = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")
_HOW: Final = "请给出 at=经度,纬度、bbox=西,南,东,北、wkt=图形、feature=要素编号 或 street=道路名 之一"


@dataclass(frozen=True, slots=True)
class Ground:
    """Valid WGS84 geometry, and the words that say what it is."""

    geometry: BaseGeometry
    title: str


def asked() -> bool:
    """Whether the request names any ground."""
    return any(request.args.get(name, "").strip() for name in NAMES)


def read_ground() -> Ground:
    """The ground of the current request.

    Raises
    ------
    RequestError
        None, several, or none that can be understood; outside Tianjin's surroundings; too many vertices.
    NotFoundError
        An unknown feature, or one without geometry.
    """
    given = [name for name in NAMES if request.args.get(name, "").strip()]
    if len(given) != 1:
        raise RequestError(f"{_HOW}；收到 {len(given)} 个。")
    ground = {"at": _point, "bbox": _box, "wkt": _drawn, "feature": _feature, "street": _street}[given[0]]()
    west, south, east, north = ground.geometry.bounds
    if west < WEST or south < SOUTH or east > EAST or north > NORTH:
        raise RequestError(
            f"所问的地方超出本图集范围（经度 {WEST}–{EAST}，纬度 {SOUTH}–{NORTH}，先经度后纬度）。"
        )
    return ground


def _point() -> Ground:
    parts = (text("at") or "").split(",")
    try:
        lon, lat = (float(part) for part in parts)
    except ValueError:
        raise RequestError("at 应为“经度,纬度”两个数，例如 at=117.195,39.113。") from None
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise RequestError("at 应为两个有限的数。")
    spot = addresses().spot_at(lon, lat)
    title = f"东经 {lon:.5f}°、北纬 {lat:.5f}°"
    return Ground(shapely.Point(lon, lat), f"{spot.name}（{title}）" if spot else title)


def _box() -> Ground:
    edges = bbox()
    assert edges is not None
    west, south, east, north = edges
    if west == east or south == north:
        raise RequestError("bbox 没有面积；问一个点请用 at=经度,纬度。")
    return Ground(shapely.box(*edges), "所画矩形")


def _drawn() -> Ground:
    raw = request.args["wkt"].strip()
    try:
        geometry = shapely.from_wkt(raw)
    except (ShapelyError, NotImplementedError):  # the latter for curves
        geometry = None
    if geometry is None or geometry.geom_type not in _SHAPES or geometry.is_empty:
        raise RequestError("wkt 应为点、线或面，例如 wkt=LINESTRING(117.19 39.11,117.20 39.12)。")
    count = shapely.get_num_coordinates(geometry)
    if count > MOST_VERTICES:
        raise RequestError(f"图形有 {count} 个顶点，最多 {MOST_VERTICES} 个；请先简化。")
    geometry = shapely.force_2d(geometry)
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        raise RequestError("wkt 的坐标应为有限的数。")
    if not geometry.is_valid:
        raise RequestError(f"所画图形不成立（{shapely.is_valid_reason(geometry)}），请重画，边界不要自相交。")
    kind = str(geometry.geom_type).removeprefix("Multi")
    return Ground(geometry, {"Point": "所选地点", "LineString": "所画线路", "Polygon": "所画范围"}[kind])


def _feature() -> Ground:
    feature_id = text("feature") or ""
    feature = atlas().feature(feature_id)
    if feature is None:
        raise NotFoundError(f"没有编号为 {feature_id[:80]} 的要素。")
    if feature.geometry is None:
        raise NotFoundError(f"“{feature.properties['name']}”没有落图，问不出周边；原因见未落图清单。")
    return Ground(feature.geometry, str(feature.properties["name"]))


def _street() -> Ground:
    names = [name.strip() for name in (text("street") or "").split(",")]
    known = addresses()
    for name in names[:2]:
        if known.street(name) is None:
            raise NotFoundError(f"参考数据里没有叫“{name[:40]}”的道路。")
    if len(names) == 1:
        street = known.street(names[0])
        assert street is not None  # looked for above
        return Ground(street, names[0])
    if len(names) > 2:
        raise RequestError("street 应为一条道路，或以逗号分隔的两条相交的道路。")
    meeting = known.meeting(names[0], names[1])
    if meeting is None:
        raise NotFoundError(f"“{names[0][:40]}”与“{names[1][:40]}”在参考数据里没有交会。")
    return Ground(meeting, f"{names[0]}与{names[1]}交口")
