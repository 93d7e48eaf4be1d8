"""The indicator tables in the atlas: rows, which rows mean the same, and where prose and table disagree.

Which rows of different plans are one indicator, and which words of the prose speak of a row, is an editor's
judgement kept in ``layers/indicators.yaml``; what is quoted there must stand in the text word for word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.atlas.checks import finding
from app.atlas.model import Finding
from app.atlas.quotes import check_keys, place_of_quote
from app.atlas.yamlfile import Lined, read_yaml
from app.errors import InputFileError
from app.plans.document import PlanText
from app.plans.indicators import Indicator, find_indicators

FILE = "indicators.yaml"
COLUMNS: Mapping[str, str] = {"base": "基期", "target": "目标"}


class Verdict(StrEnum):
    """What the prose says of a value in the table."""

    AGREES = "agrees"
    DIFFERS = "differs"
    EXPLAINS = "explains"  # it says what the table has lost


@dataclass(frozen=True, slots=True)
class Series:
    """One indicator across plans; ``rows`` are ids of indicators."""

    id: str
    title: str
    rows: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Words of the prose about the base or target of a row, at ``[start, end)`` of the plan's clean text."""

    row: str
    column: str
    verdict: Verdict
    quote: str
    note: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Indicators:
    """All indicators, and what the editor says about them."""

    rows: tuple[Indicator, ...]
    series: tuple[Series, ...]
    remarks: tuple[Remark, ...]


def read_indicators(layers: Path, texts: Mapping[str, PlanText]) -> Indicators:
    """Read the tables of all plans and the editor's file about them.

    Raises
    ------
    InputFileError
        If a table cannot be read, or the editor's file names a row that does not exist, puts a row in two
        series, or quotes what does not stand once in the prose of the plan.
    """
    rows = tuple(row for text in texts.values() for row in find_indicators(text))
    known = {row.id: row for row in rows}
    path = layers / FILE
    data = read_yaml(path)
    series = tuple(_series(entry, path, known) for entry in data.get("series") or ())
    seen: dict[str, str] = {}
    for one in series:
        for row in one.rows:
            if row in seen:
                raise InputFileError(path, f"row {row} stands in two series, {seen[row]} and {one.id}")
            seen[row] = one.id
    remarks = tuple(_remark(entry, path, known, texts) for entry in data.get("prose") or ())
    return Indicators(rows, series, remarks)


def _series(entry: Lined, path: Path, known: Mapping[str, Indicator]) -> Series:
    check_keys(entry, path, needed=("id", "title", "rows"), optional=("note",))
    for row in entry["rows"]:
        if row not in known:
            raise InputFileError(path, f"no plan has an indicator {row!r}", line=entry.line)
    return Series(entry["id"], entry["title"], tuple(entry["rows"]), entry.get("note", ""))


def _remark(
    entry: Lined, path: Path, known: Mapping[str, Indicator], texts: Mapping[str, PlanText]
) -> Remark:
    check_keys(entry, path, needed=("row", "column", "verdict", "quote"), optional=("note",))
    row, quote = known.get(entry["row"]), entry["quote"]
    if row is None:
        raise InputFileError(path, f"no plan has an indicator {entry['row']!r}", line=entry.line)
    if entry["column"] not in COLUMNS or entry["verdict"] not in list(Verdict):
        cure = f"column: {', '.join(COLUMNS)}; verdict: {', '.join(Verdict)}."
        raise InputFileError(path, f"column or verdict of {row.id} is unknown", line=entry.line, cure=cure)
    start, end = place_of_quote(quote, texts[row.plan], path, entry.line)
    verdict, note = Verdict(entry["verdict"]), entry.get("note", "")
    return Remark(row.id, entry["column"], verdict, quote, note, start, end)


def indicator_findings(indicators: Indicators) -> Iterator[Finding]:
    """T01 for doubtful cells and T03 for each disagreement of table and prose."""
    rows = {row.id: row for row in indicators.rows}
    for row in indicators.rows:
        if row.doubt:
            yield finding("T01", plan=row.plan, where=f"指标{row.number}“{row.name}”", doubt=row.doubt)
    for remark in indicators.remarks:
        if remark.verdict is Verdict.DIFFERS:
            row = rows[remark.row]
            yield finding(
                "T03",
                plan=row.plan,
                where=f"指标{row.number}“{row.name}”{COLUMNS[remark.column]}",
                cell=row.base_raw if remark.column == "base" else row.target_raw,
                quote=remark.quote,
                note=remark.note,
            )


def indicator_rows(indicators: Indicators, texts: Mapping[str, PlanText]) -> list[dict[str, Any]]:
    """The public rows: the table's cells and values, place in the text, series, and what the prose says."""
    series = {row: one.id for one in indicators.series for row in one.rows}
    return [
        {
            "id": row.id,
            **asdict(row),
            "raw_lines": list(texts[row.plan].raw_lines(row.start, row.end)),
            "series": series.get(row.id),
            "prose": [_prose(r, texts[row.plan]) for r in indicators.remarks if r.row == row.id],
        }
        for row in indicators.rows
    ]


def _prose(remark: Remark, text: PlanText) -> dict[str, Any]:
    start, end = text.sentence_at(remark.start)
    return {
        "column": remark.column,
        "verdict": remark.verdict.value,
        "quote": remark.quote,
        "note": remark.note,
        "start": remark.start,
        "end": remark.end,
        "sentence": text.clean[start:end],
        "path": [s.label for s in text.path_at(remark.start)],
        "raw_lines": list(text.raw_lines(remark.start, remark.end)),
    }


def series_rows(indicators: Indicators) -> list[dict[str, Any]]:
    """The public series."""
    return [asdict(one) | {"rows": list(one.rows)} for one in indicators.series]
