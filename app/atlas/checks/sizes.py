"""Checks of areas and lengths against the plan's own figures."""

from __future__ import annotations

from collections.abc import Iterator

from app.atlas.checks.catalogue import finding
from app.atlas.model import Feature, Finding

SIZE_TOLERANCE = 0.10  # stated against computed size: ±10 % passes


def check_sizes(feature: Feature) -> Iterator[Finding]:
    """S01, S02: off the stated size; S03: the stated size was used to draw it."""
    for code, stated, computed in (
        ("S01", feature.stated_area_km2, feature.computed_area_km2),
        ("S02", feature.stated_length_km, feature.computed_length_km),
    ):
        if stated is None or computed is None:
            continue
        off = computed / stated - 1
        if abs(off) > SIZE_TOLERANCE:
            yield finding(code, feature=feature.entry.id, stated=stated, computed=computed, off=off)
    if feature.georeference.derived_from_stated_size and feature.stated_area_km2 is not None:
        yield finding("S03", feature=feature.entry.id, stated=feature.stated_area_km2)
