"""Numbers with units, read as they stand; garbled ones are flagged, never mended.

What is no quantity: years and dates, ordinals (第3次), numbers of houses, lines and documents (7号, 5号线,
〔2021〕4号), names (1322, 3横1纵, 500强, 5G, 4A级), hours and minutes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.plans.model import Comparator, Quantity

_UNITS = (
    "微克/立方米", "毫克/立方米", "平方公里", "万元/万口", "批次/千人", "平方米/人", "元/人", "万元/人",
    "立方米", "平方米", "个百分点", "标准箱", "人次", "公里", "千米", "公顷", "美元", "学位", "床位",
    "元", "户", "家", "个", "亩", "张", "吨", "米", "人", "名", "项", "条", "处", "座", "栋", "幢", "所",
    "套", "台", "件", "辆", "块", "片", "支", "只", "次", "倍", "岁", "枚", "盏", "部", "间", "节", "场",
    "期", "位", "笔", "具", "只", "头", "株", "%", "％", "‰",
)  # fmt: skip
_UNIT = "|".join(sorted(map(re.escape, set(_UNITS)), key=len, reverse=True))
_NUMBER = r"\d+(?:\.\d+)?"
_SCALES = {"": 1.0, "百": 1e2, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "万亿": 1e12}
_SCALE = "万亿|千万|百万|亿|万|千|百|"
_QUANTITY = re.compile(
    rf"(?<![\d.A-Za-z“第〔])(?P<low>{_NUMBER})"
    rf"(?:(?P<lowscale>万|亿)?\s*[-—―–~至到]{{1,2}}\s*(?P<high>{_NUMBER}))?\s*(?P<more>余|多)?(?P<scale>{_SCALE})(?P<more2>余|多)?"
    rf"(?P<unit>{_UNIT})(?![A-Za-z\d])"
)
_HUNDRED_THOUSANDTHS = re.compile(r"(十?万)分之([一二三四五六七八九十]|\d+)")
_DOUBLING = re.compile(r"翻(一|两)番")
_GARBLED = (
    (
        re.compile(r"(?<!\d)\d{5,}(?=号)"),
        "号",
        "号数过长，疑漏“、”",
    ),
    (
        re.compile(r"(?:率|比例|比重)[^，,。；;\d]{0,8}?(?P<n>\d+(?:\.\d+)?)(?=[，,。；;]|$)"),
        "",
        "数后无单位，疑漏“%”",
    ),
    (
        re.compile(rf"实现(?P<n>100)(?=[\u4e00-\u9fff])(?!(?:{_SCALE})(?:{_UNIT}))"),
        "",
        "数后无单位，疑漏“%”",
    ),
    (
        re.compile(r"年的(?P<n>\d+(?:\.\d+)?)(?=$|\n)"),
        "",
        "数后无单位，疑漏“倍”",
    ),
    (
        re.compile(r"[\u4e00-\u9fff](?P<n>\d{2,})(?=举办)"),
        "",
        "数后无单位，疑漏单位与标点",
    ),
)
_LOST_MARK = re.compile(r"(?:路|道|街|科技|公司|集团)$")
_MARK_LOST = "数前疑漏“等”或“、”"
_AT_LEAST = re.compile(r"不少于|不低于|至少|不小于")
_AT_MOST = re.compile(r"不高于|不超过|不大于|控制在")
_MORE = re.compile(r"超过|突破|超|高于|大于")
_LESS = re.compile(r"低于|少于|小于|压缩至")
_ABOUT = re.compile(r"(?:约|近|大约|接近)$")


def find_quantities(text: str, start: int = 0, end: int | None = None) -> list[Quantity]:
    """Read the quantities of a text.

    Parameters
    ----------
    text
        Clean text.
    start, end
        The span to read; offsets of the result count from the start of ``text``.

    Returns
    -------
    list of Quantity
        By start. ``value`` and ``upper`` have 万 and 亿 resolved; percentages are percent
        (``40%`` is 40.0), 十万分之十 is 10.0 with unit 十万分之.
    """
    stop = len(text) if end is None else end
    found = [*_plain(text, start, stop), *_worded(text, start, stop), *_garbled(text, start, stop)]
    return sorted(found, key=lambda q: (q.start, q.end))


def _plain(text: str, start: int, end: int) -> Iterator[Quantity]:
    for match in _QUANTITY.finditer(text, start, end):
        unit = match["unit"]
        if unit in "条项个" and text.startswith("”", match.end()):
            continue  # “惠企21条” and the like are names
        scale = _SCALES[match["scale"]]
        low = float(match["low"]) * (_SCALES[match["lowscale"]] if match["lowscale"] else scale)
        high = float(match["high"]) * scale if match["high"] else None
        before = text[max(start, match.start() - 12) : match.start()]
        comparator = _comparator(before, text[match.end() : match.end() + 4], match, high)
        doubt = _MARK_LOST if unit in "条个" and _LOST_MARK.search(before) else ""
        if high is not None and high <= low:
            doubt = "区间上限不大于下限"
        yield Quantity(match.start(), match.end(), match[0], low, high, unit, comparator, doubt)


def _comparator(before: str, after: str, match: re.Match[str], high: float | None) -> Comparator:
    """Read how a number is bound: words behind it win over words before it, bounds over 约 and 力争."""
    near = re.split(r"[，,。；;、]", before)[-1]
    about = after.startswith("左右") or _ABOUT.search(near) or match["more"] or match["more2"]
    readings = (
        (high is not None, Comparator.RANGE),
        (after.startswith("以上"), Comparator.AT_LEAST),
        (after.startswith(("以内", "以下")), Comparator.AT_MOST),
        (_AT_LEAST.search(near), Comparator.AT_LEAST),
        (_AT_MOST.search(near), Comparator.AT_MOST),
        (_MORE.search(near), Comparator.MORE),
        (_LESS.search(near), Comparator.LESS),
        (about, Comparator.ABOUT),
        ("力争" in near, Comparator.STRIVE),
    )
    return next((comparator for holds, comparator in readings if holds), Comparator.EQUAL)


def _worded(text: str, start: int, end: int) -> Iterator[Quantity]:
    """Read 十万分之十 and 翻一番."""
    digits = "一二三四五六七八九十"
    for match in _HUNDRED_THOUSANDTHS.finditer(text, start, end):
        value = float(match[2]) if match[2].isdigit() else float(digits.index(match[2]) + 1)
        bound = Comparator.AT_MOST if text.startswith("以下", match.end()) else Comparator.EQUAL
        yield Quantity(match.start(), match.end(), match[0], value, None, f"{match[1]}分之", bound)
    for match in _DOUBLING.finditer(text, start, end):
        value = 2.0 if match[1] == "一" else 4.0
        yield Quantity(match.start(), match.end(), match[0], value, None, "倍", Comparator.EQUAL)


def _garbled(text: str, start: int, end: int) -> Iterator[Quantity]:
    for pattern, unit, doubt in _GARBLED:
        for match in pattern.finditer(text, start, end):
            a, b = match.span("n") if "n" in match.groupdict() else match.span()
            raw = text[a:b] + (unit and text[b : b + len(unit)])
            yield Quantity(a, a + len(raw), raw, float(text[a:b]), None, unit, Comparator.EQUAL, doubt)
