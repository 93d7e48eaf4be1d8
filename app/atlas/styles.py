"""How each theme is drawn: ``styles/<theme>.yaml``, and what holds for all themes beside them.

One source for the web map, its legend and every style file handed out (QML, SLD, Mapbox GL): a theme
has its colours, its symbol and the zoom from which it carries names; ``certainty.yaml`` says how sure a
shape is and how that shows; ``levels.yaml`` how large a symbol and a name are. This module reads and
checks the files and draws nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml

from app.errors import InputFileError, MissingInputError
from app.language import mark

CERTAINTY_FILE: Final = "certainty.yaml"
LEVELS_FILE: Final = "levels.yaml"
_Row = TypeVar("_Row")


class Marker(StrEnum):
    """Shapes of point symbols."""

    CIRCLE = "circle"
    SQUARE = "square"
    DIAMOND = "diamond"
    TRIANGLE = "triangle"
    NABLA = "nabla"
    PENTAGON = "pentagon"
    HEXAGON = "hexagon"
    STAR = "star"
    CROSS = "cross"
    SALTIRE = "saltire"


class Shape(StrEnum):
    """What a geometry is drawn as; GIS programs style a layer of one shape only."""

    AREA = "area"
    LINE = "line"
    POINT = "point"


SHAPE_TITLES: Final[Mapping[Shape, str]] = {
    Shape.AREA: mark("面"),
    Shape.LINE: mark("线"),
    Shape.POINT: mark("点"),
}
_READABLE: Final = 4.5  # contrast of small letters to their ground, WCAG 2.2, 1.4.3
_SHAPES: Final = {"Polygon": Shape.AREA, "LineString": Shape.LINE, "Point": Shape.POINT}


def shape_of(geometry_type: str) -> Shape:
    """The shape of a simple or multi geometry type; KeyError for a collection."""
    return _SHAPES[geometry_type.removeprefix("Multi")]


def _readable(colour: str) -> str:
    """``#rrggbb`` as it is or as much darker, in its own hue, as letters on white need."""
    channels = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    while 1.05 / (_luminance(channels) + 0.05) < _READABLE:
        channels = [int(channel * 0.97) for channel in channels]
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def _luminance(channels: Iterable[int]) -> float:
    """Relative luminance of sRGB channels 0–255, as WCAG 2.2 defines it."""
    shares = (channel / 255 for channel in channels)
    linear = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@dataclass(frozen=True, slots=True)
class Style:
    """Drawing rules of one theme. Colours are ``#rrggbb``, widths CSS pixels, zooms web-map levels.

    ``weight`` is the outline of an area, ``line_weight`` the width of a line. ``label_zoom`` says from
    which zoom the theme's features carry their names.
    """

    theme: str
    stroke: str
    fill: str
    fill_opacity: float
    weight: float
    marker: Marker
    label_zoom: int

    @property
    def line_weight(self) -> float:
        """A line stands alone, an outline is helped by its filling: lines are a pixel wider."""
        return self.weight + 1

    @property
    def ink(self) -> str:
        """The colour of names: the stroke, darkened until it can be read on the white around letters."""
        return _readable(self.stroke)


@dataclass(frozen=True, slots=True)
class Hatch:
    """Parallel lines that fill an area: CSS pixels, degrees clockwise from north, opacities 0–1.

    ``ground`` is the opacity of the tint between the lines.
    """

    spacing: float
    width: float
    angle: float
    opacity: float
    ground: float


@dataclass(frozen=True, slots=True)
class CertaintyStyle:
    """How sure a shape is, and how that shows.

    The dashes are lengths of strokes and gaps in CSS pixels, empty where the line is solid: ``dash`` of
    an outline, ``line_dash`` of a line, ``point_dash`` of a symbol's rim. A stroke shorter than a pixel
    is a dot: such lines have round ends. ``point_opacity`` is that of a symbol's filling; with ``hatch``
    an area is filled with lines instead of a tint.
    """

    certainty: str
    label: str
    label_en: str
    meaning: str
    meaning_en: str
    dash: tuple[float, ...]
    line_dash: tuple[float, ...]
    point_dash: tuple[float, ...]
    point_opacity: float
    hatch: Hatch | None

    @property
    def dotted(self) -> bool:
        """Whether lines are rows of dots."""
        return bool(self.line_dash) and self.line_dash[0] < 1


@dataclass(frozen=True, slots=True)
class LevelStyle:
    """How a feature shows by the weight its plan gives it.

    ``symbol`` and ``text`` are sizes in CSS pixels; ``later`` is how many zoom levels after its theme's
    ``label_zoom`` the name appears.
    """

    level: str
    symbol: float
    text: float
    bold: bool
    later: int


