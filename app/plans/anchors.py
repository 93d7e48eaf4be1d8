"""Passages carried from one edition of a plan's text to the next, each with a verdict.

How a passage is moved
----------------------
1. *By its words.* Where they stand verbatim in the new edition they are taken. Where they stand several
   times, in either edition, every place of the old edition is paired with the place of the new one whose
   surroundings (20 and 120 characters on both sides, headings, order of the sentences) are most like its
   own; pairs that are not clearly better than others are for a person to decide.
2. *By likeness*, if its words are gone: runs of sentences with similar words, at the same place. A sentence
   that stood elsewhere in the old edition is that sentence and no rewording of this one.

A likeness is vetoed if the names of places, the figures or the pointing words (:mod:`app.plans.editions`)
are not the same ones in the same order. Nothing here guesses: what is left open is ``ambiguous`` and lists
its candidates; a passage that was vetoed everywhere is ``lost``, and its candidates say what differs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from rapidfuzz.distance import Indel, Levenshtein

from app.errors import InputFileError
from app.plans.document import PlanText
from app.plans.editions import (
    FAINT,
    NARROW_GAP,
    TRIED,
    Alignment,
    Edition,
    Fact,
    Span,
    alike_runs,
    context,
)
from app.plans.model import Passage, PassageRole

SIMILAR = 0.75
"""Least likeness (normalised indel similarity) of words that are taken for a rewording at the same place."""

FAR = 0.85
"""Least likeness of words at another place that are shown to a person; they are never taken."""

SAME_SURROUNDINGS = 0.5
"""Least likeness of surroundings that are the same place, wherever the order of the text puts it."""

MARGIN = 0.05
"""What must lie between the best candidate and the next for the choice to be clear."""

_UNCHANGED = 0.9
"""Least likeness of surroundings that are as good as unchanged; then the order of the sentences decides."""


MANY = 2500
"""Pairs of places; words that stand in more pairs (a cell, a comma) tell nothing by their surroundings."""


class Verdict(StrEnum):
    """What became of a passage."""

    EXACT = "exact"
    MOVED = "moved"
    REWORDED = "reworded"
    AMBIGUOUS = "ambiguous"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place in the new edition: likeness of the words and of the surroundings, 0 to 1.

    ``difference`` tells which names or figures veto it; empty where nothing does.
    """

    start: int
    end: int
    score: float
    surroundings: float
    difference: str = ""

    @property
    def rank(self) -> float:
        """Words count more than surroundings."""
        return 0.7 * self.score + 0.3 * self.surroundings


@dataclass(frozen=True, slots=True)
class Anchored:
    """A passage and its place in the new edition; ``start`` and ``end`` are None if nothing was chosen."""

    passage: Passage
    verdict: Verdict
    start: int | None
    end: int | None
    score: float
    candidates: tuple[Candidate, ...]
    reason: str


def reanchor(
    passages: Iterable[Passage], old: PlanText, new: PlanText, names: Collection[str]
) -> list[Anchored]:
    """Carry passages from one edition to the next.

    Parameters
    ----------
    passages
        Passages of the old edition.
    old, new
        The editions.
    names
        Names of places; one that differs vetoes a match. The names that the passages mention are among
        them in any case.

    Returns
    -------
    list of Anchored
        In the order of the passages.

    Raises
    ------
    InputFileError
        If a passage is no quotation from the old edition.
    """
    quoted = list(passages)
    for passage in quoted:
        if not passage.exact or old.clean[passage.start : passage.end] != passage.exact:
            reason = f"{passage.exact[:20]!r} does not stand at {passage.start}-{passage.end} of this text"
            raise InputFileError(old.record.text, reason, cure="Name the edition that was quoted as OLD.")
    known = {*names, *(old.clean[a:b] for passage in quoted for a, b in passage.mentions)}
    mover = _Mover(Edition(old, known), Edition(new, known))
    moved: dict[tuple[int, int, PassageRole], Anchored] = {}
    results = []
    for passage in quoted:
        key = passage.start, passage.end, passage.role
        found = moved.get(key) or mover.move(passage)
        moved[key] = found
        results.append(
            Anchored(
                passage, found.verdict, found.start, found.end, found.score, found.candidates, found.reason
            )
        )
    return results


