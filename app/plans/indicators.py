"""The indicators of a plan: the rows of its tables, every value beside the words that state it.

A value is read only where the cell is a number with or without the usual words of bound (``6.5以上``,
``控制在3.5以内``); a target in words (``与经济增长基本同步``) stays words. Brackets mean what the notes below
the table say they mean. Lost characters are told in ``doubt``, never put back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.plans.document import PlanText
from app.plans.model import Basis, Comparator
from app.plans.tables import Row, Table, read_tables


@dataclass(frozen=True, slots=True)
class Indicator:
    """A row of an indicator table.

    ``name_raw``, ``base_raw`` and ``target_raw`` are the cells as they stand, line breaks left out; ``name``
    is without the unit. Values are in ``unit`` as the table writes it (``3.6`` with ``万户``), and None where
    the cell gives no number. ``base_basis`` and ``target_basis`` say what brackets or words make of a value
    (five-year total, annual mean) and are None where nothing is said. ``nature`` is 约束性 or 预期性, None
    where the table has no such column. ``[start, end)`` is the row's span in the clean text.
    """

    plan: str
    group: str
    number: int
    name: str
    name_raw: str
    unit: str
    base_year: int
    base_raw: str
    base_value: float | None
    base_comparator: Comparator | None
    base_basis: Basis | None
    target_year: int
    target_raw: str
    target_value: float | None
    comparator: Comparator | None
    target_basis: Basis | None
    nature: str | None
    note: str
    start: int
    end: int
    doubt: str

    @property
    def id(self) -> str:
        """``<plan>:<number>``."""
        return f"{self.plan}:{self.number}"


@dataclass(frozen=True, slots=True)
class _Value:
    value: float | None
    comparator: Comparator | None
    basis: Basis | None
    note: str
    doubt: str


_BRACKETS = {"[": "]", "〔": "〕", "【": "】", "［": "］"}
_OPENERS, _CLOSERS = "".join(_BRACKETS), "".join(_BRACKETS.values())
_EXPLAINED = re.compile(rf"([{re.escape(_OPENERS)}])\s*[{re.escape(_CLOSERS)}]内数据为([^,，。;；]+)")
_OWN_NOTE = re.compile(r"[（(]([^（）()]*(?:累计|年均)[^（）()]*)[）)]$")
_NUMBER = re.compile(
    r"(?P<verb>控制在|达到|力争达到)?(?P<n>\d+(?:\.\d+)?)[%％]?(?P<bound>以上|以内|以下|左右)?"
)
_TIMES_LOST = re.compile(r"年的(\d+(?:\.\d+)?)$")
_UNIT = re.compile(r"[(（](?P<unit>(?:[^()（）]|[(（][^()（）]*[)）])*)[)）]?$")
_BOUNDS = {
    "以上": Comparator.AT_LEAST,
    "以内": Comparator.AT_MOST,
    "以下": Comparator.AT_MOST,
    "左右": Comparator.ABOUT,
}
_YEAR = re.compile(r"(20\d\d)年?")


def find_indicators(plan: PlanText) -> tuple[Indicator, ...]:
    """Read the indicators of a plan, row by row; none where the plan has no table.

    Raises
    ------
    InputFileError
        If a table cannot be put back into rows.
    """
    return tuple(_indicator(plan, table, row) for table in read_tables(plan) for row in table.rows)


def _indicator(plan: PlanText, table: Table, row: Row) -> Indicator:
    meanings = {m[1]: m[2] for cell in table.notes for m in _EXPLAINED.finditer(cell.text)}
    base, target = _value(row.base.text, meanings), _value(row.target.text, meanings)
    unit = _UNIT.search(row.name.text)
    name = row.name.text[: unit.start()] if unit else row.name.text
    notes = [*_bracket_notes(table, base, target), *_head_notes(table), *_row_notes(table, name)]
    cells = ((table.base_head, base), (table.target_head, target))
    doubts = [f"{head}：{value.doubt}" for head, value in cells if value.doubt]
    return Indicator(
        plan=plan.record.id,
        group=row.group,
        number=row.number,
        name=name,
        name_raw=row.name.text,
        unit=unit["unit"] if unit else "",
        base_year=_year(table.base_head),
        base_raw=row.base.text,
        base_value=base.value,
        base_comparator=base.comparator,
        base_basis=base.basis,
        target_year=_year(table.target_head),
        target_raw=row.target.text,
        target_value=target.value,
        comparator=target.comparator,
        target_basis=target.basis,
        nature=row.nature.text if row.nature else None,
        note="；".join(notes),
        start=row.start,
        end=row.end,
        doubt="；".join(doubts),
    )


def _year(head: str) -> int:
    match = _YEAR.match(head)
    assert match is not None  # a head is a head because it begins with a year
    return int(match[1])


def _value(raw: str, meanings: dict[str, str]) -> _Value:
    """Read a cell; ``meanings`` says what an opening bracket means."""
    bare, note, doubt = raw, "", ""
    opener = raw[0] if raw[0] in _OPENERS else ""
    closer = raw[-1] if raw[-1] in _CLOSERS else ""
    if opener or closer:
        bare = raw.strip(_OPENERS + _CLOSERS)
        pair = opener or next(o for o, c in _BRACKETS.items() if c == closer)
        note = meanings.get(pair, "")
        if not opener or _BRACKETS[opener] != closer:
            doubt = f"“{raw}”的括号不成对，按“{pair}{_BRACKETS[pair]}”理解"
    elif own := _OWN_NOTE.search(raw):
        bare, note = raw[: own.start()], own[1]
    basis = Basis.CUMULATIVE if "累计" in note else Basis.ANNUAL_MEAN if "年均" in note else None
    number = _NUMBER.fullmatch(bare)
    if number is None:
        if lost := _TIMES_LOST.search(bare):
            doubt = f"“{lost[1]}”后疑漏“倍”，未读作数值"
        return _Value(None, None, basis, note, doubt)
    comparator = _BOUNDS.get(number["bound"] or "", Comparator.EQUAL)
    if comparator is Comparator.EQUAL and number["verb"] == "控制在":
        comparator = Comparator.AT_MOST
    return _Value(float(number["n"]), comparator, basis, note, doubt)


def _bracket_notes(table: Table, base: _Value, target: _Value) -> Iterator[str]:
    if base.note == target.note:
        if base.note:
            yield base.note
        return
    for head, value in ((table.base_head, base), (table.target_head, target)):
        if value.note:
            yield f"{head}：{value.note}"


def _head_notes(table: Table) -> Iterator[str]:
    """A base year that was still to end when the table was made is said to be an estimate."""
    if "预计" in table.base_head:
        yield f"基期栏为“{table.base_head}”"


def _row_notes(table: Table, name: str) -> Iterator[str]:
    """The notes below the table that speak of one row, as they stand."""
    for cell in table.notes:
        if name in cell.text:
            yield f"表注“{cell.text}”"
