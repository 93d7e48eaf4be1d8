"""Plans: their texts to read with the places lit on a map, and every passage at an address of its own."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from app.atlas.reading import Reading
from app.atlas.query import Query
from app.errors import NotFoundError
from app.maps.page import MapParts, Urls, reader_map
from app.plans.document import CONTEXT
from app.web.access import atlas, by_id, styles
from app.web.map import urls
from app.web.parameters import known_only, whole
from app.web.responses import data_response, json_bytes, json_response, page_response

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from app.atlas.store import Atlas

blueprint = Blueprint("plans", __name__)
JSONLD = "application/ld+json"


@lru_cache(maxsize=16)
def reading(store: Atlas, plan_id: str) -> Reading:
    """A plan's text with its places, made once per build."""
    own = [feature.properties for feature in store.stream(Query(plan=plan_id))]
    return Reading(store.document(f"text/{plan_id}"), own)


def _plan(plan_id: str) -> tuple[dict[str, Any], Reading]:
    row = by_id(atlas().plans).get(plan_id)
    if row is None:
        raise NotFoundError(f"没有编号为 {plan_id[:80]} 的规划。")
    return dict(row), reading(atlas(), plan_id)


@blueprint.get("/plans")
def listing() -> Response:
    """The plans, for people."""
    known_only()
    return page_response(render_template("plans.html", plans=atlas().plans))


@blueprint.get("/plans.json")
def index() -> Response:
    """The plans, for programs."""
    known_only()
    return json_response({"plans": atlas().plans})


@blueprint.get("/plans/<plan_id>")
def page(plan_id: str) -> Response:
    """A plan's text beside its map."""
    known_only()
    return _reader(plan_id, None)


@blueprint.get("/plans/<plan_id>/passages/<int:start>-<int:end>")
def passage(plan_id: str, start: int, end: int) -> Response:
    """The same page, opened at a passage."""
    known_only()
    _, text = _plan(plan_id)
    if not 0 <= start < end <= len(text.clean):
        raise NotFoundError(f"{start}-{end} 不在这份文本之内(共 {len(text.clean)} 字)。")
    return _reader(plan_id, (start, end))


@blueprint.get("/p/<plan_id>/<short>")
def short(plan_id: str, short: str) -> BaseResponse:
    """The short address of a passage."""
    known_only()
    _, text = _plan(plan_id)
    span = text.passage_of(short)
    if span is None:
        raise NotFoundError(f"这份规划没有短编号为 {short[:20]} 的摘录。")
    return redirect(url_for("plans.passage", plan_id=plan_id, start=span[0], end=span[1]), 302)


def _reader(plan_id: str, quoted: tuple[int, int] | None) -> Response:
    row, text = _plan(plan_id)
    store = atlas()
    html = render_template(
        "plan.html",
        plan=row,
        outline=text.outline(),
        blocks=list(text.blocks(quoted)),
        quoted=quoted,
        short=text.short_of(quoted) if quoted in text.passages else None,
        parts=_map(store, plan_id, urls()),
    )
    return page_response(html)


@lru_cache(maxsize=16)
def _map(store: Atlas, plan_id: str, addresses: Urls) -> MapParts:
    layers = [layer for layer in store.layers if layer["plan"] == plan_id and layer["located"]]
    west, south, east, north = zip(*(layer["bbox"] for layer in layers), strict=True)
    return reader_map(
        layers=[layer["id"] for layer in layers],
        bounds=(min(west), min(south), max(east), max(north)),
        book=styles(),
        urls=addresses,
    )


@blueprint.get("/plans/<plan_id>.json")
def item(plan_id: str) -> Response:
    """A plan's record and outline."""
    known_only()
    row, text = _plan(plan_id)
    return json_response({**row, "length": len(text.clean), "outline": text.sections})


@blueprint.get("/plans/<plan_id>/text")
def clean(plan_id: str) -> Response:
    """The clean text, to which all offsets refer."""
    known_only()
    _, text = _plan(plan_id)
    return data_response(text.clean.encode(), "text/plain; charset=utf-8")


@blueprint.get("/plans/<plan_id>/raw")
def raw(plan_id: str) -> Response:
    """The received file line by line; ``#L12`` is line 12."""
    known_only()
    row, text = _plan(plan_id)
    return page_response(render_template("plan_raw.html", plan=row, lines=text.raw.split("\n")))


@blueprint.get("/plans/<plan_id>/passages.json")
def passages(plan_id: str) -> Response:
    """All passages that features link to, in the order of the text."""
    known_only(("limit", "offset"))
    _, text = _plan(plan_id)
    limit, offset = whole("limit", 100, 1, 10_000), whole("offset", 0, 0, 1_000_000)
    spans = sorted(text.passages)
    rows = [
        {
            "id": f"{plan_id}:{start}-{end}",
            "short": text.short_of((start, end)),
            "start": start,
            "end": end,
            "exact": text.clean[start:end],
            "features": text.passages[start, end],
            "href": url_for("plans.passage", plan_id=plan_id, start=start, end=end, _external=True),
        }
        for start, end in spans[offset : offset + limit]
    ]
    return json_response({"numberMatched": len(spans), "numberReturned": len(rows), "passages": rows})


@blueprint.get("/plans/<plan_id>/annotations.jsonld")
def plan_annotations(plan_id: str) -> Response:
    """The plan's passages as W3C Web Annotations: which words speak of which feature."""
    known_only()
    _plan(plan_id)
    return _annotation_page([plan_id])


@blueprint.get("/annotations.jsonld")
def all_annotations() -> Response:
    """The annotations of all plans."""
    known_only()
    return _annotation_page([str(plan["id"]) for plan in atlas().plans])


def _annotation_page(plan_ids: list[str]) -> Response:
    page = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": request.base_url,
        "type": "AnnotationPage",
        "items": [item for plan_id in plan_ids for item in _annotations(plan_id)],
    }
    return data_response(json_bytes(page), JSONLD)


def _annotations(plan_id: str) -> list[dict[str, Any]]:
    _, text = _plan(plan_id)
    source = url_for("plans.clean", plan_id=plan_id, _external=True)
    rows = []
    for start, end in sorted(text.passages):
        address = url_for("plans.passage", plan_id=plan_id, start=start, end=end, _external=True)
        selectors = [
            {"type": "TextPositionSelector", "start": start, "end": end},
            {
                "type": "TextQuoteSelector",
                "exact": text.clean[start:end],
                "prefix": text.clean[max(0, start - CONTEXT) : start],
                "suffix": text.clean[end : end + CONTEXT],
            },
        ]
        rows += [
            {
                "id": f"{address}#{feature_id}",
                "type": "Annotation",
                "motivation": "identifying",
                "body": url_for("features.page", feature_id=feature_id, _external=True),
                "target": {"source": source, "selector": selectors},
            }
            for feature_id in text.passages[start, end]
        ]
    return rows
