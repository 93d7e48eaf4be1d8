"""Geometry from an authority: what ``geodata/authority/<plan>.geojson`` holds, and how it replaces ours.

The file is data of the project like a layer file: a GeoJSON feature collection in WGS84, to which every
import adds (see :mod:`app.atlas.importing`). Of several shapes for one feature the last counts; the
earlier ones, and what our own method gives, stay with the feature as superseded georeferences. Nothing
here is guessed: a shape carries its source, date, the hash of the file it came in, and the coordinate
system it was read in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.atlas.files import whole_file
from app.atlas.matching import MATCHED_BY, MatchedBy
from app.errors import InputFileError
from app.places.model import Evidence, Georeference, Method

_DECIMALS = 8  # about a millimetre: what was given is kept, the atlas publishes six


@dataclass(frozen=True, slots=True)
class AuthorityRecord:
    """Where a shape comes from.

    ``feature`` is the atlas id it belongs to, ``name`` what the file calls it, ``matched_by`` how the two
    were brought together. ``source`` and ``date`` are the importer's words, empty where not given; ``crs``
    names the coordinate system that the file was read in; ``notes`` say what was mended.
    """

    feature: str
    name: str
    matched_by: str
    source: str
    date: str
    tolerance_m: float
    file: str
    sha256: str
    layer: str
    crs: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AuthorityShape:
    """A shape in WGS84 and where it comes from."""

    geometry: BaseGeometry
    record: AuthorityRecord

    def georeference(self) -> Georeference:
        """The shape as a georeference of method ``authority``."""
        record = self.record
        origin = f"{record.source or '来源未注明'}，{record.date or '日期未注明'}"
        read = f"文件“{record.file}”（SHA-256 {record.sha256[:12]}）按 {record.crs} 读入"
        how = MATCHED_BY[MatchedBy(record.matched_by)]
        mended = f"；{'；'.join(record.notes)}" if record.notes else ""
        note = f"{origin}；{read}，{how}“{record.name}”{mended}"
        evidence = Evidence("authority", record.source or record.file, note)
        return Georeference(Method.AUTHORITY, self.geometry, record.tolerance_m, (evidence,))


Shapes = Mapping[str, Sequence[AuthorityShape]]
"""By feature id, the oldest import first."""


def authority_file(root: Path, plan: str) -> Path:
    """Where the shapes of a plan stand."""
    return root / f"{plan}.geojson"


def read_authority(root: Path, plans: Mapping[str, Iterable[str]]) -> Shapes:
    """Read the shapes of all plans.

    Parameters
    ----------
    root
        The folder ``geodata/authority``; it need not be there.
    plans
        The feature ids of each plan.

    Raises
    ------
    InputFileError
        A file is damaged, or names a plan or feature that is not there.
    """
    shapes: dict[str, list[AuthorityShape]] = {}
    for path in sorted(root.glob("*.geojson")):
        if path.stem not in plans:
            raise InputFileError(path, f"{path.stem!r} is no plan", cure="Remove the file, or rename it.")
        known = set(plans[path.stem])
        for shape in read_shapes(path):
            if shape.record.feature not in known:
                reason = f"{shape.record.feature!r} is no feature of the plan"
                raise InputFileError(path, reason, cure="Correct the id, or remove the entry.")
            shapes.setdefault(shape.record.feature, []).append(shape)
    return shapes


def read_shapes(path: Path) -> list[AuthorityShape]:
    """Read one file; an empty list where there is none.

    Raises
    ------
    InputFileError
        It is not what :func:`write_shapes` writes.
    """
    if not path.exists():
        return []
    cure = f"Restore it: git checkout -- {path.name}, or import the source file again."
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["features"]
        shapes = [_shape(row) for row in rows]
    except (OSError, ValueError, KeyError, TypeError, shapely.errors.ShapelyError) as error:
        raise InputFileError(path, f"not a file of authority shapes ({error})", cure=cure) from None
    for shape in shapes:
        if shape.geometry.is_empty or not shape.geometry.is_valid:
            reason = f"the geometry of {shape.record.feature!r} is empty or invalid"
            raise InputFileError(path, reason, cure=cure)
    return shapes


def _shape(row: Mapping[str, Any]) -> AuthorityShape:
    values = {**row["properties"], "notes": tuple(row["properties"]["notes"])}
    return AuthorityShape(shapely.geometry.shape(row["geometry"]), AuthorityRecord(**values))


def succession(ours: Georeference, shapes: Sequence[AuthorityShape]) -> tuple[Georeference, ...]:
    """Georeferences of a feature, the oldest first: ours, then those of an authority; the last counts."""
    return (ours, *(shape.georeference() for shape in shapes))


def write_shapes(path: Path, shapes: Iterable[AuthorityShape]) -> None:
    """Write the file whole or leave what is there; one feature a line, so that changes show in a diff."""
    rows = [
        json.dumps(
            {
                "type": "Feature",
                "properties": asdict(shape.record),
                "geometry": shapely.geometry.mapping(stored(shape.geometry)),
            },
            ensure_ascii=False,
        )
        for shape in shapes
    ]
    text = '{"type": "FeatureCollection", "features": [\n' + ",\n".join(rows) + "\n]}\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as draft:
        draft.write_text(text, encoding="utf-8", newline="\n")


def stored(geometry: BaseGeometry) -> BaseGeometry:
    """The geometry as the file keeps it: 2D, rounded to a millimetre or so."""
    rounded: BaseGeometry = shapely.transform(shapely.force_2d(geometry), lambda xy: np.round(xy, _DECIMALS))
    return rounded
