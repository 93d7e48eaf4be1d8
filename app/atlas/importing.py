"""Bringing an authority's geometry in: rows of a strange file matched to features, checked, kept.

Only what matches exactly is taken: an id, a name, an alias of one feature alone. Near names are listed for
a person to accept. The coordinate system is the one stated, if the numbers bear it out, or the one that
the evidence decides on; where that is open, nothing is imported. Everything is checked before anything is
written, and one file is written whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.atlas.authority import (
    AuthorityRecord,
    AuthorityShape,
    authority_file,
    read_shapes,
    stored,
    write_shapes,
)
from app.atlas.checks.authority import mean_offset_m, overlap_share
from app.atlas.matching import Candidate, ImportRefusedError, LeftOut, Match, match_rows
from app.places.crs import crs_named
from app.places.districts import BOX
from app.places.geofile import GeoFile, GeoLayer
from app.places.hypotheses import SYSTEMS, Datum
from app.places.inspection import Inspection, Weighed, agrees, inspect_layer
from app.places.measure import to_metric
from app.places.model import AUTHORITY_WITHIN_M
from app.places.reference import Reference

_MENDED_SHARE = 0.05  # an area may change by this much when its rings are mended


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person importing asks for; empty text and None mean "find out"."""

    match: str = "name"
    layer: str | None = None
    crs: str = ""
    column: str = ""
    accepted: tuple[tuple[str, str], ...] = ()
    source: str = ""
    date: str = ""
    tolerance_m: float = AUTHORITY_WITHIN_M


@dataclass(frozen=True, slots=True)
class Import:
    """What an import would write: shapes, what was left out, and how the coordinates were read."""

    shapes: tuple[AuthorityShape, ...]
    left_out: tuple[LeftOut, ...]
    column: str
    reading: Weighed
    inspection: Inspection
    notes: tuple[str, ...]
    present: Mapping[str, BaseGeometry | None]


def prepare_import(
    file: GeoFile, candidates: Sequence[Candidate], wish: Wish, reference: Reference
) -> Import:
    """Match, read the coordinates, check; write nothing.

    Parameters
    ----------
    file
        As read by :func:`app.places.geofile.read_geofile`.
    candidates
        All features of the plan.
    wish
        What is asked for.
    reference
        Where control points come from.

    Raises
    ------
    ImportRefusedError
        No row matches; the coordinate system is open or contradicted; a geometry is broken beyond mending,
        mixed, or outside the box of the atlas.
    UnusableFileError
        The file has no such layer.
    RequestError
        ``wish.crs`` is not on offer.
    """
    layer = file.layer(wish.layer)
    column, matches, left_out = match_rows(
        layer, candidates, by=wish.match, column=wish.column, accepted=wish.accepted
    )
    if not matches:
        near = next((item for item in left_out if item.near), None)
        hint = (
            f"相近的如“{near.name}”→“{near.near[0][1]}”（{near.near[0][0]}），可用 --accept 确认。"
            if near
            else ""
        )
        raise ImportRefusedError(f"没有一行与这个规划的要素{_how(wish.match)}相同，未导入。{hint}")
    inspection = inspect_layer(layer, reference, known=_known(candidates, matches))
    reading = _reading(inspection, wish.crs)
    shapes = []
    present = {candidate.id: candidate.geometry for candidate in candidates}
    for match in matches:
        geometry, notes = _geometry(layer, match, reading)
        if geometry is None or _poorer(geometry, present[match.feature]):
            left_out.append(LeftOut(match.name, notes[0] if geometry is None else "几何维数低于现有的，未取"))
            continue
        record = AuthorityRecord(
            feature=match.feature,
            name=match.name,
            matched_by=match.matched_by.value,
            source=wish.source,
            date=wish.date,
            tolerance_m=wish.tolerance_m,
            file=file.path.name,
            sha256=file.sha256,
            layer=layer.name,
            crs=_crs_words(inspection, reading),
            notes=notes,
        )
        shapes.append(AuthorityShape(geometry, record))
    if not shapes:
        raise ImportRefusedError(f"匹配的要素都没有可用的几何，未导入（{left_out[-1].reason}）。")
    return Import(tuple(shapes), tuple(left_out), column, reading, inspection, layer.notes, present)


def comparison(shape: AuthorityShape, present: BaseGeometry | None) -> str:
    """How a shape compares with the one that it takes the place of, for people."""
    if present is None:
        return "原先未落图"
    ours, theirs = to_metric(present), to_metric(shape.geometry)
    overlap = overlap_share(ours, theirs)
    told = "" if overlap is None else f"、重叠 {overlap:.0%}"
    return f"与现有的平均相差 {mean_offset_m(ours, theirs):.0f} 米{told}"


def save_import(root: Path, plan: str, prepared: Import) -> Path:
    """Add the shapes to the plan's file, whole or not at all; what stands there already is not repeated.

    Raises
    ------
    InputFileError
        The file that is there is damaged.
    """
    path = authority_file(root, plan)
    shapes = read_shapes(path)
    current = {shape.record.feature: shape for shape in shapes}
    fresh = [shape for shape in prepared.shapes if current.get(shape.record.feature) != shape]
    if fresh:
        write_shapes(path, [*shapes, *fresh])
    return path


def _how(match: str) -> str:
    return "编号" if match == "id" else "名称"


