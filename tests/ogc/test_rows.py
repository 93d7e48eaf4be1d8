"""Rows without geometry: asked like features, described without being gathered."""

from __future__ import annotations

import pytest

from app.atlas.query import Query, SortKey
from app.atlas.queryables import ValueType
from app.ogc.catalogue import Catalogue
from app.ogc.rows import PASSAGE_COLUMNS, RowTable


def test_the_columns_of_passages_are_those_they_have(known: Catalogue) -> None:
    assert dict(known.passages.columns) == dict(PASSAGE_COLUMNS)
    assert list(known.passages.columns) == list(PASSAGE_COLUMNS)


def test_describing_passages_does_not_gather_them(known: Catalogue) -> None:
    fresh = Catalogue(known.atlas)
    item = fresh.collection("passages")
    assert "exact" in fresh.queryables(item)
    assert "section" in fresh.columns(item)
    assert "passages" not in vars(fresh)


def test_types_are_those_of_the_values() -> None:
    rows = [
        {"id": "a", "plan": "p", "n": 1, "m": 1, "t": None, "b": True, "l": [1]},
        {"id": "b", "plan": "q", "n": None, "m": 1.5, "t": None, "b": False, "l": []},
    ]
    assert dict(RowTable(rows).columns) == {
        "id": ValueType.TEXT,
        "plan": ValueType.TEXT,
        "n": ValueType.INTEGER,
        "m": ValueType.NUMBER,
        "t": ValueType.TEXT,
        "b": ValueType.BOOLEAN,
        "l": None,
    }


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ((), ["a", "b", "c"]),
        ((SortKey("n"),), ["c", "a", "b"]),
        ((SortKey("n", descending=True),), ["a", "c", "b"]),
        ((SortKey("plan"), SortKey("n", descending=True)), ["a", "b", "c"]),
    ],
)
def test_rows_are_sorted_with_the_absent_last(keys: tuple[SortKey, ...], expected: list[str]) -> None:
    rows = [
        {"id": "a", "plan": "p", "n": 2},
        {"id": "b", "plan": "p", "n": None},
        {"id": "c", "plan": "q", "n": 1},
    ]
    found = RowTable(rows).query(Query(sortby=keys))
    assert [item.id for item in found.items] == expected
    assert [
        item.id for item in RowTable(rows).query(Query(sortby=keys, limit=1, offset=1)).items
    ] == expected[1:2]
