"""Finding a feature by its name: characters, pinyin, initials, homophones, small slips.

The index is made when the atlas is built and lives in it, so that serving needs no dictionary: how a
typed character sounds is read from the names that have it.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import accumulate

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

MOST_WORDS = 5
"""Words that one spelling of sounds, or one slip, is read as at most."""

_FEWEST_INITIALS = 2  # one letter begins half of all names; inside them it says nothing
_FEWEST_SLIPPED = 3  # of two characters one wrong leaves nothing to go by
_FEWEST_SOUNDED = 5  # letters
_TWO_SLIPS_FROM = 6  # characters; below, one slip is a small one


def fold(text: str) -> str:
    """Text as it is compared: NFKC (full-width digits and letters), lower case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


class Rank(IntEnum):
    """How a name answers, the best first."""

    EXACT = 0
    PREFIX = 1
    INSIDE = 2
    SOUND = 3
    SOUND_INSIDE = 4
    NEAR = 5


@dataclass(frozen=True, slots=True)
class Hit:
    """A feature that answers a search, the name that did, and which of its words: ``[start, end)``
    of the name as :func:`fold` has it.
    """

    id: str
    name: str
    rank: Rank
    start: int
    end: int

    @property
    def words(self) -> str:
        """The part of the folded name that answers."""
        return fold(self.name)[self.start : self.end]


@dataclass(frozen=True, slots=True)
class _Name:
    """A name of a feature; ``cuts`` are where each character's sound begins in ``sound``, and its end."""

    feature: str
    name: str
    folded: str
    sound: str
    initials: str
    cuts: tuple[int, ...]

    def characters(self, start: int, end: int) -> tuple[int, int]:
        """The characters that a span of ``sound`` touches."""
        return bisect_right(self.cuts, start) - 1, bisect_right(self.cuts, end - 1)

    def heard(self, query: str) -> tuple[int, int] | None:
        """The characters that sound so, from where one begins; None if none do."""
        at = self.sound.find(query)
        while at >= 0:
            first, last = self.characters(at, at + len(query))
            if self.cuts[first] == at:
                return first, last
            at = self.sound.find(query, at + 1)
        return None


_Answer = tuple[int, float, Hit]  # which name, how unlike (0 to 100), and how it answers


class NameIndex:
    """Names, aliases and their sounds.

    Parameters
    ----------
    rows
        ``(feature id, name, folded name, sounds)``, the sounds apart by spaces, one for each character of
        the folded name.
    """

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        self._names = [_name(*row) for row in rows]
        self._folded = [name.folded for name in self._names]
        self._sounds = [name.sound for name in self._names]
        heard: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for name in self._names:
            for at, character in enumerate(name.folded):
                heard[character][name.sound[name.cuts[at] : name.cuts[at + 1]]] += 1
        self._reading = {character: counts.most_common(1)[0][0] for character, counts in heard.items()}

    def search(self, text: str, *, slips: bool = True) -> list[Hit]:
        """Features by falling likeness, each once: same name, beginning, part, sound, near spelling.

        Near spellings are looked for only where nothing else answers, and only if ``slips`` are allowed.
        """
        query = fold(text)
        found = list(self._spelt(query)) if query else []
        if query.isascii() and query:
            found += self._heard(query)
        elif not found and len(query) > 1 and all(character in self._reading for character in query):
            sound = "".join(self._reading[character] for character in query)
            found = [item for item in self._heard(sound) if item[2].end - item[2].start == len(query)]
        if not found and slips:
            found = list(self._near(query))
        best: dict[str, tuple[int, float, int, int, Hit]] = {}
        for position, unlike, hit in found:
            key = (hit.rank, unlike, len(self._folded[position]), position, hit)
            if hit.id not in best or key[:4] < best[hit.id][:4]:
                best[hit.id] = key
        return [key[4] for key in sorted(best.values(), key=lambda key: key[:4])]

    def _spelt(self, query: str) -> Iterator[_Answer]:
        size = len(query)
        for position, name in enumerate(self._names):
            at = name.folded.find(query)
            if at >= 0:
                same = size == len(name.folded)
                rank = Rank.EXACT if same else Rank.INSIDE if at else Rank.PREFIX
                yield position, 0.0, Hit(name.feature, name.name, rank, at, at + size)

    def _heard(self, query: str) -> Iterator[_Answer]:
        """Names with the sounds of the query, the last one perhaps not typed to its end; or its initials."""
        size = len(query)
        for position, name in enumerate(self._names):
            span = name.heard(query)
            if span is None:
                at = name.initials.find(query)
                if at == 0 or (at > 0 and size >= _FEWEST_INITIALS):
                    span = at, at + size
            if span is not None:
                rank = Rank.SOUND_INSIDE if span[0] else Rank.SOUND
                yield position, 0.0, Hit(name.feature, name.name, rank, *span)

    def _near(self, query: str) -> Iterator[_Answer]:
        """Names with a part that differs from the query by a slip, or two where it is long."""
        size, by_sound = len(query), query.isascii()
        if size < (_FEWEST_SOUNDED if by_sound else _FEWEST_SLIPPED):
            return
        slips = 2 if size >= _TWO_SLIPS_FROM and not by_sound else 1
        least = 100 * (1 - slips / size) - 0.1
        spellings = self._sounds if by_sound else self._folded
        # a short name inside a long query is no slip of it
        fewest = size - (size > _FEWEST_SLIPPED)
        choices = {at: spelling for at, spelling in enumerate(spellings) if len(spelling) >= fewest}
        near = process.extract(query, choices, scorer=fuzz.partial_ratio, limit=None, score_cutoff=least)
        for spelling, likeness, position in near:
            name, (start, end) = self._names[position], _likest(query, spelling)
            if by_sound:
                start, end = name.characters(start, end)
            yield position, 100 - likeness, Hit(name.feature, name.name, Rank.NEAR, start, end)


def _likest(query: str, spelling: str) -> tuple[int, int]:
    """The span of a spelling, as long as the query, that is most like it."""
    size = len(query)
    starts = range(max(1, len(spelling) - size + 1))
    start = min(starts, key=lambda at: (Levenshtein.distance(query, spelling[at : at + size]), at))
    return start, min(len(spelling), start + size)


def _name(feature: str, name: str, folded: str, sounds: str) -> _Name:
    syllables = sounds.split(" ")
    cuts = tuple(accumulate(map(len, syllables), initial=0))
    initials = "".join(syllable[:1] for syllable in syllables)
    return _Name(feature, name, folded, "".join(syllables), initials, cuts)


def read_as(hits: Sequence[Hit]) -> list[str]:
    """The words that hits by sound or by a slip stand for, the most frequent of the best rank first."""
    if not hits or hits[0].rank < Rank.SOUND:
        return []
    best = [hit for hit in hits if hit.rank == hits[0].rank]
    counts = Counter(hit.words for hit in best if len(hit.words) > 1 and hit.words.isalnum())
    return [words for words, _ in counts.most_common(MOST_WORDS)]
