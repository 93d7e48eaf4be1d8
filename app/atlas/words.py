"""Chinese words for the identifiers in the data: on pages, in exports and in styles alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

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
    "authority": "采用主管部门或权威单位提供的几何；来源和日期见依据。",
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
METHOD_TITLES: Mapping[str, str] = {
    "authority": "官方几何",
    "osm": "同名地物",
    "admin": "行政单元",
    "bounded": "道路围合",
    "along": "沿线截取",
    "crossing": "两路交口",
    "union": "合并成员",
    "near": "周边示意",
    "digitised": "手工描绘",
}
"""How a shape was located, in four characters for a list; the order is from the surest down."""
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
    "authority": "官方几何",
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


def step_of(step: Mapping[str, Any]) -> str:
    """A title of the outline; one that the source has lost and we inferred is marked."""
    return f"{step['label']}（推定标题）" if step["inferred"] else str(step["label"])


def section_of(path: Iterable[Mapping[str, Any]]) -> str:
    """A place in the outline as one line, from the chapter down."""
    return " › ".join(map(step_of, path))
