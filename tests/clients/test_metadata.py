"""Independent readers find in our metadata what we put there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from app.atlas.store import Atlas
from tests.clients.conftest import ROOT

NAMES = {
    "/layers/binhai-14-zones": ("binhai-14-zones", "binhai-14"),
    "/plans/hedong-14": ("hedong-14", "plan-atlas"),
    "": ("plan-atlas", None),
}


@pytest.fixture
def read(clients_python: Path, run_program: Callable[..., str]) -> Callable[..., dict[str, Any]]:
    """Call it with an XML and a JSON-LD file: gives what the clients found in them."""

    def run(*files: Path) -> dict[str, Any]:
        answer = run_program(clients_python, ROOT / "tests" / "clients" / "read_metadata.py", *files)
        told: dict[str, Any] = json.loads(answer.splitlines()[-1])
        return told

    return run


@pytest.mark.parametrize("where", NAMES)
def test_owslib_and_rdflib_read_the_metadata(
    where: str, server: str, atlas: Atlas, read: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    identifier, parent = NAMES[where]
    files = []
    for name in ("metadata.xml", "metadata.jsonld"):
        with urlopen(f"{server}{where}/{name}") as answer:
            (tmp_path / name).write_bytes(answer.read())
        files.append(tmp_path / name)
    told = read(*files)
    linked = json.loads(files[1].read_text(encoding="utf-8"))
    assert told["identifier"] == identifier
    assert told["parent"] == parent
    assert told["crs"] == "CRS84"
    assert told["contact"] == "津图 Plan Atlas"
    assert told["title"] == linked["schema:name"]
    assert told["edition"] == atlas.version
    assert told["abstract"] == linked["schema:description"]
    assert told["period"] == linked["schema:temporalCoverage"].split("/")
    assert told["topics"] == ["planningCadastre"]
    assert "不是法定图件" in told["limits"][0]
    assert told["constraints"][0].startswith("ODbL-1.0 ")
    assert "OpenStreetMap" in told["constraints"][1]
    assert "由规划文本和公开参考数据计算得出" in told["lineage"]
    south, west, north, east = map(
        float, linked["schema:spatialCoverage"]["schema:geo"]["schema:box"].split()
    )
    assert told["box"] == [west, south, east, north]
    assert linked["@id"] in told["links"]
    assert linked["@id"] in told["datasets"]
    assert len(told["datasets"]) == 1 + len(linked.get("dcat:dataset", []))
    assert told["licences"] == ["https://opendatacommons.org/licenses/odbl/1-0/"]
    assert len(told["titles"]) == 2
    assert told["distributions"] >= 9
