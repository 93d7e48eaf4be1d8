"""Files of Folium and Leaflet, and our own scripts and styles, under addresses that keep their meaning."""

from __future__ import annotations

import hashlib
import posixpath
import re
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, request

from app.errors import NotFoundError
from app.language import gettext as _
from app.maps.assets import Asset, read_asset
from app.web.parameters import known_only
from app.web.responses import YEAR, data_response

blueprint = Blueprint("assets", __name__)
STATIC = Path(__file__).resolve().parents[1] / "static"
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}

cached_asset = lru_cache(maxsize=128)(read_asset)


@lru_cache(maxsize=1)
def own_files() -> tuple[str, dict[str, bytes]]:
    """Version (a hash over all) and content of the files below ``app/static``."""
    files = {
        path.relative_to(STATIC).as_posix(): path.read_bytes()
        for path in sorted(STATIC.rglob("*"))
        if path.is_file() and path.suffix in TYPES
    }
    digest = hashlib.sha256()
    for name, body in files.items():
        digest.update(name.encode() + b"\0" + body + b"\0")
    return digest.hexdigest()[:12], files


@lru_cache(maxsize=16)
def modules(name: str) -> tuple[str, ...]:
    """One of our scripts and all that it imports, and they in turn: a page names them at once.

    Otherwise a browser learns of each only when it has read the one before, a round trip later.
    """
    files = own_files()[1]
    found, open_ends = [name], [name]
    while open_ends:
        here = open_ends.pop()
        for near in re.findall(r'\bfrom "(\.[^"]+)"', files[here].decode()):
            there = posixpath.normpath(posixpath.join(posixpath.dirname(here), near))
            if there not in found:
                found.append(there)
                open_ends.append(there)
    return tuple(found)


@blueprint.get("/assets/<path:name>")
def asset(name: str) -> Response:
    """A file of an installed package."""
    known_only()
    found: Asset = cached_asset(name)
    return data_response(found.body, found.media_type, max_age=YEAR)


@blueprint.get("/own/<version>/<path:name>")
def own(version: str, name: str) -> Response:
    """One of our files. The version stands in the path, so that modules import each other within it."""
    known_only()
    current, files = own_files()
    body = files.get(name)
    if body is None:
        raise NotFoundError(_("没有名为 %(name)s 的页面资源。", name=name[:80]))
    # an old page may still ask under the version it knew; it gets today's file, but may not keep it
    max_age = YEAR if version == current else 0
    return data_response(body, TYPES[Path(name).suffix], max_age=max_age)


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """The seal, for browsers that ask for it unbidden."""
    return data_response(own_files()[1]["seal.svg"], TYPES[".svg"], max_age=24 * 3600)


@blueprint.app_context_processor
def _own_url() -> dict[str, object]:
    prefix = f"{request.script_root}/own/{own_files()[0]}/"
    return {
        "own_url": lambda name: prefix + name,
        "own_modules": lambda name: [prefix + module for module in modules(name)],
    }
