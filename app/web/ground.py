"""The ground that a question is about, read from the request: point, box, drawn shape, feature or street."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import shapely
from flask import request
from markupsafe import Markup
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from app.atlas.pinyin import named
from app.errors import NotFoundError, RequestError
from app.language import gettext as _
from app.language import mark
from app.maps.page import EAST, NORTH, SOUTH, WEST
from app.web.access import atlas
from app.web.addresses import addresses
from app.web.languages import place
from app.web.parameters import bbox, text

NAMES: Final = ("at", "bbox", "wkt", "feature", "street")
MOST_VERTICES: Final = 1_000
_SHAPES: Final = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")
_DRAWN: Final = {
    "Point": mark("所选地点"),
    "LineString": mark("所画线路"),
    "Polygon": mark("所画范围"),
}
_NAME_ALONE: Final = "%(name)s"


@dataclass(frozen=True, slots=True)
class Ground:
    """Valid WGS84 geometry, and the words that say what it is.

    Parameters
    ----------
    message
        In Chinese, to be filled in.
    values
        What it is filled in with.
    names
        The names among that, which are said in Chinese whatever the language.
    """

    geometry: BaseGeometry
    message: str
    values: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What it is in Chinese, as data say it."""
        return self.message % {**self.values, **self.names}

    @property
    def name(self) -> str:
        """The name out of a plan or the reference that says it all; empty where there is more to say."""
        return self.names["name"] if self.message == _NAME_ALONE else ""

    @property
    def said(self) -> str:
        """What it is in the reader's language, as plain text."""
        return _(self.message) % {**self.values, **{key: named(name) for key, name in self.names.items()}}

    @property
    def shown(self) -> Markup:
        """What it is in the reader's language, for a page."""
        names = {key: place(name) for key, name in self.names.items()}
        return Markup(_(self.message)) % {**self.values, **names}


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
        raise RequestError(
            _(
                "请给出 at=经度,纬度、bbox=西,南,东,北、wkt=图形、feature=要素编号 或 street=道路名 之一；"
                "收到 %(number)s 个。",
                number=len(given),
            )
        )
    ground = {"at": _point, "bbox": _box, "wkt": _drawn, "feature": _feature, "street": _street}[given[0]]()
    west, south, east, north = ground.geometry.bounds
    if west < WEST or south < SOUTH or east > EAST or north > NORTH:
        raise RequestError(
            _(
                "所问的地方超出本图集范围"
                "（经度 %(west)s–%(east)s，纬度 %(south)s–%(north)s，先经度后纬度）。",
                west=WEST,
                east=EAST,
                south=SOUTH,
                north=NORTH,
            )
        )
    return ground


def _point() -> Ground:
    parts = (text("at") or "").split(",")
    try:
        lon, lat = (float(part) for part in parts)
    except ValueError:
        raise RequestError(_("at 应为“经度,纬度”两个数，例如 at=117.195,39.113。")) from None
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise RequestError(_("at 应为两个有限的数。"))
    values = {"lon": f"{lon:.5f}", "lat": f"{lat:.5f}"}
    spot = addresses().spot_at(lon, lat)
    if spot is None:
        return Ground(shapely.Point(lon, lat), mark("东经 %(lon)s°、北纬 %(lat)s°"), values)
    words = mark("%(name)s（东经 %(lon)s°、北纬 %(lat)s°）")
    return Ground(shapely.Point(lon, lat), words, values, {"name": spot.name})


def _box() -> Ground:
    edges = bbox()
    assert edges is not None
    west, south, east, north = edges
    if west == east or south == north:
        raise RequestError(_("bbox 没有面积；问一个点请用 at=经度,纬度。"))
    return Ground(shapely.box(*edges), mark("所画矩形"))


def _drawn() -> Ground:
    raw = request.args["wkt"].strip()
    try:
        geometry = shapely.from_wkt(raw)
    except (ShapelyError, NotImplementedError):  # the latter for curves
        geometry = None
    if geometry is None or geometry.geom_type not in _SHAPES or geometry.is_empty:
        raise RequestError(_("wkt 应为点、线或面，例如 wkt=LINESTRING(117.19 39.11,117.20 39.12)。"))
    count = shapely.get_num_coordinates(geometry)
    if count > MOST_VERTICES:
        raise RequestError(
            _("图形有 %(number)s 个顶点，最多 %(most)s 个；请先简化。", number=count, most=MOST_VERTICES)
        )
    geometry = shapely.force_2d(geometry)
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        raise RequestError(_("wkt 的坐标应为有限的数。"))
    if not geometry.is_valid:
        why = shapely.is_valid_reason(geometry)
        raise RequestError(_("所画图形不成立（%(why)s），请重画，边界不要自相交。", why=why))
    kind = str(geometry.geom_type).removeprefix("Multi")
    return Ground(geometry, _DRAWN[kind])


def _feature() -> Ground:
    feature_id = text("feature") or ""
    feature = atlas().feature(feature_id)
    if feature is None:
        raise NotFoundError(_("没有编号为 %(id)s 的要素。", id=feature_id[:80]))
    name = str(feature.properties["name"])
    if feature.geometry is None:
        raise NotFoundError(_("“%(name)s”没有落图，问不出周边；原因见未落图清单。", name=named(name)))
    return Ground(feature.geometry, _NAME_ALONE, names={"name": name})


def _street() -> Ground:
    names = [name.strip() for name in (text("street") or "").split(",")]
    known = addresses()
    for name in names[:2]:
        if known.street(name) is None:
            raise NotFoundError(_("参考数据里没有叫“%(name)s”的道路。", name=name[:40]))
    if len(names) == 1:
        street = known.street(names[0])
        assert street is not None  # looked for above
        return Ground(street, _NAME_ALONE, names={"name": names[0]})
    if len(names) > 2:
        raise RequestError(_("street 应为一条道路，或以逗号分隔的两条相交的道路。"))
    meeting = known.meeting(names[0], names[1])
    if meeting is None:
        raise NotFoundError(
            _("“%(one)s”与“%(other)s”在参考数据里没有交会。", one=names[0][:40], other=names[1][:40])
        )
    return Ground(meeting, mark("%(one)s与%(other)s交口"), names={"one": names[0], "other": names[1]})
