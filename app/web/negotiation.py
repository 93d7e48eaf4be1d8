"""One rule for people and programs: what stands at ``/x`` as a page stands at ``/x.json`` as data.

Where an address has such twins (``.json``, ``.geojson``, ``.csv``, ``.txt``), its bare form answers as the
one that is asked for: by the parameter ``f`` (``f=json``), else by the ``Accept`` header; browsers and those
who ask for nothing get the page. The answer is the twin's own, byte for byte; ``Content-Location`` says
which. Addresses get their twins by being there: this module knows no resource.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from flask import Flask, Response, current_app, request
from werkzeug.datastructures import MIMEAccept

from app.errors import RequestError
from app.language import current, listed, speaking
from app.language import gettext as _

PAGE: Final = "text/html"
TYPES: Final[Mapping[str, str]] = {
    "json": "application/json",
    "geojson": "application/geo+json",
    "csv": "text/csv",
    "txt": "text/plain",
}
"""The twins and their media types, the preferred first."""


def register(app: Flask) -> None:
    """Answer bare addresses of ``app`` as they are asked for; to be called before any other hook is set."""
    app.before_request(_answer_as_asked)
    app.after_request(_vary)


def twins(app: Flask) -> Mapping[str, tuple[str, ...]]:
    """The formats that each bare address has, by its rule."""
    found: Mapping[str, tuple[str, ...]] | None = app.extensions.get("twins")
    if found is None:
        rules = {rule.rule for rule in app.url_map.iter_rules()}
        table: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
        for name in TYPES:
            for rule in rules:
                if f"{rule}.{name}" in rules:
                    table[rule] += (name,)
        found = app.extensions["twins"] = dict(table)
    return found


def prefers(accept: MIMEAccept, offered: tuple[str, ...]) -> str | None:
    """Which of the offered formats a client would rather have than the page; None for the page."""
    types = {TYPES[name]: name for name in offered}
    if "geojson" in offered:
        types.setdefault(TYPES["json"], "geojson")  # GeoJSON is JSON too
    return types.get(accept.best_match([PAGE, *types], PAGE) or PAGE)


def _offered() -> tuple[str, ...]:
    rule = request.url_rule
    return () if rule is None else twins(current_app).get(rule.rule, ())


def _written() -> frozenset[str]:
    """Formats that the view itself writes as a file."""
    view = current_app.view_functions.get(request.endpoint or "")
    formats: frozenset[str] = getattr(view, "file_formats", frozenset())
    return formats


def _answer_as_asked() -> Response | None:
    """The twin's answer, or the page without ``f``; None to go on with the request as it is.

    Raises
    ------
    RequestError
        If the address does not have the format.
    """
    offered = _offered()
    if not offered:
        return None
    asked = request.args.getlist("f")
    if not asked:
        name = prefers(request.accept_mimetypes, offered)
        return None if name is None else _twin(name)
    if len(asked) > 1:
        raise RequestError(_("参数 %(name)s 只能给出一次。", name="f"))
    name = asked[0]
    written = _written() - {*offered}
    if name in written:
        return None
    if name not in ("html", "json", *offered) or (name == "json" and not {"json", "geojson"} & set(offered)):
        known = listed(("html", *offered, *sorted(written)))
        raise RequestError(
            _("f=%(format)s 不可用；此地址可用的有：%(known)s。", format=name[:20], known=known)
        )
    if name == "json" and "json" not in offered:
        name = "geojson"
    return _twin(None if name == "html" else name)


def _twin(name: str | None) -> Response:
    """What the address with this ending answers to the same question; None is the page."""
    path = request.path if name is None else f"{request.path}.{name}"
    query = urlencode([(key, value) for key, value in request.args.items(multi=True) if key != "f"])
    environ = {
        **request.environ,
        "PATH_INFO": path.encode().decode("latin-1"),  # as WSGI has it (PEP 3333)
        "QUERY_STRING": query,
        "HTTP_ACCEPT": PAGE if name is None else TYPES[name],
    }
    # views find their request as they would at the twin's own address; what is kept of this one is dropped
    for key in [key for key in environ if key.startswith("werkzeug.")]:
        del environ[key]
    # the twin's end sets the language back, and hooks on this one's answer still tell which it is in
    with speaking(current()), current_app.request_context(environ):
        response = current_app.full_dispatch_request()
    if name is not None:
        response.headers["Content-Location"] = f"{request.script_root}{path}{'?' if query else ''}{query}"
    return response


def _vary(response: Response) -> Response:
    if _offered():
        response.vary.add("Accept")
    return response
