"""OWSLib's client reads the services."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.atlas.query import Query
from app.atlas.store import Atlas
from app.ogc.conformance import CONFORMANCE
from app.places.crs import crs_named, official_axes, to_crs
from tests.clients.conftest import ROOT


@pytest.fixture(scope="module")
def told(server: str, clients_python: Path, run_program: Callable[..., str]) -> dict[str, Any]:
    script = ROOT / "tests" / "clients" / "read_services_owslib.py"
    found: dict[str, Any] = json.loads(run_program(clients_python, script, f"{server}/ogc"))
    return found


def test_owslib_finds_everything_from_the_landing_page(told: dict[str, Any], atlas: Atlas) -> None:
    assert told["api"].startswith("3.0")
    assert told["conformance"] == list(CONFORMANCE)
    assert set(told["collections"]) > {row["id"] for row in atlas.layers}
    assert told["collection"]["storageCrs"].endswith("CRS84")
    assert {"kind", "geometry", "period_start"} <= set(told["queryables"])
    assert {"id", "passages", "geometry"} <= set(told["schema"])


def test_owslib_pages_through_every_feature(told: dict[str, Any], atlas: Atlas) -> None:
    assert told["all"] == [feature.id for feature in atlas]
    assert told["matched"] == len(atlas)
    assert told["item"]["properties"]["name"] == atlas.feature("heping-13-wudadao").properties["name"]  # type: ignore[union-attr]


def test_owslib_selects_by_box_filter_and_time(told: dict[str, Any], atlas: Atlas) -> None:
    assert told["box"] == [f.id for f in atlas.query(Query(bbox=(117.19, 39.1, 117.21, 39.12))).items]
    zones = atlas.query(Query(kind="zone")).items
    assert told["text"] == [f.id for f in zones if f.properties["certainty"] != "none"]
    assert told["past"] == atlas.query(Query(plan="heping-13")).matched


def test_owslib_gets_another_system(told: dict[str, Any], atlas: Atlas) -> None:
    feature = atlas.feature(told["gauss"]["id"])
    assert feature is not None
    assert feature.geometry is not None
    crs = crs_named("EPSG:4548")
    moved = official_axes(to_crs(feature.geometry, crs), crs)
    assert told["gauss"]["bbox"] == pytest.approx(moved.bounds, abs=0.001)
