"""Where a sentence of a plan ends.

A sentence ends at 。！？!? and also at ；;: a plan strings independent measures together with
semicolons, and a quotation or a number must not be laid to a place three measures away. A stop inside a
closed pair of brackets, or inside a short closed pair of quotation marks, ends nothing; quotation marks
that are not closed (one text has lost many of them) protect nothing. Closing marks behind a stop stay
with their sentence. Where a full stop is missing two sentences stay one: nothing is repaired.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_STOP = re.compile(r"[。！？!?；;]+[”’》）)\]】]*")
_SHIELD = re.compile(r"（[^（）\n]*）|\([^()\n]*\)|《[^《》\n]*》|“[^“”\n]{1,40}”")
_CLAUSE = re.compile(r"[，,：:]+[”’]*")


def sentence_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut ``text[start:end]`` (one line) into sentence spans; together they cover it."""
    shields = [m.span() for m in _SHIELD.finditer(text, start, end)]
    begin = start
    for stop in _STOP.finditer(text, start, end):
        if any(a < stop.start() < b - 1 for a, b in shields):
            continue
        yield begin, stop.end()
        begin = stop.end()
    if begin < end:
        yield begin, end


def clause_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a sentence into clauses at commas and colons; together they cover it."""
    shields = [m.span() for m in _SHIELD.finditer(text, start, end)]
    begin = start
    for comma in _CLAUSE.finditer(text, start, end):
        if any(a < comma.start() < b for a, b in shields):
            continue
        yield begin, comma.end()
        begin = comma.end()
    if begin < end:
        yield begin, end
