"""The offline backdrop: our reference, simplified, as GeoJSON by name."""

from __future__ import annotations

from flask import Blueprint, Response

from app.errors import NotFoundError
from app.web.access import atlas
from app.web.parameters import known_only
from app.web.responses import GEOJSON, data_response

blueprint = Blueprint("backdrop", __name__)


@blueprint.get("/backdrop/<name>.geojson")
def backdrop(name: str) -> Response:
    """One part of the backdrop: districts, land, rivers, streets-major, streets-all, stations."""
    known_only()
    store = atlas()
    if name not in store.backdrops:
        raise NotFoundError(f"没有名为 {name[:40]} 的底图图层；现有：{'、'.join(sorted(store.backdrops))}。")
    return data_response(store.backdrop(name), GEOJSON)
