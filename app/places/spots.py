"""Point-like places: which object a name means, how far it may be off, and why it is there.

A name is looked for in a district; of the groups of objects the better position comes first. Homonyms
far apart are never chosen between: the layer file must say ``closest_to`` or ``district``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import shapely
from shapely import Point
from shapely.geometry.base import BaseGeometry

from app.errors import AmbiguousPlaceError, GeometryError, UnknownPlaceError
from app.places.crossing import crossing
from app.places.linework import Lines
from app.places.measure import from_metric, to_metric
from app.places.model import Evidence, Georeference
from app.places.reference import METRO_FROM_STOPS, PlaceHit, Reference
from app.places.specs import Place

TOLERANCE_M: Mapping[str, float] = {
    "buildings": 30.0,  # mean of a building's outline; median 6 m between two OSM extracts
    "places": 60.0,  # OSM point, or the centre of a building or court
    "stations": 80.0,  # centre of a station building
    "stops": 150.0,  # a bus stop named after the place, typically 125 m from it
    "waters": 500.0,  # one point for a whole water way or body
    "towns": 1500.0,  # GeoNames: 100 m to 2 km
}
_AREA_KINDS = frozenset(
    {"residential", "industrial", "park", "university", "college", "retail", "commercial"}
)
_AREA_TOLERANCE_M = 150.0  # an area stands in the data as one point
_GROUP_TITLES = {
    "buildings": "OSM建筑",
    "places": "OSM地点",
    "stations": "OSM车站",
    "stops": "同名公交站",
    "waters": "OSM水系",
    "towns": "GeoNames城镇",
}
# Objects of one name and group this close together (the stops around a place) are read as their middle.
_TOGETHER_M = 600.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A place found: a WGS84 point, its tolerance in metres, and what it rests on."""

    point: Point
    tolerance_m: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Spots:
    """Finds places for one feature: in its district, among what is already located."""

    reference: Reference
    lines: Lines
    district: str
    located: Mapping[str, Georeference]

    def find(self, place: Place) -> Spot:
        """The point that a PLACE names."""
        if place.crossing:
            district = place.district or self.district
            first, second = (self.lines.street(name, district=district) for name in place.crossing)
            return _spot_of(crossing(first, second))
        if place.feature:
            return _spot_of(self.located[place.feature], label=place.feature)
        if place.street:
            beside = self.find(Place(osm=place.near, district=place.district))
            district = place.district or self.district
            line = self.lines.street(place.street, district=district, near=beside.point)
            metric = line.metric.interpolate(line.metric.project(to_metric(beside.point)))
            tolerance = math.hypot(line.tolerance_m, beside.tolerance_m)
            note = Evidence("streets", place.street, f"{place.street}上距{place.near}最近处")
            return Spot(from_metric(metric), tolerance, (*beside.evidence, note))
        return self._choose(place)

    def _choose(self, place: Place) -> Spot:
        name, district = str(place.osm), place.district or self.district
        groups = (place.group,) if place.group else tuple(TOLERANCE_M)
        hits = self.reference.find(name, groups=groups, district=district)
        if not hits:
            raise UnknownPlaceError(f"{district}内没有名为“{name}”的参考对象。{self._elsewhere(name)}")
        if place.closest_to:
            anchor = self._anchor(place.closest_to, district)
            return _of_hit(min(hits, key=lambda hit: float(to_metric(hit.point).distance(anchor))))
        best = min(groups.index(hit.group) for hit in hits)
        hits = [hit for hit in hits if hit.group == groups[best]]
        if len(hits) == 1:
            return _of_hit(hits[0])
        spread = to_metric(shapely.MultiPoint([hit.point for hit in hits]))
        reach = float(shapely.minimum_bounding_radius(spread))
        if reach > _TOGETHER_M / 2:
            spots = "；".join(f"{hit.lon:.4f},{hit.lat:.4f}（{hit.kind}）" for hit in hits[:5])
            raise AmbiguousPlaceError(f"{district}内有{len(hits)}处“{name}”：{spots}。请加 closest_to。")
        first = _of_hit(hits[0])
        note = Evidence(hits[0].group, name, f"{len(hits)}处同名对象（半径{reach:.0f}米内）的中点")
        return Spot(from_metric(spread.centroid), max(first.tolerance_m, reach), (*first.evidence, note))

    def _anchor(self, name: str, district: str) -> BaseGeometry:
        """Metric geometry of the street or object that decides between homonyms."""
        if name in self.lines:
            return self.lines.street(name, district=district).metric
        return to_metric(self.find(Place(osm=name, district=district)).point)

    def _elsewhere(self, name: str) -> str:
        others = sorted({hit.district or "范围外" for hit in self.reference.find(name)})
        if others:
            return f"在{'、'.join(others)}有同名者：若确指彼处，写明 district。"
        near = "、".join(self.reference.near_names(name))
        return f"相近的名称：{near}。" if near else ""


def _of_hit(hit: PlaceHit) -> Spot:
    tolerance = TOLERANCE_M[hit.group]
    if hit.kind == METRO_FROM_STOPS:
        tolerance = TOLERANCE_M["stops"]
    elif hit.group == "places" and hit.kind in _AREA_KINDS:
        tolerance = _AREA_TOLERANCE_M
    note = f"{_GROUP_TITLES[hit.group]}“{hit.name}”" + (f"（{hit.kind}）" if hit.kind else "")
    ref = f"osm:{hit.osm_id}" if hit.osm_id else hit.name
    return Spot(hit.point, tolerance, (Evidence(hit.group, ref, note),))


def _spot_of(georeference: Georeference, label: str = "") -> Spot:
    geometry = georeference.geometry
    if geometry is None:
        raise GeometryError(f"要素 {label} 没有几何，不能作参照。")
    point = geometry if isinstance(geometry, Point) else geometry.representative_point()
    evidence = georeference.evidence if not label else (Evidence("feature", label, "以该要素为参照"),)
    return Spot(point, georeference.tolerance_m or 0.0, evidence)
