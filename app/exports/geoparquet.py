"""GeoParquet 1.1: the same table for notebooks and databases.

The metadata follows https://geoparquet.org/releases/v1.1.0/. Rows are written in groups as they come;
which geometry types and which bounds they have is known at the end, where Parquet keeps its metadata.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyproj
import shapely

from app.exports.arrow import GEOMETRY, Stream, Ticker, gdal_errors
from app.exports.selection import Selection
from app.exports.table import COLUMNS, NOT_FOR_SURVEYING, Rows, batches, origin
from app.places.crs import GCJ02, OfferedCrs

VERSION = "1.1.0"


class _Seen:
    """Geometry types and bounds of the rows that went by."""

    def __init__(self) -> None:
        self.types: set[str] = set()
        self.bounds: list[float] | None = None

    def watch(self, rows: Iterator[Rows]) -> Iterator[Rows]:
        """The same rows, looked at."""
        for batch in rows:
            shapes = batch.geometries[[shape is not None for shape in batch.geometries]]
            self.types.update(shape.geom_type for shape in shapes)
            if len(shapes):
                west, south, east, north = shapely.total_bounds(shapes).tolist()
                old = self.bounds or [west, south, east, north]
                self.bounds = [
                    min(old[0], west),
                    min(old[1], south),
                    max(old[2], east),
                    max(old[3], north),
                ]
            yield batch


def write_geoparquet(selection: Selection, draft: Path, *, crs: OfferedCrs, tick: Ticker) -> None:
    """Write the table with zstd compression and the ``geo`` metadata."""
    import pyarrow.parquet as pq

    seen = _Seen()
    constant = origin(selection, crs)
    stream = Stream(
        rows=seen.watch(batches(selection.features(), crs)), columns=COLUMNS, constant=constant, tick=tick
    )
    # plain binary: the mark of an Arrow extension would make readers ask for a package
    schema = stream.schema()
    schema = schema.set(schema.get_field_index(GEOMETRY), schema.field(GEOMETRY).remove_metadata())
    failures: list[Exception] = []
    with gdal_errors(failures), pq.ParquetWriter(draft, schema, compression="zstd") as sink:
        for batch in stream.reader(failures):
            sink.write_batch(batch.cast(schema))
        said = {"title": selection.title, **constant}
        sink.add_key_value_metadata({"geo": json.dumps(_geo(seen, crs), ensure_ascii=False), **said})


def _geo(seen: _Seen, crs: OfferedCrs) -> dict[str, Any]:
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": sorted(seen.types),
        "orientation": "counterclockwise",
    }
    if seen.bounds is not None:
        column["bbox"] = seen.bounds
    geo: dict[str, Any] = {"version": VERSION, "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
    if crs.code == GCJ02:
        column["crs"] = None  # "undefined or unknown", as it must be for a system without definition
        geo["warning"] = NOT_FOR_SURVEYING
    elif crs.code != "OGC:CRS84":  # which is what a missing crs means
        column["crs"] = pyproj.CRS.from_user_input(crs.code).to_json_dict()
    return geo
