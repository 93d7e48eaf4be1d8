"""An atlas with 10,000 more features in one layer, served: the map draws it from tiles."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server

from app import create_app
from app.atlas.store import Atlas
from tests.bench.synthetic import CENTRE, Mixture, write_mixture

LAYER = "heping-14-projects"
COUNT = 10_000
MIDDLE = f"{CENTRE[1]:.5f}/{CENTRE[0]:.5f}"


def dense_atlas(atlas: Atlas, folder: Path) -> Path:
    """Write the atlas file."""
    target = folder / "dense.gpkg"
    write_mixture(Mixture(atlas, COUNT, LAYER), target)
    return target


@contextmanager
def served(path: Path, **settings: Any) -> Iterator[str]:
    """Base URL of a threaded server on a free port of this machine."""
    app = create_app({"TESTING": True, "ATLAS_FILE": path, **settings})
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
