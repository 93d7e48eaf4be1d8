"""What a file most likely is: real extracts written in each reading, and what is left open."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyproj
import pytest
import shapely

from app.places.datum import to_bd09, to_gcj02
from app.places.districts import district
from app.places.geofile import GeoLayer
from app.places.hypotheses import GEOGRAPHIC, SYSTEMS, WEB_MERCATOR, Datum, declared_system
from app.places.inspection import Inspection, inspect_layer
from app.places.inspection_report import inspection_data, inspection_text
from app.places.linework import Lines
from app.places.reference import Reference

READINGS = [
    (system, datum, flipped)
    for system in SYSTEMS
    for datum in Datum
    for flipped in (False, True)
    if datum is Datum.WGS84 or system == GEOGRAPHIC or (system == WEB_MERCATOR and datum is Datum.GCJ02)
]
STREETS = (
    "南京路",
    "营口道",
    "成都道",
    "马场道",
    "西康路",
    "贵州路",
    "赤峰道",
    "滨江道",
    "和平路",
    "解放北路",
)


def written(shapes: Sequence[shapely.Geometry], system: str, datum: Datum, flipped: bool) -> np.ndarray:
    """WGS84 shapes as a file of this reading has them."""
    shift = {Datum.WGS84: lambda xy: xy, Datum.GCJ02: to_gcj02, Datum.BD09: to_bd09}[datum]
    forward = pyproj.Transformer.from_crs("OGC:CRS84", system, always_xy=True)

    def move(lonlat: np.ndarray) -> np.ndarray:
        xy = np.column_stack(forward.transform(*shift(lonlat).T))
        return xy[:, ::-1] if flipped else xy

    return np.array([shapely.transform(shape, move) for shape in shapes], dtype=object)


def layer_of(shapes: np.ndarray, names: Sequence[str] = (), *, declared: str = "") -> GeoLayer:
    columns = {"XMMC": list(names), "BZ": ["无"] * len(names)} if names else {}
    return GeoLayer("样本", "Shapefile", shapes, columns, declared, "文件写明" if declared else "", ())


@pytest.fixture(scope="module")
def houses(reference: Reference) -> tuple[list[str], list[shapely.Geometry]]:
    """Forty named buildings of 和平区, each surveyed anew with an error of some 20 m."""
    table = reference.table("buildings")
    inside = table[shapely.covers(district("和平区"), shapely.points(table["lon"], table["lat"]))].head(40)
    errors = np.random.default_rng(7).normal(0, 20, (len(inside), 2)) / (86_500, 111_000)
    places = inside[["lon", "lat"]].to_numpy() + errors
    return inside["name"].tolist(), list(shapely.points(places))


def reading(result: Inspection) -> tuple[str, Datum, bool] | None:
    if result.decided is None:
        return None
    found = result.decided.hypothesis
    return found.system, found.datum, found.flipped


@pytest.mark.parametrize(("system", "datum", "flipped"), READINGS)
def test_named_houses_show_how_they_were_written(
    reference: Reference,
    houses: tuple[list[str], list[shapely.Geometry]],
    system: str,
    datum: Datum,
    flipped: bool,
) -> None:
    names, shapes = houses
    result = inspect_layer(layer_of(written(shapes, system, datum, flipped), names), reference)
    assert reading(result) == (system, datum, flipped)
    assert result.name_column == "XMMC"
    assert result.decided is not None
    assert result.decided.offsets.count >= 30
    assert result.decided.offsets.offset_m < 15
    assert result.decided.district == "和平区"
    assert sum(weighed.score for weighed in result.ranked) == pytest.approx(1)


@pytest.mark.parametrize("datum", list(Datum))
@pytest.mark.parametrize("flipped", [False, True])
def test_street_lines_and_district_outlines_show_it_too(
    reference: Reference, datum: Datum, flipped: bool
) -> None:
    lines = Lines(reference)
    streets = [lines.street(name, district="和平区").line for name in STREETS]
    result = inspect_layer(layer_of(written(streets, GEOGRAPHIC, datum, flipped), STREETS), reference)
    assert reading(result) == (GEOGRAPHIC, datum, flipped)
    areas = [district("和平区"), district("河东区")]
    # Outlines without a single attribute.
    result = inspect_layer(layer_of(written(areas, GEOGRAPHIC, datum, flipped)), reference)
    assert reading(result) == (GEOGRAPHIC, datum, flipped)
    assert result.decided is not None
    assert result.decided.outline_fit > 0.99


@pytest.mark.parametrize("datum", list(Datum))
def test_without_names_a_shift_is_not_guessed(
    reference: Reference, houses: tuple[list[str], list[shapely.Geometry]], datum: Datum
) -> None:
    shapes = written(houses[1], GEOGRAPHIC, datum, False)
    for few in ((), ["甲", "乙"] * 20, [*houses[0][:2], *["无名"] * 38]):
        result = inspect_layer(layer_of(shapes, few), reference)
        assert reading(result) is None
        assert {weighed.hypothesis.datum for weighed in result.ranked} == set(Datum)
        assert all(weighed.hypothesis.system == GEOGRAPHIC for weighed in result.ranked)
        assert "不能判定" in inspection_text(result)


def test_without_names_a_surveyors_projection_is_told_with_what_remains_possible(
    reference: Reference, houses: tuple[list[str], list[shapely.Geometry]]
) -> None:
    shapes = written(houses[1], "EPSG:4527", Datum.WGS84, True)
    result = inspect_layer(layer_of(shapes), reference)
    assert reading(result) == ("EPSG:4527", Datum.WGS84, True)
    assert "1980 西安" in "".join(result.cautions)


def test_an_old_datum_shows_as_a_shift_that_fits_nothing(
    reference: Reference, houses: tuple[list[str], list[shapely.Geometry]]
) -> None:
    names, shapes = houses
    # 1954 北京 lies some 100 m off; the exact parameters are not published, any such shift must show.
    moved = [
        shapely.transform(s, lambda xy: xy + np.array((75.0, -90.0)))
        for s in written(shapes, "EPSG:4548", Datum.WGS84, False)
    ]
    result = inspect_layer(layer_of(np.array(moved, dtype=object), names), reference)
    assert reading(result) is None
    assert "一致偏移" in result.reasons[0]
    assert "1954 北京" in result.reasons[0]


def test_nothing_near_tianjin_fits_nothing(reference: Reference) -> None:
    for place in ((121.47, 31.23), (0.0, 0.0), (1e12, -1e12), (500_000.0, 500_000.0)):
        shapes = np.array([shapely.Point(place)] * 3, dtype=object)
        result = inspect_layer(layer_of(shapes, ["甲", "乙", "丙"]), reference)
        assert result.ranked == ()
        assert result.decided is None
        assert "不能判定" in inspection_text(result)


def test_a_false_declaration_is_not_believed(
    reference: Reference, houses: tuple[list[str], list[shapely.Geometry]]
) -> None:
    names, shapes = houses
    shifted = layer_of(written(shapes, GEOGRAPHIC, Datum.GCJ02, False), names, declared="EPSG:4326")
    result = inspect_layer(shifted, reference)
    assert reading(result) == (GEOGRAPHIC, Datum.GCJ02, False)
    assert "偏移过的 GCJ-02" in "".join(result.cautions)
    metres = layer_of(written(shapes, "EPSG:4548", Datum.WGS84, False), names, declared="EPSG:4326")
    result = inspect_layer(metres, reference)
    assert reading(result) == ("EPSG:4548", Datum.WGS84, False)
    assert "与坐标不符" in "".join(result.cautions)


def test_a_declared_system_outside_our_list_is_tried(
    reference: Reference, houses: tuple[list[str], list[shapely.Geometry]]
) -> None:
    names, shapes = houses
    # Lambert for the north of China, as small-scale maps have it.
    wkt = pyproj.CRS("+proj=lcc +lat_1=30 +lat_2=62 +lat_0=0 +lon_0=105 +datum=WGS84").to_wkt()
    layer = layer_of(written(shapes, wkt, Datum.WGS84, False), names, declared=wkt)
    result = inspect_layer(layer, reference)
    assert reading(result) == (wkt, Datum.WGS84, False)
    assert inspection_data(result)["decided"] == "declared"


@pytest.mark.parametrize(
    ("text", "system", "trusted"),
    [
        ("EPSG:4509", "EPSG:4548", True),  # 6-degree zone, same meridian, same numbers
        ("EPSG:2384", "EPSG:4548", False),  # 1980 西安
        ("EPSG:2363", "EPSG:4527", False),
        ("EPSG:4214", GEOGRAPHIC, False),  # 1954 北京
        ("EPSG:4490", GEOGRAPHIC, True),
        ("nonsense", "", True),
    ],
)
def test_what_a_declaration_comes_to(text: str, system: str, trusted: bool) -> None:
    declared = declared_system(text)
    assert (declared.system, declared.datum_trusted) == (system, trusted)


def test_the_report_is_the_same_for_people_and_programs(
    reference: Reference, houses: tuple[list[str], list[shapely.Geometry]]
) -> None:
    names, shapes = houses
    result = inspect_layer(layer_of(written(shapes, "EPSG:4528", Datum.WGS84, True), names), reference)
    data, text = inspection_data(result), inspection_text(result)
    best = data["hypotheses"][0]
    assert data["decided"] == best["id"] == "EPSG:4528"
    assert best["northFirst"] is True
    assert best["controlPoints"]["count"] == len(result.ranked[0].offsets.names)
    assert f"{best['controlPoints']['count']} 个控制点" in text
    assert best["title"] in text
    west, south, east, north = best["bounds"]
    assert shapely.box(*district("和平区").bounds).buffer(0.01).covers(shapely.box(west, south, east, north))


def test_many_unnamed_features_are_weighed_by_a_sample(reference: Reference) -> None:
    places = np.random.default_rng(3).uniform((117.17, 39.09), (117.22, 39.14), (20_000, 2))
    result = inspect_layer(layer_of(np.asarray(shapely.points(places), dtype=object)), reference)
    assert reading(result) is None
    assert result.ranked[0].hypothesis.system == GEOGRAPHIC
