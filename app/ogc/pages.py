"""What pages show of items and of the service's definition, as rows of text and addresses."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from app.atlas.model import Status
from app.atlas.words import CERTAINTIES, KINDS
from app.language import gettext as _
from app.language import mark

if TYPE_CHECKING:
    from app.atlas.features import StoredFeature
    from app.ogc.catalogue import Collection

_COLUMNS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "features": (
        ("name", mark("名称")),
        ("kind", mark("类别")),
        ("status", mark("状态")),
        ("certainty", mark("落图")),
    ),
    "passages": (("exact", mark("原文")), ("section", mark("章节"))),
    "targets": (
        ("indicator", mark("指标")),
        ("raw", mark("原文写法")),
        ("year", mark("年份")),
        ("sentence", mark("句")),
    ),
    "indicators": (
        ("name", mark("名称")),
        ("base_raw", mark("基期")),
        ("target_raw", mark("目标")),
        ("unit", mark("单位")),
    ),
}
_SAID: Final[Mapping[str, Mapping[str, str]]] = {
    "kind": KINDS,
    "certainty": CERTAINTIES,
    "status": {status.value: status.value for status in Status},
}
"""Columns whose cells are words of a vocabulary, said in the reader's language."""


@dataclass(frozen=True, slots=True)
class Table:
    """A page of items: column titles; per item its id, its address on our pages, and its cells."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[str, ...]], ...]


def items_table(collection: Collection, items: Sequence[StoredFeature], site: str) -> Table:
    """Items as a table; ``site`` is the address of the atlas' own pages."""
    columns = _COLUMNS["features" if collection.spatial else collection.id]
    rows = tuple(
        (item.id, _home(collection, item, site), tuple(_cell(item, name) for name, _title in columns))
        for item in items
    )
    return Table(tuple(_(title) for _name, title in columns), rows)


def _cell(item: StoredFeature, name: str) -> str:
    value = item.properties.get(name)
    if name in _SAID:
        return _(_SAID[name].get(str(value), str(value)))
    return "" if value is None else str(value)


def _home(collection: Collection, item: StoredFeature, site: str) -> str:
    values = item.properties
    if collection.spatial:
        return f"{site}/features/{item.id}"
    if collection.id == "indicators":
        return f"{site}/indicators"
    return f"{site}/plans/{values['plan']}/passages/{values['start']}-{values['end']}"


def item_rows(item: StoredFeature, properties: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """The properties of an item with the titles that their schema gives; lists as they are sent."""
    for name, row in properties.items():
        value = item.properties.get(name)
        if value not in (None, "", []):
            words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
            yield str(row["title"]), words


def operations(body: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Address, summary and description of every operation of an OpenAPI document."""
    return [
        (path, operation["get"]["summary"], operation["get"].get("description", ""))
        for path, operation in body["paths"].items()
    ]
