"""Where the data come from, read once: the records of the reference extracts and the data's changelog."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from flask import current_app

from app.exports.metadata import Origins, read_changes
from app.places.records import load_records
from app.settings import ROOT

CHANGES = ROOT / "geodata" / "changes.yaml"


def origins() -> Origins:
    """The origins of the atlas being served."""
    return _read(current_app.config["REFERENCE_DIR"])


@lru_cache(maxsize=2)
def _read(reference: Path) -> Origins:
    return Origins(load_records(reference), read_changes(CHANGES))
