"""``layers import`` and ``geodata inspect``: what is taken, what is refused, and what a build makes of it."""

from __future__ import annotations

import json
import shutil
import stat
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import geopandas
import pytest
import shapely
from click.testing import Result
from flask import Flask
from shapely.affinity import translate

from app import create_app
from app.atlas.build import build_atlas
from app.atlas.inputs import Inputs
from app.atlas.query import Query
from app.atlas.store import Atlas, StoredFeature
from app.places.datum import wgs84_to_gcj02
from app.places.measure import from_metric, to_metric

PLAN = "heping-13"
SOURCE = "和平区规划和自然资源局"


def run(app: Flask, *arguments: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])


@pytest.fixture
def room(tmp_path: Path) -> Path:
    folder = tmp_path / "authority"
    folder.mkdir()
    return folder


@pytest.fixture
def desk(atlas_path: Path, room: Path) -> Flask:
    """The application with an empty folder for authorities' geometry and small limits."""
    return create_app(
        {
            "TESTING": True,
            "ATLAS_FILE": atlas_path,
            "AUTHORITY_DIR": room,
            "IMPORT_MB": 1,
            "IMPORT_VERTICES": 20_000,
        }
    )


@pytest.fixture(scope="module")
def zones(atlas: Atlas) -> list[StoredFeature]:
    """Sure areas of the plan with a name of their own."""
    features = atlas.query(Query(plan=PLAN)).items
    names = [feature.properties["name"] for feature in features]
    return [
        feature
        for feature in features
        if feature.geometry is not None
        and feature.geometry.geom_type == "Polygon"
        and feature.properties["tolerance_m"] <= 300
        and names.count(feature.properties["name"]) == 1
    ]


def surveyed(zone: StoredFeature, east: float = 40.0) -> shapely.Geometry:
    return from_metric(translate(to_metric(zone.geometry), east))


def shapefile(folder: Path, zones: Sequence[StoredFeature], shapes: Sequence[shapely.Geometry]) -> Path:
    """As a bureau sends it: GBK, zone prefix, no .cpg, zipped."""
    folder.mkdir()
    frame = geopandas.GeoDataFrame(
        {"MC": [zone.properties["name"] for zone in zones]}, geometry=list(shapes), crs=4326
    )
    frame.to_crs(4527).to_file(folder / "规划.shp", engine="pyogrio", encoding="GBK")
    (folder / "规划.cpg").unlink()
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.iterdir()):
            archive.write(part, part.name)
    return path


def test_a_dry_run_shows_each_match_and_writes_nothing(
    desk: Flask, room: Path, tmp_path: Path, zones: list[StoredFeature]
) -> None:
    path = shapefile(tmp_path / "a", zones, [surveyed(zone) for zone in zones])
    result = run(desk, "layers", "import", path, "--plan", PLAN, "--dry-run")
    assert result.exit_code == 0, result.output
    assert "EPSG:4527" in result.output
    assert "GB18030" in result.output
    for zone in zones:
        assert f"{zone.id} ← 名称相同“{zone.properties['name']}”" in result.output
    assert "平均相差 " in result.output
    assert "未写入" in result.output
    assert list(room.iterdir()) == []


