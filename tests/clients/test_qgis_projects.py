"""QGIS opens the projects and the styles as they are served, and draws them."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import numpy as np
import pytest
from PIL import Image

from app.atlas.query import Query
from app.atlas.store import Atlas
from app.atlas.styles import Shape, shape_of
from app.exports.selection import style_book
from app.exports.symbology import rgb
from tests.clients.conftest import ROOT

CENTRE = ("117.17", "39.09", "117.24", "39.14")  # 和平 and the west of 河东
ARTEFACTS = ROOT / "tests" / "artefacts"
Run = Callable[..., str]


def fetched(server: str, address: str, folder: Path) -> Path:
    """What the server answers, as a file."""
    target = folder / address.split("?", maxsplit=1)[0].rsplit("/", 1)[1]
    with urlopen(f"{server}{address}") as answer:
        target.write_bytes(answer.read())
    return target


def opened(run_qgis: Run, project: Path, picture: Path, *corners: str) -> dict[str, Any]:
    """What QGIS says of a project."""
    answer = run_qgis(ROOT / "tests" / "clients" / "open_project.py", project, picture, *corners)
    told: dict[str, Any] = json.loads(answer.splitlines()[-1])
    return told


@pytest.fixture(scope="module", params=["online", "offline"])
def told(
    request: pytest.FixtureRequest,
    server: str,
    run_qgis: Run,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Any]:
    """The project of everything, as QGIS has it, and its picture's path under ``picture``."""
    folder = tmp_path_factory.mktemp("project")
    ARTEFACTS.mkdir(exist_ok=True)
    if request.param == "online":
        project = fetched(server, "/qgis/plan-atlas.qgz", folder)
    else:
        with zipfile.ZipFile(fetched(server, "/qgis/plan-atlas-offline.zip", folder)) as archive:
            archive.extractall(folder)
        project = folder / "plan-atlas" / "plan-atlas.qgz"
    picture = ARTEFACTS / f"qgis-{request.param}.png"
    return {**opened(run_qgis, project, picture, *CENTRE), "picture": picture}


def test_the_project_opens_with_title_system_and_extent(told: dict[str, Any], atlas: Atlas) -> None:
    assert told["opened"] is True
    assert told["error"] == ""
    assert told["title"] == "津图 Plan Atlas"
    assert (told["crs"], told["view_crs"]) == ("EPSG:4548", "EPSG:4548")
    assert told["ellipsoid"] == "EPSG:7030"
    assert f"共 {len(atlas)} 个要素" in told["abstract"]
    west, south, east, north = told["view"]
    assert 500_000 < west < east < 600_000, "easting without zone prefix, east of the central meridian"
    assert 4_200_000 < south < north < 4_400_000


def test_every_layer_is_valid_and_holds_the_features_that_we_have(told: dict[str, Any], atlas: Atlas) -> None:
    ours = {
        f"{feature.layer.replace('-', '_')}_{shape_of(feature.geometry.geom_type)}"
        for feature in atlas.stream(Query(registered=False))
        if feature.geometry is not None
    }
    assert set(told["layers"]) == ours
    found: Counter[str] = Counter()
    for key, layer in told["layers"].items():
        assert layer["valid"], (key, layer["source"])
        assert layer["count"] == len(layer["ids"]), key
        found.update(layer["ids"])
        for feature_id in layer["ids"]:
            feature = atlas.feature(feature_id)
            assert feature is not None and feature.geometry is not None
            assert key == f"{feature.layer.replace('-', '_')}_{shape_of(feature.geometry.geom_type)}"
    assert found == Counter(feature.id for feature in atlas.stream(Query(registered=False)))


def test_groups_are_plans_and_in_them_themes(told: dict[str, Any], atlas: Atlas) -> None:
    titles = {theme["id"]: theme["title"] for theme in atlas.themes}
    for plan in atlas.plans:
        themes = {
            titles[row["theme"]] for row in atlas.layers if row["plan"] == plan["id"] and row["located"]
        }
        assert set(told["groups"][plan["short_title"]]) == themes
    assert list(told["groups"]) == [plan["short_title"] for plan in atlas.plans]
    shapes = [key.rsplit("_", 1)[1] for key in told["order"]]
    assert shapes == sorted(shapes, key=["point", "line", "area"].index), "areas under lines under points"


