"""Vector tiles (MVT 2.1) from the same store, made when asked for and kept for a while.

A tile has a layer per theme. Shapes are simplified to half a screen pixel of the tile's own scale, and
what is smaller than a pixel is left out; properties are the few that styles and labels need. What
collapses on the tile's grid is left out, so that every shape that is sent is valid.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from app.atlas.query import Query
from app.ogc.tilematrix import Tile, mercator

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from app.atlas.features import StoredFeature
    from app.ogc.catalogue import Catalogue, Collection

EXTENT: Final = 4096
MARGIN: Final = 64 / EXTENT
"""How far beyond its edge a tile is drawn, as a share of its width: lines and labels cross edges."""

_PIXEL: Final = EXTENT / 256
_SIMPLIFY: Final = _PIXEL / 2
FEATURES_MAX: Final = 20_000
"""Most features of one tile, in layer order; a tile of a small scale over a very large atlas has no more."""

PROPERTIES: Final = ("id", "name", "theme", "kind", "certainty", "method", "level", "plan")
CACHE_BYTES: Final = 32 * 1024 * 1024


def make_tile(catalogue: Catalogue, collection: Collection, tile: Tile) -> bytes:
    """The bytes of a tile; empty where there is nothing to draw."""
    query = Query(bbox=tile.box(MARGIN), layer=collection.layer, registered=False, limit=FEATURES_MAX)
    items = catalogue.query(collection, query).items
    return encode(items, drawn([item.geometry for item in items], tile)) if items else b""


def drawn(geometries: Sequence[BaseGeometry | None], tile: Tile) -> NDArray[Any]:
    """Shapes (WGS84) in the tile's own coordinates: whole numbers, x east and y south from its corner.

    None stands where nothing is left to draw.
    """
    shapes: NDArray[Any] = np.empty(len(geometries), dtype=object)
    shapes[:] = geometries
    (west, north), size = tile.corner, tile.size
    unit = EXTENT / size

    def onto(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        metres = mercator(lonlat)
        return np.column_stack([(metres[:, 0] - west) * unit, (north - metres[:, 1]) * unit])

    pad = MARGIN * EXTENT
    shapes = shapely.clip_by_rect(shapely.transform(shapes, onto), -pad, -pad, EXTENT + pad, EXTENT + pad)
    shapes[_small(shapes)] = None  # most of a small scale's, before the work that costs
    # laid on the grid with GEOS' precision model: plain rounding can turn a narrow area inside out
    shapes = shapely.set_precision(shapely.simplify(shapes, _SIMPLIFY), 1.0)
    shapes[_small(shapes)] = None
    return shapes


def _small(shapes: NDArray[Any]) -> NDArray[np.bool_]:
    """What would not fill a pixel, or is nothing at all."""
    kind = shapely.get_dimensions(shapes)
    areas, lines = kind == 2, kind == 1
    small: NDArray[np.bool_] = (areas & (shapely.area(shapes) < _PIXEL**2)) | (
        lines & (shapely.length(shapes) < _PIXEL)
    )
    small |= shapely.is_empty(shapes)
    return small


def encode(items: Sequence[StoredFeature], shapes: NDArray[Any]) -> bytes:
    """Items with their shapes in tile coordinates as MVT, a layer per theme."""
    # here, because protobuf is wanted only by those who draw tiles
    from mapbox_vector_tile import encode as encoded  # noqa: PLC0415

    layers: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for item, shape in zip(items, shapes, strict=True):
        if shape is not None:
            values = {name: item.properties[name] for name in PROPERTIES}
            layers[values["theme"]].append({"geometry": shape, "properties": values})
    body: bytes = encoded(
        [{"name": name, "features": features} for name, features in layers.items()],
        default_options={"y_coord_down": True, "extents": EXTENT},
    )
    return body


class TileCache:
    """The tiles last asked for, within a number of bytes; safe to share between threads.

    Parameters
    ----------
    size
        Bytes to keep at most, counting each tile some 200 bytes more than its body.
    """

    _OVERHEAD: Final = 200

    def __init__(self, size: int = CACHE_BYTES) -> None:
        self._size = size
        self._held = 0
        self._tiles: OrderedDict[tuple[str, Tile], bytes] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._tiles)

    @property
    def held(self) -> int:
        """Bytes kept now."""
        return self._held

    def tile(self, catalogue: Catalogue, collection: Collection, tile: Tile) -> bytes:
        """The tile, made if it is not kept."""
        key = collection.id, tile
        with self._lock:
            body = self._tiles.get(key)
            if body is not None:
                self._tiles.move_to_end(key)
                return body
        body = make_tile(catalogue, collection, tile)
        with self._lock:
            if key not in self._tiles:
                self._tiles[key] = body
                self._held += len(body) + self._OVERHEAD
            while self._held > self._size and self._tiles:
                _, dropped = self._tiles.popitem(last=False)
                self._held -= len(dropped) + self._OVERHEAD
        return body
