"""The properties of a feature as columns of a table; the GeoPackage and PostGIS have the same ones."""

from __future__ import annotations

import json
from typing import Any, Final

TEXTS: Final = (
    "id", "name", "kind", "theme", "layer", "plan", "district", "system", "parent", "level", "status",
    "method", "certainty", "note", "reason",
)  # fmt: skip
NUMBERS: Final = (
    "tolerance_m", "stated_area_km2", "computed_area_km2", "stated_length_km", "computed_length_km",
)  # fmt: skip
LISTS: Final = ("aliases", "evidence", "passages", "targets", "findings")
SCALARS: Final = frozenset((*TEXTS, *NUMBERS))
"""What can be sorted by."""


def cells(values: dict[str, Any]) -> list[Any]:
    """Texts, numbers and lists (as JSON text) of a feature, in the order of the columns."""
    scalars = [values[name] for name in (*TEXTS, *NUMBERS)]
    return scalars + [json.dumps(values[name], ensure_ascii=False) for name in LISTS]
