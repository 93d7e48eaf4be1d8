"""The coverage: what each plan names, how it was located, and the sentences where a name may be missed."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, render_template

from app.atlas.coverage_report import narrowed
from app.atlas.words import METHOD_TITLES
from app.language import mark
from app.web.access import atlas, by_id
from app.web.parameters import known_only, one_of
from app.web.responses import json_response, page_response
from app.web.tables import with_filters

blueprint = Blueprint("coverage", __name__)
GROUPS: Final = frozenset(
    (
        mark("道路"),
        mark("轨道"),
        mark("水域"),
        mark("绿地"),
        mark("楼宇"),
        mark("公共设施"),
        mark("历史文化"),
        mark("片区"),
    )
)
"""Groups of the vocabulary of place words that can be said in English; others stay as they are written."""


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
        groups=GROUPS,
        plans=by_id(store.plans),
        themes=by_id(store.themes),
        json_url=with_filters("coverage.as_json"),
    )
    return page_response(html)


@blueprint.get("/coverage.json")
def as_json() -> Response:
    """The coverage for programs."""
    return json_response({"dataVersion": atlas().version, **_chosen()[1]})
