"""A test for every conformance class that the service declares; the last one sees that none is missing."""

from __future__ import annotations

import json
import re
from importlib import import_module

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV30SpecValidator

from app.atlas.store import Atlas
from app.ogc.conformance import CONFORMANCE
from app.places.crs import OFFERED, official_axes, to_crs
from tests.ogc.classes import CRS84, EPSG, ITEMS, TESTED, all_ids, of, rel
from tests.ogc.conftest import Get


@of(
    "ogcapi-common-1/1.0:core",
    "ogcapi-common-1/1.0:landing-page",
    "ogcapi-common-1/1.0:json",
    "ogcapi-features-1/1.0:core",
    "ogcapi-common-2/1.0:collections",
)
def test_every_resource_is_reached_from_the_landing_page(client: FlaskClient, get: Get, atlas: Atlas) -> None:
    root = get()
    assert rel(root, "service-desc").endswith("/ogc/api")
    assert rel(root, "service-doc")
    assert set(client.get(rel(root, "conformance")).get_json()["conformsTo"]) == set(CONFORMANCE)
    listed = client.get(rel(root, "data")).get_json()["collections"]
    assert {row["id"] for row in atlas.layers} | {"features", "passages", "targets", "indicators"} == {
        row["id"] for row in listed
    }
    for row in listed:
        assert {"id", "title", "extent", "links", "crs", "itemType"} <= set(row)
        own = client.get(rel(row, "self"))
        assert own.get_json() == row
        items = client.get(rel(row, "items"), query_string={"limit": 1}).get_json()
        assert items["type"] == "FeatureCollection"


@of("ogcapi-features-1/1.0:geojson")
def test_pages_hold_every_item_once_and_in_order(client: FlaskClient, get: Get, atlas: Atlas) -> None:
    seen: list[str] = []
    address: str | None = "/ogc/collections/features/items?limit=500"
    while address:
        response = client.get(address)
        assert response.mimetype == "application/geo+json"
        page = response.get_json(force=True)
        assert page["numberReturned"] == len(page["features"])
        assert page["numberMatched"] == len(atlas)
        seen += [feature["id"] for feature in page["features"]]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        address = following[0] if following else None
    assert seen == [feature.id for feature in atlas]
    back = client.get("/ogc/collections/features/items?limit=500&offset=500").get_json(force=True)
    assert rel(back, "prev").endswith("limit=500")
    one = get(f"{ITEMS}/{seen[0]}")
    assert one["type"] == "Feature"
    assert one["id"] == seen[0]
    assert {link["rel"] for link in one["links"]} >= {"self", "alternate", "collection"}


@of("ogcapi-features-1/1.0:core")
def test_bbox_datetime_and_limit_select(get: Get, atlas: Atlas) -> None:
    box = shapely.box(117.19, 39.1, 117.21, 39.12)
    inside = [f.id for f in atlas if f.geometry is not None and f.geometry.intersects(box)]
    assert all_ids(get, bbox="117.19,39.1,117.21,39.12") == inside
    years = {plan["id"]: (plan["start_year"], plan["end_year"]) for plan in atlas.plans}
    of_2018 = [
        f.id for f in atlas if years[f.properties["plan"]][0] <= 2018 <= years[f.properties["plan"]][1]
    ]
    assert 0 < len(of_2018) < len(atlas)
    assert all_ids(get, datetime="2018-06-01T00:00:00Z") == of_2018
    assert all_ids(get, datetime="../2020-12-31T23:59:59Z") == of_2018
    assert all_ids(get, datetime="2030-01-01/..") == []
    assert all_ids(get, datetime="../..") == [f.id for f in atlas]
    assert len(get(ITEMS, limit=3)["features"]) == 3
    capped = get(ITEMS, limit=999_999_999)
    assert capped["numberReturned"] == min(10_000, len(atlas))


