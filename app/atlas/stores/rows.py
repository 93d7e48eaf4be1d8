"""What stores that read rows on demand have in common: numbers of rows first, then the rows of a page.

A row number is the place of a feature in layer order, from 1 without a gap.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from app.atlas.columns import SCALARS
from app.atlas.features import Page, StoredFeature, meeting, page_of
from app.atlas.query import BBox, Query, SortKey

CHUNK: Final = 500
"""Rows read at a time."""


class RowTable(ABC):
    """Features read when asked for; memory grows with what is asked at once, eight bytes for each match.

    Parameters
    ----------
    count
        Features in all.
    extent
        The box around all geometries; None where there are none.
    """

    def __init__(self, count: int, extent: BBox | None) -> None:
        self._count = count
        self._extent = extent

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[StoredFeature]:
        return self._read(range(1, self._count + 1))

    def query(self, query: Query) -> Page:
        """Features that meet every condition of the query, and how many there are before paging."""
        if query.where is not None:
            return page_of(meeting(self._read(self._matching(query)), query), query)
        if self._boxed(query):
            found = self._matching(query)
            stop = None if query.limit is None else query.offset + query.limit
            return Page(len(found), list(self._read(found[query.offset : stop])))
        return Page(self._matches(query), list(self._read(self._page(query))))

    def stream(self, query: Query) -> Iterator[StoredFeature]:
        """The items of the same query, some hundred read at a time."""
        stop = None if query.limit is None else query.offset + query.limit
        if query.where is None:
            return self._read(self._matching(query)[query.offset : stop])
        return _slice(meeting(self._read(self._matching(query)), query), query.offset, stop)

    def _boxed(self, query: Query) -> bool:
        """Whether the query's box leaves something out."""
        if query.bbox is None:
            return False
        if self._extent is None:
            return True
        west, south, east, north = self._extent
        box = query.bbox
        return not (box[0] <= west and box[1] <= south and box[2] >= east and box[3] >= north)

    def _read(self, rows: Sequence[int]) -> Iterator[StoredFeature]:
        for start in range(0, len(rows), CHUNK):
            part = list(rows[start : start + CHUNK])
            features = self._fetch(part)
            yield from (features[row] for row in part)

    @abstractmethod
    def _fetch(self, rows: list[int]) -> dict[int, StoredFeature]:
        """Features by row number."""

    @abstractmethod
    def _matching(self, query: Query) -> array[int]:
        """Row numbers of what meets all conditions but ``where``, in the order asked for."""

    @abstractmethod
    def _matches(self, query: Query) -> int:
        """How many there are; the box leaves nothing out."""

    @abstractmethod
    def _page(self, query: Query) -> list[int]:
        """Row numbers of the page alone; the box leaves nothing out."""


def sort_keys(query: Query) -> Iterator[SortKey]:
    """The keys of a query, each the name of a column.

    Raises
    ------
    KeyError
        For a key that is no scalar property.
    """
    for key in query.sortby:
        if key.name not in SCALARS:
            raise KeyError(key.name)
        yield key


def _slice(features: Iterable[StoredFeature], start: int, stop: int | None) -> Iterator[StoredFeature]:
    for position, feature in enumerate(features):
        if stop is not None and position >= stop:
            return
        if position >= start:
            yield feature
