"""QGIS reads the services as its users do: lists, pages, filters, reprojects."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from app.atlas.query import Query
from app.atlas.store import Atlas
from app.places.crs import crs_named, to_crs
from tests.clients.conftest import ROOT


@pytest.fixture(scope="module")
def told(server: str, run_qgis: Callable[..., str]) -> dict[str, Any]:
    script = ROOT / "tests" / "clients" / "read_services_qgis.py"
    found: dict[str, Any] = json.loads(run_qgis(script, f"{server}/ogc").splitlines()[-1])
    return found


def test_qgis_reads_every_feature_over_pages(told: dict[str, Any], atlas: Atlas) -> None:
    assert told["count"] == len(atlas)
    assert told["all"] == sorted(feature.id for feature in atlas)


def test_qgis_has_the_server_select_by_box(told: dict[str, Any], atlas: Atlas) -> None:
    expected = atlas.query(Query(bbox=(117.19, 39.1, 117.21, 39.12))).items
    assert told["box"] == sorted(feature.id for feature in expected)


def test_qgis_filters(told: dict[str, Any], atlas: Atlas) -> None:
    zones = atlas.query(Query(kind="zone")).items
    assert told["expression"] == sorted(feature.id for feature in zones)
    drawn = [feature.id for feature in zones if feature.properties["certainty"] != "none"]
    assert told["subset"] == sorted(drawn)


def test_qgis_reprojects_to_where_we_do(told: dict[str, Any], atlas: Atlas) -> None:
    assert told["crs"] == "EPSG:4326"
    crs = crs_named("EPSG:4548")
    for feature in atlas.query(Query(layer="heping-13-zones", registered=False)).items:
        expected = to_crs(feature.geometry, crs).bounds
        assert told["reprojected"][feature.id] == pytest.approx(expected, abs=0.01)


def test_qgis_knows_the_fields_and_the_rows_without_a_place(told: dict[str, Any], atlas: Atlas) -> None:
    assert told["fields"]["name"] == "String"
    assert told["fields"]["tolerance_m"] == "Real"
    for name in ("targets", "indicators"):
        assert told["rows"][name] == sorted(row["id"] for row in getattr(atlas, name))
