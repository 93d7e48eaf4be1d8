"""How each reference extract is derived from its source files: pure functions, files in, rows out.

Nothing is downloaded or written here (see :mod:`app.places.refresh`), nothing is renamed or corrected:
an extract is a cut of its source to the box, without repetitions, in a fixed order. All coordinates are
WGS84 degrees rounded to six decimals (0.1 m).
"""

from __future__ import annotations

import ast
import gzip
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyogrio
import shapely

from app.places.districts import BOX, CITY, district, district_at
from app.places.measure import distance_m, from_metric, to_metric

DUPLICATE_M = 5.0
Row = tuple[str | float, ...]


class Table(NamedTuple):
    """Columns and rows of an extract; coordinates stand under ``lon`` and ``lat``."""

    columns: tuple[str, ...]
    rows: list[Row]


# The more important class first: of two points of one street within 5 m the first is kept.
_ROAD_CLASSES = (
    "motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential",
    "living_street", "pedestrian", "motorway_link", "trunk_link", "primary_link", "secondary_link",
    "tertiary_link", "service", "construction", "proposed", "cycleway", "footway", "path", "track", "steps",
)  # fmt: skip

# A shed, depot or junction carries railway=… buildings too, but is no place to board a train.
_NO_STATION = re.compile(r"库|棚|线路所")
_METRO_STOP = re.compile(r"^(?:地铁(?P<inner>.+?)站|(?P<outer>.+?)地铁站)(?:（.+）)?$")
_SAME_STATION_M = 1000.0
_SHED_MATCH_M = 500.0
_HAN = re.compile(r"[\u3400-\u9fff]")

# sizhi keeps the name of before the renaming; the code and the place are the same.
_FORMER_NAMES = {"120101003": "体育馆街道", "120116033": "茶淀镇"}
_COMMUNITY_DISTRICTS = ("120101", "120102", "120116")


def in_box(lon: float, lat: float) -> bool:
    """Whether a point lies in the box of the reference data, edges included."""
    west, south, east, north = BOX
    return west <= lon <= east and south <= lat <= north


def near_pairs(
    names: Sequence[str], lon: Sequence[float], lat: Sequence[float], metres: float
) -> list[tuple[int, int]]:
    """Index pairs (i < j) of points of the same name no more than ``metres`` apart."""
    if not names:
        return []
    points = to_metric(shapely.points(np.column_stack([lon, lat])))
    tree = shapely.STRtree(points)
    first, second = tree.query(points, predicate="dwithin", distance=metres)
    pairs = zip(first.tolist(), second.tolist(), strict=True)
    return sorted((i, j) for i, j in pairs if i < j and names[i] == names[j])


def _tidy(columns: tuple[str, ...], rows: Iterable[Row], rank: Callable[[Row], Any]) -> Table:
    """Drop points outside the box and repetitions within 5 m (the first by ``rank`` stays), then sort."""
    x, y = columns.index("lon"), columns.index("lat")
    kept = sorted({row for row in rows if in_box(float(row[x]), float(row[y]))}, key=lambda r: (rank(r), r))
    names = [str(row[0]) for row in kept]
    lon, lat = [float(row[x]) for row in kept], [float(row[y]) for row in kept]
    dropped: set[int] = set()
    for i, j in near_pairs(names, lon, lat, DUPLICATE_M):
        if i not in dropped:
            dropped.add(j)
    rest = [row for i, row in enumerate(kept) if i not in dropped]
    return Table(columns, sorted(rest, key=lambda row: (row[0], row[x], row[y], row)))


def _siontiles(source: Path, groups: frozenset[str]) -> list[tuple[str, str, str, float, float]]:
    """Rows (name, group, OSM value, lon, lat) of ``search_index.json.gz``."""
    with gzip.open(source, "rt", encoding="utf-8") as file:
        items = json.load(file)
    return [
        (item["n"].strip(), item["c"], item["t"], round(item["x"], 6), round(item["y"], 6))
        for item in items
        if item["c"] in groups and item["n"].strip() and in_box(item["x"], item["y"])
    ]


def streets(source: Path) -> Table:
    """One point per named OSM way (about the mean of its vertices), group 道路."""
    rows = [(name, kind, lon, lat) for name, _, kind, lon, lat in _siontiles(source, frozenset({"道路"}))]
    order = {name: i for i, name in enumerate(_ROAD_CLASSES)}
    return _tidy(("name", "highway", "lon", "lat"), rows, lambda row: order.get(str(row[1]), len(order)))


def stops(source: Path) -> Table:
    """Bus stops, ferry landings, toll booths: group 交通; an untyped point gives way to a typed one."""
    rows = [(name, kind, lon, lat) for name, _, kind, lon, lat in _siontiles(source, frozenset({"交通"}))]
    return _tidy(("name", "kind", "lon", "lat"), rows, lambda row: row[1] == "")


