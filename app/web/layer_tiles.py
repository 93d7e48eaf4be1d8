"""Vector tiles of a layer too large to be sent whole, with all that the map's filters, names and panel need.

The tiles of the OGC service (:mod:`app.ogc.tiles`) are for other programs: they leave out what is smaller
than a pixel. Here what is too small for a shape stays as a nameless dot, so that a city of parcels is not
empty from afar. Of dots and of symbols over one another, alike in everything one can filter by, one is drawn;
at the largest zoom no symbol is left out, and only what is smaller than eight metres is a dot.
"""

from __future__ import annotations

import gzip
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from app.atlas.overlay import areas_of, lines_of
from app.atlas.query import Query
from app.ogc.tilematrix import Tile, mercator
from app.ogc.tiles import EXTENT, FEATURES_MAX, MARGIN, drawn
from app.web.drawing import Drawn, drawn_feature

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from app.atlas.store import Atlas

ZOOMS: Final = (8, 15)
"""Maps draw a tile 512 pixels wide; closer views are drawn from the largest zoom, with steps of 0.2 m."""

AREAS, LINES, POINTS, DOTS = "areas", "lines", "points", "dots"
"""Layers of a tile, by how they are drawn. A dot is an area or a line too small for its shape."""

_SIMPLE: Final = {
    "Polygon": AREAS,
    "MultiPolygon": AREAS,
    "LineString": LINES,
    "MultiLineString": LINES,
    "Point": POINTS,
}
_SMALL: Final = 32.0  # side of a square that is just drawn as a shape: four pixels, as wide as a dot
_CELL: Final = 24  # steps of the tile's grid, three pixels: of symbols and dots within it one is seen
_ALIKE: Final = ("theme", "certainty", "method", "level", "kind", "status", "district", "system", "due")


@lru_cache(maxsize=256)
def layer_tile(store: Atlas, layer_id: str, tile: Tile, language: str) -> bytes:
    """The gzipped tile (MVT 2.1); empty bytes where the layer has nothing.

    Properties are those of :class:`app.web.drawing.Drawn`, ``due`` as years with commas between; ``x`` and
    ``y`` are the name's place in the tile's coordinates, in the one tile that holds it. Dots that are alike
    are one feature, which has only what they have in common.
    """
    query = Query(bbox=tile.box(MARGIN), layer=layer_id, registered=False, limit=FEATURES_MAX)
    found = [shown for item in store.query(query).items if (shown := drawn_feature(item, language))]
    layers: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    dots: defaultdict[tuple[Any, ...], dict[tuple[int, int], Any]] = defaultdict(dict)
    taken: set[tuple[Any, ...]] = set()
    # outer rings of positive area, as MVT 2.1 (4.3.4.4) has them where y points south
    shapes = shapely.orient_polygons(drawn([shown.geometry for shown in found], tile), exterior_cw=False)
    shapes[(shapely.get_dimensions(shapes) == 2) & (shapely.area(shapes) < _SMALL**2)] = None
    for shown, shape, at in zip(found, shapes, _labels(found, tile), strict=True):
        values = _values(shown, at)
        alike = tuple(values.get(name) for name in _ALIKE)
        cell = at[0] // _CELL, at[1] // _CELL
        if shape is None:
            if shapely.get_dimensions(shown.geometry) and _is_inside(at):
                dots[alike].setdefault(cell, at)
            continue
        for layer, part in _parts(shape):
            if layer == POINTS and tile.zoom < ZOOMS[1]:
                if (cell, alike) in taken:
                    continue
                taken.add((cell, alike))
            layers[layer].append({"geometry": part, "properties": values})
    for alike, cells in dots.items():
        common = {name: value for name, value in zip(_ALIKE, alike, strict=True) if value is not None}
        layers[DOTS].append({"geometry": shapely.multipoints([*cells.values()]), "properties": common})
    return gzip.compress(_encoded(layers), mtime=0) if layers else b""


def _labels(found: list[Drawn], tile: Tile) -> Any:
    """Where the names stand in the tile's coordinates, shape (n, 2), whole numbers."""
    west, north = tile.corner
    metres = mercator(np.array([shown.label for shown in found]).reshape(-1, 2))
    steps = np.column_stack([metres[:, 0] - west, north - metres[:, 1]]) * (EXTENT / tile.size)
    return np.floor(steps).astype(int)


def _values(shown: Drawn, at: Any) -> dict[str, Any]:
    values = {name: value for name, value in shown.properties.items() if value is not None}
    values["due"] = ",".join(map(str, values["due"]))
    x, y = (int(value) for value in at)
    if 0 <= x < EXTENT and 0 <= y < EXTENT:
        values |= {"x": x, "y": y}
    return values


def _is_inside(at: Any) -> bool:
    margin = MARGIN * EXTENT
    return bool(np.all(at >= -margin) and np.all(at < EXTENT + margin))


def _parts(shape: BaseGeometry) -> list[tuple[str, BaseGeometry]]:
    """What of a shape in tile coordinates is drawn in which layer."""
    if shape.geom_type in _SIMPLE:
        return [(_SIMPLE[shape.geom_type], shape)]
    points = [part for part in shapely.get_parts(shape) if part.geom_type == "Point"]
    parts: list[tuple[str, BaseGeometry]] = [(AREAS, areas_of(shape)), (LINES, lines_of(shape))]
    parts += [(POINTS, point) for point in points]
    return [(layer, part) for layer, part in parts if not part.is_empty]


def _encoded(layers: dict[str, list[dict[str, Any]]]) -> bytes:
    # here, because protobuf is wanted only by those who draw tiles
    from mapbox_vector_tile import encode  # noqa: PLC0415

    body: bytes = encode(
        [{"name": name, "features": layers[name]} for name in (AREAS, LINES, DOTS, POINTS) if name in layers],
        default_options={"y_coord_down": True, "extents": EXTENT, "check_winding_order": False},
    )
    return body
