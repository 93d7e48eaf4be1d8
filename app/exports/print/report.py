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
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    Image,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from app.atlas.pinyin import sounded
from app.atlas.words import step_of
from app.exports.print.fonts import font_file
from app.exports.print.sheet import DISCLAIMER, credit_lines
from app.language import LANGUAGES, current, ngettext
from app.language import gettext as _

FONT: Final = "NotoSansSC"
INK, SOFT, SEAL, RULE = (colors.HexColor(code) for code in ("#20272e", "#5c6670", "#a8321f", "#d8d2c5"))
SOUND: Final = 0.8  # size of pinyin beside that of its name
LEAST_MM: Final = 32.0  # of a section at the foot of a page: its title and some lines
CONTENT_MM: Final = 174.0  # A4 less its margins of 18 mm


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Title, the line under it, and what the foot of every page says.

    Parameters
    ----------
    sound
        How the title is pronounced, if it is a name and the reader needs to be told.
    """

    title: str
    lead: str
    address: str
    version: str
    printed: date
    sound: str = ""

    @property
    def whole(self) -> str:
        """Title and sound in one line, as a list of files shows the document."""
        return f"{self.title} ({self.sound})" if self.sound else self.title


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a table; readers of English find its pinyin under it."""

    words: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document: pairs of facts, a table, quotations or plain sentences under a title."""

    title: str
    facts: Sequence[tuple[str, str]] = ()
    table: Sequence[Sequence[str | Name]] = ()
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
        _paragraph(heading.title, 20, after=0 if heading.sound else 3),
        *([_paragraph(heading.sound, 11, colour=SOFT, after=3)] if heading.sound else ()),
        _paragraph(heading.lead, 10, colour=SOFT),
    ]
    if picture is not None:
        story += [Spacer(1, 3 * mm), Image(io.BytesIO(picture), CONTENT_MM * mm, height_mm * mm)]
    for section in sections:
        story += _section(section)
    body = io.BytesIO()
    template = BaseDocTemplate(
        body, pagesize=A4, title=heading.whole, author="津图 Plan Atlas", lang=LANGUAGES[current()],
        invariant=1, initialFontName=FONT,
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
        "text", fontName=FONT, bulletFontName=FONT, fontSize=points, textColor=colour,
        spaceAfter=after * mm, leftIndent=left * mm, wordWrap="CJK",
    )  # fmt: skip


def _paragraph(
    words: str,
    points: float = 9.5,
    *,
    colour: Any = INK,
    after: float = 0,
    left: float = 0,
    lines: float = 1.62,
) -> Paragraph:
    style = _style(points, colour=colour, after=after, left=left)
    style.leading = points * lines
    return Paragraph(escape(words), style)


def _section(section: Section) -> list[Flowable]:
    story: list[Flowable] = [
        CondPageBreak(LEAST_MM * mm),  # a title does not stay behind at the foot of a page
        Spacer(1, 4 * mm),
        _paragraph(section.title, 13, colour=SEAL, after=1.2),
    ]
    if section.facts:
        rows = [[_cell(name, 9, SOFT), _cell(value, 9.5)] for name, value in section.facts]
        story.append(_table(rows, [30, CONTENT_MM - 30]))
    if section.table:
        head, *rest = section.table
        rows = [[_cell(cell, 8, SOFT) for cell in head]]
        rows += [[_cell(cell, 8.5) for cell in row] for row in rest]
        story.append(_table(rows, section.widths, header=True))
    for quote, where in section.quotes:
        story += [_paragraph(quote, 9.5, left=4), _paragraph(where, 8, colour=SOFT, left=4, after=2)]
    story += [_paragraph(line, 9, colour=SOFT, after=1) for line in section.lines]
    return story


def _cell(words: str | Name, points: float, colour: Any = INK) -> list[Paragraph]:
    if isinstance(words, str):
        return [_paragraph(words, points, colour=colour)]
    sound = sounded(words.words)
    name = _paragraph(words.words, points, colour=colour)
    return [name, _paragraph(sound, points * SOUND, colour=SOFT, lines=1.3)] if sound else [name]


def _table(
    rows: Sequence[Sequence[Sequence[Paragraph]]], widths: Sequence[float], *, header: bool = False
) -> Table:
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
    made = _("%(day)s 制 · 数据版本 %(version)s", day=heading.printed.isoformat(), version=heading.version)
    lines = [heading.address]
    lines += simpleSplit(f"{_(DISCLAIMER)} {made}", FONT, 7, CONTENT_MM * mm)
    halves = credit_lines()
    fits = all(stringWidth(half, FONT, 7) <= CONTENT_MM * mm for half in halves)
    lines += halves if fits else simpleSplit(" ".join(halves), FONT, 7, CONTENT_MM * mm)
    step = 3.2 if len(lines) <= 4 else 2.7
    for number, line in enumerate(lines):
        canvas.drawString(18 * mm, (16 - number * step) * mm, line)
    page = _("第 %(page)s 页", page=canvas.getPageNumber())
    canvas.drawRightString(A4[0] - 18 * mm, 16 * mm, f"津图 Plan Atlas · {page}")
    canvas.restoreState()


def quotes_of(passages: Sequence[Mapping[str, Any]], *, most: int) -> Section:
    """The first ``most`` passages verbatim, each with where it stands; then how many are left out."""
    quotes = []
    for passage in passages[:most]:
        first, last = passage["raw_lines"]
        span = f"{first}" if first == last else f"{first}–{last}"
        lines = ngettext("原文第 %(lines)s 行", "原文第 %(lines)s 行", last - first + 1, lines=span)
        quotes.append((str(passage["exact"]), " › ".join([*map(step_of, passage["path"]), lines])))
    more = len(passages) - most
    left_out = ngettext(
        "另有 %(num)s 段未印，见页脚所列网址。", "另有 %(num)s 段未印，见页脚所列网址。", more
    )
    return Section(
        _("规划原文（%(number)s）", number=len(passages)),
        quotes=quotes,
        lines=(left_out,) if more > 0 else (),
    )
