"""The register: every feature that a plan names and the map does not show, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, render_template

from app.atlas.words import KINDS, REASONS, section_of
from app.web.access import atlas, by_id
from app.web.paging import WINDOW, page_of, window
from app.web.parameters import known_only, one_of
from app.web.responses import page_response
from app.web.tables import csv_response, matching, with_filters

blueprint = Blueprint("register", __name__)
FILTERS = ("plan", "reason", "theme")
COLUMNS = (
    "id", "name", "plan", "plan_title", "district", "theme", "theme_title", "kind", "kind_title", "level",
    "reason", "reason_title", "cure", "note", "passage", "section", "raw_line",
)  # fmt: skip


def chosen_filters(more: tuple[str, ...] = ()) -> dict[str, str | None]:
    """The filters of the current request; ``more`` may be asked too.

    Raises
    ------
    RequestError
        Unknown parameter, or a plan, reason or theme that does not exist.
    """
    known_only((*FILTERS, *more))
    store = atlas()
    known = {"plan": by_id(store.plans), "reason": REASONS, "theme": by_id(store.themes)}
    return {name: one_of(name, known[name]) for name in FILTERS}


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """An entry as one line of a table: codes with their Chinese words, the first passage as text."""
    store = atlas()
    passage = row["passage"]
    return {
        **{key: row[key] for key in ("id", "name", "plan", "district", "theme", "kind", "level", "reason")},
        "plan_title": by_id(store.plans)[row["plan"]]["short_title"],
        "theme_title": by_id(store.themes)[row["theme"]]["title"],
        "kind_title": KINDS.get(row["kind"], row["kind"]),
        "reason_title": REASONS.get(row["reason"], row["reason"]),
        "cure": row["cure"],
        "note": row["note"],
        "passage": passage["exact"] if passage else "",
        "section": section_of(passage["path"]) if passage else "",
        "raw_line": passage["raw_lines"][0] if passage else None,
    }


@blueprint.get("/register")
def page() -> Response:
    """The register for people."""
    chosen = chosen_filters()
    store = atlas()
    rows = matching(store.register, chosen)
    themes = {row["theme"] for row in store.register}
    html = render_template(
        "register.html",
        rows=rows,
        chosen=chosen,
        total=len(store.register),
        plans=by_id(store.plans),
        themes={theme["id"]: theme for theme in store.themes if theme["id"] in themes},
        tallies=Counter(row["reason"] for row in rows).most_common(),
        csv_url=with_filters("register.as_csv"),
        json_url=with_filters("register.as_json"),
    )
    return page_response(html)


@blueprint.get("/register.json")
def as_json() -> Response:
    """The register for programs; ``first_passage`` is the first passage with its selectors, or null."""
    rows, part = matching(atlas().register, chosen_filters(WINDOW)), window(whole_list=True)
    shown = [{**flat(row), "first_passage": row["passage"]} for row in part.of(rows)]
    return page_of("register", shown, part, matched=len(rows))


@blueprint.get("/register.csv")
def as_csv() -> Response:
    """The register for spreadsheets."""
    chosen = chosen_filters()
    return csv_response("register.csv", COLUMNS, map(flat, matching(atlas().register, chosen)))
