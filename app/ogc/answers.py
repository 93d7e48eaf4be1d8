"""Items as GeoJSON: stored bytes where they will do, as few new ones as possible where they will not.

In WGS84 longitude, latitude with all properties, a page is its items' finished bytes joined. Another
system replaces the geometries, a choice of properties the properties; the rest stays as it is stored.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from app.atlas.export import ATTRIBUTION, LICENCE, feature_collection
from app.atlas.features import StoredFeature
from app.errors import GeometryError, RequestError
from app.language import gettext as _
from app.places.crs import WGS84, OfferedCrs, official_axes, to_crs

if TYPE_CHECKING:
    from app.atlas.store import Atlas

Link = dict[str, str]

GEOJSON: Final = "application/geo+json"
JSON: Final = "application/json"
HTML: Final = "text/html"
SCHEMA: Final = "application/schema+json"
OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.0"
MVT: Final = "application/vnd.mapbox-vector-tile"

_PROPERTIES: Final = b'"properties":'
"""Where a stored feature's properties begin: before it stand only its id, which is an identifier, and
numbers."""


def link(href: str, rel: str, media_type: str, title: str = "") -> Link:
    """A link as the standards' documents have it."""
    found = {"href": href, "rel": rel, "type": media_type}
    return {**found, "title": title} if title else found


def items_body(
    items: Sequence[StoredFeature],
    *,
    atlas: Atlas,
    matched: int,
    links: Sequence[Link],
    crs: OfferedCrs,
    properties: Iterable[str] | None,
) -> bytes:
    """A FeatureCollection of a page of items."""
    head = {"numberMatched": matched, "numberReturned": len(items), "links": list(links)}
    return feature_collection(written(items, crs=crs, properties=properties), atlas=atlas, head=head)


def item_body(item: StoredFeature, *, atlas: Atlas, links: Sequence[Link], crs: OfferedCrs) -> bytes:
    """One Feature, with its links and the credit."""
    (feature,) = written([item], crs=crs, properties=None)
    members = {
        "links": list(links), "attribution": ATTRIBUTION, "licence": LICENCE, "dataVersion": atlas.version
    }  # fmt: skip
    return feature.geojson[:-1] + b"," + _json(members)[1:]


def written(
    items: Sequence[StoredFeature], *, crs: OfferedCrs, properties: Iterable[str] | None
) -> Sequence[StoredFeature]:
    """The items with the bytes that are asked for: in ``crs``, with these properties (None is all).

    Coordinates are in the authority's axis order, with as many digits as make about a millimetre.

    Raises
    ------
    RequestError
        A place cannot be expressed in ``crs``.
    """
    if crs is not WGS84:
        items = _in_crs(items, crs)
    if properties is not None:
        wanted = tuple(properties)
        items = [_with_properties(item, wanted) for item in items]
    return items


def _in_crs(items: Sequence[StoredFeature], crs: OfferedCrs) -> list[StoredFeature]:
    shapes = np.empty(len(items), dtype=object)
    shapes[:] = [item.geometry for item in items]
    try:
        moved = official_axes(to_crs(shapes, crs), crs)
    except GeometryError as error:
        raise RequestError(_("%(what)s：", what=f"crs={crs.code}") + str(error)) from None
    rounded = shapely.transform(moved, lambda xy: np.round(xy, crs.decimals))
    boxes, texts = shapely.bounds(rounded).tolist(), shapely.to_geojson(rounded)
    return [_with_geometry(item, box, text) for item, box, text in zip(items, boxes, texts, strict=True)]


def _with_geometry(item: StoredFeature, box: list[float], text: str | None) -> StoredFeature:
    if text is None:
        return item
    head = _json({"type": "Feature", "id": item.id, "bbox": box})[:-1]
    rest = item.geojson[item.geojson.index(_PROPERTIES) :]
    return StoredFeature(
        item.id, item.geometry, item.properties, head + b',"geometry":' + text.encode() + b"," + rest
    )


def _with_properties(item: StoredFeature, wanted: Iterable[str]) -> StoredFeature:
    start = item.geojson[: item.geojson.index(_PROPERTIES) + len(_PROPERTIES)]
    values = {name: item.properties.get(name) for name in wanted}
    return StoredFeature(item.id, item.geometry, item.properties, start + _json(values) + b"}")


def link_header(links: Sequence[Mapping[str, str]]) -> str:
    """Links as the ``Link`` header has them (RFC 8288); titles are left out, they are not ASCII."""
    return ", ".join(f'<{item["href"]}>; rel="{item["rel"]}"; type="{item["type"]}"' for item in links)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
