"""The picture of the overview map, at an address that changes with it, so that browsers may keep it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

from flask import Blueprint, Response, url_for

from app.maps.overview import overview_svg
from app.maps.page import WHOLE
from app.web.access import atlas
from app.web.parameters import known_only
from app.web.responses import YEAR, data_response

if TYPE_CHECKING:
    from app.atlas.store import Atlas

blueprint = Blueprint("overview", __name__)


@lru_cache(maxsize=4)
def _picture(store: Atlas) -> tuple[bytes, str]:
    """The picture and its version."""
    body = overview_svg(WHOLE, land=store.backdrop("land"), borders=store.backdrop("districts"))
    return body, hashlib.sha256(body).hexdigest()[:12]


def picture_url() -> str:
    """Where the current picture stands."""
    return url_for("overview.picture", version=_picture(atlas())[1])


@blueprint.get("/data/<version>/overview.svg")
def picture(version: str) -> Response:
    """The whole area: land, sea and district borders."""
    known_only()
    body, current = _picture(atlas())
    return data_response(body, "image/svg+xml", max_age=YEAR if version == current else 0)
