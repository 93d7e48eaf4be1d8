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
    around,
    assets,
    care,
    compare,
    coverage,
    downloads,
    drawn,
    features,
    find,
    findings,
    headers,
    here,
    indicators,
    languages,
    layers,
    limits,
    map,
    metadata,
    negotiation,
    ogc,
    ogc_tiles,
    operations,
    overlaps,
    overview,
    packages,
    pages,
    passages,
    plans,
    prints,
    problems,
    qgis,
    registered,
    reported,
    requestlog,
    share,
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
    Settings read from ``app.config``: ``TIANDITU_KEY``, ``CONTACT``, ``REFERENCE_DIR``, ``PAGE_LIMIT``,
    ``PAGE_LIMIT_MAX``, ``EXPORT_LIMIT``, ``QUERY_LENGTH_MAX``, ``QUERY_SECONDS_MAX``, ``URL_LENGTH_MAX``
    and ``MAX_CONTENT_LENGTH``.
    """
    app.extensions["atlas"] = atlas_provider
    requestlog.register(app)
    limits.register(app)
    languages.register(app)
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
        drawn,
        registered,
        findings,
        coverage,
        indicators,
        compare,
        targets,
        reported,
        here,
        around,
        overlaps,
        overview,
        prints,
        share,
        styles,
        qgis,
        metadata,
        packages,
        ogc,
        ogc_tiles,
        pages,
        care,
        operations,
    )
    for room in rooms:
        app.register_blueprint(room.blueprint)
