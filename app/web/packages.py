"""Plan packages: everything of one plan as one file."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from flask import Blueprint, Response

from app.exports.packages import package
from app.web.access import atlas, styles
from app.web.costly import costly
from app.web.origins import origins, site
from app.web.parameters import known_only
from app.web.responses import data_response

if TYPE_CHECKING:
    from app.atlas.store import Atlas
    from app.exports.site import Site

blueprint = Blueprint("packages", __name__)


@lru_cache(maxsize=8)  # under a megabyte each
def _packed(store: Atlas, plan_id: str, here: Site) -> bytes:
    with costly():
        return package(store, plan_id, origins=origins(), book=styles(), site=here)


@blueprint.get("/packages/<plan_id>.plan.zip")
def item(plan_id: str) -> Response:
    """The package of a plan."""
    known_only()
    response = data_response(_packed(atlas(), plan_id, site()), "application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{plan_id}.plan.zip"'
    return response
