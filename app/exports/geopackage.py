"""GeoPackage: every layer as a table of one file, with styles, passages and targets.

GDAL writes the layers. What GDAL has no word for is added through SQL, as the standards say it: passages
and targets as attribute tables, linked by the Related Tables extension (OGC 18-000), and the styles in
``layer_styles``, where QGIS and GeoServer look for them. Every table stands in ``gpkg_contents``.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from app.atlas.words import section_of
from app.exports.arrow import GEOMETRY, STAMP, Stream, Ticker, write_layer
from app.exports.gpkglayers import TEMPLATE, LayerFacts, split_layers, watched
from app.exports.qml import qml
from app.exports.selection import Selection, style_book
from app.exports.sld import sld
from app.exports.table import COLUMNS, Rows, batches, origin
from app.places.crs import OfferedCrs

_UPDATED: Final = STAMP.replace("Z", ".000Z")  # a DATETIME of GeoPackage has milliseconds
_RELATED: Final = ("passages", "targets")
_FIELDS: Final = tuple(column for column in COLUMNS if column.name not in _RELATED)
_SPECIFICATION: Final = "http://www.opengis.net/doc/IS/gpkg-rte/1.0"

_TABLES: Final = """
CREATE TABLE passages (
  fid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, plan TEXT, "start" INTEGER, "end" INTEGER, section TEXT,
  exact TEXT, prefix TEXT, suffix TEXT, raw_lines TEXT);
CREATE TABLE targets (
  fid INTEGER PRIMARY KEY, feature_id TEXT NOT NULL, passage_id TEXT, id TEXT, text TEXT, indicator TEXT,
  value REAL, upper REAL, unit TEXT, comparator TEXT, raw TEXT, year INTEGER, year_stated BOOLEAN, basis TEXT,
  "change" TEXT, base TEXT, base_year INTEGER, base_value REAL, strive BOOLEAN, "each" TEXT, "scale" REAL,
  worded BOOLEAN, body TEXT, "start" INTEGER, "end" INTEGER, doubt TEXT);
CREATE TABLE feature_passages (
  fid INTEGER PRIMARY KEY, layer TEXT NOT NULL, base_id INTEGER NOT NULL, related_id INTEGER NOT NULL,
  feature_id TEXT NOT NULL, passage_id TEXT NOT NULL, role TEXT, mentions TEXT);
CREATE TABLE feature_targets (
  fid INTEGER PRIMARY KEY, layer TEXT NOT NULL, base_id INTEGER NOT NULL, related_id INTEGER NOT NULL,
  feature_id TEXT NOT NULL);
