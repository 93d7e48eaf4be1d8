"""The web room: thin blueprints over the built atlas, one per resource.

It reads the atlas, never writes it, and keeps no data of its own. Every address refuses parameters
that it does not know; every error is one sentence, as a page for people and as problem JSON for
programs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Flask

from app.web import (
    assets,
    backdrop,
    compare,
    coverage,
    downloads,
    features,
    find,
    findings,
    headers,
    here,
    indicators,
    layers,
    map,
    negotiation,
    overlaps,
    pages,
    passages,
    plans,
    prints,
    problems,
    qgis,
    registered,
    reported,
    styles,
    targets,
    words,
)

if TYPE_CHECKING:
    from app.atlas.store import Atlas


def register(app: Flask, atlas_provider: Callable[[], Atlas]) -> None:
    """Put the whole web room on ``app``.

    Parameters
    ----------
    atlas_provider
        Called at each request; returns the atlas to serve. It may swap the atlas for a newer build
        between requests, never change one.

    Notes
    -----
    Settings read from ``app.config``: ``TIANDITU_KEY``, ``PAGE_LIMIT``, ``PAGE_LIMIT_MAX`` and
    ``QUERY_LENGTH_MAX``.
    """
    app.extensions["atlas"] = atlas_provider
    negotiation.register(app)
    headers.register(app)
    problems.register(app)
    words.register(app)
    rooms = (
        map,
        features,
        layers,
        downloads,
        plans,
        passages,
        find,
        assets,
        backdrop,
        registered,
        findings,
        coverage,
        indicators,
        compare,
        targets,
        reported,
        here,
        overlaps,
        prints,
        styles,
        qgis,
        pages,
    )
    for room in rooms:
        app.register_blueprint(room.blueprint)
