"""Carrying out a ``locate:`` specification: the one door from words to geometry.

Each method is a short function; what takes thought lives in :mod:`app.places.streets`,
:mod:`~app.places.rings`, :mod:`~app.places.along`, :mod:`~app.places.crossing`,
:mod:`~app.places.waters` and :mod:`~app.places.spots`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import fiona
import shapely
from shapely.geometry.base import BaseGeometry

from app.errors import (
    GeometryError,
    InputFileError,
    MissingInputError,
)
from app.places.along import along
from app.places.crossing import crossing
from app.places.districts import district as district_area
from app.places.lines import CentreLine
from app.places.linework import Lines
from app.places.measure import buffer_m, from_metric, length_km, to_metric
from app.places.model import Certainty, Evidence, Georeference, Method, certainty_of
from app.places.reference import Reference
from app.places.rings import bounded
from app.places.specs import (
    AdminSpec,
    AlongSpec,
    BoundedSpec,
    CrossingSpec,
    DigitisedSpec,
    Line,
    NearSpec,
    OsmSpec,
    Place,
    Spec,
    UnionSpec,
    UnlocatedSpec,
)
from app.places.spots import Spots

# On land the outlines of neighbours meet; towards the sea 滨海新区 ends along a coarser outline.
_DISTRICT_TOLERANCE_M = {"滨海新区": 500.0}
_OTHER_DISTRICT_TOLERANCE_M = 60.0
_LEAST_BOX_TOLERANCE_M = 300.0


class Locator:
    """Locates features from reference data; keeps what it has opened.

    Parameters
    ----------
    reference
        The reference extracts.
    digitised
        Folder of the shapes drawn by hand.
    """

    def __init__(self, reference: Reference, digitised: Path) -> None:
        self.reference = reference
        self.lines = Lines(reference)
        self._digitised_dir = digitised

    def locate(
        self,
        spec: Spec,
        *,
        district: str,
        located: Mapping[str, Georeference],
        stated_area_km2: float | None = None,
    ) -> Georeference:
        """Find the geometry that a specification describes.

        Parameters
        ----------
        spec
            What the layer file says.
        district
            The plan's district, in which names are looked for unless the specification says otherwise.
        located
            Results of the features that ``spec`` refers to (see :func:`app.places.specs.feature_refs`).
        stated_area_km2
            The area that the text states, for bands whose width the specification takes from it.

        Raises
        ------
        UnknownPlaceError, AmbiguousPlaceError, GeometryError
            When the named things are not there, not unique, or enclose nothing.
        """
        scene = _Scene(self, spec.district or district, located)
        match spec:
            case OsmSpec():
                result = scene.osm(spec)
            case AdminSpec():
                result = scene.admin(spec)
            case BoundedSpec():
                result = scene.bounded(spec)
            case AlongSpec():
                result = scene.along(spec, stated_area_km2)
            case CrossingSpec():
                result = scene.crossing(spec)
            case UnionSpec():
                result = scene.union(spec)
            case NearSpec():
                result = scene.near(spec)
            case DigitisedSpec():
                result = scene.digitised(spec, self._digitised_dir)
            case UnlocatedSpec():
                result = _unlocated(spec)
        return _with_editor(result, spec)


def _with_editor(result: Georeference, spec: Spec) -> Georeference:
    """Add the editor's evidence and widen the tolerance; a narrower one is not taken."""
    evidence = result.evidence
    if spec.evidence:
        evidence = (*evidence, Evidence("editor", "", spec.evidence))
    tolerance = result.tolerance_m
    if spec.tolerance_m is not None and tolerance is not None:
        tolerance = max(tolerance, spec.tolerance_m)
    return replace(result, evidence=evidence, tolerance_m=tolerance)


def _unlocated(spec: UnlocatedSpec) -> Georeference:
    cure = (Evidence("cure", "", spec.cure),) if spec.cure else ()
    return Georeference(Method.UNLOCATED, None, None, cure, reason=spec.reason.value)


def _cut(geometry: BaseGeometry, within: str | None) -> BaseGeometry:
    """The part of a geometry that lies in a district, harbours counted; all of it without one."""
    if within is None:
        return geometry
    part = shapely.intersection(geometry, district_area(within, with_sea=True))
    if part.is_empty:
        raise GeometryError(f"所述位置不在{within}内。")
    return part


