"""Control points: names in a strange file that the reference data know, and where those things are.

A control ties a row of the file to known WGS84 places. Under a reading of the file's numbers it gives an
offset; the median over all controls shows a shift of the whole file, while a homonym or a coarse point
moves one control only. Names that stand for many places (停车场, 4号楼) are no control.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from app.places.datum import Coordinates
from app.places.measure import to_metric
from app.places.reference import Reference, plain

_HOMONYMS_MAX = 5
_REACH_M = 3000.0  # a namesake farther off than any datum shift is another place
_NAMES_MAX = 3000  # rows looked at: enough for any median
_SAMPLE = 300  # rows by which the column of names is chosen
# Bus stops are named after what is near them, GeoNames' points are a kilometre off.
_GROUPS = ("stations", "buildings", "places")
_LINE_POINTS = 20


class Anchor(StrEnum):
    """What of a row is compared with the known places."""

    CENTRE = "centre"  # centroid with the nearest known point
    BOX = "box"  # centre of the bounding box with that of the known box
    LINE = "line"  # known points on a line with the nearest spot of the row's line


@dataclass(frozen=True, slots=True)
class Control:
    """A row of the file and the known places of its name, shape (k, 2), WGS84.

    ``sure`` is True for reference objects, good to some 30 m; other known shapes may be farther off.
    """

    name: str
    row: int
    anchor: Anchor
    places: Coordinates
    sure: bool = True


Known = Mapping[str, Sequence[BaseGeometry]]
"""Further control shapes by name (WGS84), such as the located features of a plan."""


def find_controls(
    geometries: NDArray[np.object_],
    columns: Mapping[str, Sequence[str]],
    reference: Reference,
    known: Known | None = None,
) -> tuple[str, list[Control]]:
    """The column that holds names, and the controls those give.

    Parameters
    ----------
    geometries
        The file's, None where a row has none; only their type and size matter here.
    columns
        Attributes as text; the one with most names that are known is taken.
    reference, known
        Where names are looked for.

    Returns
    -------
    tuple
        Column name (empty where no column has known names) and controls.
    """
    book = _Book(reference, known or {})
    rows = [row for row, geometry in enumerate(geometries) if geometry is not None][:_NAMES_MAX]
    sample = rows[:: max(1, len(rows) // _SAMPLE)]
    counts = {
        name: sum(book.control(column[row], row, geometries[row]) is not None for row in sample)
        for name, column in columns.items()
    }
    column = max(counts, key=lambda name: counts[name], default="")
    if not column or not counts[column]:
        return "", []
    found = (book.control(columns[column][row], row, geometries[row]) for row in rows)
    return column, [control for control in found if control is not None]


class _Book:
    """Known places by name; every name is looked up once."""

    def __init__(self, reference: Reference, known: Known) -> None:
        self.reference = reference
        self.known = {plain(name): shapes for name, shapes in known.items()}
        self.places: dict[str, Coordinates] = {}
        towns = reference.towns
        boxed = towns[towns["west"].notna()].drop_duplicates("name", keep=False)
        self.boxes: Mapping[str, tuple[float, float]] = {
            str(row.name_): ((row.west + row.east) / 2, (row.south + row.north) / 2)
            for row in boxed.rename(columns={"name": "name_"}).itertuples()
        }

    def control(self, name: str, row: int, geometry: BaseGeometry) -> Control | None:
        text = name.strip()
        if not 2 <= len(text) <= 40:
            return None
        dimension = int(shapely.get_dimensions(geometry))
        shapes = self.known.get(plain(text), ())
        if dimension == 2 and text in self.boxes:
            return Control(text, row, Anchor.BOX, np.array([self.boxes[text]]))
        # The centre of a known area says more of an area than a point somewhere in it does.
        if dimension == 2 and (found := _from_shapes(text, row, dimension, shapes)) is not None:
            return found
        return self._of_reference(text, row, dimension) or _from_shapes(text, row, dimension, shapes)

    def _of_reference(self, text: str, row: int, dimension: int) -> Control | None:
        if dimension == 1:
            points, rows = self._streets
            places = points[rows.get(text, [])]
            return Control(text, row, Anchor.LINE, places) if len(places) else None
        places = self._points(text)
        return Control(text, row, Anchor.CENTRE, places) if len(places) else None

    @cached_property
    def _streets(self) -> tuple[Coordinates, Mapping[str, NDArray[np.intp]]]:
        """Way points of all streets, shape (n, 2), and the rows of each street."""
        streets = self.reference.streets
        points = streets[["lon", "lat"]].to_numpy(dtype=np.float64)
        return points, streets.groupby("name").indices

    def _points(self, text: str) -> Coordinates:
        if text not in self.places:
            hits = self.reference.find(text, groups=_GROUPS)
            kept = hits if len(hits) <= _HOMONYMS_MAX else []
            self.places[text] = np.array([(hit.lon, hit.lat) for hit in kept]).reshape(-1, 2)
        return self.places[text]


def _from_shapes(name: str, row: int, dimension: int, shapes: Sequence[BaseGeometry]) -> Control | None:
    """A control from known shapes of the same dimension; others would compare unlike things."""
    alike = [shape for shape in shapes if int(shapely.get_dimensions(shape)) == dimension]
    if not alike:
        return None
    if dimension == 1:
        steps = np.linspace(0, 1, _LINE_POINTS)
        parts = [part for shape in alike for part in shapely.get_parts(shape)]
        points = [shapely.line_interpolate_point(part, steps, normalized=True) for part in parts]
        return Control(name, row, Anchor.LINE, shapely.get_coordinates(np.concatenate(points)), sure=False)
    centres = shapely.get_coordinates([shape.centroid for shape in alike])
    return Control(name, row, Anchor.CENTRE, centres, sure=False)


@dataclass(frozen=True, slots=True)
class Offsets:
    """How controls lie under a reading: file minus known place, metres, shape (n, 2) east and north.

    ``median`` is the shift of the whole; ``spread_m`` the scatter about it (1.4826 × the median absolute
    deviation, of the worse axis), to which homonyms contribute little.
    """

    names: tuple[str, ...]
    vectors: NDArray[np.float64]
    sure: NDArray[np.bool_]

    def of_sure(self) -> Offsets:
        """Those of reference objects alone."""
        names = tuple(name for name, sure in zip(self.names, self.sure, strict=True) if sure)
        return Offsets(names, self.vectors[self.sure], self.sure[self.sure])

    @property
    def count(self) -> int:
        """How many controls have a known place within reach."""
        return len(self.vectors)

    @property
    def median(self) -> tuple[float, float]:
        """Median shift east and north in metres; (0, 0) without controls."""
        if not self.count:
            return (0.0, 0.0)
        east, north = np.median(self.vectors, axis=0)
        return float(east), float(north)

    @property
    def offset_m(self) -> float:
        """Length of the median shift."""
        return float(np.hypot(*self.median))

    @property
    def spread_m(self) -> float:
        """Scatter of the controls about the median shift, metres."""
        if not self.count:
            return 0.0
        return float(1.4826 * np.median(np.abs(self.vectors - self.median), axis=0).max())


def offsets(
    controls: Sequence[Control],
    geometries: NDArray[np.object_],
    to_wgs84: Callable[[Coordinates], Coordinates],
) -> Offsets:
    """Where the controls lie when the file's numbers are read by ``to_wgs84``."""
    names: list[str] = []
    vectors: list[NDArray[np.float64]] = []
    sure: list[bool] = []
    for control in controls:
        vector = _vector(control, geometries[control.row], to_wgs84)
        if vector is not None:
            names.append(control.name)
            vectors.append(vector)
            sure.append(control.sure)
    return Offsets(tuple(names), np.array(vectors).reshape(-1, 2), np.array(sure, dtype=bool))


