"""Addresses of metadata and packages, and that what they name is there."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
import yaml
from flask.testing import FlaskClient

from app import create_app
from app.atlas.store import Atlas


@pytest.mark.parametrize("where", ["", "/plans/heping-14", "/layers/heping-14-zones"])
def test_metadata_are_there_for_the_whole_a_plan_and_a_layer(client: FlaskClient, atlas: Atlas, where: str):
    linked = client.get(f"{where}/metadata.jsonld")
    assert linked.content_type == "application/ld+json"
    assert linked.get_json(force=True)["dcat:version"] == atlas.version
    assert linked.headers["Access-Control-Allow-Origin"] == "*"
    document = client.get(f"{where}/metadata.xml")
    assert document.content_type.startswith("application/xml")
    ET.fromstring(document.get_data(as_text=True))
    again = client.get(f"{where}/metadata.xml", headers={"If-None-Match": document.headers["ETag"]})
    assert again.status_code == 304


def test_the_catalogue_has_every_layer(client: FlaskClient, atlas: Atlas):
    document = client.get("/metadata.jsonld").get_json(force=True)
    assert [part["dct:identifier"] for part in document["dcat:dataset"]] == [
        row["id"] for row in atlas.layers
    ]


@pytest.mark.parametrize("where", ["", "/plans/heping-14", "/layers/heping-14-zones"])
def test_every_address_that_metadata_name_answers(client: FlaskClient, where: str):
    node = client.get(f"{where}/metadata.jsonld").get_json(force=True)
    addresses = [item["schema:contentUrl"] for item in node["schema:distribution"]]
    assert len(addresses) >= 9
    for address in (*addresses, node["@id"]):
        parts = urlsplit(address)
        assert parts.netloc == "localhost"
        with client.head(f"{parts.path}?{parts.query}" if parts.query else parts.path) as answer:
            assert answer.status_code == 200, address


@pytest.mark.parametrize(
    "address",
    [
        "/plans/nope/metadata.xml",
        "/layers/nope/metadata.jsonld",
        "/packages/nope.plan.zip",
        "/packages/..%2Fheping-14.plan.zip",
    ],
)
def test_what_is_not_there_is_said_to_programs(client: FlaskClient, address: str):
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer.content_type.startswith(("application/problem+json", "text/html"))


def test_unknown_parameters_are_refused(client: FlaskClient):
    for address in ("/metadata.jsonld?x=1", "/packages/heping-14.plan.zip?x=1", "/CITATION.cff?x=1"):
        assert client.get(address).status_code == 400


def test_citation_and_changes_are_dated_alike(client: FlaskClient, atlas: Atlas):
    cff = yaml.safe_load(client.get("/CITATION.cff").get_data(as_text=True))
    changes = client.get("/changes.json").get_json()
    assert cff["date-released"] == changes["changes"][0]["date"]
    assert changes["dataVersion"] == cff["version"] == atlas.version


def test_who_answers_for_the_data_is_a_setting(atlas_path: Path):
    client = create_app(
        {"TESTING": True, "ATLAS_FILE": atlas_path, "CONTACT": "gis@example.org"}
    ).test_client()
    assert "gis@example.org" in client.get("/layers/heping-14-zones/metadata.xml").get_data(as_text=True)


def test_a_package_is_served_as_a_file_with_its_plan_s_name(client: FlaskClient, atlas: Atlas):
    answer = client.get("/packages/heping-14.plan.zip")
    assert answer.content_type == "application/zip"
    assert 'filename="heping-14.plan.zip"' in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        assert "manifest.json" in archive.namelist()
