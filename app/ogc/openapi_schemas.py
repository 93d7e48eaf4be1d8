"""Schemas of the services' answers, for the OpenAPI document. Data only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": dict(items)}


def _object(required: Sequence[str], **properties: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "object", "properties": dict(properties)}
    return {**found, "required": list(required)} if required else found


_TEXT: Final = {"type": "string"}
_WHOLE: Final = {"type": "integer", "minimum": 0}
_NUMBERS: Final = {"type": "array", "items": {"type": "number"}}
_LINKS: Final = _list(_ref("link"))
_GEOMETRIES: Final = (
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection",
)  # fmt: skip

SCHEMAS: Final[Mapping[str, Any]] = {
    "link": _object(
        ("href", "rel"),
        href=_TEXT,
        rel=_TEXT,
        type=_TEXT,
        title=_TEXT,
        templated={"type": "boolean"},
    ),
    "landing": _object(
        ("links",), title=_TEXT, description=_TEXT, attribution=_TEXT, licence=_TEXT, links=_LINKS
    ),
    "conformance": _object(("conformsTo",), conformsTo=_list(_TEXT), links=_LINKS),
    "collections": _object(
        ("links", "collections"), links=_LINKS, crs=_list(_TEXT), collections=_list(_ref("collection"))
    ),
    "collection": _object(
        ("id", "links"),
        id=_TEXT,
        title=_TEXT,
        description=_TEXT,
        attribution=_TEXT,
        license=_TEXT,
        dataVersion=_TEXT,
        links=_LINKS,
        extent=_ref("extent"),
        itemType=_TEXT,
        crs=_list(_TEXT),
        storageCrs=_TEXT,
    ),
    "extent": _object(
        (),
        spatial=_object((), bbox=_list({**_NUMBERS, "minItems": 4, "maxItems": 6}), crs=_TEXT),
        temporal=_object((), interval=_list(_list({**_TEXT, "nullable": True})), trs=_TEXT),
    ),
    "featureCollection": _object(
        ("type", "features"),
        type={"type": "string", "enum": ["FeatureCollection"]},
        numberMatched=_WHOLE,
        numberReturned=_WHOLE,
        links=_LINKS,
        attribution=_TEXT,
        licence=_TEXT,
        dataVersion=_TEXT,
        features=_list(_ref("feature")),
    ),
    "feature": _object(
        ("type", "geometry", "properties"),
        type={"type": "string", "enum": ["Feature"]},
        id=_TEXT,
        bbox={**_NUMBERS, "minItems": 4, "maxItems": 4},
        geometry={"nullable": True, "allOf": [_ref("geometry")]},
        properties={"type": "object", "nullable": True},
        links=_LINKS,
        attribution=_TEXT,
        licence=_TEXT,
        dataVersion=_TEXT,
    ),
    "geometry": _object(
        ("type",),
        type={"type": "string", "enum": list(_GEOMETRIES)},
        coordinates={"type": "array", "items": {}},
        geometries=_list({"type": "object"}),
    ),
    "jsonSchema": _object(("type", "properties"), type=_TEXT, title=_TEXT, properties={"type": "object"}),
    "tileMatrixSet": _object(
        ("tileMatrices",), id=_TEXT, title=_TEXT, uri=_TEXT, crs=_TEXT, tileMatrices=_list({"type": "object"})
    ),
    "tilesets": _object(("tilesets",), links=_LINKS, tilesets=_list(_ref("tileset"))),
    "tileset": _object(
        ("dataType", "crs", "links"),
        title=_TEXT,
        dataType=_TEXT,
        crs=_TEXT,
        tileMatrixSetURI=_TEXT,
        links=_LINKS,
        layers=_list({"type": "object"}),
        tileMatrixSetLimits=_list({"type": "object"}),
    ),
    "binary": {"type": "string", "format": "binary"},
    "document": {"type": "object"},
    "problem": _object(
        ("title", "status", "detail"), type=_TEXT, title=_TEXT, status={"type": "integer"}, detail=_TEXT
    ),
}
