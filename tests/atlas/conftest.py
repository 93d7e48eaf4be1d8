"""The draft of the real atlas: every feature as the checks and counts see it."""

from __future__ import annotations

import pytest

from app.atlas.build import Draft, draft_atlas
from app.atlas.inputs import Inputs


@pytest.fixture(scope="session")
def draft(inputs: Inputs) -> Draft:
    return draft_atlas(inputs, progress=lambda _label, _done, _total: None)
