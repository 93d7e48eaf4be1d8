"""Our own addresses as QR codes, and what is made no code of."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient


def test_an_address_of_ours_is_drawn(client: FlaskClient) -> None:
    answer = client.get("/qr.svg", query_string={"path": "/?layers=heping-13-zones#14/39.11/117.2"})
    assert (answer.status_code, answer.content_type) == (200, "image/svg+xml")
    assert answer.data.startswith(b"<svg")
    assert answer.data != client.get("/qr.svg?path=/").data


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "以“/”开头"),
        ("https://elsewhere.example/", "以“/”开头"),
        ("//elsewhere.example/", "以“/”开头"),
        ("//[", "以“/”开头"),
        ("/\n", "以“/”开头"),
        ("/" + "a" * 1_200, "最多 1200 个字符"),
        ("/" + "设" * 800, "放不下"),
    ],
)
def test_what_is_no_short_address_of_ours_is_refused(client: FlaskClient, path: str, words: str) -> None:
    answer = client.get("/qr.svg", query_string={"path": path})
    assert answer.status_code == 400
    assert words in answer.text
