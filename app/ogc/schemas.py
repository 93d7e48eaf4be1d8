"""Schemas of what collections hold, what can be asked and what can be sorted by (OGC API - Features, Part 5).

JSON Schema 2020-12, with the roles and order that Part 5 (23-058r1) adds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from app.atlas.queryables import GEOMETRY, Queryable, ValueType
from app.atlas.styles import Shape
from app.language import gettext as _
from app.language import mark
from app.ogc.rows import TITLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from app.ogc.catalogue import Catalogue, Collection

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
SCALAR_TYPES: Final[Mapping[ValueType, Mapping[str, Any]]] = {
    ValueType.TEXT: {"type": "string"},
    ValueType.NUMBER: {"type": "number"},
    ValueType.INTEGER: {"type": "integer"},
    ValueType.BOOLEAN: {"type": "boolean"},
    ValueType.DATE: {"type": "string", "format": "date"},
}
"""Single values as JSON Schema has them; a parameter of an address can hold one of these."""
_TYPES: Final[Mapping[ValueType, Mapping[str, Any]]] = {
    **SCALAR_TYPES,
    ValueType.TEXTS: {"type": "array", "items": {"type": "string"}},
    ValueType.GEOMETRY: {"format": "geometry-any", "x-ogc-role": "primary-geometry"},
}
_SHAPES: Final[Mapping[Shape, str]] = {
    Shape.POINT: "geometry-point-or-multipoint",
    Shape.LINE: "geometry-linestring-or-multilinestring",
    Shape.AREA: "geometry-polygon-or-multipolygon",
}
_LISTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "aliases": {"title": mark("别名"), "type": "array", "items": {"type": "string"}},
    "evidence": {"title": mark("落图依据"), "type": "array", "items": {"type": "object"}},
    "passages": {"title": mark("原文段落"), "type": "array", "items": {"type": "object"}},
    "targets": {"title": mark("目标"), "type": "array", "items": {"type": "object"}},
    "findings": {"title": mark("质检发现"), "type": "array", "items": {"type": "object"}},
}


def queryable_schema(row: Queryable) -> dict[str, Any]:
    """One property as a schema has it: title, type, all its values, unit."""
    found: dict[str, Any] = {"title": _(row.title), **_TYPES[row.type]}
    if row.values:
        found["enum"] = list(row.values)
    if row.unit:
        found["x-ogc-unit"] = row.unit
    if row.name == "id":
        found["x-ogc-role"] = "id"
    if row.name in ("period_start", "period_end"):
        found["x-ogc-role"] = f"primary-interval-{row.name.removeprefix('period_')}"
    return found


def queryables(catalogue: Catalogue, item: Collection, href: str) -> dict[str, Any]:
    """What filters may name; nothing else may be."""
    rows = catalogue.queryables(item).values()
    return {
        **_head(href, _("%(title)s · 可查询的属性", title=item.title), rows),
        "additionalProperties": False,
    }


def sortables(catalogue: Catalogue, item: Collection, href: str) -> dict[str, Any]:
    """What ``sortby`` may name."""
    rows = catalogue.sortables(item).values()
    return {
        **_head(href, _("%(title)s · 可排序的属性", title=item.title), rows),
        "additionalProperties": False,
    }


def schema(catalogue: Catalogue, item: Collection, href: str) -> dict[str, Any]:
    """The properties that items have, in their order; the geometry first where items have a place."""
    known = catalogue.queryables(item)
    properties: dict[str, Any] = {}
    if item.spatial:
        shape = {"format": _SHAPES[item.shape]} if item.shape else {}
        properties[GEOMETRY] = {**queryable_schema(known[GEOMETRY]), **shape, "x-ogc-propertySeq": 1}
    for name, kind in catalogue.columns(item).items():
        if kind is not None:
            properties[name] = queryable_schema(known[name])
        else:
            own = _LISTS[name] if item.spatial else {"title": TITLES.get(name, name)}
            title = str(own["title"])
            properties[name] = {**own, "title": _(title)}
        properties[name] = {**properties[name], "x-ogc-propertySeq": len(properties)}
    return {
        "$schema": DIALECT,
        "$id": href,
        "type": "object",
        "title": item.title,
        "description": item.description,
        "properties": properties,
        "required": ["id"],
    }


def _head(href: str, title: str, rows: Iterable[Queryable]) -> dict[str, Any]:
    return {
        "$schema": DIALECT,
        "$id": href,
        "type": "object",
        "title": title,
        "properties": {row.name: queryable_schema(row) for row in rows},
    }
