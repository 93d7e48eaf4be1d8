"""The map page."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for

from app.errors import NotFoundError
from app.maps.page import MapParts, Urls, map_page
from app.web.access import atlas, styles
from app.web.headers import allow_basemap_images, basemap_choices
from app.web.parameters import known_only, text
from app.web.responses import page_response

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from app.atlas.store import Atlas

blueprint = Blueprint("map", __name__)


def _template_url(endpoint: str, placeholder: str) -> str:
    """An address with a placeholder in braces for the script to fill in."""
    return url_for(endpoint, **{placeholder: "PLACEHOLDER"}).replace("PLACEHOLDER", "{id}")


def urls() -> Urls:
    """Addresses for the map room, below whatever prefix the server is mounted at."""
    prefix = url_for("assets.asset", name="x")[:-1]
    return Urls(
        asset=lambda name: prefix + name,
        layer=_template_url("layers.drawn", "layer_id"),
        panel=_template_url("features.panel", "feature_id"),
        search=url_for("search.suggest"),
        backdrop=_template_url("backdrop.backdrop", "name"),
    )


@lru_cache(maxsize=4)
def _parts(store: Atlas, key: str, prefix: str) -> MapParts:
    # the tree depends on the build and the settings only, so one render serves every reader
    return map_page(
        plans=store.plans,
        themes=store.themes,
        layers=store.layers,
        book=styles(),
        choices=basemap_choices(),
        urls=urls(),
    )


@blueprint.get("/")
def index() -> BaseResponse:
    """The map; ``?feature=`` opens a feature."""
    known_only(("feature",))
    store = atlas()
    feature = text("feature")
    title = ""
    if feature is not None:
        found = store.feature(feature)
        if found is None:
            moved = store.moved(feature)
            if moved is None:
                raise NotFoundError(f"没有编号为 {feature[:80]} 的要素。")
            return redirect(url_for("map.index", feature=moved), 301)
        title = str(found.properties["name"])
    allow_basemap_images()
    parts = _parts(store, str(current_app.config.get("TIANDITU_KEY")), request.script_root)
    return page_response(render_template("map.html", parts=parts, feature=feature, title=title))
