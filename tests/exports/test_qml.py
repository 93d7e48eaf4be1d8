"""QML: rules by certainty, names by weight, from the one source."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from app.atlas.styles import Shape, StyleBook, read_styles, shape_of
from app.exports.qml import qml
from app.exports.symbology import label_scale, scale_of
from app.settings import ROOT

THEMES = sorted(
    path.stem for path in (ROOT / "styles").glob("*.yaml") if path.stem not in ("certainty", "levels")
)


@pytest.fixture(scope="module")
def book() -> StyleBook:
    return read_styles(ROOT / "styles")


def options(layer: ET.Element) -> dict[str, str]:
    return {item.get("name", ""): item.get("value", "") for item in layer.findall("Option/Option")}


@pytest.mark.parametrize(("theme", "shape"), list(product(THEMES, (*Shape, None))))
def test_every_rule_has_its_symbol_and_every_key_is_its_own(book: StyleBook, theme: str, shape: Shape | None):
    root = ET.fromstring(qml(book.theme(theme), book, shape))
    rules = root.findall("renderer-v2/rules/rule")
    symbols = {symbol.get("name") for symbol in root.findall("renderer-v2/symbols/symbol")}
    assert {rule.get("symbol") for rule in rules} == symbols
    assert len(rules) == len(symbols) == len(book.certainties) * (1 if shape else len(Shape))
    keys = [rule.get("key") for rule in root.iter("rule")]
    assert len(keys) == len(set(keys))


def test_the_same_styles_give_the_same_text_and_other_styles_another(book: StyleBook):
    assert qml(book.theme("zones"), book) == qml(book.theme("zones"), read_styles(ROOT / "styles"))
    assert qml(book.theme("zones"), book) != qml(book.theme("towns"), book)


def test_only_indicative_areas_are_hatched_at_the_angle_of_the_map(book: StyleBook):
    root = ET.fromstring(qml(book.theme("zones"), book, Shape.AREA))
    symbols = root.findall("renderer-v2/symbols/symbol")
    hatched = [symbol.find("layer[@class='LinePatternFill']") for symbol in symbols]
    assert [layer is not None for layer in hatched] == [False, False, True]
    assert hatched[2] is not None
    # 45° clockwise from north is 45° counter-clockwise from east
    assert options(hatched[2])["angle"] == "45"
    assert options(hatched[2])["distance"] == "6"  # 8 pixels of 0.75 points


def test_a_line_is_solid_dashed_or_a_row_of_dots(book: StyleBook):
    root = ET.fromstring(qml(book.theme("streets"), book, Shape.LINE))
    drawn = [options(layer) for layer in root.findall("renderer-v2/symbols/symbol/layer")]
    assert [line["use_custom_dash"] for line in drawn] == ["0", "1", "1"]
    assert [line["capstyle"] for line in drawn] == ["round", "flat", "round"]
    assert drawn[1]["customdash"] == "9;5.25"
    assert {line["line_width"] for line in drawn} == {"3"}  # 4 pixels


def test_rules_for_a_table_of_mixed_shapes_ask_for_the_shape(book: StyleBook):
    root = ET.fromstring(qml(book.theme("zones"), book))
    filters = [rule.get("filter", "") for rule in root.iter("rule")]
    assert all("geometry_type($geometry) = " in text for text in filters)
    assert root.find("layerGeometryType") is None
    alone = ET.fromstring(qml(book.theme("zones"), book, Shape.LINE))
    assert not any("geometry_type" in rule.get("filter", "") for rule in alone.iter("rule"))
    assert alone.findtext("layerGeometryType") == "1"


def test_weightier_names_stand_at_smaller_scales(book: StyleBook):
    root = ET.fromstring(qml(book.theme("zones"), book, Shape.POINT))
    scales = [int(rule.get("scalemaxdenom", "0")) for rule in root.findall("labeling/rules/rule")]
    assert scales == sorted(scales, reverse=True)
    assert len(set(scales)) == 3


def test_symbols_grow_with_the_weight_that_the_plan_gives(book: StyleBook):
    root = ET.fromstring(qml(book.theme("culture"), book, Shape.POINT))
    sizes = [item.get("value", "") for item in root.iter("Option") if item.get("name") == "expression"]
    assert len(sizes) == 2 * len(book.certainties)
    for level in book.levels:
        assert all(f"\"level\" = '{level}'" in text for text in sizes)
    layer = root.find("renderer-v2/symbols/symbol/layer")
    assert layer is not None
    assert options(layer)["angle"] == "180"  # a nabla is a triangle on its head


def test_a_style_with_markup_in_it_stays_xml(book: StyleBook, tmp_path: Path):
    for path in (ROOT / "styles").glob("*.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    shared = tmp_path / "certainty.yaml"
    words = shared.read_text(encoding="utf-8").replace("label: 近似", "label: '<b>\"近&似\"</b>'")
    shared.write_text(words, encoding="utf-8")
    nasty = read_styles(tmp_path)
    root = ET.fromstring(qml(nasty.theme("zones"), nasty, Shape.AREA))
    assert [rule.get("label") for rule in root.findall("renderer-v2/rules/rule")][1] == '<b>"近&似"</b>'


def test_zooms_become_scales_as_they_are_at_tianjin(book: StyleBook):
    assert scale_of(12) == 110_000  # 559082264 × cos 39° / 2¹² = 106 073
    assert scale_of(0) == 430_000_000
    zones = book.theme("zones")
    assert label_scale(zones, book.levels["project"]) == scale_of(zones.label_zoom + 1)


def test_every_geometry_type_has_a_shape():
    assert shape_of("MultiPolygon") is shape_of("Polygon") is Shape.AREA
    assert shape_of("MultiLineString") is Shape.LINE
    assert shape_of("MultiPoint") is Shape.POINT
    with pytest.raises(KeyError):
        shape_of("GeometryCollection")
