"""Chinese words for the identifiers in the data: on pages, in exports and in styles alike.

They are marked, not translated: whoever shows one to a reader says it in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.language import mark

KINDS: Mapping[str, str] = {
    "structure": mark("空间结构"),
    "zone": mark("功能区"),
    "corridor": mark("带／廊道"),
    "axis": mark("轴线"),
    "street": mark("街道"),
    "road": mark("道路"),
    "rail": mark("轨道线路"),
    "station": mark("车站"),
    "water": mark("水域"),
    "wetland": mark("湿地"),
    "port": mark("港口／港区"),
    "park": mark("公园绿地"),
    "square": mark("广场"),
    "block": mark("街区"),
    "parcel": mark("地块"),
    "building": mark("楼宇"),
    "mall": mark("商业综合体"),
    "cultural": mark("文化设施"),
    "heritage": mark("历史文化"),
    "scenic": mark("景点"),
    "facility": mark("公共设施"),
    "town": mark("街镇"),
    "project": mark("项目"),
    "industrial-park": mark("产业园区"),
}
CERTAINTIES: Mapping[str, str] = {
    "located": mark("确定"),
    "approximate": mark("近似"),
    "indicative": mark("示意"),
    "none": mark("未落图"),
}
LEVELS: Mapping[str, str] = {
    "headline": mark("规划主干"),
    "project": mark("具体项目"),
    "mention": mark("文中提及"),
}
METHODS: Mapping[str, str] = {
    "authority": mark("采用主管部门或权威单位提供的几何；来源和日期见依据。"),
    "osm": mark("按名称和所在区与 OpenStreetMap 的同名地物相配。"),
    "admin": mark("取行政区、街镇或功能区的范围；参考数据只有外包框的，用外包框。"),
    "bounded": mark("由规划写明的四至道路、河流围合计算得出。"),
    "along": mark("沿规划写明的道路、河流或区界截取得出。"),
    "crossing": mark("取两条道路的交会处。"),
    "union": mark("由其组成要素的范围合并而成。"),
    "near": mark("以有名称的地点为中心，按所列半径示意，并非实际边界。"),
    "digitised": mark("依据所列资料手工勾绘。"),
    "unlocated": mark("没有落图。"),
}
METHOD_TITLES: Mapping[str, str] = {
    "authority": mark("官方几何"),
    "osm": mark("同名地物"),
    "admin": mark("行政单元"),
    "bounded": mark("道路围合"),
    "along": mark("沿线截取"),
    "crossing": mark("两路交口"),
    "union": mark("合并成员"),
    "near": mark("周边示意"),
    "digitised": mark("手工描绘"),
}
"""How a shape was located, in four characters for a list; the order is from the surest down."""
SOURCES: Mapping[str, str] = {
    "streets": mark("道路"),
    "places": mark("地名点"),
    "buildings": mark("建筑"),
    "stops": mark("公交站点"),
    "stations": mark("车站"),
    "waters": mark("水系"),
    "towns": mark("街镇"),
    "districts": mark("区界"),
    "coast": mark("海岸线"),
    "feature": mark("本图集要素"),
    "digitised": mark("手工勾绘"),
    "authority": mark("官方几何"),
    "editor": mark("编者依据"),
    "method": mark("做法"),
    "cure": mark("可据以定位的资料"),
}
REASONS: Mapping[str, str] = {
    "no-place-name": mark("文中没有写明地点"),
    "unnamed-set": mark("文中只写了总数或统称，没有列出名称"),
    "ambiguous": mark("同名不止一处，文中不足以分辨"),
    "outside-reference": mark("参考数据中没有这处地物"),
    "not-fixed": mark("选址尚未确定"),
    "garbled": mark("原文残缺"),
}


def step_of(step: Mapping[str, Any]) -> str:
    """A title of the outline; one that the source has lost and we inferred is marked."""
    return f"{step['label']}（推定标题）" if step["inferred"] else str(step["label"])


def section_of(path: Iterable[Mapping[str, Any]]) -> str:
    """A place in the outline as one line, from the chapter down."""
    return " › ".join(map(step_of, path))
