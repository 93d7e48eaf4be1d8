"""Layers: list, page, GeoJSON for taking away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, render_template

from app.atlas.export import feature_collection
from app.atlas.query import Query
from app.errors import NotFoundError, RequestError
from app.language import gettext as _
from app.web.access import atlas, by_id
from app.web.downloads import downloadable
from app.web.parameters import flag, known_only
from app.web.responses import GEOJSON, data_response, json_bytes, page_response

if TYPE_CHECKING:
    from app.atlas.store import Atlas, StoredFeature

blueprint = Blueprint("layers", __name__)


def layer_row(layer_id: str) -> dict[str, Any]:
    """The layer's row.

    Raises
    ------
    NotFoundError
        No layer has this id.
    """
    row = by_id(atlas().layers).get(layer_id)
    if row is None:
        raise NotFoundError(_("没有编号为 %(id)s 的图层。", id=layer_id[:80]))
    return dict(row)


def layer_features(store: Atlas, layer_id: str) -> list[StoredFeature]:
    """All features of a layer, those without a geometry too.

    Raises
    ------
    RequestError
        The layer is too large for one answer.
    """
    most = int(current_app.config["PAGE_LIMIT_MAX"])
    page = store.query(Query(layer=layer_id, limit=most))
    if page.matched > most:
        raise RequestError(
            _(
                "图层 %(layer)s 有 %(count)s 个要素，一次最多给出 %(most)s 个；"
                "请分页查询 /features.geojson?layer=%(layer)s，或使用 /ogc 的矢量瓦片。",
                layer=layer_id,
                count=page.matched,
                most=most,
            )
        )
    return page.items


@blueprint.get("/layers.json")
def index() -> Response:
    """All layers, for programs."""
    known_only()
    return data_response(json_bytes({"layers": atlas().layers}), "application/json")


@blueprint.get("/layers")
def listing() -> Response:
    """All layers, for people."""
    known_only()
    store = atlas()
    return page_response(render_template("layers.html", plans=store.plans, layers=store.layers))


@blueprint.get("/layers/<layer_id>.geojson")
def item(layer_id: str) -> Response:
    """A layer with every property; registered features have a null geometry, or are left out on request."""
    known_only(("registered",))
    row = layer_row(layer_id)
    chosen = layer_features(atlas(), layer_id)
    if not flag("registered", default=True):
        chosen = [feature for feature in chosen if feature.geometry is not None]
    members: dict[str, Any] = {"id": layer_id, "title": row["title"]}
    if row.get("bbox"):
        members["bbox"] = row["bbox"]
    members |= {"numberMatched": len(chosen), "numberReturned": len(chosen)}
    response = data_response(feature_collection(chosen, atlas=atlas(), head=members), GEOJSON)
    response.headers["Content-Disposition"] = f'inline; filename="{layer_id}.geojson"'
    return response


@blueprint.get("/layers/<layer_id>")
@downloadable
def page(layer_id: str) -> Response:
    """A layer as a page."""
    known_only()
    store = atlas()
    row = layer_row(layer_id)
    html = render_template(
        "layer.html",
        layer=row,
        plan=by_id(store.plans)[row["plan"]],
        features=layer_features(store, layer_id),
    )
    return page_response(html)
