"""Finding ground by an address-like name: a street, where two streets meet, a named spot.

It reads what the build took over from the reference data: spots from the gazetteer, streets from the
backdrop's lines (simplified to 4 m). Nothing is guessed: house numbers are in no source here, so an address
with one is answered with its whole street and says so; several places of one name are all told.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import shapely
from rapidfuzz import fuzz, process
from shapely.geometry.base import BaseGeometry

from app.places.measure import from_metric, to_metric
from app.places.model import Spot

JOIN_M: Final = 150.0
"""Streets that come this close without crossing still meet, as in :mod:`app.places.crossing`."""

MOST: Final = 12
LONGEST: Final = 60
"""Characters of an address that are looked at."""

_NUMBER: Final = re.compile(r"(?P<street>.+?)\d[\d-]*(?:号|弄|支路\d|增\d|甲|乙|$).*")
_MEETING: Final = re.compile(r"(?:交叉路口|十字路口|交叉口|交汇处|交会处|相交处|交口|路口|口)$")
_BETWEEN: Final = "与和同跟及、/&@x×"
_CITY: Final = re.compile(r"^(?:中国)?天津市?(?=.)")


def plain(text: str) -> str:
    """An address as it is compared: full-width signs narrowed, no blanks, lower case."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())[:LONGEST]


@dataclass(frozen=True, slots=True)
class Found:
    """What an address stands for.

    Parameters
    ----------
    streets
        One street, or two that meet; empty where it is no street.
    spots
        Named points.
    exact
        False where the names only contain what was asked, or are near it.
    number_dropped
        The address had a house number, which nothing here can place.
    """

    streets: tuple[tuple[str, ...], ...] = ()
    spots: tuple[Spot, ...] = ()
    exact: bool = True
    number_dropped: bool = False

    def __bool__(self) -> bool:
        return bool(self.streets or self.spots)


class Addresses:
    """Streets and spots by name.

    Parameters
    ----------
    rows
        Spots as :func:`app.places.gazetteer.spots` lists them.
    streets
        GeoJSON FeatureCollections of named lines, WGS84.
    """

    def __init__(self, rows: Sequence[Sequence[Any]], streets: Sequence[Mapping[str, Any]]) -> None:
        self._spots: defaultdict[str, list[Spot]] = defaultdict(list)
        self._at: dict[tuple[float, float], Spot] = {}
        for row in rows:
            spot = Spot(*row)
            self._spots[plain(spot.name)].append(spot)
            self._at.setdefault((spot.lon, spot.lat), spot)
        self._districts = sorted({spot.district for spot in self._at.values()})
        lines: defaultdict[str, list[BaseGeometry]] = defaultdict(list)
        for collection in streets:
            for feature in collection["features"]:
                lines[str(feature["properties"]["name"])].append(shapely.geometry.shape(feature["geometry"]))
        self._streets = {
            name: parts[0] if len(parts) == 1 else shapely.union_all(parts) for name, parts in lines.items()
        }
        self._street_names = {plain(name): name for name in self._streets}

    def spot_at(self, lon: float, lat: float) -> Spot | None:
        """The spot that stands at exactly these coordinates, as answers give them."""
        return self._at.get((lon, lat))

    def street(self, name: str) -> BaseGeometry | None:
        """The known centre lines of a street, WGS84."""
        return self._streets.get(self._street_names.get(plain(name), ""))

    def meeting(self, first: str, second: str) -> BaseGeometry | None:
        """Where two streets meet, WGS84 points; None if one is unknown or they stay apart."""
        one, other = self.street(first), self.street(second)
        if one is None or other is None or plain(first) == plain(second):
            return None
        a, b = to_metric(one), to_metric(other)
        shared = shapely.intersection(a, b)
        points = [part.interpolate(0.5, normalized=True) if part.length else part for part in _parts(shared)]
        if not points:
            gap = shapely.shortest_line(a, b)
            if gap.length > JOIN_M:
                return None
            points = [gap.interpolate(0.5, normalized=True)]
        return from_metric(points[0] if len(points) == 1 else shapely.MultiPoint(points))

    def find(self, address: str) -> Found:
        """What the address may stand for: the same name, else names that contain it, else near spellings."""
        asked = plain(address)
        without, district = self._without_district(asked)
        for text, home in ((asked, ""), (without, district)):
            found = self._exactly(text, home)
            if found:
                return found
        return self._roughly(without, district)

    def _without_district(self, asked: str) -> tuple[str, str]:
        rest = _CITY.sub("", asked)
        for district in self._districts:
            if rest.startswith(district) and len(rest) > len(district):
                return rest.removeprefix(district), district
        return rest, ""

    def _exactly(self, text: str, district: str) -> Found | None:
        pair = self._pair(text)
        if pair is not None:
            return Found(streets=(pair,))
        spots = tuple(_in(self._spots.get(text, ()), district))
        street = self._street_names.get(text)
        if street or spots:
            return Found(streets=((street,),) if street else (), spots=spots)
        number = _NUMBER.fullmatch(text)
        street = self._street_names.get(number["street"]) if number else None
        return Found(streets=((street,),), number_dropped=True) if street else None

    def _pair(self, text: str) -> tuple[str, str] | None:
        """Two known streets that meet, however they are joined: A与B, A与B交口, AB交口."""
        ending = _MEETING.search(text)
        bare = [text, *([text[: ending.start()]] if ending else [])]
        for whole in bare:
            for cut in range(2, len(whole) - 1):
                seconds = [whole[cut + 1 :]] if whole[cut] in _BETWEEN else []
                if ending:
                    seconds.append(whole[cut:])
                for second in seconds:
                    names = self._street_names.get(whole[:cut]), self._street_names.get(second)
                    if names[0] and names[1] and self.meeting(names[0], names[1]) is not None:
                        return names[0], names[1]
        return None

    def _roughly(self, text: str, district: str) -> Found:
        if not text:
            return Found(exact=False)
        known = [*self._street_names, *self._spots]
        names = sorted({name for name in known if text in name}, key=lambda name: (len(name), name))
        if not names and len(text) > 2:
            near = process.extract(text, known, scorer=fuzz.ratio, limit=MOST, score_cutoff=60)
            names = list(dict.fromkeys(name for name, _, _ in near))
        spots = [spot for name in names for spot in _in(self._spots.get(name, ()), district)]
        streets = [(self._street_names[name],) for name in names if name in self._street_names]
        return Found(streets=tuple(streets[:MOST]), spots=tuple(spots[:MOST]), exact=False)


def _in(spots: Sequence[Spot], district: str) -> Iterator[Spot]:
    return (spot for spot in spots if not district or spot.district == district)


def _parts(geometry: BaseGeometry) -> list[BaseGeometry]:
    return [part for part in shapely.get_parts(geometry).tolist() if not part.is_empty]


def read_addresses(documents: Mapping[str, bytes]) -> Addresses:
    """The addresses of an atlas, from its documents ``gazetteer`` and the streets of its backdrop."""
    return Addresses(
        json.loads(documents["gazetteer"]),
        [json.loads(documents[f"backdrop/{part}"]) for part in ("streets-major", "streets-all")],
    )
