"""CQL2 expressions, already parsed, compiled into Python functions on features.

Logic is three-valued as the standard has it: what depends on an absent value is unknown (None), and
unknown is neither true nor false. Types are settled when a filter is compiled, so that comparing a
name with a number is refused instead of matching nothing.
"""

from __future__ import annotations

import operator
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from app.atlas.cql2_geometry import RELATIONS, literal_geometry
from app.atlas.cql2_like import like
from app.atlas.queryables import Queryables, ValueType
from app.errors import RequestError
from app.language import gettext, listed

if TYPE_CHECKING:
    from app.atlas.query import BBox
    from app.atlas.store import StoredFeature
    from app.places.crs import OfferedCrs

_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_ORDERED = (ValueType.TEXT, ValueType.NUMBER, ValueType.DATE)
_ARRAYS: Final[Mapping[str, Callable[[frozenset[str], frozenset[str]], bool]]] = {
    "a_equals": operator.eq,
    "a_contains": operator.ge,
    "a_containedby": operator.le,
    "a_overlaps": lambda one, other: bool(one & other),
}
_ARITHMETIC: Final = frozenset(("+", "-", "*", "/", "%", "div", "^"))


@dataclass(frozen=True, slots=True)
class Term:
    """A part of an expression that has a value: its type, how to get it, and the value if it is fixed."""

    type: ValueType
    read: Callable[[StoredFeature], Any]
    literal: Any = None


def _fixed(kind: ValueType, value: Any) -> Term:
    return Term(kind, lambda _: value, value)


def _fold_case(text: str) -> str:
    return text.casefold()


def _fold_accents(text: str) -> str:
    split = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in split if not unicodedata.combining(c)))


def moment(value: Any) -> datetime | None:
    """A date or an instant of RFC 3339 as an instant; a date is its first moment in UTC.

    Raises
    ------
    RequestError
        It is neither.
    """
    if value is None:
        return None
    try:
        if len(value) == 10:
            return datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC)
        instant = datetime.fromisoformat(value)
        if instant.tzinfo is not None and "T" in value.upper():
            return instant.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        pass
    raise RequestError(
        gettext(
            "“%(value)s”不是有效的日期或时刻，例如 2021-01-01 或 2021-01-01T00:00:00Z。",
            value=str(value)[:40],
        )
    )


