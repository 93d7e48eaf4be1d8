"""The ledger of targets: every quantity that the plans aim at, with its sentence and its places.

Rows are listed and counted, never added up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from app.atlas.words import section_of
from app.errors import NotFoundError, RequestError
from app.language import gettext as _
from app.language import titled
from app.plans.tables import NATURES
from app.web.access import atlas, by_id
from app.web.paging import WINDOW, neighbours, page_of, window
from app.web.parameters import known_only, one_of, text
from app.web.responses import json_response, page_response
from app.web.tables import csv_response, with_filters
from app.web.words import BASES, CHANGES, COMPARATORS, SUBJECTS

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from app.atlas.store import Atlas

blueprint = Blueprint("targets", __name__)
FILTERS = ("plan", "district", "theme", "year", "comparator", "basis", "nature", "subject", "feature", "q")
PAGE_ROWS = 60
WORDS: Mapping[str, Mapping[str, str]] = {
    "comparator": COMPARATORS,
    "basis": BASES,
    "nature": {nature: nature for nature in NATURES},
    "subject": SUBJECTS,
}
"""Filters whose values are words of a vocabulary."""
COLUMNS = (
    "id", "plan", "plan_title", "district", "subject", "features", "feature_ids", "indicator", "raw",
    "comparator", "strive", "value", "upper", "unit", "scale", "worded", "year", "year_stated", "basis",
    "change", "base", "base_year", "base_value", "each", "body", "nature", "indicator_row", "doubt",
    "sentence", "section", "number_start", "number_end", "raw_line",
)  # fmt: skip


@lru_cache(maxsize=2)
def _used(store: Atlas) -> dict[str, frozenset[Any]]:
    """The values that the ledger has, of each filter that offers some of its words only."""
    rows = store.targets
    used = {name: frozenset(row[name] for row in rows) for name in (*WORDS, "year")}
    return used | {"theme": frozenset(feature["theme"] for row in rows for feature in row["features"])}


def _facets(store: Atlas) -> dict[str, dict[str, str]]:
    """The values that each filter may have, with their words in the reader's language."""
    used, themes = _used(store), by_id(store.themes)
    return {
        "plan": {key: titled(plan, "short_title") for key, plan in by_id(store.plans).items()},
        "district": {plan["district"]: plan["district"] for plan in store.plans},
        "theme": {key: titled(theme) for key, theme in themes.items() if key in used["theme"]},
        "year": {str(year): _("%(year)s年", year=year) for year in sorted(used["year"])},
        **{
            name: {value: _(word) for value, word in words.items() if value in used[name]}
            for name, words in WORDS.items()
        },
    }


def _chosen(*, paged: bool) -> tuple[dict[str, str | None], list[dict[str, Any]]]:
    """The filters of the current request and the rows that meet them.

    Raises
    ------
    RequestError
        Unknown parameter, or a value that no row has.
    """
    known_only((*FILTERS, *WINDOW) if paged else FILTERS)
    store = atlas()
    facets = _facets(store)
    filters: dict[str, str | None] = {name: one_of(name, known) for name, known in facets.items()}
    filters["feature"], filters["q"] = text("feature"), text("q")
    if filters["feature"] is not None and store.feature(filters["feature"]) is None:
        raise RequestError(_("%(given)s 不存在。", given=f"feature={filters['feature'][:60]}"))
    return filters, [row for row in store.targets if _meets(row, filters, store)]


def _meets(row: Mapping[str, Any], filters: Mapping[str, str | None], store: Atlas) -> bool:
    plan = by_id(store.plans)[row["plan"]] if filters["district"] else {}
    values = {
        "plan": (row["plan"],),
        "district": (plan.get("district"),),
        "theme": [feature["theme"] for feature in row["features"]],
        "year": (str(row["year"]),),
        "comparator": (row["comparator"],),
        "basis": (row["basis"],),
        "nature": (row["nature"],),
        "subject": (row["subject"],),
        "feature": [feature["id"] for feature in row["features"]],
    }
    if any(filters[name] is not None and filters[name] not in own for name, own in values.items()):
        return False
    return filters["q"] is None or filters["q"] in row["sentence"]["exact"]


