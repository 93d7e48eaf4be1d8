"""GeoJSON of what is computed for one question: same credit and version as the atlas' own features."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response
from shapely.geometry.base import BaseGeometry

from app.atlas.export import feature_collection
from app.atlas.properties import geojson_feature, published_geometry
from app.atlas.store import StoredFeature
from app.web.access import atlas
from app.web.responses import GEOJSON, data_response


def derived_geojson(
    rows: Iterable[tuple[BaseGeometry | None, Mapping[str, Any]]], *, head: Mapping[str, Any]
) -> Response:
    """Serve rows of WGS84 geometry and properties; ``id`` among them becomes the feature's id."""
    features = []
    for geometry, row in rows:
        values = dict(row)
        shape = None if geometry is None else published_geometry(geometry)
        features.append(StoredFeature(str(values["id"]), shape, values, geojson_feature(shape, values)))
    return data_response(feature_collection(features, atlas=atlas(), head=head), GEOJSON)
