"""GeoPackage: a valid file whose passages, targets and styles stand where the standards put them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

import fiona
import pytest

from app.atlas.store import Atlas
from app.exports.selection import Selection
from app.places.crs import OFFERED
from tests.exports.conftest import Writer


@pytest.fixture(scope="module")
def db(files: dict[str, Path]) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(files["gpkg"])) as connection:
        yield connection


def test_the_file_is_sound(db: sqlite3.Connection) -> None:
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert db.execute("PRAGMA application_id").fetchone() == (int.from_bytes(b"GPKG"),)
    assert db.execute("PRAGMA user_version").fetchone() == (10300,)


def test_every_table_of_the_contents_is_there_and_every_layer_is_in_them(
    db: sqlite3.Connection, atlas: Atlas
) -> None:
    contents = dict(db.execute("SELECT table_name, data_type FROM gpkg_contents"))
    counts = {row["id"]: row["count"] for row in atlas.layers}
    assert {table for table, kind in contents.items() if kind == "features"} == set(counts)
    for table, count in counts.items():
        assert db.execute(f'SELECT count(*) FROM "{table}"').fetchone() == (count,)
    for table in contents:
        assert db.execute("SELECT count(*) FROM sqlite_master WHERE name = ?", (table,)).fetchone() == (1,)
    columns = set(db.execute("SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns"))
    assert columns == {(table, "geom", 4326) for table in counts}
    leftovers = db.execute(
        "SELECT name FROM sqlite_master WHERE name LIKE '%template%' OR sql LIKE '%template%'"
    )
    assert leftovers.fetchall() == []


def test_titles_and_bounds_are_those_of_the_layers(db: sqlite3.Connection, atlas: Atlas) -> None:
    for row in atlas.layers:
        found = db.execute(
            "SELECT identifier, min_x, min_y, max_x, max_y, description FROM gpkg_contents"
            " WHERE table_name = ?",
            (row["id"],),
        ).fetchone()
        assert found[0] == row["title"]
        assert "OpenStreetMap" in found[5]
        if row.get("bbox"):
            assert found[1:5] == pytest.approx(row["bbox"], abs=1e-9)
        else:
            assert found[1:5] == (None,) * 4


def test_the_spatial_index_holds_what_has_a_place(db: sqlite3.Connection, atlas: Atlas) -> None:
    for row in atlas.layers:
        indexed = {fid for (fid,) in db.execute(f'SELECT id FROM "rtree_{row["id"]}_geom"')}
        placed = {fid for (fid,) in db.execute(f'SELECT fid FROM "{row["id"]}" WHERE geom IS NOT NULL')}
        assert indexed == placed
        triggers = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
        assert db.execute(triggers, (row["id"],)).fetchone()[0] >= 7


def test_another_gdal_writes_into_a_layer_and_its_index_follows(written: Writer, nasty: Selection) -> None:
    path = written(nasty, "gpkg")
    with fiona.open(path, "a", layer="test-zones") as sink:
        properties = dict.fromkeys(sink.schema["properties"])
        properties |= {"id": "added", "name": "新加的"}
        sink.write({"geometry": {"type": "Point", "coordinates": (117.9, 39.9)}, "properties": properties})
    with fiona.open(path, layer="test-zones") as source:
        assert [item.properties["id"] for item in source.filter(bbox=(117.8, 39.8, 118, 40))] == ["added"]


def test_passages_and_targets_hang_on_their_features(db: sqlite3.Connection, everything: Selection) -> None:
    relations = db.execute(
        "SELECT base_table_name, base_primary_column, related_table_name, related_primary_column,"
        " mapping_table_name FROM gpkgext_relations"
    ).fetchall()
    found: dict[tuple[str, str], set[str]] = {}
    for base, base_column, related, related_column, mapping in relations:
        assert (base_column, related_column) == ("fid", "fid")
        what = "p.id" if related == "passages" else "p.text || p.start"
        for feature_id, value in db.execute(
            f'SELECT f.id, {what} FROM "{base}" f JOIN "{mapping}" m ON m.base_id = f.fid'
            f" JOIN {related} p ON p.fid = m.related_id"
        ):
            found.setdefault((feature_id, related), set()).add(value)
    expected: dict[tuple[str, str], set[str]] = {}
    for item in everything.features():
        if item.properties["passages"]:
            expected[item.id, "passages"] = {passage["id"] for passage in item.properties["passages"]}
        if item.properties["targets"]:
            expected[item.id, "targets"] = {f"{t['text']}{t['start']}" for t in item.properties["targets"]}
    assert found == expected
    registered = {row[0] for row in db.execute("SELECT table_name FROM gpkg_extensions") if row[0]}
    assert {mapping for *_, mapping in relations} <= registered


def test_an_inferred_title_is_marked(db: sqlite3.Connection, everything: Selection) -> None:
    sections = dict(db.execute("SELECT id, section FROM passages"))
    inferred = {
        passage["id"]: [step["label"] for step in passage["path"] if step["inferred"]]
        for item in everything.features()
        for passage in item.properties["passages"]
        if any(step["inferred"] for step in passage["path"])
    }
    assert inferred
    for passage_id, labels in inferred.items():
        for label in labels:
            assert f"{label}（推定标题）" in sections[passage_id]


def test_passages_are_verbatim(db: sqlite3.Connection, everything: Selection) -> None:
    texts = dict(db.execute("SELECT id, exact FROM passages"))
    for item in everything.features():
        for passage in item.properties["passages"]:
            assert texts[passage["id"]] == passage["exact"]


def test_every_layer_has_a_style_that_is_xml(db: sqlite3.Connection, atlas: Atlas) -> None:
    styles = db.execute(
        "SELECT f_table_name, f_geometry_column, styleQML, styleSLD, useAsDefault FROM layer_styles"
    ).fetchall()
    assert {row[0] for row in styles} == {row["id"] for row in atlas.layers}
    for _, column, qml, sld, default in styles:
        assert (column, default) == ("geom", 1)
        assert ET.fromstring(qml).tag == "qgis"
        assert ET.fromstring(sld).tag.endswith("StyledLayerDescriptor")


def test_origin_stands_in_the_metadata_and_in_every_row(db: sqlite3.Connection, atlas: Atlas) -> None:
    (metadata,) = db.execute("SELECT metadata FROM gpkg_metadata").fetchall()
    assert atlas.version in metadata[0]
    assert "ODbL-1.0" in metadata[0]
    for row in atlas.layers:
        versions = db.execute(f'SELECT DISTINCT data_version, licence FROM "{row["id"]}"').fetchall()
        assert versions == [(atlas.version, "ODbL-1.0")]


def test_other_systems_are_registered_by_their_authority(written: Writer, nasty: Selection) -> None:
    with closing(sqlite3.connect(written(nasty, "gpkg", OFFERED["EPSG:4548"]))) as db:
        found = db.execute(
            "SELECT DISTINCT organization, organization_coordsys_id FROM gpkg_spatial_ref_sys"
            " JOIN gpkg_geometry_columns USING (srs_id)"
        )
        assert found.fetchall() == [("EPSG", 4548)]
    with closing(sqlite3.connect(written(nasty, "gpkg", OFFERED["GCJ-02"]))) as db:
        (name, organization) = db.execute(
            "SELECT DISTINCT srs_name, organization FROM gpkg_spatial_ref_sys"
            " JOIN gpkg_geometry_columns USING (srs_id)"
        ).fetchone()
        assert "not for surveying" in name
        assert organization != "EPSG"


def test_mentions_keep_their_place(written: Writer, nasty: Selection) -> None:
    with closing(sqlite3.connect(written(nasty, "gpkg"))) as db:
        rows = db.execute("SELECT feature_id, layer, role, mentions FROM feature_passages").fetchall()
    assert rows == [
        ("mixed-spoken", "test-zones", "block", json.dumps([[1, 3]])),
        ("mixed-other-layer", "test-parks", "block", json.dumps([[1, 3]])),
    ]
