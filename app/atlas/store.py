"""The built atlas as the server holds it (written by :mod:`app.atlas.write`)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import Any, Final

from app.atlas.features import CountedBy, FeatureTable, Page, StoredFeature
from app.atlas.inputs import Inputs
from app.atlas.pinyin import remember
from app.atlas.query import Query
from app.atlas.search import NameIndex
from app.atlas.stores.geopackage import GeoPackageTable, ReadOnlyFile, file_stamp
from app.atlas.stores.memory import MemoryTable
from app.atlas.tilearchive import TileArchive
from app.errors import MissingInputError

__all__ = ["Atlas", "AtlasFile", "Page", "StoredFeature", "is_current"]

SCHEMA_VERSION = 8
BUILD_COMMAND = "flask --app app atlas build"
BACKDROP_TILES: Final = "tiles/backdrop"
"""Name of the document that holds the offline basemap's tiles: no JSON, an archive of them."""

MEMORY_FEATURES: Final = 50_000
"""Atlases up to this size are held in memory unless told otherwise: about 200 MiB."""


class Atlas:
    """The atlas as the server holds it: immutable, safe to share between threads.

    Parameters
    ----------
    table
        Its features.
    documents
        Everything else, as JSON bytes by name; and the basemap's tiles, see :data:`BACKDROP_TILES`.
    modified
        When it was built or published, in seconds since 1970; 0 where that is not known.
    """

    def __init__(self, table: FeatureTable, documents: Mapping[str, bytes], *, modified: int = 0) -> None:
        self._table = table
        self.modified = modified
        self.documents = dict(documents)
        self.tiles = TileArchive(self.documents[BACKDROP_TILES])
        meta = self.document("meta")
        self.version: str = meta["version"]
        self.plans: list[dict[str, Any]] = self.document("plans")
        self.themes: list[dict[str, Any]] = self.document("themes")
        self.layers: list[dict[str, Any]] = self.document("layers")
        self.findings: list[dict[str, Any]] = self.document("findings")
        self.register: list[dict[str, Any]] = self.document("register")
        self.checks: list[dict[str, Any]] = self.document("checks")
        self.indicators: list[dict[str, Any]] = self.document("indicators")
        self.series: list[dict[str, Any]] = self.document("series")
        self.lineage: list[dict[str, Any]] = self.document("lineage")
        self.targets: list[dict[str, Any]] = self.document("targets")
        self.results: list[dict[str, Any]] = self.document("results")
        self.coverage: dict[str, Any] = self.document("coverage")
        self.backdrops: tuple[str, ...] = tuple(meta["backdrops"])
        self._moved: dict[str, str] = self.document("moved")
        self.names = NameIndex(self.document("names"))
        remember(self.document("spellings"))

    @classmethod
    def open(cls, path: Path, *, memory_features: int = MEMORY_FEATURES) -> Atlas:
        """Open a built atlas: in memory, or where it has more features than that, in its file.

        Raises
        ------
        MissingInputError
            When the file is missing, damaged or of another schema; the cure is the build command.
        """
        cure = f"Build it: {BUILD_COMMAND}"
        if not path.is_file():
            raise MissingInputError(path, "the atlas has not been built", cure=cure)
        try:
            with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
                documents = dict(db.execute("SELECT name, body FROM atlas_documents"))
            schema = json.loads(documents["meta"])["schema"]
            if schema != SCHEMA_VERSION:
                raise MissingInputError(path, f"the atlas has schema {schema}", cure=cure)
            table: FeatureTable = GeoPackageTable(ReadOnlyFile(path))
            if len(table) <= memory_features:
                table = MemoryTable(list(table))
            return cls(table, documents, modified=int(path.stat().st_mtime))
        except (sqlite3.DatabaseError, KeyError, json.JSONDecodeError) as error:
            raise MissingInputError(path, f"the atlas cannot be read ({error})", cure=cure) from None

    def document(self, name: str) -> Any:
        """A JSON document of the atlas by name."""
        return json.loads(self.documents[name])

    def backdrop(self, name: str) -> bytes:
        """GeoJSON bytes of a backdrop layer; KeyError for an unknown name."""
        return self.documents[f"backdrop/{name}"]

    def __len__(self) -> int:
        return len(self._table)

    def __iter__(self) -> Iterator[StoredFeature]:
        return iter(self._table)

    def feature(self, feature_id: str) -> StoredFeature | None:
        """The feature with this id."""
        return self._table.feature(feature_id)

    def moved(self, feature_id: str) -> str | None:
        """The id that replaced ``feature_id``, if it was renamed."""
        return self._moved.get(feature_id)

    def query(self, query: Query) -> Page:
        """Features that meet every condition of the query, and how many there are before paging."""
        return self._table.query(query)

    def stream(self, query: Query) -> Iterator[StoredFeature]:
        """The items of the same query one after the other, in bounded memory."""
        return self._table.stream(query)

    def counts(self, by: CountedBy) -> dict[str, int]:
        """Features by plan, layer or kind."""
        return self._table.counts(by)


class AtlasFile:
    """The atlas that stands at a path now: opened when first asked for, again when it was replaced.

    Calling it costs one ``stat``; an atlas in use is never changed, only succeeded.
    """

    def __init__(self, path: Path, *, memory_features: int = MEMORY_FEATURES) -> None:
        self._path = path
        self._memory_features = memory_features
        self._lock = Lock()
        self._stamp: tuple[int, int] | None = None
        self._atlas: Atlas | None = None

    def __call__(self) -> Atlas:
        """The current atlas.

        Raises
        ------
        MissingInputError
            When there is none that can be read.
        """
        try:
            stamp = file_stamp(self._path)
        except OSError:
            stamp = None
        with self._lock:
            if self._atlas is None or stamp != self._stamp:
                self._atlas = Atlas.open(self._path, memory_features=self._memory_features)
                self._stamp = stamp
            return self._atlas


def is_current(inputs: Inputs, target: Path) -> bool:
    """True when ``target`` is a readable atlas built from just these inputs."""
    try:
        return Atlas.open(target).version == inputs.version()
    except MissingInputError:
        return False
