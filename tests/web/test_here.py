"""Questions about ground through the web: sheet, GeoJSON, CSV, and what is refused."""

from __future__ import annotations

import csv
import io
import re

import pytest
import shapely
from flask.testing import FlaskClient

from app.atlas.store import Atlas

SPOT = "117.195,39.113"
BOX = "117.19,39.11,117.20,39.12"
TRIANGLE = "POLYGON((117.19 39.11,117.20 39.11,117.20 39.12,117.19 39.11))"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("at=117.195", "经度,纬度"),
        ("at=北京,39", "经度,纬度"),
        ("at=nan,39.1", "有限"),
        ("at=39.113,117.195", "先经度后纬度"),
        ("at=117.195,39.113&bbox=117,39,117.1,39.1", "收到 2 个"),
        ("bbox=117,39,117,39.1", "没有面积"),
        ("wkt=POLYGON((117.19 39.11", "点、线或面"),
        ("wkt=GEOMETRYCOLLECTION(POINT(117.19 39.11))", "点、线或面"),
        ("wkt=POINT EMPTY", "点、线或面"),
        ("wkt=CIRCULARSTRING(117 39,118 40,119 41)", "点、线或面"),
        ("wkt=POINT(nan nan)", "有限"),
        ("wkt=POLYGON((117.19 39.11,117.2 39.12,117.2 39.11,117.19 39.12,117.19 39.11))", "不成立"),
        ("wkt=LINESTRING(" + ",".join(["117+39"] * 1001) + ")", "1001 个顶点"),
        (f"at={SPOT}&within=5001", "0 到 5000"),
        (f"at={SPOT}&plan=heping-99", "不存在"),
        (f"at={SPOT}&colour=red", "未知参数"),
    ],
)
def test_a_question_that_makes_no_sense_gets_one_sentence(
    client: FlaskClient, query: str, words: str
) -> None:
    answer = client.get(f"/here.geojson?{query}")
    assert answer.status_code == 400
    assert answer.content_type.startswith("application/problem+json")
    assert words in answer.get_json()["detail"]


def test_a_shape_is_no_longer_than_an_address_may_be(client: FlaskClient) -> None:
    answer = client.get("/here.geojson?wkt=" + "x" * 8_000)
    assert answer.status_code == 414
    assert "过长" in answer.get_json()["detail"]


def test_nothing_asked(client: FlaskClient) -> None:
    assert "收到 0 个" in client.get("/here.csv").text
    page = client.get("/here")
    assert page.status_code == 200
    assert "地图" in page.text


def test_a_feature_that_is_unknown_or_not_on_the_map(client: FlaskClient, atlas: Atlas) -> None:
    assert client.get("/here.geojson?feature=nowhere").status_code == 404
    registered = next(f for f in atlas if f.geometry is None)
    assert "没有落图" in client.get(f"/here.geojson?feature={registered.id}").get_json()["detail"]


def test_the_sheet_leads_from_the_spot_to_the_sentence(client: FlaskClient) -> None:
    page = client.get(f"/here?at={SPOT}").text
    assert 'href="/features/heping-13-wudadao"' in page
    assert "和平区" in page
    assert "可能适用" in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("bbox=117.19,39.11,117.20,39.12", r"<b>Drawn rectangle</b>, \d\d\.\d\d\sha: <b>"),
        (f"wkt={TRIANGLE}", r"<b>Drawn area</b>, \d\d\.\d\d\sha: <b>"),
        ("wkt=POINT(117.195 39.113)", r"<b>Chosen point</b>: <b>"),
        (
            "feature=heping-13-wudadao",
            '<b><span lang="zh-CN">五大道小洋楼历史文化体验区</span> <span class="pinyin" lang="zh-Latn">'
            r"Wǔ dà dào xiǎo yáng lóu lì shǐ wén huà tǐ yàn qū</span></b>, \d+\.\d\d\sha: <b>",
        ),
    ],
)
def test_the_sheet_in_english_says_what_was_asked(client: FlaskClient, query: str, said: str) -> None:
    page = client.get(f"/here?{query}&lang=en").text
    assert re.search(said, page)
    assert " features apply" in page
    assert "个要素适用" not in page