class Compiler:
    """Compiles expressions over some queryables.

    Parameters
    ----------
    queryables
        The properties that may be named.
    crs
        What geometries are written in, in the authority's axis order; None is WGS84 longitude, latitude.
    """

    def __init__(self, *, queryables: Queryables, crs: OfferedCrs | None) -> None:
        self._queryables = queryables
        self._crs = crs

    def condition(self, node: Any) -> Callable[[StoredFeature], bool | None]:
        """The function that says whether ``node`` is true, false or unknown for a feature.

        Raises
        ------
        RequestError
            The expression is not a condition, or one that is not offered.
        """
        term = self._term(node)
        if term.type is not ValueType.BOOLEAN:
            raise RequestError(gettext("filter 应为一个条件，例如 kind = 'zone'；这里只有一个值。"))
        return term.read

    def bounds(self, node: Any) -> BBox | None:
        """A box (WGS84) that the geometry of every feature for which ``node`` is true meets; None without."""
        op = str(node.get("op", "")).lower() if isinstance(node, dict) else ""
        if op in RELATIONS and op != "s_disjoint":
            shapes = [self._term(part).literal for part in node["args"]]
            known = [shape for shape in shapes if shape is not None]
            return known[0].bounds if len(known) == 1 else None
        if op not in ("and", "or"):
            return None
        boxes = [self.bounds(part) for part in node["args"]]
        known = [box for box in boxes if box is not None]
        if op == "and":
            return min(known, key=lambda box: (box[2] - box[0]) * (box[3] - box[1]), default=None)
        if len(known) < len(boxes):
            return None
        west, south, east, north = zip(*known, strict=True)
        return min(west), min(south), max(east), max(north)

    def _term(self, node: Any) -> Term:
        if isinstance(node, dict):
            return self._composed(node)
        if isinstance(node, list):
            return self._list(node)
        if node is None:
            raise RequestError(gettext("filter 中不能与 NULL 比较；请用 IS NULL。"))
        if isinstance(node, bool):
            return _fixed(ValueType.BOOLEAN, node)
        return (
            _fixed(ValueType.TEXT, node) if isinstance(node, str) else _fixed(ValueType.NUMBER, float(node))
        )

    def _composed(self, node: dict[str, Any]) -> Term:
        if "op" in node:
            return self._operation(str(node["op"]).lower(), node.get("args"))
        if "property" in node:
            return self._property(node["property"])
        if "date" in node or "timestamp" in node:
            return _fixed(ValueType.DATE, moment(node.get("date", node.get("timestamp"))))
        if "type" in node or "bbox" in node:
            return _fixed(ValueType.GEOMETRY, literal_geometry(node, self._crs))
        if "interval" in node:
            raise RequestError(gettext("filter 不支持时间区间；可用 DATE 或 TIMESTAMP 比较。"))
        raise RequestError(gettext("filter 含有不能识别的表达式。"))

    def _property(self, name: Any) -> Term:
        queryable = self._queryables.get(name) if isinstance(name, str) else None
        if queryable is None:
            raise RequestError(
                gettext(
                    "filter 中的属性 %(name)s 不可查询；可用：%(offered)s。",
                    name=str(name)[:60],
                    offered=listed(self._queryables),
                )
            )
        if queryable.type is ValueType.DATE:
            return Term(ValueType.DATE, lambda feature: moment(queryable.value(feature)))
        if queryable.type is ValueType.TEXTS:
            return Term(ValueType.TEXTS, lambda feature: frozenset(queryable.value(feature) or ()))
        kind = ValueType.NUMBER if queryable.type is ValueType.INTEGER else queryable.type
        return Term(kind, queryable.value)

    def _list(self, items: list[Any]) -> Term:
        values = [self._term(item) for item in items]
        if any(value.type is not ValueType.TEXT or value.literal is None for value in values):
            raise RequestError(gettext("filter 中的列表只能由文字组成。"))
        return _fixed(ValueType.TEXTS, frozenset(value.literal for value in values))

    def _operation(self, op: str, args: Any) -> Term:
        parts = args if isinstance(args, list) else []
        if op in ("and", "or"):
            return self._junction(op, parts)
        if op in _ARITHMETIC:
            raise RequestError(
                gettext(
                    "filter 不支持算术运算（%(op)s）。",
                    op=op,
                )
            )
        if op not in _ARITY:
            raise RequestError(
                gettext(
                    "filter 不支持 %(op)s。",
                    op=op[:40],
                )
            )
        if len(parts) != _ARITY[op]:
            raise RequestError(
                gettext(
                    "filter 中的 %(op)s 应有 %(wanted)s 个参数，收到 %(given)s 个。",
                    op=op,
                    wanted=_ARITY[op],
                    given=len(parts),
                )
            )
        if op == "not":
            return self._negation(parts[0])
        if op == "in":
            return self._member(*parts)
        terms = [self._term(part) for part in parts]
        return _OTHERS[op](*terms) if op in _OTHERS else _BINARY[op](op, *terms)

    def _negation(self, part: Any) -> Term:
        inner = self.condition(part)
        return Term(ValueType.BOOLEAN, lambda f: None if (value := inner(f)) is None else not value)

    def _junction(self, op: str, parts: list[Any]) -> Term:
        if len(parts) < 2:
            raise RequestError(
                gettext(
                    "filter 中的 %(op)s 至少要有 2 个条件。",
                    op=op,
                )
            )
        conditions = [self.condition(part) for part in parts]
        decisive = op == "or"  # one true decides OR, one false decides AND

        def read(feature: StoredFeature) -> bool | None:
            unknown = False
            for condition in conditions:
                value = condition(feature)
                if value is decisive:
                    return decisive
                unknown = unknown or value is None
            return None if unknown else not decisive

        return Term(ValueType.BOOLEAN, read)

    def _member(self, part: Any, choices: Any) -> Term:
        if not isinstance(choices, list) or not choices:
            raise RequestError(gettext("filter 中的 IN 后面应为一组值，例如 kind IN ('zone','park')。"))
        equals = [_compare("=", self._term(part), self._term(choice)) for choice in choices]
        if all(isinstance(choice, str) for choice in choices):  # the usual case, by one look-up
            read, wanted = self._term(part).read, frozenset(choices)
            return Term(ValueType.BOOLEAN, lambda f: None if (value := read(f)) is None else value in wanted)

        def any_of(feature: StoredFeature) -> bool | None:
            results = [term.read(feature) for term in equals]
            return True if True in results else None if None in results else False

        return Term(ValueType.BOOLEAN, any_of)


