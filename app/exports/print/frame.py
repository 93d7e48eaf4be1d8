"""Which ground fits on which paper: paper sizes, round scales, the map's window in metres."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import shapely

from app.atlas.query import BBox
from app.places.measure import from_metric, to_metric

MARGIN_MM: Final = 10.0
HEAD_MM: Final = 16.0  # title above the map
FOOT_MM: Final = 30.0  # legend, scale bar and sources below it
LARGEST_SCALE: Final = 1_000  # streets rebuilt from points bear no closer look
_ROUND: Final = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5)


class Paper(StrEnum):
    """ISO 216 sizes."""

    A4 = "A4"
    A3 = "A3"


class Orientation(StrEnum):
    """How the sheet lies."""

    PORTRAIT = "portrait"
    LANDSCAPE = "landscape"


_SHORT_LONG: Final = {Paper.A4: (210.0, 297.0), Paper.A3: (297.0, 420.0)}


@dataclass(frozen=True, slots=True)
class Frame:
    """A sheet and the ground on it.

    Parameters
    ----------
    width_mm, height_mm
        The paper.
    map_mm
        Left, bottom, width and height of the map on the paper.
    window
        West, south, east, north of the map in metres, EPSG:4548.
    scale
        The map is one to this.
    """

    width_mm: float
    height_mm: float
    map_mm: tuple[float, float, float, float]
    window: BBox
    scale: int

    @property
    def bounds(self) -> BBox:
        """West, south, east, north of the least WGS84 box that holds the map's window."""
        west, south, east, north = from_metric(shapely.box(*self.window)).bounds
        return (float(west), float(south), float(east), float(north))


def paper_mm(paper: Paper, orientation: Orientation) -> tuple[float, float]:
    """Width and height of a sheet in millimetres."""
    short, long = _SHORT_LONG[paper]
    return (short, long) if orientation is Orientation.PORTRAIT else (long, short)


def frame_for(bounds: BBox, *, paper: Paper, orientation: Orientation) -> Frame:
    """The sheet that shows ``bounds`` (WGS84) at the largest round scale that holds all of it."""
    width, height = paper_mm(paper, orientation)
    box = (MARGIN_MM, FOOT_MM, width - 2 * MARGIN_MM, height - HEAD_MM - FOOT_MM)
    window, scale = window_for(bounds, width_mm=box[2], height_mm=box[3])
    return Frame(width, height, box, window, scale)


def window_for(bounds: BBox, *, width_mm: float, height_mm: float) -> tuple[BBox, int]:
    """The window in metres (EPSG:4548) and the round scale at which a map of that size holds ``bounds``."""
    west, south, east, north = to_metric(shapely.box(*bounds)).bounds
    needed = max((east - west) / width_mm, (north - south) / height_mm) * 1000 * 1.06  # air at the edges
    scale = round_scale(needed)
    x, y = (west + east) / 2, (south + north) / 2
    half_width, half_height = width_mm * scale / 2000, height_mm * scale / 2000
    return (x - half_width, y - half_height, x + half_width, y + half_height), scale


def round_scale(denominator: float) -> int:
    """The next round scale denominator that is no smaller: 1 : 1,000, 1,500, 2,000 … 7,500, 10,000 …"""
    power = LARGEST_SCALE
    while True:
        for factor in _ROUND:
            if power * factor >= denominator:
                return int(power * factor)
        power *= 10


def bar_metres(scale: int, *, longest_mm: float = 45) -> int:
    """Length of the scale bar in metres: 1, 2 or 5 times a power of ten, at most ``longest_mm`` on paper."""
    most = longest_mm * scale / 1000
    power = 10 ** (len(str(int(most))) - 1)
    return int(max(factor * power for factor in (1, 2, 5) if factor * power <= most))
