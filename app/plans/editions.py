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
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

import ahocorasick
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel, Postfix, Prefix

from app.plans.document import CONTEXT, PlanText
from app.plans.quantities import find_quantities

Span = tuple[int, int]

WIDE_CONTEXT = 120
"""Characters of wide context: where 20 on each side are alike (parallel blocks), these are not."""

FAINT = 0.6
"""Least likeness of words that are shown to a person."""

NARROW_GAP = 12
"""Sentences; a rewritten stretch up to this long between two unchanged sentences is the same place."""

TRIED = 8
"""Best sentences looked at for each sentence of a passage, and best runs compared."""

_TOKEN = re.compile(
    r"[A-Za-z\d]+(?:[.．]\d+)?"
    r"|(?!一[个批])第?[〇零一二三四五六七八九十百千万亿两]+[个家座条所处名项期号区带园轴片点线纵横大级届轮次年倍]"
    r"|[东西南北]"
)
"""Figures without a unit, letters, counts in words, and 东片区 against 西片区."""


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
        Names of places; of one inside another, the longer counts.
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
        self._fact_starts = [fact.start for fact in self._facts]
        self._longest_fact = max((fact.end - fact.start for fact in self._facts), default=0)

    def cover(self, start: int, end: int) -> Span:
        """Return the half-open range of the sentences that a span touches."""
        return bisect_right(self._ends, start), bisect_left(self._starts, end)

    def outer(self, first: int, last: int) -> Span:
        """Return the span from sentence ``first`` to the one before ``last``."""
        return self.spans[first][0], self.spans[last - 1][1]

    def facts(self, start: int, end: int) -> tuple[Fact, ...]:
        """Return the facts that a span touches, those that stand across its ends too."""
        first = bisect_left(self._fact_starts, start - self._longest_fact)
        last = bisect_left(self._fact_starts, end)
        return tuple(fact for fact in self._facts[first:last] if fact.end > start)

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
    """Return how alike the surroundings of two spans are, 0 to 1.

    The mean of seven likenesses: of the headings, and on both sides of the near words, of the wide ones, and
    of how far the near words are the same from the span outwards.
    """
    parts = [Indel.normalized_similarity(a.heading(at[0]), b.heading(there[0]))]
    for width in (CONTEXT, WIDE_CONTEXT):
        before = a.clean[max(0, at[0] - width) : at[0]], b.clean[max(0, there[0] - width) : there[0]]
        behind = a.clean[at[1] : at[1] + width], b.clean[there[1] : there[1] + width]
        parts += [Indel.normalized_similarity(*before), Indel.normalized_similarity(*behind)]
        if width == CONTEXT:
            parts += [Postfix.normalized_similarity(*before), Prefix.normalized_similarity(*behind)]
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


def alike_runs(a: Edition, span: Span, b: Edition, gap: Span) -> list[Span]:
    """Find runs of sentences in ``b`` whose words are like those of a span of ``a``, the best first.

    Every sentence of the span votes for where the run would begin, so that a run is found by what is left
    of it; ``gap`` is a range of sentences that is looked at in any case.
    """
    first, last = a.cover(*span)
    votes: defaultdict[int, float] = defaultdict(float)
    for index in range(first, last):
        like = process.extract(
            a.texts[index], b.texts, scorer=fuzz.ratio, score_cutoff=100 * FAINT, limit=TRIED
        )
        for text, score, place in like:
            votes[place - (index - first)] += score * len(text)
    starts = set(sorted(votes, key=lambda start: -votes[start])[:TRIED])
    starts.update(range(gap[0], min(gap[1], gap[0] + NARROW_GAP)))
    words = a.clean[slice(*a.outer(first, last))]
    scored: dict[Span, float] = {}
    for start in {s + shift for s in starts for shift in (-1, 0, 1)}:
        for size in (last - first - 1, last - first, last - first + 1):
            if 0 <= start < start + size <= len(b.spans):
                run = b.outer(start, start + size)
                scored[run] = Indel.normalized_similarity(words, b.clean[slice(*run)], score_cutoff=FAINT / 2)
    best = sorted(scored, key=lambda run: (-scored[run], run))
    return [run for run in best if scored[run]]


def _facts(text: str, names: Collection[str]) -> list[Fact]:
    """Find the facts of a text, those of a kind that lie inside another of its kind left out.

    Names and figures may overlap, and so may two names: a change in any of them must show.
    """
    found = [Fact(a, b, text[a:b], text[a:b]) for a, b in _outermost(_name_spans(text, names))]
    tokens = {
        # 不少于12栋 and 不超过12栋 are two figures.
        (q.start, q.end): f"{q.raw}{q.comparator}"
        for q in find_quantities(text)
    }
    for match in _TOKEN.finditer(text):
        tokens.setdefault(match.span(), match[0])
    for start, end in _outermost(tokens):
        token = unicodedata.normalize("NFKC", tokens[start, end])
        found.append(Fact(start, end, token, text[start:end]))
    return sorted(found, key=lambda fact: (fact.start, fact.end))


def _outermost(spans: Iterable[Span]) -> Iterator[Span]:
    """Leave out the spans that lie inside another."""
    reach = 0
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if end > reach:
            reach = end
            yield start, end


def _name_spans(text: str, names: Collection[str]) -> Iterator[Span]:
    automaton = ahocorasick.Automaton()
    for name in names:
        if len(name) > 1:
            automaton.add_word(name, len(name))
    if len(automaton):
        automaton.make_automaton()
        for last, length in automaton.iter(text):
            yield last + 1 - length, last + 1