@of("ogcapi-features-1/1.0:html", "ogcapi-common-1/1.0:html")
@pytest.mark.parametrize(
    "path",
    [
        "",
        "/api",
        "/conformance",
        "/collections",
        "/collections/features",
        "/collections/features/items",
        "/collections/features/items/heping-13-wudadao",
        "/collections/targets/items",
        "/collections/passages/items",
        "/collections/indicators/items",
        "/collections/features/queryables",
        "/collections/features/sortables",
        "/collections/features/schema",
        "/tileMatrixSets",
        "/tileMatrixSets/WebMercatorQuad",
        "/tiles",
        "/tiles/WebMercatorQuad",
        "/collections/heping-13-zones/tiles",
        "/collections/heping-13-zones/tiles/WebMercatorQuad",
    ],
)
def test_every_resource_is_a_page_too(client: FlaskClient, path: str) -> None:
    for asked in (
        client.get(f"/ogc{path}?f=html"),
        client.get(f"/ogc{path}", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}),
    ):
        assert asked.status_code == 200
        assert asked.mimetype == "text/html"
        assert '<html lang="zh-CN">' in asked.text
        assert not re.search(r'<(?:script|img|link|iframe)[^>]*(?:src|href)="(?:https?:)?//', asked.text)
    assert client.get(f"/ogc{path}").mimetype.endswith("json")
    assert client.get(f"/ogc{path}", headers={"Accept": "*/*"}).mimetype.endswith("json")


@of("ogcapi-features-1/1.0:oas30", "ogcapi-common-1/1.0:oas30", "ogcapi-tiles-1/1.0:oas30")
def test_the_definition_is_valid_and_complete(client: FlaskClient, get: Get) -> None:
    response = client.get("/ogc/api")
    assert response.content_type == "application/vnd.oai.openapi+json;version=3.0"
    document = response.get_json(force=True)
    OpenAPIV30SpecValidator(document).validate()
    described = set(document["paths"])
    rules = {
        str(rule).removeprefix("/ogc") or "/"
        for rule in client.application.url_map.iter_rules()
        if str(rule) == "/ogc" or str(rule).startswith("/ogc/")
    }

    def shape(path: str) -> str:
        return "/".join("*" if part[:1] in ("<", "{") else part for part in path.split("/"))

    fixed = {f"/collections/{name}/items" for name in ("passages", "targets", "indicators")}
    assert {shape(path) for path in described - fixed} == {shape(path) for path in rules}
    for path, methods in document["paths"].items():
        for status, answer in methods["get"]["responses"].items():
            assert "$ref" in answer or answer["description"], (path, status)
    names = {
        p.get("name") or p["$ref"].rsplit("/")[-1]
        for p in document["paths"]["/collections/{collectionId}/items"]["get"]["parameters"]
    }
    queryables = set(get("/collections/features/queryables")["properties"])
    assert queryables - {"geometry", "aliases"} <= names


@of("ogcapi-features-2/1.0:crs")
@pytest.mark.parametrize("code", [code for code, crs in OFFERED.items() if crs.uri])
def test_coordinates_are_sent_in_the_axis_order_of_their_authority(
    client: FlaskClient, get: Get, atlas: Atlas, code: str
) -> None:
    crs = OFFERED[code]
    response = client.get(f"/ogc{ITEMS}", query_string={"crs": crs.uri, "limit": 10_000})
    assert response.headers["Content-Crs"] == f"<{crs.uri}>"
    sent = {f["id"]: f for f in response.get_json(force=True)["features"]}
    assert list(sent) == [feature.id for feature in atlas]
    step = 10.0**-crs.decimals
    for feature in atlas:
        if feature.geometry is None:
            assert sent[feature.id]["geometry"] is None
            continue
        expected = official_axes(to_crs(feature.geometry, crs), crs)
        found = shapely.geometry.shape(sent[feature.id]["geometry"])
        assert shapely.get_coordinates(found) == pytest.approx(shapely.get_coordinates(expected), abs=step)
        assert sent[feature.id]["bbox"] == pytest.approx(found.bounds, abs=step)
    one = client.get(f"/ogc{ITEMS}/{feature.id}", query_string={"crs": crs.uri})
    assert one.headers["Content-Crs"] == f"<{crs.uri}>"
    assert one.get_json(force=True)["geometry"] == sent[feature.id]["geometry"]


@of("ogcapi-features-2/1.0:crs")
@pytest.mark.parametrize("code", [code for code, crs in OFFERED.items() if crs.uri])
def test_a_box_in_any_system_selects_what_lies_in_it(get: Get, atlas: Atlas, code: str) -> None:
    crs = OFFERED[code]
    x, y, east, north = to_crs(shapely.box(117.19, 39.1, 117.21, 39.12), crs).bounds
    asked = official_axes(shapely.box(x, y, east, north), crs)
    edges = shapely.segmentize(official_axes(asked, crs), (east - x) / 500)
    located = [f for f in atlas if f.geometry is not None]
    moved = to_crs(np.array([f.geometry for f in located], dtype=object), crs)
    expected = {f.id for f, shape in zip(located, moved, strict=True) if shapely.intersects(shape, edges)}
    found = all_ids(get, bbox=",".join(map(repr, asked.bounds)), **{"bbox-crs": crs.uri})
    assert len(found) > 50
    assert set(found) == expected


