"""The findings: results of the checks, and the catalogue of the checks themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, render_template

from app.web.access import atlas, by_id
from app.web.paging import WINDOW, page_of, window
from app.web.parameters import known_only, one_of
from app.web.responses import page_response
from app.web.tables import csv_response, matching, with_filters
from app.web.words import LEVEL_WORDS

blueprint = Blueprint("findings", __name__)
FILTERS = ("code", "level", "plan")
LEVELS = ("error", "warning", "info")  # gravest first
COLUMNS = ("code", "title", "level", "level_title", "plan", "feature", "name", "message", "cure")


def catalogue() -> dict[str, Mapping[str, Any]]:
    """The checks by code."""
    return {check["code"]: check for check in atlas().checks}


def chosen_filters(more: tuple[str, ...] = ()) -> dict[str, str | None]:
    """The filters of the current request; ``more`` may be asked too.

    Raises
    ------
    RequestError
        Unknown parameter, or a code, level or plan that does not exist.
    """
    known_only((*FILTERS, *more))
    store = atlas()
    codes = {*catalogue(), *(row["code"] for row in store.findings)}  # checks of the reference data too
    known = {"code": codes, "level": LEVELS, "plan": by_id(store.plans)}
    return {name: one_of(name, known[name]) for name in FILTERS}


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A finding with the title of its check, and the Chinese word for its level."""
    check = catalogue().get(row["code"])
    return {
        **{key: row[key] for key in ("code", "level", "plan", "feature", "name", "message", "cure")},
        "title": check["title"] if check else "",
        "level_title": LEVEL_WORDS.get(row["level"], row["level"]),
    }


def _rows(more: tuple[str, ...] = ()) -> list[Mapping[str, Any]]:
    rows = matching(atlas().findings, chosen_filters(more))
    return sorted(rows, key=lambda row: (LEVELS.index(row["level"]), row["code"]))


@blueprint.get("/findings")
def page() -> Response:
    """The findings for people, gravest first."""
    chosen = chosen_filters()
    store = atlas()
    html = render_template(
        "findings.html",
        rows=_rows(),
        chosen=chosen,
        total=len(store.findings),
        plans=by_id(store.plans),
        checks=store.checks,
        counts=Counter(row["code"] for row in store.findings),
        titles={check["code"]: check["title"] for check in store.checks},
        csv_url=with_filters("findings.as_csv"),
        json_url=with_filters("findings.as_json"),
    )
    return page_response(html)


@blueprint.get("/findings.json")
def as_json() -> Response:
    """The findings and the catalogue of checks, for programs."""
    rows = [flat(row) for row in _rows(WINDOW)]
    return page_of("findings", rows, window(whole_list=True), checks=atlas().checks)


@blueprint.get("/findings.csv")
def as_csv() -> Response:
    """The findings for spreadsheets."""
    return csv_response("findings.csv", COLUMNS, map(flat, _rows()))
