"""The real reference extracts, opened once."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.places.reference import Reference

REFERENCE_DIR = Path(__file__).resolve().parents[2] / "geodata" / "reference"


@pytest.fixture(scope="session")
def reference() -> Reference:
    return Reference.open(REFERENCE_DIR)
