"""The atlas file: whole or not at all, the same bytes each time, and honest about damage."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import fiona
import geopandas
import pytest
import shapely

from app.atlas.build import build_atlas
from app.atlas.inputs import Inputs
from app.atlas.query import Query
from app.atlas.store import Atlas, AtlasFile, is_current
from app.atlas.write import write_atlas
from app.errors import MissingInputError

ROOT = Path(__file__).parents[2]


def test_two_builds_give_the_same_bytes(
    inputs: Inputs, atlas_path: Path, drawn: Path, tmp_path: Path
) -> None:
    shutil.copytree(drawn, tmp_path / ".cache")  # the basemap of this run, drawn anew
    again = tmp_path / "again.gpkg"
    build_atlas(inputs, again)
    assert again.read_bytes() == atlas_path.read_bytes()
    assert is_current(inputs, again)


def test_a_changed_input_makes_the_atlas_stale(inputs: Inputs, atlas_path: Path, tmp_path: Path) -> None:
    layers = tmp_path / "layers"
    shutil.copytree(inputs.layers, layers)
    copied = replace(inputs, layers=layers)
    assert is_current(copied, atlas_path)  # content counts, not where it lies
    with (layers / "moved.yaml").open("a", encoding="utf-8") as file:
        file.write("# a word more\n")
    assert not is_current(copied, atlas_path)
    assert not is_current(inputs, tmp_path / "absent.gpkg")


def test_a_build_killed_at_any_moment_leaves_the_last_good_atlas(atlas_path: Path, tmp_path: Path) -> None:
    target = tmp_path / "atlas.gpkg"
    shutil.copy(atlas_path, target)
    good = target.read_bytes()
    command = [sys.executable, "-m", "flask", "--app", "app", "atlas", "build"]
    for seconds in (0.8, 2.0, 3.5):
        build = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | {"ATLAS_FILE": str(target)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(seconds)
        build.send_signal(signal.SIGKILL)
        build.wait()
        assert target.read_bytes() == good
    assert len(Atlas.open(target)) > 0


def test_a_write_that_fails_half_way_leaves_nothing_behind(atlas_path: Path, tmp_path: Path) -> None:
    target = tmp_path / "atlas.gpkg"
    shutil.copy(atlas_path, target)
    good = target.read_bytes()
    feature = next(iter(Atlas.open(target)))
    with pytest.raises(TypeError):
        write_atlas(target, [(feature.geometry, feature.properties, feature.geojson)], {"meta": object()})
    assert target.read_bytes() == good
    assert [path.name for path in tmp_path.iterdir()] == ["atlas.gpkg"]


def test_what_an_earlier_kill_left_is_swept_away(atlas: Atlas, tmp_path: Path) -> None:
    (tmp_path / ".atlas-dead.gpkg").write_bytes(b"half")
    feature = next(iter(atlas))
    write_atlas(tmp_path / "atlas.gpkg", [(feature.geometry, feature.properties, feature.geojson)], {})
    assert [path.name for path in tmp_path.iterdir()] == ["atlas.gpkg"]


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "not sqlite", "no tables"])
def test_a_missing_or_damaged_atlas_names_the_command_that_restores_it(
    atlas_path: Path, tmp_path: Path, damage: str
) -> None:
    target = tmp_path / "atlas.gpkg"
    whole = atlas_path.read_bytes()
    if damage == "no tables":
        sqlite3.connect(target).close()
    if damage != "missing":
        content = {
            "empty": b"",
            "cut": whole[: len(whole) // 3],
            "not sqlite": b"hello" * 999,
            "no tables": b"",
        }
        target.write_bytes(content[damage])
    with pytest.raises(MissingInputError, match="flask --app app atlas build"):
        Atlas.open(target)


def test_the_file_opens_in_other_readers_with_names_and_crs(atlas: Atlas, atlas_path: Path) -> None:
    frame = geopandas.read_file(atlas_path, layer="features")
    assert frame.crs.to_epsg() == 4326
    assert list(frame["id"]) == [feature.id for feature in atlas]
    assert list(frame["name"]) == [feature.properties["name"] for feature in atlas]
    with fiona.open(atlas_path, layer="features") as source:
        assert len(source) == len(atlas)


def test_geometries_are_valid_and_exterior_rings_counter_clockwise(atlas: Atlas) -> None:
    for feature in atlas:
        if feature.geometry is None:
            assert feature.properties["method"] == "unlocated"
            continue
        assert feature.geometry.is_valid, feature.id
        assert not feature.geometry.is_empty, feature.id
        for part in shapely.get_parts(feature.geometry):
            if part.geom_type == "Polygon":
                assert part.exterior.is_ccw, feature.id
                assert not any(hole.is_ccw for hole in part.interiors), feature.id


def test_queries_agree_with_a_plain_scan(atlas: Atlas) -> None:
    box = (117.18, 39.10, 117.21, 39.13)
    area = shapely.box(*box)
    expected = [f.id for f in atlas if f.geometry is not None and f.geometry.intersects(area)]
    page = atlas.query(Query(bbox=box))
    assert [f.id for f in page.items] == expected
    assert page.matched == len(expected) > 20
    second = atlas.query(Query(bbox=box, limit=5, offset=5))
    assert [f.id for f in second.items] == expected[5:10]
    assert second.matched == page.matched
    zones = atlas.query(Query(plan="heping-13", kind="zone", layer="heping-13-zones"))
    assert all(f.properties["kind"] == "zone" for f in zones.items)
    assert zones.matched >= 6
    assert atlas.query(Query(q="五 大道")).matched == atlas.query(Query(q="五大道")).matched > 0
    assert atlas.query(Query(q="没有这个地方")).matched == 0
    assert atlas.query(Query(bbox=(0, 0, 1, 1))).items == []


def test_a_replaced_atlas_is_taken_up(atlas_path: Path, tmp_path: Path) -> None:
    target = tmp_path / "atlas.gpkg"
    current = AtlasFile(target)
    with pytest.raises(MissingInputError):
        current()
    shutil.copy(atlas_path, target)
    first = current()
    assert current() is first
    shutil.copy(atlas_path, tmp_path / "next.gpkg")
    (tmp_path / "next.gpkg").replace(target)
    assert current() is not first
