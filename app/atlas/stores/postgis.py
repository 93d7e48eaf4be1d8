"""Features in PostGIS, where ``atlas publish`` put them: the same answers as the file, for many servers.

Each publication has tables of its own (:mod:`app.atlas.publish`), and an atlas reads those of the one it
was opened with: a reader sees the old or the new, never some of both. Nothing is written from here.
"""

from __future__ import annotations

import json
import os
import re
import time
import weakref
from array import array
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from threading import Lock
from typing import Any, Final

import psycopg
from shapely import to_wkb

from app.atlas.budget import check_time
from app.atlas.columns import TEXTS
from app.atlas.features import CountedBy, StoredFeature, area_of
from app.atlas.query import Query
from app.atlas.search import fold
from app.atlas.store import SCHEMA_VERSION, Atlas
from app.atlas.stores.rows import RowTable, sort_keys
from app.errors import AtlasError, TooLongError

PUBLISH_COMMAND: Final = "flask --app app atlas publish"
LOOK_AGAIN: Final = 1.0
"""Seconds between looks for a newer publication."""

_CONNECT_SECONDS: Final = 5
_SURELY_ALIVE: Final = 1.0  # seconds since a connection was last used
_SESSION: Final = (
    "-c default_transaction_read_only=on -c plan_cache_mode=force_custom_plan -c jit=off"
    " -c statement_timeout={milliseconds}"
)


_SECRET: Final = re.compile(r"(://[^/@\s:]*:)(\S*)@")
"""Up to the last @: a password with / or @ should be encoded, and is hidden where it is not."""


class DatabaseError(AtlasError):
    """The database cannot be reached, read or written; the message never carries a password."""

    def __init__(self, url: str, reason: str | BaseException, *, cure: str = "") -> None:
        sentence = " ".join(str(reason).split()).rstrip(".")
        secret = _SECRET.search(url)
        if secret is not None and secret[2]:  # libpq quotes a password that it cannot read
            sentence = sentence.replace(secret[2], "***")
        super().__init__(without_password(f"{url}: {sentence}.") + (f" {cure}" if cure else ""))


def without_password(text: str) -> str:
    """Text in which a database address stands, without its password, whichever way it is given."""
    hidden = _SECRET.sub(r"\1***@", text)
    return re.sub(r"(?i)((?:^|[\s?&])(?:ssl)?password\s*=\s*)('(?:\\.|[^'\\])*'|[^\s&]+)", r"\1***", hidden)


