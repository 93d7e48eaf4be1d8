"""Writing the built atlas: one immutable GeoPackage, complete or not at all.

The file holds a ``features`` layer (WGS84) that any GIS opens, a table ``atlas_features`` with each
feature's finished GeoJSON, a table ``atlas_rows`` to ask by, and a table ``atlas_documents`` with
everything else as JSON. It is written beside its final name and moved there when complete, so that a
build that is killed at any moment leaves the last good atlas in place. Only building needs this module:
the server does not load GDAL.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import fiona
import shapely
from shapely.geometry.base import BaseGeometry

from app.atlas.columns import LISTS, NUMBERS, TEXTS, cells, folded_names
from app.atlas.files import whole_file

# GDAL stamps GeoPackages with the current time; a fixed one keeps builds byte for byte the same.
_STAMP = "2021-01-01T00:00:00Z"
PAGE_BYTES = 16_384  # of the file: neighbours are read together, and reading a page costs a system call
_CACHE_KIB = 262_144  # of memory for a large atlas, whose rows are put into another order
# What a large atlas is asked by, see app.atlas.stores.geopackage: slim rows in layer order, and the heavy
# ones in the order of the R-tree, so that what lies side by side on the ground does so in the file.
_ROWS = """
    CREATE TABLE atlas_features (
        place INTEGER PRIMARY KEY, fid INTEGER NOT NULL, id TEXT NOT NULL, wkb BLOB, geojson BLOB NOT NULL
    );
    CREATE TABLE atlas_documents (fid INTEGER PRIMARY KEY, name TEXT UNIQUE, body BLOB);
    CREATE TABLE atlas_rows (
        fid INTEGER PRIMARY KEY, place INTEGER, plan TEXT, layer TEXT, kind TEXT, located INTEGER, names TEXT
    );
    CREATE TEMP TABLE drafted (fid INTEGER PRIMARY KEY, id TEXT, geojson BLOB);
"""
_IN_PLACE = """
    INSERT INTO atlas_features (fid, id, wkb, geojson)
    SELECT t.id, d.id, wkb_of(f.geom), d.geojson
    FROM rtree_features_geom t CROSS JOIN drafted d ON d.fid = t.id CROSS JOIN features f ON f.fid = t.id;
    INSERT INTO atlas_features (fid, id, geojson)
    SELECT d.fid, d.id, d.geojson FROM drafted d CROSS JOIN atlas_rows r ON r.fid = d.fid
    WHERE NOT r.located ORDER BY d.fid;
    DROP TABLE drafted;
    CREATE UNIQUE INDEX atlas_features_id ON atlas_features (id);
    UPDATE atlas_rows SET place = a.place FROM atlas_features a WHERE a.fid = atlas_rows.fid;
    CREATE INDEX atlas_rows_plan ON atlas_rows (plan);
    CREATE INDEX atlas_rows_layer ON atlas_rows (layer);
    CREATE INDEX atlas_rows_kind ON atlas_rows (kind);
"""


def write_atlas(
    path: Path,
    features: Sequence[tuple[BaseGeometry | None, dict[str, Any], bytes]],
    documents: Mapping[str, Any],
) -> None:
    """Write the atlas file whole, or leave what is there untouched.

    Parameters
    ----------
    path
        Where the finished file is to stand; its folder is made.
    features
        ``(geometry as published, properties, GeoJSON bytes)`` in the order they are to be served.
    documents
        JSON-able values by name; ``bytes`` are stored as they are.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for stale in path.parent.glob(f".{path.stem}-*"):  # left by a build that was killed
        stale.unlink(missing_ok=True)
    with whole_file(path) as draft:
        _write_layer(draft, features)
        write_tables(draft, features, documents)


def _write_layer(draft: Path, features: Sequence[tuple[BaseGeometry | None, dict[str, Any], bytes]]) -> None:
    schema = {
        "geometry": "Unknown",
        "properties": {
            **dict.fromkeys(TEXTS, "str"),
            **dict.fromkeys(NUMBERS, "float"),
            **dict.fromkeys(LISTS, "str"),
        },
    }
    with (
        fiona.Env(OGR_CURRENT_DATE=_STAMP, OGR_SQLITE_PRAGMA=f"page_size={PAGE_BYTES}"),
        fiona.open(
            draft, "w", driver="GPKG", layer="features", crs="EPSG:4326", schema=schema, encoding="utf-8"
        ) as sink,
    ):
        sink.writerecords(
            {
                "geometry": None if geometry is None else shapely.geometry.mapping(geometry),
                "properties": dict(zip(schema["properties"], cells(values), strict=True)),
            }
            for geometry, values, _ in features
        )


def write_tables(
    draft: Path,
    features: Iterable[tuple[BaseGeometry | None, dict[str, Any], bytes]],
    documents: Mapping[str, Any],
) -> None:
    """Add to a GeoPackage with the layer ``features`` what a server asks; gone through twice."""
    with closing(sqlite3.connect(draft)) as db, db:
        db.create_function("wkb_of", 1, well_known_binary, deterministic=True)
        db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        db.executescript(_ROWS)
        db.executemany(
            "INSERT INTO drafted (id, geojson) VALUES (?, ?)",
            ((values["id"], geojson) for _, values, geojson in features),
        )
        db.executemany(
            "INSERT INTO atlas_rows (plan, layer, kind, located, names) VALUES (?, ?, ?, ?, ?)",
            (
                (values["plan"], values["layer"], values["kind"], geometry is not None, folded_names(values))
                for geometry, values, _ in features
            ),
        )
        db.executescript(_IN_PLACE)
        db.executemany(
            "INSERT INTO atlas_documents (name, body) VALUES (?, ?)",
            ((name, body if isinstance(body, bytes) else _json(body)) for name, body in documents.items()),
        )
        # Registered as attribute tables, so that the file stays a valid GeoPackage.
        for table in ("atlas_features", "atlas_rows", "atlas_documents"):
            db.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change)"
                " VALUES (?, 'attributes', ?, ?)",
                (table, table, _STAMP),
            )


def well_known_binary(blob: bytes) -> bytes:
    """The well-known binary in a GeoPackage geometry, whose header tells its length (version 1.3, 2.1.3)."""
    envelope = (0, 32, 48, 48, 64)[blob[3] >> 1 & 7]
    return blob[8 + envelope :]


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
