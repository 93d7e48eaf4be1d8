"""The styles as the map's script and the pages' symbols take them (read by :mod:`app.atlas.styles`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from app.atlas.styles import Marker, StyleBook

MARKER_PATHS: Final[Mapping[Marker, str]] = {
    Marker.CIRCLE: "M-1 0a1 1 0 1 0 2 0a1 1 0 1 0-2 0z",
    Marker.SQUARE: "M-.86-.86H.86V.86H-.86z",
    Marker.DIAMOND: "M0-1.12L1.12 0 0 1.12-1.12 0z",
    Marker.TRIANGLE: "M0-1.1L1.1.86H-1.1z",
    Marker.NABLA: "M0 1.1L1.1-.86H-1.1z",
    Marker.PENTAGON: "M0-1.08L1.03-.33.63.87H-.63L-1.03-.33z",
    Marker.HEXAGON: "M-.54-.94H.54L1.08 0 .54.94H-.54L-1.08 0z",
    Marker.STAR: "M0-1.2L.33-.4 1.14-.37.5.14.73.92 0 .46-.73.92-.5.14-1.14-.37-.33-.4z",
    Marker.CROSS: "M-.38-1.05H.38V-.38H1.05V.38H.38V1.05H-.38V.38H-1.05V-.38H-.38z",
    Marker.SALTIRE: "M0-.54l.47-.47.54.54L.54 0l.47.47-.54.54L0 .54l-.47.47-.54-.54L-.54 0l-.47-.47.54-.54z",
}
"""SVG path of each symbol, on a square of side 2 around the origin."""


def style_options(book: StyleBook) -> dict[str, Any]:
    """The book as the map's script takes it."""
    return {
        "themes": {
            key: {
                **asdict(style),
                "line_weight": style.line_weight,
                "ink": style.ink,
                "marker": style.marker.value,
                "path": MARKER_PATHS[style.marker],
            }
            for key, style in book.themes.items()
        },
        "certainties": {
            key: {**asdict(style), "dotted": style.dotted} for key, style in book.certainties.items()
        },
        "levels": {key: asdict(style) for key, style in book.levels.items()},
    }
