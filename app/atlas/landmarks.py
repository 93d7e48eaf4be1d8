"""Names by which one finds one's way on the offline basemap: 街镇, lakes, and places that everyone knows.

They say where one roughly is, nothing more: a 街镇 stands in the middle of its bounding box, a lake or a
landmark at the one point that OpenStreetMap gives for it. What cannot be told from its name
alone (a hall, a gate, a ward of a hospital) is left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import shapely
from shapely.geometry.base import BaseGeometry

from app.places.measure import distance_m
from app.places.reference import Reference

if TYPE_CHECKING:
    import pandas as pd

TOWNS: Final = re.compile(r"(?:街道|镇|乡)$")
"""Names of 街镇; the zones and farms of the same extract are the plans' business."""

TWINS_M: Final = 1500.0
"""Landmarks of one name nearer than this are parts of one: a park and its gate."""

NAME_PIXELS: Final = 110.0
"""A 街镇 is named from the zoom on at which its box is as wide as this."""

_PIXEL_M: Final = 121_660.0  # ground metres per pixel at zoom 0, at 39° north


@dataclass(frozen=True, slots=True)
class Sort:
    """What makes a place a landmark: how such a name ends, and the zoom from which it is named."""

    name: re.Pattern[str]
    zoom: float


def _sort(endings: str, zoom: float) -> Sort:
    return Sort(re.compile(rf"[\u4e00-\u9fff]{{2,}}(?:{endings})"), zoom)


SORTS: Final[Mapping[str, Sort]] = {
    "university": Sort(re.compile("[\u4e00-\u9fff]{2,}大学|天津(?:(?!大学)[\u4e00-\u9fff])+学院"), 13.5),
    "theme_park": _sort("谷|公园|乐园|水魔方", 13.5),
    "zoo": _sort("动物园", 13.5),
    "park": _sort("公园", 14.0),
    "museum": _sort("博物馆|纪念馆|美术馆|博物院", 14.0),
    "tower": _sort("电视塔", 13.5),
    "stadium": _sort("体育场|体育馆|体育中心", 14.5),
    "theatre": _sort("剧院|音乐厅|影剧院", 14.5),
    "library": _sort("图书馆", 15.0),
    "hospital": _sort("医院", 15.0),
}
"""By OpenStreetMap's class of the place."""

WATERS: Final = frozenset({"lake", "reservoir", "water"})
"""OpenStreetMap's classes of standing waters; ponds and basins have no name that tells them apart."""

WATER_SORTS: Final[Mapping[str, Sort]] = {
    "reservoir": _sort("水库|湿地", 11.5),
    "lake": _sort("湖", 13.5),
}
"""By what a water's name says: its class says too little of its size."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name at a point (WGS84), of a kind, shown from a zoom on."""

    text: str
    at: shapely.Point
    kind: str
    zoom: float


def town_names(reference: Reference, districts: Mapping[str, BaseGeometry]) -> Iterator[Name]:
    """街镇 of ``districts`` (WGS84 areas by name), each in the middle of its box.

    A box whose middle lies outside its own district is a wrong or a torn one and is left out.
    """
    for row in reference.towns.sort_values(["district", "name"]).itertuples(index=False):
        if math.isnan(row.west) or not TOWNS.search(row.name):
            continue
        middle = shapely.Point((row.west + row.east) / 2, (row.south + row.north) / 2)
        area = districts.get(row.district)
        if area is None or not shapely.contains(area, middle):
            continue
        width = distance_m(shapely.Point(row.west, middle.y), shapely.Point(row.east, middle.y))
        zoom = math.log2(NAME_PIXELS * _PIXEL_M / max(width, 1.0))
        yield Name(row.name, middle, "town", round(min(max(zoom, 11.0), 14.0), 1))


def landmarks(reference: Reference, ground: BaseGeometry) -> Iterator[Name]:
    """Known places on ``ground`` (WGS84), by class and name; of twins close by, the first from the west."""
    return _known(reference.places, SORTS, ground)


def water_names(reference: Reference, ground: BaseGeometry) -> Iterator[Name]:
    """Lakes and reservoirs on ``ground`` (WGS84), as :func:`landmarks`."""
    table = reference.waters
    table = table[(table["form"] == "area") & table["kind"].isin(WATERS)]
    large = table["name"].str.contains(f"(?:{WATER_SORTS['reservoir'].name.pattern})$")
    classed = table.assign(fclass=large.map({True: "reservoir", False: "lake"}))
    return _known(classed, WATER_SORTS, ground)


def _known(table: pd.DataFrame, sorts: Mapping[str, Sort], ground: BaseGeometry) -> Iterator[Name]:
    table = table[table["fclass"].isin(sorts)].sort_values(["fclass", "name", "lon", "lat"])
    here = table[shapely.contains_xy(ground, table["lon"].to_numpy(), table["lat"].to_numpy())]
    seen: dict[str, list[shapely.Point]] = {}
    for row in here.itertuples(index=False):
        sort = sorts[row.fclass]
        if not sort.name.fullmatch(row.name):
            continue
        point = shapely.Point(row.lon, row.lat)
        others = seen.setdefault(row.name, [])
        if any(distance_m(point, other) < TWINS_M for other in others):
            continue
        others.append(point)
        yield Name(row.name, point, row.fclass, sort.zoom)
