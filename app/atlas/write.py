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
from collections.abc import Mapping, Sequence
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
# What a large atlas is asked by: slim rows beside the heavy ones, see app.atlas.stores.geopackage.
_ROWS = """
    CREATE TABLE atlas_rows (
        fid INTEGER PRIMARY KEY, plan TEXT, layer TEXT, kind TEXT, located INTEGER, names TEXT
    );
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
        _write_tables(draft, features, documents)


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
        fiona.Env(OGR_CURRENT_DATE=_STAMP),
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


def _write_tables(
    draft: Path,
    features: Sequence[tuple[BaseGeometry | None, dict[str, Any], bytes]],
    documents: Mapping[str, Any],
) -> None:
    with closing(sqlite3.connect(draft)) as db, db:
        db.execute("CREATE TABLE atlas_features (fid INTEGER PRIMARY KEY, id TEXT UNIQUE, geojson BLOB)")
        db.execute("CREATE TABLE atlas_documents (fid INTEGER PRIMARY KEY, name TEXT UNIQUE, body BLOB)")
        db.executemany(
            "INSERT INTO atlas_features (id, geojson) VALUES (?, ?)",
            ((values["id"], geojson) for _, values, geojson in features),
        )
        db.executemany(
            "INSERT INTO atlas_documents (name, body) VALUES (?, ?)",
            ((name, body if isinstance(body, bytes) else _json(body)) for name, body in documents.items()),
        )
        db.executescript(_ROWS)
        db.executemany(
            "INSERT INTO atlas_rows (plan, layer, kind, located, names) VALUES (?, ?, ?, ?, ?)",
            (
                (values["plan"], values["layer"], values["kind"], geometry is not None, folded_names(values))
                for geometry, values, _ in features
            ),
        )
        # Registered as attribute tables, so that the file stays a valid GeoPackage.
        for table in ("atlas_features", "atlas_rows", "atlas_documents"):
            db.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change)"
                " VALUES (?, 'attributes', ?, ?)",
                (table, table, _STAMP),
            )


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
