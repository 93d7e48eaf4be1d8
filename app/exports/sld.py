"""Styles as OGC Styled Layer Descriptor 1.0.0, for GeoServer, MapServer, ArcGIS and QGIS.

Version 1.0.0 and its six well-known marks are what every server reads, so two symbols of the web map
have no equal here: pentagon and hexagon are circles (colours keep all themes apart). Hatching uses the
mark ``shape://slash``, which GeoServer and QGIS know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from app.atlas.styles import CertaintyStyle, LevelStyle, Marker, Shape, Style, StyleBook
from app.exports.symbology import FONTS, label_scale

_SLD: Final = "http://www.opengis.net/sld"
_OGC: Final = "http://www.opengis.net/ogc"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA: Final = "http://schemas.opengis.net/sld/1.0.0/StyledLayerDescriptor.xsd"
_SYMBOL_SIDE: Final = 3.4  # a symbol's drawing on the web map is this wide, its path 2 of it
_SEMANTIC: Final = {Shape.AREA: "generic:polygon", Shape.LINE: "generic:line", Shape.POINT: "generic:point"}
_MARKS: Final[Mapping[Marker, tuple[str, int]]] = {
    Marker.CIRCLE: ("circle", 0),
    Marker.SQUARE: ("square", 0),
    Marker.DIAMOND: ("square", 45),
    Marker.TRIANGLE: ("triangle", 0),
    Marker.NABLA: ("triangle", 180),
    Marker.PENTAGON: ("circle", 0),
    Marker.HEXAGON: ("circle", 0),
    Marker.STAR: ("star", 0),
    Marker.CROSS: ("cross", 0),
    Marker.SALTIRE: ("x", 0),
}

ET.register_namespace("sld", _SLD)
ET.register_namespace("ogc", _OGC)
ET.register_namespace("xsi", _XSI)


def sld(style: Style, book: StyleBook, shape: Shape | None = None, *, title: str = "") -> str:
    """A style file for one theme.

    Parameters
    ----------
    style, book
        The theme's style, and the certainties and levels that it is drawn by.
    shape
        The layer's only shape. None gives all three, each marked with the shape it is meant for; a server
        that does not heed the marks draws a symbol on every line, so ask for one shape where you can.
    title
        The theme's Chinese title.

    Returns
    -------
    str
        The XML, the same for the same styles.
    """
    root = ET.Element(
        f"{{{_SLD}}}StyledLayerDescriptor",
        {"version": "1.0.0", f"{{{_XSI}}}schemaLocation": f"{_SLD} {_SCHEMA}"},
    )
    named = _sub(root, "NamedLayer")
    _sub(named, "Name", style.theme)
    user = _sub(named, "UserStyle")
    _sub(user, "Name", style.theme)
    _sub(user, "Title", title or style.theme)
    for kind in tuple(Shape) if shape is None else (shape,):
        rules = _sub(user, "FeatureTypeStyle")
        _sub(rules, "Name", f"{style.theme}-{kind}")
        _sub(rules, "SemanticTypeIdentifier", _SEMANTIC[kind])
        for sure in book.certainties.values():
            _RULES[kind](rules, style, sure, book)
        for level in book.levels.values():
            _label(rules, style, kind, level)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _sub(parent: ET.Element, tag: str, text: str | None = None) -> ET.Element:
    child = ET.SubElement(parent, f"{{{_SLD}}}{tag}")
    child.text = text
    return child


def _ogc(parent: ET.Element, tag: str, text: str | None = None) -> ET.Element:
    child = ET.SubElement(parent, f"{{{_OGC}}}{tag}")
    child.text = text
    return child


def _css(parent: ET.Element, **values: str | float) -> None:
    for name, value in values.items():
        text = value if isinstance(value, str) else f"{value:g}"
        ET.SubElement(parent, f"{{{_SLD}}}CssParameter", name=name.replace("_", "-")).text = text


def _rule(
    parent: ET.Element, name: str, title: str, conditions: Mapping[str, str], *, scale: int | None = None
) -> ET.Element:
    rule = _sub(parent, "Rule")
    _sub(rule, "Name", name)
    _sub(rule, "Title", title)
    test = _ogc(rule, "Filter")
    if len(conditions) > 1:
        test = _ogc(test, "And")
    for key, value in conditions.items():
        equal = _ogc(test, "PropertyIsEqualTo")
        _ogc(equal, "PropertyName", key)
        _ogc(equal, "Literal", value)
    if scale is not None:
        _sub(rule, "MaxScaleDenominator", str(scale))
    return rule


def _stroke(parent: ET.Element, colour: str, width: float, dash: Sequence[float], *, dotted: bool) -> None:
    stroke = _sub(parent, "Stroke")
    _css(stroke, stroke=colour, stroke_width=width, stroke_opacity=0.95, stroke_linejoin="round")
    _css(stroke, stroke_linecap="butt" if dash and not dotted else "round")
    if dash:
        _css(stroke, stroke_dasharray=" ".join(f"{length:g}" for length in dash))


def _area(parent: ET.Element, style: Style, sure: CertaintyStyle, _book: StyleBook) -> None:
    rule = _rule(parent, sure.certainty, sure.label, {"certainty": sure.certainty})
    symbol = _sub(rule, "PolygonSymbolizer")
    opacity = sure.hatch.ground if sure.hatch else style.fill_opacity
    _css(_sub(symbol, "Fill"), fill=style.fill, fill_opacity=opacity)
    _stroke(symbol, style.stroke, style.weight, sure.dash, dotted=False)
    if sure.hatch:
        graphic = _sub(_sub(_sub(_sub(rule, "PolygonSymbolizer"), "Fill"), "GraphicFill"), "Graphic")
        mark = _sub(graphic, "Mark")
        _sub(mark, "WellKnownName", "shape://slash")
        _css(
            _sub(mark, "Stroke"),
            stroke=style.fill,
            stroke_width=sure.hatch.width,
            stroke_opacity=sure.hatch.opacity,
        )
        _sub(graphic, "Size", f"{sure.hatch.spacing * 2**0.5:g}")


def _line(parent: ET.Element, style: Style, sure: CertaintyStyle, _book: StyleBook) -> None:
    rule = _rule(parent, sure.certainty, sure.label, {"certainty": sure.certainty})
    _stroke(_sub(rule, "LineSymbolizer"), style.stroke, style.line_weight, sure.line_dash, dotted=sure.dotted)


def _point(parent: ET.Element, style: Style, sure: CertaintyStyle, book: StyleBook) -> None:
    for level in book.levels.values():
        conditions = {"certainty": sure.certainty, "level": level.level}
        rule = _rule(parent, f"{sure.certainty}-{level.level}", sure.label, conditions)
        unit = level.symbol / _SYMBOL_SIDE
        _mark(
            rule, style.marker, side=2.62 * unit, fill="#ffffff", opacity=1, rim="#ffffff", width=0, dash=()
        )
        _mark(
            rule,
            style.marker,
            side=2 * unit,
            fill=style.fill,
            opacity=sure.point_opacity,
            rim=style.stroke,
            width=round(0.24 * unit, 2),
            dash=sure.point_dash,
        )


def _mark(
    rule: ET.Element,
    marker: Marker,
    *,
    side: float,
    fill: str,
    opacity: float,
    rim: str,
    width: float,
    dash: Sequence[float],
) -> None:
    name, rotation = _MARKS[marker]
    graphic = _sub(_sub(rule, "PointSymbolizer"), "Graphic")
    mark = _sub(graphic, "Mark")
    _sub(mark, "WellKnownName", name)
    _css(_sub(mark, "Fill"), fill=fill, fill_opacity=opacity)
    if width:
        stroke = _sub(mark, "Stroke")
        _css(stroke, stroke=rim, stroke_width=width)
        if dash:
            _css(stroke, stroke_dasharray=" ".join(f"{length:g}" for length in dash))
    _sub(graphic, "Size", f"{side:.1f}")
    if rotation:
        _sub(graphic, "Rotation", str(rotation))


_RULES: Final = {Shape.AREA: _area, Shape.LINE: _line, Shape.POINT: _point}


def _label(parent: ET.Element, style: Style, shape: Shape, level: LevelStyle) -> None:
    scale = label_scale(style, level)
    rule = _rule(parent, f"name-{level.level}", f"名称 {level.level}", {"level": level.level}, scale=scale)
    symbol = _sub(rule, "TextSymbolizer")
    _ogc(_sub(symbol, "Label"), "PropertyName", "name")
    _css(
        _sub(symbol, "Font"),
        font_family=FONTS[0],
        font_size=level.text,
        font_weight="bold" if level.bold else "normal",
    )
    placement = _sub(symbol, "LabelPlacement")
    if shape is Shape.LINE:
        _sub(_sub(placement, "LinePlacement"), "PerpendicularOffset", "0")
    else:
        point = _sub(placement, "PointPlacement")
        anchor = _sub(point, "AnchorPoint")
        _sub(anchor, "AnchorPointX", "0.5")
        _sub(anchor, "AnchorPointY", "1" if shape is Shape.POINT else "0.5")
        if shape is Shape.POINT:
            offset = _sub(point, "Displacement")
            _sub(offset, "DisplacementX", "0")
            _sub(offset, "DisplacementY", f"{-level.symbol / 2:g}")
    halo = _sub(symbol, "Halo")
    _sub(halo, "Radius", "2" if level.bold else "1.6")
    _css(_sub(halo, "Fill"), fill="#ffffff", fill_opacity=0.92)
    _css(_sub(symbol, "Fill"), fill=style.ink)
