"""The layers of a GeoPackage, each made as GDAL made the one it is a copy of."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from app.errors import ExportError
from app.exports.arrow import GEOMETRY
from app.exports.selection import Selection
from app.exports.table import Rows, crs_label
from app.places.crs import OfferedCrs

TEMPLATE: Final = "plan_atlas_template"
_INDEX: Final = f"rtree_{TEMPLATE}_{GEOMETRY}"
_REGISTERS: Final = ("gpkg_contents", "gpkg_geometry_columns", "gpkg_ogr_contents", "gpkg_extensions")
_PLAIN_NAME: Final = re.compile(r"\w[\w-]*", re.ASCII)


@dataclass(slots=True)
class LayerFacts:
    """What a layer's registers want to know: its theme, and its bounds in the file's system."""

    theme: str
    bounds: tuple[float, ...] | None = None


def watched(rows: Iterator[Rows], layers: dict[str, LayerFacts]) -> Iterator[Rows]:
    """The same rows, while ``layers`` is filled."""
    for batch in rows:
        boxes = shapely.bounds(batch.geometries)
        for feature, box in zip(batch.features, boxes, strict=True):
            facts = layers.setdefault(feature.layer, LayerFacts(str(feature.properties["theme"])))
            if not np.isnan(box[0]):
                old = facts.bounds or tuple(box.tolist())
                facts.bounds = (*map(min, old[:2], box[:2].tolist()), *map(max, old[2:], box[2:].tolist()))
        yield batch


def split_layers(
    db: sqlite3.Connection, selection: Selection, layers: Mapping[str, LayerFacts], crs: OfferedCrs
) -> None:
    """Make a table per layer from the empty template here and the rows in the attached file ``aside``.

    Triggers come last: they call functions that GDAL brings and this connection does not have.

    Raises
    ------
    ExportError
        A layer's id cannot be the name of a table.
    """
    made = db.execute(
        "SELECT type, sql FROM sqlite_master WHERE sql IS NOT NULL AND (tbl_name = ? OR name = ?)",
        (TEMPLATE, _INDEX),
    ).fetchall()
    tables = [sql for kind, sql in made if kind != "trigger"]
    triggers = [sql for kind, sql in made if kind == "trigger"]
    titles: set[str] = set()
    for layer, facts in layers.items():
        if not _PLAIN_NAME.fullmatch(layer):
            raise ExportError(f"图层编号“{layer[:80]}”不能作 GeoPackage 的表名。")
        for sql in tables:
            db.execute(sql.replace(TEMPLATE, layer))
        _fill(db, layer)
        _register(db, layer, facts)
        title = selection.layer_title(layer)
        db.execute(
            "UPDATE gpkg_contents SET identifier = ?, description = ? WHERE table_name = ?",
            (
                f"{title}（{layer}）" if title in titles else title,  # which the standard wants to be unique
                f"{selection.attribution} {selection.licence} {crs_label(crs)}",
                layer,
            ),
        )
        titles.add(title)
        for sql in triggers:
            db.execute(sql.replace(TEMPLATE, layer))
    db.execute(f"DROP TABLE {_INDEX}")
    db.execute(f"DROP TABLE {TEMPLATE}")
    for register in _REGISTERS:
        db.execute(f"DELETE FROM {register} WHERE table_name = ?", (TEMPLATE,))


def _fill(db: sqlite3.Connection, layer: str) -> None:
    db.execute(f'INSERT INTO "{layer}" SELECT * FROM aside.{TEMPLATE} WHERE layer = ?', (layer,))
    db.execute(
        f'INSERT INTO "rtree_{layer}_{GEOMETRY}" SELECT * FROM aside.{_INDEX}'
        f' WHERE id IN (SELECT fid FROM "{layer}")'
    )


def _register(db: sqlite3.Connection, layer: str, facts: LayerFacts) -> None:
    for register in _REGISTERS:
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({register})")]
        chosen = ", ".join("?" if name in ("table_name", "identifier") else name for name in columns)
        values = [layer for name in columns if name in ("table_name", "identifier")]
        db.execute(
            f"INSERT INTO {register} SELECT {chosen} FROM {register} WHERE table_name = ?",
            (*values, TEMPLATE),
        )
    db.execute(
        "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?",
        (*(facts.bounds or (None,) * 4), layer),
    )
    db.execute(
        f'UPDATE gpkg_ogr_contents SET feature_count = (SELECT count(*) FROM "{layer}") WHERE table_name = ?',
        (layer,),
    )
