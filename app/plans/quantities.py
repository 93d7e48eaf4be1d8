"""Numbers with units, read as they stand; garbled ones are flagged, never mended.

What is no quantity: years and dates, ordinals (第3次), numbers of houses, lines and documents (7号, 5号线,
〔2021〕4号), names (1322, 3横1纵, 500强, 5G, 4A级), hours and minutes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from app.language import mark
from app.plans.model import Comparator, Quantity

_UNITS = (
    "微克/立方米", "毫克/立方米", "平方公里", "元/万人口", "批次/千人", "平方米/人", "元/人",
    "立方米", "平方米", "个百分点", "标准箱", "人次", "公里", "千米", "公顷", "美元",
    "元", "户", "家", "个", "亩", "张", "吨", "米", "人", "名", "项", "条", "处", "座", "栋", "幢", "所",
    "套", "台", "件", "辆", "块", "片", "支", "只", "次", "倍", "岁", "枚", "盏", "部", "间", "节", "场",
    "期", "位", "笔", "具", "头", "株", "轨", "个工作日", "天", "热用户", "用户", "%", "％", "‰",
)  # fmt: skip
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_NUMBER = r"\d+(?:\.\d+)?"
_SCALES = {"百": 10**2, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True)) + "|"
_QUANTITY = re.compile(
    rf"(?<![\d.A-Za-z“第〔])(?P<low>{_NUMBER})"
    rf"(?:(?P<lowscale>万|亿)?\s*[-—―–~至到]{{1,2}}\s*(?P<high>{_NUMBER}))?\s*"
    rf"(?P<more>余|多)?(?P<scale>{_SCALE})(?P<more2>余|多)?(?P<unit>{_UNIT})"
    r"(?:(?=A级|\d+千伏)|(?![A-Za-z\d级津]))"
)
_COUNTED = re.compile(
    r"(?:(?<=[建培新打形构])(?:设|成|造|育|养|建|增|筑)|至少(?:[\u4e00-\u9fff]{2})?)(?P<n>[两二三四五六七八九十]|[百千](?=名))(?P<unit>[个家座条所处名项])"
)
"""A count in words right behind the verb: 打造两家, 培养千名; elsewhere it mostly counts what is listed."""

_ONE = re.compile(
    r"(?:新建|建设|建成|筹建)(?P<n>一)(?P<unit>[所座家处])"
    r"|每个?[\u4e00-\u9fff]{1,5}?(?:建成|建设|配备|打造)(?P<n2>一)(?P<unit2>[个所座家名])"
)
"""一 is a count before a house (建设一所医院) and for each of many (每个街道建成一个); else an article."""

_SUMMED = re.compile(
    r"(?<=[\u4e00-\u9fff])(?<![和及与每第])(?P<n>[两三四五六七八九十])(?P<unit>[个条座所处家片名])(?=[\u4e00-\u9fff]{2})"
)
_BUILDS = re.compile(r"建成|新建|建设|打造|形成|构建|改造|提升|完成")
_NAMES = re.compile(r"[^“”\d]*(?:、[^“”\d、]{2,}|等)")
"""What stands between the verb and a count that sums up names: 打造月牙河、工业遗存两条, 津湾演艺等三个."""

_NEXT_COUNT = re.compile(r"[培][养育][百千万]名[^，,。；;]{2,10}、(?P<n>[百千])(?P<unit>名)")
_NETWORK = re.compile(r"(?<![A-Za-z\d.])(?P<lines>\d+)线(?P<stops>\d+)站")
_COVERED = re.compile(r"(?<![\d%％、])全覆盖(?=[”]?(?:[，,。；;]|并|$))")
_ZERO = re.compile(r"(?:保持|动态)(?P<n>为零|清零)(?!”)")
_PER_MYRIAD = re.compile(r"(十?万)分之([一二三四五六七八九十]|\d+)")
_DOUBLING = re.compile(r"翻(一|两)番")
_NO_PERCENT = mark("数后无单位，疑漏“%”")
_GARBLED = (
    (re.compile(r"(?<!\d)(?P<n>\d{5,})(?P<unit>号)"), mark("号数过长，疑漏标点")),
    (
        re.compile(r"(?:率|比例|比重)[^，,。；;\d]{0,8}?(?P<n>\d+(?:\.\d+)?)(?P<unit>)(?=[，,。；;]|$)"),
        _NO_PERCENT,
    ),
    (re.compile(rf"实现(?P<n>100)(?P<unit>)(?=[\u4e00-\u9fff])(?!(?:{_SCALE})(?:{_UNIT}))"), _NO_PERCENT),
    (re.compile(r"年的(?P<n>\d+(?:\.\d+)?)(?P<unit>)$"), mark("数后无单位，疑漏“倍”")),
    (re.compile(r"[\u4e00-\u9fff](?P<n>\d{2,})(?P<unit>)(?=举办)"), mark("数后无单位，疑漏单位与标点")),
)
_PROPER = re.compile(r"(?:[^线道支铁公管网一-十条]路|[^街人轨通渠管]道|科技|公司|集团)$")
_MARK_LOST = mark("数前疑漏“等”或“、”")
_AT_LEAST = re.compile(r"(?:不少于|不低于|不小于|至少(?:建设|掌握|有|配备)?)$")
_AT_MOST = re.compile(r"(?:不高于|不超过|不大于|控制在)$")
_MORE = re.compile(r"(?:超过|突破|超|高于|大于)了?约?$")
_LESS = re.compile(r"(?:低于|少于|小于)$")
_ABOUT = re.compile(r"(?:约|近|大约|接近)$")
_TIMES = ("个工作日", "天")
_BOUNDS = (Comparator.AT_LEAST, Comparator.AT_MOST)
_SHARED = re.compile(r"[、和及]")
"""Numbers joined by these share the bound behind the last of them: 分别下降到38%、60%和70%以下."""


_EACH_HAS = re.compile(r"至少[\u4e00-\u9fff]{0,2}$")
_LISTED = re.compile(r"[^，,。；;：:\d]{1,12}[、和]")
"""A bound ahead of a list holds for its next item too: 至少有1所公办幼儿园和1所普惠性民办幼儿园."""


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
    found = [
        *_plain(text, start, stop),
        *_worded(text, start, stop),
        *_states(text, start, stop),
        *_garbled(text, start, stop),
    ]
    found.sort(key=lambda q: (q.start, q.end))
    for index in range(len(found) - 2, -1, -1):
        left, right = found[index], found[index + 1]
        joined = _SHARED.fullmatch(text[left.end : right.start]) and "分别" in text[start : left.start]
        if joined and left.comparator is Comparator.EQUAL and right.comparator in _BOUNDS:
            found[index] = replace(left, comparator=right.comparator)
    for index, (left, right) in enumerate(pairwise(found), 1):
        listed = _LISTED.fullmatch(text[left.end : right.start])
        if listed and left.unit == right.unit and _EACH_HAS.search(text[start : left.start]):
            found[index] = replace(right, comparator=Comparator.AT_LEAST)
    return found


def _plain(text: str, start: int, end: int) -> Iterator[Quantity]:
    for match in _QUANTITY.finditer(text, start, end):
        unit, scale = match["unit"], match["scale"]
        if unit in "条项个" and text.startswith("”", match.end()):
            continue  # “惠企21条” and the like are names
        before = text[max(start, match.start() - 40) : match.start()]
        low = _value(match["low"], match["lowscale"] or scale)
        high = _value(match["high"], scale) if match["high"] else None
        doubt = _MARK_LOST if _has_lost_mark(before, low, unit) else ""
        if high is not None and high <= low:
            doubt = mark("区间上限不大于下限")
        comparator = _comparator(before, text[match.end() : match.end() + 4], match)
        factor = float(_SCALES.get(scale, 1))
        yield Quantity(match.start(), match.end(), match[0], low, high, unit, comparator, doubt, factor)


def _value(digits: str, scale: str) -> float:
    """Read a number exactly: 9.12万 is 91200, not 91199.99…."""
    return float(Decimal(digits) * _SCALES.get(scale, 1))


def _has_lost_mark(before: str, value: float, unit: str) -> bool:
    """Whether a name stands right before a count that does not count the names listed there."""
    if unit not in "条个" or not _PROPER.search(before):
        return False
    listed = re.split(r"[，,。；;]", before)[-1].count("、") + 1
    return value != listed


def _comparator(before: str, after: str, match: re.Match[str]) -> Comparator:
    """Read how a number is bound: words behind it win over words before it, bounds over 约 and 力争."""
    near = re.split(r"[，,。；;、]", before)[-1]
    about = after.startswith("左右") or _ABOUT.search(near) or match["more"] or match["more2"]
    readings = (
        (match["high"], Comparator.RANGE),
        (after.startswith("以上"), Comparator.AT_LEAST),
        (after.startswith(("以内", "以下")), Comparator.AT_MOST),
        (match["unit"] in _TIMES and after.startswith("内"), Comparator.AT_MOST),
        (match["unit"] in "位名" and near.endswith("前"), Comparator.AT_MOST),  # a rank
        (_AT_LEAST.search(near), Comparator.AT_LEAST),
        (_AT_MOST.search(near), Comparator.AT_MOST),
        (_MORE.search(near), Comparator.MORE),
        (_LESS.search(near), Comparator.LESS),
        (about, Comparator.ABOUT),
        ("力争" in re.split(r"[，,。；;]", before)[-1], Comparator.STRIVE),
    )
    return next((comparator for holds, comparator in readings if holds), Comparator.EQUAL)


def _worded(text: str, start: int, end: int) -> Iterator[Quantity]:
    """Read 十万分之十, 翻一番 and 打造两家."""
    digits = "一二三四五六七八九十"
    words = {word: float(value) for value, word in enumerate(digits, 1)} | {
        "两": 2.0,
        "百": 100.0,
        "千": 1000.0,
    }
    counts = [
        *_COUNTED.finditer(text, start, end),
        *_ONE.finditer(text, start, end),
        *_NEXT_COUNT.finditer(text, start, end),
        *_summed(text, start, end),
    ]
    for match in counts:
        group = "n" if match["n"] else "n2"
        a, b = match.start(group), match.end()
        bound = Comparator.AT_LEAST if match[0].startswith("至少") else Comparator.EQUAL
        yield Quantity(a, b, text[a:b], words[match[group]], None, text[b - 1], bound)
    for match in _PER_MYRIAD.finditer(text, start, end):
        value = float(match[2]) if match[2].isdigit() else float(digits.index(match[2]) + 1)
        bound = Comparator.AT_MOST if text.startswith("以下", match.end()) else Comparator.EQUAL
        yield Quantity(match.start(), match.end(), match[0], value, None, f"{match[1]}分之", bound)
    for match in _DOUBLING.finditer(text, start, end):
        value = 2.0 if match[1] == "一" else 4.0
        yield Quantity(match.start(), match.end(), match[0], value, None, "倍", Comparator.EQUAL)


def _summed(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Find the counts in words that sum up names listed behind a verb of building."""
    for match in _SUMMED.finditer(text, start, end):
        opening = max(text.rfind(mark, start, match.start()) for mark in "，,。；;：:\n")
        before = text[max(start, opening + 1) : match.start()]
        verb = _BUILDS.search(before)
        if verb is not None and _NAMES.fullmatch(before, verb.end()):
            yield match


def _states(text: str, start: int, end: int) -> Iterator[Quantity]:
    """Read the states that words give a number to: 全覆盖 is 100 %, 动态为零 is 0; and 5线21站."""
    for match in _COVERED.finditer(text, start, end):
        yield Quantity(match.start(), match.end(), match[0], 100.0, None, "%", Comparator.EQUAL)
    for match in _ZERO.finditer(text, start, end):
        yield Quantity(*match.span("n"), match["n"], 0.0, None, "", Comparator.EQUAL)
    for match in _NETWORK.finditer(text, start, end):
        for group, unit in (("lines", "线"), ("stops", "站")):
            a, b = match.start(group), match.end(group) + 1
            yield Quantity(a, b, text[a:b], float(match[group]), None, unit, Comparator.EQUAL)


def _garbled(text: str, start: int, end: int) -> Iterator[Quantity]:
    for pattern, doubt in _GARBLED:
        for match in pattern.finditer(text, start, end):
            a, b = match.start("n"), match.end("unit")
            yield Quantity(a, b, text[a:b], float(match["n"]), None, match["unit"], Comparator.EQUAL, doubt)
