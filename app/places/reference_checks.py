"""Checks of the reference data, run with every ``atlas check``: is it what its records say, and WGS84?

Codes start with ``REF``. Levels are ``error`` (the atlas cannot be trusted), ``warning`` and ``info``.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import shapely

from app.places.datum import wgs84_to_gcj02
from app.places.districts import BOX
from app.places.extracts import DUPLICATE_M, in_box, near_pairs
from app.places.measure import distance_m
from app.places.records import cure
from app.places.reference import Reference

CONTROL_NAME = "天津站"
CONTROL = shapely.Point(117.2042, 39.1353)
"""Known WGS84 position of the 天津站 building; in GCJ-02 it would be 560 m to the east."""

# The station building itself, and the point of its hall in the other extract, 87 m off.
CONTROL_TOLERANCE_M = {"places": 30.0, "stations": 150.0}
_POINT_TABLES = ("streets", "stops", "stations", "buildings", "waters", "places", "geonames")
# A source in which the two extracts of OpenStreetMap disagree by more than this has another datum.
_COMMON_NAMES_MEDIAN_M = 50.0
_SAME_OBJECT_M = 1000.0


@dataclass(frozen=True, slots=True)
class ReferenceFinding:
    """One result: code, level (``error``, ``warning``, ``info``), Chinese message and what to do."""

    code: str
    level: str
    message: str
    cure: str


def check_reference(reference: Reference) -> list[ReferenceFinding]:
    """All findings of the reference data; an empty list when everything holds."""
    findings: list[ReferenceFinding] = []
    for name in _POINT_TABLES:
        table = reference.table(name)
        findings += _counts(reference, name, len(table))
        findings += _outside(name, table)
        findings += _duplicates(name, table)
    for name in ("towns", "communities"):
        findings += _counts(reference, name, len(reference.table(name)))
    findings += _control(reference)
    findings += _datum(reference)
    findings += _coast(reference)
    return findings


def _error(code: str, message: str) -> list[ReferenceFinding]:
    return [ReferenceFinding(code, "error", message, cure())]


def _counts(reference: Reference, name: str, found: int) -> list[ReferenceFinding]:
    stated = reference.records[name].features
    if found == stated:
        return []
    return _error("REF-COUNT", f"{name} 有 {found} 条，记录为 {stated} 条。")


def _outside(name: str, table: pd.DataFrame) -> list[ReferenceFinding]:
    rows = zip(table["name"], table["lon"], table["lat"], strict=True)
    outside = [str(label) for label, lon, lat in rows if not in_box(lon, lat)]
    if not outside:
        return []
    return _error("REF-BOX", f"{name} 有 {len(outside)} 个点不在范围 {BOX} 内，如“{outside[0]}”。")


def _duplicates(name: str, table: pd.DataFrame) -> list[ReferenceFinding]:
    names = table["name"].tolist()
    pairs = near_pairs(names, table["lon"].tolist(), table["lat"].tolist(), DUPLICATE_M)
    if not pairs:
        return []
    message = f"{name} 有 {len(pairs)} 对同名点相距不到 {DUPLICATE_M:g} 米，如“{names[pairs[0][0]]}”。"
    return _error("REF-DUPLICATE", message)


def _control(reference: Reference) -> list[ReferenceFinding]:
    findings: list[ReferenceFinding] = []
    for group, tolerance in CONTROL_TOLERANCE_M.items():
        hits = reference.find(CONTROL_NAME, groups=(group,))
        if not hits:
            findings += _error("REF-CONTROL", f"{group} 中没有控制点“{CONTROL_NAME}”。")
            continue
        off = min(distance_m(hit.point, CONTROL) for hit in hits)
        if off > tolerance:
            shifted = min(distance_m(hit.point, wgs84_to_gcj02(CONTROL)) for hit in hits)
            guess = "，像是 GCJ-02 坐标" if shifted <= tolerance else ""
            message = f"{group} 的控制点“{CONTROL_NAME}”偏离已知位置 {off:.0f} 米{guess}。"
            findings += _error("REF-CONTROL", message)
    return findings


def _datum(reference: Reference) -> list[ReferenceFinding]:
    """The two OSM extracts are of different makers: where both name a building, they must agree."""
    buildings, places = (_unique(reference.table(name)) for name in ("buildings", "places"))
    gaps = [distance_m(buildings[name], places[name]) for name in buildings.keys() & places.keys()]
    # Beyond a kilometre the two are different objects that happen to share a name.
    near = sorted(gap for gap in gaps if gap <= _SAME_OBJECT_M)
    median = near[len(near) // 2] if near else float("inf")
    if median <= _COMMON_NAMES_MEDIAN_M:
        return []
    return _error("REF-DATUM", f"buildings 与 places 的同名建筑相差中位数 {median:.0f} 米，坐标系不一致。")


def _unique(table: pd.DataFrame) -> dict[str, shapely.Point]:
    """Position of the names that occur just once, by name."""
    once = table[~table["name"].duplicated(keep=False)]
    points = shapely.points(once["lon"].to_numpy(), once["lat"].to_numpy())
    return dict(zip(once["name"], points, strict=True))


def _coast(reference: Reference) -> list[ReferenceFinding]:
    land, line = reference.land, reference.coastline
    if not land.is_valid or line.is_empty:
        return _error("REF-COAST", "陆地多边形无效或海岸线为空。")
    if not shapely.box(*BOX).buffer(1e-6).contains(land):
        return _error("REF-COAST", "陆地多边形超出范围。")
    # The line is cut from the land's edge, both rounded to 0.1 m.
    if line.hausdorff_distance(line.intersection(land.boundary.buffer(2e-6))) > 1e-4:
        return _error("REF-COAST", "海岸线与陆地边缘不一致。")
    return []