def test_one_feature_is_counted_as_one_in_english(client: FlaskClient) -> None:
    page = client.get("/here?feature=heping-13-wudadao&plan=heping-13&theme=zones&lang=en").text
    lead = page.split('class="lead">')[1].split("</p>")[0]
    count = int(lead.split(": <b>")[1].split("<")[0])
    assert ("feature applies" in lead) == (count == 1)
    page = client.get(f"/here?at={SPOT}&plan=heping-13&theme=zones&lang=en").text
    lead = page.split('class="lead">')[1].split("</p>")[0]
    assert "<b>1</b> feature applies" in lead


def test_data_of_an_answer_are_the_same_in_every_language(client: FlaskClient) -> None:
    for path in (f"/here.geojson?bbox={BOX}", f"/here.csv?bbox={BOX}", f"/here.geojson?at={SPOT}"):
        assert client.get(f"{path}&lang=en").data == client.get(path).data


def test_what_makes_no_sense_is_refused_in_english(client: FlaskClient) -> None:
    answer = client.get("/here.geojson?bbox=117,39,117,39.1&lang=en")
    assert answer.status_code == 400
    assert "bbox has no area" in answer.get_json()["detail"]


def test_geojson_and_csv_say_the_same(client: FlaskClient) -> None:
    data = client.get(f"/here.geojson?wkt={TRIANGLE}").get_json()
    table = client.get(f"/here.csv?wkt={TRIANGLE}").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert data["numberMatched"] == len(data["features"]) == len(rows) > 5
    assert [row["id"] for row in rows] == [feature["id"] for feature in data["features"]]
    assert data["ground"]["geometry"]["type"] == "Polygon"
    assert data["licence"]
    for feature in data["features"]:
        assert shapely.geometry.shape(feature["geometry"]).is_valid
        assert feature["properties"]["passage"]


def test_filters_narrow_the_answer(client: FlaskClient) -> None:
    every = client.get(f"/here.geojson?at={SPOT}").get_json()["features"]
    zones = client.get(f"/here.geojson?at={SPOT}&plan=heping-13&theme=zones").get_json()["features"]
    wanted = [
        f["id"]
        for f in every
        if (f["properties"]["plan"], f["properties"]["theme"]) == ("heping-13", "zones")
    ]
    assert [f["id"] for f in zones] == wanted
    assert wanted


def test_around_a_feature_is_without_the_feature(client: FlaskClient) -> None:
    near = client.get("/here.geojson?feature=heping-13-wudadao&within=300").get_json()
    ids = [feature["id"] for feature in near["features"]]
    assert "heping-13-wudadao" not in ids
    assert all(feature["properties"]["distance_m"] <= 300 for feature in near["features"])
    assert ids


def test_overlaps_of_two_layers(client: FlaskClient) -> None:
    query = "first=heping-13-zones&second=heping-14-zones"
    data = client.get(f"/overlaps.geojson?{query}").get_json()
    rows = list(csv.DictReader(io.StringIO(client.get(f"/overlaps.csv?{query}").data.decode("utf-8-sig"))))
    assert len(rows) == len(data["features"]) > 0
    assert rows[0]["first"].startswith("heping-13-")
    page = client.get(f"/overlaps?{query}").text
    assert rows[0]["first_name"] in page
    assert "公顷" in page


def test_overlaps_in_english(client: FlaskClient) -> None:
    page = client.get("/overlaps?first=heping-13-zones&second=heping-14-zones&lang=en").text
    main = page.split("<main")[1]
    assert "pairs of areas overlap." in main
    assert "Heping 14th Plan" in main
    assert "\u00a0ha</td>" in main
    assert "公顷" not in main
    assert '<input type="hidden" name="lang" value="en">' in main


@pytest.mark.parametrize("query", ["", "first=heping-13-zones", "first=heping-13-zones&second=x"])
def test_overlaps_needs_two_known_layers(client: FlaskClient, query: str) -> None:
    assert client.get(f"/overlaps.geojson?{query}").status_code == 400


def test_a_name_that_sounds_as_it_is_written_is_written_once(client: FlaskClient):
    page = client.get("/here?street=鞍山道,南京路&lang=en").text
    assert '<span lang="zh-CN">1322</span></a>' in page
    assert '<span lang="zh-CN">两个完成</span> <span class="pinyin"' in page


def test_a_point_shares_no_ground_so_its_tables_have_no_columns_for_that(client: FlaskClient) -> None:
    assert "占所问之处" not in client.get(f"/here?at={SPOT}").text
    assert "占所问之处" in client.get("/here", query_string={"wkt": TRIANGLE}).text
