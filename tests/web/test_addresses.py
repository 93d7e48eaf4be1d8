"""``/here?place=``: one meaning leads on, several are offered, none says what to do."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient


def test_one_meaning_leads_to_the_ground_itself(client: FlaskClient) -> None:
    answer = client.get("/here", query_string={"place": "鞍山道与南京路交口"})
    assert answer.status_code == 302
    page = client.get(answer.location)
    assert "<b>鞍山道与南京路交口</b>" in page.text
    data = client.get(answer.location.replace("/here?", "/here.geojson?")).get_json()
    assert data["ground"]["title"] == "鞍山道与南京路交口"
    assert data["features"]


def test_what_else_is_asked_goes_on(client: FlaskClient) -> None:
    asked = {"within": "500", "plan": "heping-14", "theme": "zones"}
    answer = client.get("/here", query_string={"place": "鞍山道与南京路交口", **asked})
    assert answer.status_code == 302
    given = parse_qs(urlsplit(answer.location).query)
    assert {name: given[name] for name in asked} == {name: [value] for name, value in asked.items()}
    page = client.get("/here", query_string={"place": "万达广场", **asked}).text
    assert page.count("within=500&amp;plan=heping-14&amp;theme=zones") >= 2


def test_several_meanings_are_offered_with_their_plan_or_district(client: FlaskClient) -> None:
    page = client.get("/here", query_string={"place": "万达广场"})
    assert page.status_code == 200
    for words in ("河东", "武清区", "请选一处"):
        assert words in page.text


def test_the_language_goes_on(client: FlaskClient) -> None:
    answer = client.get("/here", query_string={"place": "鞍山道与南京路交口", "lang": "en"})
    assert "lang=en" in answer.location
    page = client.get("/here", query_string={"place": "万达广场", "lang": "en"}).text
    assert "choose one" in page
    assert 'name="lang" value="en"' in page


def test_a_name_that_nothing_has_is_404_and_escaped(client: FlaskClient) -> None:
    page = client.get("/here", query_string={"place": '<script>"火星'})
    assert page.status_code == 404
    assert "<script>&" not in page.text
    assert "&lt;script&gt;&#34;火星" in page.text


def test_a_spot_is_called_by_its_name(client: FlaskClient) -> None:
    page = client.get("/here", query_string={"place": "瓷房子"}).text
    assert "at=117.19" in page  # the spot of the reference beside the plans' feature
    spot = next(part for part in page.split('"') if part.startswith("/here?at=117.19"))
    assert "<b>瓷房子（东经" in client.get(spot).text


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("street=月球路", 404, "没有叫“月球路”的道路"),
        ("street=鞍山道,月球路", 404, "没有叫“月球路”的道路"),
        ("street=鞍山道,洞庭路", 404, "没有交会"),
        ("street=鞍山道,南京路,贵州路", 400, "两条"),
        ("street=南京路&at=117.2,39.1", 400, "收到 2 个"),
        ("place=南京路", 400, "未知参数 place"),
    ],
)
def test_ground_by_street_is_read_strictly(client: FlaskClient, query: str, status: int, words: str) -> None:
    answer = client.get(f"/here.geojson?{query}")
    assert answer.status_code == status
    assert words in answer.get_json()["detail"]
