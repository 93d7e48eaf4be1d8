"""The properties of a feature as columns of a table; the GeoPackage and PostGIS have the same ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from app.atlas.search import fold

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


def cells(values: Mapping[str, Any]) -> list[Any]:
    """Texts, numbers and lists (as JSON text) of a feature, in the order of the columns."""
    scalars = [values[name] for name in (*TEXTS, *NUMBERS)]
    return scalars + [json.dumps(values[name], ensure_ascii=False) for name in LISTS]


def folded_names(values: Mapping[str, Any]) -> str:
    """Name and aliases of a feature as a search for a part of them reads them."""
    return "\n".join(fold(name) for name in (values["name"], *values["aliases"]))
