"""Vector tiles in one piece of bytes (PMTiles 3): packed when an atlas is built, looked up when it is served.

A tile is kept gzipped, as it goes over the line. Reading one is a look into a table and a slice; what the
tiles show is not this module's business.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pmtiles.reader import MemorySource, all_tiles
from pmtiles.tile import Compression, TileType, deserialize_header, zxy_to_tileid
from pmtiles.writer import Writer

from app.errors import NotFoundError
from app.language import gettext as _

Address = tuple[int, int, int]
"""Zoom, column from the west, row from the north, in WebMercatorQuad."""

BACKDROP_ZOOMS: Final = (8, 13)
"""Of the offline basemap's tiles. The largest has a grid of 4096 steps of 0.9 m in Tianjin: as fine as the
coordinates that they are cut from; closer views are drawn from it."""

_HEADER: Final = 127  # bytes
_E7: Final = 10_000_000  # of a degree, as the header counts


def unpacked(archive: bytes) -> dict[Address, bytes]:
    """Every tile of an archive by its address, without compression."""
    return {address: gzip.decompress(body) for address, body in _tiles(archive)}


def _tiles(archive: bytes) -> Iterator[tuple[Address, bytes]]:
    yield from all_tiles(MemorySource(archive))  # type: ignore[no-untyped-call]


def packed(
    tiles: Mapping[Address, bytes],
    *,
    box: tuple[float, float, float, float],
    metadata: Mapping[str, Any],
) -> bytes:
    """An archive of plain tiles, the same bytes for the same tiles.

    Parameters
    ----------
    tiles
        MVT by address; at least one.
    box
        West, south, east, north in WGS84 degrees.
    metadata
        JSON for the archive's own words; readers want ``vector_layers`` there.
    """
    by_id = {zxy_to_tileid(*address): body for address, body in tiles.items()}
    west, south, east, north = (round(value * _E7) for value in box)
    zooms = {zoom for zoom, *_rest in tiles}
    sink = io.BytesIO()
    writer: Any = Writer(sink)  # type: ignore[no-untyped-call]
    for tile_id in sorted(by_id):
        writer.write_tile(tile_id, gzip.compress(by_id[tile_id], compresslevel=9, mtime=0))
    header = {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": min(zooms),
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }
    writer.finalize(header, dict(metadata))
    return sink.getvalue()


class TileArchive:
    """An archive opened for serving: immutable, safe to share between threads."""

    def __init__(self, archive: bytes) -> None:
        header: Any = deserialize_header(archive[:_HEADER])
        self.min_zoom: int = header["min_zoom"]
        self.max_zoom: int = header["max_zoom"]
        # bytes are shared where tiles are alike: open sea is one tile many times over
        alike: dict[bytes, bytes] = {}
        self._tiles = {address: alike.setdefault(body, body) for address, body in _tiles(archive)}

    def tile(self, zoom: int, column: int, row: int) -> bytes:
        """The gzipped tile, empty bytes where nothing is drawn.

        Raises
        ------
        NotFoundError
            These tiles have no such zoom.
        """
        if not self.min_zoom <= zoom <= self.max_zoom:
            raise NotFoundError(
                _(
                    "没有第 %(zoom)s 级的底图瓦片：级别在 %(least)s 到 %(most)s 之间。",
                    zoom=zoom,
                    least=self.min_zoom,
                    most=self.max_zoom,
                )
            )
        return self._tiles.get((zoom, column, row), b"")
