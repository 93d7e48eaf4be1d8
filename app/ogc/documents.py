"""What the service says about itself: landing page, conformance, collections, and their links.

Addresses are made from the base that the adapter gives; nothing here knows the host or the framework.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from app.atlas.export import ATTRIBUTION, LICENCE
from app.language import gettext as _
from app.language import mark
from app.ogc.answers import GEOJSON, HTML, JSON, MVT, OPENAPI, SCHEMA, Link, link
from app.ogc.conformance import CONFORMANCE
from app.ogc.requests import OFFERED_URIS
from app.places.crs import WGS84

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.atlas.store import Atlas
    from app.ogc.catalogue import Catalogue, Collection

TITLE: Final = mark("津图 Plan Atlas · OGC API")
DESCRIPTION: Final = mark(
    "天津五份公开规划文本中的地点、范围与目标，可按数据集读取、筛选、换算坐标和取矢量瓦片。"
    "位置由本图集推求，误差见各要素，不作法定依据。"
)
GREGORIAN: Final = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
TILES_REL: Final = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
_OGC_REL: Final = "http://www.opengis.net/def/rel/ogc/1.0/"


def itself(href: str, media_type: str = JSON) -> list[Link]:
    """The links from a document to itself and to its page."""
    other = f"{href}{'&' if '?' in href else '?'}f=html"
    return [link(href, "self", media_type, _("本文档")), link(other, "alternate", HTML, _("网页"))]


def landing(base: str, site: str) -> dict[str, Any]:
    """The landing page; ``base`` is its address, ``site`` that of the atlas' own pages."""
    return {
        "title": _(TITLE),
        "description": _(DESCRIPTION),
        "attribution": ATTRIBUTION,
        "licence": LICENCE,
        "links": [
            *itself(base),
            link(f"{base}/api", "service-desc", OPENAPI, _("接口定义（OpenAPI 3.0）")),
            link(f"{base}/api?f=html", "service-doc", HTML, _("接口说明")),
            link(f"{base}/conformance", "conformance", JSON, _("符合的标准条款")),
            link(f"{base}/conformance", f"{_OGC_REL}conformance", JSON, _("符合的标准条款")),
            link(f"{base}/collections", "data", JSON, _("数据集")),
            link(f"{base}/collections", f"{_OGC_REL}data", JSON, _("数据集")),
            link(f"{base}/tiles", TILES_REL, JSON, _("全部要素的矢量瓦片")),
            link(f"{base}/tileMatrixSets", f"{_OGC_REL}tiling-schemes", JSON, _("切片方案")),
            link(f"{site}/about", "describedby", HTML, _("怎样读这张图")),
            link("https://opendatacommons.org/licenses/odbl/1-0/", "license", HTML, LICENCE),
        ],
    }


def conformance(base: str) -> dict[str, Any]:
    """The declaration of conformance."""
    return {"links": itself(f"{base}/conformance"), "conformsTo": list(CONFORMANCE)}


def collections(catalogue: Catalogue, base: str, site: str) -> dict[str, Any]:
    """All collections."""
    return {
        "links": itself(f"{base}/collections"),
        "crs": list(OFFERED_URIS),
        "collections": [
            collection(item, catalogue.atlas, base, site) for item in catalogue.collections.values()
        ],
    }


def collection(item: Collection, atlas: Atlas, base: str, site: str) -> dict[str, Any]:
    """One collection."""
    href = f"{base}/collections/{item.id}"
    extent: dict[str, Any] = {
        "temporal": {
            "interval": [[f"{item.years[0]}-01-01T00:00:00Z", f"{item.years[1]}-12-31T23:59:59Z"]],
            "trs": GREGORIAN,
        }
    }
    if item.bbox is not None:
        extent = {"spatial": {"bbox": [list(item.bbox)], "crs": WGS84.uri}, **extent}
    links = [
        *itself(href),
        link(f"{href}/items", "items", GEOJSON, _("条目")),
        link(f"{href}/items?f=html", "items", HTML, _("条目")),
        link(f"{href}/queryables", f"{_OGC_REL}queryables", SCHEMA, _("可查询的属性")),
        link(f"{href}/sortables", f"{_OGC_REL}sortables", SCHEMA, _("可排序的属性")),
        link(f"{href}/schema", f"{_OGC_REL}schema", SCHEMA, _("属性结构")),
        link(f"{href}/schema", "describedby", SCHEMA, _("属性结构")),
        link(f"{site}{item.page}", "related", HTML, _("本图集的页面")),
    ]
    if item.spatial and item.shape is None:
        links.append(link(f"{href}/tiles", TILES_REL, JSON, _("矢量瓦片")))
    found = {
        "id": item.id,
        "title": item.title,
        "description": f"{item.description} {item.other_title}.",
        "attribution": ATTRIBUTION,
        "license": LICENCE,
        "dataVersion": atlas.version,
        "links": links,
        "extent": extent,
        "itemType": "feature",
        "crs": list(OFFERED_URIS),
    }
    return {**found, "storageCrs": WGS84.uri} if item.spatial else found


def item_links(item_id: str, collection_id: str, base: str) -> list[Link]:
    """Links of an item: itself, its page, its collection."""
    href = f"{base}/collections/{collection_id}/items/{quote(item_id)}"
    return [
        *itself(href, GEOJSON),
        link(f"{base}/collections/{collection_id}", "collection", JSON, _("数据集")),
    ]


def page_links(
    href: str, arguments: Mapping[str, str], *, limit: int, offset: int, matched: int, collection_href: str
) -> list[Link]:
    """Links of a page of items: itself, its page for people, its neighbours, its collection.

    ``arguments`` are those of the request, which the neighbours keep.
    """

    def at(start: int | None, **other: str) -> str:
        given = {name: value for name, value in arguments.items() if name != "offset" or start is None}
        if start is not None:
            given |= {"limit": str(limit), **({"offset": str(start)} if start else {})}
        query = "&".join(f"{quote(k, safe='')}={quote(v, safe=',:/')}" for k, v in (given | other).items())
        return f"{href}?{query}" if query else href

    links = [
        link(at(None), "self", GEOJSON, _("本页")),
        link(at(None, f="html"), "alternate", HTML, _("网页")),
    ]
    if offset + limit < matched:
        links.append(link(at(offset + limit), "next", GEOJSON, _("下一页")))
    if offset > 0:
        links.append(link(at(max(0, offset - limit)), "prev", GEOJSON, _("上一页")))
    links.append(link(collection_href, "collection", JSON, _("数据集")))
    return links


def tiles_link(href: str) -> dict[str, Any]:
    """The template link of a tileset's tiles."""
    template = f"{href}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}?f=mvt"
    return {**link(template, "item", MVT, _("瓦片")), "templated": True}
