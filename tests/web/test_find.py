"""The search page and its data."""

from __future__ import annotations

from flask.testing import FlaskClient


def test_the_page_groups_what_it_finds_and_marks_the_words(client: FlaskClient) -> None:
    page = client.get("/search", query_string={"q": "五大道"})
    assert page.status_code == 200
    for heading in ("地点", "章节", "原文"):
        assert f"<h2>{heading}</h2>" in page.text
    assert "<mark>五大道</mark>" in page.text
    assert "/?feature=heping-13-wudadao" in page.text


def test_the_data_lead_to_the_passage(client: FlaskClient) -> None:
    found = client.get("/search/all.json", query_string={"q": "亿元税收楼宇超过12栋"}).json
    assert found["text_count"] == 1
    (hit,) = found["texts"]
    assert hit["plan"] == "heping-13"
    assert client.get(hit["url"]).status_code == 200


def test_an_empty_and_a_hopeless_query(client: FlaskClient) -> None:
    assert client.get("/search").status_code == 200
    assert "没有找到" in client.get("/search", query_string={"q": "乌兰巴托"}).text


def test_nothing_in_a_query_becomes_markup(client: FlaskClient) -> None:
    page = client.get("/search", query_string={"q": "<script>alert(1)</script>"})
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text


def test_limits_and_unknown_parameters(client: FlaskClient) -> None:
    assert client.get("/search", query_string={"q": "道" * 101}).status_code == 400
    assert client.get("/search?query=x").status_code == 400
    assert client.get("/search/all.json?q=x&page=2").status_code == 400
