"""The GeoJSON interface: RFC 7946, counts, links, caching, and refusals in one sentence."""

from __future__ import annotations

import gzip
import json
from itertools import pairwise
from typing import Any

import pytest
import shapely
from flask.testing import FlaskClient

from app.atlas.store import Atlas
from app.places.measure import distance_m

EVERY_STORE = True
PROPERTIES = {
    *("id", "name", "aliases", "kind", "theme", "layer", "plan", "district", "system", "status"),
    *("method", "certainty", "tolerance_m", "evidence", "passages", "targets", "findings"),
    *("stated_area_km2", "computed_area_km2", "stated_length_km", "computed_length_km"),
}


def signed_area(ring: list[list[float]]) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring)) / 2


def polygons(geometry: dict[str, Any] | None) -> list[list[list[list[float]]]]:
    if geometry is None:
        return []
    if geometry["type"] == "Polygon":
        return [geometry["coordinates"]]
    if geometry["type"] == "MultiPolygon":
        return list(geometry["coordinates"])
    if geometry["type"] == "GeometryCollection":
        return [polygon for part in geometry["geometries"] for polygon in polygons(part)]
    return []


def test_all_features_are_rfc_7946(client: FlaskClient, atlas: Atlas):
    data = client.get("/features.geojson?limit=10000").get_json(force=True)
    assert data["type"] == "FeatureCollection"
    assert "crs" not in data
    assert data["numberMatched"] == data["numberReturned"] == len(data["features"]) == len(atlas)
    assert len({feature["id"] for feature in data["features"]}) == len(atlas)
    for feature in data["features"]:
        assert feature["type"] == "Feature"
        assert "crs" not in feature
        assert feature["id"] == feature["properties"]["id"]
        assert set(feature["properties"]) >= PROPERTIES, feature["id"]
        if feature["geometry"] is None:
            assert feature["properties"]["certainty"] == "none"
            continue
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        assert shape.is_valid, feature["id"]
        west, south, east, north = feature["bbox"]
        assert 116.7 <= west <= east <= 118.1, feature["id"]  # longitude first
        assert 38.4 <= south <= north <= 40.3, feature["id"]
        for outer, *holes in polygons(feature["geometry"]):
            assert outer[0] == outer[-1]
            assert signed_area(outer) > 0, f"{feature['id']}: an outer ring is counter-clockwise"
            assert all(signed_area(hole) < 0 for hole in holes), feature["id"]


def test_a_feature_alone_is_the_one_of_the_collection_and_carries_the_credit(client: FlaskClient):
    alone = client.get("/features/heping-13-wudadao.geojson").get_json(force=True)
    page = client.get("/features.geojson", query_string={"q": "五大道小洋楼"}).get_json(force=True)
    (same,) = [feature for feature in page["features"] if feature["id"] == "heping-13-wudadao"]
    assert {key: alone[key] for key in same} == same
    for answer in (alone, page, client.get("/layers/heping-13-zones.geojson").get_json(force=True)):
        assert "OpenStreetMap" in answer["attribution"]
        assert answer["licence"] == "ODbL-1.0"
        assert answer["dataVersion"]


def test_pages_follow_each_other_to_the_end(client: FlaskClient):
    address, seen = "/features.geojson?plan=heping-13&limit=50", []
    while address:
        response = client.get(address)
        data = response.get_json(force=True)
        assert data["numberReturned"] == len(data["features"]) <= 50
        seen += [feature["id"] for feature in data["features"]]
        links = {link["rel"]: link["href"] for link in data["links"]}
        assert links["self"].endswith(address.removeprefix("http://localhost"))
        assert ('rel="next"' in response.headers["Link"]) == ("next" in links)
        address = links.get("next", "")
    assert len(seen) == len(set(seen)) == data["numberMatched"]
    assert "prev" in links


def test_a_page_past_the_end_is_empty_and_leads_back(client: FlaskClient):
    data = client.get("/features.geojson?offset=100000").get_json(force=True)
    assert data["features"] == []
    assert data["numberMatched"] > 0
    assert [link["rel"] for link in data["links"]] == ["self", "prev"]


def test_a_bbox_gives_what_it_touches(client: FlaskClient, atlas: Atlas):
    box = (117.19, 39.10, 117.21, 39.12)
    data = client.get(f"/features.geojson?bbox={','.join(map(str, box))}&limit=10000").get_json(force=True)
    wanted = {f.id for f in atlas if f.geometry is not None and f.geometry.intersects(shapely.box(*box))}
    assert wanted
    assert {feature["id"] for feature in data["features"]} == wanted


