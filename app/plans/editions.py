"""Two editions of a plan's text side by side: their sentences, and what must not differ between two.

*Facts* are what tells parallel sentences apart: names of places, figures with their units and bounds,
counts in words, letters and points of the compass. 推进A片区建设 and 推进B片区建设 are alike but for one
character, and that character is the whole matter. This module knows both editions; it judges nothing.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import takewhile

import ahocorasick
from rapidfuzz.distance import Indel

from app.plans.document import CONTEXT, PlanText
from app.plans.quantities import find_quantities

Span = tuple[int, int]

WIDE_CONTEXT = 120
"""Characters of wide context: where 20 on each side are alike (parallel blocks), these are not."""

_TOKEN = re.compile(
    r"[A-Za-z\d]+(?:[.．]\d+)?"
    r"|(?!一[个批])第?[〇零一二三四五六七八九十百千万亿两]+[个家座条所处名项期号区带园轴片点线纵横大级届轮次年倍]"
    r"|[东西南北]"
)
"""Figures without a unit, counts in words and letters, and 东片区 against 西片区."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A name, figure or pointing word in a clean text; ``token`` is what is compared, ``text`` is shown."""

    start: int
    end: int
    token: str
    text: str


class Edition:
    """A text with its sentences and facts.

    Parameters
    ----------
    plan
        The text.
    names
        Names of places; where they overlap, the longest counts.
    """

    def __init__(self, plan: PlanText, names: Collection[str]) -> None:
        self.plan = plan
        self.clean = plan.clean
        self.spans = plan.sentences(0, len(plan.clean))
        self.texts = [self.clean[a:b] for a, b in self.spans]
        self.where: dict[str, list[int]] = defaultdict(list)
        for index, text in enumerate(self.texts):
            self.where[text].append(index)
        self._starts = [a for a, _ in self.spans]
        self._ends = [b for _, b in self.spans]
        self._facts = _facts(self.clean, names)
        self._fact_ends = [fact.end for fact in self._facts]

    def cover(self, start: int, end: int) -> Span:
        """Return the half-open range of the sentences that a span touches."""
        return bisect_right(self._ends, start), bisect_left(self._starts, end)

    def outer(self, first: int, last: int) -> Span:
        """Return the span from sentence ``first`` to the one before ``last``."""
        return self.spans[first][0], self.spans[last - 1][1]

    def facts(self, start: int, end: int) -> tuple[Fact, ...]:
        """Return the facts that a span touches, those that stand across its ends too."""
        first = bisect_right(self._fact_ends, start)
        return tuple(takewhile(lambda fact: fact.start < end, self._facts[first:]))

    def heading(self, offset: int) -> str:
        """Return the labels of the sections that hold an offset, as one line."""
        return " ".join(section.label for section in self.plan.path_at(offset))

    def occurrences(self, words: str) -> Iterator[Span]:
        """Find where words stand verbatim."""
        at = self.clean.find(words)
        while at >= 0:
            yield at, at + len(words)
            at = self.clean.find(words, at + 1)


def context(a: Edition, at: Span, b: Edition, there: Span) -> float:
    """Return how alike the surroundings of two spans are, 0 to 1: near, wide, and the headings."""
    parts = [Indel.normalized_similarity(a.heading(at[0]), b.heading(there[0]))]
    for width in (CONTEXT, WIDE_CONTEXT):
        before = a.clean[max(0, at[0] - width) : at[0]], b.clean[max(0, there[0] - width) : there[0]]
        behind = a.clean[at[1] : at[1] + width], b.clean[there[1] : there[1] + width]
        parts += [Indel.normalized_similarity(*before), Indel.normalized_similarity(*behind)]
    return sum(parts) / len(parts)


class Alignment:
    """Which sentences of two editions are the same ones, in order (verbatim, longest runs first)."""

    def __init__(self, old: Edition, new: Edition) -> None:
        self.old, self.new = old, new
        self.forward: dict[int, int] = {}
        matcher = SequenceMatcher(None, old.texts, new.texts, autojunk=False)
        for a, b, size in matcher.get_matching_blocks():
            self.forward.update(zip(range(a, a + size), range(b, b + size), strict=True))
        self.backward = {there: here for here, there in self.forward.items()}

    def twin(self, start: int, end: int) -> Span | None:
        """Return the span in the new edition that an old span became, if its sentences are unchanged."""
        first, last = self.old.cover(start, end)
        there = self.forward.get(first)
        if there is None or any(self.forward.get(i) != there + i - first for i in range(first, last)):
            return None
        begin = self.new.spans[there][0] + start - self.old.spans[first][0]
        final = self.new.spans[there + last - 1 - first][0] + end - self.old.spans[last - 1][0]
        return begin, final

    def gap(self, first: int, last: int) -> Span:
        """Return the range of new sentences between the neighbours of old sentences ``first`` to ``last``."""
        place = bisect_left(self._aligned, first)
        lower = self.forward[self._aligned[place - 1]] + 1 if place else 0
        place = bisect_left(self._aligned, last)
        upper = self.forward[self._aligned[place]] if place < len(self._aligned) else len(self.new.spans)
        return lower, upper

    @cached_property
    def _aligned(self) -> list[int]:
        return sorted(self.forward)


def _facts(text: str, names: Collection[str]) -> list[Fact]:
    taken = bytearray(len(text))
    facts: list[Fact] = []

    def take(start: int, end: int, token: str) -> None:
        # Finds come longest first or left to right: one that overlaps a taken span has an end inside it.
        if not taken[start] and not taken[end - 1]:
            taken[start:end] = b"\1" * (end - start)
            facts.append(Fact(start, end, unicodedata.normalize("NFKC", token), text[start:end]))

    for start, end in sorted(_name_spans(text, names), key=lambda span: (span[0] - span[1], span[0])):
        take(start, end, text[start:end])
    for quantity in find_quantities(text):
        # 不少于12栋 and 不超过12栋 are two figures.
        take(quantity.start, quantity.end, f"{quantity.raw}{quantity.comparator}")
    for match in _TOKEN.finditer(text):
        take(*match.span(), match[0])
    return sorted(facts, key=lambda fact: fact.start)


def _name_spans(text: str, names: Collection[str]) -> Iterator[Span]:
    automaton = ahocorasick.Automaton()
    for name in names:
        if len(name) > 1:
            automaton.add_word(name, len(name))
    if len(automaton):
        automaton.make_automaton()
        for last, length in automaton.iter(text):
            yield last + 1 - length, last + 1
