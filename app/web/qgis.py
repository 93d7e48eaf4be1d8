"""QGIS projects: on our service, and with their data for work without a network."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, url_for

from app.exports.projects import offline_project, plan_project, service_sources
from app.web.access import atlas, styles
from app.web.costly import costly
from app.web.origins import origins
from app.web.parameters import known_only
from app.web.responses import data_response

if TYPE_CHECKING:
    from app.atlas.store import Atlas

blueprint = Blueprint("qgis", __name__)
QGZ: Final = "application/x-qgis-project"
ZIP: Final = "application/zip"


def _home() -> str:
    return url_for("map.index", lang=None, _external=True).rstrip("/")


@lru_cache(maxsize=16)
def _online(store: Atlas, name: str, home: str) -> bytes:
    return plan_project(
        store, name, origins=origins(), book=styles(), sources=service_sources(f"{home}/ogc"), home=home
    )


@lru_cache(maxsize=2)  # a few megabytes each, a second to make
def _offline(store: Atlas, name: str, home: str) -> bytes:
    with costly():
        return offline_project(store, name, origins=origins(), book=styles(), home=home)


@blueprint.get("/qgis/<name>.qgz")
def online(name: str) -> Response:
    """The project of a plan, or of everything (``plan-atlas``), that reads from this service."""
    known_only()
    response = data_response(_online(atlas(), name, _home()), QGZ)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.qgz"'
    return response


@blueprint.get("/qgis/<name>-offline.zip")
def offline(name: str) -> Response:
    """The same with a GeoPackage beside it."""
    known_only()
    response = data_response(_offline(atlas(), name, _home()), ZIP)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-offline.zip"'
    return response
