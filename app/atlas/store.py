"""The built atlas as the server holds it (written by :mod:`app.atlas.write`)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.atlas.inputs import Inputs
from app.atlas.query import BBox, Query, SortKey
from app.atlas.search import NameIndex, fold
from app.errors import MissingInputError

SCHEMA_VERSION = 3
BUILD_COMMAND = "flask --app app atlas build"


@dataclass(frozen=True, slots=True)
class StoredFeature:
    """A feature as served: ``geometry`` WGS84 or None, ``geojson`` one RFC 7946 Feature (UTF-8)."""

    id: str
    geometry: BaseGeometry | None
    properties: dict[str, Any]
    geojson: bytes

    @property
    def layer(self) -> str:
        """Id of its layer."""
        return str(self.properties["layer"])

    @property
    def bounds(self) -> BBox | None:
        """West, south, east, north in degrees; None without geometry."""
        return None if self.geometry is None else self.geometry.bounds


@dataclass(frozen=True, slots=True)
class Page:
    """A slice of an answer: how many features match, and those of this page."""

    matched: int
    items: list[StoredFeature]


class Atlas:
    """The atlas as the server holds it: in memory, immutable, safe to share between threads."""

    def __init__(self, features: Sequence[StoredFeature], documents: Mapping[str, bytes]) -> None:
        self._features = list(features)
        self._by_id = {feature.id: feature for feature in features}
        self._documents = dict(documents)
        self._located = [i for i, f in enumerate(self._features) if f.geometry is not None]
        self._tree = shapely.STRtree([self._features[i].geometry for i in self._located])
        self._names = [
            fold("\n".join((f.properties["name"], *f.properties["aliases"]))) for f in self._features
        ]
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
        self._index = NameIndex(self.document("names"))

    @classmethod
    def open(cls, path: Path) -> Atlas:
        """Open a built atlas.

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
                rows = db.execute("SELECT geojson FROM atlas_features ORDER BY fid").fetchall()
            schema = json.loads(documents["meta"])["schema"]
            if schema != SCHEMA_VERSION:
                raise MissingInputError(path, f"the atlas has schema {schema}", cure=cure)
            return cls([_stored(row[0]) for row in rows], documents)
        except (sqlite3.DatabaseError, KeyError, json.JSONDecodeError) as error:
            raise MissingInputError(path, f"the atlas cannot be read ({error})", cure=cure) from None

    def document(self, name: str) -> Any:
        """A JSON document of the atlas by name."""
        return json.loads(self._documents[name])

    def backdrop(self, name: str) -> bytes:
        """GeoJSON bytes of a backdrop layer; KeyError for an unknown name."""
        return self._documents[f"backdrop/{name}"]

    def __len__(self) -> int:
        return len(self._features)

    def __iter__(self) -> Iterator[StoredFeature]:
        return iter(self._features)

    def feature(self, feature_id: str) -> StoredFeature | None:
        """The feature with this id."""
        return self._by_id.get(feature_id)

    def moved(self, feature_id: str) -> str | None:
        """The id that replaced ``feature_id``, if it was renamed."""
        return self._moved.get(feature_id)

    def query(self, query: Query) -> Page:
        """Features that meet every condition of the query, and how many there are before paging."""
        if query.bbox is None:
            candidates: Sequence[int] = range(len(self._features)) if query.registered else self._located
        else:
            hits = self._tree.query(shapely.box(*query.bbox), predicate="intersects")
            candidates = [self._located[int(i)] for i in np.sort(hits)]
        wanted = {"plan": query.plan, "layer": query.layer, "kind": query.kind}
        wanted = {key: value for key, value in wanted.items() if value is not None}
        needle = fold(query.q) if query.q else ""
        matching = [
            self._features[i]
            for i in candidates
            if all(self._features[i].properties[key] == value for key, value in wanted.items())
            and (not needle or needle in self._names[i])
            and (query.where is None or query.where.matches(self._features[i]))
        ]
        for key in reversed(query.sortby):  # stable: the last key first
            matching = _sorted(matching, key)
        stop = None if query.limit is None else query.offset + query.limit
        return Page(len(matching), matching[query.offset : stop])

    def search(self, text: str, limit: int = 12) -> list[dict[str, Any]]:
        """Suggestions for a search box: ``id name hit plan kind layer certainty bounds``."""
        found = []
        for hit in self._index.search(text, limit):
            feature = self._by_id[hit.id]
            row = {
                key: feature.properties[key] for key in ("id", "name", "plan", "kind", "layer", "certainty")
            }
            found.append({**row, "hit": hit.name, "bounds": feature.bounds})
        return found


class AtlasFile:
    """The atlas that stands at a path now: opened when first asked for, again when it was replaced.

    Calling it costs one ``stat``; an atlas in use is never changed, only succeeded.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
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
            status = self._path.stat()
            stamp = (status.st_ino, status.st_mtime_ns)
        except OSError:
            stamp = None
        with self._lock:
            if self._atlas is None or stamp != self._stamp:
                self._atlas, self._stamp = Atlas.open(self._path), stamp
            return self._atlas


def is_current(inputs: Inputs, target: Path) -> bool:
    """True when ``target`` is a readable atlas built from just these inputs."""
    try:
        return Atlas.open(target).version == inputs.version()
    except MissingInputError:
        return False


def _stored(geojson: bytes) -> StoredFeature:
    data = json.loads(geojson)
    geometry = None if data["geometry"] is None else shapely.geometry.shape(data["geometry"])
    return StoredFeature(data["id"], geometry, data["properties"], geojson)


def _sorted(features: list[StoredFeature], key: SortKey) -> list[StoredFeature]:
    present = [f for f in features if f.properties[key.name] is not None]
    absent = [f for f in features if f.properties[key.name] is None]
    return sorted(present, key=lambda f: f.properties[key.name], reverse=key.descending) + absent
