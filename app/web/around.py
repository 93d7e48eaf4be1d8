"""What lies over a feature and what lies near it, in short: for its panel and page, and for programs.

The full answer, with all that applies and the passages, is :mod:`app.web.here`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, render_template, url_for

from app.atlas.overlay import Hit, Relation, applying, nearby
from app.atlas.pinyin import named
from app.errors import NotFoundError
from app.language import gettext as _
from app.web.access import atlas, by_id, find_feature
from app.web.here import flat
from app.web.parameters import known_only
from app.web.responses import data_response, json_response

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from app.atlas.store import Atlas, StoredFeature

blueprint = Blueprint("around", __name__)
MOST: Final = 5
REACHES_M: Final = (300, 1_000, 3_000)
"""How far is looked for neighbours: farther only where too few are near."""


@dataclass(frozen=True, slots=True)
class Around:
    """The first of what lies over a feature and near it, and how much there is in all.

    Parameters
    ----------
    overlaps
        What shares ground with the feature: the largest share of it first, what is drawn as indicative last.
    neighbours
        What lies apart from it, the nearest first.
    reach_m
        How far neighbours were looked for.
    """

    overlaps: Sequence[Hit]
    overlapping: int
    neighbours: Sequence[Hit]
    reach_m: int


@lru_cache(maxsize=2_000)
def around(store: Atlas, feature_id: str) -> Around:
    """What lies over a located feature and near it."""
    feature = store.feature(feature_id)
    assert feature is not None
    assert feature.geometry is not None
    over = [
        hit
        for hit in applying(store, feature.geometry)
        if hit.relation is not Relation.POSSIBLE and hit.feature.id != feature_id
    ]
    near: list[Hit] = []
    reach = REACHES_M[0]
    for reach in REACHES_M:
        near = [hit for hit in nearby(store, feature.geometry, reach) if hit.distance_m]
        if len(near) >= MOST:
            break
    # sorting is stable: of equal shares, what is smaller itself comes first
    return Around(sorted(over, key=_weight)[:MOST], len(over), near[:MOST], reach)


def _weight(hit: Hit) -> tuple[bool, float, float]:
    # many a project is drawn as the whole of the zone that it lies somewhere in
    vague = hit.feature.properties["certainty"] == "indicative"
    return vague, -(hit.share_of_ground or 0.0), -(hit.share_of_feature or 0.0)


def _located(feature_id: str, endpoint: str) -> StoredFeature | Response:
    feature = find_feature(feature_id, endpoint)
    if not isinstance(feature, Response) and feature.geometry is None:
        name = str(feature.properties["name"])
        raise NotFoundError(_("“%(name)s”没有落图，问不出周边；原因见未落图清单。", name=named(name)))
    return feature


@blueprint.get("/features/<feature_id>/around")
def fragment(feature_id: str) -> BaseResponse:
    """What lies over the feature and near it, as a fragment for its panel and page."""
    known_only()
    feature = _located(feature_id, "around.fragment")
    if isinstance(feature, Response):
        return feature
    html = render_template(
        "_around.html",
        found=around(atlas(), feature.id),
        plans=by_id(atlas().plans),
        here_url=url_for("here.page", feature=feature.id),
        near_url=url_for("here.page", feature=feature.id, within=1000),
    )
    return data_response(html.encode(), "text/html; charset=utf-8", shared=False)


@blueprint.get("/features/<feature_id>/around.json")
def as_json(feature_id: str) -> BaseResponse:
    """The same for programs."""
    known_only()
    feature = _located(feature_id, "around.as_json")
    if isinstance(feature, Response):
        return feature
    found = around(atlas(), feature.id)
    return json_response(
        {
            "id": feature.id,
            "dataVersion": atlas().version,
            "overlapping": found.overlapping,
            "overlaps": list(map(flat, found.overlaps)),
            "neighbours": list(map(flat, found.neighbours)),
            "reach_m": found.reach_m,
        }
    )
