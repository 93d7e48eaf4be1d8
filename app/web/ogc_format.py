"""Answers of the services: data or page as asked for, with the headers that caches and browsers go by.

Programs get data unless they ask for a page (``f=html``, or an ``Accept`` header that prefers it). An
answer's ETag is made from the question, the data version and the code's own age, not from the body: the
same question to the same atlas has the same answer, so a 304 costs no look at the data.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from flask import Response, request
from werkzeug.http import http_date, parse_date

from app.errors import RequestError
from app.language import gettext as _
from app.language import listed
from app.web.access import atlas
from app.web.responses import gzipped, json_bytes

PREFIX: Final = "/ogc"
_PAGE: Final = "text/html"
_CONDITIONS: Final = frozenset(("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"))
_DATA: Final = ("application/json", "application/geo+json", "application/schema+json", "*/*")
_CODE: Final = max(
    file.stat().st_mtime
    for folder in ("web", "ogc", "atlas", "translations")
    for file in Path(__file__).resolve().parents[1].joinpath(folder).rglob("*.p[oy]")
)
"""When the code or its words last changed: a new release must not be answered with "not modified"."""


def page_wanted() -> bool:
    """Whether the current request is for a page: by ``f``, else by its ``Accept`` header."""
    asked = request.args.get("f")
    if asked is not None:
        return asked == "html"
    if request.environ.get("HTTP_ACCEPT", "*/*") in ("*/*", ""):  # most programs
        return False
    best = request.accept_mimetypes.best_match([*_DATA[:-1], _PAGE], _DATA[0])
    # "*/*" alone ranks all alike: then it is data
    return best == _PAGE and request.accept_mimetypes[_PAGE] > request.accept_mimetypes[_DATA[0]]


def check_format(offered: Sequence[str] = ("json", "html")) -> None:
    """Refuse an ``f`` that the address does not offer.

    Raises
    ------
    RequestError
        Naming what is offered.
    """
    asked = request.args.get("f")
    if asked is not None and asked not in offered:
        raise RequestError(
            _("%(given)s 不可用；此地址可用的有：%(known)s。", given=f"f={asked[:20]}", known=listed(offered))
        )


def site() -> str:
    """The address of the atlas as the client sees it, without a slash at the end."""
    return request.url_root.rstrip("/")


def base() -> str:
    """The address of the services as the client sees it."""
    return site() + PREFIX


def answer(
    make: Callable[[], bytes], media_type: str, *, headers: Mapping[str, str] | None = None
) -> Response:
    """Serve data with ETag and Last-Modified; 304 where the client has it, without making it.

    Parameters
    ----------
    make
        Makes the body; called only when it is wanted.
    headers
        Further headers, on a 304 too; ``make`` may add to them.
    """
    modified = _modified()
    tag = _tag(media_type)
    described = [
        ("ETag", f'W/"{tag}"'),  # weak, because the gzipped and the plain body share it
        ("Last-Modified", _date(modified)),
        ("Cache-Control", "no-cache"),
        ("Vary", "Accept, Accept-Encoding"),
    ]
    if _fresh(tag, modified):
        response = Response(status=304, headers=[*described, *(headers or {}).items()])
        del response.headers["Content-Type"]
        return response
    body = make()
    # after the body was made, which may add to the headers
    described += [("Content-Type", media_type), *(headers or {}).items()]
    return gzipped(Response(status=200 if body else 204, headers=described), body)


def document(make: Callable[[], Any], media_type: str) -> Response:
    """Serve a value as JSON."""
    return answer(lambda: json_bytes(make()), media_type)


def _tag(media_type: str) -> str:
    environ = request.environ
    parts = (
        site(),
        environ["PATH_INFO"],
        environ.get("QUERY_STRING", ""),
        atlas().version,
        str(_CODE),
        media_type,
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


@lru_cache(maxsize=4)
def _date(seconds: int) -> str:
    return http_date(seconds)


def _modified() -> int:
    """When the answer last may have changed, seconds: the newer of the atlas and the code."""
    return int(max(atlas().modified, _CODE))


def _fresh(tag: str, modified: int) -> bool:
    """Whether the client's copy is current (RFC 9110, 13.2.2: the tag goes before the date)."""
    if not _CONDITIONS & request.environ.keys():
        return False
    if request.if_none_match:
        return bool(request.if_none_match.contains_weak(tag) or request.if_none_match.star_tag)
    since = parse_date(request.headers.get("If-Modified-Since"))
    return since is not None and datetime.fromtimestamp(modified, UTC) <= since