# --- coordinates -----------------------------------------------------------------------------------


def _known(candidates: Sequence[Candidate], matches: Sequence[Match]) -> dict[str, list[BaseGeometry]]:
    """Our own sure shapes as control shapes, under the names that the file uses."""
    by_id = {candidate.id: candidate for candidate in candidates}
    known: dict[str, list[BaseGeometry]] = {}
    for match in matches:
        candidate = by_id[match.feature]
        if candidate.control and candidate.geometry is not None:
            known.setdefault(match.name, []).append(candidate.geometry)
    return known


def _reading(inspection: Inspection, stated: str) -> Weighed:
    if not inspection.ranked:
        raise ImportRefusedError("坐标不在天津一带（按任何一种常用坐标系读都不在），未导入。")
    if not stated:
        if inspection.decided is None:
            reasons = "".join(inspection.reasons)
            raise ImportRefusedError(f"坐标系不能判定，请查明后用 --crs 写明：{reasons}")
        return inspection.decided
    system, datum = _stated(stated)
    fitting = [
        weighed
        for weighed in inspection.ranked
        if weighed.hypothesis.system == system and weighed.hypothesis.datum is datum
    ]
    best = inspection.ranked[0]
    if not fitting:
        raise ImportRefusedError(
            f"按所写的 {stated} 读，坐标不在天津一带；看来是“{best.hypothesis.title}”，未导入。"
        )
    chosen = fitting[0]
    if not agrees(chosen.offsets):
        offset = chosen.offsets.offset_m
        better = best is not chosen and agrees(best.offsets)
        rather = f"“{best.hypothesis.title}”" if better else "1954 北京、1980 西安或地方坐标系"
        raise ImportRefusedError(
            f"按所写的 {stated} 读，{chosen.offsets.count} 个控制点一致偏移 {offset:.0f} 米；"
            f"看来是{rather}，未导入。"
        )
    return chosen


def _crs_words(inspection: Inspection, reading: Weighed) -> str:
    hypothesis = reading.hypothesis
    name = inspection.declared.name if hypothesis.id == "declared" else hypothesis.id
    return f"{name}（{hypothesis.title}）"


def _stated(text: str) -> tuple[str, Datum]:
    """A stated system as (system, datum); also those that are read but not offered for output."""
    name = text.strip().upper()
    if name in ("BD-09", "BD09"):
        return "OGC:CRS84", Datum.BD09
    if name in SYSTEMS:
        return name, Datum.WGS84
    code = crs_named(text).code
    if code == "GCJ-02":
        return "OGC:CRS84", Datum.GCJ02
    return ("OGC:CRS84" if code in ("EPSG:4326", "EPSG:4490") else code), Datum.WGS84


# --- geometry --------------------------------------------------------------------------------------


def _geometry(layer: GeoLayer, match: Match, reading: Weighed) -> tuple[BaseGeometry | None, tuple[str, ...]]:
    """The geometry of the matched rows in WGS84 and what was done to it; None with the reason."""
    parts = [layer.geometries[row] for row in match.rows if layer.geometries[row] is not None]
    if not parts:
        return None, ("没有几何",)
    notes = [f"合并了 {len(parts)} 行"] if len(parts) > 1 else []
    moved = [shapely.transform(part, reading.hypothesis.to_wgs84) for part in parts]
    if not np.isfinite(shapely.get_coordinates(moved)).all() or not all(
        shapely.box(*BOX).covers(shapely.box(*part.bounds)) for part in moved
    ):
        raise ImportRefusedError(f"“{match.name}”有坐标不在天津一带，未导入；请核对坐标系与文件。")
    whole = []
    for part in moved:
        mended = _mended(part, match.name)
        if mended is not part:
            notes.append("环自交或未闭合，已修正")
        whole.append(mended)
    if len({int(shapely.get_dimensions(part)) for part in whole}) > 1:
        raise ImportRefusedError(f"“{match.name}”的几何点、线、面混杂，未导入。")
    geometry = stored(whole[0] if len(whole) == 1 else shapely.union_all(whole))
    return _mended(geometry, match.name), tuple(dict.fromkeys(notes))


def _mended(part: BaseGeometry, name: str) -> BaseGeometry:
    """A valid geometry of one dimension; the very same object where nothing had to be done."""
    dimension = int(shapely.get_dimensions(part))
    if part.geom_type == "GeometryCollection":
        raise ImportRefusedError(f"“{name}”是几何集合（点、线、面混杂），未导入。")
    if part.is_valid:
        return part
    pieces = [
        p for p in shapely.get_parts(shapely.make_valid(part)) if shapely.get_dimensions(p) == dimension
    ]
    mended = shapely.union_all(pieces)
    before = to_metric(part).area if dimension == 2 else 0.0
    after = to_metric(mended).area if dimension == 2 else 0.0
    if mended.is_empty or abs(after - before) > _MENDED_SHARE * max(before, after):
        raise ImportRefusedError(f"“{name}”的环自交或未闭合，修正会改变面积，未导入；请先修好。")
    return mended


def _poorer(geometry: BaseGeometry, ours: BaseGeometry | None) -> bool:
    """Whether a shape says less than ours: a point for a line, a line for an area."""
    return ours is not None and int(shapely.get_dimensions(geometry)) < int(shapely.get_dimensions(ours))
