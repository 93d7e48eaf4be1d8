"""Styles as Mapbox GL JSON (style specification 8), for MapLibre and Mapbox.

Hatching and symbols come from a sprite (:mod:`app.exports.sprite`); symbols are drawn there as signed
distances, so that one picture per shape takes every theme's colours. Dashes of lines are multiples of
their width, as the specification wants; the rim of a symbol cannot be dashed, so a symbol that is not
certain is pale. Names are set in the reader's own Chinese font: there are no glyphs to fetch, which
MapLibre GL JS understands from 5.11 on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.atlas.styles import CertaintyStyle, LevelStyle, Shape, Style, StyleBook
from app.exports.sprite import ICON_SIDE, hatch_name
from app.exports.symbology import FONTS, PLAIN_LEVEL, rgb

_LAND: Final = "#f1ede4"
_TYPES: Final = {Shape.AREA: "Polygon", Shape.LINE: "LineString", Shape.POINT: "Point"}


@dataclass(frozen=True, slots=True)
class StyledLayer:
    """A layer of the map: its id, its theme and its GeoJSON or vector tile source."""

    id: str
    theme: str
    source: Mapping[str, Any]
    source_layer: str | None = None


def mapbox(
    layers: Sequence[StyledLayer],
    book: StyleBook,
    *,
    name: str,
    sprite: str,
    metadata: Mapping[str, Any],
) -> dict[str, Any]:
    """The style as a JSON-able value.

    Parameters
    ----------
    layers
        From bottom to top. Areas lie below all lines, lines below all symbols, names on top.
    sprite
        Address of the sprite, without extension.
    metadata
        Credit, licence and data version.
    """
    drawn: list[dict[str, Any]] = [{"id": "land", "type": "background", "paint": {"background-color": _LAND}}]
    for shape in Shape:
        for layer in layers:
            for sure in book.certainties.values():
                drawn += _DRAWN[shape](layer, book.theme(layer.theme), sure, book)
    for level in reversed(list(book.levels.values())):  # what is drawn last is placed first
        for shape in Shape:
            drawn += [_names(layer, book.theme(layer.theme), shape, level) for layer in layers]
    return {
        "version": 8,
        "name": name,
        "metadata": dict(metadata),
        "sprite": sprite,
        "sources": {layer.id: dict(layer.source) for layer in layers},
        "layers": drawn,
    }


def _layer(
    layer: StyledLayer, kind: str, shape: Shape, *parts: str, condition: list[Any] | None = None
) -> dict[str, Any]:
    tests: list[Any] = [["==", ["geometry-type"], _TYPES[shape]]]
    if condition:
        tests.append(condition)
    value: dict[str, Any] = {"id": "-".join((layer.id, shape, *parts)), "type": kind, "source": layer.id}
    if layer.source_layer:
        value["source-layer"] = layer.source_layer
    return value | {"filter": ["all", *tests]}


def _is(sure: CertaintyStyle) -> list[Any]:
    return ["==", ["get", "certainty"], sure.certainty]


def _stroke(colour: str, width: float, dash: Sequence[float], *, dotted: bool) -> dict[str, Any]:
    cap = "butt" if dash and not dotted else "round"
    paint: dict[str, Any] = {"line-color": colour, "line-width": width, "line-opacity": 0.95}
    if dash:
        paint["line-dasharray"] = [round(length / width, 3) for length in dash]
    return {"layout": {"line-cap": cap, "line-join": "round"}, "paint": paint}


def _area(layer: StyledLayer, style: Style, sure: CertaintyStyle, _book: StyleBook) -> list[dict[str, Any]]:
    fill = _layer(layer, "fill", Shape.AREA, sure.certainty, condition=_is(sure))
    if sure.hatch:
        fill["paint"] = {"fill-pattern": hatch_name(style.theme), "fill-antialias": False}
    else:
        fill["paint"] = {
            "fill-color": style.fill,
            "fill-opacity": style.fill_opacity,
            "fill-antialias": False,
        }
    outline = _layer(layer, "line", Shape.AREA, sure.certainty, "outline", condition=_is(sure))
    return [fill, outline | _stroke(style.stroke, style.weight, sure.dash, dotted=False)]


def _line(layer: StyledLayer, style: Style, sure: CertaintyStyle, _book: StyleBook) -> list[dict[str, Any]]:
    line = _layer(layer, "line", Shape.LINE, sure.certainty, condition=_is(sure))
    return [line | _stroke(style.stroke, style.line_weight, sure.line_dash, dotted=sure.dotted)]


def _point(layer: StyledLayer, style: Style, sure: CertaintyStyle, book: StyleBook) -> list[dict[str, Any]]:
    sizes = [
        part for level in book.levels.values() for part in (level.level, round(level.symbol / ICON_SIDE, 3))
    ]
    plain = round(book.levels[PLAIN_LEVEL].symbol / ICON_SIDE, 3)
    symbol = _layer(layer, "symbol", Shape.POINT, sure.certainty, condition=_is(sure))
    symbol["layout"] = {
        "icon-image": style.marker.value,
        "icon-size": ["match", ["get", "level"], *sizes, plain],
        "icon-allow-overlap": True,
    }
    symbol["paint"] = {
        "icon-color": _on_white(style.fill, sure.point_opacity),
        "icon-halo-color": style.stroke,
        "icon-halo-width": 1.2,
    }
    return [symbol]


_DRAWN: Final = {Shape.AREA: _area, Shape.LINE: _line, Shape.POINT: _point}


def _on_white(colour: str, opacity: float) -> str:
    mixed = (round(255 + (part - 255) * opacity) for part in rgb(colour))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _names(layer: StyledLayer, style: Style, shape: Shape, level: LevelStyle) -> dict[str, Any]:
    """Names of one weight, from its own zoom on."""
    names = _layer(
        layer, "symbol", shape, "name", level.level, condition=["==", ["get", "level"], level.level]
    )
    names["minzoom"] = style.label_zoom + level.later
    names["layout"] = {
        "text-field": ["get", "name"],
        "text-font": [f"{font} Bold" if level.bold else font for font in FONTS[:1]] + list(FONTS[1:]),
        "text-size": level.text,
        "symbol-sort-key": level.later,
    }
    if shape is Shape.LINE:
        names["layout"] |= {"symbol-placement": "line", "text-max-angle": 30}
    if shape is Shape.POINT:
        below = round(level.symbol / 2 / level.text, 2)  # in ems, as the specification wants
        names["layout"] |= {"text-anchor": "top", "text-offset": [0, below]}
    names["paint"] = {
        "text-color": style.ink,
        "text-halo-color": "rgba(255,255,255,0.92)",
        "text-halo-width": 2 if level.bold else 1.6,
    }
    return names