def _metric(lonlat: Coordinates) -> Coordinates:
    return np.asarray(shapely.get_coordinates(to_metric(shapely.multipoints(lonlat))))


def _vector(
    control: Control, geometry: BaseGeometry, to_wgs84: Callable[[Coordinates], Coordinates]
) -> NDArray[np.float64] | None:
    if control.anchor is Anchor.LINE:
        return _line_vector(control, geometry, to_wgs84)
    if control.anchor is Anchor.BOX:
        west, south, east, north = geometry.bounds
        raw = np.array([[(west + east) / 2, (south + north) / 2]])
    else:
        raw = shapely.get_coordinates(geometry.centroid)
    here = to_wgs84(raw)
    if not np.isfinite(here).all():
        return None
    vectors = _metric(here) - _metric(control.places)
    nearest = vectors[np.hypot(*vectors.T).argmin()]
    return nearest if float(np.hypot(*nearest)) <= _REACH_M else None


def _line_vector(
    control: Control, geometry: BaseGeometry, to_wgs84: Callable[[Coordinates], Coordinates]
) -> NDArray[np.float64] | None:
    """Mean vector from the known points within reach to the nearest spot of the line."""
    moved = shapely.transform(geometry, to_wgs84)
    if not np.isfinite(shapely.get_coordinates(moved)).all():
        return None
    line, known = to_metric(moved), shapely.points(_metric(control.places))
    ties = shapely.shortest_line(known, line)
    close = shapely.length(ties) <= _REACH_M / 2  # of a long street elsewhere only the near points count
    if not close.any():
        return None
    ends = shapely.get_coordinates(ties[close]).reshape(-1, 2, 2)
    return np.asarray((ends[:, 1] - ends[:, 0]).mean(axis=0))
