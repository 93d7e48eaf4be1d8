"""From words to geometry on the real reference data: homonyms, middles, cuts, and plain refusals."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from shapely import Point

from app.errors import AmbiguousPlaceError, AtlasError, GeometryError, MissingInputError, UnknownPlaceError
from app.places.grammar import parse_spec
from app.places.locate import Locator
from app.places.measure import area_km2, distance_m, length_km
from app.places.model import Certainty, Georeference, Method, certainty_of
from app.places.reference import Reference


@pytest.fixture(scope="module")
def locator(reference: Reference, tmp_path_factory: pytest.TempPathFactory) -> Locator:
    return Locator(reference, tmp_path_factory.mktemp("digitised"))


def locate(
    locator: Locator,
    words: dict,
    district: str = "和平区",
    located: dict[str, Georeference] | None = None,
    area: float | None = None,
) -> Georeference:
    return locator.locate(parse_spec(words), district=district, located=located or {}, stated_area_km2=area)


def test_the_namesake_in_the_district_is_taken(locator: Locator) -> None:
    result = locate(locator, {"method": "osm", "name": "静园"})
    assert result.method is Method.OSM
    assert isinstance(result.geometry, Point)
    assert distance_m(result.geometry, Point(117.18293, 39.12220)) < 5  # not the one at 118.09
    assert result.tolerance_m is not None
    assert certainty_of(result) is Certainty.LOCATED
    assert "静园" in result.evidence[0].note


def test_a_place_elsewhere_only_is_refused_and_said_where(locator: Locator) -> None:
    with pytest.raises(UnknownPlaceError, match="滨海新区内没有名为“静园”") as caught:
        locate(locator, {"method": "osm", "name": "静园"}, "滨海新区")
    assert "和平区" in str(caught.value)


def test_an_unknown_name_offers_near_ones(locator: Locator) -> None:
    with pytest.raises(UnknownPlaceError, match="民园广场"):
        locate(locator, {"method": "osm", "name": "民园广厂"})


def test_homonyms_far_apart_are_ambiguous_until_told(locator: Locator) -> None:
    words = {"method": "osm", "name": "麦当劳", "group": "places"}
    with pytest.raises(AmbiguousPlaceError, match=r"2处“麦当劳”.*closest_to"):
        locate(locator, words, "滨海新区")
    chosen = locate(locator, {**words, "closest_to": "北塘古镇"}, "滨海新区")
    assert distance_m(chosen.geometry, Point(117.749664, 39.119421)) < 5


def test_stops_around_a_place_are_read_as_their_middle(locator: Locator) -> None:
    hits = locator.reference.find("小白楼", groups=("stops",), district="和平区")
    result = locate(locator, {"method": "osm", "name": "小白楼", "group": "stops"})
    assert isinstance(result.geometry, Point)
    assert result.tolerance_m is not None
    assert result.tolerance_m >= 150
    for hit in hits:
        assert distance_m(result.geometry, hit.point) <= result.tolerance_m + 1


def test_a_ring_of_streets_is_the_zone(locator: Locator) -> None:
    roads = ["大沽北路", "营口道", "南京路", "哈尔滨道"]
    result = locate(locator, {"method": "bounded", "by": roads, "inside": "中心公园"})
    assert result.geometry is not None
    assert area_km2(result.geometry) == pytest.approx(0.35, rel=0.1)
    assert [e.ref for e in result.evidence if e.source == "streets"] == roads


def test_a_band_takes_its_width_from_the_stated_area_and_says_so(locator: Locator) -> None:
    words = {"method": "along", "line": {"river": "海河", "bank": "和平区"}, "width_from_area": True}
    result = locate(locator, words, area=2.2)
    assert result.derived_from_stated_size
    assert result.length_km == pytest.approx(3.8, rel=0.1)
    assert area_km2(result.geometry) == pytest.approx(2.2, rel=0.05)
    assert certainty_of(result) is Certainty.APPROXIMATE
    with pytest.raises(GeometryError, match="width_from_area"):
        locate(locator, words)


def test_the_river_front_of_hedong_is_as_long_as_its_plan_says(locator: Locator) -> None:
    result = locate(locator, {"method": "along", "line": {"river": "海河", "bank": "河东区"}}, "河东区")
    assert length_km(result.geometry) == pytest.approx(8.28, rel=0.05)


def test_a_crossing_and_a_stretch_between_two(locator: Locator) -> None:
    point = locate(locator, {"method": "crossing", "streets": ["南京路", "营口道"]}).geometry
    assert distance_m(point, Point(117.1965, 39.1190)) < 600
    ends = {"from": {"crossing": ["南京路", "营口道"]}, "to": {"crossing": ["南京路", "鞍山道"]}}
    stretch = locate(locator, {"method": "along", "line": "南京路", **ends})
    assert distance_m(Point(stretch.geometry.coords[0]), point) < 30
    assert 0.2 < length_km(stretch.geometry) < 2


def test_surroundings_are_never_certain_and_can_be_cut(locator: Locator) -> None:
    words = {"method": "near", "place": "恒隆广场", "radius_m": 100}
    whole = locate(locator, words)
    assert certainty_of(whole) is Certainty.APPROXIMATE
    assert whole.tolerance_m == 100
    assert area_km2(whole.geometry) == pytest.approx(0.0314, rel=0.02)
    with pytest.raises(GeometryError, match="不在滨海新区内"):
        locate(locator, {**words, "within": "滨海新区"})


def test_a_town_is_a_box_and_says_that_it_is_no_boundary(locator: Locator) -> None:
    result = locate(locator, {"method": "admin", "town": "劝业场街道"})
    assert result.tolerance_m is not None
    assert result.tolerance_m >= 300
    assert "不是街镇界线" in result.evidence[0].note
    assert certainty_of(result) is not Certainty.LOCATED


def test_a_union_names_what_is_missing(locator: Locator) -> None:
    a = locate(locator, {"method": "osm", "name": "静园"})
    b = locate(locator, {"method": "unlocated", "reason": "not-fixed", "cure": "选址公告"})
    result = locate(locator, {"method": "union", "of": ["a", "b"]}, located={"a": a, "b": b})
    assert result.geometry == a.geometry
    assert "b" in result.doubts[0]
    with pytest.raises(GeometryError, match="没有几何"):
        locate(locator, {"method": "union", "of": ["b"]}, located={"b": b})
    assert b.reason == "not-fixed"
    assert certainty_of(b) is Certainty.NONE


def test_a_tolerance_is_widened_never_narrowed(locator: Locator) -> None:
    words = {"method": "osm", "name": "静园"}
    plain = locate(locator, words).tolerance_m
    assert locate(locator, {**words, "tolerance_m": 400}).tolerance_m == 400
    assert locate(locator, {**words, "tolerance_m": 1}).tolerance_m == plain


SQUARE = '{"type":"Polygon","coordinates":[[[117.2,39.1],[117.21,39.1],[117.21,39.11],[117.2,39.1]]]}'


def test_a_drawn_shape_needs_file_tolerance_and_content(locator: Locator, tmp_path: Path) -> None:
    drawing = Locator(locator.reference, tmp_path)
    words = {"method": "digitised", "file": "a.geojson", "evidence": "据文本四至描绘", "tolerance_m": 500}
    with pytest.raises(MissingInputError, match="git checkout"):
        locate(drawing, words)
    path = tmp_path / "a.geojson"
    path.write_text("no json", encoding="utf-8")
    with pytest.raises(AtlasError, match="not readable"):
        locate(drawing, words)
    path.write_text('{"type":"FeatureCollection","features":[]}', encoding="utf-8")
    with pytest.raises(AtlasError, match="no geometry"):
        locate(drawing, words)
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":'
        + SQUARE
        + "}]}",
        encoding="utf-8",
    )
    result = locate(drawing, words)
    assert shapely.is_valid(result.geometry)
    assert result.tolerance_m == 500
    with pytest.raises(GeometryError, match="tolerance_m"):
        locate(drawing, {key: value for key, value in words.items() if key != "tolerance_m"})


def test_an_assumed_width_or_an_editors_judgement_is_never_drawn_solid(locator: Locator) -> None:
    line = locate(locator, {"method": "along", "line": "滨江道"})
    band = locate(locator, {"method": "along", "line": "滨江道", "width_m": 60})
    assert certainty_of(line) is Certainty.LOCATED
    assert certainty_of(line, editorial=True) is Certainty.APPROXIMATE
    assert certainty_of(band) is Certainty.APPROXIMATE
    both = locate(locator, {"method": "union", "of": ["a"]}, located={"a": band})
    assert certainty_of(both) is Certainty.APPROXIMATE  # a union is no surer than its members