def test_a_bbox_in_the_sea_gives_nothing(client: FlaskClient):
    data = client.get("/features.geojson?bbox=-10,-10,-9,-9").get_json(force=True)
    assert data["features"] == []
    assert data["numberMatched"] == 0


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("bbox=1,2,3", "收到 3 个数"),
        ("bbox=a,b,c,d", "不是数字"),
        ("bbox=117,39,nan,40", "不是有限的数"),
        ("bbox=117,39,inf,40", "不是有限的数"),
        ("bbox=39,117,40,118", "先经度后纬度"),
        ("bbox=118,39,117,40", "西不能大于东"),
        ("bbox=117,40,118,39", "南不能大于北"),
        ("bbox=117,39,118,40&bbox=1,2,3,4", "只能给出一次"),
        ("limit=0", "limit 应为 1 到"),
        ("limit=-1", "limit 应为 1 到"),
        ("limit=1e3", "limit 应为 1 到"),
        ("limit=１０", "limit 应为 1 到"),
        ("limit=99999999999999999999", "limit 应为 1 到"),
        ("offset=x", "offset 应为 0 到"),
        ("plan=heping-15", "plan=heping-15 不存在"),
        ("layer=none", "layer=none 不存在"),
        ("kind=castle", "kind=castle 不存在"),
        ("bboxx=1,2,3,4", "未知参数 bboxx"),
        ("q=" + "五" * 101, "参数 q 过长"),
        ("q=%00", "空字符"),
    ],
)
def test_a_bad_parameter_is_refused_with_one_sentence(client: FlaskClient, query: str, words: str):
    response = client.get(f"/features.geojson?{query}")
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    problem = response.get_json(force=True)
    assert problem["status"] == 400
    assert words in problem["detail"]
    page = client.get(f"/features?{query}")
    assert page.status_code == 400
    assert page.mimetype == "text/html"
    assert words in page.text


@pytest.mark.parametrize(
    "address",
    [
        "/features/none.geojson",
        "/layers/none.geojson",
        "/map/none.geojson",
        "/data/x/tiles/13/8192/0.mvt",
        "/none.json",
    ],
)
def test_an_unknown_id_is_404_as_a_problem(client: FlaskClient, address: str):
    response = client.get(address)
    assert response.status_code == 404
    assert response.mimetype == "application/problem+json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.get_json(force=True)["detail"].endswith("。") or "；" in response.text


@pytest.mark.parametrize(
    "address", ["/features/none", "/layers/none", "/?feature=none", "/none", "/features/"]
)
def test_an_unknown_id_is_404_as_a_page_for_people(client: FlaskClient, address: str):
    response = client.get(address)
    assert response.status_code == 404
    assert response.mimetype == "text/html"
    assert "回到地图" in response.text


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/about",
        "/register",
        "/layers",
        "/layers.json",
        "/search.json",
        "/features/heping-13-wudadao.geojson",
    ],
)
def test_unknown_parameters_are_refused_everywhere(client: FlaskClient, address: str):
    response = client.get(f"{address}?colour=red")
    assert response.status_code == 400
    assert "未知参数 colour" in response.get_data(as_text=True)


def test_a_moved_id_is_sent_on_for_good(nasty_client: FlaskClient, victim: str):
    for address, target in (
        ("/features/heping-13-old-name", f"/features/{victim}"),
        ("/features/heping-13-old-name.geojson", f"/features/{victim}.geojson"),
        ("/features/heping-13-old-name/panel", f"/features/{victim}/panel"),
        ("/?feature=heping-13-old-name", f"/?feature={victim}"),
    ):
        response = nasty_client.get(address)
        assert (response.status_code, response.headers["Location"]) == (301, target)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(client: FlaskClient, method: str):
    response = client.open("/features.geojson", method=method)
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_an_unchanged_answer_is_304(client: FlaskClient):
    for address in (
        "/features.geojson?plan=heping-13",
        "/layers/heping-13-zones.geojson",
        "/data/x/tiles/12/3381/1563.mvt",
    ):
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304, address
        assert again.data == b""
        other = client.get(address, headers={"If-None-Match": 'W/"other"'})
        assert other.status_code == 200


