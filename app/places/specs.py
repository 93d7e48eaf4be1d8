"""Specifications: what a layer file says about locating a feature, as typed values.

One class per method; :mod:`app.places.grammar` reads them, :mod:`app.places.locate` carries them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a feature has no geometry, as the register shows it."""

    NO_PLACE_NAME = "no-place-name"
    UNNAMED_SET = "unnamed-set"
    AMBIGUOUS = "ambiguous"
    OUTSIDE_REFERENCE = "outside-reference"
    NOT_FIXED = "not-fixed"
    GARBLED = "garbled"


@dataclass(frozen=True, slots=True)
class Place:
    """A point-like place: an OSM object, a crossing, another feature, or a spot on a street."""

    osm: str | None = None
    group: str | None = None
    district: str | None = None
    closest_to: str | None = None
    crossing: tuple[str, str] | None = None
    feature: str | None = None
    street: str | None = None
    near: str | None = None

    @property
    def label(self) -> str:
        """How people are told of the place."""
        if self.crossing:
            return "×".join(self.crossing)
        return self.osm or self.feature or self.street or ""


@dataclass(frozen=True, slots=True)
class Line:
    """A named line; exactly one of the naming fields is set."""

    street: str | None = None
    river: str | None = None
    bank: str | None = None
    edge: tuple[str, ...] | None = None
    coast: bool = False
    feature: str | None = None
    through: tuple[Place, ...] = ()
    district: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What every method accepts.

    ``tolerance_m`` widens the tolerance (metres), ``evidence`` is the editor's, ``district`` is where
    names are looked for, ``within`` the district that the geometry is cut to.
    """

    tolerance_m: float | None = None
    evidence: str = ""
    district: str | None = None
    within: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OsmSpec(Common):
    """An OSM object by its name."""

    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminSpec(Common):
    """An official unit: a district's polygon or a town's box."""

    town: str | None = None
    whole_district: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundedSpec(Common):
    """The polygon that the named lines enclose, in the order the plan gives them."""

    by: tuple[Line, ...]
    inside: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlongSpec(Common):
    """A stretch of a named line, as a line or, with a width, as a band.

    A band lies to both sides of its line, or on the ``side`` of a district whose border the line is.
    """

    line: Line
    start: Place | None = None
    end: Place | None = None
    width_m: float | None = None
    width_from_area: bool = False
    side: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossingSpec(Common):
    """Where two streets meet."""

    streets: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnionSpec(Common):
    """Other features together."""

    of: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NearSpec(Common):
    """The surroundings of one place, or of several taken together."""

    places: tuple[Place, ...]
    radius_m: float
    land: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitisedSpec(Common):
    """A shape drawn by hand, kept under ``geodata/digitised/``."""

    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlocatedSpec(Common):
    """No geometry, for a stated reason; ``cure`` is what would locate it."""

    reason: Reason
    cure: str


Spec = (
    OsmSpec
    | AdminSpec
    | BoundedSpec
    | AlongSpec
    | CrossingSpec
    | UnionSpec
    | NearSpec
    | DigitisedSpec
    | UnlocatedSpec
)


def feature_refs(spec: Spec) -> tuple[str, ...]:
    """Ids of the features whose geometry must be there before this one can be located."""
    refs: list[str] = []
    places: list[Place | None] = []
    lines: list[Line] = []
    match spec:
        case UnionSpec():
            refs += spec.of
        case BoundedSpec():
            lines += spec.by
            places.append(spec.inside)
        case AlongSpec():
            lines.append(spec.line)
            places += [spec.start, spec.end]
        case NearSpec():
            places += spec.places
        case OsmSpec():
            places.append(spec.place)
        case _:
            pass
    for line in lines:
        if line.feature:
            refs.append(line.feature)
        places += line.through
    refs += [place.feature for place in places if place and place.feature]
    return tuple(dict.fromkeys(refs))
