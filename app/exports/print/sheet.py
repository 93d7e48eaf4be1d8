"""A map sheet: the map with title, legend, scale bar, north arrow, sources and its address as a QR code."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any, Final
from unicodedata import east_asian_width

import matplotlib as mpl
import numpy as np
import segno
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Polygon, Rectangle
from shapely.geometry.base import BaseGeometry

from app.atlas.export import ATTRIBUTION
from app.atlas.store import Atlas, StoredFeature
from app.atlas.styles import StyleBook
from app.errors import RequestError
from app.exports.print.drawing import draw_ground, draw_map, font, symbol
from app.exports.print.frame import MARGIN_MM, Frame, bar_metres
from app.language import gettext as _
from app.language import listed, mark, titled

MEDIA_TYPES: Final = {"pdf": "application/pdf", "png": "image/png"}
RESOLUTIONS: Final = (150, 300)
DISCLAIMER: Final = mark("位置由本图集推求，误差见各要素的落图依据；不作法定依据。底图未经审图，没有审图号。")
BRAND_MM: Final = 34.0  # kept free at the right of the title
_INK, _SOFT = "#20272e", "#5c6670"
# Matplotlib's fonts and settings are shared by the process: one sheet is drawn at a time.
_DRAWING = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What stands on a map sheet.

    Parameters
    ----------
    address
        Full address of the same map on the web; printed and encoded as a QR code.
    sound
        How the name in the title is pronounced, where the reader needs to be told.
    ground
        WGS84 geometry to mark, if the sheet is about some.
    themes
        Ids and titles of all themes, in the order of the legend.
    """

    title: str
    frame: Frame
    features: Sequence[StoredFeature]
    themes: Sequence[tuple[str, str]]
    address: str
    ground: BaseGeometry | None = None
    printed: date
    sound: str = ""


def map_sheet(sheet: Sheet, *, atlas: Atlas, book: StyleBook, file_format: str, dpi: int) -> bytes:
    """The sheet as a PDF (vector, font embedded) or as a PNG.

    Raises
    ------
    RequestError
        A format or resolution that is not offered.
    """
    if file_format not in MEDIA_TYPES:
        raise RequestError(
            _(
                "%(name)s=%(given)s 不存在；可用的有：%(known)s。",
                name="format",
                given=file_format[:20],
                known=listed(MEDIA_TYPES),
            )
        )
    if dpi not in RESOLUTIONS:
        raise RequestError(_("dpi=%(dpi)s 不提供；可用的有：%(known)s。", dpi=dpi, known=listed(RESOLUTIONS)))
    frame = sheet.frame
    with _DRAWING, mpl.rc_context({"pdf.fonttype": 42, "hatch.linewidth": 0.7}):
        figure = Figure(figsize=(frame.width_mm / 25.4, frame.height_mm / 25.4), dpi=dpi)
        FigureCanvasAgg(figure)
        axes = _map_axes(figure, frame)
        draw_map(axes, atlas, sheet.features, book, scale=frame.scale)
        if sheet.ground is not None:
            draw_ground(axes, sheet.ground)
        _north(figure, frame)
        _head(figure, sheet)
        _foot(figure, sheet, book, atlas.version)
        whole = f"{sheet.title} ({sheet.sound})" if sheet.sound else sheet.title
        return _saved(figure, file_format, dpi, whole)


def map_picture(
    atlas: Atlas,
    features: Sequence[StoredFeature],
    *,
    frame: Frame,
    book: StyleBook,
    ground: BaseGeometry | None = None,
    dpi: int = 200,
) -> bytes:
    """The bare map with its scale bar as a PNG, for a report to set text around."""
    with _DRAWING, mpl.rc_context({"hatch.linewidth": 0.7}):
        _, _, width, height = frame.map_mm
        bare = Frame(width, height, (0, 0, width, height), frame.window, frame.scale)
        figure = Figure(figsize=(width / 25.4, height / 25.4), dpi=dpi)
        FigureCanvasAgg(figure)
        axes = _map_axes(figure, bare)
        draw_map(axes, atlas, features, book, scale=frame.scale)
        if ground is not None:
            draw_ground(axes, ground)
        _bar(figure, bare, left_mm=4, bottom_mm=5, plate=True)
        return _saved(figure, "png", dpi, "")


