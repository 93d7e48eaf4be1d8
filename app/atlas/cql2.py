"""Filters in CQL2 (OGC 21-065r2), as text or as JSON, made into conditions on features.

The ``cql2`` package parses; the expression is then checked against the queryables and compiled here,
because the package's own evaluation knows neither our types nor coordinate systems. Its schema check
is not used: it takes some 30 ms a filter and allows any function name; the compiler refuses all that
it would, in one sentence.

Nothing a filter says reaches a database or Python's ``eval``. What is offered: comparisons, IS NULL,
LIKE, BETWEEN, IN, AND/OR/NOT, CASEI, ACCENTI, DATE and TIMESTAMP, the spatial and the array functions.
Not offered, and refused by name: arithmetic, temporal functions, functions of one's own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

import cql2

from app.atlas.cql2_predicates import Compiler
from app.atlas.queryables import FEATURE_QUERYABLES, Queryables
from app.errors import RequestError
from app.language import gettext

if TYPE_CHECKING:
    from app.atlas.query import BBox, Query
    from app.atlas.store import StoredFeature
    from app.places.crs import OfferedCrs

Language = Literal["cql2-text", "cql2-json"]
LANGUAGES: Final[tuple[Language, ...]] = ("cql2-text", "cql2-json")

LENGTH_MAX: Final = 8000
"""Longest filter in characters; servers cut longer request lines anyway."""

NESTING_MAX: Final = 200
"""Most brackets and operators a text may hold. The package's parser is recursive and, somewhere above
1000 levels, overruns the thread's stack, which ends the whole process. Quotes are not looked into,
because what counts as quoted is the parser's business; so this is a cap on what could possibly nest."""

DEPTH_MAX: Final = 24
"""Most levels of an expression, geometries not counted."""

EFFORT_MAX: Final = 2**15
"""Most effort that reading a text may take. The package's parser goes back to every bracket that does
not end well and tries it as a list, so what stands in n brackets may be read 2^n times; twenty of them
would take seconds. The effort is the sum over all words and signs of 2^(brackets around it); this many
take some 0.05 s."""

_TOKEN = re.compile(r"'[^']*'?|\"[^\"]*\"?|[\w.]+|\S")
_NESTING = re.compile(r"[({\[=<>^*/%+]|-\s*(?=-)|\b(?:not|and|or|in|is|like|between|div)\b", re.IGNORECASE)
_POSITION = re.compile(r"--> (\d+):(\d+)")


@dataclass(frozen=True, slots=True)
class Cql2Filter:
    """A compiled filter; usable as ``Query(where=…)``.

    ``expression`` is the filter as CQL2 JSON, coordinates as they were written. ``bounds`` (WGS84) is a
    box that every matching feature's geometry meets; None where there is no such box.
    """

    expression: Mapping[str, Any]
    predicate: Callable[[StoredFeature], bool | None]
    bounds: BBox | None

    def matches(self, feature: StoredFeature) -> bool:
        """Whether the filter is true for the feature; where it is unknown (a value is absent), it is not."""
        return self.predicate(feature) is True


def parse_filter(
    text: str,
    *,
    lang: Language = "cql2-text",
    crs: OfferedCrs | None = None,
    queryables: Queryables = FEATURE_QUERYABLES,
) -> Cql2Filter:
    """Read a filter.

    Parameters
    ----------
    text
        The filter, at most :data:`LENGTH_MAX` characters.
    lang
        ``cql2-text`` or ``cql2-json``.
    crs
        What the filter's coordinates are in, in the authority's axis order; None is WGS84 longitude,
        latitude.
    queryables
        The properties it may name.

    Raises
    ------
    RequestError
        The filter cannot be read, names something unknown, compares what cannot be compared, or is too
        large.
    """
    if len(text) > LENGTH_MAX:
        raise RequestError(
            gettext(
                "filter 过长：%(length)s 个字符，最多 %(most)s 个。",
                length=len(text),
                most=LENGTH_MAX,
            )
        )
    if "\x00" in text:
        raise RequestError(gettext("filter 含有空字符。"))
    if lang not in LANGUAGES:
        raise RequestError(
            gettext(
                "filter-lang 应为 %(first)s 或 %(second)s。",
                first=LANGUAGES[0],
                second=LANGUAGES[1],
            )
        )
    parsed = _from_text(text) if lang == "cql2-text" else _from_json(text)
    compiler = Compiler(queryables=queryables, crs=crs)
    predicate = compiler.condition(parsed)
    return Cql2Filter(parsed, predicate, compiler.bounds(parsed))


