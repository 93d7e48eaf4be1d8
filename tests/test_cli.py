"""The command line: what it prints, its exit codes, and nothing half-written behind it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import geopandas
import pytest
from click.testing import Result
from flask import Flask

from app import create_app
from app.atlas.inputs import Inputs
from app.atlas.store import Atlas


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=list(arguments))


def test_report_counts_what_the_atlas_holds(app: Flask, atlas: Atlas) -> None:
    result = run(app, "atlas", "report", "--json")
    assert result.exit_code == 0
    data = json.loads(result.stdout)
    assert data["features"] == len(atlas) == sum(plan["features"] for plan in data["plans"])
    assert sum(data["methods"].values()) == len(atlas)
    assert data["methods"].get("unlocated", 0) == len(atlas.register) == sum(data["register"].values())
    for plan in data["plans"]:
        assert plan["located"] + plan["registered"] == plan["features"]
    text = run(app, "atlas", "report")
    assert text.exit_code == 0
    assert "heping-13" in text.stdout


def test_export_is_read_back_by_geopandas(app: Flask, atlas: Atlas, tmp_path: Path) -> None:
    target = tmp_path / "zones.geojson"
    result = run(app, "atlas", "export", "heping-13-zones", "-o", str(target))
    assert result.exit_code == 0, result.output
    frame = geopandas.read_file(target)
    layer = next(row for row in atlas.layers if row["id"] == "heping-13-zones")
    assert len(frame) == layer["count"]
    assert frame.crs.to_epsg() == 4326
    assert "五大道小洋楼历史文化体验区" in set(frame["name"])
    data = json.loads(target.read_text(encoding="utf-8"))
    assert "crs" not in data
    assert "OpenStreetMap" in data["attribution"]


def test_export_of_all_can_be_cut_to_a_plan(app: Flask, atlas: Atlas, tmp_path: Path) -> None:
    target = tmp_path / "all.geojson"
    assert run(app, "atlas", "export", "all", "--plan", "hedong-14", "-o", str(target)).exit_code == 0
    ids = [feature["id"] for feature in json.loads(target.read_text(encoding="utf-8"))["features"]]
    assert ids == [feature.id for feature in atlas if feature.properties["plan"] == "hedong-14"]


def test_an_export_carries_registered_features_unless_told_not_to(
    app: Flask, atlas: Atlas, tmp_path: Path
) -> None:
    target = tmp_path / "all.geojson"
    assert run(app, "atlas", "export", "all", "-o", str(target)).exit_code == 0
    features = json.loads(target.read_text(encoding="utf-8"))["features"]
    assert len(features) == len(atlas)
    registered = [feature for feature in features if feature["geometry"] is None]
    assert [feature["id"] for feature in registered] == [row["id"] for row in atlas.register]
    assert all(feature["properties"]["reason"] for feature in registered)
    assert run(app, "atlas", "export", "all", "--no-registered", "-o", str(target)).exit_code == 0
    located = json.loads(target.read_text(encoding="utf-8"))["features"]
    assert located == [feature for feature in features if feature["geometry"] is not None]


def test_coverage_is_printed_in_full_for_a_plan_and_as_json(app: Flask, atlas: Atlas) -> None:
    table = run(app, "atlas", "coverage")
    assert table.exit_code == 0
    for plan in atlas.coverage["plans"]:
        assert f"{plan['id']}  点名 {plan['named']}，落图 {plan['located']}" in table.stdout
    full = run(app, "atlas", "coverage", "--plan", "binhai-14")
    assert full.exit_code == 0
    missed = [row for row in atlas.coverage["missed"] if row["plan"] == "binhai-14"]
    assert full.stdout.count("｜") >= len(missed) > 0
    data = json.loads(run(app, "atlas", "coverage", "--plan", "binhai-14", "--json").stdout)
    assert data["missed"] == missed
    wrong = run(app, "atlas", "coverage", "--plan", "binhai-13")
    assert wrong.exit_code == 1
    assert "binhai-14" in wrong.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no-such-layer"], "没有图层"),
        (["all", "--plan", "heping-12"], "没有规划"),
        (["all", "--format", "dxf"], "Invalid value"),
        (["all", "--kind", "zonee"], "没有类别"),
        (["all", "--bbox", "117,39,116,40"], "西不能大于东"),
        (["all", "--filter", "kind = "], "CQL2"),
        (["all", "--crs", "BD-09"], "EPSG:4548"),
        (["all", "--format", "kml", "--crs", "4548"], "KML"),
        (["all", "--crs", "GCJ-02", "-o", "plain.geojson"], "GCJ-02"),
        (["all", "-o", "/no/such/folder/a.geojson"], "无法写入"),
    ],
)
def test_a_wrong_export_is_a_sentence_and_writes_nothing(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(app, "atlas", "export", *arguments)
    assert result.exit_code != 0
    assert message in result.output
    assert "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == []


def test_commands_without_an_atlas_name_the_command_that_builds_it(tmp_path: Path) -> None:
    app = create_app({"ATLAS_FILE": tmp_path / "none.gpkg"})
    result = run(app, "atlas", "report")
    assert result.exit_code == 1
    assert "flask --app app atlas build" in result.output


def test_check_prints_findings_and_passes_without_errors(app: Flask) -> None:
    result = run(app, "atlas", "check")
    assert result.exit_code == 0, result.output
    assert "error 0" in result.stdout


def broken(inputs: Inputs, tmp_path: Path, **replaced: Path) -> Flask:
    folders = {
        "LAYERS_DIR": inputs.layers,
        "TEXTS_DIR": inputs.texts,
        "REFERENCE_DIR": inputs.reference,
        "DIGITISED_DIR": inputs.digitised,
    }
    return create_app({**folders, **replaced, "ATLAS_FILE": tmp_path / "atlas.gpkg"})


def layers_with(inputs: Inputs, tmp_path: Path, old: str, new: str) -> Path:
    layers = tmp_path / "layers"
    shutil.copytree(inputs.layers, layers)
    path = layers / "heping-13" / "zones.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return layers


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("岳阳道, 西安道", "岳阳大道, 西安道", "岳阳大道"),
        ("name: 五大道小洋楼历史文化体验区", "name: 五大道大洋楼体验区", "does not stand in the text"),
        ("id: heping-13-wudadao", "id: heping-13-jiefangbeilu", "already used"),
        ("method: bounded", "method: bound", "unknown method"),
    ],
)
def test_a_mistake_in_a_layer_file_stops_the_build_with_its_line(
    inputs: Inputs, tmp_path: Path, old: str, new: str, told: str
) -> None:
    app = broken(inputs, tmp_path, LAYERS_DIR=layers_with(inputs, tmp_path, old, new))
    result = run(app, "atlas", "build")
    assert result.exit_code == 1
    assert told in result.output
    assert "zones.yaml:" in result.output
    assert "Traceback" not in result.output
    assert not (tmp_path / "atlas.gpkg").exists()


def test_a_missing_and_a_changed_text_are_named_with_their_cure(inputs: Inputs, tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    shutil.copytree(inputs.texts, texts)
    (texts / "hedong-14.txt").write_text("换了的文本", encoding="utf-8")
    changed = run(broken(inputs, tmp_path, TEXTS_DIR=texts), "atlas", "build")
    (texts / "hedong-14.txt").unlink()
    missing = run(broken(inputs, tmp_path, TEXTS_DIR=texts), "atlas", "build")
    for result in (changed, missing):
        assert result.exit_code == 1
        assert "hedong-14.txt" in result.output
        assert "git checkout" in result.output


def test_a_damaged_extract_is_named_with_its_cure(inputs: Inputs, tmp_path: Path) -> None:
    reference = tmp_path / "reference"
    shutil.copytree(inputs.reference, reference)
    with (reference / "streets.csv").open("a", encoding="utf-8") as file:
        file.write("乱写\n")
    result = run(broken(inputs, tmp_path, REFERENCE_DIR=reference), "atlas", "build")
    assert result.exit_code == 1
    assert "streets.csv" in result.output
    assert "geodata refresh" in result.output or "git checkout" in result.output


def test_find_lists_reference_objects(app: Flask) -> None:
    result = run(app, "geodata", "find", "静园", "--district", "和平区")
    assert result.exit_code == 0
    assert "117.18293,39.12220" in result.stdout
    assert "118.0" not in result.stdout  # the namesake in another province


def test_settings_are_printed_and_secrets_are_not(tmp_path: Path) -> None:
    app = create_app({"TIANDITU_KEY": "geheim"})
    result = run(app, "settings")
    assert result.exit_code == 0
    assert "ATLAS_PAGE_LIMIT" in result.stdout
    assert "geheim" not in result.stdout
