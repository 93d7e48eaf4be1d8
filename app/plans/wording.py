"""What the words of a clause make of its number: for what span of time, and measured from what.

``累计新增`` is a total over the period, ``年均`` a mean of its years, ``每年`` each of them, ``达到`` a state
at the end; ``增长8.5%`` is a growth, ``增长到`` is none. Where the words say nothing, nothing is said here.
"""

from __future__ import annotations

import re

from app.plans.model import Basis, Change, Quantity

_SPAN = re.compile(r"(?P<mean>年均(?!浓度)|平均每年)|(?P<each>每年|逐年)|(?P<total>累计)")
_STATE = re.compile(r"达到?|到$|保持|控制在|不低于|不高于|不少于|超过|突破|率|比重|占比")
_RISE = re.compile(r"(?:增长|提高|提升|增加|上升)(?:约|近|超过|不低于|不少于)?$")
_UPGRADE = re.compile(r"提升$")
_FALL = re.compile(r"(?:下降|降低|减少)(?:约|近|超过|不低于|不少于)?$")
_SHARES = ("%", "％", "‰", "个百分点")
_BASE = re.compile(r"(?:较|比)(?P<base>[^，,、]{2,14}?)(?:增长|增加|提高|提升|下降|降低|减少|翻)")
_YEAR = re.compile(r"20\d\d")
_END_OF_PERIOD = re.compile(r"十([一二三四])五”?末")
_LAST_YEARS = {"一": 2010, "二": 2015, "三": 2020, "四": 2025}


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
    return Change.DECREASE if _FALL.search(before) else None


def read_base(before: str) -> tuple[str, int | None]:
    """Read what a change is measured from, and the year that the words name: ``较十三五末增加`` is 2020."""
    match = _BASE.search(before)
    if match is None:
        return "", None
    words = match["base"]
    if year := _YEAR.search(words):
        return words, int(year[0])
    period = _END_OF_PERIOD.search(words)
    return words, _LAST_YEARS[period[1]] if period else None
