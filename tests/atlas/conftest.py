"""The draft of the real atlas, every feature as the checks and counts see it; and its basemap, drawn anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.atlas.backdrop_cache import kept_backdrop
from app.atlas.build import Draft, draft_atlas
from app.atlas.inputs import Inputs


@pytest.fixture(scope="session")
def draft(inputs: Inputs) -> Draft:
    return draft_atlas(inputs, progress=lambda _label, _done, _total: None)


@pytest.fixture(scope="session")
def drawn(draft: Draft, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that keeps the basemap as this run draws it, once: it takes half of a build."""
    folder = tmp_path_factory.mktemp("drawn") / "new"
    kept_backdrop(draft.reference, draft.lines, folder)
    return folder