def test_the_build_takes_the_authoritys_shape_and_keeps_ours(
    *,
    desk: Flask,
    room: Path,
    tmp_path: Path,
    inputs: Inputs,
    atlas: Atlas,
    atlas_path: Path,
    zones: list[StoredFeature],
) -> None:
    near, far = zones[0], zones[1]
    names = [f.properties["name"] for f in atlas.query(Query(plan=PLAN)).items]
    absent = next(
        f
        for f in atlas.query(Query(plan=PLAN)).items
        if f.geometry is None and names.count(f.properties["name"]) == 1
    )
    site = shapely.Point(117.2, 39.12).buffer(0.001)
    path = shapefile(tmp_path / "a", [near, far, absent], [surveyed(near), surveyed(far, 400.0), site])
    arguments = ["--plan", PLAN, "--crs", "EPSG:4527", "--source", SOURCE, "--date", "2024-05-01"]
    # One of two controls is 400 m off: too few to contradict what is stated.
    result = run(desk, "layers", "import", path, *arguments)
    assert result.exit_code == 0, result.output
    assert [p.name for p in room.iterdir()] == [f"{PLAN}.geojson"]

    mine = replace(inputs, authority=room)
    assert mine.version() != inputs.version()
    target = tmp_path / "atlas.gpkg"
    with suppress(OSError):  # no shape of a plan is in the basemap: it need not be drawn again
        shutil.copytree(atlas_path.parent / ".cache", target.parent / ".cache")
    build_atlas(mine, target)
    built = Atlas.open(target)
    taken = built.feature(near.id)
    assert taken is not None
    values = taken.properties
    assert (values["method"], values["certainty"], values["tolerance_m"]) == ("authority", "located", 10)
    assert shapely.hausdorff_distance(to_metric(taken.geometry), to_metric(surveyed(near))) < 0.2
    (evidence,) = values["evidence"]
    assert evidence["source"] == "authority"
    assert all(word in evidence["note"] for word in (SOURCE, "2024-05-01", "a.zip", "EPSG:4527"))
    (earlier,) = values["superseded"]
    assert earlier["method"] == near.properties["method"]
    assert earlier["evidence"] == near.properties["evidence"]
    assert shapely.geometry.shape(earlier["geometry"]).equals(near.geometry)

    codes = {f["code"]: f["message"] for f in values["findings"]}
    assert "重叠" in codes["A01"]
    assert ("A02" in codes) == (near.properties["tolerance_m"] < 15)
    worse = {f["code"]: f["message"] for f in built.feature(far.id).properties["findings"]}  # type: ignore[union-attr]
    assert f"{far.properties['tolerance_m']:.0f}米" in worse["A02"]
    found = built.feature(absent.id)
    assert found is not None
    assert found.properties["method"] == "authority"
    assert found.properties["reason"] == ""
    assert found.properties["superseded"][0]["reason"] == absent.properties["reason"]
    assert found.properties["superseded"][0]["geometry"] is None
    assert not {"A01", "A02"} & {f["code"] for f in found.properties["findings"]}
    assert {row["id"] for row in atlas.register} - {row["id"] for row in built.register} == {absent.id}
    others = [f for f in built if f.id not in (near.id, far.id, absent.id)]
    assert all("superseded" not in f.properties and f.properties["method"] != "authority" for f in others)
    assert len(built) == len(atlas)

    page = create_app({"TESTING": True, "ATLAS_FILE": target}).test_client().get(f"/features/{near.id}")
    assert page.status_code == 200
    assert SOURCE in page.text
    assert "换用官方几何之前" in page.text


Maker: TypeAlias = Callable[[Path, StoredFeature], Path]
BAD: dict[str, tuple[Maker, str]] = {}


def bad(words: str) -> Callable[[Maker], Maker]:
    """Keep a maker of bad files with words that its refusal must have."""

    def keep(make: Maker) -> Maker:
        BAD[make.__name__] = (make, words)
        return make

    return keep


def geojson(path: Path, geometry: shapely.Geometry, name: str) -> Path:
    feature = {"type": "Feature", "properties": {"n": name}, "geometry": shapely.geometry.mapping(geometry)}
    path.write_text(json.dumps(feature, ensure_ascii=False), encoding="utf-8")
    return path


@bad("没有这个文件")
def missing(folder: Path, zone: StoredFeature) -> Path:
    return folder / "none.geojson"


@bad("空的")
def empty(folder: Path, zone: StoredFeature) -> Path:
    (folder / "a.gpkg").touch()
    return folder / "a.gpkg"


@bad("不是可读的地理数据")
def a_letter(folder: Path, zone: StoredFeature) -> Path:
    (folder / "a.docx").write_bytes(b"PK\x03\x04")
    return folder / "a.docx"


@bad("上限 1 MB")
def too_large(folder: Path, zone: StoredFeature) -> Path:
    with (folder / "a.geojson").open("wb") as file:
        file.truncate(200_000_000)
    return folder / "a.geojson"


@bad("上限 1 MB")
def a_bomb(folder: Path, zone: StoredFeature) -> Path:
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", b"0" * 30_000_000)
    return folder / "a.zip"


@bad("越出压缩包")
def a_climbing_path(folder: Path, zone: StoredFeature) -> Path:
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("../../evil.geojson", b"{}")
    return folder / "a.zip"


@bad("符号链接")
def a_link_in_an_archive(folder: Path, zone: StoredFeature) -> Path:
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        member = zipfile.ZipInfo("a.geojson")
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(member, "/etc/passwd")
    return folder / "a.zip"


@bad("符号链接")
def a_link(folder: Path, zone: StoredFeature) -> Path:
    (folder / "a.geojson").symlink_to("/etc/passwd")
    return folder / "a.geojson"


@bad("ATLAS_IMPORT_VERTICES")
def one_huge_geometry(folder: Path, zone: StoredFeature) -> Path:
    disc = shapely.set_precision(shapely.Point(117.2, 39.1).buffer(0.02, quad_segs=6000), 1e-7)
    return geojson(folder / "a.geojson", disc, zone.properties["name"])