@dataclass(frozen=True, slots=True)
class StyleBook:
    """All styles, by theme id, by certainty and by level."""

    themes: Mapping[str, Style]
    certainties: Mapping[str, CertaintyStyle]
    levels: Mapping[str, LevelStyle]

    def theme(self, theme: str) -> Style:
        """The style of a theme; an unstyled theme is drawn in neutral grey rather than not at all."""
        return self.themes.get(theme) or Style(
            theme, "#555555", "#777777", 0.25, 2, Marker.CIRCLE, label_zoom=15
        )


def read_styles(folder: Path) -> StyleBook:
    """Read every style below ``folder``.

    Raises
    ------
    MissingInputError
        The folder has no ``certainty.yaml`` or no ``levels.yaml``.
    InputFileError
        A file is wrong.
    """
    shared = {name: folder / name for name in (CERTAINTY_FILE, LEVELS_FILE)}
    for name, path in shared.items():
        if not path.is_file():
            raise MissingInputError(path, "the file is missing", cure=f"Run: git checkout -- styles/{name}")
    files = sorted(path for path in folder.glob("*.yaml") if path.name not in shared)
    return StyleBook(
        themes={path.stem: read_style(path) for path in files},
        certainties=_rows(shared[CERTAINTY_FILE], _certainty),
        levels=_rows(shared[LEVELS_FILE], _level),
    )


def read_style(path: Path) -> Style:
    """Read one theme's file.

    Raises
    ------
    InputFileError
        Naming the file, the key and what it must be.
    """
    values = _mapping(path)
    _known(path, values, {"stroke", "fill", "fill_opacity", "weight", "marker", "label_zoom"})
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


def _rows(path: Path, read: Callable[[Path, str, Mapping[str, Any]], _Row]) -> dict[str, _Row]:
    rows = {}
    for key, values in _mapping(path).items():
        if not isinstance(values, dict):
            raise InputFileError(path, f"{key}: expected key: value lines")
        rows[str(key)] = read(path, str(key), values)
    return rows


def _certainty(path: Path, key: str, values: Mapping[str, Any]) -> CertaintyStyle:
    words = ("label", "label_en", "meaning", "meaning_en")
    _known(path, values, {*words, "dash", "line_dash", "point_dash", "point_opacity", "hatch"})
    for word in words:
        if not isinstance(values.get(word), str) or not values[word]:
            raise InputFileError(path, f"{key}: needs {word}, a few words")
    return CertaintyStyle(
        certainty=key,
        label=values["label"],
        label_en=values["label_en"],
        meaning=values["meaning"],
        meaning_en=values["meaning_en"],
        dash=_dash(path, key, values.get("dash")),
        line_dash=_dash(path, key, values.get("line_dash")),
        point_dash=_dash(path, key, values.get("point_dash")),
        point_opacity=_number(path, values, "point_opacity", 0, 1),
        hatch=_hatch(path, key, values.get("hatch")),
    )


def _dash(path: Path, key: str, value: Any) -> tuple[float, ...]:
    if value == []:
        return ()
    if isinstance(value, list) and len(value) == 2:
        row = dict(zip(("stroke", "gap"), value, strict=True))
        return tuple(_number(path, row, name, 0.1, 40) for name in row)
    raise InputFileError(path, f"{key}: a dash is [stroke, gap] in pixels, or [] for a solid line")


def _hatch(path: Path, key: str, value: Any) -> Hatch | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise InputFileError(path, f"{key}: hatch needs spacing, width, angle, opacity and ground")
    limits = {"spacing": (2, 40), "width": (0.2, 10), "angle": (0, 180), "opacity": (0, 1), "ground": (0, 1)}
    _known(path, value, set(limits))
    return Hatch(**{name: _number(path, value, name, low, high) for name, (low, high) in limits.items()})


def _level(path: Path, key: str, values: Mapping[str, Any]) -> LevelStyle:
    _known(path, values, {"symbol", "text", "bold", "later"})
    if not isinstance(values.get("bold"), bool):
        raise InputFileError(path, f"{key}: bold must be true or false")
    return LevelStyle(
        level=key,
        symbol=_number(path, values, "symbol", 4, 60),
        text=_number(path, values, "text", 6, 40),
        bold=values["bold"],
        later=int(_number(path, values, "later", 0, 10)),
    )


def _mapping(path: Path) -> dict[str, Any]:
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise InputFileError(path, f"not readable as YAML: {error.problem}", line=line) from error
    if not isinstance(loaded, dict):
        raise InputFileError(path, "expected key: value lines", cure="See the other files in styles/.")
    return loaded


def _known(path: Path, values: Mapping[str, Any], keys: set[str]) -> None:
    if unknown := sorted(str(key) for key in set(values) - keys):
        raise InputFileError(
            path, f"unknown key {unknown[0]}", cure=f"Known keys: {', '.join(sorted(keys))}."
        )


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
