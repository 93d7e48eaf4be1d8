"""For whoever runs the server: is it alive, can it answer, how does it do."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from app.errors import AtlasError
from app.web.access import atlas
from app.web.metrics import exposition
from app.web.parameters import known_only
from app.web.responses import json_bytes

blueprint = Blueprint("operations", __name__)


def _fresh(body: bytes, media_type: str, status: int = 200) -> Response:
    response = Response(body, status, content_type=media_type)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers; nothing else is looked at."""
    known_only()
    return _fresh(b"ok\n", "text/plain; charset=utf-8")


@blueprint.get("/readyz")
def ready() -> Response:
    """Whether there is an atlas to serve, and which; 503 without one."""
    known_only()
    try:
        store = atlas()
    except AtlasError as error:
        current_app.logger.error("%s", error)
        return _fresh(json_bytes({"ready": False}), "application/json", 503)
    return _fresh(
        json_bytes({"ready": True, "dataVersion": store.version, "features": len(store)}), "application/json"
    )


@blueprint.get("/metrics")
def metrics() -> Response:
    """Counts and times for Prometheus."""
    known_only()
    try:
        store = atlas()
    except AtlasError:
        store = None
    return _fresh(exposition(store), "text/plain; version=0.0.4; charset=utf-8")