class _Mover:
    """The two editions, and the way of a passage from one to the other."""

    def __init__(self, old: Edition, new: Edition) -> None:
        self.old, self.new = old, new
        self.aligned = Alignment(old, new)
        self._pairs: dict[str, dict[tuple[Span, Span], float]] = {}

    def move(self, passage: Passage) -> Anchored:
        span = passage.start, passage.end
        places = list(self.new.occurrences(passage.exact))
        own_places, clear = self._own_places(span, passage.exact)
        if clear:
            return self._taken(passage, own_places[0])
        if own_places:
            reason = "同样的词句不止一处，前后文分不出是哪一处"
            candidates = sorted((self._candidate(span, place) for place in own_places), key=lambda c: -c.rank)
            return _open(passage, candidates[:TRIED], reason)
        return self._by_likeness(passage, places)

    # -- by words ------------------------------------------------------------------------------

    def _own_places(self, span: Span, words: str) -> tuple[list[Span], bool]:
        """Return the places of the words that may be this passage's, and whether there is no doubt."""
        if words not in self._pairs:
            here, there = list(self.old.occurrences(words)), list(self.new.occurrences(words))
            if len(here) * len(there) > MANY:
                twin = self.aligned.twin(*span)
                clear = twin is not None and context(self.old, span, self.new, twin) >= _UNCHANGED
                return ([twin], True) if twin and clear else (there[:TRIED], False)
            only = len(here) == len(there) == 1
            self._pairs[words] = {(a, b): 1.0 if only else self._likeness(a, b) for a in here for b in there}
        pairs = self._pairs[words]
        holders: dict[Span, Span] = {}  # place in the new edition → place in the old one
        settled: dict[Span, Span] = {}
        for a, b in sorted(pairs, key=lambda pair: (-pairs[pair], pair)):
            if a not in settled and b not in holders:
                settled[a], holders[b] = b, a
        chosen = settled.get(span)
        least = pairs[span, chosen] - MARGIN if chosen else 0.0
        # A place is open if its holder, should it be another, has no clearly better claim to it.
        mine = {b: likeness for (a, b), likeness in pairs.items() if a == span and likeness >= least}
        held = {b: pairs[holders.get(b, span), b] for b in mine}
        places = [b for b, own in mine.items() if own >= held[b] - MARGIN or held[b] < SAME_SURROUNDINGS]
        if chosen is None or len(places) != 1:
            return places, False
        # Others may fit as well, if their own place is gone or no better for them.
        rivals = {a for a, b in pairs if a != span and pairs[a, chosen] >= least}
        doubt = any(a not in settled or pairs[a, chosen] >= pairs[a, settled[a]] - MARGIN for a in rivals)
        return places, not doubt and pairs[span, chosen] >= SAME_SURROUNDINGS

    def _likeness(self, a: Span, b: Span) -> float:
        likeness = context(self.old, a, self.new, b)
        in_order = likeness >= _UNCHANGED and self.aligned.twin(*a) == b
        return likeness + 2 * MARGIN if in_order else likeness

    def _taken(self, passage: Passage, place: Span) -> Anchored:
        """Take words that stand verbatim, unless what they belong to has changed."""
        span = passage.start, passage.end
        candidate = self._candidate(span, place)
        if passage.role is PassageRole.BLOCK:
            headings = (self._heading_facts(self.old, span), self._heading_facts(self.new, place))
            if headings[0] != headings[1]:
                words = f"词句未变，所在标题不同：{headings[0] or '—'} → {headings[1] or '—'}"
                return _open(passage, [candidate], words)
        grown = self._grown(span, place)
        if candidate.difference or self._differ(grown, place):
            return _open(passage, [candidate], "词句未变，同句前后接上了别的地名或数字")
        if grown != place:
            return _settled(passage, Verdict.REWORDED, candidate, "词句未变，同句前后有增补")
        if place == span:
            return _settled(passage, Verdict.EXACT, candidate, "")
        return _settled(passage, Verdict.MOVED, candidate, f"{place[0] - span[0]:+d}字")

    def _grown(self, span: Span, place: Span) -> Span:
        """Widen a place to its sentences at the ends where the passage ended with its own."""
        mine, theirs = self._sentences(self.old, span), self._sentences(self.new, place)
        return (
            theirs[0] if mine[0] == span[0] else place[0],
            theirs[1] if mine[1] == span[1] else place[1],
        )

    def _differ(self, grown: Span, place: Span) -> bool:
        return self.new.facts(*grown) != self.new.facts(*place)

    @staticmethod
    def _sentences(edition: Edition, span: Span) -> Span:
        return edition.outer(*edition.cover(*span))

    @staticmethod
    def _heading_facts(edition: Edition, span: Span) -> str:
        """Return the facts of the innermost heading around a span, as one line."""
        path = edition.plan.path_at(span[0])
        if not path:
            return ""
        return "、".join(fact.text for fact in edition.facts(path[-1].start, path[-1].body_start))

    # -- by likeness ---------------------------------------------------------------------------

    def _by_likeness(self, passage: Passage, taken: list[Span]) -> Anchored:
        span = passage.start, passage.end
        own = self.old.cover(*span)
        found = [
            self._candidate(span, place)
            for place in alike_runs(self.old, span, self.new, self.aligned.gap(*own))
            if not self._is_other(place, own, taken)
        ]
        found = _apart([c for c in found if c.score >= FAINT])
        free = [c for c in found if not c.difference]
        if not free:
            reason = "同样的词句属于原文另一处" if taken else "新文本中没有相近的词句"
            reason = f"相近的词句地名或数字不同：{found[0].difference}" if found else reason
            return _lost(passage, found, reason)
        best = free[0]
        if not self._same_place(own, best):
            far = [c for c in free if c.score >= FAR]
            return (
                _open(passage, far, "相近的词句在别处")
                if far
                else _lost(passage, found, "原处没有相近的词句")
            )
        ties = [c for c in found if c.rank >= best.rank - MARGIN]
        if doubt := self._doubt(best, ties, own):
            return _open(passage, ties, doubt)
        return _settled(
            passage, Verdict.REWORDED, best, _changes(passage.exact, self.new.clean[best.start : best.end])
        )

    def _doubt(self, best: Candidate, ties: list[Candidate], own: Span) -> str:
        """Say why the best candidate is no clear choice; empty if it is."""
        if len(ties) > 1:
            return f"相近的词句有{len(ties)}处，难分高下"
        if best.score < SIMILAR:
            return "原处词句改动较大"
        return "原文另有一句同样可能改写成它" if self._is_claimed(best, own) else ""

    def _is_other(self, place: Span, own: Span, taken: list[Span]) -> bool:
        """Whether a place holds, or is, a sentence that stood elsewhere in the old edition."""
        if any(start < place[1] and place[0] < end for start, end in taken):
            return True
        for index in range(*self.new.cover(*place)):
            here = self.aligned.backward.get(index)
            known = [here] if here is not None else self.old.where.get(self.new.texts[index], [])
            if known and not any(own[0] <= i < own[1] for i in known):
                return True
        return False

    def _same_place(self, own: Span, candidate: Candidate) -> bool:
        lower, upper = self.aligned.gap(*own)
        first, last = self.new.cover(candidate.start, candidate.end)
        inside = lower <= first and last <= upper and upper - lower <= NARROW_GAP + own[1] - own[0]
        return inside or candidate.surroundings >= SAME_SURROUNDINGS

    def _is_claimed(self, candidate: Candidate, own: Span) -> bool:
        """Whether another sentence that is gone from the new edition may as well have become this one."""
        place = candidate.start, candidate.end
        for rival in alike_runs(self.new, place, self.old, (0, 0)):
            indices = range(*self.old.cover(*rival))
            if any(own[0] <= i < own[1] or self.old.texts[i] in self.new.where for i in indices):
                continue
            claim = self._candidate(rival, place)
            if not claim.difference and claim.rank >= candidate.rank - MARGIN:
                return True
        return False

    def _candidate(self, span: Span, place: Span) -> Candidate:
        place = self._trimmed(span, place)
        words, there = self.old.clean[slice(*span)], self.new.clean[slice(*place)]
        difference = _difference(self.old.facts(*span), self.new.facts(*place))
        surroundings = context(self.old, span, self.new, place)
        return Candidate(*place, Indel.normalized_similarity(words, there), surroundings, difference)

    def _trimmed(self, span: Span, place: Span) -> Span:
        """Cut a run of sentences to the part that answers a passage which is part of its sentences."""
        outer = self._sentences(self.old, span)
        if (
            outer == span
            or self._sentences(self.new, place) != place
            or self.new.clean[slice(*place)] == self.old.clean[slice(*span)]
        ):
            return place
        opcodes = Levenshtein.opcodes(self.old.clean[slice(*outer)], self.new.clean[slice(*place)])
        start, end = place
        for op in opcodes:
            if op.src_start <= span[0] - outer[0] < max(op.src_end, op.src_start + 1):
                start = place[0] + min(op.dest_end, op.dest_start + span[0] - outer[0] - op.src_start)
            if op.src_start < span[1] - outer[0] <= op.src_end:
                end = place[0] + min(op.dest_end, op.dest_start + span[1] - outer[0] - op.src_start)
        return (start, end) if start < end else place


