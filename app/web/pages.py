"""The page that explains the atlas."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from app.maps.basemaps import REFERENCE_CREDIT
from app.web.access import atlas, styles
from app.web.parameters import known_only
from app.web.responses import page_response

blueprint = Blueprint("pages", __name__)


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
