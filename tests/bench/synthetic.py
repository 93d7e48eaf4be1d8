"""Synthetic features beside the real ones: as many as asked for, a hundred to the square kilometre.

They are made by counting, so that two runs measure the same; they are small areas with the properties
that a feature of ours has and without a text, for none was written.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pyogrio
import shapely

from app.atlas.columns import LISTS, NUMBERS, TEXTS, cells
from app.atlas.store import Atlas, StoredFeature
from app.atlas.write import PAGE_BYTES, write_tables

CENTRE = (117.30, 39.10)  # lon, lat; the middle of Tianjin's built-up area
PER_KM2 = 100
KM_LON, KM_LAT = 86.5, 111.0  # of a degree, about here
KINDS = ("building", "parcel", "park", "facility", "project", "square")
OWN = ("id", "name", "kind")
"""What synthetic features do not have in common."""

Row = tuple[Any, dict[str, Any], bytes]


@dataclass(frozen=True, slots=True)
class Mixture:
    """The located features of an atlas, then ``count`` synthetic ones; may be gone through repeatedly.

    Those stand in ``layer``, of the atlas or beside it.
    """

    atlas: Atlas
    count: int
    layer: str = "synthetic"

    def __len__(self) -> int:
        return len(self.real) + self.count

    @property
    def real(self) -> list[StoredFeature]:
        """The real features on the map: some peers count one without a place to every box."""
        return [feature for feature in self.atlas if feature.geometry is not None]

    @property
    def middle(self) -> tuple[float, float]:
        """Longitude and latitude of the middle of the square."""
        return CENTRE

    @property
    def half(self) -> tuple[float, float]:
        """Half the width and height in degrees of the square that the synthetic features fill."""
        side = math.sqrt(self.count / PER_KM2)
        return side / 2 / KM_LON, side / 2 / KM_LAT

    def corners(self) -> np.ndarray[Any, Any]:
        """West, south, east, north of each synthetic feature."""
        chance = np.random.default_rng(20211)
        half = np.array(self.half)
        middle = np.array(CENTRE) + chance.uniform(-1, 1, (self.count, 2)) * half
        size = chance.uniform(0.0001, 0.0008, (self.count, 2))
        return np.round(np.hstack([middle - size, middle + size]), 6)

    def __iter__(self) -> Iterator[Row]:
        for feature in self.real:
            yield feature.geometry, feature.properties, feature.geojson
        blank = self.blank()
        rest = json.dumps(blank, ensure_ascii=False, separators=(",", ":"))[1:]
        for number, (west, south, east, north) in enumerate(self.corners().tolist()):
            own = {
                "id": f"synthetic-{number}",
                "name": f"合成要素 {number}",
                "kind": KINDS[number % len(KINDS)],
            }
            ring = f"[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]"
            geojson = (
                f'{{"type":"Feature","id":"{own["id"]}","bbox":[{west},{south},{east},{north}],'
                f'"geometry":{{"type":"Polygon","coordinates":[{ring}]}},"properties":{{"id":"{own["id"]}",'
                f'"name":"{own["name"]}","kind":"{own["kind"]}",{rest}}}'
            )
            yield (west, south, east, north), {**blank, **own}, geojson.encode()

    def blank(self) -> dict[str, Any]:
        """What all synthetic features have in common."""
        peers = [feature for feature in self.real if feature.layer == self.layer]
        peers.sort(key=lambda peer: bool(peer.properties["certainty"] != "located"))  # drawn as areas
        like = (peers or self.real)[0].properties
        same = ("plan", "district", "theme", "status", "method", "certainty")
        values: dict[str, Any] = {name: [] if name in LISTS else None for name in like}
        values |= {name: like[name] for name in same}
        values |= {"layer": self.layer, "level": "mention", "tolerance_m": 25.0}
        return {name: value for name, value in values.items() if name not in OWN}

    def documents(self) -> dict[str, bytes]:
        """The atlas' documents, with the synthetic features counted in their layer."""
        rows = [
            row | {key: row[key] + self.count for key in ("count", "located")}
            if row["id"] == self.layer
            else row
            for row in self.atlas.layers
        ]
        return self.atlas.documents | {"layers": json.dumps(rows, ensure_ascii=False).encode()}

    def boxes(self, count: int) -> list[str]:
        """Boxes 0.5 to 2 km wide about places inside the square, none twice; the seed is fixed."""
        chance = random.Random(20211)
        width, height = self.half
        result = []
        for _ in range(count):
            x = CENTRE[0] + chance.uniform(-0.95, 0.95) * width
            y = CENTRE[1] + chance.uniform(-0.95, 0.95) * height
            half = chance.uniform(0.0025, 0.01)
            result.append(",".join(f"{v:.6f}" for v in (x - half, y - half, x + half, y + half)))
        return result


