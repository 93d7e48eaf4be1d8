"""Every format holds every feature of the map, and a reader that is not ours finds it there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyproj
import pytest
import shapely

from app.atlas.features import StoredFeature
from app.atlas.query import Query
from app.atlas.store import Atlas
from app.errors import ExportError, GeometryError, NotFoundError, RequestError
from app.exports.formats import FORMATS, format_named, write
from app.exports.selection import Selection, select
from app.exports.table import COLUMNS
from app.places.crs import OFFERED, crs_named
from app.places.datum import to_gcj02
from tests.exports.conftest import NASTY_NAMES, Writer, feature, selection_of
from tests.exports.readers import READERS, read

WITH_OTHER_SYSTEMS = [item.id for item in FORMATS.values() if not item.wgs84_only]
TILE_STEP = 360 / 2**11 / 8192  # degrees of longitude of one step of the grid


def test_every_format_has_a_reader_here() -> None:
    assert set(READERS) == set(FORMATS)


def test_every_property_has_a_column(atlas: Atlas) -> None:
    names = {column.name for column in COLUMNS}
    for item in atlas:
        assert set(item.properties) == names


@pytest.mark.parametrize("format_id", FORMATS)
def test_everything_on_the_map_is_in_the_file(
    files: dict[str, Path], everything: Selection, format_id: str
) -> None:
    rows = read(format_id, files[format_id])
    expected = {item.id: item for item in everything.features()}
    assert rows.keys() == expected.keys()
    assert len(rows) == everything.count
    for feature_id, item in expected.items():
        row = rows[feature_id]
        assert row.values["name"] == item.properties["name"]
        assert (row.geometry is None) == (item.geometry is None)
        if item.geometry is None:
            continue
        assert row.values["certainty"] == item.properties["certainty"]
        assert row.values["method"] == item.properties["method"]
        tolerance = row.values.get("tolerance_m", row.values.get("tol_m"))
        assert float(tolerance) == item.properties["tolerance_m"]
        assert row.values["evidence"], feature_id


@pytest.mark.parametrize("format_id", sorted(set(FORMATS) - {"pmtiles"}))
def test_geometries_are_those_of_the_map(
    files: dict[str, Path], everything: Selection, format_id: str
) -> None:
    rows = read(format_id, files[format_id])
    for item in everything.features():
        if item.geometry is not None:
            geometry = rows[item.id].geometry
            assert geometry is not None
            assert shapely.equals_exact(geometry.normalize(), item.geometry.normalize(), tolerance=1e-9), (
                item.id
            )


def test_tiles_draw_what_the_map_draws(files: dict[str, Path], everything: Selection) -> None:
    rows = read("pmtiles", files["pmtiles"])
    for item in everything.features():
        if item.geometry is not None:
            geometry = rows[item.id].geometry
            assert geometry is not None
            # tiles overlap by a border, so parts reach over; what matters is that nothing is moved or missing
            assert geometry.distance(item.geometry) < 2 * TILE_STEP, item.id
            assert (
                shapely.box(*geometry.bounds).buffer(4 * TILE_STEP).covers(shapely.box(*item.geometry.bounds))
            )


@pytest.mark.parametrize("format_id", sorted(set(FORMATS) - {"pmtiles"}))
def test_every_layer_by_itself(atlas: Atlas, written: Writer, format_id: str) -> None:
    for layer in atlas.layers:
        path = written(select(atlas, Query(layer=layer["id"])), format_id)
        ids = set(read(format_id, path))
        assert ids == {item.id for item in atlas.stream(Query(layer=layer["id"]))}
        assert len(ids) == layer["count"]
        path.unlink()


def test_a_layer_of_tiles_and_one_without_any(atlas: Atlas, written: Writer) -> None:
    path = written(select(atlas, Query(layer="heping-13-zones")), "pmtiles")
    assert set(read("pmtiles", path)) == {item.id for item in atlas.stream(Query(layer="heping-13-zones"))}
    nowhere = selection_of([feature("nowhere", None)])
    with pytest.raises(RequestError, match="没有图形"):
        written(nowhere, "pmtiles")


@pytest.mark.parametrize("format_id", FORMATS)
def test_any_selection_is_the_same_everywhere(atlas: Atlas, written: Writer, format_id: str) -> None:
    query = Query(bbox=(117.18, 39.10, 117.22, 39.13), plan="heping-13", kind="zone", registered=False)
    expected = {item.id for item in atlas.query(query).items}
    assert expected
    assert set(read(format_id, written(select(atlas, query), format_id))) == expected


@pytest.mark.parametrize("format_id", sorted(set(FORMATS) - {"pmtiles"}))
def test_an_empty_selection_is_a_file_that_opens(written: Writer, format_id: str) -> None:
    assert read(format_id, written(selection_of([]), format_id)) == {}


@pytest.mark.parametrize("format_id", FORMATS)
def test_names_that_attack_come_back_as_they_are(written: Writer, nasty: Selection, format_id: str) -> None:
    rows = read(format_id, written(nasty, format_id))
    assert len(rows) == nasty.count
    for feature_id, name in NASTY_NAMES.items():
        found = rows[feature_id].values["name"]
        if format_id in ("kml", "kmz"):  # XML has no bell, and one kind of line end
            assert found == name.replace("\x07", "").replace("\r\n", "\n").replace("\r", "\n")
        elif format_id == "shp":
            assert name.startswith(found.rstrip()) and found
            assert len(found.encode()) > 250 or found == name
        else:
            assert found == name


@pytest.mark.parametrize("format_id", FORMATS)
def test_mixed_geometries_keep_their_types(written: Writer, nasty: Selection, format_id: str) -> None:
    rows = read(format_id, written(nasty, format_id))
    for item in nasty.features():
        if item.id.startswith("mixed") and item.geometry is not None and format_id != "pmtiles":
            geometry = rows[item.id].geometry
            assert geometry is not None
            assert shapely.equals_exact(geometry.normalize(), item.geometry.normalize(), tolerance=1e-9)
    assert rows["mixed-none"].geometry is None


@pytest.mark.parametrize("format_id", FORMATS)
def test_the_same_selection_gives_the_same_bytes(written: Writer, nasty: Selection, format_id: str) -> None:
    first = written(nasty, format_id).read_bytes()
    assert written(nasty, format_id).read_bytes() == first


@pytest.mark.parametrize("format_id", WITH_OTHER_SYSTEMS)
@pytest.mark.parametrize("code", ["EPSG:4548", "EPSG:4527", "EPSG:4490", "EPSG:3857"])
def test_coordinates_are_in_the_system_that_was_asked_for(
    written: Writer, nasty: Selection, format_id: str, code: str
) -> None:
    path = written(nasty, format_id, OFFERED[code])
    assert code.replace(":", "") in path.name
    move = pyproj.Transformer.from_crs("EPSG:4326", code, always_xy=True).transform
    rows = read(format_id, path)
    for item in nasty.features():
        if item.geometry is None:
            continue
        geometry = rows[item.id].geometry
        assert geometry is not None
        expected = shapely.transform(item.geometry, move, interleaved=False)
        assert shapely.equals_exact(geometry.normalize(), expected.normalize(), tolerance=0.001)
        assert rows[item.id].values.get("crs", code) == code


@pytest.mark.parametrize("format_id", WITH_OTHER_SYSTEMS)
def test_gcj02_is_marked_in_name_field_and_metadata(
    written: Writer, nasty: Selection, format_id: str
) -> None:
    path = written(nasty, format_id, OFFERED["GCJ-02"])
    assert "GCJ-02-not-for-surveying" in path.name
    rows = read(format_id, path)
    assert all("不可用于测量" in row.values["crs"] for row in rows.values())
    point = rows["nasty-formula"].geometry
    assert point is not None
    expected = to_gcj02(shapely.get_coordinates(shapely.Point(117.2, 39.1)))
    assert shapely.get_coordinates(point) == pytest.approx(expected, abs=1e-8)
    assert rows["mixed-none"].geometry is None


def test_gcj02_under_a_name_that_does_not_say_so_is_refused(nasty: Selection, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="文件名须写明"):
        write(nasty, tmp_path / "plain.csv", file_format=FORMATS["csv"], crs=OFFERED["GCJ-02"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format_id", sorted(set(FORMATS) - set(WITH_OTHER_SYSTEMS)))
def test_formats_with_a_system_of_their_own_refuse_others(
    nasty: Selection, tmp_path: Path, format_id: str
) -> None:
    file_format = FORMATS[format_id]
    with pytest.raises(RequestError, match="坐标系由格式规定"):
        write(nasty, tmp_path / "x", file_format=file_format, crs=crs_named("4548"))
    assert list(tmp_path.iterdir()) == []


def test_geojson_follows_the_rfc_or_says_what_it_follows(written: Writer, nasty: Selection) -> None:
    plain = json.loads(written(nasty, "geojson").read_bytes())
    assert "crs" not in plain
    assert plain["licence"] == "ODbL-1.0" and plain["dataVersion"] == "v1" and plain["attribution"]
    moved = json.loads(written(nasty, "geojson", OFFERED["EPSG:4548"]).read_bytes())
    assert moved["crs"] == {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4548"}}
    shifted = json.loads(written(nasty, "geojson", OFFERED["GCJ-02"]).read_bytes())
    assert "not for surveying" in shifted["crs"]["properties"]["name"]
    assert "不可用于测量" in shifted["warning"]


@pytest.mark.parametrize("format_id", FORMATS)
def test_what_fails_half_way_leaves_nothing(
    nasty: Selection, tmp_path: Path, format_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))

    def breaking() -> Iterator[StoredFeature]:
        yield from list(nasty.features())[:3]
        raise GeometryError("这里坏了")

    target = tmp_path / f"x.{FORMATS[format_id].extension}"
    target.write_bytes(b"what stood there")
    with pytest.raises((GeometryError, ExportError)):
        write(replace(nasty, features=breaking), target, file_format=FORMATS[format_id])
    assert target.read_bytes() == b"what stood there"
    assert sorted(tmp_path.iterdir()) == [temporary, target]
    assert list(temporary.iterdir()) == []


def test_a_file_that_lacks_features_is_not_kept(nasty: Selection, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="只写了"):
        write(replace(nasty, count=99), tmp_path / "x.csv", file_format=FORMATS["csv"])
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_a_sentence(nasty: Selection, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="无法写入"):
        write(nasty, tmp_path / "none" / "x.csv", file_format=FORMATS["csv"])


def test_unknown_names_are_told_what_there_is(atlas: Atlas) -> None:
    with pytest.raises(RequestError, match="gpkg"):
        format_named("dxf")
    for query, known in (
        (Query(layer="zones"), "heping-13-zones"),
        (Query(plan="heping"), "heping-13"),
        (Query(kind="zones"), "corridor"),
    ):
        with pytest.raises(NotFoundError, match=known):
            select(atlas, query)


def test_progress_is_told_to_the_end(nasty: Selection, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    write(
        nasty,
        tmp_path / "x.fgb",
        file_format=FORMATS["fgb"],
        progress=lambda step, done, total: told.append((step, done, total)),
    )
    assert told[-1] == ("FlatGeobuf", nasty.count, nasty.count)
