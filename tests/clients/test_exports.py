"""Files that are handed out, in the programs they are meant for: Debian's GDAL and QGIS."""

from __future__ import annotations

import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from app.atlas.query import Query
from app.atlas.store import Atlas
from app.exports.formats import FORMATS, write
from app.exports.selection import select
from app.exports.table import file_name
from app.places.crs import OFFERED, WGS84, OfferedCrs

HERE = Path(__file__).parent
Program = Callable[..., str]


def exported(atlas: Atlas, folder: Path, format_id: str, crs: OfferedCrs = WGS84) -> Path:
    chosen = select(atlas, Query())
    path = folder / file_name(chosen, crs, FORMATS[format_id].extension)
    write(chosen, path, file_format=FORMATS[format_id], crs=crs)
    return path


def counted(text: str) -> dict[str, int]:
    layers = re.findall(r"^Layer name: (.+)$", text, re.MULTILINE)
    counts = re.findall(r"^Feature Count: (\d+)$", text, re.MULTILINE)
    return dict(zip(layers, map(int, counts), strict=True))


def test_gdal_counts_every_layer_of_the_geopackage(
    atlas: Atlas, run_program: Program, tmp_path: Path
) -> None:
    path = exported(atlas, tmp_path, "gpkg")
    found = counted(run_program("ogrinfo", "-ro", "-so", "-al", path))
    expected = {row["id"]: row["count"] for row in atlas.layers}
    assert {name: found[name] for name in expected} == expected
    assert set(found) - set(expected) == {
        "passages", "targets", "feature_passages", "feature_targets", "layer_styles",
    }  # fmt: skip


@pytest.mark.parametrize("format_id", ["geojson", "fgb", "csv", "kml", "kmz"])
def test_gdal_counts_what_the_atlas_has(
    atlas: Atlas, run_program: Program, tmp_path: Path, format_id: str
) -> None:
    path = exported(atlas, tmp_path, format_id)
    found = counted(run_program("ogrinfo", "-ro", "-so", "-al", path))
    assert sum(found.values()) == len(atlas)


def test_gdal_reads_the_shapefiles_in_their_zip(atlas: Atlas, run_program: Program, tmp_path: Path) -> None:
    path = exported(atlas, tmp_path, "shp", OFFERED["EPSG:4548"])
    with zipfile.ZipFile(path) as archive:
        tables = [name for name in archive.namelist() if name.endswith((".shp", "_none.dbf"))]
    texts = [run_program("ogrinfo", "-ro", "-so", "-al", f"/vsizip/{path}/{name}") for name in tables]
    assert sum(sum(counted(text).values()) for text in texts) == len(atlas)
    for name, text in zip(tables, texts, strict=True):
        if name.endswith(".shp"):
            assert "CGCS2000 / 3-degree Gauss-Kruger CM 117E" in text.replace("_", " ")


def test_gdal_reads_the_old_geojson_in_its_system(atlas: Atlas, run_program: Program, tmp_path: Path) -> None:
    told = run_program(
        "ogrinfo", "-ro", "-so", "-al", exported(atlas, tmp_path, "geojson", OFFERED["EPSG:4548"])
    )
    assert 'ID["EPSG",4548]' in told
    west = float(re.findall(r"Extent: \((\d+\.\d+)", told)[0])
    assert 480_000 < west < 560_000  # an easting without zone prefix
    shifted = run_program(
        "ogrinfo", "-ro", "-so", "-al", exported(atlas, tmp_path, "geojson", OFFERED["GCJ-02"])
    )
    assert 'GEOGCRS["GCJ-02 (not for surveying)"' in shifted


def test_qgis_draws_the_geopackage_with_our_styles_and_misses_nothing(
    atlas: Atlas, run_qgis: Program, tmp_path: Path
) -> None:
    package = exported(atlas, tmp_path, "gpkg")
    others = [exported(atlas, tmp_path, "fgb", crs) for crs in (WGS84, OFFERED["EPSG:4548"])]
    told = json.loads(run_qgis(HERE / "open_exports.py", package, *others))
    placed: Counter[str] = Counter(f.layer for f in atlas.stream(Query(registered=False)))
    for layer, count in placed.items():
        parts = told["package"][layer].values()
        assert sum(part["count"] for part in parts) == count
        assert len({feature for part in parts for feature in part["ids"]}) == count
        for part in parts:
            assert part["valid"]
            assert part["crs"] == "EPSG:4326"
            assert part["renderer"] == "RuleRenderer"
    for layer, code in zip(others, ("EPSG:4326", "EPSG:4548"), strict=True):
        found = told["others"][str(layer)]
        assert found["valid"]
        assert (found["count"], found["crs"]) == (len(atlas), code)
