"""What the words of a clause make of its number: for what span of time, and measured from what.

``累计新增`` is a total over the period, ``年均`` a mean of its years, ``每年`` each of them, ``达到`` a state
at the end; ``增长8.5%`` is a growth, ``增长到`` is none. Where the words say nothing, nothing is said here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.plans.model import Basis, Change, Quantity

_SPAN = re.compile(r"(?P<mean>年均(?!浓度)|平均每年)|(?P<each>每年|逐年)|(?P<total>累计)")
_STATE = re.compile(r"达到?|到$|保持|控制在|不低于|不高于|不少于|超过|突破|率|比重|占比")
_RISE = re.compile(r"(?:增长|提高|提升|增加|上升)(?:约|近|超过|不低于|不少于)?$")
_RATE = re.compile(r"(?:增长达到?|(?:增长率|增速)[^，,]{0,6})$")
"""A growth that is worded as a level: 年均增长达15%, 年均增长率保持在6%."""

_UPGRADE = re.compile(r"提升$")
_FALL = re.compile(r"(?:下降|降低|减少)(?:约|近|超过|不低于|不少于)?$")
_SHARES = ("%", "％", "‰", "个百分点")
_BASE = re.compile(
    r"(?:较|比)(?P<base>[^，,、]{2,14}?)(?:增长|增加|提高|提升|下降|降低|减少|翻)"
    r"|(?:由|从)(?P<from>[^，,、到至]{0,12}?\d[^，,、到至]{0,12}?)(?:提高|提升|增加|扩大|增长|下降|降低|减少|压缩)[到至]"
    r"|(?:是|为|达到)(?P<of>[^，,、]{2,14}?)的$"
)
"""Words of the base: 较十三五末增加50%, 由2015年的70微克/立方米降低到48.6, 是2015年的1.34倍."""

_BASE_VALUE = re.compile(r"(?:年的)?(?P<n>\d+(?:\.\d+)?)(?P<scale>万亿|万|亿)?[^\d]*$")
_SCALES = {"万": 1e4, "亿": 1e8, "万亿": 1e12}
_YEAR = re.compile(r"20\d\d(?=年)")
_END_OF_PERIOD = re.compile(r"十([一二三四])五”?末")
_LAST_YEARS = {"一": 2010, "二": 2015, "三": 2020, "四": 2025}
_EACH = re.compile(
    r"(?:平均)?每(?![年月季周天日])(?:[百千万]?[个所名家座条人])?[\u4e00-\u9fff]{0,6}?"
    r"(?=至少|拥有|掌握|建成|建设|配置|配备|提供|有)|(?:人均|生均|户均)|\d+[百千万]?人$"
)
_BODY = re.compile(
    r"(?:配合|会同|由)(?P<body>[\u4e00-\u9fff]{2,10}?(?:集团|公司|局|委员会|委|办公室|街道|部门|医院))"
    r"(?=完成|实施|建设|承担|负责|组织|牵头|推进)"
    r"|(?P<lead>[\u4e00-\u9fff]{2,10}(?:集团|公司|局|委员会|委|办公室|街道|部门|医院))(?=牵头|负责)"
)


@dataclass(frozen=True, slots=True)
class Base:
    """What a number is measured from, as its clause words it: the words, their year, their number."""

    words: str
    year: int | None
    value: float | None


def read_basis(before: str, change: Change | None = None) -> Basis | None:
    """Read the span of time from the words of a clause before its number; a change has no end state."""
    spans = list(_SPAN.finditer(before))
    if spans:
        last = spans[-1]
        return Basis.ANNUAL_MEAN if last["mean"] else Basis.ANNUAL if last["each"] else Basis.CUMULATIVE
    return Basis.AT_END if change is None and _STATE.search(before) else None


def read_change(before: str, quantity: Quantity) -> Change | None:
    """Read whether a number is a growth, a fall or a multiple; 提升20条道路 upgrades them, it adds none."""
    if quantity.unit == "倍":
        return Change.MULTIPLE
    if _RISE.search(before):
        counts = _UPGRADE.search(before) and quantity.unit not in _SHARES
        return None if counts else Change.INCREASE
    if _RATE.search(before) and quantity.unit in _SHARES:
        return Change.INCREASE
    return Change.DECREASE if _FALL.search(before) else None


def read_base(before: str) -> Base:
    """Read what a number is measured from: ``较十三五末增加`` is 2020, ``由2015年的70降低到`` also 70."""
    match = _BASE.search(before)
    if match is None:
        return Base("", None, None)
    words = match["base"] or match["from"] or match["of"]
    number = _BASE_VALUE.search(_YEAR.sub("", words)) if match["from"] else None
    value = float(number["n"]) * _SCALES.get(number["scale"] or "", 1.0) if number else None
    if year := _YEAR.search(words):
        return Base(words, int(year[0]), value)
    period = _END_OF_PERIOD.search(words)
    return Base(words, _LAST_YEARS[period[1]] if period else None, value)


def read_each(before: str) -> str:
    """Read of what each one a number holds: 每所中小学校至少建设1间, 人均体育场地面积达到2平方米."""
    found = list(_EACH.finditer(before))
    return found[-1][0] if found else ""


def read_body(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Find the body that a clause says does the work; names of those who gain by it are none.

    Returns
    -------
    tuple of int or None
        The span of its name in ``text``.
    """
    match = _BODY.search(text, start, end)
    return match.span("body" if match["body"] else "lead") if match else None
