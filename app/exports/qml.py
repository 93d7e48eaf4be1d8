"""Styles for QGIS 3.22 and later: rule-based renderer and labels of a theme, alone or inside a project.

Rules are by certainty (solid, dashed, hatched), as on the web map; lengths are points (a CSS pixel is
0.75 of one), so that print keeps their proportions. A layer of one shape gets the rules of that shape; a
table that mixes shapes gets all of them, each bound to its geometry type.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from app.atlas.styles import CertaintyStyle, Hatch, LevelStyle, Marker, Shape, Style, StyleBook
from app.exports.symbology import FONTS, PLAIN_LEVEL, label_scale, rgb

QGIS_VERSION: Final = "3.22.0"
_POINTS: Final = 0.75  # per CSS pixel
_SYMBOL_SIDE: Final = 3.4  # a symbol's drawing on the web map is this wide, its path 2 of it
_TYPES: Final = {Shape.AREA: "fill", Shape.LINE: "line", Shape.POINT: "marker"}
_GEOMETRIES: Final = {Shape.AREA: "Polygon", Shape.LINE: "Line", Shape.POINT: "Point"}
_LAYER_TYPES: Final = {Shape.POINT: "0", Shape.LINE: "1", Shape.AREA: "2"}  # QgsWkbTypes::GeometryType
_MARKERS: Final[Mapping[Marker, tuple[str, int]]] = {
    Marker.CIRCLE: ("circle", 0),
    Marker.SQUARE: ("square", 0),
    Marker.DIAMOND: ("diamond", 0),
    Marker.TRIANGLE: ("triangle", 0),
    Marker.NABLA: ("triangle", 180),
    Marker.PENTAGON: ("pentagon", 0),
    Marker.HEXAGON: ("hexagon", 0),
    Marker.STAR: ("star", 0),
    Marker.CROSS: ("cross_fill", 0),
    Marker.SALTIRE: ("cross_fill", 45),
}
_FITS_MM: Final = 17  # side of an area, on screen, into which its name goes
# in metres whatever the project measures in, which $area is not
_SIDE: Final = "sqrt(area(transform($geometry, @layer_crs, 'EPSG:4548')))"


def qml(style: Style, book: StyleBook, shape: Shape | None = None) -> str:
    """A style file for one theme.

    Parameters
    ----------
    style, book
        The theme's style, and the certainties and levels that it is drawn by.
    shape
        The layer's only shape; None for a table that mixes shapes.

    Returns
    -------
    str
        The XML, the same for the same styles.
    """
    shapes = tuple(Shape) if shape is None else (shape,)
    root = ET.Element("qgis", version=QGIS_VERSION, styleCategories="Symbology|Labeling", labelsEnabled="1")
    root.append(renderer(style, book, shapes))
    root.append(labeling(style, book, shapes))
    if shape is not None:
        ET.SubElement(root, "layerGeometryType").text = _LAYER_TYPES[shape]
    ET.indent(root)
    head = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
    return head + ET.tostring(root, encoding="unicode") + "\n"


def renderer(style: Style, book: StyleBook, shapes: Collection[Shape]) -> ET.Element:
    """The ``renderer-v2`` element."""
    root = ET.Element("renderer-v2", type="RuleRenderer", symbollevels="0", forceraster="0")
    rules = ET.SubElement(root, "rules", key=_key(style.theme, "rules"))
    symbols = ET.SubElement(root, "symbols")
    for shape in shapes:
        for sure in book.certainties.values():
            number = str(len(symbols))
            ET.SubElement(
                rules,
                "rule",
                key=_key(style.theme, shape, sure.certainty),
                filter=_condition(f"\"certainty\" = '{sure.certainty}'", shape, shapes),
                label=sure.label,
                description=sure.meaning,
                symbol=number,
            )
            symbols.append(_symbol(number, shape, _LAYERS[shape](style, sure, book)))
    return root


def labeling(style: Style, book: StyleBook, shapes: Collection[Shape]) -> ET.Element:
    """The ``labeling`` element: names by weight from a scale on, and earlier in areas they fit into."""
    root = ET.Element("labeling", type="rule-based")
    rules = ET.SubElement(root, "rules", key=_key(style.theme, "labels"))
    for shape in shapes:
        for level in book.levels.values():
            largest = label_scale(style, level)
            rule = ET.SubElement(
                rules,
                "rule",
                key=_key(style.theme, shape, level.level),
                filter=_condition(f"\"level\" = '{level.level}'", shape, shapes),
                description=level.level,
                scalemaxdenom=str(largest),
            )
            rule.append(_label(style, shape, level))
            if shape is Shape.AREA:
                fits = f"@map_scale > {largest} AND {_SIDE} > {_FITS_MM / 1000:g} * @map_scale"
                early = ET.SubElement(
                    rules,
                    "rule",
                    key=_key(style.theme, shape, level.level, "fits"),
                    filter=_condition(f"\"level\" = '{level.level}' AND {fits}", shape, shapes),
                    description=f"{level.level} (large)",
                )
                early.append(_label(style, shape, level))
    return root


def _key(*parts: str) -> str:
    """A rule's key: QGIS makes random ones; ours are the same each time."""
    return "{" + str(uuid5(NAMESPACE_URL, "plan-atlas/" + "/".join(parts))) + "}"


