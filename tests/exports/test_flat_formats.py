"""What each flat format promises beside its rows: metadata, field names, indexes, safety in spreadsheets."""

from __future__ import annotations

import csv
import io
import json
import struct
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import fiona
import geopandas
import pyarrow.parquet
import pyproj
import pytest
import shapefile
import shapely

from app.atlas.query import Query
from app.atlas.store import Atlas
from app.exports.selection import Selection, select
from app.exports.shapefile import FIELD_BYTES, cut
from app.places.crs import OFFERED
from tests.exports.conftest import LONG, NASTY_NAMES, Writer, feature, selection_of
from tests.exports.readers import KML, read


def geo(path: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(pyarrow.parquet.read_metadata(path).metadata[b"geo"])
    return found


def test_geoparquet_metadata_follows_the_standard(files: dict[str, Path], everything: Selection) -> None:
    metadata = geo(files["parquet"])
    assert metadata["version"] == "1.1.0"
    assert metadata["primary_column"] == "geom"
    assert isinstance(metadata["columns"], dict)
    column = metadata["columns"]["geom"]
    assert set(column) <= {
        "encoding", "geometry_types", "crs", "orientation", "edges", "bbox", "epoch", "covering",
    }  # fmt: skip
    assert column["encoding"] == "WKB"
    shapes = [item.geometry for item in everything.features() if item.geometry is not None]
    assert column["geometry_types"] == sorted({shape.geom_type for shape in shapes})
    assert column["bbox"] == pytest.approx(shapely.total_bounds(shapes).tolist())
    assert column["orientation"] == "counterclockwise"
    field = pyarrow.parquet.read_schema(files["parquet"]).field("geom")
    assert field.type == pyarrow.binary()
    for wkb in pyarrow.parquet.read_table(files["parquet"]).column("geom").to_pylist():
        if wkb is not None:
            for part in shapely.get_parts(shapely.from_wkb(wkb)):
                if part.geom_type == "Polygon":
                    assert part.exterior.is_ccw
                    assert not any(hole.is_ccw for hole in part.interiors)


def test_geoparquet_names_its_system(written: Writer, nasty: Selection) -> None:
    columns = {code: geo(written(nasty, "parquet", OFFERED[code]))["columns"] for code in OFFERED}
    for code, found in columns.items():
        assert isinstance(found, dict)
        if code == "OGC:CRS84":
            assert "crs" not in found["geom"]
        elif code == "GCJ-02":
            assert found["geom"]["crs"] is None
        else:
            assert pyproj.CRS.from_json_dict(found["geom"]["crs"]) == pyproj.CRS.from_user_input(code)


def test_geopandas_reads_it_with_its_system(written: Writer, nasty: Selection) -> None:
    frame = geopandas.read_parquet(written(nasty, "parquet", OFFERED["EPSG:4548"]))
    assert len(frame) == nasty.count
    assert frame.crs.to_epsg() == 4548


def test_geoparquet_without_any_shape(written: Writer) -> None:
    path = written(selection_of([feature("nowhere", None)]), "parquet")
    columns = geo(path)["columns"]
    assert isinstance(columns, dict)
    assert columns["geom"]["geometry_types"] == []
    assert "bbox" not in columns["geom"]


def test_flatgeobuf_is_indexed_unless_a_feature_has_no_place(atlas: Atlas, written: Writer) -> None:
    placed = written(select(atlas, Query(plan="heping-13", registered=False)), "fgb")
    with fiona.open(placed) as source:
        box = (117.19, 39.10, 117.20, 39.11)
        found = {item.properties["id"] for item in source.filter(bbox=box)}
    expected = {item.id for item in atlas.stream(Query(plan="heping-13", bbox=box))}
    # the index knows boxes, the map knows shapes
    assert expected <= found
    assert index_node_size(placed) > 0
    whole = written(select(atlas, Query(plan="hedong-14")), "fgb")
    assert index_node_size(whole) == 0
    assert set(read("fgb", whole)) == {item.id for item in atlas.stream(Query(plan="hedong-14"))}


def index_node_size(path: Path) -> int:
    """Field 9 of the header's FlatBuffers table (header.fbs of FlatGeobuf 3); 16 where it is left out."""
    body = path.read_bytes()
    assert body[:3] == b"fgb"
    table = 12 + struct.unpack_from("<I", body, 12)[0]
    vtable = table - struct.unpack_from("<i", body, table)[0]
    size = struct.unpack_from("<H", body, vtable)[0]
    slot = 4 + 2 * 9
    offset = struct.unpack_from("<H", body, vtable + slot)[0] if slot < size else 0
    return int(struct.unpack_from("<H", body, table + offset)[0]) if offset else 16


def test_a_text_is_cut_between_characters() -> None:
    assert cut("短") == "短"
    assert cut("五" * 84 + "ab") == "五" * 84 + "ab"
    assert cut("五" * 85) == "五" * 84
    assert cut("a" + "𠀀" * 64) == "a" + "𠀀" * 63
    assert all(len(cut(LONG[at:]).encode()) <= FIELD_BYTES for at in range(10))


def test_a_shapefile_zip_says_what_it_holds_and_what_it_cut(written: Writer, nasty: Selection) -> None:
    path = written(nasty, "shp")
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        dictionary = list(csv.DictReader(io.StringIO(archive.read("字段说明.csv").decode("utf-8-sig"))))
        full = list(csv.DictReader(io.StringIO(archive.read("要素全表.csv").decode("utf-8-sig"), newline="")))
        readme = archive.read("说明.txt").decode("utf-8-sig")
        projections = {archive.read(name) for name in names if name.endswith(".prj")}
    for kind in ("point", "multipoint", "line", "polygon"):
        assert {f"test_{kind}.{part}" for part in ("shp", "shx", "dbf", "prj", "cpg")} <= names
    assert {"test_none.dbf", "test_none.cpg"} <= names
    assert "test_none.shp" not in names
    assert len(projections) == 1 and b"WGS_1984" in projections.pop()
    assert "ODbL-1.0" in readme and "v1" in readme
    by_field = {row["字段"]: row for row in dictionary if row["字段"]}
    with zipfile.ZipFile(path) as archive:
        reader = shapefile.Reader(
            shp=io.BytesIO(archive.read("test_point.shp")),
            dbf=io.BytesIO(archive.read("test_point.dbf")),
            encoding="utf-8",
        )
    fields = [field[0] for field in reader.fields if field[0] != "DeletionFlag"]
    assert set(fields) == set(by_field)
    assert all(len(field) <= 10 and field.isascii() for field in fields)
    assert by_field["name"]["被截断的条数"] == "1"
    assert by_field["name"]["被截断的要素（完整值见要素全表.csv）"] == "nasty-long"
    assert by_field["id"]["被截断的条数"] == "0"
    uncut = {row["id"]: row["name"] for row in full}
    assert uncut["nasty-long"] == LONG
    assert len(full) == nasty.count


def test_a_collection_keeps_its_largest_parts_and_is_named(written: Writer) -> None:
    square = shapely.box(117, 39, 117.1, 39.1)
    mixed = shapely.GeometryCollection([square, shapely.Point(117.5, 39.5)])
    path = written(selection_of([feature("collected", mixed)]), "shp")
    row = read("shp", path)["collected"]
    assert row.geometry is not None
    assert row.geometry.equals(square)
    with zipfile.ZipFile(path) as archive:
        assert "collected" in archive.read("字段说明.csv").decode("utf-8-sig")


def test_kml_describes_and_styles_every_place(files: dict[str, Path], atlas: Atlas) -> None:
    root = ET.fromstring(files["kml"].read_bytes())
    document = root.find(f"{KML}Document")
    assert document is not None
    described = document.findtext(f"{KML}description") or ""
    assert "ODbL-1.0" in described and atlas.version in described
    styles = {style.attrib["id"] for style in root.iter(f"{KML}Style")}
    folders = [folder.findtext(f"{KML}name") for folder in root.iter(f"{KML}Folder")]
    assert sorted(map(str, folders)) == sorted(row["title"] for row in atlas.layers)
    for mark in root.iter(f"{KML}Placemark"):
        name, text = mark.findtext(f"{KML}name"), mark.findtext(f"{KML}description") or ""
        item = atlas.feature(mark.attrib["id"])
        assert item is not None and item.properties["name"] == name
        if item.geometry is None:
            assert mark.findtext(f"{KML}visibility") == "0"
            assert "未落图原因" in text
        else:
            assert (mark.findtext(f"{KML}styleUrl") or "").removeprefix("#") in styles
            assert "误差" in text and "落图依据" in text
        fields = {data.attrib["name"] for data in mark.iter(f"{KML}Data")}
        assert fields <= {
            "id", "kind", "plan", "layer", "certainty", "tolerance_m", "method", "status", "evidence",
        }  # fmt: skip


def test_certainty_shows_in_kml(files: dict[str, Path]) -> None:
    root = ET.fromstring(files["kml"].read_bytes())
    looks = {}
    for style in root.iter(f"{KML}Style"):
        line, area = style.find(f"{KML}LineStyle"), style.find(f"{KML}PolyStyle")
        assert line is not None and area is not None
        looks[style.attrib["id"]] = (
            float(line.findtext(f"{KML}width") or 0),
            int((line.findtext(f"{KML}color") or "")[:2], 16),
            int((area.findtext(f"{KML}color") or "")[:2], 16),
        )
    sure, near, vague = (looks[f"zones-{word}"] for word in ("located", "approximate", "indicative"))
    assert all(a > b > c for a, b, c in zip(sure, near, vague, strict=True))


def test_words_in_a_balloon_stay_words(written: Writer, nasty: Selection) -> None:
    rows = read("kml", written(nasty, "kml"))
    for row in rows.values():
        assert "<script" not in row.values["description"]
    assert "&lt;script&gt;" in rows["nasty-script"].values["description"]
    assert "&lt;b&gt;原文&lt;/b&gt;<br>第二行" in rows["mixed-spoken"].values["description"]


def test_csv_is_safe_in_a_spreadsheet_and_keeps_its_numbers(written: Writer, nasty: Selection) -> None:
    path = written(nasty, "csv")
    body = path.read_bytes()
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    for row in rows:
        for name, value in row.items():
            assert not value.startswith(("=", "+", "-", "@", "\t", "\r")), name
    by_id = {row["id"]: row for row in rows}
    assert by_id["nasty-formula"]["name"] == f"'{NASTY_NAMES['nasty-formula']}"
    assert (by_id["nasty-formula"]["lon"], by_id["nasty-formula"]["lat"]) == ("117.2", "39.1")
    assert by_id["mixed-none"]["wkt"] == by_id["mixed-none"]["lon"] == ""
    inside = by_id["mixed-hole"]
    shape = shapely.from_wkt(inside["wkt"])
    assert shape.contains(shapely.Point(float(inside["lon"]), float(inside["lat"])))
    assert {row["licence"] for row in rows} == {"ODbL-1.0"}


def test_csv_in_metres_names_its_columns_so(written: Writer, nasty: Selection) -> None:
    path = written(nasty, "csv", OFFERED["EPSG:4527"])
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    assert "lon" not in rows[0]
    assert rows[0]["x"].startswith("39")  # the zone prefix of 4527
    assert 4_300_000 < float(rows[0]["y"]) < 4_400_000
