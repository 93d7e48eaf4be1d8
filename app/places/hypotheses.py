"""What the numbers in a geodata file may mean: coordinate system × datum shift × axis order.

A hypothesis is a way to read raw coordinates as WGS84 and how likely it is before any evidence. Here
nothing is decided (see :mod:`app.places.inspection`).

Not among them, for want of published parameters: 1954 北京 and 1980 西安 coordinates (up to some 100 m off
CGCS2000), and 天津's own local system. What is in one of those fits none of these exactly, which control
points show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import numpy as np
import pyproj

from app.places.datum import Coordinates, from_bd09, from_gcj02
from app.places.model import CRS


class Datum(StrEnum):
    """What geographic coordinates the numbers rest on; WGS84 stands for CGCS2000 too (see ``crs``)."""

    WGS84 = "WGS84"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


GEOGRAPHIC = "OGC:CRS84"
WEB_MERCATOR = "EPSG:3857"
SYSTEMS: Mapping[str, str] = {
    GEOGRAPHIC: "经纬度（度）",
    WEB_MERCATOR: "Web 墨卡托（米）",
    "EPSG:4548": "3 度高斯-克吕格，中央经线 117°E，不带带号",
    "EPSG:4527": "3 度高斯-克吕格，中央经线 117°E，带号 39",
    "EPSG:4549": "3 度高斯-克吕格，中央经线 120°E，不带带号",
    "EPSG:4528": "3 度高斯-克吕格，中央经线 120°E，带号 40",
    "EPSG:4498": "6 度高斯-克吕格，中央经线 117°E，带号 20",
    "EPSG:32650": "UTM 第 50 带（WGS84）",
}
"""Systems that Tianjin data come in. The 6-degree zone without prefix has the numbers of EPSG:4548."""

# How likely a datum is before any evidence. Degrees and Web Mercator are what web maps hand out, so that
# a shifted datum is near; surveyors' projections of shifted coordinates are made by mistake only.
_OF_WEB = {Datum.WGS84: 0.5, Datum.GCJ02: 0.3, Datum.BD09: 0.2}
_OF_SURVEY = {Datum.WGS84: 0.96, Datum.GCJ02: 0.03, Datum.BD09: 0.01}
_UNDECLARED_UTM = 0.03  # rare in Chinese practice
_DECLARED = 20.0  # what a file says of itself is mostly right


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One reading of the numbers.

    ``system`` is the code of the coordinate system, or the WKT that the file declares; ``flipped`` says
    that the file has latitude or northing first. ``prior`` is a weight, not normalised.
    """

    system: str
    datum: Datum
    flipped: bool
    prior: float

    @property
    def id(self) -> str:
        """``EPSG:4548``, ``GCJ-02``, ``BD-09``, or ``GCJ-02@EPSG:3857`` for a shifted projection."""
        if self.datum is Datum.WGS84:
            return self.system if len(self.system) < 20 else "declared"
        return self.datum.value if self.system == GEOGRAPHIC else f"{self.datum.value}@{self.system[:20]}"

    @property
    def of_web(self) -> bool:
        """Whether it is of the systems that web maps hand out, in which shifted data are common."""
        return self.system in (GEOGRAPHIC, WEB_MERCATOR)

    @property
    def title(self) -> str:
        """How people are told of it."""
        system = SYSTEMS.get(self.system, "文件声明的坐标系")
        if self.datum is Datum.WGS84:
            datum = "" if self.system == "EPSG:32650" else "WGS84／CGCS2000 "
        else:
            datum = f"{self.datum.value} "
        return f"{datum}{system}{'，纵坐标（纬度、北）在前' if self.flipped else ''}"

    def to_wgs84(self, raw: Coordinates) -> Coordinates:
        """WGS84 longitude, latitude of raw coordinates, shape (n, 2); NaN where they mean nothing."""
        xy = raw[:, ::-1] if self.flipped else raw
        if self.system == GEOGRAPHIC:
            lonlat = xy
        else:
            lonlat = np.column_stack(_transformer(self.system).transform(xy[:, 0], xy[:, 1]))
        # Far from China the shifts have no meaning, and their iteration need not end well.
        sensible = (np.abs(lonlat[:, 0] - 117.0) < 10) & (np.abs(lonlat[:, 1] - 39.0) < 10)
        lonlat = np.where(sensible[:, None], lonlat, np.nan)
        if self.datum is Datum.WGS84 or not sensible.any():
            return lonlat
        unshift = from_gcj02 if self.datum is Datum.GCJ02 else from_bd09
        lonlat[sensible] = unshift(lonlat[sensible])
        return lonlat


@cache
def _transformer(system: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(system, CRS, always_xy=True)


@dataclass(frozen=True, slots=True)
class Declared:
    """What a file's own statement of its CRS comes to.

    ``system`` is one of :data:`SYSTEMS`, or the statement itself where it is another system, or empty
    where it says nothing that PROJ understands. ``datum_trusted`` is False for a datum whose
    relation to WGS84 is not published (1954 北京, 1980 西安).
    """

    system: str
    name: str
    datum_trusted: bool


def declared_system(text: str) -> Declared:
    """Read a CRS statement (``EPSG:…`` or WKT)."""
    if not text:
        return Declared("", "", datum_trusted=True)
    try:
        crs = pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError:
        return Declared("", text[:60], datum_trusted=True)
    known = str(crs.datum.name if crs.datum else "").lower()
    trusted = any(word in known for word in ("world geodetic system 1984", "china 2000", "wgs", "cgcs2000"))
    if crs.is_geographic:
        return Declared(GEOGRAPHIC, crs.name, trusted)
    for code in SYSTEMS:
        if code != GEOGRAPHIC and _same_projection(crs, code):
            return Declared(code, crs.name, trusted)
    return Declared(text, crs.name, trusted)


def _same_projection(crs: pyproj.CRS, code: str) -> bool:
    """Whether a CRS gives the numbers of ``code``, axis order and datum apart."""
    places = np.array([[116.8, 38.6], [117.2, 39.1], [118.0, 40.2]])
    try:
        numbers = [
            np.column_stack(
                pyproj.Transformer.from_crs(system.geodetic_crs, system, always_xy=True).transform(*places.T)
            )
            for system in (crs, pyproj.CRS(code))
        ]
    except pyproj.exceptions.ProjError:
        return False
    # The ellipsoids of 1954 and 1980 change northings by tens of metres: the same projection all the same.
    return bool(np.abs(numbers[0] - numbers[1]).max() < 200)


def hypotheses(declared: Declared) -> list[Hypothesis]:
    """All readings worth trying, declared or not."""
    systems = [*SYSTEMS, *([declared.system] if declared.system and declared.system not in SYSTEMS else [])]
    found = []
    for system in systems:
        weight = _DECLARED if system == declared.system else 1.0
        if system == "EPSG:32650" and system != declared.system:
            weight = _UNDECLARED_UTM
        datums = _OF_WEB if system in (GEOGRAPHIC, WEB_MERCATOR) else _OF_SURVEY
        for datum, share in datums.items():
            if system == WEB_MERCATOR and datum is Datum.BD09:
                continue  # Baidu's own metres are no Web Mercator
            for flipped in (False, True):
                found.append(Hypothesis(system, datum, flipped, weight * share))
    return found
