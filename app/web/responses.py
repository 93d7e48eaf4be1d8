"""Responses that caches understand: strong media types, ETag and 304, gzip, CORS for reading."""

from __future__ import annotations

import gzip
import hashlib
import json
from functools import lru_cache
from typing import Any, Final

from flask import Response, request

GEOJSON: Final = "application/geo+json"
YEAR: Final = 365 * 24 * 3600  # seconds; "for ever", for what stands under a version of its own
GZIP_FROM: Final = 1024  # below one packet or so compressing gains nothing
KEEP_UP_TO: Final = 512 * 1024  # larger bodies are rare questions; keeping them would fill the memory

_GZIPPED: Final = "application/gzip"
_PACKED: Final = ("image/png", "application/zip", "application/x-qgis-project", "font/", _GZIPPED)
"""Media types, or how they begin, that are compressed already: again they only cost time."""


@lru_cache(maxsize=64)
def _kept(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=6, mtime=0)


def _compressed(body: bytes) -> bytes:
    """The body gzipped, reproducibly; a layer is asked for again and again, so its bytes are kept."""
    if len(body) <= KEEP_UP_TO:
        return _kept(body)
    return gzip.compress(body, compresslevel=6, mtime=0)


def data_response(body: bytes, media_type: str, *, max_age: int = 0, shared: bool = True) -> Response:
    """Serve bytes with ETag and 304, gzip where the client takes it.

    Parameters
    ----------
    max_age
        Seconds a cache may use it without asking; 0 means "ask each time" (cheap: 304).
    shared
        Allow any origin to read it.
    """
    response = Response(content_type=media_type)
    # weak, because the gzipped and the plain body share it
    response.set_etag(hashlib.sha256(body).hexdigest()[:24], weak=True)
    response.headers["Cache-Control"] = f"public, max-age={max_age}, immutable" if max_age else "no-cache"
    response.headers["Vary"] = "Accept-Encoding"
    if shared:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "ETag, Link"
    gzipped(response, body)
    response.make_conditional(request)  # in place: 304 where the client has these bytes
    return response


def gzipped(response: Response, body: bytes) -> Response:
    """The response with this body, gzipped where that gains something and the client takes it."""
    packed = (response.content_type or "").startswith(_PACKED)
    if not packed and len(body) >= GZIP_FROM and request.accept_encodings.quality("gzip") > 0:
        response.headers["Content-Encoding"] = "gzip"
        body = _compressed(body)
    response.set_data(body)
    return response


def packed_response(packed: bytes, media_type: str, *, max_age: int) -> Response:
    """As :func:`data_response` for a body that is kept gzipped; 204 where there is none.

    A client that does not take gzip gets it unpacked.
    """
    response = data_response(packed, _GZIPPED, max_age=max_age)
    response.content_type = media_type
    if not packed:
        response.status_code = 204
    elif request.accept_encodings.quality("gzip") > 0:
        response.headers["Content-Encoding"] = "gzip"
    elif response.status_code == 200:
        response.set_data(gzip.decompress(packed))
    return response


def json_bytes(value: Any) -> bytes:
    """Compact UTF-8 JSON; NaN and infinities are errors, not bad JSON."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def json_response(value: Any) -> Response:
    """Serve a value as JSON."""
    return data_response(json_bytes(value), "application/json")


def page_response(html: str, status: int = 200) -> Response:
    """Serve a page: never stored, because its content policy carries a fresh nonce."""
    body = html.encode()
    response = Response(status=status, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Encoding, Cookie"  # of the large-type version
    if len(body) >= GZIP_FROM and request.accept_encodings.quality("gzip") > 0:
        response.headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, compresslevel=6, mtime=0)
    response.set_data(body)
    return response
