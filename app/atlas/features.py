"""A feature as the atlas serves it, and what every store of features can do.

Nothing here reads or writes a file; the stores are in :mod:`app.atlas.stores`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from shapely.geometry import LineString, Point, box, shape

from app.atlas.budget import check_time

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from app.atlas.query import BBox, Query

_UNREAD: Final = object()
CountedBy = Literal["plan", "layer", "kind"]


class StoredFeature:
    """A feature as served; not to be changed.

    Parameters
    ----------
    id
        Permanent id.
    geometry
        WGS84 longitude, latitude; None for a registered feature.
    properties
        As documented in the README.
    geojson
        One RFC 7946 Feature (UTF-8), the same feature as it is sent.
    """

    __slots__ = ("_geometry", "_properties", "geojson", "id")

    def __init__(
        self, id: str, geometry: BaseGeometry | None, properties: dict[str, Any], geojson: bytes
    ) -> None:
        self.id = id
        self.geojson = geojson
        self._geometry: Any = geometry
        self._properties: dict[str, Any] | None = properties

    @classmethod
    def from_bytes(cls, id: str, geojson: bytes) -> StoredFeature:
        """A feature whose bytes are read only when somebody looks into it; most are sent as they are."""
        feature = cls.__new__(cls)
        feature.id = id
        feature.geojson = geojson
        feature._geometry = _UNREAD
        feature._properties = None
        return feature

    def _read(self) -> dict[str, Any]:
        data = json.loads(self.geojson)
        self._geometry = None if data["geometry"] is None else shape(data["geometry"])
        properties: dict[str, Any] = data["properties"]
        self._properties = properties
        return properties

    @property
    def properties(self) -> dict[str, Any]:
        """Its properties by name."""
        return self._read() if self._properties is None else self._properties

    @property
    def geometry(self) -> BaseGeometry | None:
        """Its geometry in WGS84 degrees, or None."""
        if self._geometry is _UNREAD:
            self._read()
        geometry: BaseGeometry | None = self._geometry
        return geometry

    @property
    def layer(self) -> str:
        """Id of its layer."""
        return str(self.properties["layer"])

    @property
    def bounds(self) -> BBox | None:
        """West, south, east, north in degrees; None without geometry."""
        geometry = self.geometry
        return None if geometry is None else geometry.bounds

    def __repr__(self) -> str:
        return f"StoredFeature({self.id!r})"


@dataclass(frozen=True, slots=True)
class Page:
    """A slice of an answer: how many features match, and those of this page."""

    matched: int
    items: list[StoredFeature]


class FeatureTable(Protocol):
    """Where the features are: memory, a GeoPackage or PostGIS. All answer alike; safe between threads."""

    def __len__(self) -> int:
        """All features, those without geometry too."""

    def __iter__(self) -> Iterator[StoredFeature]:
        """All features in layer order, in bounded memory."""

    def feature(self, feature_id: str) -> StoredFeature | None:
        """The feature with this id."""

    def query(self, query: Query) -> Page:
        """Features that meet every condition of the query, and how many there are before paging.

        Raises
        ------
        KeyError
            For a sort key that is no scalar property.
        TooLongError
            When the time allowed for the request is over.
        """

    def stream(self, query: Query) -> Iterator[StoredFeature]:
        """The items of the same query one after the other, in bounded memory."""

    def counts(self, by: CountedBy) -> dict[str, int]:
        """Features by plan, layer or kind."""


def area_of(bbox: BBox) -> BaseGeometry:
    """The box as a geometry; one without breadth or height is a line or a point, not an invalid polygon."""
    west, south, east, north = bbox
    if west == east and south == north:
        return Point(west, south)
    if west == east or south == north:
        return LineString([(west, south), (east, north)])
    return box(*bbox)


def meeting(features: Iterable[StoredFeature], query: Query) -> Iterator[StoredFeature]:
    """Those that meet the query's ``where``, which no store can read; the clock is watched."""
    where = query.where
    for position, feature in enumerate(features):
        if position % 100 == 0:
            check_time()
        if where is None or where.matches(feature):
            yield feature


def page_of(features: Iterable[StoredFeature], query: Query) -> Page:
    """The page of the query among ``features``, all of which are counted and few are kept."""
    stop = None if query.limit is None else query.offset + query.limit
    matched, items = 0, []
    for feature in features:
        if matched >= query.offset and (stop is None or matched < stop):
            items.append(feature)
        matched += 1
    return Page(matched, items)