@blueprint.get("/targets")
def page() -> Response:
    """The ledger for people."""
    filters, rows = _chosen(paged=True)
    store = atlas()
    part = window(PAGE_ROWS)
    around = neighbours(part, len(rows))
    html = render_template(
        "targets.html",
        chosen=filters,
        facets=_facets(store),
        feature=store.feature(filters["feature"]) if filters["feature"] else None,
        rows=part.of(rows),
        matched=len(rows),
        total=len(store.targets),
        tallies=Counter(row["plan"] for row in rows),
        plans=by_id(store.plans),
        first=part.offset + 1,
        next_url=around.get("next"),
        prev_url=around.get("prev"),
        csv_url=_without_window("targets.as_csv"),
        json_url=_without_window("targets.as_json"),
    )
    return page_response(html)


def _without_window(endpoint: str) -> str:
    """The address of a file of all rows that meet the filters, not of this page of them."""
    if {"limit", "offset"} & request.args.keys():
        given = {k: v for k, v in request.args.items() if v and k not in ("limit", "offset")}
        return url_for(endpoint, **given)  # type: ignore[arg-type]
    return with_filters(endpoint)


@blueprint.get("/targets.json")
def as_json() -> Response:
    """The ledger for programs, in pages."""
    _, rows = _chosen(paged=True)
    return page_of("targets", rows, window())


@blueprint.get("/targets/<target_id>")
def row(target_id: str) -> BaseResponse:
    """The permanent address of a target: its row in the ledger of its plan."""
    known_only()
    found = _row(target_id)
    own = [item["id"] for item in atlas().targets if item["plan"] == found["plan"]]
    offset = own.index(target_id) // PAGE_ROWS * PAGE_ROWS
    turn = {"offset": offset} if offset else {}
    anchor = f"t{found['number'][0]}-{found['plan']}"
    return redirect(url_for("targets.page", plan=found["plan"], _anchor=anchor, **turn), 302)  # type: ignore[arg-type]


@blueprint.get("/targets/<target_id>.json")
def row_json(target_id: str) -> Response:
    """One target, as it stands in the ledger."""
    known_only()
    return json_response({"dataVersion": atlas().version, **_row(target_id)})


def _row(target_id: str) -> Mapping[str, Any]:
    found = by_id(atlas().targets).get(target_id)
    if found is None:
        raise NotFoundError(_("没有编号为 %(id)s 的目标。", id=target_id[:80]))
    return found


@blueprint.get("/targets.csv")
def as_csv() -> Response:
    """The ledger for spreadsheets: all rows that meet the filters."""
    _, rows = _chosen(paged=False)
    plans = by_id(atlas().plans)
    return csv_response("targets.csv", COLUMNS, (_flat(row, plans[row["plan"]]) for row in rows))


@blueprint.get("/targets/results")
def results() -> Response:
    """Targets of an earlier plan against the results that later plans report."""
    known_only()
    store = atlas()
    rows = _with_targets(store)
    html = render_template(
        "results.html",
        rows=rows,
        tallies=Counter(row["outcome"] for row in rows),
        plans=by_id(store.plans),
        json_url=url_for("targets.results_json"),
    )
    return page_response(html)


@blueprint.get("/targets/results.json")
def results_json() -> Response:
    """The same for programs."""
    known_only()
    store = atlas()
    return json_response({"dataVersion": store.version, "results": _with_targets(store)})


def _with_targets(store: Atlas) -> list[dict[str, Any]]:
    known = by_id(store.targets)
    return [{**row, "target": known[row["target"]]} for row in store.results]


def _flat(row: Mapping[str, Any], plan: Mapping[str, Any]) -> dict[str, Any]:
    """A row as one line: codes in words, features as names and as ids."""
    return {
        **row,
        "plan_title": plan["short_title"],
        "district": plan["district"],
        "subject": SUBJECTS[row["subject"]],
        "features": "、".join(feature["name"] for feature in row["features"]),
        "feature_ids": " ".join(feature["id"] for feature in row["features"]),
        "comparator": COMPARATORS[row["comparator"]],
        "basis": BASES.get(row["basis"], ""),
        "change": CHANGES.get(row["change"], ""),
        "year_stated": "文中写明" if row["year_stated"] else "取规划期末",
        "strive": "力争" if row["strive"] else "",
        "worded": "以文字表述" if row["worded"] else "",
        "nature": row["nature"] or "",
        "indicator_row": row["indicator_row"] or "",
        "sentence": row["sentence"]["exact"],
        "section": section_of(row["path"]),
        "number_start": row["number"][0],
        "number_end": row["number"][1],
        "raw_line": row["raw_lines"][0],
    }
