"""How each theme is drawn: ``styles/<theme>.yaml``, one file per theme, and ``certainty.yaml``.

The map, the legend and every symbol on a page come from these files. Colours of themes that are
drawn as areas or lines stay apart for colour-blind readers; points differ by shape as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import yaml

from app.errors import InputFileError, MissingInputError

CERTAINTY_FILE: Final = "certainty.yaml"


class Marker(StrEnum):
    """Shapes of point symbols, each on a square of side 2 around the origin."""

    CIRCLE = "circle"
    SQUARE = "square"
    DIAMOND = "diamond"
    TRIANGLE = "triangle"
    NABLA = "nabla"
    PENTAGON = "pentagon"
    HEXAGON = "hexagon"
    STAR = "star"
    CROSS = "cross"


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
}


@dataclass(frozen=True, slots=True)
class Style:
    """Drawing rules of one theme. Colours are ``#rrggbb``, widths CSS pixels, zooms web-map levels.

    ``label_zoom`` says from which zoom the theme's features carry their names.
    """

    theme: str
    stroke: str
    fill: str
    fill_opacity: float
    weight: float
    marker: Marker
    label_zoom: int


@dataclass(frozen=True, slots=True)
class CertaintyStyle:
    """How sure a shape is, and how that shows.

    ``dash`` is an SVG dash array (empty: solid), ``hatch`` fills areas with lines instead of a tint.
    """

    certainty: str
    label: str
    label_en: str
    meaning: str
    dash: str
    hatch: bool


@dataclass(frozen=True, slots=True)
class StyleBook:
    """All styles, by theme id and by certainty."""

    themes: Mapping[str, Style]
    certainties: Mapping[str, CertaintyStyle]

    def theme(self, theme: str) -> Style:
        """The style of a theme; an unstyled theme is drawn in neutral grey rather than not at all."""
        return self.themes.get(theme) or Style(
            theme, "#555555", "#777777", 0.25, 2, Marker.CIRCLE, label_zoom=15
        )

    def as_options(self) -> dict[str, Any]:
        """The book as the map's script takes it."""
        return {
            "themes": {
                key: {**asdict(style), "marker": style.marker.value, "path": MARKER_PATHS[style.marker]}
                for key, style in self.themes.items()
            },
            "certainties": {key: asdict(style) for key, style in self.certainties.items()},
        }


def _mapping(path: Path) -> dict[str, Any]:
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise InputFileError(path, f"not readable as YAML: {error.problem}", line=line) from error
    if not isinstance(loaded, dict):
        raise InputFileError(path, "expected key: value lines", cure="See the other files in styles/.")
    return loaded


def _colour(path: Path, values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    if isinstance(value, str) and len(value) == 7 and value[0] == "#":
        try:
            int(value[1:], 16)
        except ValueError:
            pass
        else:
            return value.lower()
    raise InputFileError(path, f"{key} must be a colour such as '#0072b2', not {value!r}")


def _number(path: Path, values: Mapping[str, Any], key: str, low: float, high: float) -> float:
    value = values.get(key)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high:
        return float(value)
    raise InputFileError(path, f"{key} must be a number from {low:g} to {high:g}, not {value!r}")


def read_style(path: Path) -> Style:
    """Read one theme's file.

    Raises
    ------
    InputFileError
        Naming the file, the key and what it must be.
    """
    values = _mapping(path)
    keys = {"stroke", "fill", "fill_opacity", "weight", "marker", "label_zoom"}
    if unknown := sorted(set(values) - keys):
        raise InputFileError(
            path, f"unknown key {unknown[0]}", cure=f"Known keys: {', '.join(sorted(keys))}."
        )
    try:
        marker = Marker(str(values.get("marker")))
    except ValueError as error:
        raise InputFileError(path, f"marker must be one of {', '.join(Marker)}") from error
    return Style(
        theme=path.stem,
        stroke=_colour(path, values, "stroke"),
        fill=_colour(path, values, "fill"),
        fill_opacity=_number(path, values, "fill_opacity", 0, 1),
        weight=_number(path, values, "weight", 0.5, 12),
        marker=marker,
        label_zoom=int(_number(path, values, "label_zoom", 0, 22)),
    )


def _read_certainties(path: Path) -> dict[str, CertaintyStyle]:
    out = {}
    for key, values in _mapping(path).items():
        try:
            out[str(key)] = CertaintyStyle(certainty=str(key), **values)
        except TypeError as error:
            raise InputFileError(path, f"{key}: needs label, label_en, meaning, dash and hatch") from error
    return out


def read_styles(folder: Path) -> StyleBook:
    """Read every style below ``folder``.

    Raises
    ------
    MissingInputError
        The folder has no ``certainty.yaml``.
    InputFileError
        A file is wrong.
    """
    certainty = folder / CERTAINTY_FILE
    if not certainty.is_file():
        raise MissingInputError(
            certainty, "the file is missing", cure=f"Run: git checkout -- styles/{CERTAINTY_FILE}"
        )
    files = sorted(path for path in folder.glob("*.yaml") if path.name != CERTAINTY_FILE)
    return StyleBook({path.stem: read_style(path) for path in files}, _read_certainties(certainty))