def buildings(source: Path) -> Table:
    """Named OSM buildings, group 建筑; a building of a stated kind goes before ``building=yes``."""
    rows = [(name, kind, lon, lat) for name, _, kind, lon, lat in _siontiles(source, frozenset({"建筑"}))]
    return _tidy(("name", "kind", "lon", "lat"), rows, lambda row: row[1] == "yes")


def waters(source: Path) -> Table:
    """Water ways (form ``line``, one point per way) and water areas (form ``area``): 水系 and 水域."""
    forms = {"水系": "line", "水域": "area"}
    rows = [
        (name, kind, forms[group], lon, lat)
        for name, group, kind, lon, lat in _siontiles(source, frozenset(forms))
    ]
    return _tidy(("name", "kind", "form", "lon", "lat"), rows, lambda row: row[2] == "area")


def stations(source: Path) -> Table:
    """Rail and metro stations by their bare name: station buildings, else the "X地铁站" bus stops.

    Several buildings or stops of one station are averaged; ``spread_m`` is the largest distance of one
    of them from that mean, 0 for a single one.
    """
    built: dict[tuple[str, str], list[shapely.Point]] = {}
    stop_points: dict[str, list[shapely.Point]] = {}
    sheds: list[tuple[str, shapely.Point]] = []
    for name, group, kind, lon, lat in _siontiles(source, frozenset({"交通", "建筑"})):
        here = shapely.Point(lon, lat)
        match = _METRO_STOP.match(name) if group == "交通" else None
        if match:
            stop_points.setdefault(match["inner"] or match["outer"], []).append(here)
        elif kind == "subway_station":
            built.setdefault((name, "metro"), []).append(here)
        elif kind == "train_station" and not _NO_STATION.search(name):
            built.setdefault((name, "rail"), []).append(here)
        elif kind == "transportation":
            sheds.append((name, here))
    for name, here in sheds:
        # building=transportation may be anything; a metro stop of the same name at its door proves it.
        if any(distance_m(here, stop) <= _SHED_MATCH_M for stop in stop_points.get(name, ())):
            built.setdefault((name, "metro"), []).append(here)
        elif name.endswith("站") and not name.endswith("处理站"):
            built.setdefault((name, "rail"), []).append(here)
    found = [
        (name, kind, "building", *_mean(cluster))
        for (name, kind), points in built.items()
        for cluster in _clusters(points)
    ]
    for name, points in stop_points.items():
        for cluster in _clusters(points):
            doors = built.get((name, "metro"), [])
            if all(distance_m(cluster[0], door) > _SAME_STATION_M for door in doors):
                found.append((name, "metro", "bus_stops", *_mean(cluster)))
    columns = ("name", "kind", "basis", "lon", "lat", "spread_m")
    return _tidy(columns, found, lambda row: (row[2] == "bus_stops", row[1] == "rail"))


def _mean(points: list[shapely.Point]) -> tuple[float, float, int]:
    """Mean position (lon, lat) and the largest distance from it in whole metres."""
    centre = from_metric(to_metric(shapely.MultiPoint(points)).centroid)
    spread = max(distance_m(centre, point) for point in points)
    return round(centre.x, 6), round(centre.y, 6), round(spread)


def _clusters(points: list[shapely.Point]) -> list[list[shapely.Point]]:
    """Points no farther than a kilometre from the first of their cluster."""
    clusters: list[list[shapely.Point]] = []
    for point in sorted(points, key=lambda p: (p.x, p.y)):
        near = (c for c in clusters if distance_m(c[0], point) <= _SAME_STATION_M)
        cluster = next(near, None)
        if cluster is None:
            clusters.append([point])
        else:
            cluster.append(point)
    return clusters


def places(*sources: Path) -> Table:
    """Named OSM points of interest and representative points of areas and buildings."""
    rows: list[Row] = []
    for source in sources:
        frame = pyogrio.read_dataframe(source, bbox=BOX, columns=["osm_id", "fclass", "name"])
        frame = frame[frame["name"].notna()]
        lon, lat = frame.geometry.x.round(6), frame.geometry.y.round(6)
        columns = (frame["name"].str.strip(), frame["fclass"], frame["osm_id"].astype(str), lon, lat)
        rows += [row for row in zip(*(column.tolist() for column in columns), strict=True) if row[0]]
    # A stated kind (mall, park …) says more than "building".
    return _tidy(("name", "fclass", "osm_id", "lon", "lat"), rows, lambda row: row[1] == "building")


def geonames(source: Path) -> Table:
    """Populated places of GeoNames that carry a Chinese name; all Chinese names, the first as the name."""
    rows: list[Row] = []
    for item in json.loads(source.read_text(encoding="utf-8")).values():
        lon, lat = round(item["longitude"], 6), round(item["latitude"], 6)
        chinese = [name for name in item["alternatenames"] if _HAN.search(name)]
        if chinese and in_box(lon, lat):
            rows.append((chinese[0], "|".join(chinese), item["name"], str(item["geonameid"]), lon, lat))
    return _tidy(("name", "names", "latin", "geoname_id", "lon", "lat"), rows, lambda row: row[3])