def _saved(figure: Figure, file_format: str, dpi: int, title: str) -> bytes:
    body = io.BytesIO()
    metadata: dict[str, Any] = {"Title": title, "Creator": "Plan Atlas"}
    if file_format == "pdf":
        metadata["CreationDate"] = None
    figure.savefig(body, format=file_format, dpi=dpi, metadata=metadata)
    return body.getvalue()


def _axes(figure: Figure, frame: Frame, box: tuple[float, float, float, float]) -> Axes:
    """Axes at left, bottom, width, height in millimetres."""
    left, bottom, width, height = box
    rectangle = (
        left / frame.width_mm, bottom / frame.height_mm, width / frame.width_mm, height / frame.height_mm
    )  # fmt: skip
    axes = figure.add_axes(rectangle)
    axes.set_xticks([])
    axes.set_yticks([])
    return axes


def _map_axes(figure: Figure, frame: Frame) -> Axes:
    axes = _axes(figure, frame, frame.map_mm)
    west, south, east, north = frame.window
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    for spine in axes.spines.values():
        spine.set_linewidth(0.8)
        spine.set_color(_INK)
        spine.set_zorder(90)
    return axes


def _text(
    figure: Figure, frame: Frame, at: tuple[float, float], words: str, points: float, **style: Any
) -> None:
    """Text at millimetres from the lower left corner; ``$`` and ``_`` in names mean themselves."""
    style = {"color": _INK, "ha": "left", "va": "baseline", "parse_math": False, **style}
    x, y = at
    figure.text(x / frame.width_mm, y / frame.height_mm, words, fontproperties=font(points), **style)


def _head(figure: Figure, sheet: Sheet) -> None:
    frame = sheet.frame
    left, bottom, width, height = frame.map_mm
    top = bottom + height
    sound = _fitting(sheet.sound, 9, width - BRAND_MM)
    rise = 7.0 if sound else 4.5
    _text(figure, frame, (left, top + rise), _fitting(sheet.title, 17, width - BRAND_MM), 17)
    _text(figure, frame, (left, top + 2.2), sound, 9, color=_SOFT)
    _text(figure, frame, (left + width, top + rise), "津图 Plan Atlas", 9, ha="right", color=_SOFT)


def _width(words: str, points: float) -> float:
    """How wide words are, about, in millimetres: a Chinese character is square, a letter half of one."""
    ems = sum(1 if east_asian_width(character) in "WF" else 0.55 for character in words)
    return ems * points * 25.4 / 72


def _fitting(words: str, points: float, room_mm: float) -> str:
    """The words, cut at the end where they are wider than the room."""
    if _width(words, points) <= room_mm:
        return words
    while _width(words, points) > room_mm - points * 25.4 / 72:
        words = words[:-1]
    return f"{words}…"


def _north(figure: Figure, frame: Frame) -> None:
    left, bottom, width, height = frame.map_mm
    axes = _axes(figure, frame, (left + width - 14, bottom + height - 20, 11, 17))
    axes.set_xlim(0, 11)
    axes.set_ylim(0, 17)
    axes.patch.set_alpha(0.85)
    axes.set_zorder(5)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.add_patch(Polygon([(5.5, 12), (2.6, 2.5), (5.5, 4.4)], closed=True, facecolor=_INK))
    axes.add_patch(
        Polygon([(5.5, 12), (8.4, 2.5), (5.5, 4.4)], closed=True, facecolor="white", edgecolor=_INK, lw=0.7)
    )
    axes.text(5.5, 12.7, _("北"), fontproperties=font(8), ha="center", va="bottom", color=_INK)


