"""The offline basemap: names to find one's way by, and the same bytes whether drawn or kept."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import NoReturn

import pytest

from app.atlas.backdrop_cache import kept_backdrop
from app.atlas.inputs import Inputs
from app.atlas.store import BACKDROP_TILES, Atlas
from app.places.districts import district_at
from app.places.linework import Lines
from app.places.reference import Reference


class DrawnAnewError(Exception):
    """A street was asked for: the basemap is not taken from what was kept."""


class NoLines(Lines):
    """Lines of a reference whose streets must not be needed."""

    def street(self, name: str, **values: object) -> NoReturn:
        raise DrawnAnewError(name, values)


@pytest.fixture(scope="module")
def reference(inputs: Inputs) -> Reference:
    return Reference.open(inputs.reference)


def test_what_is_kept_is_what_a_build_draws(reference: Reference, drawn: Path, atlas: Atlas) -> None:
    kept = kept_backdrop(reference, NoLines(reference), drawn)
    assert kept.parts == {name: atlas.backdrop(name) for name in atlas.backdrops}
    assert kept.tiles == atlas.documents[BACKDROP_TILES]


def test_where_nothing_is_kept_everything_is_drawn(reference: Reference, tmp_path: Path) -> None:
    with pytest.raises(DrawnAnewError):
        kept_backdrop(reference, NoLines(reference), tmp_path)


@pytest.mark.parametrize(
    "damage", [lambda body: body[:-1], lambda body: body.replace("海河".encode(), b"!", 1)]
)
def test_damaged_parts_are_drawn_anew(reference: Reference, drawn: Path, tmp_path: Path, damage) -> None:
    (path,) = drawn.glob("*.json")
    (tmp_path / path.name).write_bytes(damage(path.read_bytes()))
    with pytest.raises(DrawnAnewError):
        kept_backdrop(reference, NoLines(reference), tmp_path)


def test_damaged_tiles_are_cut_anew_from_the_parts(reference: Reference, drawn: Path, tmp_path: Path) -> None:
    for path in drawn.iterdir():
        body = path.read_bytes()
        (tmp_path / path.name).write_bytes(body[:-1] if path.suffix == ".pmtiles" else body)
    anew = kept_backdrop(reference, NoLines(reference), tmp_path)
    assert anew == kept_backdrop(reference, NoLines(reference), drawn)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        path.name: path.read_bytes() for path in drawn.iterdir()
    }


def test_another_reference_is_drawn_anew(inputs: Inputs, drawn: Path, tmp_path: Path) -> None:
    for path in inputs.reference.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    records = tmp_path / "records.json"
    records.write_text(records.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    other = Reference.open(tmp_path)
    with pytest.raises(DrawnAnewError):
        kept_backdrop(other, NoLines(other), drawn)


def test_towns_waters_and_landmarks_stand_in_the_city_each_once(atlas: Atlas) -> None:
    for part, known in (
        ("towns", {"劝业场街道", "大直沽街道", "杭州道街道"}),
        ("waters", {"于桥水库", "北大港水库", "七里海湿地", "东丽湖"}),
        ("landmarks", {"南开大学", "天津博物馆", "天津广播电视塔", "天津医科大学总医院"}),
    ):
        features = json.loads(atlas.backdrop(part))["features"]
        names = Counter(feature["properties"]["name"] for feature in features)
        assert known <= set(names), part
        for feature in features:
            home = district_at(*feature["geometry"]["coordinates"])
            assert home is not None
            assert home.province == "天津市", feature["properties"]["name"]
            assert 11 <= feature["properties"]["zoom"] <= 15
    assert "公共管理学院" not in names, "a faculty is no landmark"
    assert "S10展厅" not in names, "nor is a hall"
