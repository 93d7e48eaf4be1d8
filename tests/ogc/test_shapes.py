"""Collections of one shape: the parts of a layer for programs that cannot mix shapes."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.atlas.query import Query
from app.atlas.store import Atlas
from app.atlas.styles import Shape, shape_of

MIXED = "hedong-14-projects"


@pytest.mark.parametrize("layer", [MIXED, "binhai-14-zones", "heping-14-streets"])
def test_the_shapes_of_a_layer_are_its_located_features(client: FlaskClient, atlas: Atlas, layer: str):
    found = {}
    for shape in Shape:
        answer = client.get(f"/ogc/collections/{layer}.{shape}/items?limit=1000&f=json").get_json(force=True)
        assert answer["numberMatched"] == len(answer["features"])
        for feature in answer["features"]:
            assert shape_of(feature["geometry"]["type"]) is shape
            found[feature["id"]] = shape
    located = {feature.id for feature in atlas.query(Query(layer=layer, registered=False)).items}
    assert set(found) == located


def test_conditions_and_pages_hold_for_a_shape_too(client: FlaskClient, atlas: Atlas):
    base = f"/ogc/collections/{MIXED}.area/items?f=json"
    whole = client.get(f"{base}&limit=1000").get_json(force=True)["features"]
    paged, address = [], f"{base}&limit=2"
    while address:
        page = client.get(address).get_json(force=True)
        paged += page["features"]
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
    assert [feature["id"] for feature in paged] == [feature["id"] for feature in whole]
    sure = client.get(f"{base}&filter=certainty='indicative'&limit=1000").get_json(force=True)["features"]
    expected = [f["id"] for f in whole if f["properties"]["certainty"] == "indicative"]
    assert [feature["id"] for feature in sure] == expected
    assert expected
    boxed = client.get(f"{base}&bbox=0,0,1,1").get_json(force=True)
    assert boxed["numberMatched"] == 0


def test_a_collection_of_a_shape_describes_itself_but_is_not_listed(client: FlaskClient):
    one = client.get(f"/ogc/collections/{MIXED}.line?f=json").get_json()
    assert one["id"] == f"{MIXED}.line"
    assert one["title"].endswith("（线）")
    assert all("/tiles" not in link["href"] for link in one["links"])
    for link in one["links"]:
        path = link["href"].removeprefix("http://localhost")
        assert client.get(path, headers={"Accept": link["type"]}).status_code == 200, path
    listed = client.get("/ogc/collections?f=json").get_json()["collections"]
    assert not any("." in item["id"] for item in listed)


def test_an_item_is_found_in_the_collection_of_its_shape_alone(client: FlaskClient, atlas: Atlas):
    feature = next(
        f for f in atlas.query(Query(layer=MIXED, registered=False)).items if f.geometry.geom_type == "Point"
    )
    assert client.get(f"/ogc/collections/{MIXED}.point/items/{feature.id}?f=json").status_code == 200
    assert client.get(f"/ogc/collections/{MIXED}.area/items/{feature.id}?f=json").status_code == 404


@pytest.mark.parametrize(
    "name",
    ["features.area", "targets.point", f"{MIXED}.volume", f"{MIXED}.", f"{MIXED}.area.line", ".area", "."],
)
def test_there_are_no_other_parts(client: FlaskClient, name: str):
    assert client.get(f"/ogc/collections/{name}/items?f=json").status_code == 404


def test_tiles_are_not_made_by_shape(client: FlaskClient):
    answer = client.get(f"/ogc/collections/{MIXED}.area/tiles?f=json")
    assert answer.status_code == 404
    assert "请用数据集 hedong-14-projects" in answer.get_data(as_text=True)
