"""From the raw file of a plan to clean text, character by character accountable.

Only page noise goes: accessibility bar, metadata header, site menu, footer, a stray backtick, the
newspaper's turn-over marks, Word's ``[bookmark: …]`` tags, blank lines, indents. A run of odd spaces
inside a line becomes one plain space. Everything else stays, doubtful characters above all: this room
never repairs a text.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from dataclasses import dataclass

HEADER_LINES = 15
"""The metadata header of a government page stands within its first lines; the same words later are text."""

_HEADER = re.compile(
    r"丨\s*网站无障碍"
    r"|(?:名\s*称|索\s*引\s*号|发文字号|成文日期|有\s*效\s*性)\s*[:：]"
    r"|发布日期\s*[:：].*发布者\s*[:：]"
    r"|(?:首\s*页)(?:\s+\S{2,6}){3,}$"
)
_FOOTER = re.compile(r"法律声明\s*\|\s*关于我们")
_TURN_OVER = re.compile(r"[(（](?:下转|上接)第\d+版[)）]$")
_BOOKMARK = re.compile(r"\[bookmark: _\w+\]")
_SPACES = re.compile(r"[\s\u200b\ufeff]+")


@dataclass(frozen=True, slots=True)
class CleanLine:
    """A line of the clean text and what its layout in the raw file said.

    ``start`` and ``end`` are clean offsets; ``raw_line`` is 1-based. ``lone_space`` is True where the
    raw line, without its bookmark tags, began with exactly one plain space: in a text that was
    converted from Word this is all that is left of a lost heading. ``blanks_before`` counts the blank
    raw lines directly above.
    """

    start: int
    end: int
    raw_line: int
    lone_space: bool
    trailing_space: bool
    tabbed: bool
    blanks_before: int


@dataclass(frozen=True, slots=True, eq=False)
class CleanText:
    """The clean text, its lines, and the raw offset of every one of its characters.

    ``offsets[i]`` is the raw offset of ``text[i]``, strictly increasing; a line feed maps to the raw
    line feed directly before the next kept line.
    """

    text: str
    lines: tuple[CleanLine, ...]
    offsets: array[int]
    bookmarks: int

    def to_raw(self, offset: int) -> int:
        """Return the raw offset of a clean offset; ``len(text)`` maps to just behind the last character.

        Raises
        ------
        IndexError
            If the offset lies outside ``[0, len(text)]``.
        """
        if offset == len(self.text) and self.text:
            return self.offsets[-1] + 1
        if not 0 <= offset < len(self.text):
            raise IndexError(f"offset {offset} is not in the clean text of {len(self.text)} characters")
        return self.offsets[offset]

    def to_clean(self, raw_offset: int) -> int:
        """Return the clean offset of the first kept character at or behind a raw offset."""
        return bisect_left(self.offsets, raw_offset)


def clean_text(raw: str) -> CleanText:
    """Take the page noise out of a raw plan text.

    Parameters
    ----------
    raw
        The file as decoded, line feeds as they stand.

    Returns
    -------
    CleanText
        One paragraph, heading or table cell a line, joined by single line feeds.
    """
    characters: list[str] = []
    offsets = array("L")
    lines: list[CleanLine] = []
    blanks = 0
    raw_start = 0
    for number, raw_line in enumerate(raw.split("\n"), start=1):
        kept = _without_bookmarks(raw_line)
        content = "".join(raw_line[i] for i in kept)
        stripped = content.strip()
        if _FOOTER.match(stripped):
            break
        if not stripped:
            blanks += 1
        elif not _is_noise(stripped, number):
            if characters:
                characters.append("\n")
                offsets.append(raw_start - 1)
            start = len(characters)
            for text, index in _squeezed(content, kept):
                characters.append(text)
                offsets.append(raw_start + index)
            lines.append(
                CleanLine(
                    start=start,
                    end=len(characters),
                    raw_line=number,
                    lone_space=content.startswith(" ") and not content[1:2].isspace(),
                    trailing_space=content[-1].isspace(),
                    tabbed=content.startswith("\t"),
                    blanks_before=blanks,
                )
            )
            blanks = 0
        raw_start += len(raw_line) + 1
    return CleanText(
        text="".join(characters),
        lines=tuple(lines),
        offsets=offsets,
        bookmarks=len(_BOOKMARK.findall(raw)),
    )


def _without_bookmarks(line: str) -> list[int]:
    """Return the indices of a raw line that are not part of a bookmark tag."""
    kept: list[int] = []
    position = 0
    for tag in _BOOKMARK.finditer(line):
        kept.extend(range(position, tag.start()))
        position = tag.end()
    kept.extend(range(position, len(line)))
    return kept


def _squeezed(content: str, kept: list[int]) -> list[tuple[str, int]]:
    """Return the characters of a line with their indices: no indent, runs of spaces as one plain space."""
    first = len(content) - len(content.lstrip())
    last = len(content.rstrip())
    result: list[tuple[str, int]] = []
    position = first
    for run in _SPACES.finditer(content, first, last):
        result.extend((content[i], kept[i]) for i in range(position, run.start()))
        result.append((" ", kept[run.start()]))
        position = run.end()
    result.extend((content[i], kept[i]) for i in range(position, last))
    return result


def _is_noise(line: str, number: int) -> bool:
    if line == "`" or _TURN_OVER.match(line):
        return True
    return number <= HEADER_LINES and _HEADER.match(line) is not None
