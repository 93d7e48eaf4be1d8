"""Features in a large GeoPackage: read through its R-tree, so that memory does not grow with the file.

The file is one that :mod:`app.atlas.write` wrote. ``atlas_rows`` holds what questions are asked by,
``atlas_features`` the finished bytes in the order of the R-tree, ``rtree_features_geom`` the boxes (GDAL's),
``features`` the columns to sort by. Only features on the border of a box need their geometry read.
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
from app.atlas.features import CountedBy, Page, StoredFeature, area_of
from app.atlas.query import Query
from app.atlas.search import fold
from app.atlas.stores.rows import CHUNK, RowTable, sort_keys
from app.errors import MissingInputError, TooLongError

_STEPS_PER_LOOK: Final = 20_000  # SQLite's machine steps between looks at the clock: a few milliseconds
_CACHE_KIB: Final = 32_768
_HERE: Final = "WHERE place IN (SELECT value FROM json_each(?))"


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


class GeoPackageTable(RowTable):
    """Features of an atlas file, read when asked for.

    Raises
    ------
    sqlite3.DatabaseError
        When the file is not such an atlas.
    """

    def __init__(self, file: ReadOnlyFile) -> None:
        self._file = file
        with file.connection() as db:
            count: int = db.execute("SELECT count(*) FROM atlas_rows").fetchone()[0]
            extent = "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = 'features'"
            box = db.execute(extent).fetchone()
            db.execute("SELECT id FROM rtree_features_geom LIMIT 1")
            self._places = array(
                "q", (row[0] or 0 for row in db.execute("SELECT place FROM atlas_rows ORDER BY fid"))
            )
            last = "SELECT max(place), (SELECT max(fid) FROM atlas_rows) FROM atlas_features"
            if db.execute(last).fetchone() != (count or None, count or None) or 0 in self._places:
                raise sqlite3.DatabaseError("its tables do not have the same features")
        super().__init__(count, None if None in box else box)
        self._counted = lru_cache(maxsize=256)(self._count_where)

    def feature(self, feature_id: str) -> StoredFeature | None:
        """The feature with this id."""
        with self._file.connection() as db:
            row = db.execute("SELECT id, geojson FROM atlas_features WHERE id = ?", (feature_id,)).fetchone()
        return None if row is None else StoredFeature.from_bytes(*row)

    def counts(self, by: CountedBy) -> dict[str, int]:
        """Features by plan, layer or kind."""
        with self._file.connection() as db:
            return dict(db.execute(f"SELECT {by}, count(*) FROM atlas_rows GROUP BY {by} ORDER BY min(fid)"))

    def _fetch(self, rows: list[int]) -> dict[int, StoredFeature]:
        statement = f"SELECT fid, id, geojson FROM atlas_features {_HERE}"
        with self._file.connection() as db:
            return {
                fid: StoredFeature.from_bytes(feature_id, geojson)
                for fid, feature_id, geojson in db.execute(statement, (self._at(rows),))
            }

    def _at(self, rows: Iterable[int]) -> str:
        """The places of rows, as the parameter of ``_HERE``."""
        return json.dumps([self._places[row - 1] for row in rows])

    def _matches(self, query: Query) -> int:
        statement = _Statement(query, boxed=False)
        return self._counted(statement.count, statement.values)

    def _count_where(self, statement: str, values: tuple[Any, ...]) -> int:
        with self._file.connection() as db:
            return int(db.execute(statement, values).fetchone()[0])

    def _page(self, query: Query) -> list[int]:
        statement = _Statement(query, boxed=False)
        window = (-1 if query.limit is None else query.limit, query.offset)
        with self._file.connection() as db:
            found = db.execute(f"{statement.all} LIMIT ? OFFSET ?", (*statement.values, *window))
            return [row[0] for row in found]

    def query(self, query: Query) -> Page:
        """Features that meet every condition of the query, and how many there are before paging."""
        if query.where is not None or query.offset or not self._boxed(query):
            return super().query(query)
        rows, border = self._candidates(query)
        if len(rows) > min(CHUNK, CHUNK if query.limit is None else query.limit):
            rows = self._without(rows, border, query)
            return Page(len(rows), list(self._read(rows[: query.limit])))
        # few enough to read the bytes of all, and with them, once, what decides about the border
        statement = f"SELECT fid, id, geojson, wkb FROM atlas_features {_HERE}"
        with self._file.connection() as db:
            found = {row[0]: row[1:] for row in db.execute(statement, (self._at(rows),))}
        met = _meeting(query, border, [found[fid][2] for fid in border])
        kept = (fid for fid in rows if met.get(fid, True))
        items = [StoredFeature.from_bytes(*found[fid][:2]) for fid in kept]
        return Page(len(items), items)

    def _matching(self, query: Query) -> array[int]:
        return self._without(*self._candidates(query), query)

    def _candidates(self, query: Query) -> tuple[array[int], array[int]]:
        """Rows whose box meets the query's, and those of them whose geometry may not."""
        statement = _Statement(query, boxed=self._boxed(query))
        rows, border = array("q"), array("q")
        with self._file.connection() as db, closing(db.execute(statement.all, statement.values)) as found:
            for fid, inside in found:
                rows.append(fid)
                if not inside:
                    border.append(fid)
        return rows, border

    def _without(self, rows: array[int], border: array[int], query: Query) -> array[int]:
        """Those of ``rows`` whose geometry meets the query's box."""
        statement = f"SELECT fid, wkb FROM atlas_features {_HERE}"
        outside: set[int] = set()
        with self._file.connection() as db:
            for start in range(0, len(border), CHUNK):
                check_time()
                read = db.execute(statement, (self._at(border[start : start + CHUNK]),)).fetchall()
                met = _meeting(query, [row[0] for row in read], [row[1] for row in read])
                outside.update(fid for fid, does in met.items() if not does)
        return array("q", (fid for fid in rows if fid not in outside)) if outside else rows


def _meeting(query: Query, rows: Sequence[int], shapes: Sequence[bytes]) -> dict[int, bool]:
    """For each row, given its geometry as well-known binary, whether it meets the query's box."""
    if query.bbox is None or not rows:
        return {}
    area = area_of(query.bbox)
    shapely.prepare(area)
    return dict(zip(rows, shapely.intersects(area, shapely.from_wkb(shapes)).tolist(), strict=True))


class _Statement:
    """The SQL of a query: of all its row numbers, whether each is surely inside the box, and their count."""

    def __init__(self, query: Query, *, boxed: bool) -> None:
        tests: list[str] = []
        values: list[Any] = []
        for name in ("plan", "layer", "kind"):
            if (value := getattr(query, name)) is not None:
                tests.append(f"r.{name} = ?")
                values.append(value)
        if query.q and (needle := fold(query.q)):
            tests.append("instr(r.names, ?) > 0")
            values.append(needle)
        if not boxed and (query.bbox is not None or not query.registered):
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
        terms = (
            f'f."{key.name}" IS NULL, f."{key.name}" {"DESC" if key.descending else "ASC"}'
            for key in sort_keys(query)
        )
        self.all = f"SELECT {fid}, {inside} FROM {tables}{where} ORDER BY {', '.join((*terms, fid))}"
