"""SLD 1.0.0: the structure that the schema demands, and what the styles say."""

from __future__ import annotations

import re
from itertools import product
from xml.etree import ElementTree as ET

import pytest

from app.atlas.styles import Shape, StyleBook, read_styles
from app.exports.sld import sld
from app.settings import ROOT

SLD = "{http://www.opengis.net/sld}"
# Content models of OGC 02-070, annex A, as far as we use them: children in their order.
MODELS = {
    "StyledLayerDescriptor": "Name?Title?Abstract?NamedLayer*",
    "NamedLayer": "Name LayerFeatureConstraints?UserStyle*",
    "UserStyle": "Name?Title?Abstract?IsDefault?FeatureTypeStyle+",
    "FeatureTypeStyle": "Name?Title?Abstract?FeatureTypeName?SemanticTypeIdentifier*Rule+",
    "Rule": "Name?Title?Abstract?LegendGraphic?Filter?MinScaleDenominator?MaxScaleDenominator?Symbolizer+",
    "PolygonSymbolizer": "Geometry?Fill?Stroke?",
    "LineSymbolizer": "Geometry?Stroke?",
    "PointSymbolizer": "Geometry?Graphic?",
    "TextSymbolizer": "Geometry?Label?Font?LabelPlacement?Halo?Fill?",
    "Fill": "GraphicFill?CssParameter*",
    "Stroke": "GraphicFill?CssParameter*",
    "GraphicFill": "Graphic",
    "Graphic": "Mark*Opacity?Size?Rotation?",
    "Mark": "WellKnownName?Fill?Stroke?",
    "Font": "CssParameter*",
    "LabelPlacement": "PointPlacement?LinePlacement?",
    "PointPlacement": "AnchorPoint?Displacement?Rotation?",
    "LinePlacement": "PerpendicularOffset?",
    "AnchorPoint": "AnchorPointX AnchorPointY",
    "Displacement": "DisplacementX DisplacementY",
    "Halo": "Radius?Fill?",
}
THEMES = sorted(
    path.stem for path in (ROOT / "styles").glob("*.yaml") if path.stem not in ("certainty", "levels")
)


@pytest.fixture(scope="module")
def book() -> StyleBook:
    return read_styles(ROOT / "styles")


def name_of(element: ET.Element) -> str:
    """A symbolizer counts as one: the schema substitutes them."""
    name = element.tag.split("}")[1]
    return "Symbolizer" if name.endswith("Symbolizer") else name


def pattern(model: str) -> str:
    return re.sub(r"(\w+) ?", r"(?:\1;)", model)


@pytest.mark.parametrize(("theme", "shape"), list(product(THEMES, (*Shape, None))))
def test_every_element_holds_what_the_schema_allows_in_its_order(
    book: StyleBook, theme: str, shape: Shape | None
):
    root = ET.fromstring(sld(book.theme(theme), book, shape, title="功能区 & <其他>"))
    assert root.get("version") == "1.0.0"
    for element in root.iter():
        name = element.tag.split("}")[1]
        if element.tag.startswith(SLD) and len(element) and name != "Label":
            children = "".join(f"{name_of(child)};" for child in element)
            assert re.fullmatch(pattern(MODELS[name]), children), f"{name}: {children}"


@pytest.mark.parametrize("shape", Shape)
def test_only_symbolizers_of_the_shape_are_there(book: StyleBook, shape: Shape):
    root = ET.fromstring(sld(book.theme("zones"), book, shape))
    kinds = {element.tag.removeprefix(SLD) for element in root.iter() if element.tag.endswith("Symbolizer")}
    mine = {Shape.AREA: "PolygonSymbolizer", Shape.LINE: "LineSymbolizer", Shape.POINT: "PointSymbolizer"}
    assert kinds == {mine[shape], "TextSymbolizer"}


def test_marks_are_the_well_known_ones(book: StyleBook):
    for theme in THEMES:
        root = ET.fromstring(sld(book.theme(theme), book))
        marks = {element.text for element in root.iter(f"{SLD}WellKnownName")}
        assert marks <= {"square", "circle", "triangle", "star", "cross", "x", "shape://slash"}, theme


def test_certainty_shows_as_on_the_map(book: StyleBook):
    root = ET.fromstring(sld(book.theme("zones"), book, Shape.AREA))
    rules = {rule.findtext(f"{SLD}Name"): rule for rule in root.iter(f"{SLD}Rule")}
    hatched = [name for name, rule in rules.items() if rule.find(f".//{SLD}GraphicFill") is not None]
    assert hatched == ["indicative"]
    dashes = {
        name: [
            item.text for item in rule.iter(f"{SLD}CssParameter") if item.get("name") == "stroke-dasharray"
        ]
        for name, rule in rules.items()
    }
    assert (dashes["located"], dashes["approximate"], dashes["indicative"]) == ([], ["7 5"], ["2 4"])
