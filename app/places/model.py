"""The values of the place room: how a feature was located, and how sure that is.

Geometries are shapely objects in WGS84, order longitude, latitude (EPSG:4326 with ``always_xy``).
Tolerances are metres on the ground: the true position lies within that distance of the drawn one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from shapely.geometry.base import BaseGeometry

CRS = "EPSG:4326"


class Method(StrEnum):
    """How a feature got its geometry, from the most to the least certain."""

    AUTHORITY = "authority"
    OSM = "osm"
    ADMIN = "admin"
    BOUNDED = "bounded"
    ALONG = "along"
    CROSSING = "crossing"
    UNION = "union"
    NEAR = "near"
    DIGITISED = "digitised"
    UNLOCATED = "unlocated"


class Certainty(StrEnum):
    """How a shape is drawn: solid, dashed or hatched."""

    LOCATED = "located"  # 确定
    APPROXIMATE = "approximate"  # 近似
    INDICATIVE = "indicative"  # 示意
    NONE = "none"  # 未落图


@dataclass(frozen=True, slots=True)
class Evidence:
    """One fact that a geometry rests on.

    ``source`` names the reference extract (``streets``, ``places`` …), ``ref`` the object in it
    (``osm:909516946``, a street name), ``note`` what it contributed, in Chinese for people.
    """

    source: str
    ref: str
    note: str


@dataclass(frozen=True, slots=True)
class Georeference:
    """The result of locating a feature.

    ``geometry`` is None exactly when ``method`` is ``unlocated``; then ``reason`` says why.
    ``doubts`` are sentences that become findings (a large gap in a street, an ambiguous match).
    ``derived_from_stated_size`` is True where a stated area set the width, so that the area check
    is no independent proof. ``assumed`` is True where a part of the shape, such as the width of a band, is
    neither the plan's word nor an object's outline. ``length_km`` is the geodesic length of the centre line
    of a band, which its polygon no longer shows.
    """

    method: Method
    geometry: BaseGeometry | None
    tolerance_m: float | None
    evidence: tuple[Evidence, ...]
    doubts: tuple[str, ...] = ()
    reason: str = ""
    derived_from_stated_size: bool = False
    assumed: bool = False
    length_km: float | None = None


class Spot(NamedTuple):
    """A named point of the reference: its group there, its district, WGS84 longitude and latitude."""

    name: str
    group: str
    district: str
    lon: float
    lat: float


AUTHORITY_WITHIN_M = 10.0
"""What an authority's shape is trusted to where nothing is stated: a map of 1:10 000, and the metre or so by
which CGCS2000 and WGS84 are taken for one."""

LOCATED_WITHIN_M = 150.0
APPROXIMATE_WITHIN_M = 600.0


def certainty_of(georeference: Georeference, *, editorial: bool = False) -> Certainty:
    """How a georeference is drawn.

    Solid (``located``) needs a method that reads a real object or named lines and a tolerance within
    150 m; dashed (``approximate``) a tolerance within 600 m; all else is hatched (``indicative``).
    Surroundings, hand drawings, shapes with an assumed part and whatever rests on an editor's judgement
    are never solid. An authority's shape rests on no editor's judgement, whatever our own did.
    """
    if georeference.geometry is None:
        return Certainty.NONE
    tolerance = georeference.tolerance_m
    if tolerance is None or tolerance > APPROXIMATE_WITHIN_M:
        return Certainty.INDICATIVE
    judged = editorial and georeference.method is not Method.AUTHORITY
    loose = judged or georeference.assumed or georeference.method in (Method.NEAR, Method.DIGITISED)
    if loose or tolerance > LOCATED_WITHIN_M:
        return Certainty.APPROXIMATE
    return Certainty.LOCATED
