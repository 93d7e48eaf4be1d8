"""Request parameters: read strictly, refused with one sentence.

A parameter that an address does not know is refused rather than ignored: a misspelt filter that
silently returns everything is worse than an error.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from flask import current_app, request

from app.atlas.model import Status
from app.atlas.periods import period_of, periods
from app.atlas.query import AllOf, BBox, Equals, OneOf, Query, SortKey, bbox_of
from app.atlas.words import CERTAINTIES, LEVELS, METHODS
from app.errors import RequestError
from app.language import gettext as _
from app.language import listed
from app.web.access import atlas

if TYPE_CHECKING:
    from app.atlas.query import FeatureFilter
    from app.atlas.store import Atlas

MAX_OFFSET: Final = 1_000_000


def known_only(allowed: Collection[str] = ()) -> None:
    """Refuse unknown and repeated parameters of the current request; every address knows the language's.

    Raises
    ------
    RequestError
        Naming the parameter and the ones that are known.
    """
    for name, values in request.args.lists():
        if name not in allowed and name != "lang":
            if not allowed:
                raise RequestError(_("未知参数 %(name)s。此地址不接受任何参数。", name=name[:40]))
            known = listed(sorted(allowed))
            raise RequestError(_("未知参数 %(name)s。可用参数：%(known)s。", name=name[:40], known=known))
        if len(values) > 1:
            raise RequestError(_("参数 %(name)s 只能给出一次。", name=name))


def text(name: str) -> str | None:
    """A text parameter, stripped; None where absent or empty."""
    value = request.args.get(name, "").strip()
    longest = int(current_app.config["QUERY_LENGTH_MAX"])
    if len(value) > longest:
        raise RequestError(_("参数 %(name)s 过长，最多 %(most)s 个字。", name=name, most=longest))
    if "\x00" in value:
        raise RequestError(_("参数 %(name)s 含有空字符。", name=name))
    return value or None


def whole(name: str, default: int, low: int, high: int) -> int:
    """A whole-number parameter from ``low`` to ``high``."""
    raw = request.args.get(name)
    if raw is None or raw == "":
        return default
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 9 and low <= int(raw) <= high):
        raise RequestError(
            _("参数 %(name)s 应为 %(low)s 到 %(high)s 的整数。", name=name, low=low, high=high)
        )
    return int(raw)


def flag(name: str, default: bool) -> bool:
    """A parameter that is ``true`` or ``false``."""
    raw = request.args.get(name)
    if raw is None or raw == "":
        return default
    if raw not in ("true", "false"):
        raise RequestError(_("参数 %(name)s 应为 true 或 false。", name=name))
    return raw == "true"


def bbox() -> BBox | None:
    """``bbox=west,south,east,north`` in WGS84 degrees.

    Raises
    ------
    RequestError
        Not four finite numbers, out of range, or west of east.
    """
    raw = request.args.get("bbox")
    return None if raw is None or raw.strip() == "" else bbox_of(raw)


SORTABLE: Final = (
    "name", "plan", "kind", "status", "level", "certainty", "tolerance_m", "computed_area_km2",
    "computed_length_km",
)  # fmt: skip
CONDITIONS: Final = ("plan", "period", "district", "system", "kind", "status", "level", "certainty", "method")
"""What the map, the list, downloads and map sheets can all be narrowed by, under the same names."""
_EXACT: Final = ("theme", "district", "system", "method", "status", "level")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What ``/features``, its GeoJSON and downloads select and sort by.

    Parameters
    ----------
    certainty
        One of them, or several with commas between.
    layers
        Ids of layers, of which a feature lies in one; empty for all.
    """

    bbox: BBox | None
    plan: str | None
    layer: str | None
    layers: tuple[str, ...]
    kind: str | None
    theme: str | None
    district: str | None
    period: str | None
    system: str | None
    certainty: str | None
    method: str | None
    status: str | None
    level: str | None
    q: str | None
    registered: bool
    sortby: tuple[SortKey, ...]
    limit: int
    offset: int

    NAMES: ClassVar = (
        "bbox", "plan", "layer", "layers", "kind", "period", "certainty", *_EXACT, "q", "registered",
        "sortby", "limit", "offset",
    )  # fmt: skip

    def as_query(self) -> Query:
        """The same as the atlas understands it."""
        given = {name: value for name in (*CONDITIONS, "theme") if (value := getattr(self, name)) is not None}
        conditions = list(_conditions(given))
        if self.layers:
            conditions.append(OneOf("layer", frozenset(self.layers)))
        same = ("bbox", "plan", "layer", "kind", "q", "registered", "sortby", "limit", "offset")
        return Query(
            **{name: getattr(self, name) for name in same},
            where=AllOf(tuple(conditions)) if conditions else None,
        )


