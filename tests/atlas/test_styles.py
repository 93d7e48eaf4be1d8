"""The styles can be read, cover the themes, and stay apart for colour-blind readers."""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
import yaml

from app.atlas.model import Level
from app.atlas.store import Atlas
from app.atlas.styles import Shape, StyleBook, read_style, read_styles, shape_of
from app.errors import InputFileError, MissingInputError
from app.places.model import Certainty
from app.settings import ROOT
from tests.colours import DEFICIENCIES, ciede2000, contrast, lab

GOOD = {
    "stroke": "#0f6f8a",
    "fill": "#1b8fae",
    "fill_opacity": 0.2,
    "weight": 2,
    "marker": "square",
    "label_zoom": 12,
}
BACKDROP = (ROOT / "app/static/js/backdrop.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def book() -> StyleBook:
    return read_styles(ROOT / "styles")


def test_every_theme_has_a_style(book: StyleBook):
    themes = yaml.safe_load((ROOT / "layers" / "themes.yaml").read_text(encoding="utf-8"))["themes"]
    assert {theme["id"] for theme in themes} == set(book.themes)


def test_every_level_has_a_style_and_weightier_ones_are_larger(book: StyleBook):
    assert set(book.levels) == set(Level)
    sizes = [book.levels[level].symbol for level in Level]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == len(sizes)


def test_every_certainty_of_a_shape_is_drawn_in_its_own_way(book: StyleBook):
    drawn = {str(value) for value in Certainty} - {"none"}
    assert set(book.certainties) == drawn
    ways = list(book.certainties.values())
    for way in ("dash", "line_dash", "point_dash"):
        assert len({getattr(style, way) for style in ways}) == len(drawn)
        assert getattr(book.certainties["located"], way) == ()
    assert [style.certainty for style in ways if style.hatch] == ["indicative"]


@pytest.mark.parametrize(
    ("one", "two", "difference"),
    [  # Sharma, Wu and Dalal 2005, table 1: pairs 1, 7, 17 and 25
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ],
)
def test_the_measure_of_colour_difference_gives_the_published_values(one, two, difference):
    assert ciede2000(one, two) == pytest.approx(difference, abs=1e-4)


@pytest.mark.parametrize("vision", DEFICIENCIES)
def test_every_two_themes_stay_apart_in_colour_whoever_looks(book: StyleBook, vision: str):
    """A CIEDE2000 of 10 is seen at a glance, without the two side by side."""
    for a, b in combinations(book.themes.values(), 2):
        apart = ciede2000(lab(a.stroke, vision), lab(b.stroke, vision))
        assert apart >= 10, f"{a.theme} and {b.theme}: {apart:.1f}"


def test_every_line_stands_out_from_land_sea_and_streets(book: StyleBook):
    """WCAG 2.2, 1.4.11: 3 to 1 for what a picture is understood by."""
    grounds = re.findall(
        r'fillColor: "(#\w{6})"|^  (?:streets|main): .*? color: [^"]*"(#\w{6})"', BACKDROP, re.M
    )
    assert len(grounds) >= 4, "land, two kinds of streets, sea"
    for ground in {fill or street for fill, street in grounds}:
        for style in book.themes.values():
            assert contrast(style.stroke, ground) >= 3, f"{style.theme} on {ground}"


def test_every_name_can_be_read_on_the_white_around_its_letters(book: StyleBook):
    """WCAG 2.2, 1.4.3: 4.5 to 1 for small letters."""
    drawn = re.search(r"const INK = \{(.*?)\}", BACKDROP)
    assert drawn is not None
    inks = re.findall(r"#\w{6}", drawn[1])
    assert len(inks) >= 4
    for colour in (*inks, *(style.ink for style in book.themes.values())):
        assert contrast(colour, "#ffffff") >= 4.5, colour
    kept = [style.theme for style in book.themes.values() if style.ink == style.stroke]
    assert len(kept) == len(book.themes) - 4, "only what cannot be read is darkened"


def test_no_two_themes_with_points_share_a_symbol(book: StyleBook, atlas: Atlas):
    """Nothing is said by colour alone (WCAG 2.2, 1.4.1): points of two themes differ in shape."""
    pointed = {
        str(feature.properties["theme"])
        for feature in atlas
        if feature.geometry is not None and shape_of(feature.geometry.geom_type) is Shape.POINT
    }
    assert len(pointed) > 8
    symbols = Counter(book.themes[theme].marker for theme in pointed)
    assert [symbol for symbol, count in symbols.items() if count > 1] == []


def test_an_unknown_theme_is_drawn_in_grey(book: StyleBook):
    assert book.theme("not-a-theme").stroke == "#555555"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"stroke": "red"}, "stroke must be a colour"),
        ({"stroke": "#12345g"}, "stroke must be a colour"),
        ({"fill": None}, "fill must be a colour"),
        ({"fill_opacity": 1.5}, "fill_opacity must be a number from 0 to 1"),
        ({"weight": True}, "weight must be a number"),
        ({"marker": "blob"}, "marker must be one of circle, square"),
        ({"colour": "#000000"}, "unknown key colour"),
        ({7: 1}, "unknown key 7"),
    ],
)
def test_a_mistake_in_a_style_names_the_file_and_the_key(
    tmp_path: Path, change: dict[object, object], reason: str
):
    path = tmp_path / "zones.yaml"
    path.write_text(yaml.safe_dump({**GOOD, **change}), encoding="utf-8")
    with pytest.raises(InputFileError, match=reason) as caught:
        read_style(path)
    assert "zones.yaml" in str(caught.value)


