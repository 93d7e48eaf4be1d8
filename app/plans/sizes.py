"""The area or length of land that a plan states for a place.

Land only: floor areas, areas to be refurbished, planted, maintained or heated are no sizes of a place,
whatever unit they have. A part (``其中包括…约5.2平方公里``) is not the size of the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.plans.document import PlanText
from app.plans.model import StatedSize
from app.plans.sentences import clause_spans

_NUMBER = r"(?<![\d.])\d+(?:\.\d+)?"
_AREA = re.compile(
    rf"(?P<n>{_NUMBER})\s*(?P<m>余)?(?P<u>平方公里|平方千米|万公顷|公顷|万亩|亩)(?P<behind>.{{0,6}})", re.S
)
_LENGTH = re.compile(rf"(?P<n>{_NUMBER})\s*(?P<m>余)?(?P<u>公里|千米)(?P<behind>.{{0,4}})", re.S)
_TO_KM2 = {
    "平方公里": 1.0,
    "平方千米": 1.0,
    "万公顷": 100.0,
    "公顷": 0.01,
    "万亩": 1e4 / 1500,
    "亩": 1 / 1500,
}
_AREA_CUE = re.compile(
    r"(?:面积|占地|规模|四至|用地|陆域|海域)(?:约|为|达|达到|共|总计)?$|总面积\D{0,4}$|约$|间$|[，,]$|^$|、$"
)
_LENGTH_CUE = re.compile(r"(?:总长|全长|长度?|岸线|河岸线|沿线总长|里程|全线)(?:约|为|达|达到|共)?$")
_LENGTH_BEHIND = re.compile(r"沿河|沿线|岸线|河岸|长的?|海岸")
_NO_LAND = re.compile(
    r"建筑面积|改造|绿化|绿地|养护|供热|供暖|整修|收储|管网|改燃|营业|楼宇|厂房|开工|竣工|修复|屋顶|体育场地"
    r"|拆|征|新增|新建|提升|铺设|服务半径|造林|高速|管道"
)
_PART = re.compile(r"其中|包括")


def find_sizes(plan: PlanText) -> list[StatedSize]:
    """Find the sizes of land that the prose of a plan states, in the order of the text.

    Returns
    -------
    list of StatedSize
        Areas in km² (公顷 and 亩 converted: 1 亩 = 1/1500 km²), lengths in km; ``raw`` as it stands.
    """
    sizes: list[StatedSize] = []
    for paragraph in plan.paragraphs:
        if paragraph.section not in plan.tables:
            for start, end in plan.sentences(paragraph.start, paragraph.end):
                sizes.extend(_in_sentence(plan.clean, start, end))
    return sizes


def _in_sentence(text: str, start: int, end: int) -> Iterator[StatedSize]:
    for a, b in clause_spans(text, start, end):
        for match in _AREA.finditer(text, a, b):
            before = text[a : match.start()]
            if _NO_LAND.search(before) or _PART.search(before) or not _AREA_CUE.search(before):
                continue
            yield _size("area", match, float(match["n"]) * _TO_KM2[match["u"]])
        for match in _LENGTH.finditer(text, a, b):
            before = text[a : match.start()]
            if _NO_LAND.search(before) or _PART.search(before):
                continue
            if _LENGTH_CUE.search(before) or _LENGTH_BEHIND.match(match["behind"]):
                yield _size("length", match, float(match["n"]))


def _size(kind: str, match: re.Match[str], value: float) -> StatedSize:
    end = match.end("u")
    return StatedSize(kind, value, match.string[match.start() : end], match.start(), end)
