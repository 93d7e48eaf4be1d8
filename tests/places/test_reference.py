"""Finding places by name in the real extracts, and the refusal of damaged ones."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from app.errors import AmbiguousPlaceError, MissingInputError, UnknownPlaceError
from app.places import reference_checks
from app.places.datum import wgs84_to_gcj02
from app.places.measure import distance_m
from app.places.records import sha256_of
from app.places.reference import Reference, plain
from app.places.reference_checks import check_reference

from .conftest import REFERENCE_DIR


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    target = tmp_path / "reference"
    shutil.copytree(REFERENCE_DIR, target)
    return target


def rewrite(root: Path, name: str, lines: list[str]) -> None:
    """Write an extract that its record agrees with, so that only the checks can tell."""
    path = root / f"{name}.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    records = json.loads((root / "records.json").read_text(encoding="utf-8"))
    for record in records:
        if record["file"] == path.name:
            record["sha256"] = sha256_of(path)
    (root / "records.json").write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")


# --- homonyms ------------------------------------------------------------------------------------


def test_the_garden_of_puyi_is_told_from_estates_in_hebei(reference: Reference) -> None:
    everywhere = reference.find("静园")
    assert {hit.district for hit in everywhere} >= {"和平区", "玉田县", "丰润区"}
    (hit,) = reference.find("静园", district="和平区")
    assert distance_m(hit.point, shapely.Point(117.1829, 39.1222)) < 50


def test_a_name_in_two_districts_gives_both_and_chooses_none(reference: Reference) -> None:
    assert {hit.district for hit in reference.find("中心公园")} == {"和平区", "武清区"}


def test_one_place_in_several_extracts_is_one_hit(reference: Reference) -> None:
    (hit,) = reference.find("民园广场", district="和平区")
    assert (hit.group, hit.kind) == ("places", "park")


def test_a_metro_station_does_not_answer_to_its_street(reference: Reference) -> None:
    assert all(hit.group != "stations" for hit in reference.find("鞍山道"))
    by_street = reference.find("鞍山道", groups=("stations",))
    by_name = reference.find("鞍山道地铁站", groups=("stations",))
    assert by_street == by_name
    assert [hit.kind for hit in by_name] == ["metro-stops"]


def test_tianjin_station_is_the_railway_station_not_the_metro_below(reference: Reference) -> None:
    (hit,) = reference.find("天津站", groups=("stations",))
    assert hit.kind == "rail"
    assert hit.district == "河东区"


def test_a_harbour_counts_as_binhai(reference: Reference) -> None:
    (hit,) = reference.find("东疆港区", district="滨海新区")
    assert hit.osm_id == "476319380"


def test_groups_decide_which_object_stands_for_the_place(reference: Reference) -> None:
    first = reference.find("津湾广场", groups=("stops", "places"), district="和平区")
    second = reference.find("津湾广场", groups=("places", "stops"), district="和平区")
    assert first[0].group == "stops"
    assert second[0].group == "places"


def test_every_hit_of_a_wide_search_is_in_the_district_asked_for(reference: Reference) -> None:
    hits = reference.search("公园", district="滨海新区")
    assert len(hits) == 50
    assert {hit.district for hit in hits} == {"滨海新区"}


def test_names_that_do_not_exist_find_nothing_but_help(reference: Reference) -> None:
    assert reference.find("武德店") == []
    assert reference.find("") == []
    assert reference.search("") == []
    assert reference.near_names("武德店")[0] == "武德殿"


def test_full_width_letters_and_blanks_do_not_matter() -> None:
    assert plain("外环东路（京滨线） Ａ座") == plain("外环东路(京滨线)A座")


# --- towns ---------------------------------------------------------------------------------------


def test_a_renamed_unit_has_its_box_under_both_names(reference: Reference) -> None:
    assert reference.town_box("五大道街道") == reference.town_box("体育馆街道")
    assert reference.town_box("茶淀街道") == reference.town_box("茶淀镇")
    west, south, east, north = reference.town_box("五大道街道")
    assert 117.18 < west < east < 117.22
    assert 39.10 < south < north < 39.12


@pytest.mark.parametrize("name", ["新港街道", "新河街道", "大港街道", "新城镇", "太平镇"])
def test_a_namesake_in_another_province_lends_no_box(reference: Reference, name: str) -> None:
    with pytest.raises(UnknownPlaceError, match="外接矩形"):
        reference.town_box(name)


def test_an_unknown_town_is_answered_with_near_names(reference: Reference) -> None:
    with pytest.raises(UnknownPlaceError, match="南市街道"):
        reference.town_box("南市街")


def test_two_towns_of_one_name_must_be_told_apart(reference: Reference) -> None:
    towns = reference.towns
    twice = towns.loc[towns["name"] == "新村街道"].assign(district="某区")
    doubled = Reference(reference.root, reference.records)
    doubled.__dict__["towns"] = pd.concat([towns, twice])
    with pytest.raises(AmbiguousPlaceError, match="请写明区"):
        doubled.town_box("新村街道")
    assert doubled.town_box("新村街道", district="滨海新区") == reference.town_box("新村街道")


def test_all_units_of_the_three_districts_are_there(reference: Reference) -> None:
    towns = reference.towns[reference.towns["kind"] == "unit"]
    units = towns.groupby("district")["code"].count()
    boxes = towns[towns["west"].notna()].groupby("district")["code"].count()
    assert [units[d] for d in ("和平区", "河东区", "滨海新区")] == [6, 13, 26]
    assert [boxes[d] for d in ("和平区", "河东区", "滨海新区")] == [6, 12, 17]
    communities = reference.communities.groupby("district")["code"].nunique()
    assert [communities[d] for d in ("和平区", "河东区", "滨海新区")] == [64, 168, 505]


def test_stations_of_the_city_are_there_once(reference: Reference) -> None:
    stations = reference.stations
    metro = stations[stations["kind"] == "metro"]
    assert len(metro) > 150
    assert not stations.duplicated(["name", "kind"]).any()
    assert {"天津站", "天津西站", "天津南站"} <= set(stations.loc[stations["kind"] == "rail", "name"])
    assert not stations["name"].str.contains("库|棚").any()


def test_the_coast_has_the_reclaimed_land(reference: Reference) -> None:
    assert reference.land.is_valid
    assert reference.land.contains(shapely.Point(117.8171, 38.9781))  # 东疆邮轮母港
    assert reference.land.contains(shapely.Point(117.75, 38.93))  # 临港
    assert reference.coastline.geom_type == "LineString"


# --- damage --------------------------------------------------------------------------------------


def test_one_changed_byte_is_noticed_and_the_cure_named(copy: Path) -> None:
    path = copy / "waters.csv"
    path.write_bytes(path.read_bytes().replace("海河".encode(), "海沟".encode(), 1))
    with pytest.raises(
        MissingInputError, match=r"waters.*damaged.*git checkout -- geodata/reference/waters.csv"
    ):
        Reference.open(copy)


@pytest.mark.parametrize("file", ["streets.csv", "coast.geojson"])
def test_a_missing_extract_is_named_with_both_cures(copy: Path, file: str) -> None:
    (copy / file).unlink()
    with pytest.raises(MissingInputError, match=r"missing.*flask --app app geodata refresh") as caught:
        Reference.open(copy)
    assert file in str(caught.value)


@pytest.mark.parametrize("text", ["", "[{}]", '[{"name": "streets"}]', '{"a": 1}', "\xff"])
def test_a_damaged_list_of_extracts_is_named(copy: Path, text: str) -> None:
    (copy / "records.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(MissingInputError, match=r"records\.json.*damaged"):
        Reference.open(copy)


def test_an_empty_folder_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="git checkout -- geodata/reference"):
        Reference.open(tmp_path / "nowhere")


# --- checks --------------------------------------------------------------------------------------


def test_the_committed_extracts_pass_their_checks(reference: Reference) -> None:
    assert check_reference(reference) == []


def test_a_gcj02_copy_is_found_out(copy: Path) -> None:
    for name in ("places", "stations"):
        table = pd.read_csv(copy / f"{name}.csv", dtype=str, keep_default_na=False)
        points = shapely.points(table["lon"].astype(float), table["lat"].astype(float))
        moved = shapely.get_coordinates(wgs84_to_gcj02(shapely.MultiPoint(points)))
        table["lon"], table["lat"] = [f"{x:.6f}" for x in moved[:, 0]], [f"{y:.6f}" for y in moved[:, 1]]
        rewrite(copy, name, table.to_csv(index=False, lineterminator="\n").splitlines())
    findings = check_reference(Reference.open(copy))
    assert {finding.code for finding in findings} >= {"REF-CONTROL", "REF-DATUM"}
    assert any("GCJ-02" in finding.message for finding in findings)


def test_a_repeated_and_a_far_point_are_found_out(copy: Path) -> None:
    lines = (copy / "waters.csv").read_text(encoding="utf-8").splitlines()
    rewrite(copy, "waters", [*lines, lines[-1], "黄河,river,line,118.500000,37.600000"])
    findings = check_reference(Reference.open(copy))
    assert sorted(finding.code for finding in findings) == ["REF-BOX", "REF-COUNT", "REF-DUPLICATE"]
    assert all(finding.level == "error" and "git checkout" in finding.cure for finding in findings)
    assert any("黄河" in finding.message for finding in findings)


def test_a_lost_control_point_is_a_finding(copy: Path) -> None:
    lines = (copy / "places.csv").read_text(encoding="utf-8").splitlines()
    rewrite(copy, "places", [line for line in lines if not line.startswith("天津站,")])
    codes = {finding.code for finding in check_reference(Reference.open(copy))}
    assert codes == {"REF-CONTROL", "REF-COUNT"}


def test_a_coast_line_off_the_shore_is_a_finding(reference: Reference) -> None:
    moved = Reference(reference.root, reference.records)
    line = shapely.transform(reference.coastline, lambda xy: np.add(xy, (0.01, 0.0)))
    moved.__dict__["_coast"] = {"land": reference.land, "coastline": line}
    assert [f.code for f in reference_checks.check_reference(moved)] == ["REF-COAST"]


def test_every_record_says_where_its_data_come_from(reference: Reference) -> None:
    for record in reference.records.values():
        assert record.sources and all(len(source.sha256) == 64 for source in record.sources)
        assert record.licence and record.credit and record.date and record.accuracy
        assert record.size == (reference.root / record.file).stat().st_size
    assert sum(record.size for record in reference.records.values()) < 5_000_000
    osm = {name for name, record in reference.records.items() if "OpenStreetMap" in record.credit}
    assert osm == {"streets", "stops", "stations", "buildings", "waters", "places", "coast"}
    assert {reference.records[name].licence for name in osm} == {"ODbL-1.0"}
