"""Reading strangers' files: formats, encodings, and what is refused with one sentence."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import zipfile
from pathlib import Path

import geopandas
import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.places.districts import district
from app.places.geofile import GeoLayer, read_geofile
from app.places.staging import Limits, UnusableFileError

LIMITS = Limits(file_bytes=5_000_000, features=2000, vertices=5000)
NAMES = ["五大道历史文化街区", "解放北路金融城", "南市"]


@pytest.fixture
def frame() -> geopandas.GeoDataFrame:
    spots = shapely.points([(117.20, 39.11), (117.21, 39.12), (117.19, 39.13)])
    return geopandas.GeoDataFrame({"名称": NAMES, "面积": [1.5, 2.5, 3.5]}, geometry=spots, crs=4326)


def only(path: Path) -> GeoLayer:
    (layer,) = read_geofile(path, LIMITS).layers
    return layer


def refused(path: Path) -> str:
    with pytest.raises(UnusableFileError) as error:
        read_geofile(path, LIMITS)
    message = str(error.value)
    assert message.startswith(f"{path.name}：")
    assert message.endswith("。")
    assert "\n" not in message
    assert str(path.parent) not in message
    assert "/tmp" not in message
    return message


def write(frame: geopandas.GeoDataFrame, path: Path) -> Path:
    if path.suffix == ".csv":
        table = frame.drop(columns="geometry").assign(经度=frame.geometry.x, 纬度=frame.geometry.y)
        table.to_csv(path, index=False)
    elif path.suffix == ".kml":
        marks = "".join(
            f"<Placemark><name>{n}</name><Point><coordinates>{g.x},{g.y}</coordinates></Point></Placemark>"
            for n, g in zip(frame["名称"], frame.geometry, strict=True)
        )
        head = '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
        path.write_text(f"{head}<Document>{marks}</Document></kml>", encoding="utf-8")
    else:
        frame.to_file(path, engine="pyogrio")
    return path


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".fgb", ".shp", ".kml", ".csv"])
def test_every_format_gives_the_same_names_and_places(
    frame: geopandas.GeoDataFrame, tmp_path: Path, suffix: str
) -> None:
    layer = only(write(frame, tmp_path / f"zones{suffix}"))
    assert layer.name == "zones"
    names = layer.columns["Name" if suffix == ".kml" else "名称"]
    assert sorted(names) == sorted(NAMES)
    order = [list(names).index(name) for name in NAMES]
    read = shapely.get_coordinates(layer.geometries[order])
    assert read == pytest.approx(shapely.get_coordinates(frame.geometry.to_numpy()))
    by = {".csv": "", ".kml": "格式默认"}.get(suffix, "文件写明")
    assert layer.declared_by == by


def test_a_kmz_and_a_zipped_shapefile_are_read(frame: geopandas.GeoDataFrame, tmp_path: Path) -> None:
    kml = write(frame, tmp_path / "doc.kml")
    with zipfile.ZipFile(tmp_path / "places.kmz", "w") as archive:
        archive.write(kml, "doc.kml")
    assert len(only(tmp_path / "places.kmz").geometries) == 3
    folder = tmp_path / "shape"
    folder.mkdir()
    write(frame, folder / "zones.shp")
    with zipfile.ZipFile(tmp_path / "zones.zip", "w") as archive:
        for part in folder.iterdir():
            archive.write(part, f"资料/{part.name}")
    assert list(only(tmp_path / "zones.zip").columns["名称"]) == NAMES
    assert list(only(folder).columns["名称"]) == NAMES


@pytest.mark.parametrize(
    ("cpg", "told"),
    [(None, "没有 .cpg"), ("GBK", ""), ("UTF-8", "写的是“UTF-8”"), ("936", ""), ("??", "写的是")],
)
def test_gbk_attributes_are_read_whatever_the_cpg_says(
    frame: geopandas.GeoDataFrame, tmp_path: Path, cpg: str | None, told: str
) -> None:
    frame.to_file(tmp_path / "a.shp", engine="pyogrio", encoding="GBK")
    (tmp_path / "a.cpg").unlink()
    if cpg:
        (tmp_path / "a.cpg").write_text(cpg)
    layer = only(tmp_path / "a.shp")
    assert list(layer.columns["名称"]) == NAMES
    assert bool(layer.notes) == bool(told)
    assert told in "".join(layer.notes)


def test_a_name_cut_in_the_middle_of_a_character_loses_that_character_only(tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame({"name": ["津" * 100]}, geometry=[shapely.Point(117.2, 39.1)], crs=4326)
    with pytest.warns(RuntimeWarning, match="truncated"):
        frame.to_file(tmp_path / "a.shp", engine="pyogrio", encoding="UTF-8")
    (name,) = only(tmp_path / "a.shp").columns["name"]
    assert 80 <= len(name) <= 85
    assert set(name) == {"津"}


def test_gbk_text_files_are_read_and_it_is_said(frame: geopandas.GeoDataFrame, tmp_path: Path) -> None:
    for suffix in (".csv", ".geojson", ".kml"):
        path = write(frame, tmp_path / f"a{suffix}")
        text = path.read_text(encoding="utf-8").replace('encoding="UTF-8"', 'encoding="GB2312"')
        path.write_bytes(text.encode("gbk"))
        layer = only(path)
        assert NAMES[0] in layer.columns["Name" if suffix == ".kml" else "名称"]
        assert "GB18030" in layer.notes[0]
    (tmp_path / "b.csv").write_bytes("名称,lon,lat\n南市,117.2,39.1\n".encode("utf-16"))
    assert "UTF-16" in only(tmp_path / "b.csv").notes[0]
    (tmp_path / "c.csv").write_bytes("\ufeff名称,lon,lat\n南市,117.2,39.1\n".encode())
    assert only(tmp_path / "c.csv").notes == ()


def test_projected_numbers_come_through_unmoved(frame: geopandas.GeoDataFrame, tmp_path: Path) -> None:
    moved = frame.to_crs(4527)
    for suffix in (".gpkg", ".fgb", ".shp"):
        layer = only(write(moved, tmp_path / f"a{suffix}"))
        assert shapely.get_coordinates(layer.geometries)[:, 0].min() > 39_000_000
        assert layer.declared == "EPSG:4527"
    (tmp_path / "a.prj").unlink()
    assert only(tmp_path / "a.shp").declared == ""
    # Numbers that a GeoJSON file must not have, as many have them.
    rows = [shapely.geometry.mapping(g) for g in moved.geometry]
    body = {"type": "GeometryCollection", "geometries": rows}
    (tmp_path / "a.geojson").write_text(json.dumps(body))
    assert only(tmp_path / "a.geojson").declared_by.startswith("格式默认")


def test_csv_with_wkt_blanks_and_other_separators(tmp_path: Path) -> None:
    wkt = district("和平区").wkt
    (tmp_path / "a.csv").write_text(f'name;WKT\n和平区;"{wkt}"\n没有;\n坏的;POLYGON((\n', encoding="utf-8")
    layer = only(tmp_path / "a.csv")
    assert layer.geometries[0].equals(district("和平区"))
    assert list(layer.geometries[1:]) == [None, None]
    assert "1 个几何读不出" in layer.notes[0]
    (tmp_path / "b.csv").write_text("name,X,Y\n甲,4329624.6,517300.8\n乙,,\n丙,oo,1\n", encoding="utf-8")
    layer = only(tmp_path / "b.csv")
    assert shapely.get_coordinates(layer.geometries[0]).tolist() == [[4329624.6, 517300.8]]
    assert list(layer.geometries[1:]) == [None, None]


def test_several_layers_have_to_be_chosen_from(frame: geopandas.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame.to_file(path, layer="一", engine="pyogrio")
    frame.head(1).to_file(path, layer="二", engine="pyogrio")
    file = read_geofile(path, LIMITS)
    assert file.layer("二").columns["名称"] == [NAMES[0]]
    for wish, words in ((None, "--layer"), ("三", "没有图层“三”")):
        with pytest.raises(UnusableFileError, match="一、二") as error:
            file.layer(wish)
        assert words in str(error.value)


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("a.geojson", b"<html>not found</html>", "内容不是 GeoJSON"),
        ("a.geojson", b"{", "读不出"),
        ("a.geojson", b'{"type":"FeatureCollection","features":[]}', "没有几何"),
        ("a.geojson", b"\xff\xfe\x00", "UTF-8"),
        ("a.geojson", b"[" * 100_000, "内容不是 GeoJSON"),
        ("a.geojson", b'{"a":' * 50_000, "读不出"),
        ("a.gpkg", b'<OGRVRTDataSource><OGRVRTLayer name="x"/></OGRVRTDataSource>', "内容不是 GeoPackage"),
        ("a.gpkg", b"SQLite format 3\x00" + b"\x01" * 200, "读不出"),
        ("a.shp", b"plain words", "内容不是 Shapefile"),
        ("a.fgb", b"fgb\x03fgb\x00" + b"\xff" * 100, "没有几何"),
        ("a.kml", b"<kml><Document></Document>", "读不出"),
        ("a.kml", b'<!DOCTYPE x [<!ENTITY a "b">]><kml>&a;</kml>', "实体"),
        ("a.kml", b"<svg></svg>", "内容不是 KML"),
        ("a.csv", b'n,wkt\n1,"CIRCULARSTRING (117 39, 117.1 39, 117.1 39.1)"\n', "曲线"),
        ("a.csv", b"a,b\n1,2\n", "没有经纬度列"),
        ("a.csv", b"lon,lat\n", "没有几何"),
        ("a.csv", b"lon,lat\nx,y\n", "没有几何"),
        ("a.csv", b"\x00\x01\x02\x80\x81", "UTF-8"),
    ],
)
def test_what_is_no_geodata_gets_a_sentence(tmp_path: Path, name: str, body: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(body)
    assert words in refused(path)


def test_a_shapefile_without_its_index_is_refused(frame: geopandas.GeoDataFrame, tmp_path: Path) -> None:
    write(frame, tmp_path / "a.shp")
    (tmp_path / "a.shx").unlink()
    assert ".shx" in refused(tmp_path / "a.shp")


def test_a_torn_declaration_is_refused(frame: geopandas.GeoDataFrame, tmp_path: Path) -> None:
    write(frame, tmp_path / "a.shp")
    whole = (tmp_path / "a.prj").read_bytes()
    (tmp_path / "a.prj").write_bytes(whole[:60] + b"]]" + whole[90:])
    assert "坐标系声明" in refused(tmp_path / "a.shp")


@given(st.sampled_from([".geojson", ".gpkg", ".fgb", ".csv", ".kml"]), st.data())
def test_a_torn_file_is_read_or_refused_and_nothing_else(suffix: str, data: st.DataObject) -> None:
    spots = shapely.points([(117.20, 39.11), (117.21, 39.12), (117.19, 39.13)])
    frame = geopandas.GeoDataFrame({"名称": NAMES}, geometry=spots, crs=4326)
    with tempfile.TemporaryDirectory() as name:
        path = write(frame, Path(name) / f"a{suffix}")
        body = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 10))):
            at = data.draw(st.integers(0, len(body) - 1))
            body[at : at + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=5))
        path.write_bytes(bytes(body))
        try:
            layers = read_geofile(path, LIMITS).layers
        except UnusableFileError as error:
            assert str(error).endswith("。")
        else:
            assert all(
                len(column) == len(layer.geometries) for layer in layers for column in layer.columns.values()
            )


def test_a_database_without_layers_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.gpkg") as db:
        db.execute("CREATE TABLE words (word TEXT)")
    db.close()
    assert refused(tmp_path / "a.gpkg")


def test_limits_are_said_with_the_setting_that_moves_them(tmp_path: Path) -> None:
    ring = shapely.Point(117.2, 39.1).buffer(0.01, quad_segs=2000)
    path = tmp_path / "a.geojson"
    geopandas.GeoDataFrame({"n": ["大"]}, geometry=[ring], crs=4326).to_file(path, engine="pyogrio")
    message = refused(path)
    assert "8001 个折点" in message
    assert "ATLAS_IMPORT_VERTICES" in message
    rows = "".join(f"{n},117.2,39.1\n" for n in range(LIMITS.features + 1))
    (tmp_path / "b.csv").write_text("n,lon,lat\n" + rows)
    assert "ATLAS_IMPORT_FEATURES" in refused(tmp_path / "b.csv")
    frame = geopandas.GeoDataFrame(geometry=shapely.points(np.full((2001, 2), 117.0)), crs=4326)
    pyogrio.write_dataframe(frame, tmp_path / "c.fgb")
    assert "上限 2000 个" in refused(tmp_path / "c.fgb")


def test_a_terminal_is_not_told_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("\x1b[2Jn,lon,lat\n\x1b]0;x\x07南市 ,117.2,39.1\n".encode())
    layer = only(tmp_path / "a.csv")
    assert list(layer.columns) == ["[2Jn", "lon", "lat"]
    assert layer.columns["[2Jn"] == ["]0;x 南市"]


def test_numbers_that_are_none_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("n,wkt\n甲,POINT (inf 39)\n乙,POINT (117 39)\n", encoding="utf-8")
    assert "不是有限的数" in refused(tmp_path / "a.csv")
