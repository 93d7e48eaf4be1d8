"""GDAL reads the services: Debian's programs and the library inside pyogrio, two versions years apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import pyogrio
import pytest
import shapely

from app.atlas.query import Query
from app.atlas.store import Atlas
from app.ogc.tilematrix import Tile, limits
from app.places.crs import crs_named, to_crs

BOX = (117.19, 39.1, 117.21, 39.12)
Run = Callable[..., str]


@pytest.fixture(scope="session")
def source(server: str) -> str:
    return f"OAPIF:{server}/ogc"


def read_by_debian(run: Run, source: str, layer: str, target: Path, *options: str) -> list[dict[str, object]]:
    """What Debian's ogr2ogr fetched of a collection, as GeoJSON features."""
    run("ogr2ogr", "-f", "GeoJSON", target, source, layer, "-oo", "PAGE_SIZE=500", *options)
    features: list[dict[str, object]] = json.loads(target.read_text(encoding="utf-8"))["features"]
    return features


def test_both_list_every_collection(source: str, atlas: Atlas, run_program: Run) -> None:
    expected = {row["id"] for row in atlas.layers} | {"features", "passages", "targets", "indicators"}
    assert {str(name) for name, _ in pyogrio.list_layers(source)} == expected
    told = run_program("ogrinfo", "-ro", source)
    assert {line.split(": ")[1].split(" ")[0] for line in told.splitlines() if line[:1].isdigit()} == expected


def test_debian_reads_every_feature_over_pages(
    source: str, atlas: Atlas, run_program: Run, tmp_path: Path
) -> None:
    found = read_by_debian(run_program, source, "features", tmp_path / "all.json")
    assert [row["properties"]["id"] for row in found] == [feature.id for feature in atlas]  # type: ignore[index]
    assert sum(row["geometry"] is not None for row in found) == atlas.query(Query(registered=False)).matched


def test_debian_counts_and_extent_are_ours(source: str, atlas: Atlas, run_program: Run) -> None:
    layer = atlas.layers[0]
    told = run_program("ogrinfo", "-ro", "-so", source, layer["id"])
    assert f"Feature Count: {layer['count']}\n" in told
    assert "Extent: ({:.6f}, {:.6f}) - ({:.6f}, {:.6f})".format(*layer["bbox"]) in told


def test_debian_has_the_server_filter(source: str, atlas: Atlas, run_program: Run, tmp_path: Path) -> None:
    log = tmp_path / "log"
    options = ("-where", "kind = 'zone' AND tolerance_m < 100")
    found = run_program(
        "ogrinfo", "-ro", "-so", source, "features", *options, CPL_DEBUG="ON", CPL_LOG=str(log)
    )
    expected = [
        f
        for f in atlas.query(Query(kind="zone")).items
        if f.properties["tolerance_m"] is not None and f.properties["tolerance_m"] < 100
    ]
    assert expected
    assert f"Feature Count: {len(expected)}\n" in found
    asked = [line for line in log.read_text().splitlines() if "Fetch(" in line and "/items?" in line]
    assert any("kind=zone" in line for line in asked)


def test_debian_asks_by_box(source: str, atlas: Atlas, run_program: Run, tmp_path: Path) -> None:
    found = read_by_debian(run_program, source, "features", tmp_path / "box.json", "-spat", *map(str, BOX))
    expected = [feature.id for feature in atlas.query(Query(bbox=BOX)).items]
    assert [row["properties"]["id"] for row in found] == expected  # type: ignore[index]


def test_pyogrio_reads_every_feature_with_its_values(source: str, atlas: Atlas) -> None:
    table = pyogrio.read_dataframe(source, layer="features")
    assert list(table["id"]) == [feature.id for feature in atlas]
    assert list(table["name"]) == [feature.properties["name"] for feature in atlas]
    for name in ("tolerance_m", "stated_area_km2", "computed_length_km"):
        expected = [feature.properties[name] for feature in atlas]
        assert np.allclose(
            table[name].astype(float), [np.nan if v is None else v for v in expected], equal_nan=True
        )
    for shape, feature in zip(table.geometry, atlas, strict=True):
        assert (shape is None) is (feature.geometry is None)
        assert shape is None or shape.equals_exact(feature.geometry, 1e-9)


def test_pyogrio_asks_by_box_and_filter(source: str, atlas: Atlas) -> None:
    boxed = pyogrio.read_dataframe(source, layer="features", bbox=BOX)
    assert list(boxed["id"]) == [feature.id for feature in atlas.query(Query(bbox=BOX)).items]
    zones = pyogrio.read_dataframe(source, layer="features", where="kind = 'zone'")
    assert list(zones["id"]) == [feature.id for feature in atlas.query(Query(kind="zone")).items]


@pytest.mark.parametrize("code", ["EPSG:4548", "EPSG:4527", "EPSG:3857", "EPSG:4490"])
def test_pyogrio_takes_another_system_from_the_server(source: str, atlas: Atlas, code: str) -> None:
    """GDAL turns the authority's axis order into x first; had we written another, the shapes would be off."""
    layer = next(row for row in atlas.layers if row["located"] > 10)
    table = pyogrio.read_dataframe(source, layer=layer["id"], CRS=code)
    assert table.crs is not None
    assert table.crs.to_epsg() == int(code.removeprefix("EPSG:"))
    crs = crs_named(code)
    for shape, feature in zip(table.geometry, atlas.query(Query(layer=layer["id"])).items, strict=True):
        if feature.geometry is not None:
            expected = shapely.get_coordinates(to_crs(feature.geometry, crs))
            assert np.allclose(shapely.get_coordinates(shape), expected, rtol=0, atol=10.0**-crs.decimals)


@pytest.mark.parametrize("name", ["passages", "targets", "indicators"])
def test_pyogrio_reads_rows_without_a_place(source: str, server: str, name: str) -> None:
    with urlopen(f"{server}/ogc/collections/{name}/items?limit=10000") as answer:
        expected = [row["id"] for row in json.load(answer)["features"]]
    assert list(pyogrio.read_dataframe(source, layer=name)["id"]) == expected


def test_pyogrio_reads_a_tile_in_its_place(server: str, atlas: Atlas, tmp_path: Path) -> None:
    boxes = [f.geometry.bounds for f in atlas if f.geometry is not None]
    west, south, east, north = zip(*boxes, strict=True)
    rows = limits((min(west), min(south), max(east), max(north)))[12]
    column, row = (
        rows["minTileCol"] + 1,
        next(
            number
            for number in range(rows["minTileRow"], rows["maxTileRow"] + 1)
            if atlas.query(Query(bbox=Tile(12, number, rows["minTileCol"] + 1).box(0))).matched > 10
        ),
    )
    file = tmp_path / "12" / str(column) / f"{row}.mvt"
    file.parent.mkdir(parents=True)
    with urlopen(f"{server}/ogc/tiles/WebMercatorQuad/12/{row}/{column}") as answer:
        file.write_bytes(answer.read())
    seen = 0
    place = Tile(12, row, column)
    unit = place.size / 4096
    for name, _ in pyogrio.list_layers(f"MVT:{file}"):
        table = pyogrio.read_dataframe(f"MVT:{file}", layer=name)
        for feature_id, shape in zip(table["id"], table.geometry, strict=True):
            stored = atlas.feature(feature_id)
            assert stored is not None
            assert stored.properties["theme"] == name
            own = to_crs(stored.geometry, crs_named("EPSG:3857"))
            # simplified by up to 8 units, on a grid of one
            assert own.buffer(12 * unit).covers(shape)
            seen += 1
    assert seen > 5
