"""Passages, targets and indicators as features without geometry, so that one code answers for all.

Their properties are the rows of the atlas as the other addresses give them; nothing is added but the
place in the outline as text. Types and titles for filters come from the rows themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from app.atlas.features import Page, StoredFeature, meeting, page_of
from app.atlas.query import Query, SortKey
from app.atlas.queryables import Queryable, Queryables, ValueType, table
from app.atlas.words import section_of
from app.language import mark

if TYPE_CHECKING:
    from app.atlas.store import Atlas

TITLES: Final[Mapping[str, str]] = {
    "id": mark("编号"), "plan": mark("规划"), "start": mark("起（原文字位）"), "end": mark("止（原文字位）"),
    "exact": mark("原文"), "prefix": mark("前文"), "suffix": mark("后文"), "role": mark("摘录方式"),
    "section": mark("章节"), "features": mark("所指要素"), "raw_lines": mark("原件行号"),
    "indicator": mark("指标"), "value": mark("数值"), "upper": mark("上限"), "unit": mark("单位"),
    "comparator": mark("比较"), "raw": mark("原文写法"), "year": mark("年份"),
    "year_stated": mark("年份是否写明"), "basis": mark("口径"), "change": mark("增减"),
    "base": mark("基期写法"), "base_year": mark("基期年"), "base_value": mark("基期值"),
    "doubt": mark("存疑"), "subject": mark("所指"), "sentence": mark("句"), "text": mark("小句"),
    "group": mark("类别"), "number": mark("序号"), "name": mark("名称"), "name_raw": mark("名称（原文）"),
    "nature": mark("属性"), "note": mark("注"), "target_year": mark("目标年"),
    "target_raw": mark("目标写法"), "target_value": mark("目标值"), "target_basis": mark("目标口径"),
    "base_raw": mark("基期写法"), "base_basis": mark("基期口径"), "base_comparator": mark("基期比较"),
    "series": mark("同类指标"), "prose": mark("正文对照"), "path": mark("章节路径"),
}  # fmt: skip
PASSAGE_COLUMNS: Final[Mapping[str, ValueType | None]] = {
    "id": ValueType.TEXT,
    "plan": ValueType.TEXT,
    "start": ValueType.INTEGER,
    "end": ValueType.INTEGER,
    "exact": ValueType.TEXT,
    "prefix": ValueType.TEXT,
    "suffix": ValueType.TEXT,
    "section": ValueType.TEXT,
    "raw_lines": None,
    "features": None,
}
"""Of passages, which are gathered from all features: their columns are known before that is done."""

_SCALARS: Final[Mapping[type, ValueType]] = {
    bool: ValueType.BOOLEAN,
    str: ValueType.TEXT,
    int: ValueType.INTEGER,
    float: ValueType.NUMBER,
}


class RowTable:
    """Rows that can be queried as features are; in memory, in their own order.

    Parameters
    ----------
    rows
        Values by name, the same names in each; ``id`` and ``plan`` among them.
    """

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._features = [_feature(row) for row in rows]
        self._by_id = {feature.id: feature for feature in self._features}

    def __len__(self) -> int:
        return len(self._features)

    def __iter__(self) -> Iterator[StoredFeature]:
        return iter(self._features)

    def feature(self, row_id: str) -> StoredFeature | None:
        """The row with this id."""
        return self._by_id.get(row_id)

    def query(self, query: Query) -> Page:
        """Rows that meet ``plan`` and ``where``; none meets a bbox, because none has a place."""
        if query.bbox is not None or not query.registered:
            return Page(0, [])
        plan = query.plan
        found: Iterable[StoredFeature] = (
            feature for feature in self._features if plan is None or feature.properties["plan"] == plan
        )
        matching = meeting(found, query)
        return page_of(_ordered(matching, query.sortby), query)

    @cached_property
    def columns(self) -> Mapping[str, ValueType | None]:
        """The type of each column; None for lists and records."""
        kinds: dict[str, set[type]] = {}
        for feature in self._features:
            for name, value in feature.properties.items():
                known = kinds.setdefault(name, set())
                if value is not None:
                    known.add(type(value))
        return {name: _column_type(found) for name, found in kinds.items()}


def queryables_of(columns: Mapping[str, ValueType | None]) -> Queryables:
    """What can be asked: the columns that hold single values."""
    return table(
        Queryable(name, TITLES.get(name, name), kind) for name, kind in columns.items() if kind is not None
    )


def _column_type(found: set[type]) -> ValueType | None:
    if found == {int, float}:
        return ValueType.NUMBER
    if not found:
        return ValueType.TEXT
    return _SCALARS.get(next(iter(found))) if len(found) == 1 else None


def _feature(row: Mapping[str, Any]) -> StoredFeature:
    values = dict(row)
    body = {"type": "Feature", "id": values["id"], "geometry": None, "properties": values}
    return StoredFeature(
        values["id"], None, values, json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    )


def _ordered(features: Iterable[StoredFeature], keys: Sequence[SortKey]) -> Iterable[StoredFeature]:
    ordered = list(features) if keys else features
    for key in reversed(keys):
        found = list(ordered)
        present = [f for f in found if f.properties[key.name] is not None]
        absent = [f for f in found if f.properties[key.name] is None]
        present.sort(key=lambda f: f.properties[key.name], reverse=key.descending)
        ordered = present + absent
    return ordered


def passage_rows(atlas: Atlas) -> Iterator[dict[str, Any]]:
    """Every passage that speaks of a feature, once, by plan and place in the text."""
    found: dict[tuple[str, int, int], dict[str, Any]] = {}
    for feature in atlas.stream(Query()):
        for passage in feature.properties["passages"]:
            key = passage["plan"], passage["start"], passage["end"]
            if key not in found:
                names = ("id", "plan", "start", "end", "exact", "prefix", "suffix")
                found[key] = {
                    **{name: passage[name] for name in names},
                    "section": section_of(passage["path"]),
                    "raw_lines": passage["raw_lines"],
                    "features": [],
                }
            found[key]["features"].append(feature.id)
    order = {plan["id"]: position for position, plan in enumerate(atlas.plans)}
    for key in sorted(found, key=lambda key: (order[key[0]], *key[1:])):
        yield found[key]


def target_rows(atlas: Atlas) -> Iterator[dict[str, Any]]:
    """The ledger of targets."""
    for row in atlas.targets:
        yield {**row, "sentence": row["sentence"]["exact"], "section": section_of(row["path"])}


def indicator_rows(atlas: Atlas) -> Iterator[dict[str, Any]]:
    """The indicator tables, row for row."""
    yield from (dict(row) for row in atlas.indicators)
