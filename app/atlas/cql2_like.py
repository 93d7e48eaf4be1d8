"""LIKE patterns: ``%`` any run of characters, ``_`` one, a backslash takes the next character as it is.

Matched segment by segment from the left, so that no pattern can take more than (length of the text) x
(length of the pattern) steps; one regular expression with many ``.*`` could be made to take for ever.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Segment:
    """What stands between two ``%`` signs: a pattern of just ``length`` characters."""

    pattern: re.Pattern[str]
    length: int


def like(pattern: str) -> Callable[[str], bool]:
    """The test for one pattern."""
    first, *middle = _segments(pattern)
    if not middle:
        return lambda text: len(text) == first.length and first.pattern.match(text) is not None
    last = middle.pop()

    def test(text: str) -> bool:
        if first.pattern.match(text) is None:
            return False
        position = first.length
        for segment in middle:
            found = segment.pattern.search(text, position)
            if found is None:
                return False
            position = found.end()
        tail = len(text) - last.length
        return tail >= position and last.pattern.match(text, tail) is not None

    return test


def _segments(pattern: str) -> list[_Segment]:
    parts: list[list[str]] = [[]]
    escaped = False
    for character in pattern:
        if escaped or character not in "%_\\":
            parts[-1].append(re.escape(character))
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == "%":
            parts.append([])
        else:
            parts[-1].append(".")
    return [_Segment(re.compile("".join(part), re.DOTALL), len(part)) for part in parts]
