"""Plans: their texts to read with the places lit on a map, and every passage at an address of its own."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, redirect, render_template, url_for

from app.atlas.query import Query
from app.atlas.reading import Reading
from app.errors import NotFoundError
from app.language import gettext as _
from app.maps.page import MapParts, Urls, reader_map
from app.web.access import atlas, find_plan, styles
from app.web.map import urls
from app.web.parameters import known_only
from app.web.responses import data_response, json_response, page_response

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from app.atlas.store import Atlas

blueprint = Blueprint("plans", __name__)
FILTERED = {
    "indicators": "indicators",
    "targets": "targets",
    "lineage": "compare",
    "register": "register",
    "findings": "findings",
}
"""Resources of all plans that can be narrowed to one, and the blueprint of each."""


@lru_cache(maxsize=16)
def reading(store: Atlas, plan_id: str) -> Reading:
    """A plan's text with its places, made once per build."""
    own = [feature.properties for feature in store.stream(Query(plan=plan_id))]
    return Reading(store.document(f"text/{plan_id}"), own)


def plan_text(plan_id: str) -> tuple[dict[str, Any], Reading]:
    """A plan's record and text.

    Raises
    ------
    NotFoundError
        No plan has this id.
    """
    return dict(find_plan(plan_id)), reading(atlas(), plan_id)


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
    _record, text = plan_text(plan_id)
    if not 0 <= start < end <= len(text.clean):
        raise NotFoundError(
            _("%(span)s 不在这份文本之内(共 %(length)s 字)。", span=f"{start}-{end}", length=len(text.clean))
        )
    return _reader(plan_id, (start, end))


@blueprint.get("/p/<plan_id>/<short>")
def short(plan_id: str, short: str) -> BaseResponse:
    """The short address of a passage."""
    known_only()
    _record, text = plan_text(plan_id)
    span = text.passage_of(short)
    if span is None:
        raise NotFoundError(_("这份规划没有短编号为 %(short)s 的摘录。", short=short[:20]))
    return redirect(url_for("plans.passage", plan_id=plan_id, start=span[0], end=span[1]), 302)


def _reader(plan_id: str, quoted: tuple[int, int] | None) -> Response:
    row, text = plan_text(plan_id)
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
    """A plan's record, and where the rest of it is."""
    known_only()
    row, text = plan_text(plan_id)
    parts = {
        "page": "plans.page",
        "outline": "plans.outline_json",
        "passages": "passages.of_plan",
        "annotations": "passages.annotations_of_plan",
        "text": "plans.clean",
        "raw": "plans.raw_file",
    }
    links = [
        {"rel": rel, "href": url_for(endpoint, plan_id=plan_id, lang=None, _external=True)}
        for rel, endpoint in parts.items()
    ]
    links += [
        {"rel": rel, "href": url_for(f"{name}.as_json", plan=plan_id, lang=None, _external=True)}
        for rel, name in FILTERED.items()
    ]
    return json_response({"dataVersion": atlas().version, **row, "length": len(text.clean), "links": links})


@blueprint.get("/plans/<plan_id>/outline")
def outline(plan_id: str) -> BaseResponse:
    """The outline for people stands beside the text."""
    known_only()
    plan_text(plan_id)
    return redirect(url_for("plans.page", plan_id=plan_id), 302)


@blueprint.get("/plans/<plan_id>/outline.json")
def outline_json(plan_id: str) -> Response:
    """The sections with their spans, in the order of the text, parents before children."""
    known_only()
    _record, text = plan_text(plan_id)
    headed = {section["id"] for section in text.outline()}
    targets = [row["number"][0] for row in atlas().targets if row["plan"] == plan_id]
    rows = [
        {
            **section,
            "headed": section["id"] in headed,
            "passages": sum(section["start"] <= start < section["end"] for start, _ in text.passages),
            "targets": sum(section["start"] <= number < section["end"] for number in targets),
            "href": url_for("plans.page", plan_id=plan_id, lang=None, _anchor=section["id"], _external=True),
        }
        for section in text.sections
    ]
    head = {"dataVersion": atlas().version, "plan": plan_id, "length": len(text.clean)}
    return json_response({**head, "numberMatched": len(rows), "outline": rows})


@blueprint.get("/plans/<plan_id>/text")
def clean(plan_id: str) -> Response:
    """The clean text, to which all offsets refer."""
    known_only()
    _record, text = plan_text(plan_id)
    return data_response(text.clean.encode(), "text/plain; charset=utf-8")


@blueprint.get("/plans/<plan_id>/raw")
def raw(plan_id: str) -> Response:
    """The received file line by line; ``#L12`` is line 12."""
    known_only()
    row, text = plan_text(plan_id)
    return page_response(render_template("plan_raw.html", plan=row, lines=text.raw.split("\n")))


@blueprint.get("/plans/<plan_id>/raw.txt")
def raw_file(plan_id: str) -> Response:
    """The received file, byte for byte: its SHA-256 is the record's."""
    known_only()
    _record, text = plan_text(plan_id)
    return data_response(text.raw.encode(), "text/plain; charset=utf-8")
