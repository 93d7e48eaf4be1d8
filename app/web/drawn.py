"""What the pages' maps draw, in the slim form they draw it from: layers and tiles of the offline backdrop.

These are not for taking away (that is :mod:`app.web.layers` and :mod:`app.web.downloads`). Each stands at
an address of its own and once more below ``/data/<version>/``: the pages use the latter, which a browser
keeps and never asks for again. The version changes with the data and with the code that draws them.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, request
from shapely.geometry import mapping

from app.errors import NotFoundError, RequestError
from app.language import current
from app.language import gettext as _
from app.ogc.answers import MVT
from app.ogc.tilematrix import tile
from app.web.access import atlas
from app.web.drawing import drawn_feature
from app.web.layer_tiles import ZOOMS, layer_tile
from app.web.layers import layer_features, layer_row
from app.web.parameters import known_only
from app.web.responses import GEOJSON, YEAR, data_response, json_bytes, packed_response

if TYPE_CHECKING:
    from app.atlas.store import Atlas

blueprint = Blueprint("drawn", __name__)

_CODE: Final = (
    "web/drawn.py", "web/drawing.py", "web/layer_tiles.py", "ogc/tiles.py", "ogc/tilematrix.py",
    "atlas/overlay.py", "exports/table.py",
)  # fmt: skip
"""What decides, besides the data, about the bytes of a layer and its tiles."""


@lru_cache(maxsize=1)
def _code() -> bytes:
    return b"".join(Path(__file__).parents[1].joinpath(name).read_bytes() for name in _CODE)


def data_version(store: Atlas) -> str:
    """What stands for the data and for how they are drawn, in twelve hex digits."""
    return hashlib.sha256(store.version.encode() + b"\0" + _code()).hexdigest()[:12]


def _age(version: str | None) -> int:
    # an old page may still ask under the version it knew; it gets today's data, but may not keep them
    return YEAR if version is not None and version == data_version(atlas()) else 0


def _answer(body: bytes, version: str | None, media_type: str = GEOJSON) -> Response:
    return data_response(body, media_type, max_age=_age(version))


@lru_cache(maxsize=256)
def _layer(store: Atlas, layer_id: str, language: str) -> bytes:
    out: list[dict[str, Any]] = []
    for feature in layer_features(store, layer_id):
        shown = drawn_feature(feature, language)
        if shown is None:
            continue
        out.append(
            {
                "type": "Feature",
                "id": feature.id,
                "geometry": mapping(shown.geometry),
                "properties": {**shown.properties, "label": list(shown.label)},
            }
        )
        if shown.extent is not None:
            out[-1]["extent"] = mapping(shown.extent)
    return json_bytes({"type": "FeatureCollection", "features": out})


@blueprint.get("/map/<layer_id>.geojson", defaults={"version": None})
@blueprint.get("/data/<version>/map/<layer_id>.geojson")
def layer(layer_id: str, version: str | None) -> Response:
    """What the map draws of a layer: shapes, names (in English spelled too), certainty; no texts."""
    known_only()
    layer_row(layer_id)
    return _answer(_layer(atlas(), layer_id, current()), version)


@blueprint.get("/data/<version>/map/<layer_id>/<zoom>/<column>/<row>.mvt")
def tiled_layer(version: str, layer_id: str, zoom: str, column: str, row: str) -> Response:
    """A vector tile of a layer that is too large to be drawn whole; 204 where it has nothing."""
    known_only()
    layer_row(layer_id)
    wanted = tile(zoom, row, column)
    least, most = ZOOMS
    if not least <= wanted.zoom <= most:
        raise NotFoundError(_("没有这个瓦片：级别应在 %(least)s 到 %(most)s 之间。", least=least, most=most))
    return packed_response(layer_tile(atlas(), layer_id, wanted, current()), MVT, max_age=_age(version))


@blueprint.get("/data/<version>/layers.json")
def layers(version: str) -> Response:
    """What the map draws of several layers, by their id: a page's first view in one answer."""
    known_only(("ids",))
    ids = [layer_id for layer_id in request.args.get("ids", "").split(",") if layer_id]
    if not ids or len(set(ids)) < len(ids):
        raise RequestError(_("参数 ids 写明要画哪些图层：编号以逗号分隔，每个只写一次。"))
    for layer_id in ids:
        layer_row(layer_id)
    store = atlas()
    members = b",".join(b'"%s":%s' % (name.encode(), _layer(store, name, current())) for name in ids)
    return _answer(b"{%s}" % members, version, "application/json")


@blueprint.get("/data/<version>/tiles/<zoom>/<column>/<row>.mvt")
def backdrop(version: str, zoom: str, column: str, row: str) -> Response:
    """A vector tile of the offline backdrop; 204 where nothing is drawn."""
    known_only()
    wanted = tile(zoom, row, column)
    store = atlas()
    body = store.tiles.tile(wanted.zoom, wanted.column, wanted.row)
    return packed_response(body, MVT, max_age=_age(version))
