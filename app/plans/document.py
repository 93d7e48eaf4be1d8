"""A plan text as the other rooms see it: clean text, outline, paragraphs, and the way back to the file.

Offsets count code points of the clean text. Whatever is quoted is a slice of it, and every slice leads
back to the raw file. This module reads files; it interprets nothing.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from app.errors import MissingInputError
from app.plans.cleaning import CleanText, clean_text
from app.plans.model import Paragraph, Passage, PassageRole, PlanRecord, Section, SectionKind
from app.plans.outline import read_outline
from app.plans.sentences import sentence_spans

CONTEXT = 20
"""Characters of prefix and suffix in a passage (W3C TextQuoteSelector)."""


@dataclass(frozen=True, eq=False)
class PlanText:
    """A plan, read.

    ``sections`` are in the order of their starts, parents before children; ``paragraphs`` in the order
    of the text, headings not among them. ``tables`` holds the ids of the sections that are flattened
    tables: their paragraphs are cells, not prose.
    """

    record: PlanRecord
    raw: str
    source: CleanText
    sections: tuple[Section, ...]
    paragraphs: tuple[Paragraph, ...]
    tables: frozenset[str]

    @property
    def clean(self) -> str:
        """The clean text."""
        return self.source.text

    def to_raw(self, offset: int) -> int:
        """Return the raw offset of a clean offset.

        Raises
        ------
        IndexError
            If the offset lies outside ``[0, len(clean)]``.
        """
        return self.source.to_raw(offset)

    def to_clean(self, raw_offset: int) -> int:
        """Return the clean offset of the first kept character at or behind a raw offset."""
        return self.source.to_clean(raw_offset)

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the raw span of a clean span, from its first kept character to its last."""
        if end <= start:
            return self.to_raw(start), self.to_raw(start)
        return self.to_raw(start), self.to_raw(end - 1) + 1

    def raw_lines(self, start: int, end: int) -> tuple[int, int]:
        """Return the first and last line of the raw file that a clean span touches, 1-based."""
        return self._raw_line(start), self._raw_line(max(start, end - 1))

    def path_at(self, offset: int) -> tuple[Section, ...]:
        """Return the sections that hold an offset, from chapter to innermost."""
        index = bisect_right(self._section_starts, offset) - 1
        section: Section | None = self.sections[index] if index >= 0 else None
        while section is not None and not section.start <= offset < section.end:
            section = self._by_id.get(section.parent or "")
        path: list[Section] = []
        while section is not None:
            path.append(section)
            section = self._by_id.get(section.parent or "")
        return tuple(reversed(path))

    def section(self, section_id: str) -> Section:
        """Return the section with this id.

        Raises
        ------
        KeyError
            If the plan has no such section.
        """
        return self._by_id[section_id]

    def sentence_at(self, offset: int) -> tuple[int, int]:
        """Return the span of the sentence that holds an offset (see :mod:`app.plans.sentences`).

        A heading line and a table cell are sentences of their own.
        """
        index = bisect_right(self._sentence_starts, offset) - 1
        return self._sentences[index]

    def sentences(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        """Return the spans of the sentences that begin in a clean span."""
        first = bisect_right(self._sentence_starts, start - 1)
        last = bisect_right(self._sentence_starts, end - 1)
        return self._sentences[first:last]

    def passage(
        self, start: int, end: int, role: PassageRole, mentions: Sequence[tuple[int, int]] = ()
    ) -> Passage:
        """Quote a clean span.

        Raises
        ------
        IndexError
            If the span is empty or lies outside the clean text.
        """
        if not 0 <= start < end <= len(self.clean):
            raise IndexError(f"{start}-{end} is no span of {self.record.id}")
        return Passage(
            plan=self.record.id,
            start=start,
            end=end,
            exact=self.clean[start:end],
            prefix=self.clean[max(0, start - CONTEXT) : start],
            suffix=self.clean[end : end + CONTEXT],
            role=role,
            path=tuple((s.id, s.label, s.inferred) for s in self.path_at(start)),
            mentions=tuple(span for span in mentions if start <= span[0] and span[1] <= end),
        )

    def chapters(self) -> tuple[Section, ...]:
        """Return the chapters, for a table of contents."""
        return tuple(s for s in self.sections if s.kind is SectionKind.CHAPTER)

    def children(self, section_id: str) -> tuple[Section, ...]:
        """Return the sections directly below a section, in the order of the text."""
        return tuple(s for s in self.sections if s.parent == section_id)

    @cached_property
    def _by_id(self) -> dict[str, Section]:
        return {s.id: s for s in self.sections}

    @cached_property
    def _section_starts(self) -> list[int]:
        return [s.start for s in self.sections]

    @cached_property
    def _sentences(self) -> tuple[tuple[int, int], ...]:
        spans: list[tuple[int, int]] = []
        for line in self.source.lines:
            spans.extend(sentence_spans(self.clean, line.start, line.end))
        return tuple(spans)

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [start for start, _ in self._sentences]

    @cached_property
    def _line_starts(self) -> list[int]:
        return [line.start for line in self.source.lines]

    def _raw_line(self, offset: int) -> int:
        return self.source.lines[bisect_right(self._line_starts, offset) - 1].raw_line


def parse_plan(record: PlanRecord, raw: str) -> PlanText:
    """Read a plan from its raw text."""
    source = clean_text(raw)
    outline = read_outline(source)
    return PlanText(
        record=record,
        raw=raw,
        source=source,
        sections=outline.sections,
        paragraphs=outline.paragraphs,
        tables=outline.tables,
    )


def read_plan(record: PlanRecord) -> PlanText:
    """Read a plan from its file, which must be the file that its record knows.

    Raises
    ------
    MissingInputError
        If the file is missing, is not UTF-8, or has changed.
    """
    cure = f"Restore it with: git checkout -- geodata/plans/{record.text.name}"
    try:
        data = record.text.read_bytes()
    except OSError:
        raise MissingInputError(record.text, "the plan text is missing", cure=cure) from None
    digest = hashlib.sha256(data).hexdigest()
    if digest != record.sha256:
        reason = f"the plan text has changed: its SHA-256 is {digest}, its record says {record.sha256}"
        raise MissingInputError(record.text, reason, cure=cure)
    try:
        return parse_plan(record, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise MissingInputError(record.text, f"the plan text is not UTF-8 ({error})", cure=cure) from None