def test_every_layer_has_names_rules_by_certainty_and_metadata(told: dict[str, Any], atlas: Atlas) -> None:
    for key, layer in told["layers"].items():
        assert layer["certainties"] == ["确定", "近似", "示意"], key
        assert layer["labels"] and layer["named_by"] == ["name"], key
        assert any(scale > 0 for scale in layer["smallest_scales"]), key
        assert layer["crs"] in ("EPSG:4326", "OGC:CRS84"), key
        assert layer["licences"] == ["ODbL-1.0"], key
        assert "OpenStreetMap" in layer["rights"][0], key
        assert any("由规划文本和公开参考数据计算得出" in line for line in layer["history"]), key
        assert any(atlas.version in line for line in layer["history"]), key
        [[west, south, east, north]] = layer["extents"]
        assert 116 < west <= east < 119 and 38 < south <= north < 41, key


def test_what_is_shown_is_drawn_in_its_colours_with_names(told: dict[str, Any], atlas: Atlas) -> None:
    assert told["drawn"]["errors"] == []
    named = np.asarray(Image.open(told["picture"]).convert("RGB")).astype(int)
    bare = np.asarray(Image.open(str(told["picture"]).replace(".png", "-unnamed.png")).convert("RGB"))
    book = style_book()
    for theme in ("zones", "corridors", "parks", "projects"):
        stroke = np.array(rgb(book.theme(theme).stroke))
        assert (np.abs(named - stroke).max(axis=2) < 24).sum() > 400, f"{theme} is not to be seen"
    letters = (np.abs(named - bare.astype(int)).max(axis=2) > 40).sum()
    assert letters > 8_000, "the names are missing"


@pytest.mark.parametrize("kind", ["online", "offline"])
def test_a_plan_has_a_project_of_its_own(
    kind: str, server: str, run_qgis: Run, atlas: Atlas, tmp_path: Path
) -> None:
    ARTEFACTS.mkdir(exist_ok=True)
    if kind == "online":
        project = fetched(server, "/qgis/binhai-14.qgz", tmp_path)
    else:
        with zipfile.ZipFile(fetched(server, "/qgis/binhai-14-offline.zip", tmp_path)) as archive:
            archive.extractall(tmp_path)
        project = tmp_path / "binhai-14" / "binhai-14.qgz"
    told = opened(run_qgis, project, ARTEFACTS / f"qgis-binhai-{kind}.png")
    located = atlas.query(Query(plan="binhai-14", registered=False)).matched
    assert sum(layer["count"] for layer in told["layers"].values()) == located
    assert all(layer["valid"] for layer in told["layers"].values())
    assert list(told["groups"]) == ["滨海十四五"]
    assert told["drawn"]["errors"] == []


def test_style_files_give_qgis_the_same_rules(
    server: str, run_qgis: Run, atlas: Atlas, tmp_path: Path
) -> None:
    files = []
    for theme in ("zones", "towns", "streets"):
        for ending in ("qml", "sld"):
            for shape in Shape:
                got = fetched(server, f"/styles/{theme}.{ending}?shape={shape}", tmp_path)
                files.append(got.rename(tmp_path / f"{theme}-{shape}.{ending}"))
        got = fetched(server, f"/styles/{theme}.qml", tmp_path)
        files.append(got.rename(tmp_path / f"{theme}-any.qml"))
    answer = run_qgis(ROOT / "tests" / "clients" / "load_styles.py", *files)
    told = json.loads(answer.splitlines()[-1])
    book = style_book()
    for name, style in told.items():
        assert style["done"], (name, style["message"])
        assert style["labels"], name
        labels = [rule["label"] for rule in style["rules"]]
        assert set(labels) == {"确定", "近似", "示意"}, name
    for theme in ("zones", "towns", "streets"):
        drawn = book.theme(theme)
        qml, sld = (told[f"{theme}-line.{ending}"]["rules"] for ending in ("qml", "sld"))
        for mine, other, sure in zip(qml, sld, book.certainties.values(), strict=True):
            assert mine["layers"][0]["line_color"].split(",")[:3] == [str(part) for part in rgb(drawn.stroke)]
            assert bool(int(mine["layers"][0]["use_custom_dash"])) == bool(sure.line_dash)
            assert bool(int(other["layers"][0]["use_custom_dash"])) == bool(sure.line_dash)
        areas = told[f"{theme}-area.qml"]["rules"]
        kinds = [[layer["kind"] for layer in rule["layers"]] for rule in areas]
        plain = ["SimpleFill", "SimpleLine"]
        assert kinds == [plain, plain, ["SimpleFill", "LinePatternFill", "SimpleLine"]]
        assert len(told[f"{theme}-area.sld"]["rules"][2]["layers"]) == 2, "a tint and the hatching on it"
        assert len(told[f"{theme}-any.qml"]["rules"]) == 9
