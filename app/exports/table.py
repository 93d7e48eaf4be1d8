"""Features as rows of a flat table: one list of columns for every format that has columns.

Values that are lists stand as JSON text, so that nothing is lost and a program reads them back. Each
column says its meaning and its name and width in a Shapefile, whose tables are the narrowest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from app.atlas.words import SOURCES
from app.places.crs import GCJ02, OfferedCrs, to_crs

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from app.atlas.features import StoredFeature
    from app.exports.selection import Selection

BATCH: Final = 2000
"""Rows worked on at once: what bounds the memory of an export."""
NOT_FOR_SURVEYING: Final = "GCJ-02 偏移坐标，不可用于测量（not for surveying）"


class ColumnKind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: public name, kind, title, meaning, and its name in a Shapefile (≤ 10 ASCII characters).

    ``short`` is empty where a Shapefile does without the column: its text would be cut beyond use.
    """

    name: str
    kind: ColumnKind
    title: str
    meaning: str
    short: str


_TEXT, _NUMBER, _LIST = ColumnKind.TEXT, ColumnKind.NUMBER, ColumnKind.LIST
COLUMNS: Final[tuple[Column, ...]] = (
    Column("id", _TEXT, "编号", "永久编号，<规划>-<名>", "id"),
    Column("name", _TEXT, "名称", "规划所写的名称", "name"),
    Column("aliases", _LIST, "别名", "规划中的其他写法", "aliases"),
    Column("kind", _TEXT, "类别", "要素是什么", "kind"),
    Column("theme", _TEXT, "专题", "专题编号", "theme"),
    Column("layer", _TEXT, "图层", "图层编号，<规划>-<专题>", "layer"),
    Column("plan", _TEXT, "规划", "规划编号", "plan"),
    Column("district", _TEXT, "行政区", "规划所属行政区", "district"),
    Column("system", _TEXT, "空间结构", "所属空间结构的名称", "system"),
    Column("parent", _TEXT, "上级要素", "所属要素的编号", "parent"),
    Column("level", _TEXT, "层次", "headline 规划主干、project 具体项目、mention 文中提及", "level"),
    Column("status", _TEXT, "状态", "新建、改造提升、续建/建成等", "status"),
    Column("method", _TEXT, "落图方法", "osm、admin、bounded、along 等，见说明页", "method"),
    Column(
        "certainty",
        _TEXT,
        "确定程度",
        "located 确定、approximate 近似、indicative 示意、none 未落图",
        "certainty",
    ),
    Column("tolerance_m", _NUMBER, "误差（米）", "真实位置在此距离之内", "tol_m"),
    Column("evidence", _LIST, "落图依据", "来源、对象和做法", "evidence"),
    Column("stated_area_km2", _NUMBER, "原文面积（平方公里）", "规划写明的面积", "area_text"),
    Column("computed_area_km2", _NUMBER, "计算面积（平方公里）", "图形的椭球面积", "area_calc"),
    Column("stated_length_km", _NUMBER, "原文长度（公里）", "规划写明的长度", "len_text"),
    Column("computed_length_km", _NUMBER, "计算长度（公里）", "图形的椭球长度；带状取中线", "len_calc"),
    Column("passages", _LIST, "原文段落", "点到该要素的原文，带起止位置", ""),
    Column("targets", _LIST, "目标", "原文给出的数量目标", ""),
    Column("findings", _LIST, "质检发现", "核对结果", "findings"),
    Column("note", _TEXT, "编者注", "编者的说明", "note"),
    Column("reason", _TEXT, "未落图原因", "为何不在图上", "reason"),
)
ORIGIN: Final[tuple[Column, ...]] = (
    Column("crs", _TEXT, "坐标系", "图形所用的坐标系", "crs"),
    Column("licence", _TEXT, "许可", "数据许可的 SPDX 名称", "licence"),
    Column("attribution", _TEXT, "出处", "使用时须注明的出处", "credit"),
    Column("data_version", _TEXT, "数据版本", "数据输入的散列值", "data_ver"),
)
"""What each row repeats of the file's origin, because tables are cut up and pasted together."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A batch: features, and their geometries in the wanted system (x first; None without geometry)."""

    features: Sequence[StoredFeature]
    geometries: np.ndarray[Any, np.dtype[np.object_]]


def batches(features: Iterator[StoredFeature], crs: OfferedCrs, *, size: int = BATCH) -> Iterator[Rows]:
    """The features in batches, their geometries brought from WGS84 into ``crs``.

    Raises
    ------
    GeometryError
        A geometry cannot be expressed in ``crs``.
    """
    while batch := list(islice(features, size)):
        geometries = np.empty(len(batch), dtype=object)
        # an empty shape is nowhere, as much as none: formats differ in how they spell it
        geometries[:] = [None if f.geometry is None or f.geometry.is_empty else f.geometry for f in batch]
        yield Rows(batch, geometries if is_wgs84(crs) else to_crs(geometries, crs))


def is_wgs84(crs: OfferedCrs) -> bool:
    """Whether files in ``crs`` hold the same numbers as the atlas: files put longitude first."""
    return crs.code in ("OGC:CRS84", "EPSG:4326")


def crs_label(crs: OfferedCrs) -> str:
    """What the ``crs`` column says."""
    return NOT_FOR_SURVEYING if crs.code == GCJ02 else crs.code


def origin(selection: Selection, crs: OfferedCrs) -> dict[str, str]:
    """The values of the :data:`ORIGIN` columns."""
    return {
        "crs": crs_label(crs),
        "licence": selection.licence,
        "attribution": selection.attribution,
        "data_version": selection.version,
    }


def cell(column: Column, properties: Mapping[str, Any]) -> Any:
    """A feature's value in a column: text, float or None; lists as JSON text, empty ones as None."""
    value = properties.get(column.name)
    if value is None or value in ("", []):
        return None
    if column.kind is ColumnKind.LIST:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return float(value) if column.kind is ColumnKind.NUMBER else str(value)


def in_words(name: str, properties: Mapping[str, Any]) -> str | None:
    """A list as people read it, None where it is empty: ``aliases``, ``evidence`` or ``findings``.

    Raises
    ------
    KeyError
        For any other property.
    """
    say = _WORDS[name]
    return "；".join(say(item) for item in properties.get(name) or ()) or None


def _evidence(item: Mapping[str, Any]) -> str:
    note = f"（{item['note']}）" if item.get("note") else ""
    return f"{SOURCES.get(item['source'], item['source'])}：{item['ref']}{note}"


_WORDS: Final[Mapping[str, Callable[[Any], str]]] = {
    "aliases": str,
    "evidence": _evidence,
    "findings": lambda item: f"{item['code']} {item['message']}",
}


def label_point(geometry: BaseGeometry) -> tuple[float, float]:
    """A point on the geometry, where a name may stand: inside an area, half-way along a line."""
    if geometry.geom_type in ("LineString", "MultiLineString"):
        longest = max(getattr(geometry, "geoms", [geometry]), key=lambda part: part.length)
        point = shapely.line_interpolate_point(longest, 0.5, normalized=True)
    else:
        point = geometry.representative_point()
    return float(point.x), float(point.y)


def file_name(selection: Selection, crs: OfferedCrs, extension: str) -> str:
    """An ASCII file name that carries the coordinate system wherever it is not WGS84."""
    if crs.code == GCJ02:
        return f"{selection.name}-GCJ-02-not-for-surveying.{extension}"
    suffix = "" if is_wgs84(crs) else f"-{crs.code.replace(':', '')}"
    return f"{selection.name}{suffix}.{extension}"
