"""Projects from the command line: the same file as the server's, or a sentence."""

from __future__ import annotations

import zipfile
from pathlib import Path

from flask import Flask


def test_the_command_writes_the_project_with_its_data(app: Flask, tmp_path: Path):
    target = tmp_path / "a.zip"
    arguments = ["atlas", "qgis", "--plan", "heping-13", "--home", "http://localhost/", "-o", str(target)]
    done = app.test_cli_runner().invoke(args=arguments)
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(target) as archive:
        assert {Path(name).suffix for name in archive.namelist()} == {".qgz", ".gpkg", ".txt"}
        with archive.open("heping-13/heping-13.qgz") as packed:
            mine = packed.read()
    served = app.test_client().get("/qgis/heping-13-offline.zip").data
    (tmp_path / "b.zip").write_bytes(served)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert archive.read("heping-13/heping-13.qgz") == mine


def test_an_unknown_plan_or_folder_is_said_and_leaves_nothing(app: Flask, tmp_path: Path):
    run = app.test_cli_runner()
    unknown = run.invoke(args=["atlas", "qgis", "--plan", "nope", "-o", str(tmp_path / "a.zip")])
    assert unknown.exit_code == 1
    assert "没有名为 nope 的工程" in unknown.output
    nowhere = run.invoke(args=["atlas", "qgis", "--plan", "heping-13", "-o", str(tmp_path / "x" / "a.zip")])
    assert nowhere.exit_code == 1
    assert "无法写入" in nowhere.output
    assert list(tmp_path.iterdir()) == []