def _conditions(given: Mapping[str, str]) -> Iterator[FeatureFilter]:
    """Conditions that a query has no field for; values are known to be good."""
    for name in _EXACT:
        if name in given:
            yield Equals(name, given[name])
    if "certainty" in given:
        yield OneOf("certainty", frozenset(given["certainty"].split(",")))
    if "period" in given:
        running = (str(plan["id"]) for plan in atlas().plans if period_of(plan) == given["period"])
        yield OneOf("plan", frozenset(running))


def choices(store: Atlas) -> dict[str, Collection[str]]:
    """The values that each filter may have."""
    return {
        "plan": [str(plan["id"]) for plan in store.plans],
        "layer": [str(layer["id"]) for layer in store.layers],
        "kind": list(store.counts("kind")),
        "theme": [str(theme["id"]) for theme in store.themes],
        "district": sorted({str(plan["district"]) for plan in store.plans}),
        "period": periods(store.plans),
        "certainty": CERTAINTIES,
        "method": METHODS,
        "status": [status.value for status in Status],
        "level": LEVELS,
    }


def read_conditions(store: Atlas) -> tuple[dict[str, str], Query]:
    """Those of :data:`CONDITIONS` that the current request gives, and the query that asks for them.

    Raises
    ------
    RequestError
        A value that does not exist.
    """
    found = {**_chosen(store), "system": text("system")}
    given = {name: value for name in CONDITIONS if (value := found[name]) is not None}
    where = tuple(_conditions(given))
    return given, Query(plan=given.get("plan"), kind=given.get("kind"), where=AllOf(where) if where else None)


def several(name: str, known: Collection[str]) -> tuple[str, ...]:
    """A parameter of known values with commas between, each once; empty where absent.

    Raises
    ------
    RequestError
        A value that is not known, or given twice.
    """
    values = tuple(filter(None, request.args.get(name, "").split(",")))
    for value in values:
        if value not in known:
            raise RequestError(
                _(
                    "%(name)s 中的 %(value)s 不存在；可用的有：%(known)s。",
                    name=name,
                    value=value[:60],
                    known=listed(sorted(known)[:60]),
                )
            )
    if len(set(values)) < len(values):
        raise RequestError(_("%(name)s 中有的写了两次。", name=name))
    return values


def _chosen(store: Atlas) -> dict[str, str | None]:
    known = choices(store)
    sure = several("certainty", known.pop("certainty"))
    return {
        "certainty": ",".join(sure) or None,
        **{name: one_of(name, values) for name, values in known.items()},
    }


def read_filter(store: Atlas, *, default_limit: int, others: Collection[str] = ()) -> Filter:
    """The filter of the current request; ``others`` are parameters that the address knows besides.

    Raises
    ------
    RequestError
        Unknown parameter, or a value that does not exist.
    """
    known_only((*Filter.NAMES, *others))
    return Filter(
        bbox=bbox(),
        q=text("q"),
        registered=flag("registered", default=True),
        sortby=_sortby(),
        limit=whole("limit", default_limit, 1, int(current_app.config["PAGE_LIMIT_MAX"])),
        offset=whole("offset", 0, 0, MAX_OFFSET),
        layers=several("layers", [str(layer["id"]) for layer in store.layers]),
        system=text("system"),
        **_chosen(store),
    )


def one_of(name: str, known: Collection[str]) -> str | None:
    """A parameter that must be one of the known values; None where absent or empty.

    Raises
    ------
    RequestError
        Naming the values that may be given.
    """
    value = text(name)
    if value is not None and value not in known:
        raise RequestError(
            _(
                "%(name)s=%(value)s 不存在；可用的有：%(known)s。",
                name=name,
                value=value[:60],
                known=listed(sorted(known)[:60]),
            )
        )
    return value


def _sortby() -> tuple[SortKey, ...]:
    """``sortby=name,-tolerance_m``: properties in order of weight, a minus sorts downwards."""
    keys = []
    for part in filter(None, (request.args.get("sortby") or "").split(",")):
        name = part.lstrip("+-")
        if name not in SORTABLE or len(part) > len(name) + 1:
            raise RequestError(
                _(
                    "不能按“%(key)s”排序；可用的有：%(known)s，前加 - 为倒序。",
                    key=part[:40],
                    known=listed(SORTABLE),
                )
            )
        keys.append(SortKey(name, descending=part.startswith("-")))
    return tuple(keys)