def _boxes(source: Path) -> dict[str, tuple[float, float, float, float]]:
    """Bounding boxes (west, south, east, north) by bare name, from the source text: it is never run."""
    lines = source.read_text(encoding="utf-8").splitlines()
    literal = next(line.removeprefix("dic=") for line in lines if line.startswith("dic="))
    table: dict[str, str] = ast.literal_eval(literal)
    parsed = {name: json.loads(text) for name, text in table.items()}
    return {
        name: (round(west, 6), round(south, 6), round(east, 6), round(north, 6))
        for name, (west, north, east, south) in parsed.items()
    }


def _belongs(box: tuple[float, float, float, float], district_name: str) -> bool:
    """Whether a box found by bare name is the unit of this district and no namesake elsewhere."""
    outline = district(district_name, with_sea=True)
    west, south, east, north = shapely.buffer(outline, 0.03).bounds
    inside = west <= box[0] and south <= box[1] and box[2] <= east and box[3] <= north
    return inside and bool(shapely.box(*box).intersects(outline))


def towns(areas: Path, streets_list: Path, boxes: Path) -> Table:
    """街道 and 镇 of Tianjin by code, with the bounding box where one is known (else empty), and zones.

    A zone is a functional area that has a box but is not a unit of the 国家统计局 list (code empty).
    """
    units = json.loads(streets_list.read_text(encoding="utf-8"))
    districts = {row["code"]: row["name"] for row in json.loads(areas.read_text(encoding="utf-8"))}
    table = _boxes(boxes)
    rows: list[Row] = []
    used: set[str] = set()
    for unit in units:
        if unit["provinceCode"] != "12":
            continue
        home = districts[unit["areaCode"]]
        key = unit["name"] if unit["name"] in table else _FORMER_NAMES.get(unit["code"], "")
        box = table.get(key)
        if box is None or not _belongs(box, home):
            rows.append((unit["name"], unit["code"], home, "unit", "", "", "", "", ""))
        else:
            used.add(key)
            rows.append((unit["name"], unit["code"], home, "unit", *box, key))
    # A bare name says nothing about the province (新港街道 is one of Shandong here): the box itself decides.
    for name, box in table.items():
        if name not in used | set(districts.values()) and in_box(box[0], box[1]) and in_box(box[2], box[3]):
            middle = district_at((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
            if middle is not None and middle.province == CITY and _belongs(box, middle.name):
                rows.append((name, "", middle.name, "zone", *box, name))
    columns = ("name", "code", "district", "kind", "west", "south", "east", "north", "box_name")
    return Table(columns, sorted(rows, key=lambda row: (row[1] == "", row[1], row[0])))


def communities(areas: Path, streets_list: Path, villages: Path) -> Table:
    """居委会 and 村委会 of 和平区, 河东区 and 滨海新区: name, code, unit, district."""
    districts = {row["code"]: row["name"] for row in json.loads(areas.read_text(encoding="utf-8"))}
    units = {row["code"]: row["name"] for row in json.loads(streets_list.read_text(encoding="utf-8"))}
    rows: list[Row] = [
        (row["name"], row["code"], units[row["streetCode"]], row["streetCode"], districts[row["areaCode"]])
        for row in json.loads(villages.read_text(encoding="utf-8"))
        if row["areaCode"] in _COMMUNITY_DISTRICTS
    ]
    columns = ("name", "code", "town", "town_code", "district")
    return Table(columns, sorted(rows, key=lambda row: row[1]))


def coast(source: Path) -> Mapping[str, Any]:
    """GeoJSON FeatureCollection: the land in the box, and the coast line (the land's edge off the box's)."""
    box = shapely.box(*BOX)
    parts: list[shapely.Geometry] = []
    for feature in json.loads(source.read_text(encoding="utf-8"))["features"]:
        if feature["properties"]["A3"] == "CHN":
            shapes = shapely.get_parts(shapely.geometry.shape(feature["geometry"]))
            parts += [shapely.intersection(shape, box) for shape in shapes if shape.intersects(box)]
    land = shapely.orient_polygons(shapely.set_precision(shapely.union_all(parts), 1e-6))
    line = shapely.line_merge(shapely.difference(land.boundary, shapely.buffer(box.boundary, 2e-6)))
    return {
        "type": "FeatureCollection",
        "features": [_feature("land", land), _feature("coastline", line)],
    }


def _feature(kind: str, geometry: shapely.Geometry) -> dict[str, Any]:
    rounded = shapely.transform(geometry, lambda xy: np.round(xy, 6))
    return {
        "type": "Feature",
        "id": kind,
        "properties": {"kind": kind},
        "geometry": shapely.geometry.mapping(rounded),
    }
