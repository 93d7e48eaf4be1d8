"""Requests for items, read strictly: every parameter known, every value meant.

The rules are those of OGC API - Features, Part 1 (17-069r4), 7.15, Part 2 (18-058r1) and Part 3
(19-079r2). A parameter that is not known is refused; a ``limit`` above the most is taken as the most.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection as Names
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from app.atlas.cql2 import LANGUAGES, narrowed, parse_filter
from app.atlas.cql2_predicates import moment
from app.atlas.query import Query, SortKey
from app.atlas.queryables import Queryable, ValueType
from app.errors import RequestError
from app.language import gettext as _
from app.language import listed
from app.ogc.boxes import box_filter, read_numbers
from app.places.crs import GCJ02, OFFERED, WGS84, OfferedCrs, crs_named

if TYPE_CHECKING:
    from app.atlas.features import StoredFeature
    from app.atlas.query import BBox, FeatureFilter
    from app.ogc.catalogue import Catalogue, Collection

OFFERED_URIS: Final[tuple[str, ...]] = tuple(crs.uri for crs in OFFERED.values() if crs.uri)
"""The systems of the services, the one that is stored first; GCJ-02 has no URI and is for files only."""

OFFSET_MAX: Final = 10_000_000
SORT_KEYS_MAX: Final = 4
Arguments = Mapping[str, Sequence[str]]
_WHOLE = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be asked: items of a page when not told and at most, characters of a value."""

    page: int = 100
    page_max: int = 10_000
    text_max: int = 100


@dataclass(frozen=True, slots=True)
class ItemsRequest:
    """A request for items, understood: what to look for, how to write it."""

    query: Query
    limit: int
    offset: int
    crs: OfferedCrs
    properties: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class _Every:
    """Several filters at once."""

    parts: tuple[FeatureFilter, ...]
    bounds: BBox | None

    def matches(self, feature: StoredFeature) -> bool:
        """Whether all of them are met."""
        return all(part.matches(feature) for part in self.parts)


@dataclass(frozen=True, slots=True)
class _Equals:
    """A property has just this value."""

    queryable: Queryable
    value: Any

    def matches(self, feature: StoredFeature) -> bool:
        """Whether it has."""
        found = self.queryable.value(feature)
        return bool((moment(found) if self.queryable.type is ValueType.DATE else found) == self.value)


@dataclass(frozen=True, slots=True)
class _OfPlans:
    """The item belongs to one of some plans."""

    plans: frozenset[str]

    def matches(self, feature: StoredFeature) -> bool:
        """Whether it does."""
        return feature.properties["plan"] in self.plans


def single_values(arguments: Arguments, allowed: Names[str]) -> dict[str, str]:
    """The parameters that are given, each once, all known; every address knows the language's.

    Raises
    ------
    RequestError
        One is unknown or given twice, or holds a null character.
    """
    for name, values in arguments.items():
        if name not in allowed and name != "lang":
            raise RequestError(
                _("未知参数 %(name)s。可用参数：%(known)s。", name=name[:40], known=listed(sorted(allowed)))
            )
        if len(values) > 1:
            raise RequestError(_("参数 %(name)s 只能给出一次。", name=name))
        if "\x00" in values[0]:
            raise RequestError(_("参数 %(name)s 含有空字符。", name=name))
    return {name: values[0] for name, values in arguments.items()}


def offered_crs(text: str | None, name: str) -> OfferedCrs:
    """The system that a parameter names; WGS84 longitude, latitude where it names none.

    Raises
    ------
    RequestError
        It is not among :data:`OFFERED_URIS`.
    """
    if text is None:
        return WGS84
    try:
        crs = crs_named(text)
    except RequestError:
        crs = None
    if crs is None or crs.code == GCJ02:
        raise RequestError(
            _(
                "%(given)s 不可用；可用的坐标系：%(known)s。",
                given=f"{name}={text[:80]}",
                known=listed(OFFERED_URIS),
            )
        )
    return crs


def read_items(
    arguments: Arguments, *, catalogue: Catalogue, collection: Collection, limits: Limits
) -> ItemsRequest:
    """Understand a request for a collection's items.

    Raises
    ------
    RequestError
        A parameter is unknown, repeated or wrong; one sentence says which and what would be right.
    """
    by_value = catalogue.parameters(collection)
    given = single_values(arguments, catalogue.allowed(collection))
    limit = _whole(given, "limit", limits.page, 1, None)
    limit = min(limit, limits.page_max)
    offset = _whole(given, "offset", 0, 0, OFFSET_MAX)

    exact: dict[str, Any] = {"layer": collection.layer} if collection.layer else {}
    where: list[FeatureFilter] = []
    bbox: BBox | None = None
    if "bbox" in given:
        crs = offered_crs(given.get("bbox-crs"), "bbox-crs")
        bbox, precise = box_filter(read_numbers(given["bbox"]), crs)
        where += [precise] if precise else []
    elif "bbox-crs" in given:
        offered_crs(given["bbox-crs"], "bbox-crs")
    if "filter" in given:
        where.append(_filter(given, catalogue.queryables(collection)))
    elif "filter-crs" in given or "filter-lang" in given:
        _filter({**given, "filter": "true"}, {})
    for name in given.keys() & by_value.keys():
        row, value = by_value[name], _value(by_value[name], given[name], limits)
        if collection.spatial and name in ("plan", "kind"):
            exact[name] = value
        else:
            where.append(_Equals(row, value))
    if "datetime" in given:
        plans = _plans_in(given["datetime"], catalogue)
        if len(plans) < len(catalogue.plans):
            where.append(_OfPlans(plans))
    if given.get("q"):
        exact["q"] = _text("q", given["q"], limits)
    query = Query(
        bbox=bbox,
        **exact,
        where=_all_of(where),
        sortby=_sort_keys(given["sortby"], catalogue.sortables(collection)) if "sortby" in given else (),
        limit=limit,
        offset=offset,
    )
    return ItemsRequest(
        query=narrowed(query),
        limit=limit,
        offset=offset,
        crs=offered_crs(given.get("crs"), "crs"),
        properties=(
            _subset(given["properties"], catalogue.columns(collection)) if "properties" in given else None
        ),
    )


