"""Time: what became of places from one plan to another, as a list and with two plans side by side."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from app.atlas.query import Query
from app.errors import RequestError
from app.language import gettext as _
from app.language import titled
from app.maps.page import MapParts, Urls, compare_maps
from app.web.access import atlas, by_id, styles
from app.web.derived import derived_geojson
from app.web.lineagelines import lineage_lines
from app.web.map import urls
from app.web.paging import WINDOW, page_of, window
from app.web.parameters import known_only, one_of
from app.web.responses import json_response, page_response
from app.web.tables import with_filters

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from app.atlas.store import Atlas, StoredFeature

blueprint = Blueprint("compare", __name__)
FILTERS = ("plan", "kind", "basis")
COMPARED_THEMES = ("zones", "corridors")
VIEWS = ("side", "swipe")
LEVEL_ORDER = {"headline": 0, "project": 1, "mention": 2}


@lru_cache(maxsize=4)
def _index(store: Atlas) -> Mapping[str, list[dict[str, Any]]]:
    """The relations that each feature takes part in."""
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in store.lineage:
        for feature_id in (*row["from"], *row["to"]):
            found[feature_id].append(row)
    return dict(found)


def history(store: Atlas, feature_id: str) -> list[dict[str, Any]]:
    """The same place in other plans: each relation of a feature with the features of its other side.

    ``earlier`` tells whether these others stand before the feature in time.
    """
    rows = []
    for row in _index(store).get(feature_id, ()):
        earlier = feature_id in row["to"]
        others = row["from"] if earlier else row["to"]
        rows.append(
            {
                "relation": row,
                "earlier": earlier,
                "others": [found for found in map(store.feature, others) if found],
                "plan": by_id(store.plans)[row["from_plan"] if earlier else row["to_plan"]],
                "comparable": (row["from_plan"], row["to_plan"]) in _pairs(store),
            }
        )
    return sorted(rows, key=lambda item: not item["earlier"])


@lru_cache(maxsize=4)
def _pairs(store: Atlas) -> tuple[tuple[str, str], ...]:
    """The plans that can be compared: two of one district, the earlier first.

    A five-year plan stands before the plan of one of its years, which carries it out.
    """
    plans = sorted(store.plans, key=lambda plan: (plan["start_year"], -plan["end_year"], plan["id"]))
    return tuple(
        (str(one["id"]), str(other["id"]))
        for place, one in enumerate(plans)
        for other in plans[place + 1 :]
        if one["district"] == other["district"]
    )


@blueprint.get("/lineage")
def listing() -> Response:
    """All relations, for people."""
    filters, rows = _chosen()
    store = atlas()
    return page_response(
        render_template(
            "lineage.html",
            rows=rows,
            chosen=filters,
            plans=by_id(store.plans),
            kinds={row["kind"]: row["kind_title"] for row in store.lineage},
            bases={row["basis"]: row["basis_title"] for row in store.lineage},
            features=_named(store, rows),
            pairs=_pairs(store),
            total=len(store.lineage),
            json_url=with_filters("compare.as_json"),
        )
    )


@blueprint.get("/lineage.json")
def as_json() -> Response:
    """The relations with their differences, for programs, in pages."""
    _, rows = _chosen(WINDOW)
    return page_of("lineage", rows, window())


def _chosen(more: tuple[str, ...] = ()) -> tuple[dict[str, str | None], list[dict[str, Any]]]:
    """The filters of the current request and the relations that meet them; ``more`` may be asked too.

    Raises
    ------
    RequestError
        Unknown parameter, or a plan, kind or basis that does not exist.
    """
    known_only((*FILTERS, *more))
    store = atlas()
    known: dict[str, Iterable[str]] = {
        "plan": by_id(store.plans),
        "kind": {row["kind"] for row in store.lineage},
        "basis": {row["basis"] for row in store.lineage},
    }
    filters = {name: one_of(name, list(known[name])) for name in FILTERS}
    rows = [
        row
        for row in store.lineage
        if filters["plan"] in (None, row["from_plan"], row["to_plan"])
        and filters["kind"] in (None, row["kind"])
        and filters["basis"] in (None, row["basis"])
    ]
    return filters, rows


def _named(store: Atlas, rows: Iterable[Mapping[str, Any]]) -> dict[str, StoredFeature]:
    found = (store.feature(item) for row in rows for item in (*row["from"], *row["to"]))
    return {feature.id: feature for feature in found if feature}


@blueprint.get("/compare")
def page() -> BaseResponse:
    """Two plans of one district side by side, or one swept off the other; the earlier is on the left."""
    store = atlas()
    old, new, turned = _asked(store, ("view", "lines"))
    if turned is not None:
        return turned
    view = one_of("view", VIEWS)
    one_of("lines", ("off",))  # the page's script reads it
    plans = by_id(store.plans)
    found = comparison(store, old, new)
    html = render_template(
        "compare.html",
        old=plans[old],
        new=plans[new],
        choices=[plan for plan in store.plans if any(plan["id"] in pair for pair in _pairs(store))],
        maps=_maps(store, old, new, urls()),
        view=view,
        counts=Counter(row["kind_title"] for row in found["rows"]),
        **_drawn(store, old, new),
        legend=[
            (titled(row), styles().theme(row["id"])) for row in store.themes if row["id"] in COMPARED_THEMES
        ],
        plans=plans,
        **found,
    )
    return page_response(html)


@blueprint.get("/compare.json")
def comparison_json() -> BaseResponse:
    """The same for programs: relations with their differences, what is gone and what came."""
    store = atlas()
    old, new, turned = _asked(store)
    if turned is not None:
        return turned
    found = comparison(store, old, new)
    places = {
        side: [
            {"id": item.id, "name": item.properties["name"], "kind": item.properties["kind"], "level": level}
            for level, items in found[side].items()
            for item in items
        ]
        for side in ("gone", "came")
    }
    chains = [[row["id"] for row in chain] for chain in found["chains"]]
    head = {"dataVersion": store.version, "from": old, "to": new}
    relations = {"lineage": found["rows"], "dropped": found["dropped"], "chains": chains}
    return json_response({**head, **relations, **places})


@blueprint.get("/compare.geojson")
def lines() -> BaseResponse:
    """The relations of two plans as lines from the older place to the newer one."""
    store = atlas()
    old, new, turned = _asked(store)
    if turned is not None:
        return turned
    head = {"name": f"{old}-{new}-lineage", "from": old, "to": new}
    return derived_geojson(lineage_lines(store, _related(store, old, new)), head=head)


def _related(store: Atlas, old: str, new: str) -> list[dict[str, Any]]:
    """The relations from one plan to another, the dropped among them."""
    return [row for row in store.lineage if (row["from_plan"], row["to_plan"]) == (old, new)]


def _drawn(store: Atlas, old: str, new: str) -> dict[str, Any]:
    """``drawn`` the relations that the map shows, ``line_kinds`` their kinds with title and count."""
    found = [
        values for geometry, values in lineage_lines(store, _related(store, old, new)) if geometry is not None
    ]
    kinds = Counter((row["kind"], row["kind_title"]) for row in found)
    return {
        "drawn": {row["id"] for row in found},
        "line_kinds": [(kind, title, count) for (kind, title), count in kinds.most_common()],
    }


def _asked(store: Atlas, more: tuple[str, ...] = ()) -> tuple[str, str, BaseResponse | None]:
    """The two plans of the current request, the first pair where none is given; and where to go instead,
    if the later one was given first. ``more`` are parameters that may be asked too.

    Raises
    ------
    RequestError
        Unknown plans, or two that cannot be compared.
    """
    known_only(("from", "to", *more))
    pairs, plans = _pairs(store), list(by_id(store.plans))
    old, new = one_of("from", plans), one_of("to", plans)
    if old is None and new is None and pairs:
        return *pairs[0], None
    if old is None or new is None:
        raise RequestError(_("请同时给出 from 和 to 两份规划。"))
    if (old, new) not in pairs and (new, old) not in pairs:
        raise RequestError(_("%(old)s 与 %(new)s 不能对照：须是同一行政区的两份不同规划。", old=old, new=new))
    if (old, new) in pairs:
        return old, new, None
    earlier_first = request.args.to_dict() | {"from": new, "to": old}
    return old, new, redirect(url_for(str(request.endpoint), **earlier_first), 302)  # type: ignore[arg-type]


def comparison(store: Atlas, old: str, new: str) -> dict[str, Any]:
    """What two plans have in common, what is new and what is gone.

    Returns
    -------
    dict
        ``rows`` the direct relations, ``dropped`` those whose names the later plan no longer has,
        ``chains`` places that meet by way of a third plan, ``gone`` and ``came`` the features of each
        side that nothing relates, by level, ``features`` all that are named, by id.
    """
    own = _related(store, old, new)
    rows = [row for row in own if row["to"]]
    dropped = [row for row in own if not row["to"]]
    chains = _chains(store, old, new)
    ends = [end for chain in chains for end in (chain[0]["from"], chain[-1]["to"])]
    related = {item for row in own for item in (*row["from"], *row["to"])}
    related |= {item for end in ends for item in end}
    return {
        "rows": rows,
        "dropped": dropped,
        "chains": chains,
        "gone": _by_level(store, old, related),
        "came": _by_level(store, new, related),
        "features": _named(store, [*own, *(row for chain in chains for row in chain)]),
    }


def _chains(store: Atlas, old: str, new: str) -> list[tuple[dict[str, Any], ...]]:
    """Pairs of relations by which a place of ``old`` meets one of ``new`` that nothing relates directly."""
    direct = {
        (before, after)
        for row in store.lineage
        if (row["from_plan"], row["to_plan"]) == (old, new)
        for before in row["from"]
        for after in row["to"]
    }
    return [
        (first, second)
        for first in store.lineage
        if first["from_plan"] == old
        for second in store.lineage
        if second["to_plan"] == new
        and set(first["to"]) & set(second["from"])
        and not direct.issuperset((before, after) for before in first["from"] for after in second["to"])
        and second["to"]
    ]


def _by_level(store: Atlas, plan: str, related: set[str]) -> dict[str, list[StoredFeature]]:
    """The features of a plan that nothing relates, headline first."""
    own = [item for item in store.stream(Query(plan=plan)) if item.id not in related]
    levels = sorted({str(item.properties["level"]) for item in own}, key=lambda level: LEVEL_ORDER[level])
    return {level: [item for item in own if item.properties["level"] == level] for level in levels}


@lru_cache(maxsize=16)
def _maps(store: Atlas, old: str, new: str, addresses: Urls) -> tuple[MapParts, MapParts] | None:
    """The zones and corridors of both plans on two maps that move as one."""
    layers = [
        [
            row
            for row in store.layers
            if row["plan"] == plan and row["theme"] in COMPARED_THEMES and row["bbox"]
        ]
        for plan in (old, new)
    ]
    boxes = [row["bbox"] for side in layers for row in side]
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    pair: dict[str, Any] = {"from": old, "to": new}  # "from" is no name in Python
    return compare_maps(
        sides=[[str(row["id"]) for row in side] for side in layers],
        themes=COMPARED_THEMES,
        bounds=(min(west), min(south), max(east), max(north)),
        lines=url_for("compare.lines", **pair),
        feature=url_for("features.item", feature_id="PLACEHOLDER").replace("PLACEHOLDER", "{id}"),
        book=styles(),
        urls=addresses,
    )
