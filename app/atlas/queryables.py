"""Which properties can be asked about, of what type, with which values.

One table serves the filter language (:mod:`app.atlas.cql2`), the schemas of the services and their
descriptions, so that none of them can offer what another refuses. It says nothing about values that
depend on a build, such as the plans there are: :func:`with_values` adds those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from app.atlas.model import Kind, Level, Status
from app.language import mark
from app.places.model import Certainty, Method

if TYPE_CHECKING:
    from app.atlas.store import StoredFeature

GEOMETRY = "geometry"
"""The name that filters use for a feature's shape."""


class ValueType(StrEnum):
    """What a property's values are; the value is the word for it in messages."""

    TEXT = mark("文字")
    NUMBER = mark("数")
    INTEGER = mark("整数")
    BOOLEAN = mark("是否")
    DATE = mark("日期")
    TEXTS = mark("文字列表")
    GEOMETRY = mark("几何")


@dataclass(frozen=True, slots=True)
class Queryable:
    """A property that filters may name.

    Parameters
    ----------
    name
        As filters write it.
    title
        In Chinese, for people.
    type
        Of its values; every value may also be absent.
    values
        All values it can have, where they are few and known.
    unit
        UCUM code of a number.
    read
        How to get it from a feature where it is not one of the feature's own properties.
    """

    name: str
    title: str
    type: ValueType
    values: tuple[str, ...] = ()
    unit: str = ""
    read: Callable[[StoredFeature], Any] | None = None

    def value(self, feature: StoredFeature) -> Any:
        """The value a feature has; None where it is absent."""
        return feature.properties.get(self.name) if self.read is None else self.read(feature)


Queryables: TypeAlias = Mapping[str, Queryable]


def table(rows: Iterable[Queryable]) -> Queryables:
    """Queryables by name, in their order."""
    return MappingProxyType({row.name: row for row in rows})


def with_values(queryables: Queryables, values: Mapping[str, Iterable[str]]) -> Queryables:
    """The same table, some rows of which state all their values."""
    return table(
        replace(row, values=tuple(values[name])) if name in values else row
        for name, row in queryables.items()
    )


def _geometry(feature: StoredFeature) -> Any:
    return feature.geometry


FEATURE_QUERYABLES: Queryables = table(
    (
        Queryable(GEOMETRY, mark("几何"), ValueType.GEOMETRY, read=_geometry),
        Queryable("id", mark("编号"), ValueType.TEXT),
        Queryable("name", mark("名称"), ValueType.TEXT),
        Queryable("aliases", mark("别名"), ValueType.TEXTS),
        Queryable("kind", mark("类别"), ValueType.TEXT, tuple(Kind)),
        Queryable("theme", mark("专题"), ValueType.TEXT),
        Queryable("layer", mark("图层"), ValueType.TEXT),
        Queryable("plan", mark("规划"), ValueType.TEXT),
        Queryable("district", mark("行政区"), ValueType.TEXT),
        Queryable("system", mark("所属空间结构"), ValueType.TEXT),
        Queryable("parent", mark("上级要素编号"), ValueType.TEXT),
        Queryable("level", mark("层级"), ValueType.TEXT, tuple(Level)),
        Queryable("status", mark("状态"), ValueType.TEXT, tuple(Status)),
        Queryable("method", mark("落图方法"), ValueType.TEXT, tuple(Method)),
        Queryable("certainty", mark("确定程度"), ValueType.TEXT, tuple(Certainty)),
        Queryable("tolerance_m", mark("误差"), ValueType.NUMBER, unit="m"),
        Queryable("stated_area_km2", mark("文中面积"), ValueType.NUMBER, unit="km2"),
        Queryable("computed_area_km2", mark("量算面积"), ValueType.NUMBER, unit="km2"),
        Queryable("stated_length_km", mark("文中长度"), ValueType.NUMBER, unit="km"),
        Queryable("computed_length_km", mark("量算长度"), ValueType.NUMBER, unit="km"),
        Queryable("note", mark("编者注"), ValueType.TEXT),
        Queryable("reason", mark("未落图原因"), ValueType.TEXT),
    )
)
"""What filters may ask about a feature: its flat properties and its shape."""
