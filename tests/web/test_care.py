"""关怀版: chosen by a link, kept in a cookie, known to the first paint, and no way to another site."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/%0d%0aX: 1\r\nX: 1",
        "javascript:alert(1)",
        "features",
        "/" + "a" * 3000,
    ],
)
def test_it_leads_to_no_other_site(client: FlaskClient, back: str):
    answer = client.get("/care", query_string={"on": "true", "back": back})
    assert answer.status_code == 400
    assert "Set-Cookie" not in answer.headers
    assert "back" in answer.text


def test_other_parameters_and_values_are_refused(client: FlaskClient):
    assert client.get("/care?to=/features").status_code == 400
    assert client.get("/care?on=yes").status_code == 400


def test_the_choice_is_kept_and_taken_back_where_the_reader_was(client: FlaskClient):
    page = client.get("/features?q=五大道&plan=heping-13")
    assert 'class="care"' not in page.text
    assert "Cookie" in page.headers["Vary"]
    for on, words in ((True, "关怀版"), (False, "标准版")):
        page = client.get("/features?q=五大道&plan=heping-13")
        link = re.search(rf'href="([^"]+)"[^>]*>{words}</a>', page.text)
        assert link is not None
        answer = client.get(link[1].replace("&amp;", "&"))
        assert answer.status_code == 303
        assert answer.headers["Location"] == "/features?q=%E4%BA%94%E5%A4%A7%E9%81%93&plan=heping-13"
        assert answer.headers["Cache-Control"] == "no-store"
        cookie = answer.headers["Set-Cookie"]
        assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        again = client.get(answer.headers["Location"]).text
        assert ('<html lang="zh-CN" class="care">' in again) is on
        assert ("care.css" in again) is on


@pytest.mark.parametrize(
    "address", ["/", "/nowhere", "/here", "/plans/heping-14", "/ogc/?f=html", "/search?q=x"]
)
def test_every_page_has_the_switch(client: FlaskClient, address: str):
    assert client.get(address, headers={"Accept": "text/html"}).text.count("data-care") == 1


def test_an_address_too_long_to_carry_along_is_left_out(client: FlaskClient):
    text = client.get("/features?bbox=" + "1" * 3000, headers={"Accept": "text/html"}).text
    assert "back=/features" in text
    assert "1" * 100 not in text.split("data-care")[0].rsplit("<a", 1)[1]


def test_below_a_prefix_and_under_https_the_cookie_stays_there(app: Flask):
    answer = app.test_client().get(
        "/care?on=true&back=/atlas/plans", base_url="https://town.example/atlas", follow_redirects=False
    )
    assert answer.headers["Location"] == "/atlas/plans"
    assert {"Secure", "Path=/atlas/"} <= set(answer.headers["Set-Cookie"].split("; "))
