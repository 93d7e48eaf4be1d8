"""What a plan aims at, in numbers.

A quantity of the prose is a target if its clause words an aim (``达到 力争 新增 建成 年均 不低于`` …) and
neither the clause nor the section speaks of the past. Indicator tables are left to their own reader;
notes define words and state no aims; stated sizes of land are no aims.

A text whose quotation marks do not balance has lost marks elsewhere too (``222325号`` is 22、23、25号). In
such a text a count of two neighbouring digits (``23个``) may be a range that has lost its dash, and is
flagged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from app.plans.document import PlanText
from app.plans.model import Comparator, Quantity, Section, SectionKind, Target
from app.plans.quantities import find_quantities
from app.plans.sentences import clause_spans
from app.plans.sizes import find_sizes
from app.plans.wording import read_base, read_basis, read_body, read_change, read_each

MAX_INDICATOR = 60
"""An indicator is the wording around its number; a longer one keeps its last words, behind a …."""

_AIM = re.compile(
    r"力争|确保|达到?|不低于|不少于|不高于|不超过|超过|突破|控制在|保持|增长|下降|降低|提高|提升|压缩|扩大|缩短|新增|新建"
    r"|新培育|新打造|新组建|培养|做到|建成|建立|建设|完成|引进|引育|引入|吸引|打造|改造|整修|修缮|加固|实现|累计|年均|每年|全年|培育"
    r"|扶持|发展|形成|盘活|出清|孵化|创建|启动|实施|开展|推进|推动|更新|接收|增加|选树|选拔|参保|配备|配置|拥有|投放|申报|组织"
    r"|进入|较|占|预计|安排|改?扩建|清淤|拆除|举办|提供|筹建|加快|至少"
    r"|完善|规范|优化|整治|治理(?!后)|清理|覆盖|率$|寿命$|率?为$"
)
_AIM_BEHIND = re.compile(
    r"(?:以上|以内|以下)(?:[，,。；;、]|$)|的?[^，,。；;]{0,14}?"
    r"(?:改造(?!后)|整理|收储工作|全覆盖|出让|重建|更换|智能管理|美丽社区标准|开展|实施|新建|安装|提供)"
)
_PAST = re.compile(
    r"现有|已有|已经|目前|原有|正在|已(?:建成|完成|形成|达)|上年|由\d{4}年|^(?:依托|结合|利用|在巩固)"
)
_WORK_ON = re.compile(r"^(?:完成|做好)|(?:改造|提升|整修|修缮|加固|盘活)现有$")
"""What is there already is aimed at where work on it is: 完成现有50万平方米楼宇招商, 提升改造现有9所."""

_TOTALS = re.compile(r"^(?:共计|合计|总计|共)")
"""Opens a clause that adds up what the clause before counts: 对91个片区766幢，共计431万余平方米的改造."""

_STATED = re.compile(r"区域面积|沿线总长|岸线总长|占地面积|总面积|规划面积|以步行|服务半径|平均规模|年的$")
_QUALIFIER = re.compile(r"(?:以上|以下|以内)?[\u4e00-\u9fff]{1,12}?(?:达到?|超过|突破|控制在)\d")
"""Behind a number that only says which things are meant: 15米以下道路单侧停车率达到70%."""
_OF_AGE_OR_WIDTH = re.compile(r"以[上下内][\u4e00-\u9fff]")
_YEAR = re.compile(r"(?<!\d)(20\d{2})年")
_BASE_YEAR = re.compile(r"(?:较|比|由|从|是)20\d{2}年")
_CHINESE_YEAR = re.compile(r"二〇(?:二|三)[〇一二三四五六七八九]年")
_PERIOD = re.compile(r"“?十([一二三四五六])五”?(?:时期|期间|末)")
_PAST_LABEL = re.compile(r"发展基础|执行情况|成就显著|发展环境|机遇与挑战|面临|指导思想")
_PERIOD_START = {"一": 2006, "二": 2011, "三": 2016, "四": 2021, "五": 2026, "六": 2031}
_LEADING = re.compile(r"^(?:到?20\d{2}年[底末]?(?:前)?[，,]?|其中[，,]?|[、，,])+")
_NOUN_BEHIND = re.compile(r"(?:[\u4e00-\u9fff]{1,3}、(?=[^\d、]+(?:[，,。；;]|$)))?[“”\u4e00-\u9fff]*")
_BOUND_BEHIND = re.compile(r"^(?:以上|以内|以下|左右|的)+")
_YEAR_AHEAD = re.compile(r"到(?:20\d{2}|二〇..)年|^(?:20\d{2}|二〇..)年[底末前]*[，,]")
"""A year that governs the measures behind it, up to the full stop; any other holds to the semicolon."""
_NEIGHBOURS = re.compile(r"(?:12|23|34|45|56|67|78|89)[个家处座所条]")
_ENDINGS = "，,。；;、！以上下内左右余 "
_YEARS_IN_TURN = re.compile(r"(20\d\d)年?[-—―–~至到]+(20\d\d)[^，,]*分别")
_VERB_ALONE = re.compile(r"(?:并|力争|实现|分别|达到?|突破|超过|增长|增加到|提高到|年均)+")
_VERB_BEHIND = re.compile(
    r"(?:年均|每年|逐年|累计|分别|同比|力争|实现|达到?|突破|超过|保持在?|控制在|增长率?|提高|提升|增加|下降)+$"
)
_STATES = ("全覆盖", "为零", "清零")
_CLOSERS = "”’》）)】] "
_ARABIC = str.maketrans("〇一二三四五六七八九", "0123456789")


def find_targets(plan: PlanText) -> list[Target]:
    """Find the targets of a plan's prose, in the order of the text.

    The year is the one stated before the number in its sentence or, over semicolons, in the sentence's
    earlier parts; else the plan's last year, marked as not stated. A quantity with a stated year before
    the plan's first is a result, no target.
    """
    loses_marks = plan.clean.count("“") != plan.clean.count("”")
    sized = {span for size in find_sizes(plan) for span in range(size.start, size.end)}
    targets: list[Target] = []
    for paragraph in plan.paragraphs:
        if paragraph.section in plan.tables or _is_past(plan, paragraph.start):
            continue
        for target in _in_paragraph(plan, paragraph.start, paragraph.end):
            if target.quantity.start not in sized:
                targets.append(_doubted(target) if loses_marks else target)
    return targets


def find_results(plan: PlanText) -> list[Target]:
    """Find the quantities that a plan reports of the years before it, in the order of the text.

    Returns
    -------
    list of Target
        Of the sections that tell what was done and of the circumstances; ``year`` is the year stated in the
        sentence, else the year before the plan's first. A result has no aim: ``strive`` is False.
    """
    loses_marks = plan.clean.count("“") != plan.clean.count("”")
    last_year = plan.record.start_year - 1
    results: list[Target] = []
    for paragraph in plan.paragraphs:
        if paragraph.section in plan.tables or not _reports(plan, paragraph.start):
            continue
        for a, b in plan.sentences(paragraph.start, paragraph.end):
            year: int | None = None
            last: Target | None = None
            for c, d in clause_spans(plan.clean, a, b):
                stated = _year(plan.clean[c:d])
                year = stated if stated is not None and stated <= last_year else year
                for quantity in _counted(find_quantities(plan.clean, c, d)):
                    if not _only_qualifies(plan.clean[quantity.end : d], quantity):
                        found = _read(plan, (c, d), quantity, year, last=last)
                        found = replace(found, year=year or last_year, strive=False)
                        results.append(_doubted(found) if loses_marks else found)
                        last = last if found.indicator.startswith("是") else found
    return results


def _reports(plan: PlanText, offset: int) -> bool:
    """Whether a section around an offset tells of the past; notes and what frames the plan do not count."""
    path = plan.path_at(offset)
    frames = (SectionKind.FRONT, SectionKind.NOTES, SectionKind.CLOSING)
    return not any(section.kind in frames for section in path) and _is_past(plan, offset)


def _only_qualifies(after: str, quantity: Quantity) -> bool:
    """Whether a number only says which things are meant: 15米以下道路…达到70%, 5岁以下, 22、23、25号."""
    if quantity.unit == "号" or _QUALIFIER.match(after):
        return True
    return quantity.unit in ("岁", "米") and _OF_AGE_OR_WIDTH.match(after) is not None


def _doubted(target: Target) -> Target:
    """Flag a count that may be a range without its dash."""
    quantity = target.quantity
    if quantity.doubt or not _NEIGHBOURS.fullmatch(quantity.raw):
        return target
    doubt = f"本文多处漏标点，或为{quantity.raw[0]}—{quantity.raw[1:]}"
    return replace(target, quantity=replace(quantity, doubt=doubt))


def _is_past(plan: PlanText, offset: int) -> bool:
    """Whether the sections around an offset tell of results, circumstances or words, not of aims."""
    return any(_tells_of_past(plan, section) for section in plan.path_at(offset))


def _tells_of_past(plan: PlanText, section: Section) -> bool:
    if section.kind in (SectionKind.FRONT, SectionKind.NOTES, SectionKind.CLOSING):
        return True
    if not section.inferred and _PAST_LABEL.search(section.title):
        return True
    if section.kind is SectionKind.RUN_IN:
        return False
    opening = plan.clean[section.body_start : section.body_start + 30].lstrip()
    period = _PERIOD.match(opening) or _PERIOD.match(section.title)
    return period is not None and _PERIOD_START[period[1]] < plan.record.start_year - 4


def _in_paragraph(plan: PlanText, start: int, end: int) -> Iterator[Target]:
    """Read a paragraph clause by clause, carrying the year and the last target of the sentence."""
    year: int | None = None
    governing: int | None = None
    last: Target | None = None
    uncounted: list[Target] = []
    for a, b in plan.sentences(start, end):
        for c, d in clause_spans(plan.clean, a, b):
            clause = plan.clean[c:d]
            stated = _year(clause)
            year = stated or year
            if stated is not None and _YEAR_AHEAD.search(clause):
                governing = stated
            found: list[Target] = []
            quantities = _counted(find_quantities(plan.clean, c, d))
            for quantity in quantities:
                target = _target(plan, (c, d), quantity, year, last=last)
                if target is not None:
                    found.append(target)
                    last = target
            if found and _TOTALS.match(clause):
                counted = found[0].indicator.rpartition("…")[2]
                yield from (replace(target, indicator=counted) for target in uncounted)
            yield from _one_year_each(clause, found)
            aimed = [_target(plan, (c, d), q, year, last=None, summed=True) for q in quantities if not found]
            uncounted = [target for target in aimed if target is not None]
        if plan.clean[a:b].rstrip(_CLOSERS).endswith(("；", ";")):
            year = governing
        else:
            year, governing, last = None, None, None
        uncounted = []


def _counted(quantities: list[Quantity]) -> list[Quantity]:
    """Leave out 全覆盖 where its clause says of how many: 实现13个街道全覆盖."""
    return [q for q in quantities if q.raw != "全覆盖" or len(quantities) == 1]


def _one_year_each(clause: str, found: list[Target]) -> list[Target]:
    """Give 2021—2023三年…分别为 its years, one to each of its numbers."""
    span = _YEARS_IN_TURN.search(clause)
    if span is None:
        return found
    years = range(int(span[1]), int(span[2]) + 1)
    if len(years) != len(found):
        return found
    return [replace(target, year=year) for target, year in zip(found, years, strict=True)]


def _year(clause: str) -> int | None:
    years = [int(y) for y in _YEAR.findall(_BASE_YEAR.sub("", clause))]
    years.extend(int(y[:4].translate(_ARABIC)) for y in _CHINESE_YEAR.findall(clause))
    return max(years) if years else None


def _target(
    plan: PlanText,
    clause: tuple[int, int],
    quantity: Quantity,
    year: int | None,
    *,
    last: Target | None,
    summed: bool = False,
) -> Target | None:
    """Read a quantity as a target, None if it is none; ``summed`` if a later clause aims at it in sum."""
    start, end = clause
    before = plan.clean[start : quantity.start]
    after = plan.clean[quantity.end : end]
    if not (
        summed
        or _words_an_aim(before, after, quantity)
        or (last is not None and (_goes_on(before, after) or _lists_on(plan, last, quantity, start)))
    ):
        return None
    past = _PAST.search(before) is not None and not _WORK_ON.search(before)
    if past or _STATED.search(before) or _only_qualifies(after, quantity):
        return None
    if year is not None and year < plan.record.start_year:
        return None
    return _read(plan, clause, quantity, year, last=last)


def _read(
    plan: PlanText, clause: tuple[int, int], quantity: Quantity, year: int | None, *, last: Target | None
) -> Target:
    """Read what the words of its clause say of a quantity."""
    start, end = clause
    before, after = plan.clean[start : quantity.start], plan.clean[quantity.end : end]
    change = read_change(before, quantity)
    base = read_base(before)
    body = read_body(plan.clean, start, quantity.start)
    return Target(
        plan=plan.record.id,
        start=start,
        end=end,
        text=plan.clean[start:end],
        indicator=_with_subject(_indicator(before, after), last),
        quantity=quantity,
        year=year or plan.record.end_year,
        year_stated=year is not None,
        basis=read_basis(before, change),
        change=change,
        base=base.words,
        base_year=base.year,
        base_value=base.value,
        strive="力争" in before,
        each=read_each(before),
        body=body,
    )


def _with_subject(indicator: str, last: Target | None) -> str:
    """Put the subject of the aim before in front of words that are a verb alone: 地区生产总值…突破."""
    if last is None or not _VERB_ALONE.fullmatch(indicator):
        return indicator
    words, _, rest = last.indicator.partition("…")
    subject = _VERB_BEHIND.sub("", words)
    if not subject or (rest and not _VERB_ALONE.fullmatch(rest)):
        return indicator
    return f"{subject}…{indicator}"


def _words_an_aim(before: str, after: str, quantity: Quantity) -> bool:
    if quantity.unit == "倍" or quantity.raw in _STATES:
        return True
    limit = quantity.unit in ("个工作日", "天") and quantity.comparator is Comparator.AT_MOST
    return limit or bool(_AIM.search(before) or _AIM_BEHIND.match(after))


def _goes_on(before: str, after: str) -> bool:
    """Whether a clause goes on with an aim worded before: ``达到3100万人次，货邮吞吐量40万吨``."""
    return bool(before.strip()) and not after.strip(_ENDINGS)


def _lists_on(plan: PlanText, last: Target, quantity: Quantity, start: int) -> bool:
    """Whether a number goes on with a list: ``分别为8.7亿元、7.6亿元``, ``建成7个…机构，5个…机构``."""
    if last.quantity.unit != quantity.unit:
        return False
    if start == last.start:
        return plan.clean[last.quantity.end : quantity.start] in ("、", "和", "及")
    return start == last.end == quantity.start


def _indicator(before: str, after: str) -> str:
    """Return the words of the clause that say what is counted; … marks what is left out between them.

    Where the clause lists several counts, the words between the last two are taken, with the verb that
    governs the list; where there are none (``分别达到80家、200家``), the words before it.
    """
    words = _LEADING.sub("", before).strip()
    noun = _NOUN_BEHIND.match(_BOUND_BEHIND.sub("", after))
    counted = noun[0] if noun and not noun[0].startswith(("和", "及")) else ""
    earlier = [
        quantity
        for quantity in find_quantities(words)
        if quantity.unit not in ("岁", "米") and not words[: quantity.start].endswith("超")
    ]
    if earlier:
        own = words[earlier[-1].end :].split("、")[-1].removeprefix("和").strip()
        verb = _AIM.search(words)
        if own or counted:
            words = own if verb is None or _AIM.search(own) else "…".join(filter(None, (verb[0], own)))
        else:
            words = words[: earlier[0].start] or words
    indicator = f"{words}…{counted}" if counted else words
    return indicator if len(indicator) <= MAX_INDICATOR else f"…{indicator[-MAX_INDICATOR:]}"