def write_mixture(mixture: Mixture, target: Path) -> None:
    """An atlas file as :mod:`app.atlas.write` makes it; the layer goes by array, which is faster."""
    _write_layer(mixture, target)
    write_tables(target, mixture, mixture.documents())


def _write_layer(mixture: Mixture, target: Path) -> None:
    real = mixture.real
    shapes = np.concatenate(
        [np.array([feature.geometry for feature in real], dtype=object), shapely.box(*mixture.corners().T)]
    )
    numbers = range(mixture.count)
    own = {
        "id": [f"synthetic-{number}" for number in numbers],
        "name": [f"合成要素 {number}" for number in numbers],
        "kind": [KINDS[number % len(KINDS)] for number in numbers],
    }
    names = (*TEXTS, *NUMBERS, *LISTS)
    rows = [cells(feature.properties) for feature in real]
    blank = dict(zip(names, cells({**mixture.blank(), **dict.fromkeys(own)}), strict=True))
    columns = []
    for position, name in enumerate(names):
        values = [row[position] for row in rows] + own.get(name, [blank[name]] * mixture.count)
        columns.append(np.array(values, dtype=float if name in NUMBERS else object))
    pyogrio.set_gdal_config_options({"OGR_SQLITE_PRAGMA": f"page_size={PAGE_BYTES}"})
    pyogrio.raw.write(
        target,
        shapely.to_wkb(shapes),
        columns,
        names,
        layer="features",
        driver="GPKG",
        geometry_type="Unknown",
        crs="EPSG:4326",
        GEOMETRY_NAME="geom",
    )


def copy_to_postgis(mixture: Mixture, url: str) -> None:
    """The features as the table ``public.features``, indexed and analysed."""
    names = (*TEXTS, *NUMBERS, *LISTS)
    kinds = ["text"] * len(TEXTS) + ["float8"] * len(NUMBERS) + ["jsonb"] * len(LISTS)
    columns = ", ".join(f"{name} {kind}" for name, kind in zip(names, kinds, strict=True))
    with psycopg.connect(url) as db:
        db.execute("DROP TABLE IF EXISTS features")
        db.execute(
            f"CREATE TABLE features (fid serial PRIMARY KEY, {columns}, geom geometry(Geometry, 4326))"
        )
        common = cells({**mixture.blank(), **dict.fromkeys(OWN)})
        with (
            db.cursor() as cursor,
            cursor.copy(f"COPY features ({', '.join(names)}, geom) FROM STDIN") as copy,
        ):
            for shape, values, _ in mixture:
                if isinstance(shape, tuple):
                    row, (w, s, e, n) = common.copy(), shape
                    for name in OWN:
                        row[names.index(name)] = values[name]
                    ring = f"POLYGON(({w} {s},{e} {s},{e} {n},{w} {n},{w} {s}))"
                else:
                    row, ring = cells(values), shape.wkt
                copy.write_row((*row, f"SRID=4326;{ring}"))
        db.execute("CREATE INDEX ON features USING gist (geom)")
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("VACUUM ANALYZE features")
