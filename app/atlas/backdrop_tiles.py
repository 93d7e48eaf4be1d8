"""The offline basemap as vector tiles, cut by Tippecanoe from the same parts that are printed.

A tile holds what its zoom can show and no more: names of streets stand only in the closest tiles, from which
all closer zooms are drawn. Pages draw a tile 512 pixels wide, so that map zoom ``z`` uses the tiles of
``z - 1``. Nothing is dropped to make a tile smaller: what is left out is left out by :data:`CONTENT`.
"""

from __future__ import annotations

import json
import math
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import shapely

from app.atlas.pinyin import spelled
from app.atlas.tilearchive import BACKDROP_ZOOMS, packed, unpacked
from app.atlas.tippecanoe import cutting
from app.errors import AtlasError

MIN_ZOOM, MAX_ZOOM = BACKDROP_ZOOMS
_DETAIL: Final = 12
_COARSE_DETAIL: Final = 11  # a quarter of a screen pixel, below the largest zoom
_BUFFER: Final = 8  # of a tile's 256ths: half the widest street and a station's dot beyond the edge


class CuttingError(AtlasError, RuntimeError):
    """Tippecanoe could not cut the tiles."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a layer of the tiles is made from, and at which of their zooms.

    ``part`` is of :func:`app.atlas.backdrop.backdrops`; ``kind`` the geometry that is taken from it;
    ``named`` whether features stand alone with their names, or all in one without.
    """

    layer: str
    part: str
    kind: str
    least: int
    most: int = MAX_ZOOM
    named: bool = True


CONTENT: Final = (
    Content("land", "land", "Polygon", MIN_ZOOM, named=False),
    Content("rivers", "rivers", "LineString", MIN_ZOOM),
    Content("streets", "streets-all", "LineString", MAX_ZOOM),
    Content("main", "streets-major", "LineString", 9, MAX_ZOOM - 1, named=False),
    Content("main", "streets-major", "LineString", MAX_ZOOM),
    Content("borders", "districts", "LineString", MIN_ZOOM, named=False),
    Content("stations", "stations", "Point", 12),
    Content("districts", "districts", "Point", MIN_ZOOM),
    Content("towns", "towns", "Point", 10),
    Content("waters", "waters", "Point", 10),
    Content("landmarks", "landmarks", "Point", 12),
)
"""Layers of the tiles. What has a ``zoom`` of its own, from which it is named, appears with that zoom."""

SEA: Final = "sea"
"""The extract's box, below the land: beyond it nothing is known, and nothing is drawn."""


def cut_tiles(parts: Mapping[str, bytes]) -> bytes:
    """The parts of the backdrop as a PMTiles archive of gzipped vector tiles.

    Parameters
    ----------
    parts
        GeoJSON by name, see :func:`app.atlas.backdrop.backdrops`.

    Returns
    -------
    bytes
        Layers ``sea`` and those of :data:`CONTENT`; features that have a name carry ``name`` and ``pinyin``,
        and ``kind`` and ``zoom`` where the part states them. Same parts, same bytes.

    Raises
    ------
    CuttingError
        Tippecanoe failed.
    """
    found = {name: json.loads(body)["features"] for name, body in parts.items()}
    land = shapely.geometry.shape(found["land"][0]["geometry"])
    lines = [_line(SEA, shapely.box(*land.bounds), {}, MIN_ZOOM, MAX_ZOOM)]
    for content in CONTENT:
        lines += _lines(content, found[content.part])
    tiles = unpacked(_cut("\n".join(lines)))
    layers = [SEA, *dict.fromkeys(content.layer for content in CONTENT)]
    metadata = {
        "name": "offline basemap",
        "vector_layers": [
            {
                "id": layer,
                "fields": {},
                "minzoom": min((c.least for c in CONTENT if c.layer == layer), default=MIN_ZOOM),
                "maxzoom": MAX_ZOOM,
            }
            for layer in layers
        ],
    }
    return packed(tiles, box=land.bounds, metadata=metadata)


def _lines(content: Content, features: list[dict[str, Any]]) -> Iterator[str]:
    taken = [row for row in features if row["geometry"]["type"].removeprefix("Multi") == content.kind]
    if not content.named:
        shapes = shapely.get_parts([shapely.geometry.shape(row["geometry"]) for row in taken])
        whole = shapely.multipolygons if content.kind == "Polygon" else shapely.multilinestrings
        yield _line(content.layer, whole(shapes), {}, content.least, content.most)
        return
    for row in taken:
        values = {key: value for key, value in row["properties"].items() if value is not None}
        values["pinyin"] = spelled(values["name"])
        least = max(content.least, _tile_zoom(values["zoom"])) if "zoom" in values else content.least
        shape = shapely.geometry.shape(row["geometry"])
        yield _line(content.layer, shape, values, min(least, content.most), content.most)


def _tile_zoom(zoom: float) -> int:
    """The tiles that a map uses which has just come to ``zoom``: it stands at halves, and rounds them up."""
    shown = math.ceil(zoom * 2) / 2
    return math.floor(shown + 0.5) - 1


def _line(layer: str, shape: shapely.Geometry, properties: dict[str, Any], least: int, most: int) -> str:
    feature = {
        "type": "Feature",
        "tippecanoe": {"layer": layer, "minzoom": least, "maxzoom": most},
        "properties": properties,
        "geometry": shapely.geometry.mapping(shape),
    }
    return json.dumps(feature, ensure_ascii=False)


def _cut(lines: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="plan-atlas-") as name:
        tiles = Path(name) / "tiles.pmtiles"
        command = [
            *cutting(tiles, zooms=BACKDROP_ZOOMS, detail=_DETAIL),
            f"--low-detail={_COARSE_DETAIL}", f"--buffer={_BUFFER}", "--preserve-input-order",
        ]  # fmt: skip
        done = subprocess.run(command, input=lines.encode(), capture_output=True, check=False)
        if done.returncode:
            raise CuttingError(
                f"The basemap's tiles were not cut: {done.stderr.decode(errors='replace').strip()[-200:]}"
            )
        return tiles.read_bytes()
