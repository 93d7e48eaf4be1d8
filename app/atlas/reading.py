"""A plan text prepared for reading: what the reader's page shows, and where the places are in it.

At build time :func:`text_document` puts a plan's clean text, outline and paragraphs into the atlas; at
serving time :class:`Reading` lays the features' mentions over it. Spans are half-open, in code points of
the clean text, as everywhere.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from app.plans.document import PlanText
from app.plans.model import SectionKind, Target

Span = tuple[int, int]


def text_document(plan: PlanText, targets: Iterable[Target]) -> dict[str, Any]:
    """Everything the reader needs of a plan, as plain JSON values."""
    return {
        "clean": plan.clean,
        "raw": plan.raw,
        "sections": [
            {
                "id": section.id,
                "kind": section.kind.value,
                "level": section.level,
                "label": section.label,
                "inferred": section.inferred,
                "start": section.start,
                "body_start": section.body_start,
                "end": section.end,
                "parent": section.parent,
            }
            for section in plan.sections
        ],
        "paragraphs": [
            {
                "start": paragraph.start,
                "end": paragraph.end,
                "section": paragraph.section,
                "lines": plan.raw_lines(paragraph.start, paragraph.end),
                "cell": paragraph.section in plan.tables,
            }
            for paragraph in plan.paragraphs
        ],
        "targets": sorted({(t.quantity.start, t.quantity.end) for t in targets}),
    }


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that is marked alike: the features it names, whether it is a target's number."""

    text: str
    features: tuple[str, ...] = ()
    target: bool = False
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or a paragraph of the page. ``level`` is 0 for paragraphs, 9 for table cells."""

    id: str
    level: int
    label: str
    inferred: bool
    lines: tuple[int, int] | None
    pieces: tuple[Piece, ...]

    @property
    def features(self) -> tuple[str, ...]:
        """Features named in the block, each once, in the order of the text."""
        return tuple(dict.fromkeys(name for piece in self.pieces for name in piece.features))


CELL = 9


class Reading:
    """A plan's text with its places.

    Parameters
    ----------
    document
        The atlas document made by :func:`text_document`.
    features
        Properties of the plan's features.

    Attributes
    ----------
    passages, places
        By span: the features that a passage speaks of, and its surroundings, outline path and raw lines.
    """

    def __init__(self, document: dict[str, Any], features: Iterable[dict[str, Any]]) -> None:
        self.clean: str = document["clean"]
        self.raw: str = document["raw"]
        self.sections: list[dict[str, Any]] = document["sections"]
        self._paragraphs: list[dict[str, Any]] = document["paragraphs"]
        self._targets: list[Span] = [(a, b) for a, b in document["targets"]]
        owners: dict[Span, list[str]] = defaultdict(list)
        self.passages: dict[Span, list[str]] = defaultdict(list)
        self.places: dict[Span, dict[str, Any]] = {}
        for values in features:
            for passage in values["passages"]:
                span = passage["start"], passage["end"]
                self.passages[span].append(values["id"])
                self.places[span] = {key: passage[key] for key in ("prefix", "suffix", "path", "raw_lines")}
                for start, end in passage["mentions"]:
                    if values["id"] not in owners[start, end]:
                        owners[start, end].append(values["id"])
        self._mentions = sorted((span, tuple(ids)) for span, ids in owners.items())
        self._short = {short_id(document["clean"], span): span for span in self.passages}

    def passage_of(self, short: str) -> Span | None:
        """The passage with this short id."""
        return self._short.get(short)

    def short_of(self, span: Span) -> str:
        """The short id of a passage."""
        return short_id(self.clean, span)

    def outline(self) -> list[dict[str, Any]]:
        """Sections with a heading of their own: not those whose title opens a paragraph."""
        opening = {paragraph["start"] for paragraph in self._paragraphs}
        return [
            section
            for section in self.sections
            if section["kind"] != SectionKind.FRONT.value
            and (section["inferred"] or section["start"] not in opening)
        ]

    def path_at(self, offset: int) -> list[dict[str, Any]]:
        """Sections that hold an offset, from chapter to innermost."""
        return [section for section in self.sections if section["start"] <= offset < section["end"]]

    def blocks(self, quoted: Span | None = None) -> Iterator[Block]:
        """Headings and paragraphs in the order of the text; ``quoted`` marks a passage."""
        entries: list[tuple[int, int, dict[str, Any], bool]] = [
            (section["start"], 0, section, True) for section in self.outline()
        ]
        entries += [(paragraph["start"], 1, paragraph, False) for paragraph in self._paragraphs]
        for _, _, entry, is_heading in sorted(entries, key=lambda item: item[:2]):
            if not is_heading:
                yield Block(
                    id=f"t{entry['start']}",
                    level=CELL if entry["cell"] else 0,
                    label="",
                    inferred=False,
                    lines=(entry["lines"][0], entry["lines"][1]),
                    pieces=tuple(self.pieces(entry["start"], entry["end"], quoted)),
                )
            elif entry["inferred"]:
                yield Block(entry["id"], entry["level"], entry["label"], True, None, ())
            else:
                pieces = tuple(self.pieces(entry["start"], entry["body_start"], quoted))
                yield Block(entry["id"], entry["level"], entry["label"], False, None, pieces)

    def pieces(self, start: int, end: int, quoted: Span | None = None) -> Iterator[Piece]:
        """Cut ``clean[start:end]`` where marks begin and end; joined again, the pieces are the slice."""
        mentions = [m for m in self._between(start, end) if start <= m[0][0] and m[0][1] <= end]
        targets = [t for t in self._targets if start <= t[0] and t[1] <= end]
        spans = [span for span, _ in mentions] + targets
        if quoted is not None:
            spans.append((max(start, quoted[0]), min(end, quoted[1])))
        cuts = sorted({start, end, *(cut for span in spans for cut in span if start < cut < end)})
        for a, b in pairwise(cuts):
            named = [ids for span, ids in mentions if span[0] <= a and b <= span[1]]
            yield Piece(
                text=self.clean[a:b],
                features=tuple(dict.fromkeys(name for ids in named for name in ids)),
                target=any(t[0] <= a and b <= t[1] for t in targets),
                quoted=quoted is not None and quoted[0] <= a and b <= quoted[1],
            )

    def _between(self, start: int, end: int) -> Sequence[tuple[Span, tuple[str, ...]]]:
        first = bisect_left(self._mentions, ((start, -1), ()))
        last = bisect_left(self._mentions, ((end, -1), ()))
        return self._mentions[first:last]


def short_id(clean: str, span: Span) -> str:
    """Short permanent id of a passage: 10 hex digits over its place and its words."""
    words = f"{span[0]}-{span[1]}:{clean[span[0] : span[1]]}"
    return hashlib.sha256(words.encode()).hexdigest()[:10]
