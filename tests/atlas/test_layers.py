"""Layer files: every mistake is told with file, line, reason and cure, all of them in one go."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.atlas.inputs import Inputs
from app.atlas.layers import LayerFilesError, load_layers, load_moved, load_themes, locating_order
from app.atlas.model import Kind, Status
from app.errors import InputFileError, MissingInputError
from app.places.specs import BoundedSpec

PLAN = """\
id: heping-13
title: 天津和平区"十三五"规划纲要
short_title: 和平 十三五
title_en: Heping, 13th Five-Year Plan
short_title_en: Heping 13th Plan
district: 和平区
district_code: 120101
period: 2016–2020
start_year: 2016
end_year: 2020
outlook_year:
issuer: 天津市和平区人民政府
document_number:
issued:
text: geodata/plans/heping-13.txt
sha256: 21283bdb6c2eedc23804fbf31571700be6fca719863cf5af7084f247452d03af
decoys: [海河沿岸]
"""
FEATURE = """\
  - id: heping-13-{slug}
    name: {name}
    kind: zone
    status: 改造提升
    level: headline
    locate: {locate}
"""


def write_layers(root: Path, *features: str, theme: str = "zones", plan: str = PLAN) -> Path:
    folder = root / "heping-13"
    folder.mkdir(parents=True)
    (root / "themes.yaml").write_text(
        "themes:\n  - {id: zones, title: 功能区, title_en: Zones, order: 1, shown: true}\n", encoding="utf-8"
    )
    (folder / "plan.yaml").write_text(plan, encoding="utf-8")
    (folder / f"{theme}.yaml").write_text("features:\n" + "".join(features), encoding="utf-8")
    return root


def feature(slug: str, locate: str, name: str = "五大道", extra: str = "") -> str:
    return FEATURE.format(slug=slug, name=name, locate=locate) + extra


def errors_of(root: Path) -> list[InputFileError]:
    with pytest.raises(LayerFilesError) as caught:
        load_layers(root, root)
    return list(caught.value.errors)


def test_a_good_file_is_read_with_its_words(tmp_path: Path) -> None:
    ring = "{method: bounded, by: [马场道, {river: 海河, bank: 和平区}], inside: 民园广场}"
    root = write_layers(
        tmp_path, feature("wudadao", ring, extra="    aliases: [{text: 五大道, near: [洋楼]}]\n")
    )
    (folder,) = load_layers(root, tmp_path / "texts")
    (entry,) = folder.entries
    assert folder.record.text == tmp_path / "texts" / "heping-13.txt"
    assert folder.decoys == ("海河沿岸",)
    assert (entry.kind, entry.status, entry.layer) == (Kind.ZONE, Status.UPGRADE, "heping-13-zones")
    assert isinstance(entry.spec, BoundedSpec)
    assert entry.spec.by[1].bank == "和平区"
    assert entry.names[1].near == ("洋楼",)
    assert entry.at.line == 2


@pytest.mark.parametrize(
    ("locate", "reason", "cure"),
    [
        ("{method: guessed}", "unknown method 'guessed'", "Use one of: osm, admin"),
        ("五大道", "locate must be a mapping", ""),
        ("{method: osm}", "osm needs 'name'", ""),
        ("{method: osm, name: 民园广场, grup: places}", "does not know 'grup'", "spelling"),
        ("{method: osm, name: 民园广场, group: pubs}", "unknown group 'pubs'", "Use one of"),
        ("{method: near, place: 民园广场, radius_m: -5}", "positive number of metres", ""),
        ("{method: near, place: 民园广场, radius_m: true}", "wrong type", ""),
        ("{method: near, radius_m: 100}", "'place' or 'places'", ""),
        ("{method: bounded, by: [马场道]}", "at least two lines", ""),
        ("{method: bounded, by: [马场道, {river: 海河, street: 海河}]}", "exactly one of", ""),
        ("{method: along, line: {edge: [滨海新区]}}", "at least one neighbour", ""),
        ("{method: along, line: 南京路, width_m: 9, width_from_area: true}", "not both", ""),
        ("{method: crossing, streets: [南京路]}", "at least 2 names", ""),
        ("{method: digitised, file: ../../etc/passwd, evidence: x}", "inside geodata/digitised/", ""),
        ("{method: digitised, file: a.geojson}", "needs 'evidence'", ""),
        ("{method: unlocated, reason: because}", "unknown reason 'because'", "Use one of: no-place-name"),
    ],
)
def test_a_bad_locate_is_told_with_its_line(tmp_path: Path, locate: str, reason: str, cure: str) -> None:
    (error,) = errors_of(write_layers(tmp_path, feature("wudadao", locate)))
    assert error.path.name == "zones.yaml"
    assert error.line == 7
    assert "heping-13-wudadao" in error.reason
    assert reason in error.reason
    assert cure in error.cure


def test_all_mistakes_come_in_one_go_in_file_order(tmp_path: Path) -> None:
    osm = "{method: osm, name: 民园广场}"
    root = write_layers(
        tmp_path,
        feature("Wu_Da", osm),
        feature("a", osm).replace("kind: zone", "kind: zoo"),
        feature("b", osm).replace("status: 改造提升", "status: 拆除"),
        feature("c", osm).replace("    level: headline\n", ""),
        feature("d", osm, extra="    colour: red\n"),
    )
    errors = errors_of(root)
    assert [error.line for error in errors] == [2, 10, 17, 20, 31]
    assert "is no id" in errors[0].reason
    assert "'zoo' is no kind" in errors[1].reason
    assert "'拆除' is no status" in errors[2].reason
    assert "has no 'level'" in errors[3].reason
    assert "unknown key 'colour'" in errors[4].reason


def test_duplicates_dangling_ids_and_circles_are_found(tmp_path: Path) -> None:
    twice = write_layers(
        tmp_path / "twice",
        feature("a", "{method: union, of: [heping-13-b]}", extra="    parent: heping-13-none\n"),
        feature("a", "{method: osm, name: 民园广场}"),
    )
    reasons = [error.reason for error in errors_of(twice)]
    assert any("'heping-13-b', which is no feature" in reason for reason in reasons)
    assert any("parent 'heping-13-none' is no feature" in reason for reason in reasons)
    assert any("already used at" in reason and "zones.yaml:2" in reason for reason in reasons)

    circle = write_layers(
        tmp_path / "circle",
        feature("a", "{method: union, of: [heping-13-b]}"),
        feature("b", "{method: near, place: {feature: heping-13-c}, radius_m: 9}"),
        feature("c", "{method: along, line: {feature: heping-13-a}}"),
    )
    (error,) = errors_of(circle)
    assert "heping-13-a → heping-13-b → heping-13-c → heping-13-a" in error.reason
    assert error.line == 2


def test_a_key_given_twice_is_no_silent_overwrite(tmp_path: Path) -> None:
    root = write_layers(tmp_path, feature("a", "{method: osm, name: 民园广场}", extra="    name: 鞍山道\n"))
    (error,) = errors_of(root)
    assert "'name' stands twice" in error.reason
    assert error.line == 8


@pytest.mark.parametrize("text", ["features: [", "- a\n- b\n", "a: b: c\n"])
def test_broken_yaml_is_a_sentence(tmp_path: Path, text: str) -> None:
    root = write_layers(tmp_path)
    (root / "heping-13" / "zones.yaml").write_text(text, encoding="utf-8")
    (error,) = errors_of(root)
    assert error.path.name == "zones.yaml"
    assert error.line is not None


def test_a_file_that_is_no_theme_and_a_foreign_plan_id(tmp_path: Path) -> None:
    (error,) = errors_of(write_layers(tmp_path / "theme", theme="zonez"))
    assert "'zonez' is no theme" in error.reason
    (error,) = errors_of(write_layers(tmp_path / "plan", plan=PLAN.replace("id: heping-13", "id: heping-14")))
    assert "not the folder's name" in error.reason
    (error,) = errors_of(write_layers(tmp_path / "key", plan=PLAN.replace("issuer:", "isuer:")))
    assert "isuer" in error.reason


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    write_layers(tmp_path)
    (tmp_path / "heping-13" / "plan.yaml").unlink()
    assert "no plan folder" in errors_of(tmp_path)[0].reason
    with pytest.raises(MissingInputError, match="git checkout"):
        load_themes(tmp_path / "nowhere")


def test_moved_ids_must_lead_somewhere(tmp_path: Path) -> None:
    path = tmp_path / "moved.yaml"
    path.write_text("moved:\n  old-a: new-a\n", encoding="utf-8")
    assert load_moved(tmp_path, ["new-a"]) == {"old-a": "new-a"}
    with pytest.raises(InputFileError, match="which is no feature") as caught:
        load_moved(tmp_path, ["new-b"])
    assert caught.value.line == 2
    with pytest.raises(InputFileError, match="still a feature"):
        load_moved(tmp_path, ["old-a", "new-a"])


def test_the_project_layers_load_in_an_order_that_can_be_located(inputs: Inputs) -> None:
    folders = load_layers(inputs.layers, inputs.texts)
    entries = [entry for folder in folders for entry in folder.entries]
    assert {folder.record.id for folder in folders} == {
        "heping-13", "heping-14", "heping-2021", "hedong-14", "binhai-14",
    }  # fmt: skip
    assert sorted(e.id for e in locating_order(entries)) == sorted(e.id for e in entries)
