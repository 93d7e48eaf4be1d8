"""Mapbox GL: a style by the rules of the specification, and a sprite that holds what it names."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.atlas.styles import Marker, StyleBook, read_styles
from app.exports.mapbox import StyledLayer, mapbox
from app.exports.sprite import hatch_name, outline, sprite
from app.exports.symbology import rgb
from app.settings import ROOT


@pytest.fixture(scope="module")
def book() -> StyleBook:
    return read_styles(ROOT / "styles")


@pytest.fixture(scope="module")
def style(book: StyleBook) -> dict[str, Any]:
    layers = [
        StyledLayer(f"heping-14-{theme}", theme, {"type": "geojson", "data": f"/layers/{theme}.geojson"})
        for theme in book.themes
    ]
    drawn = mapbox(layers, book, name="津图", sprite="https://example.org/sprite", metadata={})
    again: dict[str, Any] = json.loads(json.dumps(drawn))
    return again


def test_every_layer_has_its_own_id_a_known_type_and_a_source_that_is_there(style: dict[str, Any]):
    ids = [layer["id"] for layer in style["layers"]]
    assert len(ids) == len(set(ids))
    assert style["version"] == 8
    for layer in style["layers"][1:]:
        assert layer["type"] in ("fill", "line", "symbol")
        assert layer["source"] in style["sources"]


def test_areas_lie_under_lines_under_symbols_under_names(style: dict[str, Any]):
    stages = []
    for layer in style["layers"][1:]:
        shape = layer["filter"][1][2]
        name = "text-field" in layer.get("layout", {})
        stages.append(3 if name else ("Polygon", "LineString", "Point").index(shape))
    assert stages == sorted(stages)


def test_names_of_more_weight_are_placed_first(style: dict[str, Any], book: StyleBook):
    levels = [layer["id"].rsplit("-", 1)[1] for layer in style["layers"] if "-name-" in layer["id"]]
    # the renderer places the layer on top first
    assert list(dict.fromkeys(reversed(levels))) == list(book.levels)


def test_dashes_are_multiples_of_the_width(style: dict[str, Any], book: StyleBook):
    line = next(layer for layer in style["layers"] if layer["id"] == "heping-14-rail-line-approximate")
    width = book.theme("rail").line_weight
    assert line["paint"]["line-dasharray"] == [round(12 / width, 3), round(7 / width, 3)]


def test_the_sprite_holds_every_picture_that_the_style_names(style: dict[str, Any], book: StyleBook):
    named = {
        layer["layout"]["icon-image"] for layer in style["layers"] if "icon-image" in layer.get("layout", {})
    }
    named |= {
        layer["paint"]["fill-pattern"]
        for layer in style["layers"]
        if "fill-pattern" in layer.get("paint", {})
    }
    assert named <= set(sprite(book).index)
    assert hatch_name("zones") in named


@pytest.mark.parametrize("ratio", [1, 2])
def test_pictures_lie_inside_the_sprite_and_not_on_each_other(book: StyleBook, ratio: int):
    drawn = sprite(book, ratio=ratio)
    picture = Image.open(io.BytesIO(drawn.png))
    taken = np.zeros((picture.height, picture.width), int)
    for place in drawn.index.values():
        assert place["x"] + place["width"] <= picture.width
        assert place["y"] + place["height"] <= picture.height
        taken[place["y"] : place["y"] + place["height"], place["x"] : place["x"] + place["width"]] += 1
    assert taken.max() == 1
    assert sprite(book, ratio=ratio).png == drawn.png


def test_hatching_joins_itself_at_the_edges_in_the_theme_s_colour(book: StyleBook):
    drawn = sprite(book, ratio=2)
    place = drawn.index[hatch_name("parks")]
    pixels = np.asarray(Image.open(io.BytesIO(drawn.png)))
    tile = pixels[place["y"] : place["y"] + place["height"], : place["width"]].astype(int)
    assert (tile[..., :3].reshape(-1, 3) == rgb(book.theme("parks").fill)).all()
    alpha = tile[..., 3]
    # along the lines of the pattern nothing changes, over the edge either
    assert (np.roll(np.roll(alpha, 1, 0), -1, 1) == alpha).all()
    assert alpha.max() > 3 * alpha.min()


def test_symbols_are_whole_inside_and_nothing_at_the_rim(book: StyleBook):
    drawn = sprite(book)
    pixels = np.asarray(Image.open(io.BytesIO(drawn.png)))[..., 3]
    for marker in Marker:
        place = drawn.index[marker]
        assert place["sdf"] is True
        square = pixels[place["y"] : place["y"] + place["height"], : place["width"]]
        assert square[17, 17] > 191, marker  # 191 = 3/4: the outline
        assert square[0].max() < 100, marker
        corners = np.array(outline(marker))
        assert np.abs(corners).max() <= 1.2, marker
