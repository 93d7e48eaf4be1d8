"""The services over HTTP: refusals, headers, caching, pages that nothing can break out of."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.atlas.store import Atlas
from tests.web.conftest import NASTY

ITEMS = "/ogc/collections/features/items"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ogc/nothing", 404),
        ("/ogc/collections/nowhere", 404),
        ("/ogc/collections/nowhere/items", 404),
        ("/ogc/collections/../../etc/passwd", 404),
        ("/ogc/collections/%00/items", 404),
        ("/ogc/collections/features/items/nothing", 404),
        ("/ogc/collections/heping-13-zones/items/binhai-14-nothing", 404),
        ("/ogc/collections/targets/tiles", 404),
        ("/ogc/tiles/WorldCRS84Quad", 404),
        ("/ogc/tiles/WebMercatorQuad/1/2/0", 404),
        ("/ogc/tiles/WebMercatorQuad/a/b/c", 404),
        ("/ogc/tiles/WebMercatorQuad/0/0/0?f=png", 400),
        ("/ogc?nope=1", 400),
        ("/ogc?f=xml", 400),
        ("/ogc?f=json&f=html", 400),
        ("/ogc/conformance?limit=1", 400),
        ("/ogc/collections?bbox=1,2,3,4", 400),
        ("/ogc/tiles/WebMercatorQuad/0/0/0?limit=1", 400),
        (f"{ITEMS}?nope=1", 400),
        (f"{ITEMS}?f=gml", 400),
        (f"{ITEMS}?limit=0", 400),
        (f"{ITEMS}?bbox=1,2,3", 400),
        (f"{ITEMS}?filter=name", 400),
        (f"{ITEMS}/heping-13-wudadao?crs=EPSG:1", 400),
        (f"{ITEMS}/heping-13-wudadao?properties=name", 400),
    ],
)
def test_refusals_are_problems_of_one_sentence(client: FlaskClient, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    body = response.get_json(force=True)
    assert body["status"] == status
    assert body["detail"].endswith("。")
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_a_browser_gets_refusals_as_pages(client: FlaskClient) -> None:
    for response in (
        client.get("/ogc/collections/nowhere?f=html"),
        client.get(f"{ITEMS}?limit=0", headers={"Accept": "text/html"}),
    ):
        assert response.status_code in (400, 404)
        assert response.mimetype == "text/html"
        assert "<h1>" in response.text


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client: FlaskClient, method: str) -> None:
    response = getattr(client, method)(ITEMS, json={"type": "Feature"})
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_what_attacks_a_page_stays_text(nasty_client: FlaskClient, victim: str) -> None:
    for path in (
        "/ogc?f=html",
        "/ogc/collections?f=html",
        f"{ITEMS}?f=html&limit=10000",
        f"{ITEMS}/{victim}?f=html",
        "/ogc/collections/heping-13-zones?f=html",
        "/ogc/collections/heping-13-zones/queryables?f=html",
        "/ogc/tiles/WebMercatorQuad?f=html",
        f"{ITEMS}?f=html&name=%3Cscript%3Ealert(1)%3C/script%3E",
    ):
        text = nasty_client.get(path).text
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path
    stored = nasty_client.get(f"{ITEMS}/{victim}").get_json(force=True)
    assert stored["properties"]["name"] == NASTY


@pytest.mark.parametrize(
    "path",
    [
        "/ogc",
        "/ogc/api",
        "/ogc/collections",
        "/ogc/collections/features/schema",
        f"{ITEMS}?limit=3",
        f"{ITEMS}?limit=3&crs=http://www.opengis.net/def/crs/EPSG/0/4548",
        f"{ITEMS}/heping-13-wudadao",
        "/ogc/collections/targets/items?limit=3",
        "/ogc/tiles/WebMercatorQuad/10/390/845",
        "/ogc/tiles/WebMercatorQuad/10/0/0",
    ],
)
def test_answers_can_be_kept_and_asked_for_again(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    assert first.status_code in (200, 204)
    tag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    for headers in (
        {"If-None-Match": tag},
        {"If-None-Match": f'"other", {tag}'},
        {"If-None-Match": "*"},
        {"If-Modified-Since": modified},
        {"If-None-Match": tag, "If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
    ):
        again = client.get(path, headers=headers)
        assert again.status_code == 304, headers
        assert again.data == b""
        assert again.headers["ETag"] == tag
        assert again.headers["Access-Control-Allow-Origin"] == "*"
    for headers in (
        {"If-None-Match": 'W/"other"'},
        {"If-None-Match": 'W/"other"', "If-Modified-Since": modified},
        {"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"If-Modified-Since": "nonsense"},
    ):
        assert client.get(path, headers=headers).data == first.data, headers
    head = client.head(path)
    assert head.data == b""
    assert (head.status_code, head.headers["ETag"]) == (first.status_code, tag)
    assert head.headers["Content-Type"] == first.headers["Content-Type"]


def test_a_wrong_question_is_never_called_unchanged(client: FlaskClient) -> None:
    assert client.get(f"{ITEMS}?limit=0", headers={"If-None-Match": "*"}).status_code == 400


def test_other_questions_have_other_tags(client: FlaskClient) -> None:
    paths = (f"{ITEMS}?limit=1", f"{ITEMS}?limit=2", f"{ITEMS}?limit=1&offset=1", "/ogc", "/ogc/collections")
    assert len({client.get(path).headers["ETag"] for path in paths}) == len(paths)
    here, there = (client.get("/ogc", headers={"Host": host}) for host in ("a.example", "b.example"))
    assert here.headers["ETag"] != there.headers["ETag"]
    assert "http://a.example/ogc/api" in here.text


def test_a_packed_answer_is_the_same_answer(client: FlaskClient) -> None:
    import gzip

    plain, packed = client.get(ITEMS), client.get(ITEMS, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] == plain.headers["ETag"]


def test_pages_of_any_origin_may_read(client: FlaskClient) -> None:
    asked = client.options(
        ITEMS, headers={"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    )
    assert asked.status_code == 200
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in asked.headers["Access-Control-Allow-Methods"]
    assert "POST" not in asked.headers["Access-Control-Allow-Methods"]
    read = client.get(ITEMS, headers={"Origin": "https://example.org"})
    exposed = read.headers["Access-Control-Expose-Headers"]
    assert {"Link", "Content-Crs", "ETag"} <= {name.strip() for name in exposed.split(",")}


def test_links_stand_in_the_header_as_in_the_answer(client: FlaskClient) -> None:
    response = client.get(f"{ITEMS}?limit=2&offset=2&sortby=-name&filter=kind%20%3D%20'zone'")
    body = response.get_json(force=True)
    header = {part.split(">")[0].strip(" <"): part for part in response.headers["Link"].split(", <")}
    for link in body["links"]:
        assert f'rel="{link["rel"]}"' in header[link["href"]]
    following = next(link["href"] for link in body["links"] if link["rel"] == "next")
    again = client.get(following).get_json(force=True)
    assert again["numberMatched"] == body["numberMatched"]
    names = [f["properties"]["name"] for f in body["features"] + again["features"]]
    assert names == sorted(names, reverse=True)
    assert len({f["id"] for f in body["features"] + again["features"]}) == 4


def test_a_page_in_stored_form_is_the_stored_bytes(client: FlaskClient, atlas: Atlas) -> None:
    body = client.get(f"{ITEMS}?limit=50").data
    assert b",".join(feature.geojson for feature in list(atlas)[:50]) in body


def test_a_choice_of_properties_leaves_the_geometry_as_it_is(client: FlaskClient, atlas: Atlas) -> None:
    found = client.get(f"{ITEMS}?limit=10000&properties=name,tolerance_m,aliases").get_json(force=True)[
        "features"
    ]
    for feature, sent in zip(atlas, found, strict=True):
        own = json.loads(feature.geojson)
        assert sent["geometry"] == own["geometry"]
        assert sent["properties"] == {
            key: own["properties"][key] for key in ("name", "tolerance_m", "aliases")
        }
    none = client.get(f"{ITEMS}?limit=1&properties=").get_json(force=True)["features"][0]
    assert none["properties"] == {}


def test_what_is_absent_is_sorted_last_either_way(client: FlaskClient) -> None:
    for sign in ("", "-"):
        found = client.get(f"{ITEMS}?limit=10000&properties=tolerance_m&sortby={sign}tolerance_m,id")
        values = [f["properties"]["tolerance_m"] for f in found.get_json(force=True)["features"]]
        present = [value for value in values if value is not None]
        assert values == sorted(present, reverse=sign == "-") + [None] * (len(values) - len(present))
        assert None in values


@pytest.mark.parametrize("name", ["passages", "targets", "indicators"])
def test_rows_without_a_place_are_items_too(client: FlaskClient, atlas: Atlas, name: str) -> None:
    home = f"/ogc/collections/{name}/items"
    body = client.get(f"{home}?limit=10000").get_json(force=True)
    ids = [feature["id"] for feature in body["features"]]
    assert len(ids) == len(set(ids)) == body["numberMatched"]
    assert all(feature["geometry"] is None for feature in body["features"])
    if name == "passages":
        expected = {p["id"] for feature in atlas for p in feature.properties["passages"]}
    else:
        expected = {row["id"] for row in getattr(atlas, name)}
    assert set(ids) == expected
    one = client.get(f"{home}/{ids[3]}").get_json(force=True)
    assert one["properties"] == body["features"][3]["properties"]
    plan = body["features"][0]["properties"]["plan"]
    only = client.get(f"{home}?plan={plan}&limit=10000").get_json(force=True)["features"]
    assert {feature["properties"]["plan"] for feature in only} == {plan}
    assert client.get(f"{home}?bbox=117,39,118,40").get_json(force=True)["numberMatched"] == 0


def test_passages_are_the_words_of_the_text(client: FlaskClient) -> None:
    rows = client.get("/ogc/collections/passages/items?limit=10000").get_json(force=True)["features"]
    texts: dict[str, str] = {}
    for row in rows:
        values = row["properties"]
        plan = values["plan"]
        if plan not in texts:
            texts[plan] = client.get(f"/plans/{plan}/text").text
        assert texts[plan][values["start"] : values["end"]] == values["exact"]


def test_an_id_that_moved_leads_to_the_new_one(nasty_client: FlaskClient, victim: str) -> None:
    response = nasty_client.get(f"{ITEMS}/heping-13-old-name?crs=http://www.opengis.net/def/crs/EPSG/0/4548")
    assert response.status_code == 301
    assert response.headers["Location"].endswith(
        f"/items/{victim}?crs=http%3A%2F%2Fwww.opengis.net%2Fdef%2Fcrs%2FEPSG%2F0%2F4548"
    )


def test_a_feature_of_another_layer_is_not_an_item(client: FlaskClient, atlas: Atlas) -> None:
    feature = next(iter(atlas))
    other = next(row["id"] for row in atlas.layers if row["id"] != feature.layer)
    assert client.get(f"/ogc/collections/{feature.layer}/items/{feature.id}").status_code == 200
    assert client.get(f"/ogc/collections/{other}/items/{feature.id}").status_code == 404


def test_the_limits_are_the_settings(atlas_path: Any) -> None:
    app: Flask = create_app({"TESTING": True, "ATLAS_FILE": atlas_path, "PAGE_LIMIT": 2, "PAGE_LIMIT_MAX": 3})
    client = app.test_client()
    assert client.get(ITEMS).get_json(force=True)["numberReturned"] == 2
    assert client.get(f"{ITEMS}?limit=5").get_json(force=True)["numberReturned"] == 3
    limit = client.get("/ogc/api").get_json(force=True)["components"]["parameters"]["limit"]["schema"]
    assert (limit["default"], limit["maximum"]) == (2, 3)


def test_a_new_atlas_has_new_tags(app: Flask, atlas: Atlas, client: FlaskClient) -> None:
    from app.settings import load_settings
    from app.web import register

    newer = Atlas.__new__(Atlas)
    newer.__dict__.update(atlas.__dict__, version="another")
    other = Flask("app")
    other.config.from_mapping(load_settings({}), TESTING=True)
    register(other, lambda: newer)
    old = client.get(f"{ITEMS}?limit=1")
    new = other.test_client().get(f"{ITEMS}?limit=1", headers={"If-None-Match": old.headers["ETag"]})
    assert new.status_code == 200
    assert new.get_json(force=True)["dataVersion"] == "another"


def test_pages_link_to_the_atlas_own_pages(client: FlaskClient, atlas: Atlas) -> None:
    feature = next(iter(atlas))
    assert f'/features/{feature.id}"' in client.get(f"{ITEMS}?f=html").text
    assert f'href="/layers/{feature.layer}"' in client.get("/ogc/collections?f=html").text
    assert "/plans/" in client.get("/ogc/collections/passages/items?f=html").text


@pytest.mark.parametrize(
    ("shape", "word", "kinds"),
    [
        ("area", "geometry-polygon-or-multipolygon", {"Polygon", "MultiPolygon"}),
        ("line", "geometry-linestring-or-multilinestring", {"LineString", "MultiLineString"}),
        ("point", "geometry-point-or-multipoint", {"Point", "MultiPoint"}),
    ],
)
def test_a_layer_can_be_had_by_shape(
    client: FlaskClient, atlas: Atlas, shape: str, word: str, kinds: set[str]
) -> None:
    for layer in atlas.layers:
        home = f"/ogc/collections/{layer['id']}.{shape}"
        expected = [
            f.id
            for f in atlas
            if f.layer == layer["id"] and f.geometry is not None and f.geometry.geom_type in kinds
        ]
        found = client.get(f"{home}/items?limit=10000").get_json(force=True)["features"]
        assert [feature["id"] for feature in found] == expected
    assert client.get(f"{home}/schema").get_json(force=True)["properties"]["geometry"]["format"] == word
    assert client.get("/ogc/collections/features.area").status_code == 404
    assert client.get(f"/ogc/collections/{layer['id']}.volume").status_code == 404


def test_pages_of_items_have_chinese_titles(client: FlaskClient) -> None:
    text = client.get(f"{ITEMS}/heping-13-wudadao?f=html").text
    for title in ("编号", "名称", "类别", "确定程度", "落图依据", "原文段落"):
        assert f'<th scope="row">{title}</th>' in text


def test_a_query_that_is_no_utf_8_has_a_page_too(client: FlaskClient) -> None:
    environ = {"QUERY_STRING": "f=html&q=\xff"}
    page = client.get("/ogc/collections/features/items", environ_overrides=environ)
    assert page.status_code == 200
    assert "/ogc/collections/features/items?f=json&amp;q=%25FF" in page.text
