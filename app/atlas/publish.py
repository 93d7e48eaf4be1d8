"""The atlas into PostGIS: for servers that share it, and for people who query it.

One transaction makes tables of a new generation, points the view ``features`` at them, and drops those
older than the one before: readers see the old or the new atlas, a failure leaves what was there. Servers
(:mod:`app.atlas.stores.postgis`) read a generation's own tables. Only this module writes to a database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import psycopg
import shapely

from app.atlas.columns import LISTS, NUMBERS, TEXTS, cells, folded_names
from app.atlas.features import StoredFeature
from app.atlas.store import Atlas
from app.atlas.stores.postgis import DatabaseError

Progress = Callable[[str, int, int], None]

_LOCK: Final = 0x71616C41  # one publication to a database at a time
_SHOWN: Final = ("fid", *TEXTS, *NUMBERS, *LISTS, "geom")
_PATIENCE: Final = "30s"  # for a reader to let go of what is to be dropped
_KEPT: Final = 2  # generations: the newest, and the one that a request may still be reading
_REPORT_EACH: Final = 1000

_SHARED = """
CREATE SCHEMA IF NOT EXISTS "{schema}";
CREATE TABLE IF NOT EXISTS "{schema}".publications (
    generation integer PRIMARY KEY,
    version text NOT NULL,
    features integer NOT NULL,
    west float8, south float8, east float8, north float8,
    published timestamptz NOT NULL DEFAULT now()
);
"""
_TABLES = """
CREATE TABLE "{schema}".features_{generation} (
    fid integer PRIMARY KEY,
    {columns},
    names text NOT NULL,
    geojson bytea NOT NULL,
    geom geometry(Geometry, 4326)
);
ALTER TABLE "{schema}".features_{generation} ALTER COLUMN geojson SET STORAGE EXTERNAL;
CREATE TABLE "{schema}".documents_{generation} (name text PRIMARY KEY, body bytea NOT NULL);
"""
_INDEXES = """
ALTER TABLE "{schema}".features_{generation} ADD UNIQUE (id);
CREATE INDEX ON "{schema}".features_{generation} USING gist (geom);
CREATE INDEX ON "{schema}".features_{generation} (plan);
CREATE INDEX ON "{schema}".features_{generation} (layer);
CREATE INDEX ON "{schema}".features_{generation} (kind);
ANALYZE "{schema}".features_{generation};
COMMENT ON TABLE "{schema}".features_{generation} IS 'WGS84 (EPSG:4326), longitude latitude';
"""


def publish(atlas: Atlas, url: str, *, schema: str, progress: Progress) -> int:
    """Put the atlas into a database with PostGIS; returns the number of features.

    Parameters
    ----------
    url
        As libpq reads it; the account must be allowed to make the schema or own it.
    schema
        A lower-case identifier.

    Raises
    ------
    DatabaseError
        When the database cannot be reached or refuses; then it is as it was.
    """
    try:
        with psycopg.connect(url) as db:  # one transaction, committed when the block ends well
            db.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            db.execute(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
            if db.execute("SELECT 1 FROM pg_extension WHERE extname = 'postgis'").fetchone() is None:
                raise DatabaseError(
                    url, "PostGIS is not there", cure="As its owner: CREATE EXTENSION postgis"
                )
            db.execute(_SHARED.format(schema=schema))
            newest = db.execute(f'SELECT max(generation) FROM "{schema}".publications').fetchone()
            generation = ((newest and newest[0]) or 0) + 1
            count = _fill(db, atlas, schema, generation, progress)
            _show(db, schema, generation)
            _forget(db, schema, generation - _KEPT)
    except psycopg.Error as error:
        raise DatabaseError(url, error, cure="Nothing was changed.") from None
    return count


def _fill(db: psycopg.Connection[Any], atlas: Atlas, schema: str, generation: int, progress: Progress) -> int:
    names = {"schema": schema, "generation": generation}
    columns = [f'"{name}" text' for name in TEXTS]
    columns += [f'"{name}" float8' for name in NUMBERS] + [f'"{name}" jsonb' for name in LISTS]
    db.execute(_TABLES.format(columns=", ".join(columns), **names))
    copied = ", ".join(f'"{name}"' for name in (*_SHOWN, "names", "geojson"))
    with db.cursor() as cursor:
        with cursor.copy(f'COPY "{schema}".features_{generation} ({copied}) FROM STDIN') as copy:
            count = 0
            for count, feature in enumerate(_reported(atlas, progress), 1):
                copy.write_row(_row(count, feature))
        with cursor.copy(f'COPY "{schema}".documents_{generation} (name, body) FROM STDIN') as copy:
            for name, body in atlas.documents.items():
                copy.write_row((name, body))
    db.execute(_INDEXES.format(**names))
    db.execute(
        f'INSERT INTO "{schema}".publications (generation, version, features, west, south, east, north)'
        " SELECT %s, %s, %s, ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box)"
        f' FROM (SELECT ST_Extent(geom) AS box FROM "{schema}".features_{generation}) AS whole',
        (generation, atlas.version, count),
    )
    return count


def _reported(atlas: Atlas, progress: Progress) -> Iterable[StoredFeature]:
    for done, feature in enumerate(atlas):
        if done % _REPORT_EACH == 0:
            progress("写入数据库", done, len(atlas))
        yield feature
    progress("写入数据库", len(atlas), len(atlas))


def _row(fid: int, feature: StoredFeature) -> list[Any]:
    geometry = feature.geometry
    shape = (
        None
        if geometry is None
        else shapely.to_wkb(shapely.set_srid(geometry, 4326), True, include_srid=True)
    )
    return [fid, *cells(feature.properties), shape, folded_names(feature.properties), feature.geojson]


def _show(db: psycopg.Connection[Any], schema: str, generation: int) -> None:
    """Point the view that people use at the new tables; one with other columns is made anew."""
    shown = db.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 ORDER BY attnum",
        (f'"{schema}".features',),
    ).fetchall()
    if shown and tuple(row[0] for row in shown) != _SHOWN:
        db.execute(f'DROP VIEW "{schema}".features')
    columns, table = ", ".join(f'"{name}"' for name in _SHOWN), f'"{schema}".features_{generation}'
    db.execute(f'CREATE OR REPLACE VIEW "{schema}".features AS SELECT {columns} FROM {table}')


def _forget(db: psycopg.Connection[Any], schema: str, last: int) -> None:
    old = f'DELETE FROM "{schema}".publications WHERE generation <= %s RETURNING generation'
    for (generation,) in db.execute(old, (last,)).fetchall():
        db.execute(f'DROP TABLE "{schema}".features_{generation}, "{schema}".documents_{generation}')
