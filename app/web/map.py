"""The map page."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for

from app.atlas.systems import systems
from app.errors import NotFoundError
from app.language import gettext as _
from app.maps.basemaps import Basemap
from app.maps.page import MapParts, TiledLayers, Urls, map_page
from app.web.access import atlas, styles
from app.web.drawn import data_version
from app.web.headers import allow_basemap_images, allow_embedding, basemap_choices
from app.web.layer_tiles import ZOOMS
from app.web.overview import picture_url
from app.web.parameters import CONDITIONS, known_only, read_conditions, text
from app.web.responses import json_response, page_response

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from app.atlas.query import Query
    from app.atlas.store import Atlas

blueprint = Blueprint("map", __name__)
# What of the map's state rides in its address; the script reads all but the feature.
STATE = ("feature", "layers", "opacity", "year", *CONDITIONS)


def _open(url: str) -> str:
    """An address made with the id ``PLACEHOLDER``, open for the script to fill in."""
    return url.replace("PLACEHOLDER", "{id}")


def _tiles(endpoint: str, **values: str) -> str:
    # a template of the map library's own kind, which numbers a tile by z, x and y
    url = url_for(endpoint, zoom="ZOOM", column="COLUMN", row="ROW", **values)  # type: ignore[arg-type]
    return url.replace("ZOOM", "{z}").replace("COLUMN", "{x}").replace("ROW", "{y}")


def urls() -> Urls:
    """Addresses for the map room, below whatever prefix the server is mounted at."""
    version = data_version(atlas())
    return Urls(
        assets=url_for("assets.asset", name="x")[:-1],
        layer=_open(url_for("drawn.layer", version=version, layer_id="PLACEHOLDER")),
        together=_open(url_for("drawn.layers", version=version, ids="PLACEHOLDER")),
        panel=_open(url_for("features.panel", feature_id="PLACEHOLDER")),
        search=url_for("find.as_json"),
        here=url_for("here.page"),
        prints=url_for("prints.sheet"),
        embed=url_for("map.embed", lang=None),  # the script adds the query, which has the language
        code=url_for("share.code", lang=None),
        targets=url_for("targets.page"),
        overview=picture_url(),
        counts=url_for("map.counts"),
        listing=url_for("features.listing"),
        backdrop=_tiles("drawn.backdrop", version=version),
        tiles=_open(_tiles("drawn.tiled_layer", version=version, layer_id="PLACEHOLDER")),
        feature=_open(url_for("features.item", feature_id="PLACEHOLDER")),
    )


@lru_cache(maxsize=4)
def _parts(store: Atlas, choices: tuple[Basemap, ...], addresses: Urls, large: tuple[str, ...]) -> MapParts:
    # the tree depends on the build and the settings only, so one render serves every reader
    return map_page(
        plans=store.plans,
        themes=store.themes,
        layers=store.layers,
        book=styles(),
        choices=choices,
        urls=addresses,
        systems=systems(store),
        tiled=TiledLayers(large, ZOOMS),
        due=dict(sorted(Counter(int(row["year"]) for row in store.targets if row["year"]).items())),
    )


@lru_cache(maxsize=256)
def _counted(store: Atlas, query: Query) -> dict[str, int]:
    return dict(Counter(feature.layer for feature in store.stream(query)))


@blueprint.get("/map/counts.json")
def counts() -> Response:
    """How many places of each layer the map's filters leave, in layers that are not open too."""
    known_only(CONDITIONS)
    store = atlas()
    _given, query = read_conditions(store)
    found = _counted(store, replace(query, registered=False))
    return json_response({"layers": found, "located": sum(found.values())})


@blueprint.get("/")
def index() -> BaseResponse:
    """The map; ``?feature=`` opens a feature."""
    return _map("map.index")


@blueprint.get("/embed")
def embed() -> BaseResponse:
    """The map without its surroundings, for a frame on any site."""
    allow_embedding()
    return _map("map.embed", embedded=True)


def _map(endpoint: str, *, embedded: bool = False) -> BaseResponse:
    known_only(STATE)
    store = atlas()
    feature = text("feature")
    title = ""
    if feature is not None:
        found = store.feature(feature)
        if found is None:
            moved = store.moved(feature)
            if moved is None:
                raise NotFoundError(_("没有编号为 %(id)s 的要素。", id=feature[:80]))
            return redirect(url_for(endpoint, **(request.args.to_dict() | {"feature": moved})), 301)  # type: ignore[arg-type]
        title = str(found.properties["name"])
    allow_basemap_images()
    most = int(current_app.config["TILED_FEATURES"])
    large = tuple(str(row["id"]) for row in store.layers if row["located"] > most)
    parts = _parts(store, basemap_choices(), urls(), large)
    html = render_template(
        "map.html", parts=parts, feature=feature, title=title, embedded=embedded, state=request.args.to_dict()
    )
    return page_response(html)
