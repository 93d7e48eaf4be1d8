"""What can be asked of the atlas' features: one value that pages, exports, services and stores share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.errors import RequestError
from app.language import gettext as _

if TYPE_CHECKING:
    from app.atlas.store import StoredFeature

BBox = tuple[float, float, float, float]


class FeatureFilter(Protocol):
    """A compiled condition on a feature, such as a CQL2 expression."""

    def matches(self, feature: StoredFeature) -> bool:
        """Whether the feature meets the condition."""


@dataclass(frozen=True, slots=True)
class Equals:
    """A property has just this value."""

    name: str
    value: str

    def matches(self, feature: StoredFeature) -> bool:
        """Whether the feature's property is the value."""
        return bool(feature.properties[self.name] == self.value)


@dataclass(frozen=True, slots=True)
class OneOf:
    """A property has one of some values."""

    name: str
    values: frozenset[str]

    def matches(self, feature: StoredFeature) -> bool:
        """Whether the feature's property is among the values."""
        return feature.properties[self.name] in self.values


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of several conditions; none at all is always met."""

    filters: tuple[FeatureFilter, ...]

    def matches(self, feature: StoredFeature) -> bool:
        """Whether the feature meets all of them."""
        return all(condition.matches(feature) for condition in self.filters)


@dataclass(frozen=True, slots=True)
class SortKey:
    """A property to sort by; values that are absent come last either way."""

    name: str
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Features that meet every given condition, in layer order or as ``sortby`` says.

    Parameters
    ----------
    bbox
        West, south, east, north in degrees (WGS84); features whose geometry intersects it. Features
        without geometry meet no bbox.
    plan, layer, kind
        Exact ids.
    q
        Part of a name or alias; case, width and spaces are ignored.
    registered
        Whether features without geometry, those of the register, are among the answers.
    where
        A further condition.
    limit, offset
        The page; no limit gives all.
    """

    bbox: BBox | None = None
    plan: str | None = None
    layer: str | None = None
    kind: str | None = None
    q: str | None = None
    registered: bool = True
    where: FeatureFilter | None = None
    sortby: tuple[SortKey, ...] = ()
    limit: int | None = None
    offset: int = 0


def bbox_of(text: str) -> BBox:
    """Read ``west,south,east,north`` in WGS84 degrees.

    Raises
    ------
    RequestError
        Not four finite numbers, out of range, or west of east.
    """
    shape = _("bbox 应为“西,南,东,北”四个以逗号分隔的 WGS84 经纬度，例如 bbox=117.1,39.0,117.3,39.2")
    parts = text.split(",")
    if len(parts) != 4:
        raise RequestError(_("%(shape)s；收到 %(count)s 个数。", shape=shape, count=len(parts)))
    try:
        west, south, east, north = (float(part) for part in parts)
    except ValueError as error:
        raise RequestError(_("%(shape)s；其中有的不是数字。", shape=shape)) from error
    if not all(math.isfinite(value) for value in (west, south, east, north)):
        raise RequestError(_("%(shape)s；其中有的不是有限的数。", shape=shape))
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= 90 and -90 <= north <= 90):
        raise RequestError(_("%(shape)s；经度应在 ±180、纬度应在 ±90 之内（先经度后纬度）。", shape=shape))
    if west > east or south > north:
        raise RequestError(_("%(shape)s；西不能大于东，南不能大于北。", shape=shape))
    return west, south, east, north
