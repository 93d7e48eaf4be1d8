"""Chinese words for the identifiers in the data, and the template filters that use them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from app.atlas.words import CERTAINTIES, KINDS, LEVELS, METHOD_TITLES, METHODS, REASONS, SOURCES
from app.maps.styles import MARKER_PATHS

COMPARATORS: Mapping[str, str] = {
    "=": "为",
    "≥": "不低于",
    "≤": "不高于",
    ">": "超过",
    "<": "低于",
    "≈": "约",
    "力争": "力争",
    "range": "区间",
}
BASES: Mapping[str, str] = {
    "at-end": "期末值",
    "annual": "每年",
    "annual-mean": "年均",
    "cumulative": "累计",
}
CHANGES: Mapping[str, str] = {"increase": "增幅", "decrease": "降幅", "multiple": "倍数"}
SUBJECTS: Mapping[str, str] = {"district": "全区", "feature": "一处要素", "shared": "几处要素共担"}
RELATIONS: Mapping[str, str] = {
    "contains": "覆盖所问之处",
    "within": "全在其中",
    "overlaps": "部分相交",
    "possible": "在容差之内",
    "near": "在附近",
}
OUTCOMES: Mapping[str, str] = {"met": "达到", "short": "低于目标", "unlike": "口径不同，不能比"}
LEVEL_WORDS: Mapping[str, str] = {"error": "错误", "warning": "注意", "info": "说明", "note": "说明"}


def kind(value: str) -> str:
    """The Chinese word for a feature kind."""
    return KINDS.get(value, value)


def metres(value: float | None) -> str:
    """A tolerance as people say it: ``约 25 米``, ``约 1.5 公里``."""
    if value is None:
        return ""
    return f"约 {value:.0f} 米" if value < 1000 else f"约 {value / 1000:.1f} 公里"


def measure(value: float | None, unit: str) -> str:
    """A size with as many digits as it deserves: ``1.43 平方公里``, ``275 平方公里``."""
    if value is None:
        return ""
    digits = 3 if value < 0.1 else 2 if value < 100 else 0
    return f"{value:.{digits}f} {unit}"


def difference(computed: float | None, stated: float | None) -> str:
    """How far a computed size is off the stated one: ``+3.4%``; empty where either is missing."""
    if computed is None or not stated:
        return ""
    return f"{(computed - stated) / stated * 100:+.1f}%"


def marked(passage: Mapping[str, Any]) -> Markup:
    """The passage's words, its mentions in ``<mark>``; nothing added, nothing taken away.

    Mentions are spans in the plan's clean text; those outside the passage or overlapping an earlier
    one are not marked.
    """
    exact, start = str(passage["exact"]), int(passage["start"])
    out: list[Markup] = []
    at = 0
    spans: Sequence[Sequence[int]] = sorted(passage.get("mentions") or ())
    for first, last in spans:
        begin, end = int(first) - start, int(last) - start
        if at <= begin < end <= len(exact):
            out += [escape(exact[at:begin]), Markup("<mark>"), escape(exact[begin:end]), Markup("</mark>")]
            at = end
    out.append(escape(exact[at:]))
    return Markup("").join(out)


def register(app: Flask) -> None:
    """Make the words known to the templates."""
    app.jinja_env.filters.update(
        kind=kind, metres=metres, measure=measure, difference=difference, marked=marked
    )
    app.jinja_env.globals.update(
        CERTAINTIES=CERTAINTIES,
        MARKER_PATHS=MARKER_PATHS,
        LEVELS=LEVELS,
        METHODS=METHODS,
        SOURCES=SOURCES,
        REASONS=REASONS,
        COMPARATORS=COMPARATORS,
        BASES=BASES,
        CHANGES=CHANGES,
        SUBJECTS=SUBJECTS,
        OUTCOMES=OUTCOMES,
        RELATIONS=RELATIONS,
        METHOD_TITLES=METHOD_TITLES,
        LEVEL_WORDS=LEVEL_WORDS,
    )
