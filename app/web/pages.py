"""Pages about the whole atlas: the register of what is not located, the findings, the explanation."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template

from app.maps.basemaps import REFERENCE_CREDIT
from app.web.access import atlas, by_id, styles
from app.web.parameters import known_only
from app.web.responses import page_response

if TYPE_CHECKING:
    from collections.abc import Mapping

blueprint = Blueprint("pages", __name__)
FINDING_ORDER: Mapping[str, int] = {"error": 0, "warning": 1, "info": 2, "note": 3}


@blueprint.get("/register")
def register() -> Response:
    """Features that could not be located, with the reason and what would cure it."""
    known_only()
    store = atlas()
    return page_response(
        render_template(
            "register.html",
            rows=store.register,
            plans=by_id(store.plans),
            tallies=Counter(row["reason"] for row in store.register).most_common(),
        )
    )


@blueprint.get("/findings")
def findings() -> Response:
    """Results of the checks, gravest first."""
    known_only()
    store = atlas()
    rows = sorted(store.findings, key=lambda row: (FINDING_ORDER.get(row["level"], 9), row["code"]))
    return page_response(
        render_template(
            "findings.html",
            rows=rows,
            checks=store.checks,
            titles={check["code"]: check["title"] for check in store.checks},
        )
    )


@blueprint.get("/about")
def about() -> Response:
    """What the atlas is, how to read it, where its data come from."""
    known_only()
    store = atlas()
    html = render_template(
        "about.html",
        plans=store.plans,
        certainties=styles().certainties,
        credit=REFERENCE_CREDIT,
        version=store.version,
    )
    return page_response(html)