class Database:
    """Read-only connections to one database, each lent to one thread at a time; a fork opens its own."""

    def __init__(self, url: str, *, seconds: float) -> None:
        self.url = url
        self._options = _SESSION.format(milliseconds=int(seconds * 1000))
        self._idle: deque[tuple[psycopg.Connection[Any], float]] = deque()
        self._parents: list[Any] = []
        self._process = os.getpid()
        weakref.finalize(self, _close, self._idle, self._process)

    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection for this block alone.

        Raises
        ------
        DatabaseError
            When there is none to be had, or it breaks.
        TooLongError
            When a statement takes longer than is allowed.
        """
        if self._process != os.getpid():
            # kept: to let go of the parent's sessions here would warn, to close them would end them there
            self._process, self._parents = os.getpid(), list(self._idle)
            self._idle.clear()
        check_time()
        try:
            db = self._lend()
            try:
                yield db
            finally:
                if not db.closed:
                    self._idle.append((db, time.monotonic()))
        except psycopg.errors.QueryCanceled:
            raise TooLongError from None
        except psycopg.Error as error:
            raise DatabaseError(self.url, error, cure=f"Publish the atlas: {PUBLISH_COMMAND}") from None

    def _lend(self) -> psycopg.Connection[Any]:
        while self._idle:
            db, used = self._idle.pop()
            if time.monotonic() - used < _SURELY_ALIVE or _alive(db):
                return db
            db.close()
        return psycopg.connect(
            self.url, autocommit=True, connect_timeout=_CONNECT_SECONDS, options=self._options
        )


def _alive(db: psycopg.Connection[Any]) -> bool:
    try:
        db.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


def _close(idle: deque[tuple[psycopg.Connection[Any], float]], process: int) -> None:
    while idle and process == os.getpid():
        idle.pop()[0].close()


class PostgisTable(RowTable):
    """Features of one publication.

    Parameters
    ----------
    schema, generation
        Where ``atlas publish`` put them.
    """

    def __init__(self, database: Database, schema: str, generation: int) -> None:
        self._database = database
        self._table = f'"{schema}".features_{generation}'
        statement = (
            f'SELECT features, west, south, east, north FROM "{schema}".publications WHERE generation = %s'
        )
        with database.connection() as db:
            count, *box = db.execute(statement, (generation,)).fetchone() or (0, None)
        super().__init__(count, None if None in box else tuple(box))
        self._counted = lru_cache(maxsize=256)(self._count_where)

    def feature(self, feature_id: str) -> StoredFeature | None:
        """The feature with this id."""
        if "\x00" in feature_id:  # PostgreSQL has no such text
            return None
        with self._database.connection() as db:
            statement = f"SELECT id, geojson FROM {self._table} WHERE id = %s"
            row = db.execute(statement, (feature_id,), binary=True).fetchone()
        return None if row is None else StoredFeature.from_bytes(*row)

    def counts(self, by: CountedBy) -> dict[str, int]:
        """Features by plan, layer or kind."""
        with self._database.connection() as db:
            rows = db.execute(f"SELECT {by}, count(*) FROM {self._table} GROUP BY {by} ORDER BY min(fid)")
            return dict(rows.fetchall())

    def _fetch(self, rows: list[int]) -> dict[int, StoredFeature]:
        statement = f"SELECT fid, id, geojson FROM {self._table} WHERE fid = ANY(%s)"
        with self._database.connection() as db:
            found = db.execute(statement, (rows,), binary=True).fetchall()
        return {fid: StoredFeature.from_bytes(feature_id, geojson) for fid, feature_id, geojson in found}

    def _matches(self, query: Query) -> int:
        tests, values = _conditions(query, boxed=False)
        return self._counted(tests, tuple(values))

    def _count_where(self, tests: str, values: tuple[Any, ...]) -> int:
        with self._database.connection() as db:
            row = db.execute(f"SELECT count(*) FROM {self._table}{tests}", values).fetchone()
        return int(row[0]) if row else 0

    def _page(self, query: Query) -> list[int]:
        tests, values = _conditions(query, boxed=False)
        statement = f"SELECT fid FROM {self._table}{tests} ORDER BY {_order(query)} LIMIT %s OFFSET %s"
        with self._database.connection() as db:
            return [row[0] for row in db.execute(statement, (*values, query.limit, query.offset))]

    def _matching(self, query: Query) -> array[int]:
        tests, values = _conditions(query, boxed=self._boxed(query))
        with self._database.connection() as db:
            statement = f"SELECT fid FROM {self._table}{tests} ORDER BY {_order(query)}"
            return array("q", (row[0] for row in db.execute(statement, values, binary=True)))


def _conditions(query: Query, *, boxed: bool) -> tuple[str, list[Any]]:
    tests: list[str] = []
    values: list[Any] = []
    if boxed and query.bbox is not None:
        tests.append("ST_Intersects(geom, ST_GeomFromWKB(%s, 4326))")
        values.append(to_wkb(area_of(query.bbox)))
    elif query.bbox is not None or not query.registered:
        tests.append("geom IS NOT NULL")
    for name in ("plan", "layer", "kind"):
        if (value := getattr(query, name)) is not None:
            tests.append(f"{name} = %s")
            values.append(value)
    if query.q and (needle := fold(query.q)):
        tests.append("strpos(names, %s) > 0")
        values.append(needle)
    return f" WHERE {' AND '.join(tests)}" if tests else "", values


def _order(query: Query) -> str:
    terms = []
    for key in sort_keys(query):
        collation = ' COLLATE "C"' if key.name in TEXTS else ""  # by code point, as everywhere
        terms.append(f'"{key.name}"{collation} {"DESC" if key.descending else "ASC"} NULLS LAST')
    return ", ".join((*terms, "fid"))


class AtlasDatabase:
    """The newest atlas that was published to a database; looks for a newer one every second.

    Parameters
    ----------
    url
        As libpq reads it.
    schema
        Where the atlas is published.
    seconds
        Longest a statement may take.
    """

    def __init__(self, url: str, *, schema: str, seconds: float) -> None:
        self._database = Database(url, seconds=seconds)
        self._schema = schema
        self._lock = Lock()
        self._generation = 0
        self._looked = float("-inf")
        self._atlas: Atlas | None = None

    def __call__(self) -> Atlas:
        """The current atlas.

        Raises
        ------
        DatabaseError
            When none is published there, or the database cannot be reached.
        """
        with self._lock:
            now = time.monotonic()
            if self._atlas is None or now - self._looked > LOOK_AGAIN:
                generation = self._newest()
                if self._atlas is None or generation != self._generation:
                    self._atlas, self._generation = self._open(generation), generation
                self._looked = now
            return self._atlas

    def _newest(self) -> int:
        with self._database.connection() as db:
            row = db.execute(f'SELECT max(generation) FROM "{self._schema}".publications').fetchone()
        if row is None or row[0] is None:
            raise DatabaseError(
                self._database.url, "no atlas is published here", cure=f"Publish it: {PUBLISH_COMMAND}"
            )
        return int(row[0])

    def _open(self, generation: int) -> Atlas:
        with self._database.connection() as db:
            rows = db.execute(f'SELECT name, body FROM "{self._schema}".documents_{generation}', binary=True)
            documents = dict(rows.fetchall())
            statement = f'SELECT published FROM "{self._schema}".publications WHERE generation = %s'
            (published,) = db.execute(statement, (generation,)).fetchone() or (
                datetime.fromtimestamp(0, UTC),
            )
        schema = json.loads(documents["meta"])["schema"]
        if schema != SCHEMA_VERSION:
            raise DatabaseError(
                self._database.url, f"the atlas has schema {schema}", cure=f"Publish it: {PUBLISH_COMMAND}"
            )
        table = PostgisTable(self._database, self._schema, generation)
        return Atlas(table, documents, modified=int(published.timestamp()))
