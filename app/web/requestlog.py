"""One JSON line for each request, its time allowed, and what ``/metrics`` counts.

The line has time, method, path, status, milliseconds, bytes and the request's id. It never has the query:
what people search for is theirs. A caller's ``X-Request-ID`` is kept when it is plain, so that a proxy's
log and ours can be read together.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, request
from werkzeug.wsgi import ClosingIterator

from app.atlas.budget import time_budget
from app.web.metrics import observe

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOGGER: Final = logging.getLogger("plan_atlas.requests")
QUIET: Final = frozenset(("/healthz", "/readyz", "/metrics"))
"""Asked for every few seconds by machines; they would bury the rest."""

_PLAIN_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_RULE: Final = "plan_atlas.rule"


class RequestLog:
    """The WSGI layer around the application."""

    def __init__(self, application: WSGIApplication, *, seconds: float) -> None:
        self._application = application
        self._seconds = seconds

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer the request, and log it when its last byte is out."""
        started = time.perf_counter()
        given = environ.get("HTTP_X_REQUEST_ID", "")
        request_id = given if _PLAIN_ID.fullmatch(given) else secrets.token_hex(8)
        status = 0
        sent = 0

        def start(line: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            nonlocal status
            status = int(line[:3])
            return start_response(line, [*headers, ("X-Request-ID", request_id)], *rest)

        def counted(body: Iterable[bytes]) -> Iterator[bytes]:
            nonlocal sent
            for part in body:
                sent += len(part)
                yield part

        def finish() -> None:
            seconds = time.perf_counter() - started
            method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
            observe(method, environ.get(_RULE, "none"), status, seconds)
            if path in QUIET or not LOGGER.isEnabledFor(logging.INFO):
                return
            line = {
                "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "method": method,
                "path": path.encode("latin-1").decode("utf-8", "replace"),  # as WSGI has it (PEP 3333)
                "status": status,
                "ms": round(seconds * 1000, 1),
                "bytes": sent,
                "id": request_id,
            }
            LOGGER.info(json.dumps(line, ensure_ascii=False))

        with time_budget(self._seconds):
            body = self._application(environ, start)
        close = getattr(body, "close", None)
        return ClosingIterator(counted(body), [close, finish] if close else [finish])


def _note_rule() -> None:
    if request.url_rule is not None:
        request.environ[_RULE] = request.url_rule.rule


def register(app: Flask) -> None:
    """Put the layer around ``app``; to be called before any other hook is set."""
    app.before_request(_note_rule)
    app.wsgi_app = RequestLog(app.wsgi_app, seconds=app.config["QUERY_SECONDS_MAX"])  # type: ignore[method-assign]
