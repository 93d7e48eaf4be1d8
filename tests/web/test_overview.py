"""The overview's picture is kept by browsers under its own version, and only under that."""

from __future__ import annotations

import re

from flask.testing import FlaskClient


def test_the_page_names_the_picture_and_browsers_may_keep_it(client: FlaskClient):
    named = re.search(r'"picture": "(/data/[0-9a-f]{12}/overview\.svg)"', client.get("/").text)
    assert named
    assert named[0] in client.get("/?lang=en").text  # one picture for readers of both languages
    answer = client.get(named[1])
    assert answer.mimetype == "image/svg+xml"
    assert "immutable" in answer.headers["Cache-Control"]
    old = client.get("/data/0123456789ab/overview.svg")
    assert old.data == answer.data
    assert old.headers["Cache-Control"] == "no-cache"


def test_it_takes_no_parameters(client: FlaskClient):
    assert client.get("/data/0123456789ab/overview.svg?size=1").status_code == 400