def _bar(figure: Figure, frame: Frame, *, left_mm: float, bottom_mm: float, plate: bool = False) -> None:
    metres = bar_metres(frame.scale)
    length = metres / frame.scale * 1000
    axes = _axes(figure, frame, (left_mm, bottom_mm, length + 16, 7))
    axes.set_xlim(0, length + 16)
    axes.set_ylim(0, 7)
    axes.set_zorder(6)
    axes.patch.set_alpha(0.85 if plate else 0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    for start, colour in ((0.0, _INK), (0.5, "white")):
        axes.add_patch(
            Rectangle((2 + start * length, 1.2), length / 2, 1.3, facecolor=colour, edgecolor=_INK, lw=0.6)
        )
    words = (
        _("%(number)s 米", number=metres)
        if metres < 1000
        else _("%(number)s 公里", number=f"{metres / 1000:g}")
    )
    for x, label, side in ((2.0, "0", "center"), (2 + length, words, "center")):
        axes.text(x, 3.4, label, fontproperties=font(7), ha=side, va="bottom", color=_INK)


def _foot(figure: Figure, sheet: Sheet, book: StyleBook, version: str) -> None:
    frame = sheet.frame
    left, width = frame.map_mm[0], frame.map_mm[2]
    right = left + width
    _qr(figure, frame, sheet.address, right - 17)
    _bar(figure, frame, left_mm=right - 17 - 4 - 66, bottom_mm=20.5)
    _text(figure, frame, (right - 17 - 4 - 66 + 2, 18), f"1 : {frame.scale:,}", 8)
    _legend(figure, sheet, book, width=width - 17 - 4 - 66 - 4)
    credit = _(ATTRIBUTION)
    lines = (
        " · ".join(
            (
                _("坐标系 CGCS2000 三度带高斯-克吕格 117°E（EPSG:4548）"),
                _("图面为坐标北"),
                _("%(day)s 制图", day=sheet.printed.isoformat()),
                _("数据版本 %(version)s", version=version),
            )
        ),
        _(DISCLAIMER),
        *((credit,) if _width(credit, 6.1) <= width else credit_lines()),
    )
    step = 3.2 if len(lines) <= 3 else 2.6
    for number, line in enumerate(lines):
        _text(figure, frame, (left, 11.2 - number * step), line, 6.1, color=_SOFT)


def credit_lines() -> tuple[str, str]:
    """The credit in two lines, broken after a clause."""
    first, semicolon, rest = _(ATTRIBUTION).partition(";")
    return first + semicolon, rest.strip()


def _qr(figure: Figure, frame: Frame, address: str, left_mm: float) -> None:
    code = segno.make(address, error="l", micro=False)
    axes = _axes(figure, frame, (left_mm, MARGIN_MM + 2.2, 17, 17))
    axes.imshow(
        ~np.array([list(row) for row in code.matrix], dtype=bool), cmap="gray", interpolation="nearest"
    )
    for spine in axes.spines.values():
        spine.set_visible(False)


def _legend(figure: Figure, sheet: Sheet, book: StyleBook, *, width: float) -> None:
    """Themes that are on the sheet, and how certainty is drawn."""
    frame = sheet.frame
    used = {f.properties["theme"] for f in sheet.features}
    themes = [(theme, title) for theme, title in sheet.themes if theme in used]
    axes = _axes(figure, frame, (frame.map_mm[0], 14.5, width, 14))
    axes.set_xlim(0, width)
    axes.set_ylim(0, 14)
    axes.patch.set_alpha(0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    column = max((_width(title, 6.2) + 6 for _theme, title in themes), default=0.0)
    column = max(24.0, min(column, (width - 26) / 2))
    columns = max(1, int((width - 26) // column))
    step = min(4.4, 13 / max(1, -(-len(themes) // columns)))
    size = 5.0 if step < 3.5 else 6.2
    for number, (theme, title) in enumerate(themes):
        x, y = (number % columns) * column + 2, 12 - (number // columns) * step
        symbol(axes, np.array([(x, y)]), book.theme(theme), size=size, opacity=1)
        axes.text(x + 2.6, y, title, fontproperties=font(size), va="center", ha="left", color=_INK)
    sample = book.theme("zones")
    for number, sure in enumerate(book.certainties.values()):
        left, low = width - 22, 10.6 - number * 4.4
        box = Rectangle((left, low), 8, 3.2)
        if sure.hatch is not None:
            axes.add_patch(Rectangle((left, low), 8, 3.2, fc="none", ec=sample.fill, lw=0, hatch="////"))
        axes.add_patch(
            PathPatch(
                box.get_path().transformed(box.get_patch_transform()),
                facecolor=(sample.fill, 0.0 if sure.hatch is not None else 0.3),
                edgecolor=sample.stroke,
                linewidth=1,
                linestyle=(0, tuple(length / 2.4 for length in sure.dash)) if sure.dash else "solid",
            )
        )
        axes.text(
            left + 10, low + 1.6, titled(sure, "label"), fontproperties=font(6.2), va="center", color=_INK
        )
