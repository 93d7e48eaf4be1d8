"""An atlas with 10,000 more features in one layer, served: the map draws it from tiles."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from app import create_app
from app.atlas.store import Atlas
from tests.bench.synthetic import CENTRE, Mixture, write_mixture
from tests.servers import threaded

LAYER = "heping-14-projects"
COUNT = 10_000
MIDDLE = f"{CENTRE[1]:.5f}/{CENTRE[0]:.5f}"


def dense_atlas(atlas: Atlas, folder: Path) -> Path:
    """Write the atlas file."""
    target = folder / "dense.gpkg"
    write_mixture(Mixture(atlas, COUNT, LAYER), target)
    return target


def served(path: Path, **settings: Any) -> AbstractContextManager[str]:
    """Base URL of a server of that atlas."""
    return threaded(create_app({"TESTING": True, "ATLAS_FILE": path, **settings}))
