"""Request parameters: read strictly, refused with one sentence.

A parameter that an address does not know is refused rather than ignored: a misspelt filter that
silently returns everything is worse than an error.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import current_app, request

from app.atlas.query import BBox, Query, bbox_of
from app.errors import RequestError

MAX_OFFSET: Final = 1_000_000


def known_only(allowed: Collection[str] = ()) -> None:
    """Refuse unknown and repeated parameters of the current request.

    Raises
    ------
    RequestError
        Naming the parameter and the ones that are known.
    """
    for name, values in request.args.lists():
        if name not in allowed:
            known = f"可用参数：{'、'.join(sorted(allowed))}" if allowed else "此地址不接受任何参数"
            raise RequestError(f"未知参数 {name[:40]}。{known}。")
        if len(values) > 1:
            raise RequestError(f"参数 {name} 只能给出一次。")


def text(name: str) -> str | None:
    """A text parameter, stripped; None where absent or empty."""
    value = request.args.get(name, "").strip()
    longest = int(current_app.config["QUERY_LENGTH_MAX"])
    if len(value) > longest:
        raise RequestError(f"参数 {name} 过长，最多 {longest} 个字。")
    if "\x00" in value:
        raise RequestError(f"参数 {name} 含有空字符。")
    return value or None


def whole(name: str, default: int, low: int, high: int) -> int:
    """A whole-number parameter from ``low`` to ``high``."""
    raw = request.args.get(name)
    if raw is None or raw == "":
        return default
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 9 and low <= int(raw) <= high):
        raise RequestError(f"参数 {name} 应为 {low} 到 {high} 的整数。")
    return int(raw)


def flag(name: str, default: bool) -> bool:
    """A parameter that is ``true`` or ``false``."""
    raw = request.args.get(name)
    if raw is None or raw == "":
        return default
    if raw not in ("true", "false"):
        raise RequestError(f"参数 {name} 应为 true 或 false。")
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


@dataclass(frozen=True, slots=True)
class Filter:
    """What ``/features`` and ``/features.geojson`` select by."""

    bbox: BBox | None
    plan: str | None
    layer: str | None
    kind: str | None
    q: str | None
    registered: bool
    limit: int
    offset: int

    NAMES = ("bbox", "plan", "layer", "kind", "q", "registered", "limit", "offset")

    def as_query(self) -> Query:
        """The same as the atlas understands it."""
        return Query(**{name: getattr(self, name) for name in self.NAMES})


def read_filter(
    *,
    plans: Mapping[str, Any],
    layers: Mapping[str, Any],
    kinds: Collection[str],
    default_limit: int,
    others: Collection[str] = (),
) -> Filter:
    """The filter of the current request; ``others`` are parameters that the address knows besides.

    Raises
    ------
    RequestError
        Unknown parameter, or a plan, layer or kind that does not exist.
    """
    known_only((*Filter.NAMES, *others))
    chosen = Filter(
        bbox=bbox(),
        plan=text("plan"),
        layer=text("layer"),
        kind=text("kind"),
        q=text("q"),
        registered=flag("registered", default=True),
        limit=whole("limit", default_limit, 1, int(current_app.config["PAGE_LIMIT_MAX"])),
        offset=whole("offset", 0, 0, MAX_OFFSET),
    )
    for name, value, known in (
        ("plan", chosen.plan, plans),
        ("layer", chosen.layer, layers),
        ("kind", chosen.kind, kinds),
    ):
        if value is not None and value not in known:
            raise RequestError(f"{name}={value[:60]} 不存在；可用的有：{'、'.join(sorted(known)[:60])}。")
    return chosen
