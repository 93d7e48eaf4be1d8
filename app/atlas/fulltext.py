"""Exact search in the plans' words: one or two characters, across word boundaries, however typed.

A text is folded once (full width to half width, lower case, no blanks) with a way back to its offsets, and
then simply scanned: five plans are 160,000 characters, which a scan passes in well under a millisecond, so
no index has to be kept, tokenised or trusted. A query in traditional characters is read as simplified.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from opencc import OpenCC

from app.atlas.reading import Reading
from app.atlas.search import fold
from app.atlas.store import Atlas

CONTEXT = 32
"""Characters shown before and behind a hit."""


@dataclass(frozen=True, slots=True)
class TextHit:
    """A place in a plan where the words stand: span in the clean text, and the words around it."""

    plan: str
    start: int
    end: int
    before: str
    exact: str
    after: str
    path: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What one question brings: rows by group, and how many text hits there are in all."""

    places: list[dict[str, Any]]
    sections: list[dict[str, Any]]
    indicators: list[dict[str, Any]]
    texts: list[TextHit]
    text_count: int


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def simplified(query: str) -> str:
    """A query in simplified characters."""
    converted: str = _converter().convert(query)
    return converted


class FoldedText:
    """A text as it is compared, with the offset each of its characters came from."""

    def __init__(self, text: str) -> None:
        characters: list[str] = []
        self._offsets: list[int] = []
        for offset, character in enumerate(text):
            for plain in unicodedata.normalize("NFKC", character).lower():
                if not plain.isspace():
                    characters.append(plain)
                    self._offsets.append(offset)
        self._folded = "".join(characters)

    def spans(self, needle: str) -> Iterator[tuple[int, int]]:
        """Spans of the original text at which the folded needle stands, without overlaps."""
        at = self._folded.find(needle)
        while at >= 0:
            last = at + len(needle)
            yield self._offsets[at], self._offsets[last - 1] + 1
            at = self._folded.find(needle, last)


class FullText:
    """All plans, folded and ready to be scanned.

    Parameters
    ----------
    atlas
        For places and indicators.
    readings
        The texts by plan id, in the order in which hits are listed.
    """

    def __init__(self, atlas: Atlas, readings: Mapping[str, Reading]) -> None:
        self._atlas = atlas
        self._readings = readings
        self._texts = {plan: FoldedText(reading.clean) for plan, reading in readings.items()}

    def search(self, query: str, *, places: int = 20, texts: int = 60) -> Found:
        """Everything that answers a query; empty for an empty one.

        Parameters
        ----------
        places, texts
            The most rows of each group; ``text_count`` counts all.
        """
        wanted = simplified(query)
        needle = fold(wanted)
        if not needle:
            return Found([], [], [], [], 0)
        hits = [(plan, span) for plan, text in self._texts.items() for span in text.spans(needle)]
        return Found(
            places=self._atlas.search(wanted, places),
            sections=list(self._sections(needle)),
            indicators=[row for row in self._atlas.indicators if needle in fold(str(row["name"]))],
            texts=[self._hit(plan, span) for plan, span in _spread(hits, texts)],
            text_count=len(hits),
        )

    def _sections(self, needle: str) -> Iterator[dict[str, Any]]:
        for plan, reading in self._readings.items():
            for section in reading.outline():
                if needle in fold(section["label"]):
                    yield {
                        "plan": plan,
                        **{key: section[key] for key in ("id", "label", "inferred", "start")},
                    }

    def _hit(self, plan: str, span: tuple[int, int]) -> TextHit:
        reading = self._readings[plan]
        start, end = span
        clean = reading.clean
        return TextHit(
            plan=plan,
            start=start,
            end=end,
            before=clean[max(0, start - CONTEXT) : start].rpartition("\n")[2],
            exact=clean[start:end],
            after=clean[end : end + CONTEXT].partition("\n")[0],
            path=tuple((section["label"], section["inferred"]) for section in reading.path_at(start)),
        )


def _spread(hits: Iterable[tuple[str, tuple[int, int]]], limit: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """At most ``limit`` hits, as evenly from all plans as there are, in the order given."""
    by_plan: dict[str, list[tuple[int, int]]] = {}
    for plan, span in hits:
        by_plan.setdefault(plan, []).append(span)
    left, quota = limit, {}
    for place, plan in enumerate(sorted(by_plan, key=lambda plan: len(by_plan[plan]))):
        quota[plan] = min(len(by_plan[plan]), left // (len(by_plan) - place))
        left -= quota[plan]
    for plan, spans in by_plan.items():
        for span in spans[: quota[plan]]:
            yield plan, span