def narrowed(query: Query) -> Query:
    """The same query, with the box of its filter as the bbox where it has none of its own.

    The answer is the same; stores find it through their spatial index instead of trying every feature.
    """
    bounds = getattr(query.where, "bounds", None)
    return query if query.bbox is not None or bounds is None else replace(query, bbox=bounds)


def _from_text(text: str) -> dict[str, Any]:
    if sum(1 for _ in _NESTING.finditer(text)) > NESTING_MAX:
        raise RequestError(
            gettext(
                "filter 过于复杂：括号和运算符合计最多 %(most)s 个。",
                most=NESTING_MAX,
            )
        )
    if _effort(text) > EFFORT_MAX:
        raise RequestError(gettext("filter 过于复杂：括号套得太深；请减少括号，或改用 cql2-json。"))
    try:
        parsed = cql2.parse_text(text).to_json()
    except Exception as error:  # the library's own, and one of no kind for a point without coordinates
        raise RequestError(
            gettext(
                "filter 不是有效的 CQL2 文本%(place)s。",
                place=_place(str(error)),
            )
        ) from None
    return _checked(parsed)


def _effort(text: str) -> int:
    depth = total = 0
    for token in _TOKEN.finditer(text):
        depth = max(0, depth + (token[0] == "(") - (token[0] == ")"))
        total += 1 << depth
    return total


def _from_json(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except RecursionError:
        raise RequestError(
            gettext(
                "filter 嵌套过深，最多 %(most)s 层。",
                most=DEPTH_MAX,
            )
        ) from None
    except ValueError as error:
        raise RequestError(
            gettext(
                "filter 不是有效的 JSON%(place)s。",
                place=_json_place(error),
            )
        ) from None
    _checked(value)  # before the package's parser sees it: that one is recursive
    try:
        parsed = cql2.parse_json(text).to_json()
    except Exception:  # as above
        raise RequestError(gettext("filter 不是有效的 CQL2 JSON 表达式。")) from None
    return _checked(parsed)


def _place(message: str) -> str:
    found = _POSITION.search(message)
    return (
        gettext(
            "（第 %(line)s 行第 %(character)s 个字符附近）",
            line=found[1],
            character=found[2],
        )
        if found
        else ""
    )


def _json_place(error: ValueError) -> str:
    place = error if isinstance(error, json.JSONDecodeError) else None
    return f"（第 {place.lineno} 行第 {place.colno} 个字符附近）" if place else ""


def _checked(value: Any) -> dict[str, Any]:
    """The expression, when it is one and not too deep.

    Raises
    ------
    RequestError
        It is a bare value, or nested more than :data:`DEPTH_MAX` levels.
    """
    if not isinstance(value, (dict, bool)):
        raise RequestError(gettext("filter 应为一个条件，例如 kind = 'zone'。"))
    level = [value]
    for _ in range(2 * DEPTH_MAX):  # an operator and its arguments are two levels of JSON
        level = [child for node in level for child in _children(node)]
        if not level:
            return {"op": "=", "args": [value, True]} if isinstance(value, bool) else value
    raise RequestError(
        gettext(
            "filter 嵌套过深，最多 %(most)s 层。",
            most=DEPTH_MAX,
        )
    )


def _children(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return list(node.values())
    return list(node) if isinstance(node, list) else []
