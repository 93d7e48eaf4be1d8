"""An authority's geometry: matched exactly, read in the right system, mended or refused, never half taken."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely
from shapely.affinity import translate

from app.atlas.authority import read_authority, read_shapes
from app.atlas.importing import Import, Wish, prepare_import, save_import
from app.atlas.inputs import Inputs
from app.atlas.layers import load_layers
from app.atlas.matching import Candidate, ImportRefusedError, MatchedBy, candidates_of, match_rows
from app.atlas.query import Query
from app.atlas.store import Atlas
from app.errors import InputFileError, RequestError
from app.places.crs import OFFERED, crs_named, official_axes, to_crs
from app.places.datum import wgs84_to_bd09
from app.places.geofile import read_geofile
from app.places.measure import area_km2, from_metric, to_metric
from app.places.reference import Reference
from app.places.staging import Limits, UnusableFileError

PLAN = "heping-13"
LIMITS = Limits(file_bytes=20_000_000, features=10_000, vertices=20_000)


@pytest.fixture(scope="module")
def reference(inputs: Inputs) -> Reference:
    return Reference.open(inputs.reference)


@pytest.fixture(scope="module")
def candidates(inputs: Inputs, atlas: Atlas) -> list[Candidate]:
    (folder,) = (f for f in load_layers(inputs.layers, inputs.texts) if f.record.id == PLAN)
    features = atlas.query(Query(plan=PLAN)).items
    shapes = {f.id: (f.geometry, f.properties["tolerance_m"]) for f in features}
    return candidates_of(folder.entries, shapes)


@pytest.fixture(scope="module")
def zones(candidates: list[Candidate]) -> list[Candidate]:
    """Features with a sure area and a name of their own."""
    names = [candidate.name for candidate in candidates]
    return [
        candidate
        for candidate in candidates
        if candidate.control
        and candidate.geometry is not None
        and candidate.geometry.geom_type == "Polygon"
        and names.count(candidate.name) == 1
    ]


def surveyed(candidate: Candidate) -> shapely.Geometry:
    """The shape as an authority may have it: 20 m to the east."""
    assert candidate.geometry is not None
    return from_metric(translate(to_metric(candidate.geometry), 20.0))


def file_of(
    path: Path,
    names: Sequence[str],
    shapes: Sequence[shapely.Geometry | None],
    *,
    crs: str | None = "EPSG:4326",
) -> Path:
    frame = geopandas.GeoDataFrame({"XMMC": list(names)}, geometry=list(shapes), crs=crs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that no CRS is given, which is meant
        frame.to_file(path, engine="pyogrio")
    return path


def prepared(path: Path, candidates: list[Candidate], reference: Reference, **wish: object) -> Import:
    return prepare_import(read_geofile(path, LIMITS), candidates, Wish(**wish), reference)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "code", ["EPSG:4527", "EPSG:4548", "EPSG:4490", "EPSG:4528", "EPSG:3857", "GCJ-02", "BD-09"]
)
@pytest.mark.parametrize("stated", [False, True])
def test_geometry_comes_in_where_it_belongs_from_every_system(
    *,
    tmp_path: Path,
    candidates: list[Candidate],
    zones: list[Candidate],
    reference: Reference,
    code: str,
    stated: bool,
) -> None:
    shapes = [surveyed(zone) for zone in zones]
    given = [wgs84_to_bd09(s) if code == "BD-09" else to_crs(s, crs_named(code)) for s in shapes]
    path = file_of(tmp_path / "a.gpkg", [z.name for z in zones], given, crs=None)
    done = prepared(path, candidates, reference, crs=code if stated else "")
    assert [shape.record.feature for shape in done.shapes] == [zone.id for zone in zones]
    assert len(zones) >= 3
    for shape, truth in zip(done.shapes, shapes, strict=True):
        assert shapely.hausdorff_distance(to_metric(shape.geometry), to_metric(truth)) < 0.01
        assert (code in shape.record.crs) or code == "EPSG:4490"
    assert done.left_out == ()


def test_axes_the_wrong_way_round_are_turned(
    tmp_path: Path, candidates: list[Candidate], zones: list[Candidate], reference: Reference
) -> None:
    crs = OFFERED["EPSG:4527"]
    given = [official_axes(to_crs(surveyed(zone), crs), crs) for zone in zones]
    path = file_of(tmp_path / "a.geojson", [z.name for z in zones], given, crs=None)
    for stated in ("", "EPSG:4527"):
        done = prepared(path, candidates, reference, crs=stated)
        assert done.reading.hypothesis.flipped
        assert shapely.equals_exact(done.shapes[0].geometry, surveyed(zones[0]), tolerance=1e-7)


def test_a_stated_system_that_the_numbers_deny_is_refused(
    tmp_path: Path, candidates: list[Candidate], zones: list[Candidate], reference: Reference
) -> None:
    names = [zone.name for zone in zones]
    shifted = [to_crs(surveyed(zone), crs_named("GCJ-02")) for zone in zones]
    path = file_of(tmp_path / "a.gpkg", names, shifted)
    for wrong, words in (("EPSG:4326", "GCJ-02"), ("EPSG:4548", "不在天津一带")):
        with pytest.raises(ImportRefusedError, match="未导入") as error:
            prepared(path, candidates, reference, crs=wrong)
        assert words in str(error.value)
    with pytest.raises(RequestError, match="EPSG:4548"):
        prepared(path, candidates, reference, crs="EPSG:2154")


def test_our_own_error_does_not_keep_an_authority_out(
    tmp_path: Path, candidates: list[Candidate], zones: list[Candidate], reference: Reference
) -> None:
    # All ours may lie 150 m off together; what lies off as far as a datum does is another matter.
    for east, taken in ((150.0, True), (-450.0, False)):
        shapes = [from_metric(translate(to_metric(zone.geometry), east)) for zone in zones]
        path = file_of(tmp_path / "a.gpkg", [zone.name for zone in zones], shapes)
        if taken:
            assert len(prepared(path, candidates, reference, crs="EPSG:4326").shapes) == len(zones)
        else:
            with pytest.raises(ImportRefusedError, match="地方坐标系"):
                prepared(path, candidates, reference, crs="EPSG:4326")


def test_an_open_question_is_not_answered_by_a_guess(
    tmp_path: Path, candidates: list[Candidate], zones: list[Candidate], reference: Reference
) -> None:
    path = file_of(tmp_path / "a.gpkg", [zones[0].name], [surveyed(zones[0])])
    with pytest.raises(ImportRefusedError, match="--crs"):
        prepared(path, candidates, reference)
    assert len(prepared(path, candidates, reference, crs="EPSG:4490").shapes) == 1


def test_near_names_wait_for_a_person(
    tmp_path: Path, candidates: list[Candidate], zones: list[Candidate], reference: Reference
) -> None:
    zone, *others = zones
    near = zone.name[:-1] + "园"
    assert near not in {candidate.name for candidate in candidates}
    path = file_of(
        tmp_path / "a.gpkg",
        [near, *(z.name for z in others), "火星基地", ""],
        [surveyed(zone)] * (len(zones) + 2),
    )
    wish = {"crs": "EPSG:4326"}
    few = [replace(c, tolerance_m=None) for c in candidates]  # no controls: the shapes are all the same
    done = prepared(path, few, reference, **wish)
    assert zone.id not in {shape.record.feature for shape in done.shapes}
    by_name = {row.name: row for row in done.left_out}
    assert zone.id in [feature for feature, _ in by_name[near].near]
    assert by_name["火星基地"].near == ()
    assert any("无名" in name for name in by_name)
    done = prepared(path, few, reference, accepted=((near, zone.id),), **wish)
    (taken,) = (shape for shape in done.shapes if shape.record.feature == zone.id)
    assert taken.record.matched_by == "accepted"
    with pytest.raises(ImportRefusedError, match="heping-13-nowhere"):
        prepared(path, few, reference, accepted=((near, "heping-13-nowhere"),), **wish)
    with pytest.raises(ImportRefusedError, match="相近的如"):
        prepared(file_of(tmp_path / "b.gpkg", [near], [surveyed(zone)]), few, reference, **wish)


def test_names_that_several_features_share_are_left_and_ids_settle_it(candidates: list[Candidate]) -> None:
    twin = replace(candidates[0], id="heping-13-twin")
    layer = read_like([candidates[0].name, candidates[1].name])
    _, matches, left_out = match_rows(layer, [*candidates, twin], by="name")
    assert candidates[0].id not in {match.feature for match in matches}
    assert {feature for feature, _ in left_out[0].near} == {candidates[0].id, twin.id}
    layer = read_like([candidates[0].id, candidates[1].id.upper(), "heping-13-none"])
    column, matches, left_out = match_rows(layer, [*candidates, twin], by="id")
    assert column == "n"
    assert [match.feature for match in matches] == [candidates[0].id, candidates[1].id]
    assert all(match.matched_by is MatchedBy.ID for match in matches)
    assert len(left_out) == 1


def test_an_alias_gives_way_to_the_name(candidates: list[Candidate]) -> None:
    other = next(c for c in candidates if c.aliases)
    layer = read_like([other.aliases[0], other.name])
    _, matches, left_out = match_rows(layer, [other], by="name")
    (match,) = matches
    assert (match.rows, match.matched_by) == ((1,), MatchedBy.NAME)
    assert "已取自" in left_out[0].reason
    _, (match,), _ = match_rows(read_like([f" {other.aliases[0]} "]), [other], by="name")
    assert match.matched_by is MatchedBy.ALIAS


def read_like(names: Sequence[str]):  # type: ignore[no-untyped-def]
    from app.places.geofile import GeoLayer

    shapes = np.array([shapely.Point(117.2, 39.1)] * len(names), dtype=object)
    return GeoLayer("x", "CSV", shapes, {"bz": ["无"] * len(names), "n": list(names)}, "", "", ())


def test_broken_rings_are_mended_where_the_area_stays_and_refused_where_not(
    tmp_path: Path, candidates: list[Candidate], zones: list[Candidate], reference: Reference
) -> None:
    zone = zones[0]
    ring = list(shapely.get_coordinates(surveyed(zone)))
    x, y = ring[0]
    spike = [ring[0], (x + 1e-3, y), (x, y)]  # a needle of no area at the first corner
    needle = shapely.Polygon([*spike, *ring[1:]])
    assert not needle.is_valid
    path = file_of(tmp_path / "a.gpkg", [zone.name], [needle])
    done = prepared(path, candidates, reference, crs="EPSG:4326")
    (shape,) = done.shapes
    assert shape.geometry.is_valid
    assert area_km2(shape.geometry) == pytest.approx(area_km2(surveyed(zone)), rel=1e-6)
    assert "已修正" in shape.record.notes[0]
    west, south, east, north = surveyed(zone).bounds
    bow = shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])
    path = file_of(tmp_path / "b.gpkg", [zone.name], [bow])
    with pytest.raises(ImportRefusedError, match="修正会改变面积"):
        prepared(path, candidates, reference, crs="EPSG:4326")


def test_shapes_that_will_not_do(
    tmp_path: Path, candidates: list[Candidate], zones: list[Candidate], reference: Reference
) -> None:
    first, second = zones[:2]

    def outcome(shapes: Sequence[shapely.Geometry | None], names: Sequence[str]) -> Import:
        path = file_of(tmp_path / "a.geojson", names, shapes)
        return prepared(path, candidates, reference, crs="EPSG:4326")

    far = shapely.union_all([surveyed(first), shapely.box(121.4, 31.2, 121.5, 31.3)])
    with pytest.raises(ImportRefusedError, match="有坐标不在天津一带"):
        outcome([surveyed(second), far], [second.name, first.name])
    mixed = shapely.GeometryCollection([surveyed(first), shapely.Point(117.2, 39.1)])
    with pytest.raises(ImportRefusedError, match="几何集合"):
        outcome([mixed], [first.name])
    with pytest.raises(ImportRefusedError, match="混杂"):
        outcome([surveyed(first), surveyed(first).centroid], [first.name] * 2)
    # A point says less than our area: that row is left, the others are taken.
    done = outcome([surveyed(first).centroid, surveyed(second)], [first.name, second.name])
    assert [shape.record.feature for shape in done.shapes] == [second.id]
    assert "维数" in done.left_out[0].reason
    with pytest.raises(ImportRefusedError, match="维数"):
        outcome([surveyed(first).centroid], [first.name])


def test_rows_of_one_name_are_joined(
    tmp_path: Path, candidates: list[Candidate], zones: list[Candidate], reference: Reference
) -> None:
    west, south, east, north = surveyed(zones[0]).bounds
    middle = (west + east) / 2
    halves = [
        shapely.intersection(surveyed(zones[0]), shapely.box(*box))
        for box in ((west, south, middle, north), (middle, south, east, north))
    ]
    path = file_of(tmp_path / "a.gpkg", [zones[0].name] * 2, halves)
    (shape,) = prepared(path, candidates, reference, crs="EPSG:4326").shapes
    assert area_km2(shape.geometry) == pytest.approx(area_km2(surveyed(zones[0])), rel=1e-6)
    assert "合并了 2 行" in shape.record.notes


def test_files_far_away_or_without_matches_change_nothing(
    tmp_path: Path, candidates: list[Candidate], zones: list[Candidate], reference: Reference
) -> None:
    away = file_of(tmp_path / "a.gpkg", [zones[0].name], [shapely.box(121.4, 31.2, 121.5, 31.3)])
    with pytest.raises(ImportRefusedError, match="不在天津一带"):
        prepared(away, candidates, reference)
    strange = file_of(tmp_path / "b.gpkg", ["火星基地"], [surveyed(zones[0])])
    with pytest.raises(ImportRefusedError, match="没有一行"):
        prepared(strange, candidates, reference)
    good = file_of(tmp_path / "c.gpkg", [zones[0].name], [surveyed(zones[0])])
    with pytest.raises(ImportRefusedError, match="XMMC"):
        prepared(good, candidates, reference, column="NAME")
    with pytest.raises(UnusableFileError, match="没有图层"):
        prepared(good, candidates, reference, layer="none")


def test_an_import_is_written_whole_and_again_adds_nothing(
    tmp_path: Path, candidates: list[Candidate], zones: list[Candidate], reference: Reference
) -> None:
    root = tmp_path / "authority"
    first = file_of(tmp_path / "first.gpkg", [z.name for z in zones], [surveyed(z) for z in zones])
    done = prepared(first, candidates, reference, source="和平区规划和自然资源局", date="2024-05-01")
    path = save_import(root, PLAN, done)
    once = path.read_bytes()
    assert save_import(root, PLAN, done).read_bytes() == once
    shapes = read_shapes(path)
    assert [shape.record.source for shape in shapes] == ["和平区规划和自然资源局"] * len(zones)
    assert all(a.geometry.equals(b.geometry) for a, b in zip(shapes, done.shapes, strict=True))
    second = file_of(tmp_path / "second.gpkg", [zones[0].name], [zones[0].geometry])
    save_import(root, PLAN, prepared(second, candidates, reference, crs="EPSG:4326"))
    known = read_authority(root, {PLAN: [candidate.id for candidate in candidates]})
    assert [shape.record.file for shape in known[zones[0].id]] == ["first.gpkg", "second.gpkg"]
    assert [p.name for p in root.iterdir()] == [f"{PLAN}.geojson"]


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        (PLAN, "heping-13-", "heping-13-no-", "no feature of the plan"),
        ("heping-12", "x", "x", "no plan"),
        (PLAN, '"Polygon"', '"Polygons"', "not a file of authority shapes"),
        (PLAN, '"sha256"', '"sha"', "not a file of authority shapes"),
        (PLAN, '"name"', '"matched_by"', "not a file of authority shapes"),
        (PLAN, "{", "", "not a file of authority shapes"),
    ],
)
def test_a_damaged_file_of_shapes_stops_the_build_with_its_name(
    *,
    tmp_path: Path,
    candidates: list[Candidate],
    zones: list[Candidate],
    reference: Reference,
    name: str,
    old: str,
    new: str,
    words: str,
) -> None:
    source = file_of(tmp_path / "a.gpkg", [zones[0].name], [surveyed(zones[0])])
    path = save_import(tmp_path / "root", PLAN, prepared(source, candidates, reference, crs="EPSG:4326"))
    body = path.read_text(encoding="utf-8").replace(old, new)
    path.unlink()
    path.with_name(f"{name}.geojson").write_text(body, encoding="utf-8")
    with pytest.raises(InputFileError, match=words) as error:
        read_authority(tmp_path / "root", {PLAN: [candidate.id for candidate in candidates]})
    assert f"{name}.geojson" in str(error.value)
