"""Indicator tables that were flattened to one cell a line, put back into rows and cells.

What conversion did to the tables: groups stand alone between rows; a cell that was too long for its
column goes on in the next line; the column heads 指标 and 属性 may be lost, the heads of the two years
are not. A row is read in the order of its columns: number, name, base, target, nature, and behind the last
row of a group the next group. This module joins lines into cells and interprets no value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.errors import InputFileError
from app.language import mark
from app.plans.document import PlanText
from app.plans.model import Section

NATURES = (mark("约束性"), mark("预期性"))

_ENDS_WITH_UNIT = re.compile(r"[(（](?:[^()（）]|[(（][^()（）]*[)）])*[)）]?$")
_OPENS = re.compile(r"与(?!.*(?:同步|一致|匹配|持平)$)")
"""A comparison in words that goes on in the next line: 与经济增长 | 基本同步."""

_NOTE = re.compile(r"(?:注)?[:：]|\d[.．、]\s*\D")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text without line breaks, and its span in the clean text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; ``nature`` is None where the table has no such column."""

    group: str
    number: int
    name: Cell
    base: Cell
    target: Cell
    nature: Cell | None
    start: int

    @property
    def end(self) -> int:
        """Where the last cell ends."""
        return (self.nature or self.target).end


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the heads of the base and target columns, the rows, and the notes below them."""

    section: Section
    base_head: str
    target_head: str
    rows: tuple[Row, ...]
    notes: tuple[Cell, ...]


def read_tables(plan: PlanText) -> tuple[Table, ...]:
    """Read the flattened indicator tables of a plan, in the order of the text.

    Raises
    ------
    InputFileError
        If a line is not the cell that must stand there; the error names the line of the plan's file.
    """
    sections = sorted((plan.section(section) for section in plan.tables), key=lambda s: s.start)
    return tuple(_Reader(plan, section).read() for section in sections)


class _Reader:
    """Takes the lines of one table from first to last."""

    def __init__(self, plan: PlanText, section: Section) -> None:
        self.plan = plan
        self.section = section
        self.cells = [
            Cell(plan.clean[line.start : line.end], line.start, line.end)
            for line in plan.source.lines
            if section.body_start <= line.start < section.end
        ]
        self.at = 0

    def read(self) -> Table:
        base_head, target_head = self.heads()
        rows = tuple(self.rows())
        return Table(self.section, base_head, target_head, rows, tuple(self.cells[self.at :]))

    def peek(self) -> Cell | None:
        return self.cells[self.at] if self.at < len(self.cells) else None

    def take(self, wanted: str) -> Cell:
        cell = self.peek()
        if cell is None:
            raise self.wrong(f"the table ends where {wanted} must stand", self.section.end - 1)
        self.at += 1
        return cell

    def wrong(self, reason: str, offset: int) -> InputFileError:
        line, _ = self.plan.raw_lines(offset, offset)
        return InputFileError(
            self.plan.record.text,
            reason,
            line=line,
            cure="Compare the file with the published table: one cell a line, in the order of the columns.",
        )

    def heads(self) -> tuple[str, str]:
        """Read up to the first group; the heads that name a year are base and target."""
        years: list[str] = []
        while len(years) < 2:
            head = self.take("the head of a year")
            if re.match(r"20\d\d", head.text):
                years.append(head.text)
        if (cell := self.peek()) is not None and cell.text == "属性":
            self.at += 1
        return years[0], years[1]

    def rows(self) -> Iterator[Row]:
        group, number = "", 0
        while (cell := self.peek()) is not None and not _NOTE.match(cell.text):
            if cell.text != str(number + 1):
                group = self.take("a group").text
                cell = self.take(f"the number of row {number + 1}")
                if cell.text != str(number + 1):
                    raise self.wrong(f"{cell.text!r} stands where row {number + 1} must begin", cell.start)
            else:
                self.at += 1
            number += 1
            yield self.row(group, number, cell.start)

    def row(self, group: str, number: int, start: int) -> Row:
        name = self.take(f"the name of row {number}")
        while not _ENDS_WITH_UNIT.search(name.text):
            name = _joined(name, self.take(f"the unit of row {number}"))
        base, target = self.value(number), self.value(number)
        cell = self.peek()
        nature = cell if cell is not None and cell.text in NATURES else None
        self.at += nature is not None
        return Row(group, number, name, base, target, nature, start)

    def value(self, number: int) -> Cell:
        cell = self.take(f"a value of row {number}")
        if cell.text in NATURES:
            raise self.wrong(f"row {number} has a value too few", cell.start)
        while _OPENS.match(cell.text):
            cell = _joined(cell, self.take(f"the rest of a value of row {number}"))
        return cell


def _joined(first: Cell, second: Cell) -> Cell:
    return Cell(first.text + second.text, first.start, second.end)
