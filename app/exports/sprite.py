"""The sprite of the Mapbox GL styles: hatching per theme, and one symbol per shape as signed distances.

A symbol is a picture of its distance to the outline, so that a style chooses its colours (Mapbox GL,
"SDF icons"): 8 pixels of distance span the range, the outline lies at three quarters of it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from app.atlas.styles import Hatch, Marker, Style, StyleBook
from app.exports.symbology import rgb

ICON_SIDE: Final = 34
"""Pixels of a symbol's square; a symbol on the web map is drawn on a square of 3.4 of its units."""
_UNIT: Final = ICON_SIDE / 3.4
_DISTANCE: Final = 8.0  # pixels of the picture that the range of a signed distance covers
_INSIDE: Final = 0.25  # part of that range which lies inside the outline


@dataclass(frozen=True, slots=True)
class Sprite:
    """A picture (PNG) and where in it each image lies (JSON-able, as the style specification has it)."""

    png: bytes
    index: Mapping[str, Mapping[str, Any]]


def hatch_name(theme: str) -> str:
    """Name of a theme's hatching in the sprite."""
    return f"hatch-{theme}"


def sprite(book: StyleBook, *, ratio: int = 1) -> Sprite:
    """Draw the sprite; ``ratio`` 2 is for screens of double density."""
    images: dict[str, tuple[NDArray[np.uint8], bool]] = {}
    for sure in book.certainties.values():
        if sure.hatch:
            for style in book.themes.values():
                images[hatch_name(style.theme)] = (_hatching(style, sure.hatch, ratio), False)
    for marker in Marker:
        images[marker.value] = (_symbol(marker, ratio), True)
    width = max(image.shape[1] for image, _ in images.values())
    index: dict[str, Mapping[str, Any]] = {}
    rows = []
    top = 0
    for name, (image, distances) in images.items():
        height, own = image.shape[:2]
        index[name] = {"x": 0, "y": top, "width": own, "height": height, "pixelRatio": ratio}
        if distances:
            index[name] = {**index[name], "sdf": True}
        rows.append(np.pad(image, ((0, 0), (0, width - own), (0, 0))))
        top += height
    return Sprite(_png(np.concatenate(rows)), index)


def _hatching(style: Style, hatch: Hatch, ratio: int) -> NDArray[np.uint8]:
    """A tile that joins itself at all sides: the angle is 45° either way, the spacing a whole number."""
    side = round(hatch.spacing * 2**0.5) * ratio
    fine = 8  # samples along a pixel
    at = (np.arange(side * fine) + 0.5) / fine
    x, y = np.meshgrid(at, at)
    across = (x + y if hatch.angle < 90 else x - y) % side / 2**0.5
    on = np.minimum(across, side / 2**0.5 - across) <= hatch.width * ratio / 2
    cover = on.reshape(side, fine, side, fine).mean(axis=(1, 3))
    alpha = hatch.ground + (1 - hatch.ground) * hatch.opacity * cover
    return _rgba(rgb(style.fill), alpha)


def _symbol(marker: Marker, ratio: int) -> NDArray[np.uint8]:
    side = ICON_SIDE * ratio
    at = ((np.arange(side) + 0.5) / ratio - ICON_SIDE / 2) / _UNIT
    x, y = np.meshgrid(at, at)
    points = shapely.points(x, y)
    shape = shapely.Polygon(outline(marker))
    shapely.prepare(shape)
    inside = shapely.contains(shape, points)
    distance = shapely.distance(points, shape.exterior) * _UNIT * np.where(inside, -1, 1)
    return _rgba((0, 0, 0), np.clip(1 - (distance / _DISTANCE + _INSIDE), 0, 1))


def outline(marker: Marker) -> list[tuple[float, float]]:
    """Corners of a symbol, y down, on the square of side 2 around the origin that the web map uses."""
    regular = {Marker.PENTAGON: (5, 1.08), Marker.HEXAGON: (6, 1.08), Marker.CIRCLE: (48, 1.0)}
    if marker in regular:
        count, radius = regular[marker]
        turn = pi / 6 if marker is Marker.HEXAGON else 0.0
        return [
            (radius * sin(2 * pi * k / count + turn), -radius * cos(2 * pi * k / count + turn))
            for k in range(count)
        ]
    if marker is Marker.STAR:
        return [
            ((1.2 if k % 2 == 0 else 0.5) * sin(pi * k / 5), -(1.2 if k % 2 == 0 else 0.5) * cos(pi * k / 5))
            for k in range(10)
        ]
    return list(_CORNERS[marker])


_CORNERS: Final[Mapping[Marker, tuple[tuple[float, float], ...]]] = {
    Marker.SQUARE: ((-0.86, -0.86), (0.86, -0.86), (0.86, 0.86), (-0.86, 0.86)),
    Marker.DIAMOND: ((0, -1.12), (1.12, 0), (0, 1.12), (-1.12, 0)),
    Marker.TRIANGLE: ((0, -1.1), (1.1, 0.86), (-1.1, 0.86)),
    Marker.NABLA: ((0, 1.1), (1.1, -0.86), (-1.1, -0.86)),
    Marker.CROSS: (
        (-0.38, -1.05),
        (0.38, -1.05),
        (0.38, -0.38),
        (1.05, -0.38),
        (1.05, 0.38),
        (0.38, 0.38),
        (0.38, 1.05),
        (-0.38, 1.05),
        (-0.38, 0.38),
        (-1.05, 0.38),
        (-1.05, -0.38),
        (-0.38, -0.38),
    ),
    Marker.SALTIRE: (
        (0, -0.54),
        (0.47, -1.01),
        (1.01, -0.47),
        (0.54, 0),
        (1.01, 0.47),
        (0.47, 1.01),
        (0, 0.54),
        (-0.47, 1.01),
        (-1.01, 0.47),
        (-0.54, 0),
        (-1.01, -0.47),
        (-0.47, -1.01),
    ),
}


def _rgba(colour: tuple[int, int, int], alpha: NDArray[np.float64]) -> NDArray[np.uint8]:
    image = np.empty((*alpha.shape, 4), np.uint8)
    image[..., :3] = colour
    image[..., 3] = np.round(alpha * 255)
    return image


def _png(image: NDArray[np.uint8]) -> bytes:
    from PIL import Image

    sink = io.BytesIO()
    Image.fromarray(image, "RGBA").save(sink, "PNG", optimize=True)
    return sink.getvalue()
