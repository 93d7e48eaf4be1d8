"""Readers that share nothing with the writers: each gives rows of (id, geometry, properties).

GeoPackage is read as the SQLite file it is, FlatGeobuf by fiona with a GDAL of its own, Shapefile by
pyshp, PMTiles by pmtiles and mapbox-vector-tile, the others by the standard library and shapely.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import fiona
import mapbox_vector_tile
import pyarrow.parquet
import shapefile
import shapely
from pmtiles.reader import MmapSource, Reader
from shapely.geometry.base import BaseGeometry

KML = "{http://www.opengis.net/kml/2.2}"


@dataclass(frozen=True)
class Row:
    id: str
    geometry: BaseGeometry | None
    values: dict[str, Any]


def geojson(path: Path) -> Iterator[Row]:
    for item in json.loads(path.read_bytes())["features"]:
        geometry = None if item["geometry"] is None else shapely.geometry.shape(item["geometry"])
        yield Row(item["id"], geometry, item["properties"])


def geopackage(path: Path) -> Iterator[Row]:
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        for (table,) in db.execute("SELECT table_name FROM gpkg_contents WHERE data_type = 'features'"):
            for row in db.execute(f'SELECT * FROM "{table}" ORDER BY fid'):
                values = dict(row)
                assert values["layer"] == table
                yield Row(values["id"], _gpkg_geometry(values.pop("geom")), values)


def _gpkg_geometry(blob: bytes | None) -> BaseGeometry | None:
    """OGC 12-128r18, 2.1.3: magic, version, flags, srs, envelope, then WKB."""
    if blob is None:
        return None
    assert blob[:2] == b"GP"
    envelope = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}[(blob[3] >> 1) & 7]
    return shapely.from_wkb(blob[8 + envelope :])


def flatgeobuf(path: Path) -> Iterator[Row]:
    with fiona.open(path) as source:
        for item in source:
            geometry = None if item.geometry is None else shapely.geometry.shape(item.geometry)
            yield Row(item.properties["id"], geometry, dict(item.properties))


def geoparquet(path: Path) -> Iterator[Row]:
    for values in pyarrow.parquet.read_table(path).to_pylist():
        wkb = values.pop("geom")
        yield Row(values["id"], None if wkb is None else shapely.from_wkb(wkb), values)


def shapefiles(path: Path) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as name, zipfile.ZipFile(path) as archive:
        archive.extractall(name)
        for table in sorted(Path(name).glob("*.dbf")):
            assert table.with_suffix(".cpg").read_text() == "UTF-8"
            if table.with_suffix(".shp").exists():
                with shapefile.Reader(str(table)) as source:
                    for item in source.iterShapeRecords():
                        geometry = shapely.geometry.shape(item.shape.__geo_interface__)
                        yield Row(item.record["id"], geometry, item.record.as_dict())
            else:
                with shapefile.Reader(dbf=str(table)) as source:
                    for record in source.iterRecords():
                        yield Row(record["id"], None, record.as_dict())


def kml(path: Path) -> Iterator[Row]:
    yield from _kml(path.read_bytes())


def kmz(path: Path) -> Iterator[Row]:
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["doc.kml"]
        yield from _kml(archive.read("doc.kml"))


def _kml(body: bytes) -> Iterator[Row]:
    root = ET.fromstring(body)
    for mark in root.iter(f"{KML}Placemark"):
        values: dict[str, Any] = {
            data.attrib["name"]: data.findtext(f"{KML}value") for data in mark.iter(f"{KML}Data")
        }
        values["name"] = mark.findtext(f"{KML}name")
        values["description"] = mark.findtext(f"{KML}description")
        parts = [
            _kml_geometry(child)
            for child in mark
            if child.tag.removeprefix(KML) in ("Point", "LineString", "Polygon", "MultiGeometry")
        ]
        assert len(parts) <= 1
        yield Row(values["id"], parts[0] if parts else None, values)


def _kml_geometry(element: ET.Element) -> BaseGeometry:
    kind = element.tag.removeprefix(KML)
    if kind == "Point":
        return shapely.Point(_kml_coordinates(element)[0])
    if kind == "LineString":
        return shapely.LineString(_kml_coordinates(element))
    if kind == "Polygon":
        shell = element.find(f"{KML}outerBoundaryIs")
        assert shell is not None
        holes = [_kml_coordinates(hole) for hole in element.findall(f"{KML}innerBoundaryIs")]
        return shapely.Polygon(_kml_coordinates(shell), holes)
    parts = [_kml_geometry(child) for child in element]
    multi = {
        "Point": shapely.MultiPoint,
        "LineString": shapely.MultiLineString,
        "Polygon": shapely.MultiPolygon,
    }
    geometry: BaseGeometry = multi[parts[0].geom_type](parts)
    return geometry


def _kml_coordinates(element: ET.Element) -> list[tuple[float, float]]:
    text = next(element.iter(f"{KML}coordinates")).text or ""
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in text.split())]


def csv_table(path: Path) -> Iterator[Row]:
    text = path.read_bytes().decode("utf-8-sig")
    for values in csv.DictReader(io.StringIO(text, newline="")):
        wkt = values.pop("wkt")
        plain = {key: value.removeprefix("'") for key, value in values.items()}
        yield Row(plain["id"], shapely.from_wkt(wkt) if wkt else None, plain)


def pmtiles(path: Path) -> Iterator[Row]:
    """Each feature once, its geometry the parts of all tiles of the largest zoom, in degrees."""
    found: dict[str, tuple[dict[str, Any], list[BaseGeometry]]] = {}
    with path.open("rb") as file:
        source = MmapSource(file)
        reader = Reader(source)
        zoom = reader.header()["max_zoom"]
        for (z, x, y), tile in _tiles(source):
            if z != zoom:
                continue
            for layer, content in mapbox_vector_tile.decode(
                gzip.decompress(tile), default_options={"y_coord_down": True}
            ).items():
                for item in content["features"]:
                    values = item["properties"]
                    assert values["layer"] == layer
                    shape = shapely.geometry.shape(item["geometry"])
                    found.setdefault(values["id"], (values, []))[1].append(
                        shapely.transform(shape, _to_degrees(z, x, y, content["extent"]))
                    )
        listed = reader.metadata()["registered"]
    for feature_id, (values, parts) in found.items():
        yield Row(feature_id, shapely.GeometryCollection(parts), values)
    for values in listed:
        yield Row(values["id"], None, values)


def _tiles(source: Any) -> Iterator[tuple[tuple[int, int, int], bytes]]:
    from pmtiles.reader import all_tiles

    yield from all_tiles(source)


def _to_degrees(z: int, x: int, y: int, extent: int) -> Callable[[Any], Any]:
    import numpy as np

    def move(xy: Any) -> Any:
        world = (xy / extent + (x, y)) / 2**z
        latitude = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * world[:, 1]))))
        return np.column_stack((world[:, 0] * 360 - 180, latitude))

    return move


READERS: dict[str, Callable[[Path], Iterator[Row]]] = {
    "geojson": geojson,
    "gpkg": geopackage,
    "fgb": flatgeobuf,
    "parquet": geoparquet,
    "shp": shapefiles,
    "kml": kml,
    "kmz": kmz,
    "csv": csv_table,
    "pmtiles": pmtiles,
}


def read(format_id: str, path: Path) -> dict[str, Row]:
    """Rows by feature id; an id that stands twice is an error."""
    rows = list(READERS[format_id](path))
    by_id = {row.id: row for row in rows}
    assert len(by_id) == len(rows), "an id stands twice"
    return by_id
