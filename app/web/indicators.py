"""The indicator tables of the plans: row for row, and the same indicator of several plans side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template

from app.plans.tables import NATURES
from app.web.access import atlas, by_id
from app.web.paging import WINDOW, page_of, window
from app.web.parameters import known_only, one_of
from app.web.responses import page_response
from app.web.tables import csv_response, matching, with_filters
from app.web.words import COMPARATORS

blueprint = Blueprint("indicators", __name__)
FILTERS = ("plan", "group", "nature")
COLUMNS = (
    "id", "plan", "plan_title", "district", "group", "number", "name", "name_raw", "unit", "base_year",
    "base_raw", "base_value", "base_comparator", "base_basis", "target_year", "target_raw", "target_value",
    "comparator", "target_basis", "nature", "note", "doubt", "series", "prose", "start", "end", "raw_line",
)  # fmt: skip
CHART_WIDTH = 120.0


@dataclass(frozen=True, slots=True)
class Chart:
    """Lengths of the two bars, in units of the drawing; None where there is no value to draw."""

    base: float | None
    target: float | None


def chart(row: Mapping[str, Any], top: float) -> Chart | None:
    """The bars of a row from zero, ``top`` being the full width.

    None where nothing can be compared: no number on one side, or two numbers that cover different spans of
    time (one year against a five-year total).
    """
    base, target = row["base_value"], row["target_value"]
    if base is None or target is None or row["base_basis"] != row["target_basis"] or top <= 0:
        return None
    return Chart(round(base / top * CHART_WIDTH, 1), round(target / top * CHART_WIDTH, 1))


def top_value(rows: Iterable[Mapping[str, Any]]) -> float:
    """The largest value that is drawn of some rows; 0 where nothing is drawn."""
    drawn = [row for row in rows if chart(row, 1.0) is not None]
    return max((max(row["base_value"], row["target_value"]) for row in drawn), default=0.0)


def _chosen(more: tuple[str, ...] = ()) -> tuple[dict[str, str | None], list[Mapping[str, Any]]]:
    """The filters of the current request and the rows that meet them; ``more`` may be asked too.

    Raises
    ------
    RequestError
        Unknown parameter, or a plan, group or nature that no row has.
    """
    known_only((*FILTERS, *more))
    rows = atlas().indicators
    known: dict[str, Collection[str]] = {
        "plan": by_id(atlas().plans),
        "group": dict.fromkeys(row["group"] for row in rows),
        "nature": NATURES,
    }
    filters = {name: one_of(name, known[name]) for name in FILTERS}
    return filters, matching(rows, filters)


def _side_by_side() -> list[dict[str, Any]]:
    """The series, each with its rows and their common scale."""
    known = by_id(atlas().indicators)
    series = []
    for one in atlas().series:
        members = [known[row] for row in one["rows"]]
        series.append({**one, "members": members, "top": top_value(members)})
    return series


@blueprint.get("/indicators")
def page() -> Response:
    """The tables for people; unfiltered, with the same indicators side by side."""
    filters, rows = _chosen()
    store = atlas()
    html = render_template(
        "indicators.html",
        chosen=filters,
        rows=rows,
        groups=list(dict.fromkeys(row["group"] for row in store.indicators)),
        natures=NATURES,
        plans={key: plan for key, plan in by_id(store.plans).items() if _has_rows(key)},
        series=[] if any(filters.values()) else _side_by_side(),
        titles={one["id"]: one["title"] for one in store.series},
        chart=chart,
        top_value=top_value,
        total=len(store.indicators),
        csv_url=with_filters("indicators.as_csv"),
        json_url=with_filters("indicators.as_json"),
    )
    return page_response(html)


def _has_rows(plan: str) -> bool:
    return any(row["plan"] == plan for row in atlas().indicators)


@blueprint.get("/indicators.json")
def as_json() -> Response:
    """The rows for programs, with the series they belong to."""
    _, rows = _chosen(WINDOW)
    wanted = {row["series"] for row in rows}
    series = [one for one in atlas().series if one["id"] in wanted]
    return page_of("indicators", rows, window(whole_list=True), series=series)


@blueprint.get("/indicators.csv")
def as_csv() -> Response:
    """The rows for spreadsheets."""
    _, rows = _chosen()
    return csv_response("indicators.csv", COLUMNS, (_flat(row) for row in rows))


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as one line: comparators in words, what the prose says as text."""
    plan = by_id(atlas().plans)[row["plan"]]
    marks = {"differs": "（与表不一致）"}
    prose = "；".join(item["quote"] + marks.get(item["verdict"], "") for item in row["prose"])
    return {
        **row,
        "plan_title": plan["short_title"],
        "district": plan["district"],
        "base_comparator": COMPARATORS.get(row["base_comparator"], ""),
        "comparator": COMPARATORS.get(row["comparator"], ""),
        "prose": prose,
        "raw_line": row["raw_lines"][0],
    }
