"""CSV for spreadsheets and scripts: every property, the geometry as WKT, and a point on it.

UTF-8 with a byte order mark, without which Excel reads Chinese as noise; lines end as RFC 4180 wants. A
cell that a spreadsheet would compute gets an apostrophe in front. Numbers stay numbers.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import shapely

from app.exports.arrow import Ticker
from app.exports.cells import safe_cell
from app.exports.selection import Selection
from app.exports.table import COLUMNS, batches, cell, label_point, origin
from app.places.crs import OfferedCrs


def write_csv(
    selection: Selection, draft: Path, *, crs: OfferedCrs, tick: Ticker, geometry: bool = True
) -> None:
    """Write the table row by row.

    The point stands in ``lon``, ``lat``, or ``x`` (easting), ``y`` (northing) in a projected system; the
    WKT in ``wkt``, x first. All three are empty for features without geometry.
    """
    constant = origin(selection, crs)
    point = ("x", "y") if crs.projected else ("lon", "lat")
    places = (*point, "wkt") if geometry else ()
    with draft.open("w", encoding="utf-8-sig", newline="") as sink:
        writer = csv.writer(sink, lineterminator="\r\n")
        writer.writerow([*(column.name for column in COLUMNS), *constant, *places])
        for rows in batches(selection.features(), crs):
            for feature, shape in zip(rows.features, rows.geometries, strict=True):
                values = [cell(column, feature.properties) for column in COLUMNS]
                where = _place(shape, crs) if geometry else []
                writer.writerow([_safe(value) for value in (*values, *constant.values())] + where)
            tick(len(rows.features))


def _safe(value: Any) -> Any:
    return value if isinstance(value, float) else safe_cell(value)


def _place(shape: Any, crs: OfferedCrs) -> list[Any]:
    if shape is None or shape.is_empty:
        return ["", "", ""]
    x, y = label_point(shape)
    wkt = shapely.to_wkt(shape, rounding_precision=crs.decimals, trim=True)
    return [round(x, crs.decimals), round(y, crs.decimals), wkt]
