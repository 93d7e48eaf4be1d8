"""``plans reanchor``: what it prints, and files that are no edition of a plan."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app.atlas.inputs import Inputs
from app.atlas.query import Query
from app.atlas.reanchoring import LARGEST
from app.atlas.store import Atlas


@pytest.fixture
def old(inputs: Inputs) -> Path:
    return inputs.texts / "heping-13.txt"


def run(app: Flask, *arguments: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=["plans", "reanchor", *map(str, arguments)])


def changed(old: Path, tmp_path: Path, *edits: tuple[str, str]) -> Path:
    text = old.read_bytes().decode()
    for before, after in edits:
        assert before in text
        text = text.replace(before, after)
    path = tmp_path / "new.txt"
    path.write_bytes(text.encode())
    return path


def test_the_same_text_is_all_exact_and_every_passage_is_there(app: Flask, atlas: Atlas, old: Path) -> None:
    result = run(app, old, old, "--json")
    assert result.exit_code == 0
    data = json.loads(result.stdout)
    assert data["plan"] == "heping-13"
    wanted = {
        (feature.id, passage["id"], passage["role"])
        for feature in atlas.query(Query(plan="heping-13")).items
        for passage in feature.properties["passages"]
    }
    found = {(owner, row["id"], row["role"]) for row in data["passages"] for owner in row["features"]}
    assert found == wanted
    assert data["counts"]["exact"] == len(data["passages"])
    assert len(run(app, old, old).stdout.splitlines()) == 1


def test_a_changed_edition_is_told_by_verdict_with_reasons(app: Flask, old: Path, tmp_path: Path) -> None:
    new = changed(
        old, tmp_path, ("加快建设各具特色", "着力建设各具特色"), ("卫津路科技创新带的集聚", "云栖谷地的集聚")
    )
    data = json.loads(run(app, old, new, "--json").stdout)
    by_words = {row["exact"][:6]: row for row in data["passages"]}
    reworded = by_words["加快建设各具"]
    assert reworded["verdict"] == "reworded"
    assert reworded["new_exact"] == reworded["exact"].replace("加快建设各具特色", "着力建设各具特色")
    lost = by_words["进一步强化南"]
    assert (lost["verdict"], lost["start"]) == ("lost", None)
    assert "卫津路科技创新带" in lost["reason"]
    assert "云栖谷地" in lost["candidates"][0]["exact"]
    text = run(app, old, new).stdout
    assert text.splitlines()[0] == "heping-13  摘录 {}：{}".format(
        len(data["passages"]), "，".join(f"{name} {count}" for name, count in data["counts"].items())
    )
    assert re.search(rf"^lost +{lost['id']} .*卫津路", text, re.M)


def test_a_place_no_feature_stands_for_is_another_place_too(app: Flask, atlas: Atlas, tmp_path: Path) -> None:
    name = "韩国仁川自由经济区"
    assert not any(name in (f.properties["name"], *f.properties["aliases"]) for f in atlas)
    source = Path(app.config["TEXTS_DIR"]) / "binhai-14.txt"
    new = changed(source, tmp_path, (name, "韩国釜山自由经济区"))
    rows = json.loads(run(app, source, new, "--json").stdout)["passages"]
    touched = [row for row in rows if name in row["exact"]]
    assert touched
    assert {row["verdict"] for row in touched} == {"lost"}
    assert all("仁川" in row["reason"] for row in touched)


def test_another_edition_of_a_named_plan_must_be_the_one_quoted(
    app: Flask, old: Path, tmp_path: Path
) -> None:
    new = changed(old, tmp_path, ("第一章", "新增一段说明文字。\n第一章"))
    unknown = run(app, new, old)
    assert unknown.exit_code == 1
    assert "--plan" in unknown.output
    shifted = run(app, new, old, "--plan", "heping-13")
    assert shifted.exit_code == 1
    assert "does not stand at" in shifted.output
    no_plan = run(app, old, new, "--plan", "heping-12")
    assert no_plan.exit_code == 1
    assert "heping-12" in no_plan.output


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        ("和平区".encode("gbk"), "not UTF-8"),
        (b"a" * (LARGEST + 1), "more than"),
        (b" \n", "no text"),
    ],
)
def test_what_is_no_text_is_one_sentence(
    app: Flask, old: Path, tmp_path: Path, content: bytes | None, message: str
) -> None:
    path = tmp_path / "new.txt"
    if content is not None:
        path.write_bytes(content)
    for arguments in ((old, path), (path, old)):
        result = run(app, *arguments)
        assert result.exit_code == 1
        assert message in result.output
        assert len(result.output.splitlines()) == 1


def test_folders_pipes_and_devices_are_refused_without_waiting(app: Flask, old: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (tmp_path, pipe, Path(os.devnull)):
        result = run(app, old, path)
        assert result.exit_code == 1
        assert str(path) in result.output
        assert "Traceback" not in result.output


def test_control_characters_of_a_text_do_not_reach_the_terminal(
    app: Flask, old: Path, tmp_path: Path
) -> None:
    new = changed(old, tmp_path, ("加快建设各具特色", "加快\x1b[2J\x9b2J\x7f建设各具特色"))
    for arguments in ((), ("--json",)):
        result = run(app, old, new, *arguments)
        assert result.exit_code == 0
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", result.output)
    assert "\\u001b[2J\\u009b2J\\u007f" in result.stdout
    candidates = [c["exact"] for row in json.loads(result.stdout)["passages"] for c in row["candidates"]]
    assert any("\x1b[2J\x9b2J\x7f" in words for words in candidates)


def test_nothing_is_written(app: Flask, old: Path, tmp_path: Path) -> None:
    new = changed(old, tmp_path, ("加快", "着力"))
    atlas_file = Path(app.config["ATLAS_FILE"])
    before = atlas_file.stat().st_mtime_ns, new.read_bytes(), old.read_bytes()
    assert run(app, old, new).exit_code == 0
    assert (atlas_file.stat().st_mtime_ns, new.read_bytes(), old.read_bytes()) == before
    assert list(tmp_path.iterdir()) == [new]
