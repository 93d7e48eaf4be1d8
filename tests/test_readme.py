"""What the README says of addresses, properties and commands is what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from app.atlas.store import Atlas
from app.cli import GROUPS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
# Addresses that only the pages themselves use.
INTERNAL = re.compile(r"^/(own|static|assets|data|map|favicon\.ico)\b|/panel$|^/layers\.json$")


def plain(rule: str) -> str:
    """A rule as the README writes it: converters and parameter names do not matter."""
    return re.sub(r"<[^>]*>", "<>", rule)


def test_every_public_address_is_in_the_readme(app: Flask) -> None:
    written = {plain(address.split("?")[0]) for address in re.findall(r"`(/[^`]*)`", README)}
    served = {plain(str(rule)) for rule in app.url_map.iter_rules() if not INTERNAL.search(str(rule))}
    assert served - written == set()


def test_every_address_in_the_readme_is_served(app: Flask) -> None:
    table = README.split("## Addresses")[1].split("### ")[0]
    written = {plain(address.split("?")[0]) for address in re.findall(r"`(/[^`]*)`", table)}
    served = {plain(str(rule)) for rule in app.url_map.iter_rules()}
    assert written - served == set()


def test_every_property_is_documented(atlas: Atlas) -> None:
    table = README.split("### Properties of a feature")[1].split("## ")[0]
    documented = set(re.findall(r"`([a-z_0-9]+)`", table))
    for feature in atlas:
        assert set(feature.properties) <= documented, feature.id


def test_every_command_is_documented() -> None:
    for group in GROUPS:
        for name in group.commands:
            assert f"flask --app app {group.name} {name}" in README


@pytest.mark.parametrize("name", re.findall(r"\]\(([^)#]+)\)", README))
def test_files_that_the_readme_shows_are_there(name: str) -> None:
    assert (ROOT / name).is_file()
