"""Chinese words for the identifiers in the data, and the template filters that use them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from app.maps.styles import MARKER_PATHS

KINDS: Mapping[str, str] = {
    "structure": "空间结构",
    "zone": "功能区",
    "corridor": "带／廊道",
    "axis": "轴线",
    "street": "街道",
    "road": "道路",
    "rail": "轨道线路",
    "station": "车站",
    "water": "水域",
    "wetland": "湿地",
    "port": "港口／港区",
    "park": "公园绿地",
    "square": "广场",
    "block": "街区",
    "parcel": "地块",
    "building": "楼宇",
    "mall": "商业综合体",
    "cultural": "文化设施",
    "heritage": "历史文化",
    "scenic": "景点",
    "facility": "公共设施",
    "town": "街镇",
    "project": "项目",
    "industrial-park": "产业园区",
}
CERTAINTIES: Mapping[str, str] = {
    "located": "确定",
    "approximate": "近似",
    "indicative": "示意",
    "none": "未落图",
}
LEVELS: Mapping[str, str] = {"headline": "规划主干", "project": "具体项目", "mention": "文中提及"}
METHODS: Mapping[str, str] = {
    "osm": "按名称和所在区与 OpenStreetMap 的同名地物相配。",
    "admin": "取行政区、街镇或功能区的范围；参考数据只有外包框的，用外包框。",
    "bounded": "由规划写明的四至道路、河流围合计算得出。",
    "along": "沿规划写明的道路、河流或区界截取得出。",
    "crossing": "取两条道路的交会处。",
    "union": "由其组成要素的范围合并而成。",
    "near": "以有名称的地点为中心，按所列半径示意，并非实际边界。",
    "digitised": "依据所列资料手工勾绘。",
    "unlocated": "没有落图。",
}
SOURCES: Mapping[str, str] = {
    "streets": "道路",
    "places": "地名点",
    "buildings": "建筑",
    "stops": "公交站点",
    "stations": "车站",
    "waters": "水系",
    "towns": "街镇",
    "districts": "区界",
    "coast": "海岸线",
    "feature": "本图集要素",
    "digitised": "手工勾绘",
    "editor": "编者依据",
    "method": "做法",
    "cure": "可据以定位的资料",
}
REASONS: Mapping[str, str] = {
    "no-place-name": "文中没有写明地点",
    "unnamed-set": "文中只写了总数或统称，没有列出名称",
    "ambiguous": "同名不止一处，文中不足以分辨",
    "outside-reference": "参考数据中没有这处地物",
    "not-fixed": "选址尚未确定",
    "garbled": "原文残缺",
}
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
        LEVEL_WORDS=LEVEL_WORDS,
    )
