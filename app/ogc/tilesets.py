"""What there is in tiles: tilesets of all features and of each collection (OGC API - Tiles, Part 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from app.atlas.export import ATTRIBUTION, LICENCE
from app.atlas.queryables import FEATURE_QUERYABLES
from app.language import gettext as _
from app.language import titled
from app.ogc import tilematrix
from app.ogc.answers import JSON, MVT, link
from app.ogc.documents import itself, tiles_link
from app.ogc.schemas import queryable_schema
from app.ogc.tiles import PROPERTIES
from app.places.crs import WGS84

if TYPE_CHECKING:
    from app.ogc.catalogue import Catalogue, Collection

_SCHEME_REL: Final = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"


def tile_matrix_sets(base: str) -> dict[str, Any]:
    """The tile matrix sets that tiles come in."""
    href = f"{base}/tileMatrixSets"
    own = {
        "id": tilematrix.ID,
        "title": "Google Maps Compatible for the World",
        "uri": tilematrix.URI,
        "crs": tilematrix.CRS_URI,
        "links": [link(f"{href}/{tilematrix.ID}", "self", JSON)],
    }
    return {"links": itself(href), "tileMatrixSets": [own]}


def tilesets(collection: Collection, href: str, base: str) -> dict[str, Any]:
    """The list of tilesets at ``href``."""
    own = _tileset(collection, f"{href}/{tilematrix.ID}", base)
    return {"links": itself(href), "tilesets": [own]}


def tileset(catalogue: Catalogue, collection: Collection, href: str, base: str) -> dict[str, Any]:
    """One tileset in full: its limits and its layers."""
    themes = {theme["id"]: titled(theme) for theme in catalogue.atlas.themes}
    rows = [row for row in catalogue.atlas.layers if collection.layer in (None, row["id"])]
    used = [name for name in themes if name in {row["theme"] for row in rows}]
    properties = {name: queryable_schema(FEATURE_QUERYABLES[name]) for name in PROPERTIES}
    found = _tileset(collection, href, base)
    if collection.bbox is not None:
        west, south, east, north = collection.bbox
        found["boundingBox"] = {"lowerLeft": [west, south], "upperRight": [east, north], "crs": WGS84.uri}
    return found | {
        "attribution": ATTRIBUTION,
        "license": LICENCE,
        "version": catalogue.atlas.version,
        "accessConstraints": "unclassified",
        "mediaTypes": [MVT],
        "tileMatrixSetLimits": tilematrix.limits(collection.bbox),
        "layers": [
            {
                "id": name,
                "title": themes[name],
                "dataType": "vector",
                "minTileMatrix": str(tilematrix.ZOOM_MIN),
                "maxTileMatrix": str(tilematrix.ZOOM_MAX),
                "propertiesSchema": {"type": "object", "properties": properties},
            }
            for name in used
        ],
    }


def _tileset(collection: Collection, href: str, base: str) -> dict[str, Any]:
    return {
        "title": _("%(title)s · 矢量瓦片", title=collection.title),
        "description": _("每个专题一个图层；按比例尺简化，只带少量属性。"),
        "dataType": "vector",
        "crs": tilematrix.CRS_URI,
        "tileMatrixSetURI": tilematrix.URI,
        "links": [
            *itself(href),
            link(f"{base}/tileMatrixSets/{tilematrix.ID}", _SCHEME_REL, JSON, _("切片方案")),
            tiles_link(href),
        ],
    }
