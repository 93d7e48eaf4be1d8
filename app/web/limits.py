"""What a request may cost: length of its address, size of its body, time of its answer.

Page sizes and parameters are bounded where they are read (:mod:`app.web.parameters`).
"""

from __future__ import annotations

import re

from flask import Flask, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge, RequestURITooLarge


def _refuse_too_large() -> None:
    config = current_app.config
    if len(request.environ.get("QUERY_STRING", "")) + len(request.path) > config["URL_LENGTH_MAX"]:
        raise RequestURITooLarge
    # nothing here reads a body; one of unknown length is never asked for
    if (request.content_length or 0) > config["MAX_CONTENT_LENGTH"]:
        raise RequestEntityTooLarge


def _spell_out() -> None:
    """Write raw bytes of the query as ``%XX``: some clients send them, and not always UTF-8."""
    if not request.query_string.isascii():
        request.query_string = re.sub(
            rb"[\x80-\xff]", lambda byte: b"%%%02X" % ord(byte[0]), request.query_string
        )


def register(app: Flask) -> None:
    """Check every request of ``app`` before anything else does."""
    app.before_request(_refuse_too_large)
    app.before_request(_spell_out)