def test_big_answers_are_gzipped_where_taken(client: FlaskClient):
    plain = client.get("/layers/heping-13-zones.geojson")
    packed = client.get("/layers/heping-13-zones.geojson", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 3
    refused = client.get("/layers/heping-13-zones.geojson", headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers


def test_other_origins_may_read_data_but_not_pages(client: FlaskClient):
    for address in (
        "/features.geojson",
        "/layers.json",
        "/search.json?q=海河",
        "/layers/heping-13-zones.geojson",
    ):
        assert client.get(address).headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in client.get("/").headers


def test_a_head_request_has_the_headers_of_the_answer(client: FlaskClient):
    response = client.head("/features.geojson")
    assert response.status_code == 200
    assert response.headers["ETag"]
    assert response.data == b""


def test_layers_hold_every_feature_once(client: FlaskClient, atlas: Atlas):
    rows = client.get("/layers.json").get_json()["layers"]
    seen: list[str] = []
    for row in rows:
        data = client.get(f"/layers/{row['id']}.geojson").get_json(force=True)
        assert data["numberReturned"] == row["count"] == len(data["features"])
        located = [feature for feature in data["features"] if feature["geometry"] is not None]
        assert len(located) == row["located"]
        seen += [feature["id"] for feature in data["features"]]
    assert sorted(seen) == sorted(feature.id for feature in atlas)


def test_what_the_map_draws_is_slim_and_located(client: FlaskClient, atlas: Atlas):
    full = client.get("/layers/binhai-14-zones.geojson").data
    response = client.get("/map/binhai-14-zones.geojson")
    data = response.get_json(force=True)
    assert len(response.data) < len(full) / 2
    assert {f["id"] for f in data["features"]} == {
        f.id for f in atlas if f.layer == "binhai-14-zones" and f.geometry is not None
    }
    for feature in data["features"]:
        assert set(feature["properties"]) == {
            "id", "name", "theme", "certainty", "method", "level", "kind", "status", "district", "system",
            "due", "label", "size",
        }  # fmt: skip
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        assert shape.distance(shapely.Point(feature["properties"]["label"])) < 1e-5


def test_search_suggests_the_zone_of_each_plan(client: FlaskClient):
    def places(query: str) -> list[dict]:
        return client.get(f"/search.json?{query}").get_json()["groups"][0]["rows"]

    hits = places("q=五大道")
    assert "heping-13-wudadao" in {hit["id"] for hit in hits}
    assert all(hit["url"] == f"/features/{hit['id']}" for hit in hits)
    assert len(places("q=五大道&limit=2")) == 2
    assert places("q=") == places("") == []
    assert client.get("/search.json?limit=0").status_code == 400


def test_the_backdrop_has_what_one_finds_ones_way_by(atlas: Atlas):
    streets = {"streets-all", "streets-major"}
    names = {"towns", "waters", "landmarks"}
    assert set(atlas.backdrops) == {"districts", "land", "rivers", "stations"} | streets | names
    for name in atlas.backdrops:
        assert json.loads(atlas.backdrop(name))["features"], name
    names = {f["properties"].get("name") for f in json.loads(atlas.backdrop("districts"))["features"]}
    assert {"和平区", "河东区", "滨海新区"} <= names
    streets = {f["properties"]["name"] for f in json.loads(atlas.backdrop("streets-major"))["features"]}
    assert {"南京路", "津滨大道"} <= streets
    assert "海河" in {f["properties"]["name"] for f in json.loads(atlas.backdrop("rivers"))["features"]}


def test_no_river_leaps_across_country(atlas: Atlas):
    for river in json.loads(atlas.backdrop("rivers"))["features"]:
        geometry = shapely.from_geojson(json.dumps(river["geometry"]))
        for part in shapely.get_parts(geometry):
            steps = [
                distance_m(shapely.Point(a), shapely.Point(b))
                for a, b in pairwise(shapely.get_coordinates(part))
            ]
            # simplified stretches may join several short steps of a straight course
            assert max(steps) < 6000, river["properties"]["name"]


def test_the_backdrop_has_the_known_station_in_its_place(atlas: Atlas):
    stations = json.loads(atlas.backdrop("stations"))["features"]
    places = [f["geometry"]["coordinates"] for f in stations if f["properties"]["name"] == "天津站"]
    assert any(abs(lon - 117.2042) < 0.003 and abs(lat - 39.1353) < 0.003 for lon, lat in places)


def test_a_spot_known_only_by_its_surroundings_is_drawn_as_a_symbol_with_an_extent(
    client: FlaskClient, atlas: Atlas
):
    vague = next(
        feature
        for feature in atlas
        if feature.properties["certainty"] == "indicative"
        and feature.properties["kind"] == "project"
        and feature.geometry is not None
        and feature.geometry.geom_type == "Polygon"
    )
    drawn = client.get(f"/map/{vague.layer}.geojson").get_json(force=True)["features"]
    (slim,) = [feature for feature in drawn if feature["id"] == vague.id]
    assert slim["geometry"]["type"] == "Point"
    assert slim["extent"]["type"] == "Polygon"
    whole = client.get(f"/features/{vague.id}.geojson").get_json(force=True)
    assert whole["geometry"]["type"] == "Polygon"  # what is taken away is the whole area
