"""Between WGS84 and the two shifted Chinese datums, at the edge of the house only.

GCJ-02 is what the maps of 高德 (AMap) and 腾讯 are drawn in; BD-09 is Baidu's further shift of it. In
Tianjin GCJ-02 lies some 560 m to the east-north-east of WGS84. The forward formula is the one in general
use (published as ``eviltransform`` and in many other places, after the leaked 2003 code): a deflection
on the Krassovsky 1940 ellipsoid. It has no closed inverse; the inverse here iterates it to 1e-10 degrees.

Inside China only: the box of the atlas lies wholly within, so there is no test for "out of China".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

G = TypeVar("G", bound=BaseGeometry)
Coordinates: TypeAlias = NDArray[np.float64]

# Krassovsky 1940: semi-major axis in metres and first eccentricity squared, as the formula fixes them.
_AXIS_M = 6378245.0
_ECCENTRICITY_2 = 0.00669342162296594323
_BD_ANGLE = np.pi * 3000.0 / 180.0
_ITERATIONS = 30


def _wave(x: Coordinates, *terms: tuple[float, float]) -> Coordinates:
    """Sum of amplitude * sin(x * pi * frequency), doubled over three as the formula has it."""
    total = np.zeros_like(x)
    for amplitude, frequency in terms:
        total += amplitude * np.sin(x * np.pi * frequency)
    return total * 2.0 / 3.0


def _deflection(lonlat: Coordinates) -> Coordinates:
    """GCJ-02 minus WGS84 in degrees at WGS84 positions; shape (n, 2) in and out."""
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    common = _wave(x, (20.0, 6.0), (20.0, 2.0))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common
    north += _wave(y, (20.0, 1.0), (40.0, 1.0 / 3.0)) + _wave(y, (160.0, 1.0 / 12.0), (320.0, 1.0 / 30.0))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common
    east += _wave(x, (20.0, 1.0), (40.0, 1.0 / 3.0)) + _wave(x, (150.0, 1.0 / 12.0), (300.0, 1.0 / 30.0))
    radians = np.radians(lat)
    magic = 1.0 - _ECCENTRICITY_2 * np.sin(radians) ** 2
    meridian = np.radians(_AXIS_M * (1.0 - _ECCENTRICITY_2) / magic**1.5)
    parallel = np.radians(_AXIS_M / np.sqrt(magic) * np.cos(radians))
    return np.column_stack([east / parallel, north / meridian])


def _spiral(lonlat: Coordinates) -> Coordinates:
    """BD-09 from GCJ-02: a small spiral and a constant offset."""
    x, y = lonlat[:, 0], lonlat[:, 1]
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BD_ANGLE)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BD_ANGLE)
    return np.column_stack([radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006])


def _inverse(forward: Callable[[Coordinates], Coordinates], target: Coordinates) -> Coordinates:
    """Fixed-point inverse of a shift; each step shrinks the error at least a hundredfold."""
    guess = target
    for _ in range(_ITERATIONS):
        error = forward(guess) - target
        guess = guess - error
        if np.abs(error).max(initial=0.0) < 1e-10:
            break
    return guess


def to_gcj02(lonlat: Coordinates) -> Coordinates:
    """GCJ-02 of WGS84 longitudes and latitudes in degrees, shape (n, 2)."""
    return np.asarray(lonlat + _deflection(lonlat))


def from_gcj02(lonlat: Coordinates) -> Coordinates:
    """WGS84 of GCJ-02 longitudes and latitudes in degrees, shape (n, 2), to 1e-10 degrees."""
    return _inverse(to_gcj02, lonlat)


def to_bd09(lonlat: Coordinates) -> Coordinates:
    """BD-09 of WGS84 longitudes and latitudes in degrees, shape (n, 2)."""
    return _spiral(to_gcj02(lonlat))


def from_bd09(lonlat: Coordinates) -> Coordinates:
    """WGS84 of BD-09 longitudes and latitudes in degrees, shape (n, 2), to 1e-10 degrees."""
    return from_gcj02(_inverse(_spiral, lonlat))


def wgs84_to_gcj02(geometry: G) -> G:
    """Shift WGS84 geometry to GCJ-02 (for drawing over 高德 or 腾讯); any Z is dropped."""
    shifted: G = shapely.transform(geometry, to_gcj02)
    return shifted


def gcj02_to_wgs84(geometry: G) -> G:
    """Bring GCJ-02 geometry back to WGS84, exact to less than a millimetre against the forward shift."""
    shifted: G = shapely.transform(geometry, from_gcj02)
    return shifted


def wgs84_to_bd09(geometry: G) -> G:
    """Shift WGS84 geometry to Baidu's BD-09."""
    shifted: G = shapely.transform(geometry, to_bd09)
    return shifted


def bd09_to_wgs84(geometry: G) -> G:
    """Bring BD-09 geometry back to WGS84."""
    shifted: G = shapely.transform(geometry, from_bd09)
    return shifted
