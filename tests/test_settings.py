"""Settings: one table, read from the environment, wrong values told in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import SETTINGS, SettingError, load_settings

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_defaults_stand_where_the_environment_is_silent_or_empty() -> None:
    values = load_settings({"ATLAS_PAGE_LIMIT": ""})
    assert values == {setting.name: setting.default for setting in SETTINGS}


def test_the_environment_overrides() -> None:
    values = load_settings({"ATLAS_PAGE_LIMIT": "7", "ATLAS_FILE": "/data/x.gpkg", "TIANDITU_KEY": "k"})
    assert values["PAGE_LIMIT"] == 7
    assert values["ATLAS_FILE"] == Path("/data/x.gpkg")
    assert values["TIANDITU_KEY"] == "k"


@pytest.mark.parametrize("text", ["many", "0", "-3", "1.5"])
def test_a_wrong_value_names_its_variable(text: str) -> None:
    with pytest.raises(SettingError, match="ATLAS_PAGE_LIMIT"):
        load_settings({"ATLAS_PAGE_LIMIT": text})


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_in_the_readme(setting) -> None:
    assert f"`{setting.env}`" in README
