"""Passing a map on: its address as a QR code."""

from __future__ import annotations

import io
from typing import Final

from flask import Blueprint, Response, request

from app.errors import RequestError
from app.language import gettext as _
from app.web.parameters import known_only
from app.web.responses import data_response

blueprint = Blueprint("share", __name__)
LONGEST_PATH: Final = 1_200  # a denser code is not read off a screen


@blueprint.get("/qr.svg")
def code() -> Response:
    """The QR code of one of our own addresses; ``path`` begins with a slash and may have query and hash.

    Raises
    ------
    RequestError
        The path is missing, too long, or leads to another host: we make no codes for others.
    """
    import segno

    known_only(("path",))
    path = request.args.get("path", "")
    if not path.startswith("/") or path.startswith("//") or not path.isprintable():
        raise RequestError(_("path 应为本站以“/”开头的地址。"))
    if len(path) > LONGEST_PATH:
        raise RequestError(_("path 过长，最多 %(most)s 个字符。", most=LONGEST_PATH))
    body = io.BytesIO()
    address = request.url_root.rstrip("/") + path
    try:
        drawn = segno.make(address, error="m", micro=False)
    except segno.DataOverflowError:  # a Chinese character takes three bytes
        raise RequestError(_("path 过长，二维码放不下；请减少条件。")) from None
    drawn.save(body, kind="svg", scale=6, border=2, xmldecl=False)
    return data_response(body.getvalue(), "image/svg+xml")
