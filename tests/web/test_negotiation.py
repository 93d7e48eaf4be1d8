"""One rule for people and programs: a bare address answers as its twin, for who asks so."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web.negotiation import TYPES, twins

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
VALUES = {
    "plan_id": "heping-13",
    "feature_id": "heping-13-wudadao",
    "layer_id": "heping-13-zones",
    "target_id": "heping-13:5405-5408",
}
QUERIES = {"/search": "q=五大道"}


def addresses(app: Flask, client: FlaskClient) -> list[tuple[str, tuple[str, ...]]]:
    """Every bare address that has twins, with real ids in it."""
    row = client.get("/plans/heping-13/passages.json?limit=1").json["passages"][0]
    values = VALUES | {"start": str(row["start"]), "end": str(row["end"])}
    return [
        (re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values[found[1]], rule), formats)
        for rule, formats in twins(app).items()
    ]


def test_the_resources_of_the_api_have_twins(app: Flask) -> None:
    table = twins(app)
    for rule in (
        "/plans", "/plans/<plan_id>", "/plans/<plan_id>/outline", "/plans/<plan_id>/passages", "/passages",
        "/indicators", "/targets", "/lineage", "/compare", "/search", "/findings", "/register", "/coverage",
        "/layers",
    ):  # fmt: skip
        assert "json" in table[rule], rule
    assert table["/features"] == ("geojson",)


def test_every_bare_address_answers_as_its_twin_to_who_asks(app: Flask, client: FlaskClient) -> None:
    found = addresses(app, client)
    answered = 0
    for bare, formats in found:
        query = QUERIES.get(bare, "")
        for name in formats:
            twin = client.get(f"{bare}.{name}?{query}")
            answered += twin.status_code == 200  # some cannot be asked nothing
            for answer in (
                client.get(f"{bare}?{query}&f={name}"),
                client.get(f"{bare}?{query}", headers={"Accept": TYPES[name]}),
            ):
                assert answer.status_code == twin.status_code, bare
                assert answer.data == twin.data
                assert answer.content_type == twin.content_type
                assert answer.headers.get("ETag") == twin.headers.get("ETag")
                assert answer.headers["Content-Location"].startswith(f"{bare}.{name}")
                assert "Accept" in answer.vary
    assert answered > 15


def test_browsers_and_who_asks_for_nothing_get_the_page(app: Flask, client: FlaskClient) -> None:
    for bare, _ in addresses(app, client):
        query = QUERIES.get(bare, "")
        for answer in (
            client.get(f"{bare}?{query}", headers={"Accept": BROWSER}),
            client.get(f"{bare}?{query}", headers={"Accept": "*/*"}),
            client.get(f"{bare}?{query}"),
            client.get(f"{bare}?{query}&f=html", headers={"Accept": "application/json"}),
        ):
            assert answer.mimetype == "text/html", bare
            assert answer.status_code == client.get(f"{bare}?{query}").status_code
            assert "Accept" in answer.vary
            assert "Content-Security-Policy" in answer.headers


def test_geojson_is_json_too(client: FlaskClient) -> None:
    for answer in (
        client.get("/features?f=json&limit=2"),
        client.get("/features?limit=2", headers={"Accept": "application/json, text/html;q=0.5"}),
    ):
        assert answer.mimetype == "application/geo+json"
        assert answer.json["numberReturned"] == 2


def test_links_lead_on_in_the_same_format(client: FlaskClient) -> None:
    answer = client.get("/targets?limit=5&plan=hedong-14&f=json")
    (link,) = [link for link in answer.json["links"] if link["rel"] == "next"]
    assert "/targets.json?" in link["href"]
    behind = client.get(link["href"])
    assert behind.json["numberReturned"] == 5
    assert {row["plan"] for row in behind.json["targets"]} == {"hedong-14"}
    assert "f=" not in link["href"]


def test_a_renamed_feature_keeps_the_format(nasty_client: FlaskClient, victim: str) -> None:
    answer = nasty_client.get("/features/heping-13-old-name", headers={"Accept": "application/json"})
    assert answer.status_code == 301
    assert answer.location == f"/features/{victim}.geojson"


def test_what_is_known_already_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/plans.json").headers["ETag"]
    answer = client.get("/plans", headers={"Accept": "application/json", "If-None-Match": tag})
    assert (answer.status_code, answer.data) == (304, b"")


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/plans?f=csv", "可用的有：html、json"),
        ("/register?f=xml", "可用的有：html、json、csv"),
        ("/register?f=csv&f=json", "只能给出一次"),
        ("/about?f=json", "未知参数 f"),
        ("/plans.json?f=json", "未知参数 f"),
        ("/plans?f=", "f= 不可用"),
    ],
)
def test_what_is_not_offered_is_refused_with_a_sentence(
    client: FlaskClient, address: str, sentence: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == 400
    assert sentence in answer.text


@pytest.mark.parametrize(
    "address", ["/nowhere", "/plans/none", "/targets?foo=1", "/features/none", "/about?x=1"]
)
def test_errors_come_as_they_are_asked_for(client: FlaskClient, address: str) -> None:
    data = client.get(address, headers={"Accept": "application/json"})
    assert data.mimetype == "application/problem+json"
    assert data.json["status"] == data.status_code >= 400
    page = client.get(address, headers={"Accept": BROWSER})
    assert (page.status_code, page.mimetype) == (data.status_code, "text/html")


def test_an_english_answer_by_way_of_its_twin_says_that_it_is(client: FlaskClient) -> None:
    for address in ("/plans?lang=en", "/plans?f=html&lang=en", "/features?lang=en&f=html"):
        page = client.get(address)
        assert '<html lang="en"' in page.text, address
        assert page.headers["Content-Language"] == "en", address
    assert client.get("/plans?f=html").headers["Content-Language"] == "zh-CN"
