"""Tiles: valid, in place, light, and bounded in memory."""

from __future__ import annotations

import mapbox_vector_tile
import numpy as np
import pytest
import shapely

from app.ogc.catalogue import Catalogue
from app.ogc.tilematrix import ZOOM_MAX, Tile, definition, limits, mercator, tile
from app.ogc.tiles import EXTENT, MARGIN, PROPERTIES, TileCache, drawn, make_tile
from app.places.crs import crs_named, to_crs

EDGE = 20037508.342789244


def at(zoom: int, lon: float, lat: float) -> Tile:
    """The tile that holds a position."""
    x, y = mercator(np.array([[lon, lat]]))[0]
    return Tile(zoom, int((EDGE - y) / (2 * EDGE) * 2**zoom), int((x + EDGE) / (2 * EDGE) * 2**zoom))


HEPING = at(13, 117.2, 39.12)


def test_the_projection_is_that_of_proj() -> None:
    points = np.array([[117.2, 39.1], [-180.0, 0.0], [12.5, -60.0]])
    assert mercator(points) == pytest.approx(to_crs(points, crs_named("EPSG:3857")), abs=1e-6)


def test_boxes_of_neighbouring_tiles_meet() -> None:
    west, south, east, north = HEPING.box(0)
    assert west < 117.2 < east
    assert south < 39.12 < north
    assert Tile(13, HEPING.row, HEPING.column + 1).box(0)[0] == pytest.approx(east, abs=1e-12)
    assert Tile(13, HEPING.row + 1, HEPING.column).box(0)[3] == pytest.approx(south, abs=1e-12)


def test_a_tile_holds_the_features_that_lie_in_it(known: Catalogue) -> None:
    whole = known.collection("features")
    decoded = mapbox_vector_tile.decode(make_tile(known, whole, HEPING))
    area = shapely.box(*HEPING.box(MARGIN))
    there = {f.id: f for f in known.atlas if f.geometry is not None and f.geometry.intersects(area)}
    found = {row["properties"]["id"] for layer in decoded.values() for row in layer["features"]}
    assert found <= set(there)
    assert len(found) > 0.9 * len(there)
    for theme, layer in decoded.items():
        assert layer["extent"] == EXTENT
        for row in layer["features"]:
            values = there[row["properties"]["id"]].properties
            assert row["properties"] == {name: values[name] for name in PROPERTIES}
            assert values["theme"] == theme


def test_a_point_stands_where_it_is(known: Catalogue) -> None:
    feature = next(f for f in known.atlas if f.geometry is not None and f.geometry.geom_type == "Point")
    assert feature.geometry is not None
    lon, lat = feature.geometry.coords[0]
    x, y = mercator(np.array([[lon, lat]]))[0]
    place = at(16, lon, lat)
    decoded = mapbox_vector_tile.decode(
        make_tile(known, known.collection(feature.layer), place), default_options={"y_coord_down": True}
    )
    rows = decoded[feature.properties["theme"]]["features"]
    column, down = next(r for r in rows if r["properties"]["id"] == feature.id)["geometry"]["coordinates"]
    corner, unit = place.corner, place.size / EXTENT
    assert (corner[0] + column * unit, corner[1] - down * unit) == pytest.approx((x, y), abs=unit)


@pytest.mark.parametrize("zoom", [5, 8, 10, 12, 14, 16])
def test_every_area_that_is_drawn_is_valid_and_within_the_margin(known: Catalogue, zoom: int) -> None:
    whole = known.collection("features")
    rows = limits(whole.bbox)[zoom]
    middle = ((rows["minTileRow"] + rows["maxTileRow"]) // 2, (rows["minTileCol"] + rows["maxTileCol"]) // 2)
    for place in (Tile(zoom, *middle), Tile(zoom, rows["minTileRow"], rows["minTileCol"])):
        items = [f for f in known.atlas if f.geometry is not None]
        shapes = [shape for shape in drawn([item.geometry for item in items], place) if shape is not None]
        pad = MARGIN * EXTENT
        frame = shapely.box(-pad, -pad, EXTENT + pad, EXTENT + pad).buffer(1)
        assert all(shapely.is_valid(shape) and frame.contains(shape) for shape in shapes)


def test_a_small_scale_has_fewer_and_simpler_shapes(known: Catalogue) -> None:
    items = [f for f in known.atlas if f.geometry is not None]
    world = [
        shape for shape in drawn([item.geometry for item in items], at(6, 117.2, 39.12)) if shape is not None
    ]
    assert 0 < len(world) < len(items)
    stored = shapely.get_num_coordinates([f.geometry for f in items]).sum()
    assert shapely.get_num_coordinates(world).sum() < stored / 4


def test_an_empty_place_has_an_empty_tile(known: Catalogue) -> None:
    assert make_tile(known, known.collection("features"), Tile(10, 0, 0)) == b""


def test_the_cache_keeps_the_last_tiles_within_its_bytes(known: Catalogue) -> None:
    cache, whole = TileCache(40_000), known.collection("features")
    first = cache.tile(known, whole, HEPING)
    assert cache.tile(known, whole, HEPING) is first
    for column in range(HEPING.column - 100, HEPING.column + 100):
        cache.tile(known, whole, Tile(13, HEPING.row, column))
    assert 0 < cache.held <= 40_000
    assert len(cache) < 200
    assert cache.tile(known, whole, HEPING) == first


def test_a_tile_larger_than_the_cache_is_served_all_the_same(known: Catalogue) -> None:
    cache = TileCache(10)
    assert cache.tile(known, known.collection("features"), HEPING)
    assert cache.held == 0


def test_the_matrix_set_is_the_registered_one() -> None:
    matrices = definition()["tileMatrices"]
    assert len(matrices) == ZOOM_MAX + 1
    # 17-083r4, table D.1
    assert matrices[0]["scaleDenominator"] == pytest.approx(559082264.028717)
    assert matrices[18]["cellSize"] == pytest.approx(0.597164283559817)
    assert matrices[3]["matrixWidth"] == 8
    assert matrices[0]["pointOfOrigin"] == pytest.approx([-20037508.3427892, 20037508.3427892])


def test_limits_hold_every_tile_that_has_something(known: Catalogue) -> None:
    whole = known.collection("features")
    rows = limits(whole.bbox)[11]
    assert rows["maxTileRow"] - rows["minTileRow"] < 12
    outside = tile("11", str(rows["minTileRow"] - 2), str(rows["minTileCol"]))
    assert make_tile(known, whole, outside) == b""
    everything = limits(None)[2]
    assert (everything["minTileCol"], everything["maxTileCol"]) == (0, 3)
