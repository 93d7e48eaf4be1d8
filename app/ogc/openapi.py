"""The OpenAPI 3.0 document of the services, complete: every address, parameter, schema and response.

Made from the same tables that requests are read with, so that it cannot promise what is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from app.atlas.cql2 import LANGUAGES, LENGTH_MAX
from app.atlas.export import LICENCE
from app.atlas.queryables import Queryable
from app.language import CHINESE
from app.language import LANGUAGES as SPOKEN
from app.language import gettext as _
from app.ogc import tilematrix
from app.ogc.answers import GEOJSON, HTML, JSON, MVT, OPENAPI, SCHEMA
from app.ogc.documents import DESCRIPTION, TITLE
from app.ogc.openapi_schemas import SCHEMAS
from app.ogc.requests import OFFERED_URIS, OFFSET_MAX
from app.ogc.schemas import SCALAR_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from app.ogc.catalogue import Catalogue
    from app.ogc.requests import Limits

_PROBLEM: Final = "application/problem+json"
_STATUSES: Final = ("400", "404", "405", "414", "500", "503")
"""Of answers that are none."""


def openapi(catalogue: Catalogue, base: str, limits: Limits) -> dict[str, Any]:
    """The document; ``base`` is the address of the services."""
    spatial = [item.id for item in catalogue.collections.values() if item.spatial]
    tables = [item.id for item in catalogue.collections.values() if not item.spatial]
    return {
        "openapi": "3.0.3",
        "info": {
            "title": _(TITLE),
            "description": _(DESCRIPTION),
            "version": catalogue.atlas.version,
            "license": {"name": LICENCE, "url": "https://opendatacommons.org/licenses/odbl/1-0/"},
        },
        "servers": [{"url": base}],
        "tags": [
            {"name": "capabilities", "description": _("服务自述")},
            {"name": "data", "description": _("数据集与条目")},
            {"name": "tiles", "description": _("矢量瓦片")},
        ],
        "paths": _paths(catalogue, tables),
        "components": {
            "parameters": _parameters(spatial, [*spatial, *tables], limits),
            "responses": _responses(),
            "headers": _headers(),
            "schemas": SCHEMAS,
        },
    }


def _paths(catalogue: Catalogue, tables: Iterable[str]) -> dict[str, Any]:
    one = "/collections/{collectionId}"
    features = _own(catalogue, catalogue.collections["features"].id)
    paths = {
        "/": _get("landing", _("入口"), "capabilities", [], {JSON: "landing"}),
        "/conformance": _get("conformance", _("符合的标准条款"), "capabilities", [], {JSON: "conformance"}),
        "/api": _get("api", _("接口定义"), "capabilities", [], {OPENAPI: "document"}),
        "/collections": _get("collections", _("全部数据集"), "data", [], {JSON: "collections"}),
        one: _get("collection", _("一个数据集"), "data", ["collectionId"], {JSON: "collection"}),
        f"{one}/queryables": _get(
            "queryables", _("可查询的属性"), "data", ["collectionId"], {SCHEMA: "jsonSchema"}
        ),
        f"{one}/sortables": _get(
            "sortables", _("可排序的属性"), "data", ["collectionId"], {SCHEMA: "jsonSchema"}
        ),
        f"{one}/schema": _get("schema", _("属性结构"), "data", ["collectionId"], {SCHEMA: "jsonSchema"}),
        f"{one}/items": _get(
            "items",
            _("条目"),
            "data",
            ["spatialId", *_ITEMS, "q"],
            {GEOJSON: "featureCollection"},
            own=features,
        ),
    }
    for name in tables:
        paths[f"/collections/{name}/items"] = _get(
            f"items_{name}",
            _("%(title)s · 条目", title=catalogue.collections[name].title),
            "data",
            list(_ITEMS),
            {GEOJSON: "featureCollection"},
            own=_own(catalogue, name),
        )
    tile = "{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}"
    scheme = ["tileMatrixSetId"]
    where = [*scheme, "tileMatrix", "tileRow", "tileCol"]
    return paths | {
        f"{one}/items/{{itemId}}": _get(
            "item", _("一个条目"), "data", ["collectionId", "itemId", "crs"], {GEOJSON: "feature"}, moved=True
        ),
        "/tileMatrixSets": _get("matrixSets", _("切片方案"), "tiles", [], {JSON: "document"}),
        "/tileMatrixSets/{tileMatrixSetId}": _get(
            "matrixSet", _("一个切片方案"), "tiles", scheme, {JSON: "tileMatrixSet"}
        ),
        "/tiles": _get("tilesets", _("全部要素的瓦片集"), "tiles", [], {JSON: "tilesets"}),
        "/tiles/{tileMatrixSetId}": _get(
            "tileset", _("全部要素的一个瓦片集"), "tiles", scheme, {JSON: "tileset"}
        ),
        f"/tiles/{tile}": _get("tile", _("全部要素的瓦片"), "tiles", where, {MVT: "binary"}),
        f"{one}/tiles": _get(
            "collectionTilesets", _("数据集的瓦片集"), "tiles", ["spatialId"], {JSON: "tilesets"}
        ),
        f"{one}/tiles/{{tileMatrixSetId}}": _get(
            "collectionTileset", _("数据集的一个瓦片集"), "tiles", ["spatialId", *scheme], {JSON: "tileset"}
        ),
        f"{one}/tiles/{tile}": _get(
            "collectionTile", _("数据集的瓦片"), "tiles", ["spatialId", *where], {MVT: "binary"}
        ),
    }


_ITEMS: Final = (
    "limit", "offset", "bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang", "filter-crs",
    "sortby", "properties",
)  # fmt: skip


def _get(
    operation: str,
    summary: str,
    tag: str,
    parameters: list[str],
    content: Mapping[str, str],
    *,
    own: Iterable[Mapping[str, Any]] = (),
    moved: bool = False,
) -> dict[str, Any]:
    """A path with its one operation; ``content`` gives the schema of the answer by media type."""
    tiles = MVT in content
    media = {kind: {"schema": {"$ref": f"#/components/schemas/{schema}"}} for kind, schema in content.items()}
    if not tiles:
        media[HTML] = {"schema": {"type": "string"}}
    headers = ["ETag", "Last-Modified", "Access-Control-Allow-Origin"]
    headers += ["Content-Crs", "Link"] if GEOJSON in content else []
    responses: dict[str, Any] = {
        "200": {
            "description": summary,
            "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in headers},
            "content": media,
        },
        **({"204": {"description": _("此处没有内容")}} if tiles else {}),
        **({"301": {"description": _("条目已改编号，见 Location")}} if moved else {}),
        "304": {"description": _("与客户端所存相同")},
        **{status: {"$ref": f"#/components/responses/{status}"} for status in _STATUSES},
    }
    names = [*parameters, "f-tile" if tiles else "f", "lang"]
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "tags": [tag],
            "parameters": [*({"$ref": f"#/components/parameters/{name}"} for name in names), *own],
            "responses": responses,
        }
    }


def _own(catalogue: Catalogue, collection_id: str) -> list[dict[str, Any]]:
    """The parameters that are names of a collection's properties."""
    rows = catalogue.queryables(catalogue.collections[collection_id]).values()
    return [_own_parameter(row) for row in rows if row.type in SCALAR_TYPES]


