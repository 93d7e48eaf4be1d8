"""The grammar of ``locate:`` in a layer file: plain mappings in, typed specifications out.

This module knows the words and nothing else: it opens no data and computes no geometry. A mapping that
does not fit raises :class:`SpecError` with a sentence and a cure; the reader of layer files adds the
file and the line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.errors import AtlasError
from app.places.model import Method
from app.places.specs import (
    AdminSpec,
    AlongSpec,
    BoundedSpec,
    CrossingSpec,
    DigitisedSpec,
    Line,
    NearSpec,
    OsmSpec,
    Place,
    Reason,
    Spec,
    UnionSpec,
    UnlocatedSpec,
)

GROUPS = ("buildings", "places", "stations", "stops", "waters", "towns", "streets")


class SpecError(AtlasError, ValueError):
    """A ``locate:`` mapping does not follow the grammar."""

    def __init__(self, reason: str, cure: str = "") -> None:
        self.reason = reason
        self.cure = cure
        super().__init__(reason)


def parse_spec(data: object) -> Spec:
    """Parse one ``locate:`` mapping.

    Raises
    ------
    SpecError
        For an unknown method or key, a missing or ill-typed value.
    """
    if not isinstance(data, Mapping):
        raise SpecError("locate must be a mapping such as {method: osm, name: 民园广场}")
    words = dict(data)
    name = words.pop("method", None)
    if name not in _PARSERS:
        known = ", ".join(m.value for m in Method if m.value in _PARSERS)
        raise SpecError(f"unknown method {name!r}", f"Use one of: {known}.")
    reader = _Reader(str(name), words)
    spec = _PARSERS[str(name)](reader)
    reader.finish()
    return spec


class _Reader:
    """Takes typed values out of a mapping and complains about what is left."""

    def __init__(self, context: str, words: dict[Any, Any]) -> None:
        self.context = context
        self.words = words

    def take(self, key: str, kind: type | tuple[type, ...], *, default: Any = ...) -> Any:
        if key not in self.words:
            if default is ...:
                raise SpecError(f"{self.context} needs {key!r}")
            return default
        value = self.words.pop(key)
        wrong_bool = isinstance(value, bool) and kind is not bool
        if wrong_bool or not isinstance(value, kind):
            raise SpecError(f"{self.context}: {key!r} has the wrong type ({value!r})")
        return value

    def number(self, key: str, *, default: Any = ...) -> float | None:
        value = self.take(key, (int, float), default=default)
        if value is not None and not 0 < value < 1_000_000:
            raise SpecError(f"{self.context}: {key!r} must be a positive number of metres, not {value!r}")
        return None if value is None else float(value)

    def place(self, key: str, *, default: Any = ...) -> Place | None:
        value = self.take(key, (str, Mapping), default=default)
        return None if value is None else parse_place(value)

    def strings(self, key: str, least: int) -> tuple[str, ...]:
        value = self.take(key, list)
        if len(value) < least or not all(isinstance(item, str) for item in value):
            raise SpecError(f"{self.context}: {key!r} must list at least {least} names")
        return tuple(value)

    def common(self) -> dict[str, Any]:
        return {
            "tolerance_m": self.number("tolerance_m", default=None),
            "evidence": self.take("evidence", str, default=""),
            "district": self.take("district", str, default=None),
            "within": self.take("within", str, default=None),
        }

    def finish(self) -> None:
        if self.words:
            left = ", ".join(map(repr, self.words))
            raise SpecError(f"{self.context} does not know {left}", "Remove it or correct its spelling.")


def _pair(value: Sequence[Any], what: str) -> tuple[str, str]:
    if len(value) != 2 or not all(isinstance(item, str) for item in value):
        raise SpecError(f"{what} must name exactly two")
    return value[0], value[1]


def _neighbours(value: Sequence[Any]) -> tuple[str, ...]:
    if len(value) < 2 or not all(isinstance(item, str) for item in value):
        raise SpecError("edge must name a district and at least one neighbour of it")
    return tuple(value)


def parse_place(value: object) -> Place:
    """Parse a PLACE: an OSM name, or a mapping that says which object is meant."""
    if isinstance(value, str):
        return Place(osm=value)
    if not isinstance(value, Mapping):
        raise SpecError(f"a place must be a name or a mapping, not {value!r}")
    reader = _Reader("place", dict(value))
    crossing = reader.take("crossing", list, default=None)
    place = Place(
        osm=reader.take("osm", str, default=None),
        group=_group(reader),
        district=reader.take("district", str, default=None),
        closest_to=reader.take("closest_to", str, default=None),
        crossing=None if crossing is None else _pair(crossing, "crossing"),
        feature=reader.take("feature", str, default=None),
        street=reader.take("street", str, default=None),
        near=reader.take("near", str, default=None),
    )
    reader.finish()
    if sum(v is not None for v in (place.osm, place.crossing, place.feature, place.street)) != 1:
        raise SpecError("a place names exactly one of osm, crossing, feature, street")
    if place.street and not place.near:
        raise SpecError("a place on a street needs 'near' to say where on the street")
    return place


def _group(reader: _Reader) -> str | None:
    group: str | None = reader.take("group", str, default=None)
    if group is not None and group not in GROUPS:
        raise SpecError(f"unknown group {group!r}", f"Use one of: {', '.join(GROUPS)}.")
    return group


def parse_line(value: object) -> Line:
    """Parse a LINE or a boundary ITEM: a street name, or a mapping that names another kind of line."""
    if isinstance(value, str):
        return Line(street=value)
    if not isinstance(value, Mapping):
        raise SpecError(f"a line must be a street name or a mapping, not {value!r}")
    reader = _Reader("line", dict(value))
    edge = reader.take("edge", list, default=None)
    line = Line(
        street=reader.take("street", str, default=None),
        river=reader.take("river", str, default=None),
        bank=reader.take("bank", str, default=None),
        edge=None if edge is None else _neighbours(edge),
        coast=reader.take("coast", bool, default=False),
        feature=reader.take("feature", str, default=None),
        through=tuple(parse_place(item) for item in reader.take("through", list, default=[])),
        district=reader.take("district", str, default=None),
    )
    reader.finish()
    named = (line.street, line.river, line.edge, line.coast or None, line.feature)
    if sum(v is not None for v in named) + bool(line.through) != 1:
        raise SpecError("a line names exactly one of street, river, edge, coast, feature, through")
    if line.bank and not line.river:
        raise SpecError("'bank' goes with 'river'")
    return line


def _osm(r: _Reader) -> OsmSpec:
    common = r.common()
    place = Place(
        osm=r.take("name", str),
        group=_group(r),
        district=common["district"],
        closest_to=r.take("closest_to", str, default=None),
    )
    return OsmSpec(place=place, **common)


def _admin(r: _Reader) -> AdminSpec:
    town = r.take("town", str, default=None)
    common = r.common()
    if town is None and common["district"] is None:
        raise SpecError("admin needs 'district' or 'town'")
    return AdminSpec(town=town, whole_district=None if town else common["district"], **common)


def _bounded(r: _Reader) -> BoundedSpec:
    by = tuple(parse_line(item) for item in r.take("by", list))
    if len(by) < 2:
        raise SpecError("bounded needs at least two lines in 'by'")
    return BoundedSpec(by=by, inside=r.place("inside", default=None), **r.common())


def _along(r: _Reader) -> AlongSpec:
    spec = AlongSpec(
        line=parse_line(r.take("line", (str, Mapping))),
        start=r.place("from", default=None),
        end=r.place("to", default=None),
        width_m=r.number("width_m", default=None),
        width_from_area=r.take("width_from_area", bool, default=False),
        side=r.take("side", str, default=None),
        **r.common(),
    )
    if spec.width_m and spec.width_from_area:
        raise SpecError("along takes 'width_m' or 'width_from_area', not both")
    if spec.side and not (spec.width_m or spec.width_from_area):
        raise SpecError("'side' goes with a width")
    return spec


def _crossing(r: _Reader) -> CrossingSpec:
    return CrossingSpec(streets=_pair(r.strings("streets", 2), "crossing"), **r.common())


def _union(r: _Reader) -> UnionSpec:
    return UnionSpec(of=r.strings("of", 1), **r.common())


def _near(r: _Reader) -> NearSpec:
    one = r.place("place", default=None)
    several = tuple(parse_place(item) for item in r.take("places", list, default=[]))
    if (one is None) == (not several):
        raise SpecError("near takes 'place' or 'places'")
    radius = r.number("radius_m")
    assert radius is not None
    return NearSpec(
        places=(one,) if one else several,
        radius_m=radius,
        land=r.take("land", bool, default=False),
        **r.common(),
    )


def _digitised(r: _Reader) -> DigitisedSpec:
    spec = DigitisedSpec(file=r.take("file", str), **r.common())
    if "/" in spec.file or "\\" in spec.file or not spec.file.endswith(".geojson"):
        raise SpecError(f"digitised file {spec.file!r} must be a .geojson name inside geodata/digitised/")
    if not spec.evidence:
        raise SpecError("digitised needs 'evidence': what the drawing rests on")
    return spec


def _unlocated(r: _Reader) -> UnlocatedSpec:
    reason = r.take("reason", str)
    if reason not in list(Reason):
        raise SpecError(f"unknown reason {reason!r}", f"Use one of: {', '.join(Reason)}.")
    return UnlocatedSpec(reason=Reason(reason), cure=r.take("cure", str, default=""), **r.common())


_PARSERS: dict[str, Callable[[_Reader], Spec]] = {
    Method.OSM.value: _osm,
    Method.ADMIN.value: _admin,
    Method.BOUNDED.value: _bounded,
    Method.ALONG.value: _along,
    Method.CROSSING.value: _crossing,
    Method.UNION.value: _union,
    Method.NEAR.value: _near,
    Method.DIGITISED.value: _digitised,
    Method.UNLOCATED.value: _unlocated,
}
