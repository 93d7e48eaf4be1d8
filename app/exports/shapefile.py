"""Shapefiles in a zip, for programs that take nothing else.

One Shapefile per geometry type, because the format allows no mixture, and a table for what is not on the
map. Field names are ASCII of at most 10 characters, text is UTF-8 with a ``.cpg``. A text longer than the
254 bytes of a field is cut between two characters; 字段说明.csv counts the cuts and names the features,
and 要素全表.csv holds every value uncut.
"""

from __future__ import annotations

import csv
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import shapely

from app.atlas.features import StoredFeature
from app.exports.arrow import Stream, Ticker, write_layer
from app.exports.cells import safe_cell
from app.exports.csvtable import write_csv
from app.exports.selection import Selection
from app.exports.table import (
    COLUMNS,
    ORIGIN,
    Column,
    ColumnKind,
    batches,
    cell,
    crs_label,
    file_name,
    in_words,
    origin,
)
from app.exports.zipped import zip_files
from app.places.crs import OfferedCrs

DICTIONARY: Final = "字段说明.csv"
FULL_TABLE: Final = "要素全表.csv"
README: Final = "说明.txt"
FIELD_BYTES: Final = 254  # dBASE III
# Shapefile has no Polygon beside MultiPolygon, nor LineString beside MultiLineString; but points it has.
_SUFFIX: Final = {
    "Point": "point",
    "MultiPoint": "multipoint",
    "LineString": "line",
    "MultiLineString": "line",
    "Polygon": "polygon",
    "MultiPolygon": "polygon",
}
_TYPES: Final = {"point": "Point", "multipoint": "MultiPoint", "line": "LineString", "polygon": "Polygon"}
_NONE: Final = "none"
_FIELDS: Final = tuple(column for column in COLUMNS if column.short)
_CUTS_NAMED: Final = 20


class _Cuts:
    """Cuts texts to the width of a field and remembers which."""

    def __init__(self) -> None:
        self.by_column: defaultdict[str, list[str]] = defaultdict(list)

    def __call__(self, feature: StoredFeature, column: Column) -> Any:
        plain = column.kind is not ColumnKind.LIST
        value = cell(column, feature.properties) if plain else in_words(column.name, feature.properties)
        if not isinstance(value, str):
            return value
        short = cut(value)
        if short != value:
            self.by_column[column.name].append(feature.id)
        return short


def cut(text: str, width: int = FIELD_BYTES) -> str:
    """The longest beginning of ``text`` that fits ``width`` bytes of UTF-8, never half a character."""
    raw = text.encode()
    return text if len(raw) <= width else raw[:width].decode(errors="ignore")


def write_shapefile(selection: Selection, draft: Path, *, crs: OfferedCrs, tick: Ticker) -> None:
    """Write the zip: Shapefiles, field dictionary, uncut table, and a note on origin and licence."""
    stem = file_name(selection, crs, "zip").removesuffix(".zip")
    counts: dict[str, int] = {}
    for feature in selection.features():
        suffix = suffix_of(feature)
        counts[suffix] = counts.get(suffix, 0) + 1
    cuts = _Cuts()
    with tempfile.TemporaryDirectory(prefix="plan-atlas-") as name:
        folder = Path(name)
        for suffix in [*_TYPES, _NONE]:
            if suffix in counts:
                _write_one(selection, folder / f"{stem}_{suffix}", suffix, crs=crs, tick=tick, cuts=cuts)
        _write_dictionary(folder / DICTIONARY, cuts)
        write_csv(selection, folder / FULL_TABLE, crs=crs, tick=lambda _: None, geometry=False)
        (folder / README).write_text(_readme(selection, crs, counts, stem), encoding="utf-8-sig")
        zip_files(sorted(folder.iterdir()), draft)


