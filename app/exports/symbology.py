"""What every style language shares: web zooms as scales, colours as numbers, fonts."""

from __future__ import annotations

import math
from typing import Final

from app.atlas.styles import LevelStyle, Style

MIDDLE_LATITUDE: Final = 39.0
"""Degrees north; web-map zooms are turned into scales as they are at Tianjin."""
_ZOOM_0: Final = 559_082_264.029
"""Scale denominator of web-map zoom 0 at the equator, a pixel being 0.28 mm (OGC 17-083r4, annex D)."""
FONTS: Final = ("Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "sans-serif")
"""Of names, the first that the reader's machine has."""
PLAIN_LEVEL: Final = "mention"


def scale_of(zoom: float) -> int:
    """Scale denominator of a web-map zoom at Tianjin, to two digits."""
    exact = _ZOOM_0 * math.cos(math.radians(MIDDLE_LATITUDE)) / 2**zoom
    step = 10 ** (math.floor(math.log10(exact)) - 1)
    return int(round(exact / step) * step)


def label_scale(style: Style, level: LevelStyle) -> int:
    """The smallest scale (largest denominator) at which names of the theme and level stand on the map."""
    return scale_of(style.label_zoom + level.later)


def rgb(colour: str) -> tuple[int, int, int]:
    """``#rrggbb`` as three numbers from 0 to 255."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue
