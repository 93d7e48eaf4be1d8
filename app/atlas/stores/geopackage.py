"""Features in a large GeoPackage: read through its R-tree, so that memory does not grow with the file.

The file is one that :mod:`app.atlas.write` wrote. ``atlas_rows`` holds what questions are asked by,
``atlas_features`` the finished bytes, ``rtree_features_geom`` the boxes (GDAL's), ``features`` the columns
to sort by and the geometries. Only features on the border of a box need their geometry read.
"""

from __future__ import annotations

import json
import os
import sqlite3
import weakref
from array import array
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import shapely

from app.atlas.budget import check_time, out_of_time
from app.atlas.columns import SCALARS
from app.atlas.features import CountedBy, Page, StoredFeature, meeting, page_of
from app.atlas.query import Query, SortKey
from app.atlas.search import fold
from app.errors import MissingInputError, TooLongError

_CHUNK: Final = 500
_STEPS_PER_LOOK: Final = 20_000  # SQLite's machine steps between looks at the clock: a few milliseconds
_CACHE_KIB: Final = 32_768
_ENVELOPE_BYTES: Final = (0, 32, 48, 48, 64)  # GeoPackage 1.3, 2.1.3: by envelope code


class ReadOnlyFile:
    """Connections to one SQLite file, each lent to one thread at a time; a forked process opens its own.

    The file never changes, but another may take its name: a connection to that one is never given.

    Raises
    ------
    OSError
        When there is no such file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = file_stamp(path)
        self._idle: deque[sqlite3.Connection] = deque()
        self._process = os.getpid()
        weakref.finalize(self, _close, self._idle)

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """A connection for this block alone.

        Raises
        ------
        TooLongError
            When a statement was stopped because the time for the request is over.
        MissingInputError
            When another file has taken the name, which the next request will read.
        """
        if self._process != os.getpid():
            self._process = os.getpid()
            self._idle.clear()
        try:
            db = self._idle.pop()
        except IndexError:
            db = self._open()
        try:
            yield db
        except sqlite3.OperationalError as error:
            if str(error) == "interrupted":
                raise TooLongError from None
            raise
        finally:
            self._idle.append(db)

    def _open(self) -> sqlite3.Connection:
        # immutable spares the locks; SQLite resolves links, so a held descriptor cannot be opened again
        address = f"{self._path.resolve().as_uri()}?mode=ro&immutable=1"
        db = sqlite3.connect(address, uri=True, check_same_thread=False)
        if file_stamp(self._path) != self._stamp:
            db.close()
            raise MissingInputError(self._path, "the atlas was replaced just now", cure="Ask again.")
        db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        db.set_progress_handler(out_of_time, _STEPS_PER_LOOK)
        return db


def file_stamp(path: Path) -> tuple[int, int]:
    """What tells a file from one that took its place."""
    status = path.stat()
    return status.st_ino, status.st_mtime_ns


def _close(idle: deque[sqlite3.Connection]) -> None:
    while idle:
        idle.pop().close()


class GeoPackageTable:
    """Features of an atlas file, read when asked for.

    Raises
    ------
    sqlite3.DatabaseError
        When the file is not such an atlas.
    """

    def __init__(self, file: ReadOnlyFile) -> None:
        self._file = file
        with file.connection() as db:
            self._count: int = db.execute("SELECT count(*) FROM atlas_rows").fetchone()[0]
            extent = "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = 'features'"
            self._extent: Sequence[float | None] = db.execute(extent).fetchone()
            db.execute("SELECT id FROM rtree_features_geom LIMIT 1")
            last = db.execute("SELECT max(fid), (SELECT count(*) FROM atlas_features) FROM atlas_features")
            if last.fetchone() != (self._count or None, self._count):
                raise sqlite3.DatabaseError("its tables do not have the same features")
        self._counted = lru_cache(maxsize=256)(self._count_where)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[StoredFeature]:
        return self._read(range(1, self._count + 1))

    def feature(self, feature_id: str) -> StoredFeature | None:
        """The feature with this id."""
        with self._file.connection() as db:
            row = db.execute("SELECT id, geojson FROM atlas_features WHERE id = ?", (feature_id,)).fetchone()
        return None if row is None else StoredFeature.from_bytes(*row)

    def counts(self, by: CountedBy) -> dict[str, int]:
        """Features by plan, layer or kind."""
        with self._file.connection() as db:
            return dict(db.execute(f"SELECT {by}, count(*) FROM atlas_rows GROUP BY {by} ORDER BY min(fid)"))

    def query(self, query: Query) -> Page:
        """Features that meet every condition of the query, and how many there are before paging."""
        if query.where is not None:
            return page_of(meeting(self._read(self._ids(query)), query), query)
        if self._meets_box(query):
            statement = _Statement(query, located=query.bbox is not None)
            matched = self._counted(statement.count, statement.values)
            with self._file.connection() as db:
                ids = [row[0] for row in db.execute(*statement.page(query))]
        else:
            found = self._ids(query)
            matched = len(found)
            stop = None if query.limit is None else query.offset + query.limit
            ids = list(found[query.offset : stop])
        return Page(matched, list(self._read(ids)))

    def stream(self, query: Query) -> Iterator[StoredFeature]:
        """The items of the same query, some hundred read at a time."""
        stop = None if query.limit is None else query.offset + query.limit
        if query.where is None:
            return self._read(self._ids(query)[query.offset : stop])
        return _slice(meeting(self._read(self._ids(query)), query), query.offset, stop)

    def _meets_box(self, query: Query) -> bool:
        """Whether the box of the query says nothing: none, or around everything."""
        if query.bbox is None:
            return True
        west, south, east, north = self._extent
        if west is None or south is None or east is None or north is None:
            return False
        box = query.bbox
        return box[0] <= west and box[1] <= south and box[2] >= east and box[3] >= north

    def _count_where(self, statement: str, values: tuple[Any, ...]) -> int:
        with self._file.connection() as db:
            return int(db.execute(statement, values).fetchone()[0])

    def _ids(self, query: Query) -> array[int]:
        """Row numbers of what meets all conditions but ``where``, in the order asked for."""
        whole = self._meets_box(query)
        statement = _Statement(query, located=query.bbox is not None and whole, boxed=not whole)
        ids, border = array("q"), array("q")
        with self._file.connection() as db, closing(db.execute(statement.all, statement.values)) as rows:
            for fid, inside in rows:
                ids.append(fid)
                if not inside:
                    border.append(fid)
        if not border:
            return ids
        outside = set(border) - self._touching(border, query)
        return array("q", (fid for fid in ids if fid not in outside)) if outside else ids

    def _touching(self, border: Sequence[int], query: Query) -> set[int]:
        """Of features whose box crosses the query's, those whose geometry does."""
        assert query.bbox is not None
        area = shapely.box(*query.bbox)
        shapely.prepare(area)
        found: set[int] = set()
        with self._file.connection() as db:
            for start in range(0, len(border), _CHUNK):
                check_time()
                part = json.dumps(list(border[start : start + _CHUNK]))
                rows = db.execute(
                    "SELECT fid, geom FROM features WHERE fid IN (SELECT value FROM json_each(?))", (part,)
                ).fetchall()
                meets = shapely.intersects(area, shapely.from_wkb([_wkb(row[1]) for row in rows]))
                found.update(row[0] for row, met in zip(rows, meets, strict=True) if met)
        return found

    def _read(self, ids: Sequence[int]) -> Iterator[StoredFeature]:
        """Features by row number, in the order given."""
        for start in range(0, len(ids), _CHUNK):
            part = list(ids[start : start + _CHUNK])
            with self._file.connection() as db:
                rows = {
                    fid: StoredFeature.from_bytes(feature_id, geojson)
                    for fid, feature_id, geojson in db.execute(
                        "SELECT fid, id, geojson FROM atlas_features"
                        " WHERE fid IN (SELECT value FROM json_each(?))",
                        (json.dumps(part),),
                    )
                }
            yield from (rows[fid] for fid in part)