def _all_of(parts: list[FeatureFilter]) -> FeatureFilter | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    boxes = [box for part in parts if (box := getattr(part, "bounds", None)) is not None]
    return _Every(tuple(parts), min(boxes, key=_area, default=None))


def _area(box: BBox) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _whole(given: Mapping[str, str], name: str, default: int, low: int, high: int | None) -> int:
    text = given.get(name)
    if text is None:
        return default
    if not _WHOLE.fullmatch(text) or int(text) < low or (high is not None and int(text) > high):
        if high is None:
            raise RequestError(_("参数 %(name)s 应为 %(low)s 或更大的整数。", name=name, low=low))
        raise RequestError(
            _("参数 %(name)s 应为 %(low)s 到 %(high)s 的整数。", name=name, low=low, high=high)
        )
    return int(text)


def _text(name: str, text: str, limits: Limits) -> str:
    if len(text) > limits.text_max:
        raise RequestError(_("参数 %(name)s 过长，最多 %(most)s 个字。", name=name, most=limits.text_max))
    return text


def _value(row: Queryable, text: str, limits: Limits) -> Any:
    """The value of a parameter that is a property's name."""
    text = _text(row.name, text, limits)
    if row.values and text not in row.values:
        raise RequestError(
            _(
                "%(given)s 不存在；可用的有：%(known)s。",
                given=f"{row.name}={text[:60]}",
                known=listed(row.values),
            )
        )
    if row.type is ValueType.BOOLEAN:
        if text not in ("true", "false"):
            raise RequestError(_("参数 %(name)s 应为 true 或 false。", name=row.name))
        return text == "true"
    if row.type is ValueType.DATE:
        return moment(text)
    if row.type is ValueType.TEXT:
        return text
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or (row.type is ValueType.INTEGER and not number.is_integer()):
        raise RequestError(_("参数 %(name)s 应为%(type)s。", name=row.name, type=_(row.type)))
    return number


def _filter(given: Mapping[str, str], queryables: Mapping[str, Queryable]) -> FeatureFilter:
    lang = given.get("filter-lang", LANGUAGES[0])
    if lang not in LANGUAGES:
        raise RequestError(_("filter-lang 应为 %(known)s。", known=_(" 或 ").join(LANGUAGES)))
    crs = offered_crs(given.get("filter-crs"), "filter-crs")
    return parse_filter(given["filter"], lang=lang, crs=crs, queryables=queryables)


def _sort_keys(text: str, sortables: Mapping[str, Queryable]) -> tuple[SortKey, ...]:
    keys = []
    for part in text.split(","):
        name = part[1:] if part[:1] in ("+", "-", " ") else part  # "+" in an address is read as a space
        if name not in sortables:
            raise RequestError(
                _(
                    "sortby 中的 %(name)s 不能用来排序；可用：%(known)s。",
                    name=name[:40],
                    known=listed(sortables),
                )
            )
        keys.append(SortKey(name, descending=part[:1] == "-"))
    if len(keys) > SORT_KEYS_MAX or len({key.name for key in keys}) < len(keys):
        raise RequestError(_("sortby 最多 %(most)s 个属性，各不相同。", most=SORT_KEYS_MAX))
    return tuple(keys)


def _subset(text: str, columns: Mapping[str, Any]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(text.split(","))) if text else ()
    unknown = [name for name in names if name not in columns]
    if unknown:
        raise RequestError(
            _(
                "properties 中的 %(name)s 不存在；可用：%(known)s。",
                name=unknown[0][:40],
                known=listed(columns),
            )
        )
    return names


def _plans_in(text: str, catalogue: Catalogue) -> frozenset[str]:
    """Plans whose period meets an instant or interval."""
    first, last = interval(text)
    return frozenset(
        plan_id
        for plan_id, plan in catalogue.plans.items()
        if datetime(plan["start_year"], 1, 1, tzinfo=UTC) <= last
        and first < datetime(plan["end_year"] + 1, 1, 1, tzinfo=UTC)
    )


def interval(text: str) -> tuple[datetime, datetime]:
    """An instant or an interval (RFC 3339, open ends as ``..`` or nothing) as its first and last moment.

    A date alone is the whole day in UTC.

    Raises
    ------
    RequestError
        It is neither, or ends before it begins.
    """
    parts = text.split("/")
    try:
        if len(parts) == 1 and text not in ("", ".."):
            return _moments(text)
        if len(parts) == 2:
            first = datetime.min.replace(tzinfo=UTC) if parts[0] in ("", "..") else _moments(parts[0])[0]
            last = datetime.max.replace(tzinfo=UTC) if parts[1] in ("", "..") else _moments(parts[1])[1]
            if first <= last:
                return first, last
    except (ValueError, OverflowError, RequestError):
        pass
    raise RequestError(
        _("datetime 应为时刻或区间，例如 2021-06-01T00:00:00Z、2016-01-01/2020-12-31、2021-01-01/..。")
    )


def _moments(text: str) -> tuple[datetime, datetime]:
    if len(text) == 10:
        day = datetime.combine(date.fromisoformat(text), time(), UTC)
        return day, day + timedelta(days=1, microseconds=-1)
    instant = moment(text)
    if instant is None:
        raise ValueError(text)
    return instant, instant
