"""Features in memory, for an atlas of normal size: the fastest, and the measure of the other stores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
import shapely

from app.atlas.columns import folded_names
from app.atlas.features import CountedBy, Page, StoredFeature, area_of, meeting
from app.atlas.query import BBox, Query, SortKey
from app.atlas.search import fold


class MemoryTable:
    """Features as objects, their geometries in an STR tree."""

    def __init__(self, features: Sequence[StoredFeature]) -> None:
        self._features = list(features)
        self._by_id = {feature.id: feature for feature in features}
        self._located = [i for i, f in enumerate(self._features) if f.geometry is not None]
        self._tree = shapely.STRtree([self._features[i].geometry for i in self._located])
        self._boxes = shapely.bounds(self._tree.geometries)
        self._names = [folded_names(feature.properties) for feature in self._features]

    def __len__(self) -> int:
        return len(self._features)

    def __iter__(self) -> Iterator[StoredFeature]:
        return iter(self._features)

    def feature(self, feature_id: str) -> StoredFeature | None:
        """The feature with this id."""
        return self._by_id.get(feature_id)

    def counts(self, by: CountedBy) -> dict[str, int]:
        """Features by plan, layer or kind."""
        return dict(Counter(str(feature.properties[by]) for feature in self._features))

    def query(self, query: Query) -> Page:
        """Features that meet every condition of the query, and how many there are before paging."""
        matching = self._matching(query)
        stop = None if query.limit is None else query.offset + query.limit
        return Page(len(matching), matching[query.offset : stop])

    def stream(self, query: Query) -> Iterator[StoredFeature]:
        """The items of the same query; they are in memory anyway."""
        stop = None if query.limit is None else query.offset + query.limit
        return islice(self._matching(query), query.offset, stop)

    def _matching(self, query: Query) -> list[StoredFeature]:
        if query.bbox is None:
            candidates: Sequence[int] = range(len(self._features)) if query.registered else self._located
        else:
            candidates = [self._located[i] for i in self._meeting(query.bbox)]
        wanted = {"plan": query.plan, "layer": query.layer, "kind": query.kind}
        for name, value in wanted.items():
            if value is not None:
                candidates = [i for i in candidates if self._features[i].properties[name] == value]
        if query.q and (needle := fold(query.q)):
            candidates = [i for i in candidates if needle in self._names[i]]
        matching = [self._features[i] for i in candidates]
        if query.where is not None:
            matching = list(meeting(matching, query))
        for key in reversed(query.sortby):  # stable: the last key first
            matching = _sorted(matching, key)
        return matching

    def _meeting(self, bbox: BBox) -> list[int]:
        """Places in the tree of what the box meets; only what crosses its border is looked at closely."""
        area = area_of(bbox)
        near = np.sort(self._tree.query(area))
        boxes = self._boxes[near]
        inside = ((boxes[:, :2] >= bbox[:2]) & (boxes[:, 2:] <= bbox[2:])).all(axis=1)
        border = near[~inside]
        shapely.prepare(area)
        inside[~inside] = shapely.intersects(area, self._tree.geometries[border])
        found: list[int] = near[inside].tolist()
        return found


def _sorted(features: list[StoredFeature], key: SortKey) -> list[StoredFeature]:
    present = [f for f in features if f.properties[key.name] is not None]
    absent = [f for f in features if f.properties[key.name] is None]
    return sorted(present, key=lambda f: f.properties[key.name], reverse=key.descending) + absent
