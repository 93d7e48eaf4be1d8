"""When things go wrong, people get a sentence and never a trace."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.atlas.store import AtlasFile
from app.settings import load_settings
from app.web import register


def app_with(provider: object) -> Flask:
    app = Flask("app")
    app.config.from_mapping(load_settings({}))
    register(app, provider)  # type: ignore[arg-type]
    return app


def test_a_missing_atlas_is_a_sentence_for_readers_and_a_cure_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    client = app_with(AtlasFile(tmp_path / "none.gpkg")).test_client()
    with caplog.at_level(logging.ERROR):
        for address in ("/", "/features.geojson", "/features/x", "/register"):
            response = client.get(address)
            assert response.status_code == 503, address
            text = response.get_data(as_text=True)
            assert "暂时不可用" in text
            assert str(tmp_path) not in text
    assert "atlas build" in caplog.text
    assert client.get("/assets/leaflet/1.9.4.1/leaflet.js").status_code == 200


def test_an_unforeseen_error_shows_no_trace(caplog: pytest.LogCaptureFixture):
    def broken() -> None:
        raise ZeroDivisionError("secret detail")

    client = app_with(broken).test_client()
    with caplog.at_level(logging.ERROR):
        page, data = client.get("/layers"), client.get("/layers.json")
    for response in (page, data):
        assert response.status_code == 500
        text = response.get_data(as_text=True)
        assert "secret" not in text
        assert "Traceback" not in text
        assert "稍后再试" in text
    assert "secret detail" in caplog.text


@pytest.mark.parametrize("path", ["/", "/features.geojson", "/ogc", "/nowhere"])
def test_a_request_for_no_possible_host_is_refused_in_plain_words(client: FlaskClient, path: str):
    response = client.get(path, headers={"Host": "x" * 300})
    assert (response.status_code, response.content_type) == (400, "text/plain; charset=utf-8")
    assert response.text.startswith("请求有误")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["endpoint", "_external", "_scheme", "_method", "_anchor"])
def test_unknown_parameters_may_be_called_as_they_like(client: FlaskClient, name: str):
    for address in ("/", "/features", "/features/heping-13-wudadao"):
        response = client.get(f"{address}?{name}=x&lang=en")
        assert response.status_code == 400, address
        assert f"parameter {name}" in response.text
        links = re.findall(r'hreflang="(?:zh|en)" href="([^"]+)"', response.text)
        assert len(links) >= 2
        assert not any(name in link for link in links)