class _Statement:
    """The SQL of a query: of all its row numbers, a page of them, and their count."""

    def __init__(self, query: Query, *, located: bool = False, boxed: bool = False) -> None:
        tests: list[str] = []
        values: list[Any] = []
        for name in ("plan", "layer", "kind"):
            if (value := getattr(query, name)) is not None:
                tests.append(f"r.{name} = ?")
                values.append(value)
        if query.q and (needle := fold(query.q)):
            tests.append("instr(r.names, ?) > 0")
            values.append(needle)
        if located or (query.bbox is None and not query.registered):
            tests.append("r.located")
        tables, fid, inside = "atlas_rows r", "r.fid", "1"
        if boxed and query.bbox is not None:
            west, south, east, north = query.bbox
            # CROSS JOIN: the R-tree first. Its boxes are rounded outwards, so what lies inside the query's
            # box needs no second look.
            tables = "rtree_features_geom t" + (" CROSS JOIN atlas_rows r ON r.fid = t.id" if tests else "")
            fid = "t.id"
            inside = "t.minx >= ? AND t.maxx <= ? AND t.miny >= ? AND t.maxy <= ?"
            tests.insert(0, "t.maxx >= ? AND t.minx <= ? AND t.maxy >= ? AND t.miny <= ?")
            values[:0] = [west, east, south, north, west, east, south, north]
        where = f" WHERE {' AND '.join(tests)}" if tests else ""
        self.values = tuple(values)
        self.count = f"SELECT count(*) FROM {tables}{where}"
        if query.sortby:
            tables += f" CROSS JOIN features f ON f.fid = {fid}"
        order = ", ".join((*_order(query.sortby), fid))
        self.all = f"SELECT {fid}, {inside} FROM {tables}{where} ORDER BY {order}"

    def page(self, query: Query) -> tuple[str, tuple[Any, ...]]:
        """The statement and values that give the row numbers of the query's page."""
        limit = -1 if query.limit is None else query.limit
        return f"{self.all} LIMIT ? OFFSET ?", (*self.values, limit, query.offset)


def _order(keys: Iterable[SortKey]) -> list[str]:
    terms = []
    for key in keys:
        if key.name not in SCALARS:
            raise KeyError(key.name)
        column = f'f."{key.name}"'
        terms.append(f"{column} IS NULL, {column} {'DESC' if key.descending else 'ASC'}")
    return terms


def _slice(features: Iterable[StoredFeature], start: int, stop: int | None) -> Iterator[StoredFeature]:
    for position, feature in enumerate(features):
        if stop is not None and position >= stop:
            return
        if position >= start:
            yield feature


def _wkb(blob: bytes) -> bytes:
    """The well-known binary in a GeoPackage geometry (GeoPackage 1.3, 2.1.3)."""
    return blob[8 + _ENVELOPE_BYTES[blob[3] >> 1 & 7] :]
