"""Projects as served: packed, the same each time, complete, with names that cannot break out."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from app.atlas.store import Atlas


def members(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_project_is_one_file_that_reads_from_here(client: FlaskClient, atlas: Atlas):
    answer = client.get("/qgis/heping-14.qgz")
    held = members(answer.data)
    assert list(held) == ["heping-14.qgs"]
    root = ET.fromstring(held["heping-14.qgs"])
    sources = [element.text or "" for element in root.iter("datasource")]
    assert sources
    assert all("http://localhost/" in source for source in sources)
    assert root.findtext("title") == "和平十四五 · 津图 Plan Atlas"
    keys = [layer.findtext("id") for layer in root.iter("maplayer")]
    assert len(keys) == len(set(keys))
    tree = [element.get("id") for element in root.iter("layer-tree-layer")]
    assert sorted(tree) == sorted(str(key) for key in keys)
    assert client.get("/qgis/heping-14.qgz").data == answer.data


def test_the_offline_project_has_its_data_beside_it(client: FlaskClient, tmp_path: Path, atlas: Atlas):
    held = members(client.get("/qgis/heping-14-offline.zip").data)
    assert set(held) == {f"heping-14/{name}" for name in ("heping-14.qgz", "heping-14.gpkg", "请先读我.txt")}
    root = ET.fromstring(members(held["heping-14/heping-14.qgz"])["heping-14.qgs"])
    tables = set()
    for element in root.iter("datasource"):
        path, table, _ = (element.text or "").split("|")
        assert path == "./heping-14.gpkg"
        tables.add(table.removeprefix("layername="))
    data = tmp_path / "heping-14.gpkg"
    data.write_bytes(held["heping-14/heping-14.gpkg"])
    with sqlite3.connect(data) as db:
        there = {row[0] for row in db.execute("SELECT table_name FROM gpkg_geometry_columns")}
    db.close()
    assert tables <= there
    assert tables == {row["id"] for row in atlas.layers if row["plan"] == "heping-14" and row["located"]}
    assert atlas.version in held["heping-14/请先读我.txt"].decode("utf-8-sig")


def test_what_is_packed_is_not_packed_again(client: FlaskClient):
    for address in ("/qgis/heping-14.qgz", "/packages/heping-14.plan.zip", "/styles/sprite.png"):
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in answer.headers, address
    assert (
        client.get("/styles/zones.qml", headers={"Accept-Encoding": "gzip"}).headers["Content-Encoding"]
        == "gzip"
    )


@pytest.mark.parametrize("name", ["nope", "..%2Fatlas", "heping-14%00", "heping-14-zones"])
@pytest.mark.parametrize("ending", [".qgz", "-offline.zip"])
def test_unknown_names_are_not_found(client: FlaskClient, name: str, ending: str):
    assert client.get(f"/qgis/{name}{ending}").status_code == 404


def test_the_project_of_everything_opens_with_the_newest_plans(client: FlaskClient):
    root = ET.fromstring(members(client.get("/qgis/plan-atlas.qgz").data)["plan-atlas.qgs"])
    groups = {
        group.get("name"): group.get("checked") for group in root.findall("layer-tree-group/layer-tree-group")
    }
    assert groups["和平十四五"] == groups["滨海十四五"] == "Qt::Checked"
    assert groups["和平十三五"] == "Qt::Unchecked"
