"""What a request may cost: length of its address, size of its body, time of its answer.

Page sizes and parameters are bounded where they are read (:mod:`app.web.parameters`).
"""

from __future__ import annotations

from flask import Flask, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge, RequestURITooLarge


def _refuse_too_large() -> None:
    config = current_app.config
    if len(request.environ.get("QUERY_STRING", "")) + len(request.path) > config["URL_LENGTH_MAX"]:
        raise RequestURITooLarge
    # nothing here reads a body; one of unknown length is never asked for
    if (request.content_length or 0) > config["MAX_CONTENT_LENGTH"]:
        raise RequestEntityTooLarge


def register(app: Flask) -> None:
    """Check every request of ``app`` before anything else does."""
    app.before_request(_refuse_too_large)