def _apart(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Keep the best of candidates that overlap, by rank."""
    kept: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda c: (-c.rank, c.start)):
        if not any(k.start < candidate.end and candidate.start < k.end for k in kept):
            kept.append(candidate)
    return kept[:TRIED]


def _settled(passage: Passage, verdict: Verdict, place: Candidate, reason: str) -> Anchored:
    return Anchored(passage, verdict, place.start, place.end, place.score, (place,), reason)


def _lost(passage: Passage, candidates: Iterable[Candidate], reason: str) -> Anchored:
    found = tuple(candidates)
    return Anchored(
        passage, Verdict.LOST, None, None, max((c.score for c in found), default=0.0), found, reason
    )


def _open(passage: Passage, candidates: Iterable[Candidate], reason: str) -> Anchored:
    found = tuple(candidates)
    score = max(c.score for c in found)
    return Anchored(passage, Verdict.AMBIGUOUS, None, None, score, found, reason)


def _difference(old: Iterable[Fact], new: Iterable[Fact]) -> str:
    """Name the facts that are not the same ones in the same order; empty if all are."""
    here, there = list(old), list(new)
    matcher = SequenceMatcher(None, [f.token for f in here], [f.token for f in there], autojunk=False)
    return "；".join(
        f"{'、'.join(f.text for f in here[a:b]) or '无'} → {'、'.join(f.text for f in there[c:d]) or '无'}"
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    )


def _changes(old: str, new: str) -> str:
    """Show how words were changed, for people."""
    shown = [
        f"{old[op.src_start : op.src_end] or '无'} → {new[op.dest_start : op.dest_end] or '无'}"
        for op in Levenshtein.opcodes(old, new)
        if op.tag != "equal"
    ]
    return "；".join(shown[:3]) + (f" 等{len(shown)}处" if len(shown) > 3 else "")
