"""A large layer in tiles: every feature stands in them, with what filters, names and the panel need."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from typing import Any

import mapbox_vector_tile
import pytest
import shapely
from flask import Flask
from flask.testing import FlaskClient

from app.atlas.store import Atlas
from app.ogc.tilematrix import Tile, limits
from app.ogc.tiles import EXTENT
from app.web.drawing import drawn_feature
from app.web.drawn import data_version
from app.web.layer_tiles import AREAS, DOTS, LINES, POINTS, ZOOMS, layer_tile

LAYERS = (
    "heping-14-zones",
    "heping-14-projects",
    "hedong-14-corridors",
    "binhai-14-projects",
    "heping-13-streets",
)


def tiles(atlas: Atlas, layer: str, zoom: int) -> Iterator[dict[str, Any]]:
    """All tiles of a layer at a zoom, decoded."""
    row = next(row for row in atlas.layers if row["id"] == layer)
    bounds = limits(tuple(row["bbox"]))[zoom]
    for y in range(bounds["minTileRow"], bounds["maxTileRow"] + 1):
        for x in range(bounds["minTileCol"], bounds["maxTileCol"] + 1):
            body = layer_tile(atlas, layer, Tile(zoom, y, x), "zh")
            if body:
                yield mapbox_vector_tile.decode(gzip.decompress(body), default_options={"y_coord_down": True})


def rows(decoded: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, layer in decoded.items():
        for feature in layer["features"]:
            yield name, feature


@pytest.mark.parametrize("layer", LAYERS)
def test_the_closest_tiles_hold_every_feature_on_the_map(atlas: Atlas, layer: str):
    wanted = {
        feature.id: shown
        for feature in atlas
        if feature.layer == layer and (shown := drawn_feature(feature, "zh"))
    }
    found: dict[str, dict[str, Any]] = {}
    labels: list[str] = []
    dots: list[dict[str, Any]] = []
    for decoded in tiles(atlas, layer, 12 if layer == "binhai-14-projects" else 13):
        for name, feature in rows(decoded):
            values = feature["properties"]
            if name == DOTS:
                dots.append(values)
                continue
            found[values["id"]] = values
            if "x" in values:
                assert 0 <= values["x"] < EXTENT
                assert 0 <= values["y"] < EXTENT
                labels.append(values["id"])
    missing = set(wanted) - set(found)
    alike = {
        tuple(str(wanted[name].properties[key]) for key in ("kind", "status", "level")) for name in missing
    }
    shown = {
        tuple(str(values.get(key)) for key in ("kind", "status", "level"))
        for values in (*found.values(), *dots)
    }
    assert alike <= shown, "only what has its like in the same place is left out, or is a dot"
    assert len(missing) <= len(wanted) / 4
    assert set(labels) <= set(wanted)
    for name, values in found.items():
        said = wanted[name].properties
        assert values["due"] == ",".join(map(str, said["due"]))
        for key in ("name", "theme", "certainty", "method", "level", "kind", "size"):
            assert values[key] == said[key], key
        for key in ("status", "district", "system"):
            assert values.get(key) == said[key], key


def test_at_the_largest_zoom_nothing_alike_is_left_out(atlas: Atlas):
    layer = "heping-14-projects"
    found = {
        feature["properties"]["id"]
        for decoded in tiles(atlas, layer, ZOOMS[1])
        for _, feature in rows(decoded)
    }
    assert found == {f.id for f in atlas if f.layer == layer and f.geometry is not None}


def test_each_name_stands_in_one_tile(atlas: Atlas):
    layer = "heping-14-zones"
    named = [
        feature["properties"]["id"]
        for decoded in tiles(atlas, layer, 14)
        for _, feature in rows(decoded)
        if "x" in feature["properties"]
    ]
    assert sorted(named) == sorted({*named})
    assert set(named) == {f.id for f in atlas if f.layer == layer and f.geometry is not None}


def test_shapes_are_told_by_how_they_are_drawn(atlas: Atlas):
    kinds = {AREAS: 3, LINES: 2, POINTS: 1, DOTS: 1}
    seen = set()
    for layer in LAYERS:
        for zoom in (8, 13):
            for decoded in tiles(atlas, layer, zoom):
                assert list(decoded) == [name for name in (AREAS, LINES, DOTS, POINTS) if name in decoded]
                for name, feature in rows(decoded):
                    seen.add(name)
                    shape = shapely.geometry.shape(feature["geometry"])
                    assert shapely.get_dimensions(shape) == kinds[name] - 1
                    for part in shapely.get_parts(shape) if name == AREAS else ():
                        assert part.exterior.is_ccw, "outer rings have a positive area where y points south"
    assert seen == set(kinds)


def test_what_is_too_small_for_a_shape_is_a_dot(atlas: Atlas):
    (far,) = tiles(atlas, "heping-13-streets", 8)
    near = list(tiles(atlas, "heping-13-streets", 13))
    assert "太原道" not in str(far)
    assert "太原道" in str(near)
    for dot in far[DOTS]["features"]:
        assert dot["geometry"]["type"] in ("Point", "MultiPoint")
        assert not {"id", "name", "x", "y", "size"} & set(dot["properties"])
        assert {"theme", "certainty", "method", "level", "kind", "due"} <= set(dot["properties"])


def test_a_tile_comes_from_its_address_in_both_languages(client: FlaskClient, atlas: Atlas):
    address = f"/data/{data_version(atlas)}/map/heping-14-zones/12/3381/1563.mvt"
    chinese, english = client.get(address), client.get(f"{address}?lang=en")
    for response in (chinese, english):
        assert response.mimetype == "application/vnd.mapbox-vector-tile"
        assert "immutable" in response.headers["Cache-Control"]
    for response, spelled in ((chinese, False), (english, True)):
        features = [feature for _, feature in rows(mapbox_vector_tile.decode(response.data))]
        assert features
        assert all(("pinyin" in feature["properties"]) == spelled for feature in features)
    empty = client.get(f"/data/{data_version(atlas)}/map/heping-14-zones/12/0/0.mvt")
    assert (empty.status_code, empty.data) == (204, b"")


@pytest.mark.parametrize(
    ("place", "status"),
    [
        ("none/12/3381/1563", 404),
        ("heping-14-zones/7/0/0", 404),
        ("heping-14-zones/16/0/0", 404),
        ("heping-14-zones/12/4096/0", 404),
        ("heping-14-zones/12/x/0", 404),
        ("heping-14-zones/12/-1/0", 404),
        ("heping-14-zones/12/3381/1563.mvt?kind=road#", 400),
    ],
)
def test_a_tile_that_cannot_be_is_refused_with_a_sentence(client: FlaskClient, place: str, status: int):
    address = place if "?" in place else f"{place}.mvt"
    response = client.get(f"/data/x/map/{address}")
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert response.get_json(force=True)["detail"].endswith("。")


def test_the_page_says_which_layers_are_large(app: Flask, client: FlaskClient, atlas: Atlas):
    assert '"ids": []' in client.get("/").text
    most = app.config["TILED_FEATURES"]
    app.config["TILED_FEATURES"] = 30
    try:
        page = client.get("/").text
    finally:
        app.config["TILED_FEATURES"] = most
    large = [row["id"] for row in atlas.layers if row["located"] > 30]
    assert large
    ids = re.search(r'"ids": \[(.*?)\]', page)
    assert ids is not None
    assert ids[1] == ", ".join(f'"{name}"' for name in large)
    preloaded = [line for line in page.splitlines() if 'rel="preload"' in line and "layers.json" in line]
    assert len(preloaded) == 1
    assert not any(name in preloaded[0] for name in large)
