"""Finding a feature by its name: characters, pinyin, initials, small slips.

The index is made when the atlas is built and lives in it, so that serving needs no dictionary.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

_FUZZY_LEAST = 60  # rapidfuzz ratio; below, "near" names are noise
_EXACT, _PREFIX, _INSIDE, _SOUND, _NEAR = range(5)


def fold(text: str) -> str:
    """Text as it is compared: NFKC (full-width digits and letters), lower case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


@dataclass(frozen=True, slots=True)
class Hit:
    """A feature that answers a search, and the name that did."""

    id: str
    name: str
    rank: int


class NameIndex:
    """Names, aliases and their sounds; ``rows`` are ``(feature id, name, folded, pinyin, initials)``."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        self._rows = rows
        self._folded = [row[2] for row in rows]

    def search(self, text: str, limit: int) -> list[Hit]:
        """Features by falling likeness: same name, beginning, part, sound, near spelling."""
        query = fold(text)
        if not query:
            return []
        best: dict[str, tuple[int, int, int, str]] = {}
        for position, (feature_id, name, folded, pinyin, initials) in enumerate(self._rows):
            if folded == query:
                rank = _EXACT
            elif folded.startswith(query):
                rank = _PREFIX
            elif query in folded:
                rank = _INSIDE
            elif pinyin.startswith(query) or initials.startswith(query):
                rank = _SOUND
            else:
                continue
            candidate = (rank, len(folded), position, name)
            if feature_id not in best or candidate < best[feature_id]:
                best[feature_id] = candidate
        if not best and len(query) > 2:
            near = process.extract(
                query, self._folded, scorer=fuzz.ratio, limit=limit, score_cutoff=_FUZZY_LEAST
            )
            for _, score, position in near:
                row = self._rows[position]
                best.setdefault(row[0], (_NEAR, -int(score), position, row[1]))
        ordered = sorted(best.items(), key=lambda item: item[1])
        return [Hit(feature_id, value[3], value[0]) for feature_id, value in ordered[:limit]]
