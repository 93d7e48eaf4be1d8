"""The styles can be read, cover the themes, and stay apart for colour-blind readers."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import yaml

from app.errors import InputFileError, MissingInputError
from app.maps.styles import MARKER_PATHS, Marker, StyleBook, read_style, read_styles
from app.places.model import Certainty
from app.settings import ROOT

GOOD = {
    "stroke": "#0f6f8a",
    "fill": "#1b8fae",
    "fill_opacity": 0.2,
    "weight": 2,
    "marker": "square",
    "label_zoom": 12,
}

# Machado, Oliveira and Fernandes 2009, severity 1.0: what linear sRGB becomes for each deficiency.
DEFICIENCIES = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}


@pytest.fixture(scope="module")
def book() -> StyleBook:
    return read_styles(ROOT / "styles")


def lab(colour: str, matrix: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (D65) of an sRGB colour as a reader with a deficiency sees it."""
    srgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(matrix @ linear, 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = (to_xyz @ linear) / np.array([0.9505, 1.0, 1.089])
    f = [value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116 for value in (x, y, z)]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_every_theme_has_a_style(book: StyleBook):
    themes = yaml.safe_load((ROOT / "layers" / "themes.yaml").read_text(encoding="utf-8"))["themes"]
    assert {theme["id"] for theme in themes} == set(book.themes)


def test_every_certainty_of_a_shape_is_drawn_in_its_own_way(book: StyleBook):
    drawn = {str(value) for value in Certainty} - {"none"}
    assert set(book.certainties) == drawn
    assert len({(style.dash, style.hatch) for style in book.certainties.values()}) == len(drawn)
    assert not book.certainties["located"].dash
    assert book.certainties["indicative"].hatch


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_themes_stay_apart_by_colour_or_by_shape(book: StyleBook, deficiency: str):
    """ΔE 10 is seen at a glance; themes closer than that must have symbols of different shape."""
    matrix = DEFICIENCIES[deficiency]
    for a, b in combinations(book.themes.values(), 2):
        distance = float(np.linalg.norm(lab(a.stroke, matrix) - lab(b.stroke, matrix)))
        assert distance >= 10 or a.marker != b.marker, f"{a.theme} and {b.theme}: ΔE {distance:.1f}"


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_area_themes_that_open_with_the_map_stay_apart_by_colour(book: StyleBook, deficiency: str):
    shown = [book.themes[theme] for theme in ("zones", "corridors", "parks", "ports", "projects")]
    for a, b in combinations(shown, 2):
        distance = np.linalg.norm(
            lab(a.stroke, DEFICIENCIES[deficiency]) - lab(b.stroke, DEFICIENCIES[deficiency])
        )
        assert distance >= 10, f"{a.theme} and {b.theme}: ΔE {distance:.1f}"


def test_every_marker_has_a_path():
    assert set(MARKER_PATHS) == set(Marker)


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
    ],
)
def test_a_mistake_in_a_style_names_the_file_and_the_key(
    tmp_path: Path, change: dict[str, object], reason: str
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


def test_a_missing_certainty_file_names_its_cure(tmp_path: Path):
    with pytest.raises(MissingInputError, match="git checkout"):
        read_styles(tmp_path)


def test_a_certainty_without_its_words_is_refused(tmp_path: Path):
    (tmp_path / "certainty.yaml").write_text("located: {label: 确定}\n", encoding="utf-8")
    with pytest.raises(InputFileError, match="located: needs label"):
        read_styles(tmp_path)
