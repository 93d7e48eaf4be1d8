"""GDAL's programs read what the server sends."""

from __future__ import annotations

from collections.abc import Callable

from app.atlas.store import Atlas


def test_gdal_counts_the_features_that_the_atlas_has(
    server: str, atlas: Atlas, run_program: Callable[..., str]
) -> None:
    layer = atlas.layers[0]
    told = run_program("ogrinfo", "-so", "-al", f"{server}/layers/{layer['id']}.geojson")
    assert f"Feature Count: {layer['count']}\n" in told
