"""Chinese words for the identifiers in the data, and the template filters that use them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from app.atlas.words import CERTAINTIES, KINDS, LEVELS, METHOD_TITLES, METHODS, REASONS, SOURCES
from app.language import CHINESE, current, mark, pgettext
from app.language import gettext as _
from app.maps.styles import MARKER_PATHS

COMPARATORS: Mapping[str, str] = {
    "=": mark("为"),
    "≥": mark("不低于"),
    "≤": mark("不高于"),
    ">": mark("超过"),
    "<": mark("低于"),
    "≈": mark("约"),
    "力争": mark("力争"),
    "range": mark("区间"),
}
BASES: Mapping[str, str] = {
    "at-end": mark("期末值"),
    "annual": mark("每年"),
    "annual-mean": mark("年均"),
    "cumulative": mark("累计"),
}
CHANGES: Mapping[str, str] = {"increase": mark("增幅"), "decrease": mark("降幅"), "multiple": mark("倍数")}
SUBJECTS: Mapping[str, str] = {
    "district": mark("全区"),
    "feature": mark("一处要素"),
    "shared": mark("几处要素共担"),
}
RELATIONS: Mapping[str, str] = {
    "contains": mark("覆盖所问之处"),
    "within": mark("全在其中"),
    "overlaps": mark("部分相交"),
    "possible": mark("在容差之内"),
    "near": mark("在附近"),
}
OUTCOMES: Mapping[str, str] = {
    "met": mark("达到"),
    "short": mark("低于目标"),
    "unlike": mark("口径不同，不能比"),
}
SQUARE_KM, KM = mark("平方公里"), mark("公里")
LEVEL_WORDS: Mapping[str, str] = {
    "error": mark("错误"),
    "warning": mark("注意"),
    "info": mark("说明"),
    "note": mark("说明"),
}


def kind(value: str) -> str:
    """The word for a feature kind, in the current language."""
    return _(KINDS.get(value, value))


def level(value: str) -> str:
    """The word for how grave a finding is, in the current language."""
    if value in ("info", "note"):
        return pgettext("finding", "说明")  # the same word leads to the page about the map
    return _(LEVEL_WORDS.get(value, value))


def metres(value: float | None) -> str:
    """A tolerance as people say it: ``约 25 米``, ``about 1.5 km``."""
    if value is None:
        return ""
    if value < 1000:
        return _("约 %(number)s 米", number=f"{value:.0f}")
    return _("约 %(number)s 公里", number=f"{value / 1000:.1f}")


def measure(value: float | None, unit: str) -> str:
    """A size with as many digits as it deserves: ``1.43 平方公里``, ``2,275 km²``.

    Parameters
    ----------
    unit
        In Chinese or as a symbol; the former is said in the current language.
    """
    if value is None:
        return ""
    digits = 3 if value < 0.1 else 2 if value < 100 else 0
    return f"{value:{thousands()}.{digits}f} {_(unit)}"


def thousands() -> str:
    """How a format groups digits in the current language: not at all, or by commas."""
    return "" if current() == CHINESE else ","


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
        kind=kind, level=level, metres=metres, measure=measure, difference=difference, marked=marked
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
        OUTCOMES=OUTCOMES,
        RELATIONS=RELATIONS,
        METHOD_TITLES=METHOD_TITLES,
    )
