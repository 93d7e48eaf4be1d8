"""The map itself on a Matplotlib axes: offline backdrop, features by theme and certainty, names.

Axes are in metres (EPSG:4548). Widths and sizes of the styles are CSS pixels (1/96 inch).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
import shapely
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.font_manager import FontProperties
from matplotlib.markers import MarkerStyle
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from shapely.geometry.base import BaseGeometry

from app.atlas.overlay import areas_of, lines_of
from app.atlas.pinyin import sounded
from app.atlas.store import Atlas, StoredFeature
from app.atlas.styles import Marker, Style, StyleBook
from app.exports.print.fonts import font_file
from app.places.measure import to_metric

PIXEL: Final = 72 / 96  # one CSS pixel in points
SOUND: Final = 0.7  # size of pinyin beside that of its name
_MARKERS: Final[Mapping[Marker, str]] = {
    Marker.CIRCLE: "o",
    Marker.SQUARE: "s",
    Marker.DIAMOND: "D",
    Marker.TRIANGLE: "^",
    Marker.NABLA: "v",
    Marker.PENTAGON: "p",
    Marker.HEXAGON: "h",
    Marker.STAR: "*",
    Marker.CROSS: "P",
    Marker.SALTIRE: "X",
}
_LEVELS: Final = ("mention", "project", "headline")
_UNKNOWN, _SEA, _LAND, _RIVER, _BORDER, _STREET = (
    "#e6e2d9",
    "#cfe2ea",
    "#f3f0e8",
    "#a9cfdf",
    "#9a8f7d",
    "#ffffff",
)


def font(points: float) -> FontProperties:
    """The printing font at a size in points."""
    return FontProperties(fname=str(font_file()), size=points)


def draw_map(
    axes: Axes, atlas: Atlas, features: Sequence[StoredFeature], book: StyleBook, *, scale: int
) -> None:
    """Draw backdrop, features and names on axes whose limits are the window in metres."""
    _backdrop(axes, atlas, scale)
    order = {level: place for place, level in enumerate(_LEVELS)}
    shapes = [(f, to_metric(f.geometry)) for f in features if f.geometry is not None]
    # large areas first, so that what lies in them stays to be seen
    for feature, geometry in sorted(shapes, key=lambda pair: -areas_of(pair[1]).area):
        _feature(axes, feature, geometry, book)
    shapes.sort(key=lambda pair: (-order.get(pair[0].properties["level"], 0), areas_of(pair[1]).area))
    _names(axes, shapes, book)


def draw_ground(axes: Axes, ground: BaseGeometry) -> None:
    """Mark the ground (WGS84) that a sheet is about."""
    shape = to_metric(ground)
    options: dict[str, Any] = {
        "edgecolor": "#a8321f",
        "linewidth": 2.2,
        "linestyle": (0, (5, 2.5)),
        "zorder": 60,
    }
    if not areas_of(shape).is_empty:
        axes.add_patch(PathPatch(outline(areas_of(shape)), facecolor="none", **options))
    elif not lines_of(shape).is_empty:
        axes.add_patch(PathPatch(outline(lines_of(shape)), facecolor="none", **options))
    else:
        points = shapely.get_coordinates(shape)
        axes.plot(
            points[:, 0], points[:, 1], "o", markersize=9, mfc="none", mec="#a8321f", mew=2.2, zorder=60
        )


def outline(geometry: BaseGeometry) -> Outline:
    """All rings and lines of a geometry as one Matplotlib path; holes stay holes."""
    vertices: list[np.ndarray[Any, np.dtype[np.float64]]] = []
    codes: list[np.ndarray[Any, np.dtype[np.uint8]]] = []
    for part in shapely.get_parts(geometry):
        strokes = [part.exterior, *part.interiors] if isinstance(part, shapely.Polygon) else [part]
        for stroke in strokes:
            points = shapely.get_coordinates(stroke)
            code = np.full(len(points), Outline.LINETO, dtype=np.uint8)
            code[0] = Outline.MOVETO
            if isinstance(part, shapely.Polygon):
                code[-1] = Outline.CLOSEPOLY
            vertices.append(points)
            codes.append(code)
    return Outline(np.concatenate(vertices), np.concatenate(codes))


@lru_cache(maxsize=4)
def _backdrops(atlas: Atlas) -> dict[str, list[tuple[str, BaseGeometry]]]:
    """Parts of the offline backdrop in metres: names and geometries."""
    parts: dict[str, list[tuple[str, BaseGeometry]]] = {}
    for name in atlas.backdrops:
        rows = json.loads(atlas.backdrop(name))["features"]
        parts[name] = [
            (str(row["properties"].get("name") or ""), to_metric(shapely.geometry.shape(row["geometry"])))
            for row in rows
        ]
    return parts


def _backdrop(axes: Axes, atlas: Atlas, scale: int) -> None:
    parts = _backdrops(atlas)
    axes.set_facecolor(_UNKNOWN)  # beyond the reference nothing is known; within, what is not land is sea
    extract = shapely.box(*shapely.total_bounds([geometry for _, geometry in parts["land"]]))
    axes.add_patch(PathPatch(outline(extract), facecolor=_SEA, edgecolor="none", zorder=0))
    for _, geometry in parts["land"]:
        axes.add_patch(
            PathPatch(outline(geometry), facecolor=_LAND, edgecolor="#b9c9ce", linewidth=0.5, zorder=1)
        )
    if scale <= 40_000:
        _lines(axes, parts["streets-all"], color=_STREET, width=1.2 if scale > 15_000 else 2.2, zorder=3)
    if scale <= 400_000:
        width = 0.6 if scale > 120_000 else 1.4 if scale > 40_000 else 2.6 if scale > 15_000 else 4.2
        _lines(axes, parts["streets-major"], color=_STREET, width=width, zorder=4)
    _lines(axes, parts["rivers"], color=_RIVER, width=1.2 if scale > 150_000 else 2.6, zorder=2)
    borders = [row for row in parts["districts"] if row[1].geom_type != "Point"]
    _lines(axes, borders, color=_BORDER, width=0.8, zorder=5, dashes=(7, 3, 1.5, 3))


def _lines(
    axes: Axes,
    rows: Iterable[tuple[str, BaseGeometry]],
    *,
    color: str,
    width: float,
    zorder: int,
    dashes: tuple[float, ...] | None = None,
) -> None:
    window = _window(axes)
    strokes = [
        shapely.get_coordinates(part)
        for _, geometry in rows
        if geometry.intersects(window)
        for part in shapely.get_parts(geometry)
    ]
    style = "solid" if dashes is None else (0, dashes)
    axes.add_collection(
        LineCollection(
            strokes, colors=color, linewidths=width, linestyles=[style], capstyle="round", zorder=zorder
        ),
        autolim=False,
    )


def _window(axes: Axes) -> shapely.Polygon:
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    return shapely.box(west, south, east, north)


def _feature(axes: Axes, feature: StoredFeature, geometry: BaseGeometry, book: StyleBook) -> None:
    style = book.theme(feature.properties["theme"])
    sure = book.certainties.get(feature.properties["certainty"])
    areas, lines = areas_of(geometry), lines_of(geometry)
    points = shapely.get_coordinates(
        [part for part in shapely.get_parts(geometry) if isinstance(part, shapely.Point)]
    )
    if not areas.is_empty:
        path, hatch = outline(areas), sure.hatch if sure is not None else None
        if hatch is not None:
            axes.add_patch(
                PathPatch(
                    path,
                    facecolor="none",
                    edgecolor=(style.fill, hatch.opacity),
                    linewidth=0,
                    hatch="///",
                    zorder=20,
                )
            )
        opacity = hatch.ground if hatch is not None else style.fill_opacity
        axes.add_patch(PathPatch(path, facecolor=(style.fill, opacity), edgecolor="none", zorder=20))
        axes.add_patch(
            PathPatch(
                path,
                facecolor="none",
                edgecolor=style.stroke,
                linewidth=style.weight * PIXEL,
                zorder=21,
                **_dash(sure.dash if sure is not None else ()),
            )
        )
    if not lines.is_empty:
        axes.add_patch(
            PathPatch(
                outline(lines),
                facecolor="none",
                edgecolor=style.stroke,
                linewidth=style.line_weight * PIXEL,
                zorder=22,
                **_dash(sure.line_dash if sure is not None else ()),
            )
        )
    if len(points):
        level = book.levels[feature.properties["level"]]
        symbol(
            axes, points, style, size=level.symbol * PIXEL * 0.55, opacity=sure.point_opacity if sure else 1
        )


def _dash(lengths: Sequence[float]) -> dict[str, Any]:
    """Line style of lengths in CSS pixels; a stroke shorter than a pixel is a dot, with round ends."""
    if not lengths:
        return {}
    dots = lengths[0] < 1
    return {
        "linestyle": (0, tuple(x * PIXEL / 1.5 for x in lengths)),
        "capstyle": "round" if dots else "butt",
    }


def symbol(
    axes: Axes, points: np.ndarray[Any, np.dtype[np.float64]], style: Style, *, size: float, opacity: float
) -> None:
    """Point symbols of a theme at ``points`` (n, 2), ``size`` in points; pale ones are not certain."""
    common: dict[str, Any] = {
        "marker": MarkerStyle(_MARKERS[style.marker]),
        "linestyle": "none",
        "clip_on": True,
    }
    x, y = points[:, 0], points[:, 1]
    axes.plot(x, y, markersize=size + 2.4, color="white", zorder=29, **common)
    axes.plot(
        x, y, markersize=size, markerfacecolor=(style.fill, opacity), markeredgecolor=style.stroke,
        markeredgewidth=0.8, zorder=30, **common,
    )  # fmt: skip


def _names(axes: Axes, shapes: Sequence[tuple[StoredFeature, BaseGeometry]], book: StyleBook) -> None:
    """Names where there is room, the weightiest first; one that would cover another is left out.

    In English their pinyin stands under them, where there is room for that too.
    """
    window = _window(axes)
    taken: list[shapely.Polygon] = []
    for feature, geometry in shapes:
        seen = geometry.intersection(window)
        if seen.is_empty:
            continue
        points = book.levels[feature.properties["level"]].text * PIXEL * 0.82
        name = str(feature.properties["name"])
        at = seen.representative_point()
        below = -8 * PIXEL * 1.6 if seen.geom_type == "Point" else 0.0
        for label in _labels(name, points, below):
            box = _covered(axes, at, label)
            if box is not None and not any(box.intersects(other) for other in taken):
                taken.append(box)
                _write(axes, at, label, book.theme(feature.properties["theme"]).ink)
                break


_Label = Sequence[tuple[str, float, float]]
"""Lines of a name: the words, their size and how far above the place their middle is, both in points."""


def _labels(name: str, points: float, above: float) -> Iterator[_Label]:
    """How a name may be written, the best first."""
    sound = sounded(name)
    if sound:
        small = points * SOUND
        first = above or small * 0.65  # both lines lie over an area's middle, or hang below a symbol
        yield ((name, points, first), (sound, small, first - (points + small) * 0.65))
    yield ((name, points, above),)


def _covered(axes: Axes, at: shapely.Point, label: _Label) -> shapely.Polygon | None:
    """What a label at a place (metres) covers, in pixels; None where it would leave the map."""
    figure = axes.get_figure()
    assert figure is not None
    pixels = figure.dpi / 72
    x, y = axes.transData.transform((at.x, at.y))
    half = max(sum(1 if ord(c) > 0x2E7F else 0.56 for c in words) * size for words, size, _ in label) / 2
    top = max(above + size * 0.7 for _, size, above in label)
    bottom = min(above - size * 0.7 for _, size, above in label)
    box = shapely.box(x - half * pixels, y + bottom * pixels, x + half * pixels, y + top * pixels)
    corners = (box.bounds[:2], box.bounds[2:])
    return box if all(axes.bbox.contains(*corner) for corner in corners) else None


def _write(axes: Axes, at: shapely.Point, label: _Label, colour: str) -> None:
    for words, size, above in label:
        axes.annotate(
            words,
            (at.x, at.y),
            xytext=(0, above),
            textcoords="offset points",
            ha="center",
            va="center",
            fontproperties=font(size),
            color=colour,
            parse_math=False,
            zorder=50,
            path_effects=[patheffects.withStroke(linewidth=2.4, foreground="white", alpha=0.92)],
        )
