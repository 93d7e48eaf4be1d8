"""津图 Plan Atlas: the Flask application.

``create_app`` is the factory that ``flask --app app`` and every test use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from flask import Flask

if TYPE_CHECKING:
    from app.atlas.store import Atlas


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Make the application; ``settings`` override those of the environment.

    The atlas is opened by the first request that needs it, so that ``atlas build`` runs without one.
    """
    # Imported here: this is the parent of every room, and importing one room must not pull in all.
    from app.cli import register_commands
    from app.settings import load_settings
    from app.web import register

    app = Flask(__name__)
    app.config.from_mapping(load_settings())
    app.config.from_mapping(settings or {})
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    register(app, _atlas_provider(app))
    if app.config["PROXIES"]:
        from werkzeug.middleware.proxy_fix import ProxyFix

        count = app.config["PROXIES"]
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
    register_commands(app)
    return app


def _atlas_provider(app: Flask) -> Callable[[], Atlas]:
    config = app.config
    if config["DATABASE"]:
        from app.atlas.stores.postgis import AtlasDatabase

        return AtlasDatabase(
            config["DATABASE"], schema=config["DATABASE_SCHEMA"], seconds=config["QUERY_SECONDS_MAX"]
        )
    from app.atlas.store import AtlasFile

    return AtlasFile(config["ATLAS_FILE"], memory_features=config["MEMORY_FEATURES"])