def suffix_of(feature: StoredFeature) -> str:
    """Which of the files a feature goes into; a collection goes where its largest parts go."""
    geometry = feature.geometry
    if geometry is None or geometry.is_empty:
        return _NONE
    return _SUFFIX[_plain(geometry).geom_type]


def _plain(geometry: Any) -> Any:
    """The geometry; of a collection, which no Shapefile holds, its parts of the highest dimension."""
    if geometry.geom_type != "GeometryCollection":
        return geometry
    parts = shapely.get_parts(geometry)
    highest = max(shapely.get_dimensions(parts))
    return shapely.union_all([part for part in parts if shapely.get_dimensions(part) == highest])


def _write_one(
    selection: Selection,
    path: Path,
    suffix: str,
    *,
    crs: OfferedCrs,
    tick: Ticker,
    cuts: _Cuts,
) -> None:
    def chosen() -> Iterator[StoredFeature]:
        for feature in selection.features():
            if suffix_of(feature) == suffix:
                geometry = feature.geometry
                if geometry is not None and geometry.geom_type == "GeometryCollection":
                    cuts.by_column["geometry"].append(feature.id)
                    yield StoredFeature(feature.id, _plain(geometry), feature.properties, feature.geojson)
                else:
                    yield feature

    constant = origin(selection, crs)
    stream = Stream(
        rows=batches(chosen(), crs),
        columns=_FIELDS,
        constant={column.short: cut(constant[column.name]) for column in ORIGIN},
        geometry=suffix != _NONE,
        tick=tick,
        names={column.name: column.short for column in _FIELDS},
        value=cuts,
    )
    options = {"DBF_DATE_LAST_UPDATE": "2021-01-01"}
    if suffix == _NONE:
        target = path.with_name(f"{path.name}.dbf")
        write_layer(stream, target, driver="ESRI Shapefile", layer=path.name, crs=crs, options=options)
        return
    write_layer(
        stream,
        path.with_name(f"{path.name}.shp"),
        driver="ESRI Shapefile",
        layer=path.name,
        crs=crs,
        geometry_type=_TYPES[suffix],
        options=options,
    )


def _write_dictionary(path: Path, cuts: _Cuts) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as sink:
        writer = csv.writer(sink, lineterminator="\r\n")
        writer.writerow(
            ("字段", "属性", "名称", "含义", "被截断的条数", "被截断的要素（完整值见要素全表.csv）")
        )
        for column in (*_FIELDS, *ORIGIN):
            row = (column.short, column.name, column.title, column.meaning)
            writer.writerow([*map(safe_cell, row), *_told(cuts.by_column[column.name])])
        for column in COLUMNS:
            if not column.short:
                writer.writerow(
                    ("", column.name, column.title, f"{column.meaning}；只在要素全表.csv 中", 0, "")
                )
        if whole := cuts.by_column["geometry"]:
            row = ("", "geometry", "图形", "几何集合只取维数最高的部分")
            writer.writerow([*row, *_told(whole)])


def _told(features: list[str]) -> tuple[int, str]:
    more = f" 等 {len(features)} 个" if len(features) > _CUTS_NAMED else ""
    return len(features), " ".join(features[:_CUTS_NAMED]) + more


def _readme(selection: Selection, crs: OfferedCrs, counts: Mapping[str, int], stem: str) -> str:
    files = "\r\n".join(
        f"  {stem}_{suffix}.{'dbf' if suffix == _NONE else 'shp'}  {count} 个要素"
        + ("（未落图，没有图形，原因见 reason）" if suffix == _NONE else "")
        for suffix, count in counts.items()
    )
    return (
        f"{selection.title}\r\n\r\n{files}\r\n\r\n坐标系：{crs_label(crs)} {crs.title}\r\n"
        f"编码：UTF-8。字段含义见{DICTIONARY}；过长而被截断的值见{FULL_TABLE}。\r\n"
        f"出处：{selection.attribution}\r\n许可：{selection.licence}\r\n数据版本：{selection.version}\r\n"
    )
