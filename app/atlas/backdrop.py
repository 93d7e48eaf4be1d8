"""The offline basemap from our own reference, as GeoJSON: land, districts, rivers, streets, stations, names.

It is context, not evidence: lines are simplified, streets stand where their way points allow a line,
and nothing here carries a plan's word. Coordinates are WGS84 with five decimals (about a metre).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.atlas.landmarks import Name, landmarks, town_names, water_names
from app.errors import AtlasError
from app.places.districts import CITY, district, districts_around
from app.places.lines import CentreLine
from app.places.linework import Lines
from app.places.measure import from_metric, to_metric
from app.places.reference import Reference

DETAILED: Final = frozenset({"和平区", "河东区", "河西区", "南开区", "河北区", "红桥区", "滨海新区"})
"""Districts with every street; the others show main roads only."""

MAJOR: Final = frozenset({"motorway", "trunk", "primary", "secondary"})
NOT_DRAWN: Final = frozenset(
    {"construction", "proposed", "path", "steps", "track", "footway", "cycleway", "service"}
)
RIVERS: Final = (
    "海河",
    "子牙河",
    "北运河",
    "南运河",
    "新开河",
    "卫津河",
    "津河",
    "月牙河",
    "护仓河",
    "外环河",
    "永定新河",
    "独流减河",
    "蓟运河",
    "潮白新河",
    "金钟河",
)
WIDEST_GAP_M: Final = 4000.0
"""A line over a larger gap between its source points would cross country where no road runs."""

WIDEST_LEAP_M: Final = 2500.0
"""A river bends: between points further apart than this its course is not drawn."""

OFF_SHORE_M: Final = 400.0
"""District borders closer to the shore than this are the shore, drawn by the land."""

DECIMALS: Final = 5
SIMPLIFIED_M: Final = {"land": 25.0, "districts": 20.0, "rivers": 12.0, "streets": 4.0}


def backdrops(reference: Reference, lines: Lines) -> dict[str, bytes]:
    """The parts of the backdrop by name: compact UTF-8 GeoJSON FeatureCollections.

    Parameters
    ----------
    reference
        The extracts.
    lines
        Rebuilt centre lines. A name that gives no line is left out: the backdrop is not a register.

    Returns
    -------
    dict
        ``land``, ``districts`` (a point per name, and the borders), ``rivers``, ``streets-major``,
        ``streets-all`` (the minor ones), ``stations`` (``kind`` rail or metro), ``towns``, ``waters`` and
        ``landmarks`` (points with the ``zoom`` from which they are named). Same input, same bytes.
    """
    areas = {key.name: area for key, area in districts_around().items() if key.province == CITY}
    ground = shapely.unary_union([*areas.values()])
    shapely.prepare(ground)
    major, minor = _streets(reference, lines)
    return {
        "land": _collection([_feature(_simple(reference.land, "land"), {})]),
        "districts": _collection(_districts(reference)),
        "rivers": _collection(_rivers(lines)),
        "streets-major": _collection(major),
        "streets-all": _collection(minor),
        "stations": _collection(_stations(reference)),
        "towns": _collection(map(_name, town_names(reference, areas))),
        "waters": _collection(map(_name, water_names(reference, ground))),
        "landmarks": _collection(map(_name, landmarks(reference, ground))),
    }


def _rounded(geometry: BaseGeometry) -> BaseGeometry:
    return shapely.transform(geometry, lambda xy: np.round(xy, DECIMALS))


def _simple(geometry: BaseGeometry, part: str) -> BaseGeometry:
    metric = shapely.simplify(to_metric(geometry), SIMPLIFIED_M[part], preserve_topology=True)
    rounded = _rounded(from_metric(metric))
    return shapely.orient_polygons(rounded if rounded.is_valid else shapely.make_valid(rounded))


def _feature(geometry: BaseGeometry, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": shapely.geometry.mapping(geometry), "properties": dict(properties)}


def _collection(features: Iterable[dict[str, Any]]) -> bytes:
    value = {"type": "FeatureCollection", "features": list(features)}
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _districts(reference: Reference) -> Iterator[dict[str, Any]]:
    """Names as points, borders as lines that neighbours share, without the shore: the land shows that."""
    areas = {key: area for key, area in districts_around().items() if key.province == CITY}
    for key, area in areas.items():
        largest = max(shapely.get_parts(area), key=lambda part: float(part.area))
        middle = shapely.Point(shapely.maximum_inscribed_circle(largest, tolerance=0.002).coords[0])
        yield _feature(_rounded(middle), {"name": key.name, "code": key.code})
    metric = [to_metric(district(key.name)) for key in areas]
    borders = shapely.unary_union(
        shapely.boundary(shapely.coverage_simplify(metric, SIMPLIFIED_M["districts"]))
    )
    inland = to_metric(reference.land).buffer(-OFF_SHORE_M)
    yield _feature(_rounded(from_metric(shapely.line_merge(borders.intersection(inland)))), {})


def _rivers(lines: Lines) -> Iterator[dict[str, Any]]:
    for name in RIVERS:
        try:
            found = lines.river(name)
        except AtlasError:
            continue
        parts = _without_leaps(found.metric)
        if not parts.is_empty:
            yield _feature(_simple(from_metric(parts), "rivers"), {"name": name})


def _without_leaps(metric: shapely.LineString) -> shapely.MultiLineString:
    """The stretches of a line whose neighbouring vertices stand close enough to trust the course."""
    points = shapely.get_coordinates(metric)
    leaps = np.flatnonzero(np.hypot(*np.diff(points, axis=0).T) > WIDEST_LEAP_M) + 1
    return shapely.MultiLineString([part for part in np.split(points, leaps) if len(part) > 1])


def _streets(reference: Reference, lines: Lines) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Major and minor streets, each centre line once though it may pass several districts."""
    table = reference.streets
    table = table[~table["highway"].isin(NOT_DRAWN)]
    longitudes, latitudes = table["lon"].to_numpy(), table["lat"].to_numpy()
    drawn: dict[int, tuple[CentreLine, bool]] = {}
    for key, area in districts_around().items():
        if key.province != CITY:
            continue
        here = table[shapely.contains_xy(area, longitudes, latitudes)]
        for name, ways in here.groupby("name", sort=True)["highway"]:
            major = bool(ways.isin(MAJOR).mean() >= 0.5)
            if not major and key.name not in DETAILED:
                continue
            try:
                found = lines.street(str(name), district=key.name)
            except AtlasError:
                continue
            if found.largest_gap_m <= WIDEST_GAP_M:
                drawn.setdefault(id(found), (found, major))
    ordered = sorted(drawn.values(), key=lambda pair: (pair[0].name, pair[0].line.bounds))
    features = [
        (_feature(_simple(found.line, "streets"), {"name": found.name}), major) for found, major in ordered
    ]
    return [item for item, major in features if major], [item for item, major in features if not major]


def _stations(reference: Reference) -> Iterator[dict[str, Any]]:
    for row in reference.stations.sort_values(["name", "kind"]).itertuples(index=False):
        yield _feature(_rounded(shapely.Point(row.lon, row.lat)), {"name": row.name, "kind": row.kind})


def _name(name: Name) -> dict[str, Any]:
    return _feature(_rounded(name.at), {"name": name.text, "kind": name.kind, "zoom": name.zoom})
