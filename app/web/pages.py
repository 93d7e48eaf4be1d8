"""The page that explains the atlas."""

from __future__ import annotations

import re

from flask import Blueprint, Response, current_app, render_template

from app.places.districts import CREDIT
from app.web.access import atlas, styles
from app.web.origins import origins
from app.web.parameters import known_only
from app.web.responses import page_response

blueprint = Blueprint("pages", __name__)


@blueprint.get("/about")
def about() -> Response:
    """What the atlas is, how to read it, where its data come from."""
    known_only()
    store = atlas()
    contact = str(current_app.config["CONTACT"])
    html = render_template(
        "about.html",
        plans=store.plans,
        certainties=styles().certainties,
        total=sum(int(plan["features"]) for plan in store.plans),
        located=sum(int(plan["located"]) for plan in store.plans),
        records=origins().extracts.values(),
        districts_credit=CREDIT,
        contact=contact,
        contact_url=_address(contact),
        version=store.version,
    )
    return page_response(html)


def _address(contact: str) -> str:
    """What a link to a contact opens: a mail or a page; empty for what is neither."""
    if re.fullmatch(r"https?://\S+", contact):
        return contact
    return f"mailto:{contact}" if re.fullmatch(r"[^\s@:/?]+@[^\s@:/?]+", contact) else ""
