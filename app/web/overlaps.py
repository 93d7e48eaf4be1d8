"""Where plans collide: the ground that the features of two layers share."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, render_template

from app.atlas.overlay import Collision, collisions
from app.atlas.query import Query
from app.errors import RequestError
from app.language import gettext as _
from app.web.access import atlas, by_id
from app.web.derived import derived_geojson
from app.web.parameters import known_only, one_of
from app.web.responses import page_response
from app.web.tables import csv_response, with_filters

if TYPE_CHECKING:
    from app.atlas.store import Atlas

blueprint = Blueprint("overlaps", __name__)
NAMES: Final = ("first", "second")
COLUMNS: Final = (
    "id", "first", "first_name", "second", "second_name", "overlap_ha", "share_of_first", "share_of_second",
    "certainty",
)  # fmt: skip
_SURENESS: Final = ("located", "approximate", "indicative")


@lru_cache(maxsize=64)
def _collisions(store: Atlas, first: str, second: str) -> list[Collision]:
    sides = (store.query(Query(layer=layer, registered=False)).items for layer in (first, second))
    return collisions(store, *sides)


def _chosen() -> tuple[str | None, str | None]:
    known_only(NAMES)
    layers = by_id(atlas().layers)
    first, second = (one_of(name, layers) for name in NAMES)
    return first, second


def _answer() -> list[Collision]:
    """The collisions of the two layers that the request names.

    Raises
    ------
    RequestError
        A layer is missing or unknown.
    """
    first, second = _chosen()
    if first is None or second is None:
        raise RequestError(_("请给出两个图层：first=图层编号&second=图层编号。"))
    return _collisions(atlas(), first, second)


def flat(row: Collision) -> dict[str, Any]:
    """A collision as one line; ``certainty`` is that of the less certain of the two shapes."""
    pair = (row.first.properties, row.second.properties)
    return {
        "id": f"{row.first.id}~{row.second.id}",
        "first": row.first.id,
        "first_name": pair[0]["name"],
        "second": row.second.id,
        "second_name": pair[1]["name"],
        "overlap_ha": round(row.overlap_ha, 2),
        "share_of_first": round(row.share_of_first, 4),
        "share_of_second": round(row.share_of_second, 4),
        "certainty": max((str(p["certainty"]) for p in pair), key=_SURENESS.index),
    }


@blueprint.get("/overlaps")
def page() -> Response:
    """The report for people, or the choice of two layers."""
    first, second = _chosen()
    store = atlas()
    rows = _collisions(store, first, second) if first and second else None
    html = render_template(
        "overlaps.html",
        rows=None if rows is None else [flat(row) for row in rows],
        chosen={"first": first, "second": second},
        plans=by_id(store.plans),
        layers=[layer for layer in store.layers if layer["located"]],
        csv_url=with_filters("overlaps.as_csv"),
        geojson_url=with_filters("overlaps.as_geojson"),
    )
    return page_response(html)


@blueprint.get("/overlaps.geojson")
def as_geojson() -> Response:
    """The shared ground of each pair as GeoJSON."""
    rows = _answer()
    return derived_geojson(((row.overlap, flat(row)) for row in rows), head={"numberMatched": len(rows)})


@blueprint.get("/overlaps.csv")
def as_csv() -> Response:
    """The report for spreadsheets."""
    return csv_response("overlaps.csv", COLUMNS, map(flat, _answer()))
