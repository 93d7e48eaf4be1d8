"""Suggestions while a name is typed."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from app.web.access import atlas
from app.web.parameters import known_only, text, whole
from app.web.responses import json_response

blueprint = Blueprint("search", __name__)
DEFAULT_LIMIT = 12
MAX_LIMIT = 50


@blueprint.get("/search.json")
def suggest() -> Response:
    """Features whose name, alias or pinyin matches ``q``, best first."""
    known_only(("q", "limit"))
    query = text("q")
    limit = whole("limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    hits = atlas().search(query, limit) if query else []
    return json_response(
        {
            "q": query or "",
            "hits": [{**hit, "url": url_for("features.page", feature_id=hit["id"])} for hit in hits],
        }
    )