def _condition(condition: str, shape: Shape, shapes: Collection[Shape]) -> str:
    return (
        condition
        if len(shapes) == 1
        else (f"{condition} AND geometry_type($geometry) = '{_GEOMETRIES[shape]}'")
    )


def _symbol(name: str, shape: Shape, layers: Sequence[ET.Element]) -> ET.Element:
    symbol = ET.Element("symbol", name=name, type=_TYPES[shape], alpha="1", clip_to_extent="1", force_rhr="0")
    symbol.extend(layers)
    return symbol


def _layer(kind: str, **values: str) -> ET.Element:
    layer = ET.Element("layer", {"class": kind, "enabled": "1", "pass": "0", "locked": "0"})
    _options(layer, values)
    return layer


def _options(parent: ET.Element, values: Mapping[str, str]) -> ET.Element:
    options = ET.SubElement(parent, "Option", type="Map")
    for name, value in values.items():
        ET.SubElement(options, "Option", name=name, type="QString", value=value)
    return options


def _rgba(colour: str, opacity: float = 1.0) -> str:
    return ",".join(map(str, (*rgb(colour), round(opacity * 255))))


def _points(pixels: float) -> str:
    return f"{pixels * _POINTS:g}"


def _stroke(colour: str, *, width: float, dash: Sequence[float], dotted: bool) -> ET.Element:
    values = {
        "line_color": _rgba(colour, 0.95),
        "line_width": _points(width),
        "line_width_unit": "Point",
        "line_style": "solid",
        "joinstyle": "round",
        "capstyle": "flat" if dash and not dotted else "round",
        "use_custom_dash": "1" if dash else "0",
    }
    if dash:
        values |= {"customdash": ";".join(map(_points, dash)), "customdash_unit": "Point"}
    return _layer("SimpleLine", **values)


def _area(style: Style, sure: CertaintyStyle, _book: StyleBook) -> list[ET.Element]:
    opacity = sure.hatch.ground if sure.hatch else style.fill_opacity
    layers = [_layer("SimpleFill", color=_rgba(style.fill, opacity), style="solid", outline_style="no")]
    if sure.hatch:
        layers.append(_hatching(style, sure.hatch))
    return [*layers, _stroke(style.stroke, width=style.weight, dash=sure.dash, dotted=False)]


def _hatching(style: Style, hatch: Hatch) -> ET.Element:
    layer = _layer(
        "LinePatternFill",
        # QGIS counts from east against the clock, a compass from north with it
        angle=f"{90 - hatch.angle:g}",
        distance=_points(hatch.spacing),
        distance_unit="Point",
    )
    line = _layer(
        "SimpleLine",
        line_color=_rgba(style.fill, hatch.opacity),
        line_width=_points(hatch.width),
        line_width_unit="Point",
        line_style="solid",
        capstyle="flat",
    )
    layer.append(_symbol("@hatch", Shape.LINE, [line]))
    return layer


def _line(style: Style, sure: CertaintyStyle, _book: StyleBook) -> list[ET.Element]:
    return [_stroke(style.stroke, width=style.line_weight, dash=sure.line_dash, dotted=sure.dotted)]


