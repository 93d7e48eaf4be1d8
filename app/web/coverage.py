"""The coverage: what each plan names, how it was located, and the sentences where a name may be missed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template

from app.atlas.coverage_report import narrowed
from app.atlas.words import METHOD_TITLES
from app.web.access import atlas, by_id
from app.web.parameters import known_only, one_of
from app.web.responses import json_response, page_response
from app.web.tables import with_filters

blueprint = Blueprint("coverage", __name__)


def _chosen() -> tuple[str | None, dict[str, Any]]:
    known_only(("plan",))
    plan = one_of("plan", by_id(atlas().plans))
    return plan, narrowed(atlas().coverage, plan)


@blueprint.get("/coverage")
def page() -> Response:
    """The coverage for people; with a plan, its chapters and the sentences to look at."""
    plan, data = _chosen()
    store = atlas()
    html = render_template(
        "coverage.html",
        plan=plan,
        data=data,
        totals=store.coverage["totals"],
        methods=METHOD_TITLES,
        plans=by_id(store.plans),
        themes=by_id(store.themes),
        json_url=with_filters("coverage.as_json"),
    )
    return page_response(html)


@blueprint.get("/coverage.json")
def as_json() -> Response:
    """The coverage for programs."""
    return json_response({"dataVersion": atlas().version, **_chosen()[1]})
