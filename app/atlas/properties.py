"""A built feature as the properties that every page, answer and export shows.

The names here are the public ones; the README documents them. Values are plain JSON types.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.atlas.ledger import target_values
from app.atlas.model import Feature
from app.places.model import Georeference, certainty_of
from app.plans.document import PlanText
from app.plans.model import Passage, Target

COORDINATE_DECIMALS = 6  # about 0.1 m, far below any tolerance stated here


def properties(feature: Feature, plan: PlanText) -> dict[str, Any]:
    """The public properties of a feature; ``plan`` gives the raw lines its passages stand on."""
    entry, reference = feature.entry, feature.georeference
    values = {
        "id": entry.id,
        "name": entry.name,
        "aliases": list(entry.aliases),
        "kind": entry.kind.value,
        "theme": entry.theme,
        "layer": entry.layer,
        "plan": entry.plan,
        "district": feature.plan.district,
        "system": entry.system,
        "parent": entry.parent,
        "level": entry.level.value,
        "status": entry.status.value,
        "method": reference.method.value,
        "certainty": certainty_of(reference, editorial=entry.editorial).value,
        "tolerance_m": _rounded(reference.tolerance_m, 0),
        "evidence": _evidence(reference),
        "stated_area_km2": feature.stated_area_km2,
        "computed_area_km2": _rounded(feature.computed_area_km2, 4),
        "stated_length_km": feature.stated_length_km,
        "computed_length_km": _rounded(feature.computed_length_km, 3),
        "passages": [_passage(passage, plan) for passage in feature.text.passages],
        "targets": [_target(target, feature.text.passages) for target in feature.text.targets],
        "findings": [
            {"code": f.code, "level": f.level.value, "message": f.message, "cure": f.cure}
            for f in feature.findings
        ],
        "note": entry.note,
        "reason": reference.reason,
    }
    if feature.superseded:
        values["superseded"] = [_earlier(item, entry.editorial) for item in feature.superseded]
    return values


def _earlier(reference: Georeference, editorial: bool) -> dict[str, Any]:
    """A georeference that an authority's geometry took the place of, its geometry with it."""
    geometry = None if reference.geometry is None else published_geometry(reference.geometry)
    return {
        "method": reference.method.value,
        "certainty": certainty_of(reference, editorial=editorial).value,
        "tolerance_m": _rounded(reference.tolerance_m, 0),
        "reason": reference.reason,
        "evidence": _evidence(reference),
        "geometry": None if geometry is None else shapely.geometry.mapping(geometry),
    }


def _evidence(reference: Georeference) -> list[dict[str, str]]:
    return [{"source": e.source, "ref": e.ref, "note": e.note} for e in reference.evidence]


def _passage(passage: Passage, plan: PlanText) -> dict[str, Any]:
    return {
        "id": passage.id,
        "plan": passage.plan,
        "start": passage.start,
        "end": passage.end,
        "exact": passage.exact,
        "prefix": passage.prefix,
        "suffix": passage.suffix,
        "role": passage.role.value,
        "path": [{"id": i, "label": label, "inferred": inferred} for i, label, inferred in passage.path],
        "mentions": [list(span) for span in passage.mentions],
        "raw_lines": list(plan.raw_lines(passage.start, passage.end)),
    }


def _target(target: Target, passages: tuple[Passage, ...]) -> dict[str, Any]:
    quantity = target.quantity
    home = next((p.id for p in passages if p.start <= quantity.start and quantity.end <= p.end), None)
    return target_values(target) | {"passage": home}


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(float(value), digits)


def published_geometry(geometry: BaseGeometry) -> BaseGeometry:
    """The geometry as it is published: on a grid of 6 decimals, valid, exterior rings counter-clockwise.

    The grid is laid with GEOS's precision model: plain rounding can pinch a narrow polygon into an
    invalid one. Ring direction is RFC 7946, 3.1.6.
    """
    snapped = shapely.set_precision(shapely.force_2d(geometry), 10.0**-COORDINATE_DECIMALS)
    # The grid leaves digits of binary noise behind (117.19300000000001).
    rounded = shapely.transform(snapped, lambda xy: np.round(xy, COORDINATE_DECIMALS))
    return shapely.orient_polygons(rounded)


def geojson_feature(geometry: BaseGeometry | None, values: dict[str, Any]) -> bytes:
    """One RFC 7946 Feature as UTF-8 bytes, ``geometry`` already as published."""
    feature: dict[str, Any] = {"type": "Feature", "id": values["id"]}
    if geometry is not None:
        feature["bbox"] = list(geometry.bounds)
    feature["geometry"] = None if geometry is None else shapely.geometry.mapping(geometry)
    feature["properties"] = values
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":")).encode()
