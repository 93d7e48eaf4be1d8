"""The WebMercatorQuad tile matrix set (OGC 17-083r4, Annex D.1): its definition and its tiles' boxes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from app.errors import NotFoundError
from app.language import gettext as _

if TYPE_CHECKING:
    from app.atlas.query import BBox

ID: Final = "WebMercatorQuad"
URI: Final = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
CRS_URI: Final = "http://www.opengis.net/def/crs/EPSG/0/3857"
ZOOM_MIN: Final = 0
ZOOM_MAX: Final = 18
"""Deeper tiles would show our coordinates' own grid of 0.1 m; clients enlarge these instead."""

_EDGE: Final = math.pi * 6378137.0  # half the width of the projected world, metres
_SCALE_0: Final = 559082264.0287178  # of matrix 0 with pixels of 0.28 mm (17-083r4, table D.1)
_PIXELS: Final = 256


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile by matrix (zoom), row from the north and column from the west."""

    zoom: int
    row: int
    column: int

    @property
    def size(self) -> float:
        """Width in metres of the projection."""
        return float(2 * _EDGE / 2**self.zoom)

    @property
    def corner(self) -> tuple[float, float]:
        """Its north-west corner in the projection, metres."""
        return -_EDGE + self.column * self.size, _EDGE - self.row * self.size

    def box(self, margin: float) -> BBox:
        """Its box in WGS84 degrees, widened by a share of its width."""
        x, y = self.corner
        pad = margin * self.size
        west, north = _lonlat(x - pad, y + pad)
        east, south = _lonlat(x + self.size + pad, y - self.size - pad)
        return west, south, east, north


def tile(matrix: str, row: str, column: str) -> Tile:
    """The tile of an address.

    Raises
    ------
    NotFoundError
        There is no such matrix, or the tile lies outside it.
    """
    numbers = (matrix, row, column)
    if not all(text.isascii() and text.isdigit() and len(text) <= 9 for text in numbers):
        raise NotFoundError(_("没有这个瓦片：级别、行、列应为非负整数。"))
    found = Tile(*(int(text) for text in numbers))
    if not ZOOM_MIN <= found.zoom <= ZOOM_MAX:
        raise NotFoundError(
            _("没有这个瓦片：级别应在 %(low)s 到 %(high)s 之间。", low=ZOOM_MIN, high=ZOOM_MAX)
        )
    if max(found.row, found.column) >= 2**found.zoom:
        raise NotFoundError(
            _("没有这个瓦片：第 %(zoom)s 级的行、列应小于 %(most)s。", zoom=found.zoom, most=2**found.zoom)
        )
    return found


def mercator(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """WGS84 degrees, shape (n, 2), in the projection's metres (spherical, as EPSG:3857 defines it)."""
    north = np.arctanh(np.sin(np.radians(np.clip(lonlat[:, 1], -85.06, 85.06))))
    return np.column_stack([lonlat[:, 0] * (_EDGE / 180.0), north * (_EDGE / math.pi)])


def _lonlat(x: float, y: float) -> tuple[float, float]:
    lon = max(-180.0, min(180.0, x * 180.0 / _EDGE))
    return lon, math.degrees(2 * math.atan(math.exp(y * math.pi / _EDGE)) - math.pi / 2)


def limits(box: BBox | None) -> list[dict[str, Any]]:
    """Which tiles of each matrix can hold anything of a WGS84 box (17-083r4, 6.4); all without a box."""
    found = []
    for zoom in range(ZOOM_MIN, ZOOM_MAX + 1):
        last = 2**zoom - 1
        rows, columns = (0, last), (0, last)
        if box is not None:
            corners = mercator(np.array([[box[0], box[3]], [box[2], box[1]]]))
            size = 2 * _EDGE / 2**zoom
            columns = tuple(min(last, max(0, int((x + _EDGE) // size))) for x in corners[:, 0])
            rows = tuple(min(last, max(0, int((_EDGE - y) // size))) for y in corners[:, 1])
        found.append(
            {
                "tileMatrix": str(zoom),
                "minTileRow": rows[0],
                "maxTileRow": rows[1],
                "minTileCol": columns[0],
                "maxTileCol": columns[1],
            }
        )
    return found


def definition() -> dict[str, Any]:
    """The tile matrix set as JSON (17-083r4, clause 9)."""
    return {
        "id": ID,
        "title": "Google Maps Compatible for the World",
        "uri": URI,
        "crs": CRS_URI,
        "orderedAxes": ["E", "N"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [
            {
                "id": str(zoom),
                "scaleDenominator": _SCALE_0 / 2**zoom,
                "cellSize": 2 * _EDGE / _PIXELS / 2**zoom,
                "cornerOfOrigin": "topLeft",
                "pointOfOrigin": [-_EDGE, _EDGE],
                "tileWidth": _PIXELS,
                "tileHeight": _PIXELS,
                "matrixWidth": 2**zoom,
                "matrixHeight": 2**zoom,
            }
            for zoom in range(ZOOM_MIN, ZOOM_MAX + 1)
        ],
    }
