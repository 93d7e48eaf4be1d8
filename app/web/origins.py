"""Where the data come from and where they stand: reference extracts, changelog, address and contact."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from flask import current_app, url_for

from app.exports.metadata import Origins, read_origins
from app.exports.site import Site


def origins() -> Origins:
    """The origins of the atlas being served."""
    return _read(current_app.config["REFERENCE_DIR"])


@lru_cache(maxsize=2)
def _read(reference: Path) -> Origins:
    return read_origins(reference)


def site() -> Site:
    """The server of the current request, as metadata, projects and packages name it."""
    home = url_for("map.index", lang=None, _external=True).rstrip("/")
    return Site(home, str(current_app.config["CONTACT"] or home))