def _band(line: BaseGeometry, width_m: float, side: str | None) -> BaseGeometry:
    """A band along a line (WGS84): about it, or on the side of a district and inside that district."""
    if side is None:
        return buffer_m(line, width_m / 2, cap_style="flat")
    metric, ground = to_metric(line), to_metric(district_area(side, with_sea=True))
    halves = [shapely.buffer(metric, reach, single_sided=True) for reach in (width_m, -width_m)]
    parts = [shapely.intersection(half, ground) for half in halves]
    part = max(parts, key=lambda part: float(part.area))
    if part.is_empty:
        raise GeometryError(f"这条线的两侧都不在{side}内。")
    return from_metric(part)


class _Scene:
    """One feature being located: its district and what it may refer to."""

    def __init__(self, locator: Locator, district: str, located: Mapping[str, Georeference]) -> None:
        self.reference = locator.reference
        self.lines = locator.lines
        self.spots = Spots(locator.reference, locator.lines, district, located)
        self.district = district
        self.located = located

    # --- methods ---------------------------------------------------------------------------------

    def osm(self, spec: OsmSpec) -> Georeference:
        if spec.place.group == "streets":
            beside = spec.place.closest_to
            near = self.spots.find(Place(osm=beside, district=self.district)).point if beside else None
            line = self.lines.street(str(spec.place.osm), district=self.district, near=near)
            shape = _cut(line.line, spec.within)
            return Georeference(Method.OSM, shape, line.tolerance_m, line.evidence, line.doubts)
        spot = self.spots.find(spec.place)
        return Georeference(Method.OSM, spot.point, spot.tolerance_m, spot.evidence)

    def admin(self, spec: AdminSpec) -> Georeference:
        if spec.town is None:
            name = str(spec.whole_district)
            tolerance = _DISTRICT_TOLERANCE_M.get(name, _OTHER_DISTRICT_TOLERANCE_M)
            evidence = Evidence("districts", name, f"{name}区界（高德、天地图数据，非权威）")
            return Georeference(Method.ADMIN, district_area(name), tolerance, (evidence,))
        box = _cut(shapely.box(*self.reference.town_box(spec.town)), self.district)
        shape = shapely.intersection(box, self.reference.land)
        area = to_metric(shape).area
        tolerance = max(_LEAST_BOX_TOLERANCE_M, math.sqrt(area) / 4)
        evidence = Evidence("towns", spec.town, f"{spec.town}的外包框（与区界、陆地求交），不是街镇界线")
        return Georeference(Method.ADMIN, shape, float(round(tolerance)), (evidence,))

    def bounded(self, spec: BoundedSpec) -> Georeference:
        inside = self.spots.find(spec.inside).point if spec.inside else None
        result = bounded([self.line(item) for item in spec.by], inside=inside)
        assert result.geometry is not None
        return replace(result, geometry=_cut(result.geometry, spec.within))

    def along(self, spec: AlongSpec, stated_area_km2: float | None) -> Georeference:
        start = self.spots.find(spec.start).point if spec.start else None
        end = self.spots.find(spec.end).point if spec.end else None
        line = self.line(spec.line)
        result = along(line, start=start, end=end)
        assert result.geometry is not None
        result = replace(result, geometry=_cut(result.geometry, spec.within))
        length = length_km(result.geometry)
        width = spec.width_m
        if spec.width_from_area:
            if stated_area_km2 is None:
                raise GeometryError("width_from_area 需要文本所述面积，但摘录中没有。")
            width = stated_area_km2 / length * 1000
        if width is None:
            return replace(result, length_km=length)
        origin = "由文本所述面积除以长度得出" if spec.width_from_area else "由图层文件给出"
        where = f"线的{spec.side}一侧" if spec.side else "以线为中心"
        note = Evidence("method", "width", f"{where}，宽{width:.0f}米（{origin}）")
        return replace(
            result,
            geometry=_band(result.geometry, width, spec.side),
            evidence=(*result.evidence, note),
            length_km=length,
            derived_from_stated_size=spec.width_from_area,
            assumed=True,
        )

    def crossing(self, spec: CrossingSpec) -> Georeference:
        first, second = (self.lines.street(name, district=self.district) for name in spec.streets)
        return crossing(first, second)

    def union(self, spec: UnionSpec) -> Georeference:
        parts = {feature_id: self.located[feature_id] for feature_id in spec.of}
        shapes = {name: part.geometry for name, part in parts.items() if part.geometry is not None}
        if not shapes:
            raise GeometryError(f"所合并的要素都没有几何：{'、'.join(spec.of)}。")
        # Mixed collections are a burden to every GIS: areas swallow what they may, the rest is told.
        dimension = max(shapely.get_dimensions(shape) for shape in shapes.values())
        drawn = {name: shape for name, shape in shapes.items() if shapely.get_dimensions(shape) == dimension}
        shape = _cut(shapely.union_all(list(drawn.values())), spec.within)
        missing = [name for name in parts if name not in shapes]
        thinner = [name for name in shapes if name not in drawn and not shape.covers(shapes[name])]
        doubts = []
        if missing:
            doubts.append(f"有成员未落图，故不完整：{'、'.join(missing)}。")
        if thinner:
            doubts.append(f"点状或线状的成员不并入面（线）中，仍在各自图层：{'、'.join(thinner)}。")
        tolerance = max(parts[name].tolerance_m or 0.0 for name in drawn)
        evidence = tuple(Evidence("feature", name, "成员要素的几何") for name in drawn)
        assumed = any(certainty_of(parts[name]) is not Certainty.LOCATED for name in drawn)
        return Georeference(Method.UNION, shape, tolerance, evidence, tuple(doubts), assumed=assumed)

    def near(self, spec: NearSpec) -> Georeference:
        spots = [self.spots.find(place) for place in spec.places]
        hull = shapely.MultiPoint([spot.point for spot in spots]).convex_hull
        shape = _cut(buffer_m(hull, spec.radius_m), spec.within)
        if spec.land:
            shape = shapely.intersection(shape, self.reference.land)
        if shape.is_empty:
            raise GeometryError("所述范围内没有陆地或不在该区内。")
        names = "、".join(place.label for place in spec.places)
        note = Evidence("method", "near", f"{names}周围{spec.radius_m:.0f}米，示意范围")
        tolerance = max(spec.radius_m, *(spot.tolerance_m for spot in spots))
        evidence = (*(item for spot in spots for item in spot.evidence), note)
        return Georeference(Method.NEAR, shape, tolerance, evidence)

    def digitised(self, spec: DigitisedSpec, folder: Path) -> Georeference:
        path = folder / spec.file
        if not path.is_file():
            raise MissingInputError(
                path, "the drawn shape is missing", cure=f"Restore it: git checkout -- {path}"
            )
        if spec.tolerance_m is None:
            raise GeometryError("digitised 需要 tolerance_m。")
        try:
            with fiona.open(path) as source:
                shapes = [shapely.geometry.shape(row.geometry) for row in source if row.geometry]
        except fiona.errors.FionaError as error:
            raise InputFileError(path, f"not readable as GeoJSON ({error})") from None
        if not shapes:
            raise InputFileError(path, "no geometry in it")
        evidence = (Evidence("digitised", spec.file, "手工描绘"),)
        return Georeference(Method.DIGITISED, shapely.union_all(shapes), spec.tolerance_m, evidence)

    # --- lines -----------------------------------------------------------------------------------

    def line(self, item: Line) -> CentreLine:
        """The centre line that a LINE names."""
        district = item.district or self.district
        if item.street:
            return self.lines.street(item.street, district=district)
        if item.river and item.bank:
            return self.lines.bank(item.river, item.bank)
        if item.river:
            return self.lines.river(item.river, district=district)
        if item.edge:
            return self.lines.edge(*item.edge)
        return self.lines.coast() if item.coast else self._made_line(item)

    def _made_line(self, item: Line) -> CentreLine:
        """A line made from other features or places."""
        if item.feature:
            other = self.located[item.feature]
            if other.geometry is None:
                raise GeometryError(f"要素 {item.feature} 没有几何，不能作边界或走向。")
            return self.lines.drawn(other.geometry, name=item.feature, tolerance_m=other.tolerance_m or 0.0)
        spots = [self.spots.find(place) for place in item.through]
        return self.lines.through(
            [spot.point for spot in spots],
            names=[place.label for place in item.through],
            tolerance_m=max(spot.tolerance_m for spot in spots),
            evidence=tuple(e for spot in spots for e in spot.evidence),
        )