def _own_parameter(row: Queryable) -> dict[str, Any]:
    schema = dict(SCALAR_TYPES[row.type])
    if row.values:
        schema["enum"] = list(row.values)
    return {
        "name": row.name, "in": "query", "required": False,
        "description": _("%(title)s等于此值", title=_(row.title)),
        "schema": schema, "style": "form", "explode": False,
    }  # fmt: skip


def _query(name: str, description: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": name, "in": "query", "required": False, "description": description,
        "schema": dict(schema), "style": "form", "explode": False,
    }  # fmt: skip


def _path(name: str, description: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": dict(schema)}


def _parameters(spatial: list[str], known: list[str], limits: Limits) -> dict[str, Any]:
    systems = {"type": "string", "format": "uri", "enum": list(OFFERED_URIS), "default": OFFERED_URIS[0]}
    number = {"type": "integer", "minimum": 0}
    box = {
        "type": "array",
        "items": {"type": "number"},
        "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
    }
    names = {"type": "array", "items": {"type": "string"}}
    return {
        "collectionId": _path("collectionId", _("数据集编号"), {"type": "string", "enum": known}),
        "spatialId": _path("collectionId", _("有几何的数据集的编号"), {"type": "string", "enum": spatial}),
        "itemId": _path("itemId", _("条目编号"), {"type": "string"}),
        "tileMatrixSetId": _path(
            "tileMatrixSetId", _("切片方案"), {"type": "string", "enum": [tilematrix.ID]}
        ),
        "tileMatrix": _path("tileMatrix", _("级别"), {**number, "maximum": tilematrix.ZOOM_MAX}),
        "tileRow": _path("tileRow", _("行，自北"), number),
        "tileCol": _path("tileCol", _("列，自西"), number),
        "f": _query("f", _("数据或网页"), {"type": "string", "enum": ["json", "html"]}),
        "lang": _query(
            "lang",
            _("说明文字、网页和出错说明的语言；数据不变"),
            {"type": "string", "enum": list(SPOKEN), "default": CHINESE},
        ),
        "f-tile": _query("f", _("瓦片格式"), {"type": "string", "enum": ["mvt"]}),
        "limit": _query(
            "limit",
            _("每页条数；超过上限时取上限"),
            {"type": "integer", "minimum": 1, "maximum": limits.page_max, "default": limits.page},
        ),
        "offset": _query(
            "offset", _("跳过的条数"), {"type": "integer", "minimum": 0, "maximum": OFFSET_MAX, "default": 0}
        ),
        "bbox": _query("bbox", _("范围：最小值两个、最大值两个，按 bbox-crs 的坐标轴次序"), box),
        "bbox-crs": _query("bbox-crs", _("bbox 的坐标系"), systems),
        "crs": _query("crs", _("答复的坐标系，坐标按其官方轴序"), systems),
        "datetime": _query("datetime", _("时刻或区间；选规划期与之相交的条目"), {"type": "string"}),
        # half of what is read: addresses are encoded, and have limits of their own
        "filter": _query("filter", _("CQL2 条件"), {"type": "string", "maxLength": LENGTH_MAX // 2}),
        "filter-lang": _query(
            "filter-lang",
            _("filter 的写法"),
            {"type": "string", "enum": list(LANGUAGES), "default": LANGUAGES[0]},
        ),
        "filter-crs": _query("filter-crs", _("filter 中坐标的坐标系"), systems),
        "sortby": _query("sortby", _("排序的属性，前加 - 为降序"), {**names, "minItems": 1, "maxItems": 4}),
        "properties": _query("properties", _("只要这些属性"), names),
        "q": _query("q", _("名称中的文字"), {"type": "string", "maxLength": limits.text_max}),
    }


def _refusal(description: str) -> dict[str, Any]:
    content = {
        _PROBLEM: {"schema": {"$ref": "#/components/schemas/problem"}},
        HTML: {"schema": {"type": "string"}},
    }
    return {"description": description, "content": content}


def _responses() -> dict[str, Any]:
    """What may be answered instead, by status."""
    return {
        "400": _refusal(_("请求有误，detail 一句话说明")),
        "404": _refusal(_("没有这个资源")),
        "405": _refusal(_("只能读取")),
        "414": _refusal(_("地址过长")),
        "500": _refusal(_("服务器出错")),
        "503": _refusal(_("用时过长或数据暂不可用")),
    }


def _header(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}}


def _headers() -> dict[str, Any]:
    """The headers that answers may have."""
    return {
        "ETag": _header(_("答复的标识，供 If-None-Match")),
        "Last-Modified": _header(_("数据或程序最后变动的时间")),
        "Access-Control-Allow-Origin": _header(_("任何来源都可读取")),
        "Content-Crs": _header(_("答复坐标系的 URI，在尖括号中")),
        "Link": _header(_("与答复中 links 相同的链接（RFC 8288）")),
    }
