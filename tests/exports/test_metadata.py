"""Metadata: counted from the features, and the same facts in every form."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from statistics import median
from xml.etree import ElementTree as ET

import pytest
import yaml

from app.atlas.query import Query
from app.atlas.store import Atlas
from app.errors import InputFileError
from app.exports.citation import citation
from app.exports.iso19139 import iso19139
from app.exports.jsonld import catalog, dataset
from app.exports.metadata import (
    Origins,
    Record,
    layer_record,
    plan_record,
    read_changes,
    read_origins,
    whole_record,
)
from app.exports.site import Site
from app.settings import load_settings

SITE = Site("https://example.org/atlas", "gis@example.org")
GMD = "{http://www.isotc211.org/2005/gmd}"
GCO = "{http://www.isotc211.org/2005/gco}"


@pytest.fixture(scope="module")
def origins() -> Origins:
    return read_origins(load_settings({})["REFERENCE_DIR"])


@pytest.fixture(scope="module")
def whole(atlas: Atlas, origins: Origins) -> Record:
    return whole_record(atlas, origins)


def layer(atlas: Atlas, layer_id: str, origins: Origins) -> Record:
    row = next(row for row in atlas.layers if row["id"] == layer_id)
    return layer_record(atlas, row, origins)


def test_the_parts_add_up_to_the_whole(atlas: Atlas, origins: Origins, whole: Record):
    assert whole.features == len(atlas)
    for parts in (
        [layer_record(atlas, row, origins) for row in atlas.layers],
        [plan_record(atlas, row, origins) for row in atlas.plans],
    ):
        assert sum(part.features for part in parts) == whole.features
        assert sum(part.located for part in parts) == whole.located
        assert sum((Counter(part.methods) for part in parts), Counter()) == Counter(whole.methods)
        assert max(part.tolerance_max or 0 for part in parts) == whole.tolerance_max


def test_the_accuracy_is_that_of_the_features(atlas: Atlas, origins: Origins):
    record = layer(atlas, "binhai-14-zones", origins)
    tolerances = [
        feature.properties["tolerance_m"]
        for feature in atlas.stream(Query(layer="binhai-14-zones", registered=False))
    ]
    assert record.tolerance_median == median(tolerances)
    assert f"中位数 {median(tolerances):.0f} 米，最大 {max(tolerances):.0f} 米" in record.accuracy
    for method, count in record.methods.items():
        if method != "unlocated":
            assert f"{count} 个（{method}）" in record.lineage


def test_only_sources_that_geometries_rest_on_are_credited(atlas: Atlas, origins: Origins):
    for row in atlas.layers:
        record = layer_record(atlas, row, origins)
        named = {
            item["source"]
            for feature in atlas.stream(Query(layer=row["id"], registered=False))
            for item in feature.properties["evidence"]
        }
        expected = {extract.title for name, extract in origins.extracts.items() if name in named}
        assert {credit.title for credit in record.credits} - {"行政区界"} == expected, row["id"]
        assert record.licence == "ODbL-1.0"


def test_a_layer_without_a_single_shape_says_so(atlas: Atlas, origins: Origins):
    bare = [row for row in atlas.layers if not row["located"]]
    for row in bare:
        record = layer_record(atlas, row, origins)
        assert record.bbox is None
        assert record.tolerance_max is None
        assert record.lineage == "没有要素落图。"
        assert "spatial" not in json.dumps(dataset(record, site=SITE))
        ET.fromstring(iso19139(record, parent=None, site=SITE))


def test_linked_data_name_what_portals_demand(atlas: Atlas, whole: Record, origins: Origins):
    record = layer(atlas, "heping-14-zones", origins)
    node = dataset(record, site=SITE)
    assert node["@id"] == "https://example.org/atlas/layers/heping-14-zones"
    for term in (
        "dct:title", "dct:description", "dcat:keyword", "dct:publisher", "dct:spatial", "dct:temporal",
        "dcat:contactPoint", "dcat:distribution", "dct:license", "dct:modified", "dct:provenance",
        "schema:name", "schema:description", "schema:license", "schema:spatialCoverage",
        "schema:distribution", "schema:creator",
    ):  # fmt: skip
        assert node[term], term
    assert node["dcat:contactPoint"]["vcard:hasEmail"] == {"@id": "mailto:gis@example.org"}
    assert node["schema:temporalCoverage"] == "2021-01-01/2025-12-31"
    south, west, north, east = map(float, node["schema:spatialCoverage"]["schema:geo"]["schema:box"].split())
    assert record.bbox == (west, south, east, north)
    prefixes = {key.split(":")[0] for key in keys_of(node)} - set(node["@context"])
    assert all(prefix.startswith("@") for prefix in prefixes), prefixes
    document = catalog(dataset(whole, site=SITE), [node], changes=origins.changes)
    assert document["@type"][0] == "dcat:Catalog"
    assert document["dcat:dataset"][0]["@id"] == node["@id"]
    assert "@context" not in document["dcat:dataset"][0]
    assert document["dcat:versionNotes"][0]["@value"].startswith(origins.changes[0].date)


def keys_of(value: object) -> set[str]:
    if isinstance(value, dict):
        inner = [keys_of(part) for key, part in value.items() if key != "@context"]
        return set(value).union(*inner) if inner else set(value)
    if isinstance(value, list):
        return set().union(*(keys_of(part) for part in value)) if value else set()
    return set()


def test_iso_says_the_same_in_the_order_of_its_schema(atlas: Atlas, origins: Origins):
    record = layer(atlas, "heping-14-zones", origins)
    root = ET.fromstring(iso19139(record, parent="heping-14", site=SITE))
    # gmd:MD_Metadata_Type, ISO/TS 19139:2007
    assert [child.tag.removeprefix(GMD) for child in root] == [
        "fileIdentifier",
        "language",
        "characterSet",
        "parentIdentifier",
        "hierarchyLevel",
        "contact",
        "dateStamp",
        "metadataStandardName",
        "metadataStandardVersion",
        "referenceSystemInfo",
        "referenceSystemInfo",
        "identificationInfo",
        "distributionInfo",
        "dataQualityInfo",
    ]
    words = {element.text for element in root.iter(f"{GCO}CharacterString")}
    assert {record.title, record.abstract, record.attribution, record.version} <= words
    box = root.find(f".//{GMD}EX_GeographicBoundingBox")
    assert box is not None
    west, east, south, north = (float(element.text or "") for element in box.iter(f"{GCO}Decimal"))
    assert (west, south, east, north) == record.bbox
    values = [element.text for element in root.iter(f"{GCO}Record")]
    assert values == [f"{record.tolerance_median:g}", f"{record.tolerance_max:g}"]


def test_a_contact_is_a_mail_or_a_web_address(whole: Record):
    for contact, place in (("gis@example.org", "electronicMailAddress"), ("https://example.org/x", "URL")):
        text = iso19139(whole, parent=None, site=Site("https://example.org", contact))
        assert contact in text
        assert place in text


def test_the_citation_names_version_licence_and_the_plans(whole: Record):
    cff = yaml.safe_load(citation(whole, page=SITE.page(whole)))
    assert (cff["cff-version"], cff["type"], cff["license"]) == ("1.2.0", "dataset", "ODbL-1.0")
    assert cff["version"] == whole.version
    titles = [row["title"] for row in cff["references"]]
    assert titles[: len(whole.plans)] == [plan["title"] for plan in whole.plans]
    unsigned = [plan for plan in whole.plans if not plan["issuer"]]
    named = [row["authors"][0]["name"] for row in cff["references"][: len(whole.plans)]]
    assert named.count("文本未署名") == len(unsigned)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("changes:\n  - {date: '2026-01-01'}\n", "an entry needs date and what"),
        ("changes:\n  - {date: '2026-01-01', what: []}\n", "every change says what changed"),
        ("changes: []\n", "there is at least one"),
        ("other: 1\n", "an entry needs date and what"),
    ],
)
def test_a_changelog_that_says_nothing_is_refused(tmp_path: Path, body: str, reason: str):
    path = tmp_path / "changes.yaml"
    path.write_text(body, encoding="utf-8")
    with pytest.raises(InputFileError, match=reason):
        read_changes(path)