@bad("不在天津一带")
def in_shanghai(folder: Path, zone: StoredFeature) -> Path:
    return geojson(folder / "a.geojson", shapely.box(121.4, 31.2, 121.5, 31.3), zone.properties["name"])


@bad("没有一行")
def of_another_town(folder: Path, zone: StoredFeature) -> Path:
    return geojson(folder / "a.geojson", surveyed(zone), "火星基地")


@bad("修正会改变面积")
def a_bow_tie(folder: Path, zone: StoredFeature) -> Path:
    west, south, east, north = surveyed(zone).bounds
    ring = [(west, south), (east, north), (east, south), (west, north)]
    return geojson(folder / "a.geojson", shapely.Polygon(ring), zone.properties["name"])


@bad("没有几何")
def without_geometry(folder: Path, zone: StoredFeature) -> Path:
    (folder / "a.csv").write_text("n,lon,lat\n南市,,\n", encoding="utf-8")
    return folder / "a.csv"


@bad("既不是 UTF-8，也不是 GBK")
def in_no_encoding(folder: Path, zone: StoredFeature) -> Path:
    (folder / "a.csv").write_bytes(b"n,lon,lat\n\xff\xff\x80,117.2,39.1\n")
    return folder / "a.csv"


@pytest.mark.parametrize("name", list(BAD))
def test_a_bad_file_is_one_sentence_and_changes_nothing(
    desk: Flask, room: Path, tmp_path: Path, zones: list[StoredFeature], name: str
) -> None:
    make, words = BAD[name]
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    path = make(inbox, zones[0])
    before = sorted(tmp_path.rglob("*"))
    result = run(desk, "layers", "import", path, "--plan", PLAN, "--crs", "EPSG:4326")
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert result.output.count("\n") == 1
    assert words in result.output
    assert result.output.rstrip().endswith(("。", "）"))
    assert sorted(tmp_path.rglob("*")) == before
    assert list(room.iterdir()) == []


def test_a_shifted_file_called_wgs84_is_refused(
    desk: Flask, room: Path, tmp_path: Path, zones: list[StoredFeature]
) -> None:
    path = shapefile(tmp_path / "a", zones, [wgs84_to_gcj02(surveyed(zone)) for zone in zones])
    result = run(desk, "layers", "import", path, "--plan", PLAN, "--crs", "EPSG:4527")
    assert result.exit_code == 1
    assert "GCJ-02" in result.output
    assert list(room.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--plan", "heping-12"], 1, "heping-13"),
        (["--plan", PLAN, "--crs", "EPSG:2154"], 1, "EPSG:4548"),
        (["--plan", PLAN, "--date", "5月1日"], 2, "5月1日"),
        (["--plan", PLAN, "--tolerance", "500"], 2, "150"),
        (["--plan", PLAN, "--match", "shape"], 2, "shape"),
        (["--plan", PLAN, "--accept", "五大道"], 2, "要素编号"),
        ([], 2, "--plan"),
    ],
)
def test_wrong_wishes_are_told(
    *,
    desk: Flask,
    room: Path,
    tmp_path: Path,
    zones: list[StoredFeature],
    arguments: list[str],
    code: int,
    words: str,
) -> None:
    path = geojson(tmp_path / "a.geojson", surveyed(zones[0]), zones[0].properties["name"])
    result = run(desk, "layers", "import", path, *arguments)
    assert result.exit_code == code
    assert words in result.output
    assert "Traceback" not in result.output
    assert list(room.iterdir()) == []


def test_inspect_says_it_to_people_and_to_programs(
    desk: Flask, tmp_path: Path, zones: list[StoredFeature]
) -> None:
    path = shapefile(tmp_path / "a", zones, [surveyed(zone) for zone in zones])
    result = run(desk, "geodata", "inspect", path, "--plan", PLAN)
    assert result.exit_code == 0, result.output
    assert "判定" in result.output
    assert "带号 39" in result.output
    data = json.loads(run(desk, "geodata", "inspect", path, "--plan", PLAN, "--json").stdout)
    (layer,) = data["layers"]
    assert layer["decided"] == "EPSG:4527"
    assert layer["nameColumn"] == "MC"
    assert layer["controls"] == len(zones)
    assert layer["hypotheses"][0]["controlPoints"]["medianEast"] == pytest.approx(40, abs=5)
    wrong = run(desk, "geodata", "inspect", path, "--plan", "heping-12")
    assert wrong.exit_code == 1
    assert "heping-13" in wrong.output
    assert run(desk, "geodata", "inspect", tmp_path / "none.zip").exit_code == 1