CREATE INDEX feature_passages_layer ON feature_passages (layer, base_id);
CREATE INDEX feature_targets_layer ON feature_targets (layer, base_id);
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')));
CREATE TABLE gpkgext_relations (
  id INTEGER PRIMARY KEY AUTOINCREMENT, base_table_name TEXT NOT NULL,
  base_primary_column TEXT NOT NULL DEFAULT 'id', related_table_name TEXT NOT NULL,
  related_primary_column TEXT NOT NULL DEFAULT 'id', relation_name TEXT NOT NULL,
  mapping_table_name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
  scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
"""
_TITLES: Final = {
    "passages": "原文段落",
    "targets": "目标",
    "feature_passages": "要素与原文段落的对应",
    "feature_targets": "要素与目标的对应",
    "layer_styles": "图层样式",
}


def write_geopackage(selection: Selection, draft: Path, *, crs: OfferedCrs, tick: Ticker) -> None:
    """Write the file: layers with ``fid``, one number per feature in the file, and ``geom``.

    GDAL opens the file anew for each layer and reads all that are there, which takes seconds for sixty
    layers. So it writes the features once, into a file aside, and one empty layer here, whose definition,
    triggers and spatial index are then repeated for each layer.
    """
    constant = origin(selection, crs)
    layers: dict[str, LayerFacts] = {}

    def write(rows: Iterator[Rows], path: Path, told: Ticker) -> None:
        write_layer(
            Stream(rows=rows, columns=_FIELDS, constant=constant, tick=told),
            path,
            driver="GPKG",
            layer=TEMPLATE,
            crs=crs,
            metadata={"title": selection.title, **constant},
            options={"GEOMETRY_NAME": GEOMETRY, "VERSION": "1.3"},  # GDAL 3.6 warns of later ones
        )

    with tempfile.TemporaryDirectory(prefix="plan-atlas-") as name:
        aside = Path(name) / "features.gpkg"
        write(watched(batches(selection.features(), crs), layers), aside, tick)
        write(iter(()), draft, lambda _: None)
        with closing(sqlite3.connect(draft)) as db:
            db.execute("PRAGMA synchronous = OFF")  # the whole file is synced once it is complete
            db.execute("ATTACH ? AS aside", (str(aside),))
            with db:
                db.execute("BEGIN")
                # a GeoPackage without any layer is not one that programs open
                split_layers(db, selection, layers or {selection.name: LayerFacts("")}, crs)
            db.execute("DETACH aside")
            with db:
                for statement in filter(str.strip, _TABLES.split(";\n")):
                    db.execute(statement)
                db.executemany(
                    "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change)"
                    " VALUES (?, 'attributes', ?, ?, ?)",
                    [(table, table, title, STAMP) for table, title in _TITLES.items()],
                )
                _link(db, selection)
                _relate(db, layers)
                _style(db, {layer: facts.theme for layer, facts in layers.items()})


def _link(db: sqlite3.Connection, selection: Selection) -> None:
    """Fill the passages, the targets, and which feature has which."""
    for fid, feature in enumerate(selection.features(), 1):  # GDAL numbers the rows as they come
        layer = feature.layer
        for passage in feature.properties.get("passages") or ():
            passage_fid = _passage(db, passage)
            db.execute(
                "INSERT INTO feature_passages"
                " (layer, base_id, related_id, feature_id, passage_id, role, mentions)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    layer,
                    fid,
                    passage_fid,
                    feature.id,
                    passage["id"],
                    passage["role"],
                    _json(passage["mentions"]),
                ),
            )
        for target in feature.properties.get("targets") or ():
            target_fid = _target(db, feature.id, target)
            db.execute(
                "INSERT INTO feature_targets (layer, base_id, related_id, feature_id) VALUES (?, ?, ?, ?)",
                (layer, fid, target_fid, feature.id),
            )


def _passage(db: sqlite3.Connection, passage: dict[str, Any]) -> int:
    found = db.execute("SELECT fid FROM passages WHERE id = ?", (passage["id"],)).fetchone()
    if found is not None:
        return int(found[0])
    section = section_of(passage["path"])
    added = db.execute(
        'INSERT INTO passages (id, plan, "start", "end", section, exact, prefix, suffix, raw_lines)'
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(passage[key] for key in ("id", "plan", "start", "end")),
            section,
            *(passage[key] for key in ("exact", "prefix", "suffix")),
            _json(passage["raw_lines"]),
        ),
    )
    return int(added.lastrowid or 0)


_TARGET: Final = (
    "passage", "id", "text", "indicator", "value", "upper", "unit", "comparator", "raw", "year",
    "year_stated", "basis", "change", "base", "base_year", "base_value", "strive", "each", "scale", "worded",
    "body", "start", "end", "doubt",
)  # fmt: skip
"""What a target is on its feature, in the order of the table's columns after the key and the feature."""


def _target(db: sqlite3.Connection, feature_id: str, target: dict[str, Any]) -> int:
    values = (feature_id, *(target.get(key) for key in _TARGET))
    added = db.execute(f"INSERT INTO targets VALUES (NULL, {', '.join('?' * len(values))})", values)
    return int(added.lastrowid or 0)


def _relate(db: sqlite3.Connection, layers: Iterable[str]) -> None:
    """Register the links; the extension takes a view for a mapping table, so each layer has one."""
    register = "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_related_tables', ?, 'read-write')"
    db.execute(register, ("gpkgext_relations", _SPECIFICATION))
    for layer in layers:
        for related in _RELATED:
            view = f"{layer}_{related}"
            db.execute(
                f'CREATE VIEW "{view}" AS SELECT base_id, related_id FROM feature_{related}'
                f" WHERE layer = '{layer}'"
            )
            db.execute(
                "INSERT INTO gpkgext_relations (base_table_name, base_primary_column, related_table_name,"
                " related_primary_column, relation_name, mapping_table_name)"
                " VALUES (?, 'fid', ?, 'fid', 'attributes', ?)",
                (layer, related, view),
            )
            db.execute(register, (view, _SPECIFICATION))


def _style(db: sqlite3.Connection, layers: dict[str, str]) -> None:
    book = style_book()
    styles = {theme: book.theme(theme) for theme in set(layers.values())}
    written = {theme: (qml(style, book), sld(style, book)) for theme, style in styles.items()}
    db.executemany(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column,"
        " styleName, styleQML, styleSLD, useAsDefault, description, owner, update_time)"
        " VALUES ('', '', ?, ?, ?, ?, ?, 1, ?, '', ?)",
        [
            (layer, GEOMETRY, theme or layer, *written[theme], "与网页地图同一来源的样式", _UPDATED)
            for layer, theme in layers.items()
        ],
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
