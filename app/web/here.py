"""What the plans say here: every feature that applies to a point, line or area, and what lies near it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, render_template, request
from shapely.geometry import mapping

from app.atlas.overlay import Hit, applying, areas_of, lines_of, nearby
from app.maps.page import ground_map
from app.places.measure import area_km2, length_km
from app.web import ground as grounds
from app.web.access import atlas, by_id, styles
from app.web.addresses import NARROWING, meaning
from app.web.derived import derived_geojson
from app.web.ground import Ground, read_ground
from app.web.map import urls
from app.web.parameters import known_only, one_of, text, whole
from app.web.responses import page_response
from app.web.tables import csv_response, with_filters

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

blueprint = Blueprint("here", __name__)
FARTHEST_M: Final = 5_000
NAMES: Final = (*grounds.NAMES, *NARROWING)
COLUMNS: Final = (
    "id", "name", "plan", "theme", "kind", "status", "certainty", "tolerance_m", "relation", "distance_m",
    "overlap_ha", "overlap_km", "share_of_feature", "share_of_ground", "passage", "raw_line",
)  # fmt: skip


def answer() -> tuple[Ground, list[Hit]]:
    """The ground of the request and what applies to it, or with ``within`` what lies that near to it."""
    known_only(NAMES)
    store = atlas()
    wanted = {
        "plan": one_of("plan", by_id(store.plans)),
        "theme": one_of("theme", by_id(store.themes)),
    }
    metres = whole("within", 0, 0, FARTHEST_M)
    ground = read_ground()
    hits = nearby(store, ground.geometry, metres) if metres else applying(store, ground.geometry)
    given = {key: value for key, value in wanted.items() if value is not None}
    itself = request.args.get("feature", "").strip()
    return ground, [
        hit
        for hit in hits
        if hit.feature.id != itself and all(hit.feature.properties[k] == v for k, v in given.items())
    ]


def flat(hit: Hit) -> dict[str, Any]:
    """A hit as one line: the feature, how it stands to the ground, and the first passage that names it."""
    properties = hit.feature.properties
    passage = next(iter(properties["passages"]), None)
    kept = ("id", "name", "plan", "theme", "kind", "status", "certainty", "tolerance_m")
    return {
        **{key: properties[key] for key in kept},
        "relation": hit.relation.value,
        "distance_m": round(hit.distance_m),
        "overlap_ha": _rounded(hit.overlap_ha, 2),
        "overlap_km": _rounded(hit.overlap_km, 3),
        "share_of_feature": _rounded(hit.share_of_feature, 4),
        "share_of_ground": _rounded(hit.share_of_ground, 4),
        "passage": passage["exact"] if passage else "",
        "raw_line": passage["raw_lines"][0] if passage else None,
    }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _grouped(hits: Iterable[Hit]) -> dict[str, dict[str, list[Hit]]]:
    """Hits by plan and theme, in the order of the atlas."""
    store = atlas()
    groups: dict[str, dict[str, list[Hit]]] = {}
    order = {str(layer["id"]): place for place, layer in enumerate(store.layers)}
    for hit in sorted(hits, key=lambda hit: order[hit.feature.layer]):  # stable: keeps the surest first
        properties = hit.feature.properties
        groups.setdefault(properties["plan"], {}).setdefault(properties["theme"], []).append(hit)
    return groups


@blueprint.get("/here")
def page() -> BaseResponse:
    """The answer as a sheet for people, or how to ask when nothing is asked yet."""
    if not grounds.asked():
        known_only((*NAMES, "place"))
        if (place := text("place")) is not None:
            return meaning(place)
        return page_response(render_template("here.html", ground=None))
    ground, hits = answer()
    sure = [hit for hit in hits if hit.relation.value != "possible"]
    possible = [hit for hit in hits if hit.relation.value == "possible"]
    store = atlas()
    html = render_template(
        "here.html",
        ground=ground,
        hectares=area_km2(areas_of(ground.geometry)) * 100,
        kilometres=length_km(lines_of(ground.geometry)),
        within=whole("within", 0, 0, FARTHEST_M),
        groups=_grouped(sure),
        count=len(sure),
        possible=possible,
        plans=by_id(store.plans),
        themes=by_id(store.themes),
        styles=styles(),
        version=store.version,
        parts=ground_map(
            ground=mapping(ground.geometry),
            url=with_filters("here.as_geojson"),
            bounds=ground.geometry.bounds,
            book=styles(),
            urls=urls(),
        ),
        asked={name: value for name, value in request.args.items() if value and name != "within"},
        csv_url=with_filters("here.as_csv"),
        geojson_url=with_filters("here.as_geojson"),
        pdf_url=with_filters("prints.area"),
    )
    return page_response(html)


@blueprint.get("/here.geojson")
def as_geojson() -> Response:
    """The answer as GeoJSON: the features with how they stand to the ground."""
    ground, hits = answer()
    head = {
        "ground": {"title": ground.title, "geometry": mapping(ground.geometry)},
        "numberMatched": len(hits),
    }
    return derived_geojson(((hit.feature.geometry, flat(hit)) for hit in hits), head=head)


@blueprint.get("/here.csv")
def as_csv() -> Response:
    """The answer for spreadsheets."""
    _, hits = answer()
    return csv_response("here.csv", COLUMNS, map(flat, hits))