def _point(style: Style, sure: CertaintyStyle, book: StyleBook) -> list[ET.Element]:
    shape, angle = _MARKERS[style.marker]
    plain = book.levels[PLAIN_LEVEL].symbol
    unit = plain / _SYMBOL_SIDE
    common = {
        "name": shape,
        "angle": str(angle),
        "size": _points(2 * unit),
        "size_unit": "Point",
        "outline_width_unit": "Point",
        "joinstyle": "round",
    }
    halo = _layer(
        "SimpleMarker",
        **common,
        color=_rgba("#ffffff"),
        outline_color=_rgba("#ffffff"),
        outline_width=_points(0.62 * unit),
        outline_style="solid",
    )
    # QGIS has no dashes of one's own for the rim of a symbol
    rim = "solid" if not sure.point_dash else "dash" if sure.point_dash[0] > sure.point_dash[1] else "dot"
    body = _layer(
        "SimpleMarker",
        **common,
        color=_rgba(style.fill, sure.point_opacity),
        outline_color=_rgba(style.stroke),
        outline_width=_points(0.24 * unit),
        outline_style=rim,
    )
    for layer in (halo, body):
        _sized_by_level(layer, book.levels)
    return [halo, body]


def _sized_by_level(layer: ET.Element, levels: Mapping[str, LevelStyle]) -> None:
    cases = " ".join(
        f"WHEN '{level.level}' THEN {_points(2 * level.symbol / _SYMBOL_SIDE)}" for level in levels.values()
    )
    cases = cases.replace("WHEN '", 'WHEN "level" = \'')
    defined = ET.SubElement(layer, "data_defined_properties")
    root = _options(defined, {"name": ""})
    properties = ET.SubElement(root, "Option", name="properties", type="Map")
    size = ET.SubElement(properties, "Option", name="size", type="Map")
    ET.SubElement(size, "Option", name="active", type="bool", value="true")
    ET.SubElement(size, "Option", name="expression", type="QString", value=f"CASE {cases} END")
    ET.SubElement(size, "Option", name="type", type="int", value="3")  # QgsProperty::ExpressionBasedProperty
    ET.SubElement(root, "Option", name="type", type="QString", value="collection")


_LAYERS: Final = {Shape.AREA: _area, Shape.LINE: _line, Shape.POINT: _point}


def _label(style: Style, shape: Shape, level: LevelStyle) -> ET.Element:
    settings = ET.Element("settings", calloutType="simple")
    text = ET.SubElement(
        settings,
        "text-style",
        fieldName="name",
        isExpression="0",
        fontFamily=FONTS[0],
        fontSize=_points(level.text),
        fontSizeUnit="Point",
        fontWeight="63" if level.bold else "50",  # QFont: DemiBold, Normal
        namedStyle="Bold" if level.bold else "Regular",
        textColor=_rgba(style.ink),
        textOpacity="1",
    )
    families = ET.SubElement(text, "families")
    for font in FONTS[1:]:
        ET.SubElement(families, "family", name=font)
    ET.SubElement(
        text,
        "text-buffer",
        bufferDraw="1",
        bufferColor=_rgba("#ffffff"),
        bufferOpacity="0.92",
        bufferSize=_points(2 if level.bold else 1.6),
        bufferSizeUnits="Point",
        bufferJoinStyle="128",  # round
    )
    ET.SubElement(settings, "placement", _placement(shape, level))
    ET.SubElement(settings, "rendering", drawLabels="1", obstacle="1", mergeLines="1", scaleVisibility="0")
    return settings


def _placement(shape: Shape, level: LevelStyle) -> dict[str, str]:
    """Inside an area, on a line and bent with it, below a symbol (QgsPalLayerSettings::Placement)."""
    common = {"priority": str(10 - 3 * level.later)}
    if shape is Shape.AREA:
        return {**common, "placement": "4", "centroidInside": "1", "polygonPlacementFlags": "2"}
    if shape is Shape.LINE:
        return {**common, "placement": "3", "placementFlags": "9"}  # on the line, upright
    offset = _points(level.symbol / 2)
    return {**common, "placement": "1", "quadOffset": "7", "yOffset": offset, "offsetUnits": "Point"}
