"""Text documents around a map, as PDF: a feature's card, what applies to an area, a plan in short.

ReportLab sets them, with the same embedded font as the map sheets. Passages are quoted whole or, where a
list would grow too long, left out with a line that says how many and where they stand.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
from typing import Any, Final

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, Image, PageTemplate, Paragraph, Spacer, Table

from app.atlas.export import ATTRIBUTION
from app.atlas.words import step_of
from app.exports.print.fonts import font_file
from app.exports.print.sheet import DISCLAIMER

FONT: Final = "NotoSansSC"
INK, SOFT, SEAL, RULE = (colors.HexColor(code) for code in ("#20272e", "#5c6670", "#a8321f", "#d8d2c5"))
CONTENT_MM: Final = 174.0  # A4 less its margins of 18 mm


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Title, the line under it, and what the foot of every page says."""

    title: str
    lead: str
    address: str
    version: str
    printed: date


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document: pairs of facts, a table, quotations or plain sentences under a title."""

    title: str
    facts: Sequence[tuple[str, str]] = ()
    table: Sequence[Sequence[str]] = ()
    widths: Sequence[float] = ()
    quotes: Sequence[tuple[str, str]] = ()
    lines: Sequence[str] = ()


def document(
    heading: Heading, *, picture: bytes | None, sections: Iterable[Section], height_mm: float
) -> bytes:
    """A PDF of A4 pages: heading, the map ``picture`` (PNG, full width, ``height_mm`` high), sections.

    Names and quotations are text, never markup.
    """
    _register_font()
    story: list[Flowable] = [
        _paragraph(heading.title, 20, after=3),
        _paragraph(heading.lead, 10, colour=SOFT),
    ]
    if picture is not None:
        story += [Spacer(1, 3 * mm), Image(io.BytesIO(picture), CONTENT_MM * mm, height_mm * mm)]
    for section in sections:
        story += _section(section)
    body = io.BytesIO()
    template = BaseDocTemplate(
        body, pagesize=A4, title=heading.title, author="津图 Plan Atlas", invariant=1, initialFontName=FONT,
        leftMargin=18 * mm, rightMargin=18 * mm, topMargin=16 * mm, bottomMargin=24 * mm,
    )  # fmt: skip
    page = Frame(18 * mm, 24 * mm, CONTENT_MM * mm, A4[1] - 40 * mm, 0, 0, 0, 0)
    template.addPageTemplates(PageTemplate(frames=[page], onPage=lambda canvas, _: _foot(canvas, heading)))
    template.build(story)
    return body.getvalue()


@cache
def _register_font() -> None:
    pdfmetrics.registerFont(TTFont(FONT, str(font_file())))
    pdfmetrics.registerFontFamily(FONT, normal=FONT, bold=FONT, italic=FONT, boldItalic=FONT)


def _style(points: float, *, colour: Any = INK, after: float = 0, left: float = 0) -> ParagraphStyle:
    return ParagraphStyle(
        "text", fontName=FONT, bulletFontName=FONT, fontSize=points, leading=points * 1.62, textColor=colour,
        spaceAfter=after * mm, leftIndent=left * mm, wordWrap="CJK",
    )  # fmt: skip


def _paragraph(
    words: str,
    points: float = 9.5,
    *,
    colour: Any = INK,
    after: float = 0,
    left: float = 0,
    lead: bool = False,
) -> Paragraph:
    style = _style(points, colour=colour, after=after, left=left)
    style.keepWithNext = lead  # a title does not stay behind at the foot of a page
    return Paragraph(escape(words), style)


def _section(section: Section) -> list[Flowable]:
    story: list[Flowable] = [
        Spacer(1, 4 * mm),
        _paragraph(section.title, 13, colour=SEAL, after=1.2, lead=True),
    ]
    if section.facts:
        rows = [[_paragraph(name, 9, colour=SOFT), _paragraph(value)] for name, value in section.facts]
        story.append(_table(rows, [30, CONTENT_MM - 30]))
    if section.table:
        head, *rest = section.table
        rows = [[_paragraph(cell, 8, colour=SOFT) for cell in head]]
        rows += [[_paragraph(cell, 8.5) for cell in row] for row in rest]
        story.append(_table(rows, section.widths, header=True))
    for quote, where in section.quotes:
        story += [_paragraph(quote, 9.5, left=4), _paragraph(where, 8, colour=SOFT, left=4, after=2)]
    story += [_paragraph(line, 9, colour=SOFT, after=1) for line in section.lines]
    return story


def _table(rows: Sequence[Sequence[Paragraph]], widths: Sequence[float], *, header: bool = False) -> Table:
    table = Table(rows, colWidths=[width * mm for width in widths], repeatRows=1 if header else 0)
    table.setStyle(
        [
            ("FONTNAME", (0, 0), (-1, -1), FONT),  # or Helvetica is named in the file, and not embedded
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
            ("LEFTPADDING", (0, 0), (-1, -1), 2),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
        ]
    )
    return table


def _foot(canvas: Canvas, heading: Heading) -> None:
    canvas.saveState()
    canvas.setStrokeColor(RULE)
    canvas.line(18 * mm, 20 * mm, A4[0] - 18 * mm, 20 * mm)
    canvas.setFillColor(SOFT)
    canvas.setFont(FONT, 7)
    lines = (
        heading.address,
        f"{DISCLAIMER} {heading.printed.isoformat()} 制 · 数据版本 {heading.version}",
        *_credit_lines(),
    )
    for number, line in enumerate(lines):
        canvas.drawString(18 * mm, (16 - number * 3.2) * mm, line)
    canvas.drawRightString(A4[0] - 18 * mm, 16 * mm, f"津图 Plan Atlas · 第 {canvas.getPageNumber()} 页")
    canvas.restoreState()


def _credit_lines() -> tuple[str, str]:
    """The credit in two lines, broken after a clause: one is longer than the page is wide."""
    first, semicolon, rest = ATTRIBUTION.partition(";")
    return first + semicolon, rest


def quotes_of(passages: Sequence[Mapping[str, Any]], *, most: int) -> Section:
    """The first ``most`` passages verbatim, each with where it stands; then how many are left out."""
    quotes = []
    for passage in passages[:most]:
        first, last = passage["raw_lines"]
        lines = f"原文第 {first} 行" if first == last else f"原文第 {first}–{last} 行"
        quotes.append((str(passage["exact"]), " › ".join([*map(step_of, passage["path"]), lines])))
    more = len(passages) - most
    left_out = (f"另有 {more} 段未印，见页脚所列网址。",) if more > 0 else ()
    return Section(f"规划原文（{len(passages)}）", quotes=quotes, lines=left_out)
