"""Features: list, page, panel on the map, GeoJSON."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, render_template, request, url_for

from app.atlas.export import feature_collection, single_feature
from app.atlas.periods import period_of, period_title
from app.atlas.query import SortKey
from app.atlas.systems import SEVERAL, by_plan, systems
from app.atlas.words import CERTAINTIES, KINDS
from app.language import gettext as _
from app.maps.page import MapParts, Urls, feature_map
from app.web.access import atlas, by_id, find_feature, styles
from app.web.aims import aims
from app.web.compare import history
from app.web.downloads import downloadable
from app.web.map import urls
from app.web.paging import Window, links, neighbours, with_link_header
from app.web.parameters import CONDITIONS, SORTABLE, Filter, choices, known_only, read_filter
from app.web.responses import GEOJSON, data_response, page_response
from app.web.summary import in_a_sentence
from app.web.tables import matching, with_filters

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from app.atlas.store import Atlas, StoredFeature

blueprint = Blueprint("features", __name__)
PAGE_ROWS = 50


@lru_cache(maxsize=4)
def kinds(store: Atlas) -> dict[str, int]:
    """Feature kinds in the atlas with their counts, in the order of our vocabulary."""
    order = list(KINDS)
    return dict(
        sorted(
            store.counts("kind").items(),
            key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order),
        )
    )


def _filter(default_limit: int) -> Filter:
    return read_filter(atlas(), default_limit=default_limit)


@blueprint.get("/features.geojson")
def items() -> Response:
    """Features by bbox, plan, layer, kind and text, in pages (RFC 7946 with OGC-style counts and links)."""
    chosen = _filter(int(current_app.config["PAGE_LIMIT"]))
    page = atlas().query(chosen.as_query())
    found = links(Window(chosen.limit, chosen.offset), page.matched, GEOJSON)
    head = {"numberMatched": page.matched, "numberReturned": len(page.items), "links": found}
    body = feature_collection(page.items, atlas=atlas(), head=head)
    return with_link_header(data_response(body, GEOJSON), found)


@blueprint.get("/features")
@downloadable
def listing() -> Response:
    """The map as a table, for people: the same filters, sorted, in pages."""
    chosen = _filter(PAGE_ROWS)
    store = atlas()
    page = store.query(chosen.as_query())
    around = neighbours(Window(chosen.limit, chosen.offset), page.matched)
    known = choices(store)
    sure = (chosen.certainty or "").split(",")
    offered = [system for system in systems(store) if system.count >= 2]
    html = render_template(
        "features.html",
        chosen=chosen,
        page=page,
        plans=by_id(store.plans),
        themes=by_id(store.themes),
        kinds=kinds(store),
        known=known,
        systems=by_plan(offered),
        rare_system=chosen.system is not None and chosen.system not in {system.name for system in offered},
        several_sure=[_(CERTAINTIES[value]) for value in sure] if len(sure) > 1 else [],
        map_url=_map_url(chosen),
        period_title=period_title,
        several=SEVERAL,
        sorting=chosen.sortby[0] if chosen.sortby else SortKey(""),
        sort_urls={name: _sort_url(name, chosen) for name in SORTABLE},
        narrowed=bool(request.args.keys() - {"lang"}),
        next_url=around.get("next"),
        prev_url=around.get("prev"),
        geojson_url=with_filters("features.items"),
    )
    return page_response(html)


def _sort_url(name: str, chosen: Filter) -> str:
    """The list sorted by a column: upwards first, downwards when it is so already."""
    upwards = bool(chosen.sortby) and chosen.sortby[0] == SortKey(name)
    arguments = {key: value for key, value in request.args.items() if value and key != "offset"}
    arguments["sortby"] = f"-{name}" if upwards else name
    return f"{url_for('features.listing', lang=None)}?{urlencode(arguments)}"


def _map_url(chosen: Filter) -> str | None:
    """The map with the list's filters and the layers that hold what they leave; None where that is nothing.

    A name, a box and an order are not filters of the map.
    """
    sure = [value for value in (chosen.certainty or "").split(",") if value not in ("", "none")]
    if chosen.certainty and not sure:
        return None
    store = atlas()
    plans = by_id(store.plans)
    wanted = {"id": chosen.layer, "plan": chosen.plan, "theme": chosen.theme}
    located = [row for row in store.layers if row["located"]]
    rows = [
        row
        for row in matching(located, wanted)
        if (not chosen.layers or row["id"] in chosen.layers)
        and chosen.district in (None, plans[row["plan"]]["district"])
        and chosen.period in (None, period_of(plans[row["plan"]]))
    ]
    given = {name: value for name in CONDITIONS if (value := getattr(chosen, name)) is not None}
    layers = "all" if len(rows) == len(located) else ",".join(str(row["id"]) for row in rows)
    return url_for("map.index", **(given | {"certainty": ",".join(sure) or None, "layers": layers or "none"}))


@blueprint.get("/features/<feature_id>.geojson")
def item(feature_id: str) -> BaseResponse:
    """One feature as GeoJSON."""
    known_only()
    feature = find_feature(feature_id, "features.item")
    if isinstance(feature, Response):
        return feature
    return data_response(single_feature(feature, atlas=atlas()), GEOJSON)


def facts(feature: StoredFeature) -> dict[str, Any]:
    """What the panel and the page show of a feature, for their common template."""
    store = atlas()
    properties = feature.properties
    parent = store.feature(properties["parent"]) if properties.get("parent") else None
    # what speaks of the feature at length comes first, what only mentions it after
    passages = sorted(properties["passages"], key=lambda passage: passage["role"] != "block")
    parts = [item["ref"] for item in properties["evidence"] if item["source"] == "feature"]
    return {
        "feature": feature,
        "sentence": in_a_sentence(properties, by_id(store.plans)[properties["plan"]]),
        "p": properties,
        "plan": by_id(store.plans)[properties["plan"]],
        "plans": by_id(store.plans),
        "theme": by_id(store.themes).get(properties["theme"], {"title": properties["theme"]}),
        "style": styles().theme(properties["theme"]),
        "certainty": styles().certainties.get(properties["certainty"]),
        "parent": parent,
        "passages": passages,
        "aims": aims(store, properties),
        "numbers": {passage["id"]: number for number, passage in enumerate(passages, 1)},
        "history": history(store, feature.id),
        "names": {found.id: found.properties["name"] for found in map(store.feature, parts) if found},
    }


@blueprint.get("/features/<feature_id>/panel")
def panel(feature_id: str) -> BaseResponse:
    """The feature as a fragment for the map's panel."""
    known_only()
    feature = find_feature(feature_id, "features.panel")
    if isinstance(feature, Response):
        return feature
    html = render_template("_panel.html", **facts(feature))
    return data_response(html.encode(), "text/html; charset=utf-8", shared=False)


@lru_cache(maxsize=64)
def _small_map(store: Atlas, feature_id: str, addresses: Urls) -> MapParts | None:
    feature = store.feature(feature_id)
    if feature is None or feature.bounds is None:
        return None
    return feature_map(
        layer=feature.layer, feature=feature.id, bounds=feature.bounds, book=styles(), urls=addresses
    )


@blueprint.get("/features/<feature_id>")
def page(feature_id: str) -> BaseResponse:
    """One feature as a page with a small map."""
    known_only()
    feature = find_feature(feature_id, "features.page")
    if isinstance(feature, Response):
        return feature
    parts = _small_map(atlas(), feature_id, urls())
    return page_response(render_template("feature.html", parts=parts, **facts(feature)))
