"""One box for everything: places, targets, indicators, sections and the words of the plans."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, render_template, url_for

from app.atlas.fulltext import Found, FullText, Kind, Row
from app.atlas.pinyin import sounded
from app.errors import RequestError
from app.language import CHINESE, current, listed, mark, pgettext
from app.language import gettext as _
from app.web.access import atlas, by_id
from app.web.paging import WINDOW, Window, links, neighbours, window, with_link_header
from app.web.parameters import known_only, one_of, text
from app.web.plans import reading
from app.web.responses import json_response, page_response

if TYPE_CHECKING:
    from app.atlas.store import Atlas

blueprint = Blueprint("find", __name__)
GROUP_ROWS = 12
ONE_GROUP_ROWS = 60
TITLES: Mapping[Kind, str] = {
    Kind.PLACES: mark("地点"),
    Kind.TARGETS: mark("目标"),
    Kind.INDICATORS: mark("指标"),
    Kind.SECTIONS: mark("章节"),
    Kind.PASSAGES: mark("原文"),
}


def _titled(kind: Kind) -> str:
    """What a group is called in the current language; elsewhere one section or one passage is meant."""
    if kind is Kind.SECTIONS:
        return pgettext("found", "章节")
    return pgettext("found", "原文") if kind is Kind.PASSAGES else _(TITLES[kind])


@lru_cache(maxsize=2)
def _full_text(store: Atlas) -> FullText:
    return FullText(store, {str(plan["id"]): reading(store, str(plan["id"])) for plan in store.plans})


def _asked() -> tuple[str, Kind | None, Window, Found]:
    """The question of the current request and what it brings.

    Raises
    ------
    RequestError
        Unknown parameter or group, a text too long, or an offset without a group.
    """
    known_only(("q", "group", *WINDOW))
    query, name = text("q") or "", one_of("group", list(Kind))
    only = Kind(name) if name else None
    part = window(ONE_GROUP_ROWS if only else GROUP_ROWS)
    if part.offset and only is None:
        raise RequestError(_("offset 须与 group 同用；可用的 group：%(groups)s。", groups=listed(Kind)))
    found = _full_text(atlas()).search(query, only=only, limit=part.limit, offset=part.offset)
    return query, only, part, found


def _urls(kind: Kind, row: Row) -> dict[str, str]:
    """Where a row leads: ``url`` to what it is, ``passage_url`` to its words, ``map_url`` to its place."""
    if kind is Kind.PLACES:
        page = url_for("features.page", feature_id=row.id)
        return {"url": page, "map_url": url_for("map.index", feature=row.id)}
    if kind is Kind.SECTIONS:
        return {"url": url_for("plans.page", plan_id=row.plan, _anchor=row.id)}
    passage = url_for("plans.passage", plan_id=row.plan, start=row.start, end=row.end)
    if kind is Kind.TARGETS:
        return {"url": url_for("targets.row", target_id=row.id), "passage_url": passage}
    if kind is Kind.INDICATORS:
        anchor = f"{row.plan}-{row.about['number']}"
        page = url_for("indicators.page", plan=row.plan, _anchor=anchor)
        return {"url": page, "passage_url": passage}
    return {"url": passage, "passage_url": passage}


def _flat(kind: Kind, row: Row) -> dict[str, Any]:
    values = {
        "id": row.id,
        "plan": row.plan,
        "plan_title": by_id(atlas().plans)[row.plan]["short_title"],
        "title": row.title,
        "before": row.before,
        "hit": row.hit,
        "after": row.after,
        "path": [{"label": label, "inferred": inferred} for label, inferred in row.path],
        **row.about,
    }
    if current() != CHINESE:
        values["plan_title_en"] = by_id(atlas().plans)[row.plan]["short_title_en"]
        if kind is Kind.PLACES:
            values["pinyin"] = sounded(row.title)
    if row.start is not None:
        values |= {"start": row.start, "end": row.end}
    return values | _urls(kind, row)


@blueprint.get("/search")
def page() -> Response:
    """What ``q`` finds, by group, for people; with ``group``, all of that group in pages."""
    query, only, part, found = _asked()
    groups = [
        {
            "kind": group.kind.value,
            "title": _titled(group.kind),
            "matched": group.matched,
            "rows": [_flat(group.kind, row) for row in group.rows],
        }
        for group in found.groups
    ]
    html = render_template(
        "search.html",
        query=query,
        only=only,
        found=found,
        groups=groups,
        part=part,
        plans=by_id(atlas().plans),
        titles={kind.value: _titled(kind) for kind in Kind},
        pager=neighbours(part, found.groups[0].matched) if only else {},
    )
    return page_response(html)


@blueprint.get("/search.json")
def as_json() -> Response:
    """The same for programs; the search box asks here while a name is typed."""
    query, only, part, found = _asked()
    body: dict[str, Any] = {"dataVersion": atlas().version, "q": query, "readAs": list(found.read_as)}
    groups = [
        {
            "group": group.kind.value,
            "title": TITLES[group.kind],
            **({} if current() == CHINESE else {"title_en": _titled(group.kind)}),
            "numberMatched": group.matched,
            "numberReturned": len(group.rows),
            "rows": [_flat(group.kind, row) for row in group.rows],
        }
        for group in found.groups
    ]
    if only is None:
        return json_response({**body, "groups": groups})
    around = links(part, found.groups[0].matched)
    return with_link_header(json_response({**body, "links": around, "groups": groups}), around)