@of("ogcapi-features-2/1.0:crs")
def test_collections_say_their_systems(get: Get, atlas: Atlas) -> None:
    listed = get("/collections")
    uris = [crs.uri for crs in OFFERED.values() if crs.uri]
    assert listed["crs"] == uris
    for row in listed["collections"]:
        assert row["crs"] == uris
        assert row["crs"][0] == CRS84
        assert ("storageCrs" in row) is (
            "spatial" in row["extent"] or row["id"] in {x["id"] for x in atlas.layers}
        )
    default = get(ITEMS, limit=5)["features"]
    assert default == get(ITEMS, limit=5, crs=CRS84)["features"]


@of(
    "ogcapi-features-3/1.0:queryables",
    "ogcapi-features-5/1.0:schemas",
    "ogcapi-features-5/1.0:queryables",
    "ogcapi-features-5/1.0:sortables",
    "ogcapi-features-5/1.0:returnables-and-receivables",
    "ogcapi-features-5/1.0:core-roles-features",
)
@pytest.mark.parametrize("name", ["features", "heping-13-zones", "passages", "targets", "indicators"])
def test_schemas_say_what_there_is(client: FlaskClient, get: Get, name: str) -> None:
    home = f"/collections/{name}"
    collection = get(home)
    for what in ("queryables", "sortables", "schema"):
        address = rel(collection, f"http://www.opengis.net/def/rel/ogc/1.0/{what}")
        response = client.get(address)
        assert response.mimetype == "application/schema+json"
        body = response.get_json(force=True)
        Draft202012Validator.check_schema(body)
        assert body["$id"] == address
        assert all(row["title"] for row in body["properties"].values())
    schema = get(f"{home}/schema")["properties"]
    sequence = [row["x-ogc-propertySeq"] for row in schema.values()]
    assert sequence == sorted(sequence)
    roles = {row.get("x-ogc-role"): key for key, row in schema.items()}
    assert roles["id"] == "id"
    assert roles.get("primary-geometry") == ("geometry" if "storageCrs" in collection else None)
    validator = Draft202012Validator({**get(f"{home}/schema"), "additionalProperties": False})
    for feature in get(f"{home}/items", limit=300)["features"]:
        values = {key: value for key, value in feature["properties"].items() if value is not None}
        assert not list(validator.iter_errors(values)), values
        assert set(feature["properties"]) == set(schema) - {"geometry"}
    for key in get(f"{home}/sortables")["properties"]:
        assert client.get(f"/ogc{home}/items?limit=1&sortby=-{key}").status_code == 200, key
    for key, row in get(f"{home}/queryables")["properties"].items():
        asked = client.get(f"/ogc{home}/items", query_string={"limit": 1, "filter": f'"{key}" IS NULL'})
        assert asked.status_code == 200, (key, row)


@of("ogcapi-features-3/1.0:queryables-query-parameters")
def test_queryables_are_parameters(get: Get, atlas: Atlas) -> None:
    for key in ("kind", "plan", "certainty", "theme", "level", "layer", "name"):
        value = next(iter(atlas)).properties[key]
        assert all_ids(get, **{key: value}) == [f.id for f in atlas if f.properties[key] == value], key
    assert all_ids(get, tolerance_m=150) == [f.id for f in atlas if f.properties["tolerance_m"] == 150]
    both = [f.id for f in atlas if (f.properties["kind"], f.properties["plan"]) == ("zone", "heping-13")]
    assert all_ids(get, kind="zone", plan="heping-13") == both
    begun = {plan["id"] for plan in atlas.plans if plan["start_year"] == 2021}
    assert all_ids(get, period_start="2021-01-01") == [f.id for f in atlas if f.properties["plan"] in begun]


