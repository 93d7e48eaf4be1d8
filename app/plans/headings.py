"""How a single line of a plan text shows that it is a heading, a box, or opens with its own title.

Pure functions over one line; what a line means in its place (a lost heading, the end of a box) is
decided in :mod:`app.plans.outline`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.plans.model import SectionKind

_DIGITS = "一二三四五六七八九"
_NUMERAL = "[一二三四五六七八九十百]+"

MAX_HEADING = 60
"""The longest heading of the five texts has 44 characters; a longer line is a paragraph."""

MAX_CONTINUATION = 32
"""The second line of a wrapped heading is short, or it would be a paragraph."""

MAX_RUN_IN = 32
"""The longest title that opens its paragraph."""

_HEADINGS = (
    (SectionKind.CHAPTER, re.compile(rf"(第({_NUMERAL})章)\s*(.*)")),
    (SectionKind.SECTION, re.compile(rf"(第({_NUMERAL})节)\s*(.*)")),
    (SectionKind.SUBSECTION, re.compile(rf"(({_NUMERAL})、)\s*(.*)")),
)
_ITEM = re.compile(rf"([(（]({_NUMERAL})[)）])\s*(.*)")
_BOX = re.compile(r"(专栏\s*\d+)\s*(.*)")
_TABLE_TITLE = re.compile(r".{4,40}指标\S{0,4}表$")
_NOTES = re.compile(r"(注释|附注)\s*[:：]?$")
_BLOCK = re.compile(r"[^，,。；;:：]{2,30}[:：]$")
_SALUTATION = re.compile(r"各位|各街|同志们")
_CLOSING = re.compile(r"“?十[一二三四五六]五”?规划目标宏伟|各位代表[，,]|实现“?十[一二三四五六]五”?发展蓝图")
_MARK = rf"(?:[-—―]{{1,2}}|{_NUMERAL}是|\d{{1,2}}[.．、]|[(（]{_NUMERAL}[)）])"
_STOPS = "。！？：:；;，,"
_RUN_IN = re.compile(rf"({_MARK})?\s*([^{_STOPS}\s][^{_STOPS}]{{1,{MAX_RUN_IN - 1}}})([。：:])(?=.{{4}})")
_DEFINED = re.compile(r"()“([^”]{1,10})”[，,]即()(?=.{4})")
_YEAR_FIRST = re.compile(r"\d{4}年")
_ENDS_SENTENCE = re.compile(r"[。！？!?；;：:，,、]$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading line as it stands: mark, its numeral as an integer (0 where it has none), title."""

    kind: SectionKind
    number: str
    ordinal: int
    title: str


@dataclass(frozen=True, slots=True)
class RunIn:
    """A title that opens its paragraph; ``length`` counts mark, title and the stop behind it."""

    number: str
    title: str
    length: int


def numeral(text: str) -> int:
    """Read a Chinese numeral from 一 to 九十九.

    Raises
    ------
    ValueError
        If the text is no such numeral.
    """
    tens, mark, units = text.partition("十")
    if not mark:
        return _DIGITS.index(text) + 1
    return (_DIGITS.index(tens) + 1 if tens else 1) * 10 + (_DIGITS.index(units) + 1 if units else 0)


def chinese(number: int) -> str:
    """Write 1 … 99 as a Chinese numeral."""
    tens, units = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{_DIGITS[tens - 1]}十")
    return head + (_DIGITS[units - 1] if units else "")


def numbered_heading(line: str) -> Heading | None:
    """Read 第一章…, 第一节… or 一、… (as a subsection; the outline knows its true level)."""
    if len(line) > MAX_HEADING or "。" in line[:-1]:
        return None
    for kind, pattern in _HEADINGS:
        match = pattern.fullmatch(line)
        if match and not (kind is SectionKind.SUBSECTION and _ENDS_SENTENCE.search(line)):
            return Heading(kind, match[1], numeral(match[2]), match[3].strip())
    return None


def item_heading(line: str) -> Heading | None:
    """Read （一）…: the mark and what follows it on the line."""
    match = _ITEM.fullmatch(line)
    return Heading(SectionKind.SUBSECTION, match[1], numeral(match[2]), match[3]) if match else None


def box_heading(line: str, *, tabbed: bool) -> Heading | None:
    """Read 专栏N …, or the tabbed title of an indicator table that has no box number."""
    match = _BOX.fullmatch(line)
    if match and len(line) <= MAX_HEADING:
        return Heading(SectionKind.BOX, match[1], 0, match[2].strip())
    if tabbed and _TABLE_TITLE.fullmatch(line):
        return Heading(SectionKind.BOX, "", 0, line)
    return None


def notes_heading(line: str) -> Heading | None:
    """Read 注释: or 附注:."""
    match = _NOTES.fullmatch(line)
    return Heading(SectionKind.NOTES, "", 0, match[1]) if match else None


def block_heading(line: str) -> Heading | None:
    """Read an un-numbered line that ends in a colon and names what follows; a salutation is none."""
    if _BLOCK.fullmatch(line) and not _SALUTATION.match(line):
        return Heading(SectionKind.BLOCK, "", 0, line[:-1].strip())
    return None


def opens_closing(line: str) -> bool:
    """Whether a paragraph begins the closing part that the five texts leave without a heading."""
    return _CLOSING.match(line) is not None


def continues_heading(line: str) -> bool:
    """Whether a line can be the second line of a wrapped heading."""
    return len(line) <= MAX_CONTINUATION and not _ENDS_SENTENCE.search(line)


def plain_short(line: str) -> bool:
    """Whether a line reads like a heading that has lost its mark: short, no punctuation in or behind it."""
    return 4 <= len(line) <= MAX_CONTINUATION and not re.search(r"[。！？；：，、:;,.\d]", line)


def run_in(line: str) -> RunIn | None:
    """Read the title that opens a paragraph.

    The forms of the five texts: ``名称。…``, ``名称：…``, ``——名称。…``, ``一是名称。…``,
    ``7.名称:…`` and ``“名称”，即…``. A title has no comma and something must follow it.
    """
    match = _RUN_IN.match(line) or _DEFINED.match(line)
    if match is None or _YEAR_FIRST.match(match[2]):
        return None
    return RunIn(number=match[1] or "", title=match[2].strip(), length=match.end())