def _compare(op: str, one: Term, other: Term) -> Term:
    if one.type is not other.type:
        raise RequestError(
            gettext(
                "filter 不能把%(one)s与%(other)s相比（%(op)s）。",
                one=gettext(one.type),
                other=gettext(other.type),
                op=op,
            )
        )
    if one.type not in _ORDERED and not (one.type is ValueType.BOOLEAN and op in ("=", "<>")):
        raise RequestError(
            gettext(
                "filter 不能用 %(op)s 比较%(one)s。",
                op=op,
                one=gettext(one.type),
            )
        )
    test, left, right = _COMPARISONS[op], one.read, other.read
    if other.literal is not None:
        fixed = other.literal
        return Term(ValueType.BOOLEAN, lambda f: None if (a := left(f)) is None else test(a, fixed))
    return Term(
        ValueType.BOOLEAN,
        lambda f: None if (a := left(f)) is None or (b := right(f)) is None else test(a, b),
    )


def _array(op: str, one: Term, other: Term) -> Term:
    if one.type is not ValueType.TEXTS or other.type is not ValueType.TEXTS:
        raise RequestError(
            gettext("filter 中的 %(op)s 只能用于文字列表，例如 A_CONTAINS(aliases, ('五大道'))。", op=op)
        )
    test, left, right = _ARRAYS[op], one.read, other.read
    return Term(ValueType.BOOLEAN, lambda f: test(left(f), right(f)))


def _spatial(op: str, one: Term, other: Term) -> Term:
    if one.type is not ValueType.GEOMETRY or other.type is not ValueType.GEOMETRY:
        raise RequestError(
            gettext(
                "filter 中的 %(op)s 只能用于几何，例如 S_INTERSECTS(geometry, POINT(117.2 39.1))。",
                op=op,
            )
        )
    relation = RELATIONS[op]
    if other.literal is not None and one.literal is None:
        # prepared on the literal's side: it is the one that is tested again and again
        test, read, fixed = relation.reverse, one.read, other.literal
        return Term(ValueType.BOOLEAN, lambda f: None if (a := read(f)) is None else bool(test(fixed, a)))
    forward, left, right = relation.forward, one.read, other.read
    return Term(
        ValueType.BOOLEAN,
        lambda f: None if (a := left(f)) is None or (b := right(f)) is None else bool(forward(a, b)),
    )


def _is_null(term: Term) -> Term:
    read = term.read
    return Term(ValueType.BOOLEAN, lambda f: read(f) is None)


def _folding(op: str, fold: Callable[[str], str]) -> Callable[[Term], Term]:
    def folded(term: Term) -> Term:
        if term.type is not ValueType.TEXT:
            raise RequestError(
                gettext(
                    "filter 中的 %(op)s 只能用于文字。",
                    op=op,
                )
            )
        if term.literal is not None:
            return _fixed(ValueType.TEXT, fold(term.literal))
        read = term.read
        return Term(ValueType.TEXT, lambda f: None if (text := read(f)) is None else fold(text))

    return folded


def _like(value: Term, pattern: Term) -> Term:
    if value.type is not ValueType.TEXT or pattern.literal is None or pattern.type is not ValueType.TEXT:
        raise RequestError(
            gettext("filter 中的 LIKE 应为“文字属性 LIKE '样式'”，% 代表任意多个字，_ 代表一个字。")
        )
    read, test = value.read, like(pattern.literal)
    return Term(ValueType.BOOLEAN, lambda f: None if (text := read(f)) is None else test(text))


def _between(value: Term, low: Term, high: Term) -> Term:
    if value.type is not ValueType.NUMBER:
        raise RequestError(gettext("filter 中的 BETWEEN 只能用于数。"))
    above, below = _compare(">=", value, low).read, _compare("<=", value, high).read

    def read(feature: StoredFeature) -> bool | None:
        first, second = above(feature), below(feature)
        if first is False or second is False:
            return False
        return None if first is None or second is None else True

    return Term(ValueType.BOOLEAN, read)


_OTHERS: Final[Mapping[str, Callable[..., Term]]] = {
    "isnull": _is_null,
    "casei": _folding("casei", _fold_case),
    "accenti": _folding("accenti", _fold_accents),
    "like": _like,
    "between": _between,
}
_BINARY: Final[Mapping[str, Callable[..., Term]]] = {
    **dict.fromkeys(_COMPARISONS, _compare),
    **dict.fromkeys(_ARRAYS, _array),
    **dict.fromkeys(RELATIONS, _spatial),
}
_ARITY: Final[Mapping[str, int]] = {
    **dict.fromkeys((*_COMPARISONS, *_ARRAYS, *RELATIONS, "like", "in"), 2),
    **dict.fromkeys(("not", "isnull", "casei", "accenti"), 1),
    "between": 3,
}