@of(
    "ogcapi-features-3/1.0:filter",
    "ogcapi-features-3/1.0:features-filter",
    "cql2/1.0:cql2-text",
    "cql2/1.0:cql2-json",
)
def test_filters_select_as_text_and_as_json(get: Get, refused: Get, atlas: Atlas) -> None:
    zones = [f.id for f in atlas if f.properties["kind"] == "zone" and f.properties["certainty"] == "located"]
    assert zones
    text = "kind = 'zone' AND certainty = 'located'"
    tree = {
        "op": "and",
        "args": [
            {"op": "=", "args": [{"property": "kind"}, "zone"]},
            {"op": "=", "args": [{"property": "certainty"}, "located"]},
        ],
    }
    assert all_ids(get, filter=text) == zones
    assert all_ids(get, filter=text, **{"filter-lang": "cql2-text"}) == zones
    assert all_ids(get, filter=json.dumps(tree), **{"filter-lang": "cql2-json"}) == zones
    assert all_ids(get, filter="kind = 'zone'", certainty="located") == zones
    assert "filter-lang" in refused(ITEMS, filter=text, **{"filter-lang": "cql"})
    assert "CQL2" in refused(ITEMS, filter="kind =")
    assert "不可查询" in refused(ITEMS, filter="passages = 'x'")
    box = to_crs(shapely.box(117.19, 39.1, 117.21, 39.12), OFFERED["EPSG:4326"])
    swapped = official_axes(box, OFFERED["EPSG:4326"])
    inside = all_ids(get, bbox="117.19,39.1,117.21,39.12")
    assert (
        all_ids(get, filter=f"S_INTERSECTS(geometry,{swapped.wkt})", **{"filter-crs": f"{EPSG}4326"})
        == inside
    )
    assert all_ids(get, filter=f"S_INTERSECTS(geometry,{box.wkt})") == inside


@of(
    "ogcapi-tiles-1/1.0:core",
    "ogcapi-tiles-1/1.0:tileset",
    "ogcapi-tiles-1/1.0:tilesets-list",
    "ogcapi-tiles-1/1.0:dataset-tilesets",
    "ogcapi-tiles-1/1.0:geodata-tilesets",
    "ogcapi-tiles-1/1.0:mvt",
)
@pytest.mark.parametrize("home", ["", "/collections/heping-13-zones", "/collections/features"])
def test_tilesets_lead_to_their_tiles(client: FlaskClient, get: Get, home: str) -> None:
    listed = client.get(rel(get(home), "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector")).get_json()
    (short,) = listed["tilesets"]
    full = client.get(rel(short, "self")).get_json()
    assert full["dataType"] == "vector"
    assert full["crs"].endswith("/EPSG/0/3857")
    template = next(link for link in full["links"] if link["rel"] == "item")
    assert template["templated"] is True
    rows = next(row for row in full["tileMatrixSetLimits"] if row["tileMatrix"] == "11")
    drawn = 0
    for row in range(rows["minTileRow"], rows["maxTileRow"] + 1):
        address = template["href"]
        for part, value in (("tileMatrix", 11), ("tileRow", row), ("tileCol", rows["minTileCol"])):
            address = address.replace(f"{{{part}}}", str(value))
        response = client.get(address)
        assert response.status_code in (200, 204)
        assert response.mimetype == "application/vnd.mapbox-vector-tile"
        if response.status_code == 200:
            drawn += 1
            layers = mapbox_vector_tile.decode(response.data)
            assert set(layers) <= {layer["id"] for layer in full["layers"]}
    assert drawn


@of("tms/2.0:tilematrixset", "tms/2.0:json-tilematrixset")
def test_the_tile_matrix_set_is_listed_and_described(client: FlaskClient, get: Get) -> None:
    (row,) = get("/tileMatrixSets")["tileMatrixSets"]
    body = client.get(row["links"][0]["href"]).get_json()
    assert body["id"] == row["id"] == "WebMercatorQuad"
    assert [matrix["id"] for matrix in body["tileMatrices"]] == [str(zoom) for zoom in range(19)]
    for zoom, matrix in enumerate(body["tileMatrices"]):
        width = matrix["cellSize"] * matrix["tileWidth"] * matrix["matrixWidth"]
        assert width == pytest.approx(2 * 20037508.342789244)
        assert matrix["matrixWidth"] == 2**zoom


def test_every_class_that_is_declared_has_a_test() -> None:
    import_module("tests.ogc.test_conformance_cql2")  # its tests count themselves in when they are read
    assert set(CONFORMANCE) == TESTED
    assert len(CONFORMANCE) == len(set(CONFORMANCE))
