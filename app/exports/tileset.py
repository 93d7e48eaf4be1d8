"""PMTiles: vector tiles of every layer in one file that a plain web server can serve.

Tippecanoe cuts the tiles: it keeps the layers apart, which GDAL's PMTiles driver cannot when fed a
stream, and takes half the time. Nothing is dropped or merged at any zoom. The largest zoom is 11 on a
grid of 8192 steps, each 1.9 m on the ground in Tianjin, a tenth of our least tolerance; maps draw larger
zooms from it, and a zoom more would double the time and the size. Features without geometry cannot stand
in a tile: they are listed in the file's metadata.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import shapely

from app.atlas.tippecanoe import cutting
from app.errors import ExportError, RequestError
from app.exports.selection import Selection
from app.exports.table import COLUMNS, batches, cell
from app.language import gettext
from app.places.crs import OfferedCrs

if TYPE_CHECKING:
    from app.exports.arrow import Ticker

MIN_ZOOM: Final = 8
MAX_ZOOM: Final = 11
DETAIL: Final = 13
"""Power of two of the grid's steps at the largest zoom."""
_LEFT_OUT: Final = ("passages", "targets", "findings")
"""Long texts that a map does not draw; they would stand in every tile that a shape touches."""
_FIELDS: Final = tuple(column for column in COLUMNS if column.name not in _LEFT_OUT)
_HEADER: Final = 127  # bytes, PMTiles 3


def write_pmtiles(selection: Selection, draft: Path, *, crs: OfferedCrs, tick: Ticker) -> None:
    """Write the tiles in Web Mercator, as the format has them; properties as in the flat tables.

    Raises
    ------
    RequestError
        No feature has a geometry.
    ExportError
        Tippecanoe failed.
    """
    registered: list[dict[str, Any]] = []
    layers: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="plan-atlas-") as name:
        tiles = Path(name) / "tiles.pmtiles"
        command = cutting(tiles, zooms=(MIN_ZOOM, MAX_ZOOM), detail=DETAIL)
        with (Path(name) / "errors.txt").open("w+b") as errors:
            cut = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=errors, stdout=errors)
            assert cut.stdin is not None
            drawn = 1
            try:
                # a broken pipe is not the reason: its own words, read below, are
                with suppress(BrokenPipeError):
                    drawn = _feed(
                        cut.stdin, selection, crs=crs, tick=tick, registered=registered, layers=layers
                    )
            except BaseException:
                cut.kill()
                raise
            finally:
                with suppress(BrokenPipeError):
                    cut.stdin.close()
                cut.wait()
            if not drawn:
                raise RequestError(gettext("选中的要素都没有图形，无法切成瓦片。"))
            if cut.returncode:
                errors.seek(0)
                raise ExportError(f"瓦片没有切成：{errors.read().decode(errors='replace').strip()[-200:]}")
        said = {
            "name": selection.title,
            "description": f"{selection.count} 个要素，其中 {len(registered)} 个未落图，列在 registered 中",
            "attribution": selection.attribution,
            "licence": selection.licence,
            "data_version": selection.version,
            "crs": "EPSG:3857",
            "type": "overlay",
            "version": "2",
            "layer_titles": layers,
            "registered": registered,
        }
        _say(tiles, draft, said)


def _feed(
    sink: IO[bytes],
    selection: Selection,
    *,
    crs: OfferedCrs,
    tick: Ticker,
    registered: list[dict[str, Any]],
    layers: dict[str, str],
) -> int:
    """Write a feature a line; returns how many are drawn, and lists the others and the layers."""
    drawn = 0
    for rows in batches(selection.features(), crs):
        for feature, geometry in zip(rows.features, rows.geometries, strict=True):
            properties = feature.properties
            if geometry is None:
                named = ("id", "name", "layer", "reason")
                registered.append({key: properties[key] for key in named})
                continue
            layers.setdefault(feature.layer, selection.layer_title(feature.layer))
            values = {column.name: cell(column, properties) for column in _FIELDS}
            line = {
                "type": "Feature",
                "tippecanoe": {"layer": feature.layer},
                "properties": {key: value for key, value in values.items() if value is not None},
            }
            head = json.dumps(line, ensure_ascii=False)[:-1]
            sink.write(f'{head}, "geometry": {shapely.to_geojson(geometry)}}}\n'.encode())
            drawn += 1
        tick(len(rows.features))
    return drawn


def _say(tiles: Path, draft: Path, said: dict[str, Any]) -> None:
    """Copy the tiles with our words in the metadata instead of the command that cut them."""
    from pmtiles.tile import deserialize_header, serialize_header

    with tiles.open("rb") as source, draft.open("wb") as sink:
        header: Any = deserialize_header(source.read(_HEADER))
        old = _part(source, header, "metadata")
        metadata = {**said, "vector_layers": json.loads(gzip.decompress(old))["vector_layers"]}
        parts = [
            ("root", _part(source, header, "root")),
            ("metadata", gzip.compress(json.dumps(metadata, ensure_ascii=False).encode(), mtime=0)),
            ("leaf_directory", _part(source, header, "leaf_directory")),
        ]
        tile_data = header["tile_data_offset"]
        at = _HEADER
        for part, body in parts:
            header[f"{part}_offset"], header[f"{part}_length"] = at, len(body)
            at += len(body)
        header["tile_data_offset"] = at
        sink.write(serialize_header(header))
        for _, body in parts:
            sink.write(body)
        source.seek(tile_data)
        for chunk in _chunks(source, header["tile_data_length"]):
            sink.write(chunk)


def _part(source: IO[bytes], header: dict[str, Any], part: str) -> bytes:
    source.seek(header[f"{part}_offset"])
    return source.read(header[f"{part}_length"])


def _chunks(source: IO[bytes], length: int) -> Iterator[bytes]:
    while length > 0 and (chunk := source.read(min(length, 1 << 20))):
        length -= len(chunk)
        yield chunk
