"""What can be asked of the atlas' features: one value that pages, exports, services and stores share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from app.atlas.store import StoredFeature

BBox = tuple[float, float, float, float]


class FeatureFilter(Protocol):
    """A compiled condition on a feature, such as a CQL2 expression."""

    def matches(self, feature: StoredFeature) -> bool:
        """Whether the feature meets the condition."""


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
