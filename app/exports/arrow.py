"""Features as a stream of Arrow batches, and that stream into files through GDAL or Parquet.

One stream feeds GeoPackage, FlatGeobuf, Shapefile and GeoParquet, so the formats cannot drift apart. It is
read batch by batch: a hundred thousand features never stand in memory together. GDAL and Arrow are
imported here when something is written, because a server that only answers maps does without them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyproj
import shapely

from app.errors import ExportError
from app.exports.table import Column, ColumnKind, Rows, cell
from app.places.crs import GCJ02, OfferedCrs

if TYPE_CHECKING:
    import pyarrow as pa

    from app.atlas.features import StoredFeature

GEOMETRY: Final = "geom"
STAMP: Final = "2021-01-01T00:00:00Z"
"""GDAL stamps files with the current time; a fixed one keeps the same selection the same bytes."""
Ticker = Callable[[int], None]
"""Told how many further features were written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Features as Arrow batches with a WKB column ``geom``.

    Parameters
    ----------
    rows
        Batches with geometries in the wanted system.
    columns
        Columns read from the features' properties.
    constant
        Columns that hold the same text in each row.
    geometry
        False for a table without geometry.
    tick
        Told after each batch.
    names
        Names in the file where they differ from the columns'.
    value
        What stands in a cell, where that is not the plain value.
    """

    rows: Iterable[Rows]
    columns: Sequence[Column]
    constant: Mapping[str, str]
    geometry: bool = True
    tick: Ticker = lambda _: None
    names: Mapping[str, str] = field(default_factory=dict)
    value: Callable[[StoredFeature, Column], Any] | None = None

    def reader(self, failures: list[Exception]) -> pa.RecordBatchReader:
        """The stream as Arrow reads it, once.

        What goes wrong while it is read is put into ``failures``: a reader in C only says that it did.
        """
        import pyarrow as pa

        schema = self.schema()

        def read() -> Iterator[pa.RecordBatch]:
            try:
                for rows in self.rows:
                    yield self._batch(rows, schema)
            except Exception as error:
                failures.append(error)
                raise

        return pa.RecordBatchReader.from_batches(schema, read())

    def schema(self) -> pa.Schema:
        """Names and types of the columns; the geometry is marked as GeoArrow's WKB."""
        import pyarrow as pa

        fields = [
            pa.field(
                self.names.get(column.name, column.name),
                pa.float64() if column.kind is ColumnKind.NUMBER else pa.string(),
            )
            for column in self.columns
        ]
        fields += [pa.field(name, pa.string()) for name in self.constant]
        if self.geometry:
            mark = {"ARROW:extension:name": "geoarrow.wkb"}
            fields.append(pa.field(GEOMETRY, pa.binary(), metadata=mark))
        return pa.schema(fields)

    def _batch(self, rows: Rows, schema: pa.Schema) -> pa.RecordBatch:
        import pyarrow as pa

        value = self.value or _plain
        arrays: list[list[Any]] = [
            [value(feature, column) for feature in rows.features] for column in self.columns
        ]
        arrays += [[value] * len(rows.features) for value in self.constant.values()]
        if self.geometry:
            arrays.append(_wkb(rows.geometries))
        batch = pa.RecordBatch.from_arrays(
            [pa.array(values, kind) for values, kind in zip(arrays, schema.types, strict=True)],
            schema=schema,
        )
        self.tick(len(rows.features))
        return batch


def _plain(feature: StoredFeature, column: Column) -> Any:
    return cell(column, feature.properties)


def _wkb(geometries: np.ndarray[Any, np.dtype[np.object_]]) -> list[bytes | None]:
    present = np.array([geometry is not None for geometry in geometries], dtype=bool)
    out: list[bytes | None] = [None] * len(geometries)
    for position, value in zip(
        np.flatnonzero(present), shapely.to_wkb(geometries[present], flavor="iso"), strict=True
    ):
        out[int(position)] = value
    return out


def wkt_of(crs: OfferedCrs) -> str:
    """The system as WKT for files, which all put x (longitude, easting) first.

    GCJ-02 has no authority; it gets a geographic system of its own, so that no program takes it for WGS84.
    """
    if crs.code == GCJ02:
        return (
            'GEOGCS["GCJ-02 (not for surveying)",DATUM["GCJ-02 (no published definition)",'
            'SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],'
            'UNIT["degree",0.0174532925199433],AXIS["Longitude",EAST],AXIS["Latitude",NORTH]]'
        )
    # a file's CRS84 is what GIS programs know as EPSG:4326 with longitude first
    code = "EPSG:4326" if crs.code == "OGC:CRS84" else crs.code
    return str(pyproj.CRS.from_user_input(code).to_wkt())


def write_layer(
    stream: Stream,
    path: Path,
    *,
    driver: str,
    layer: str,
    crs: OfferedCrs,
    geometry_type: str = "Unknown",
    append: bool = False,
    metadata: Mapping[str, str] | None = None,
    options: Mapping[str, str] | None = None,
) -> None:
    """Write a stream as a layer of a file, adding the layer to a file of several.

    Parameters
    ----------
    driver
        GDAL's name of the format.
    geometry_type
        The layer's declared type; ``Unknown`` takes any mixture.
    append
        Whether the layer is there and gets more rows.
    metadata
        Said of the file, in formats that can.
    options
        GDAL's creation options.

    Raises
    ------
    ExportError
        GDAL could not write: a full disk, a folder without the right to write.
    """
    import pyogrio

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": STAMP, "OGR_SQLITE_SYNCHRONOUS": "OFF"})
    failures: list[Exception] = []
    with gdal_errors(failures):
        pyogrio.write_arrow(
            stream.reader(failures),
            path,
            layer=layer,
            driver=driver,
            geometry_name=GEOMETRY if stream.geometry else None,
            geometry_type=geometry_type if stream.geometry else None,
            crs=wkt_of(crs) if stream.geometry else None,
            encoding="UTF-8",
            append=append,
            dataset_metadata=dict(metadata) if metadata else None,
            **(options or {}),
        )


@contextmanager
def gdal_errors(failures: Sequence[Exception]) -> Iterator[None]:
    """Turn GDAL's and Arrow's failures into one sentence, or into our own where that was the cause."""
    import pyarrow as pa
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError

    try:
        yield
    except (
        DataSourceError,
        DataLayerError,
        FeatureError,
        FieldError,
        RuntimeError,
        pa.ArrowException,
    ) as error:
        if failures:
            raise failures[0] from None
        raise ExportError(f"导出文件没有写成：{str(error).splitlines()[0][:200]}") from error
