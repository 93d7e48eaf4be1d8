"""One box for everything: places, sections, indicators and the words of the plans."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, url_for

from app.atlas.fulltext import FullText
from app.web.access import atlas, by_id
from app.web.parameters import known_only, text
from app.web.plans import reading
from app.web.responses import json_response, page_response

if TYPE_CHECKING:
    from app.atlas.store import Atlas

blueprint = Blueprint("find", __name__)


@lru_cache(maxsize=2)
def _full_text(store: Atlas) -> FullText:
    return FullText(store, {str(plan["id"]): reading(store, str(plan["id"])) for plan in store.plans})


@blueprint.get("/search")
def page() -> Response:
    """What ``q`` finds, by group, for people."""
    known_only(("q",))
    query = text("q") or ""
    store = atlas()
    found = _full_text(store).search(query)
    return page_response(render_template("search.html", query=query, found=found, plans=by_id(store.plans)))


@blueprint.get("/search/all.json")
def everything() -> Response:
    """The same for programs."""
    known_only(("q",))
    query = text("q") or ""
    found = asdict(_full_text(atlas()).search(query))
    for row in found["texts"]:
        row["url"] = url_for("plans.passage", plan_id=row["plan"], start=row["start"], end=row["end"])
    return json_response({"q": query, **found})
