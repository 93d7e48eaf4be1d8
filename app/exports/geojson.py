"""GeoJSON: RFC 7946 in WGS84, and under another name GeoJSON of 2008 in the other systems.

RFC 7946 knows WGS84 only. Whoever asks for another system gets the older GeoJSON 2008 with its ``crs``
member, as GDAL, QGIS and ArcGIS read it; the file's name says so. GCJ-02 has no name that a program
could look up, and GDAL takes a null ``crs`` for WGS84: there the name is a definition of its own (WKT).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import shapely

from app.exports.arrow import Ticker, wkt_of
from app.exports.selection import Selection
from app.exports.table import NOT_FOR_SURVEYING, Rows, batches, is_wgs84
from app.places.crs import GCJ02, OfferedCrs


def write_geojson(selection: Selection, draft: Path, *, crs: OfferedCrs, tick: Ticker) -> None:
    """Write a FeatureCollection batch by batch; x (longitude, easting) first."""
    head: dict[str, Any] = {"type": "FeatureCollection", "name": selection.name, "title": selection.title}
    if not is_wgs84(crs):
        head["crs"] = _crs_member(crs)
    if crs.code == GCJ02:
        head["warning"] = NOT_FOR_SURVEYING
    head |= {
        "attribution": selection.attribution,
        "licence": selection.licence,
        "dataVersion": selection.version,
        "numberReturned": selection.count,
    }
    with draft.open("wb") as sink:
        sink.write(_json(head)[:-1] + b',"features":[')
        between = b""
        for rows in batches(selection.features(), crs):
            sink.write(between + b",\n".join(_features(rows, crs)))
            between = b",\n"
            tick(len(rows.features))
        sink.write(b"]}\n")


def _features(rows: Rows, crs: OfferedCrs) -> list[bytes]:
    if is_wgs84(crs):
        return [feature.geojson for feature in rows.features]
    return [
        _moved(feature.geojson, geometry, crs)
        for feature, geometry in zip(rows.features, rows.geometries, strict=True)
    ]


def _moved(geojson: bytes, geometry: Any, crs: OfferedCrs) -> bytes:
    feature = json.loads(geojson)
    feature.pop("bbox", None)
    if geometry is not None:
        coordinates = json.loads(shapely.to_geojson(geometry))
        feature["geometry"] = _rounded(coordinates, crs.decimals)
    if crs.code == GCJ02:
        feature["properties"]["crs"] = NOT_FOR_SURVEYING
    return _json(feature)


def _rounded(value: Any, decimals: int) -> Any:
    if isinstance(value, float):
        return round(value, decimals)
    if isinstance(value, list):
        return [_rounded(item, decimals) for item in value]
    if isinstance(value, dict):
        return {key: _rounded(item, decimals) for key, item in value.items()}
    return value


def _crs_member(crs: OfferedCrs) -> dict[str, Any]:
    authority, _, code = crs.code.partition(":")
    name = wkt_of(crs) if crs.code == GCJ02 else f"urn:ogc:def:crs:{authority}::{code}"
    return {"type": "name", "properties": {"name": name}}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
