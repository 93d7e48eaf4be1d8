"""What the plans report of the years before them: numbers that are no aims, each with its sentence.

Rows are listed and counted, never added up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, render_template

from app.atlas.words import section_of
from app.language import gettext as _
from app.language import titled
from app.web.access import atlas, by_id
from app.web.paging import WINDOW, neighbours, page_of, window
from app.web.parameters import known_only, one_of, text
from app.web.responses import page_response
from app.web.tables import csv_response
from app.web.words import BASES, CHANGES, COMPARATORS

if TYPE_CHECKING:
    from app.atlas.store import Atlas

blueprint = Blueprint("reported", __name__)
FILTERS = ("plan", "year", "q")
PAGE_ROWS = 60
COLUMNS = (
    "id", "plan", "plan_title", "district", "indicator", "raw", "comparator", "value", "upper", "unit",
    "scale", "year", "year_stated", "basis", "change", "base", "base_year", "base_value", "each", "doubt",
    "sentence", "section", "number_start", "number_end", "raw_line",
)  # fmt: skip


def _rows() -> list[dict[str, Any]]:
    return _read(atlas())


@lru_cache(maxsize=2)
def _read(store: Atlas) -> list[dict[str, Any]]:
    """The document of an atlas, read once."""
    found: list[dict[str, Any]] = store.document("reported")
    return found


def _facets() -> dict[str, dict[str, str]]:
    years = sorted({row["year"] for row in _rows()})
    return {
        "plan": {plan["id"]: titled(plan, "short_title") for plan in atlas().plans},
        "year": {str(year): _("%(year)s年", year=year) for year in years},
    }


def _chosen(*, paged: bool) -> tuple[dict[str, str | None], list[dict[str, Any]]]:
    """The filters of the current request and the rows that meet them.

    Raises
    ------
    RequestError
        Unknown parameter, or a value that no row has.
    """
    known_only((*FILTERS, *WINDOW) if paged else FILTERS)
    chosen = {name: one_of(name, known) for name, known in _facets().items()} | {"q": text("q")}
    return chosen, [row for row in _rows() if _meets(row, chosen)]


def _meets(row: Mapping[str, Any], chosen: Mapping[str, str | None]) -> bool:
    if chosen["plan"] not in (None, row["plan"]) or chosen["year"] not in (None, str(row["year"])):
        return False
    return chosen["q"] is None or chosen["q"] in row["sentence"]["exact"]


@blueprint.get("/targets/reported")
def page() -> Response:
    """The results for people."""
    chosen, rows = _chosen(paged=True)
    part = window(PAGE_ROWS)
    around = neighbours(part, len(rows))
    without_window = {name: value for name, value in chosen.items() if value}
    html = render_template(
        "reported.html",
        chosen=chosen,
        facets=_facets(),
        rows=part.of(rows),
        matched=len(rows),
        total=len(_rows()),
        tallies=Counter(row["plan"] for row in rows),
        plans=by_id(atlas().plans),
        next_url=around.get("next"),
        prev_url=around.get("prev"),
        filters=without_window,
    )
    return page_response(html)


@blueprint.get("/targets/reported.json")
def as_json() -> Response:
    """The results for programs, in pages."""
    _, rows = _chosen(paged=True)
    return page_of("reported", rows, window())


@blueprint.get("/targets/reported.csv")
def as_csv() -> Response:
    """The results for spreadsheets: all rows that meet the filters."""
    _, rows = _chosen(paged=False)
    plans = by_id(atlas().plans)
    return csv_response("reported.csv", COLUMNS, (_flat(row, plans[row["plan"]]) for row in rows))


def _flat(row: Mapping[str, Any], plan: Mapping[str, Any]) -> dict[str, Any]:
    """A row as one line: codes in words."""
    return {
        **row,
        "plan_title": plan["short_title"],
        "district": plan["district"],
        "comparator": COMPARATORS[row["comparator"]],
        "basis": BASES.get(row["basis"], ""),
        "change": CHANGES.get(row["change"], ""),
        "year_stated": "文中写明" if row["year_stated"] else "取规划期前一年",
        "sentence": row["sentence"]["exact"],
        "section": section_of(row["path"]),
        "number_start": row["number"][0],
        "number_end": row["number"][1],
        "raw_line": row["raw_lines"][0],
    }