def test_broken_yaml_names_the_line(tmp_path: Path):
    path = tmp_path / "zones.yaml"
    path.write_text("stroke: '#000000'\nfill: [\n", encoding="utf-8")
    with pytest.raises(InputFileError, match=r"zones\.yaml:3"):
        read_style(path)


def test_a_list_is_no_style(tmp_path: Path):
    path = tmp_path / "zones.yaml"
    path.write_text("- 1\n", encoding="utf-8")
    with pytest.raises(InputFileError, match="key: value"):
        read_style(path)


def shared(folder: Path) -> Path:
    """A copy of the files that hold for all themes."""
    for name in ("certainty.yaml", "levels.yaml"):
        (folder / name).write_bytes((ROOT / "styles" / name).read_bytes())
    return folder


@pytest.mark.parametrize("name", ["certainty.yaml", "levels.yaml"])
def test_a_missing_shared_file_names_its_cure(tmp_path: Path, name: str):
    (shared(tmp_path) / name).unlink()
    with pytest.raises(MissingInputError, match=f"git checkout -- styles/{name}"):
        read_styles(tmp_path)


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("certainty.yaml", "label: 近似", "label:", "approximate: needs label"),
        ("certainty.yaml", "dash: [7, 5]", "dash: '7 5'", "approximate: a dash is"),
        ("certainty.yaml", "dash: [7, 5]", "dash: [7, 5, 1]", "approximate: a dash is"),
        ("certainty.yaml", "dash: [7, 5]", "dash: [7, 0]", "gap must be a number"),
        ("certainty.yaml", "spacing: 8, ", "", "spacing must be a number"),
        ("certainty.yaml", "angle: 45", "angle: 45, colour: red", "unknown key colour"),
        ("certainty.yaml", "hatch: {spacing", "hatch: 1 #", "indicative: hatch needs"),
        ("levels.yaml", "bold: true", "bold: 1", "headline: bold must be"),
        ("levels.yaml", "symbol: 22", "symbol: 220", "symbol must be a number from 4 to 60"),
        ("levels.yaml", "{symbol: 18, text: 12.5, bold: false, later: 2}", "18", "mention: expected"),
    ],
)
def test_a_mistake_in_a_shared_file_is_named(tmp_path: Path, name: str, old: str, new: str, reason: str):
    path = shared(tmp_path) / name
    body = path.read_text(encoding="utf-8")
    assert old in body
    path.write_text(body.replace(old, new), encoding="utf-8")
    with pytest.raises(InputFileError, match=reason) as caught:
        read_styles(tmp_path)
    assert name in str(caught.value)
