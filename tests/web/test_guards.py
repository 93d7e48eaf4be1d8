"""What a request may cost, what is logged of it, and what whoever runs the server can ask."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.atlas.query import Query
from app.atlas.store import Atlas, AtlasFile, StoredFeature
from app.settings import load_settings
from app.web import register
from app.web.requestlog import LOGGER

SECRET = "q=%E4%BA%94%E5%A4%A7%E9%81%93"


def logged(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [json.loads(record.message) for record in caplog.records if record.name == LOGGER.name]


def test_a_long_address_is_refused_with_a_sentence(client: FlaskClient) -> None:
    answer = client.get("/features.geojson?q=" + "a" * 8000)
    assert answer.status_code == 414
    assert answer.json is not None
    assert "地址过长" in answer.json["detail"]
    assert client.get("/" + "a" * 9000).status_code == 414


@pytest.mark.parametrize(
    "path", ["/search", "/features.geojson", "/ogc/collections/features/items", "/nowhere"]
)
def test_a_query_of_raw_bytes_is_read_as_far_as_it_goes(client: FlaskClient, path: str) -> None:
    def asked(query: bytes) -> tuple[int, bytes]:
        answer = client.get(path, environ_overrides={"QUERY_STRING": query.decode("latin-1")})
        return answer.status_code, b"" if b"nonce" in answer.data else answer.data

    assert asked("q=五大道".encode()) == asked(b"q=%E4%BA%94%E5%A4%A7%E9%81%93")
    assert asked(b"q=\xff")[0] == (404 if path == "/nowhere" else 200)


def test_a_large_body_is_refused_before_it_is_read(client: FlaskClient) -> None:
    assert client.post("/features.geojson", data=b"x" * 70_000).status_code == 413
    assert client.post("/features.geojson", data=b"x").status_code == 405


class Slow:
    """A condition that takes a while for each feature."""

    def matches(self, feature: StoredFeature) -> bool:
        return len(feature.properties) > 0


def test_a_query_that_takes_too_long_is_stopped_with_the_cure(atlas_path: Path, atlas: Atlas) -> None:
    app = create_app({"TESTING": True, "ATLAS_FILE": atlas_path, "QUERY_SECONDS_MAX": 0})

    @app.get("/slow.json")
    def slow() -> str:
        return str(app.extensions["atlas"]().query(Query(where=Slow())).matched)

    answer = app.test_client().get("/slow.json")
    assert answer.status_code == 503
    assert answer.json is not None
    assert "请缩小范围" in answer.json["detail"]
    assert atlas.query(Query(where=Slow())).matched == len(atlas)  # outside a request nothing is timed


@pytest.mark.parametrize(
    "path", ["/", "/features.geojson?limit=1", "/none", "/features.geojson?limit=x", "/metrics"]
)
def test_every_answer_carries_the_security_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_a_request_is_one_line_without_its_query(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, LOGGER.name):
        answer = client.get(
            f"/features.geojson?{SECRET}", headers={"X-Request-ID": "proxy-17"}, buffered=True
        )
        client.get("/features/%0A%22x", headers={"X-Request-ID": 'forged"\t}'}, buffered=True)
        client.get("/healthz", buffered=True)
    first, second = logged(caplog)
    assert {key: first[key] for key in ("method", "path", "status", "bytes", "id")} == {
        "method": "GET",
        "path": "/features.geojson",
        "status": 200,
        "bytes": len(answer.data),
        "id": "proxy-17",
    }
    assert set(first) == {"time", "method", "path", "status", "ms", "bytes", "id"}
    assert answer.headers["X-Request-ID"] == "proxy-17"
    assert second["path"] == '/features/\n"x'
    assert str(second["id"]).isalnum()
    assert "五大道" not in caplog.text
    assert SECRET not in caplog.text


def test_a_page_answered_by_its_twin_is_logged_once(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, LOGGER.name):
        client.get("/register", headers={"Accept": "application/json"}, buffered=True)
    (line,) = logged(caplog)
    assert line["path"] == "/register"


def test_alive_and_ready_are_two_things(client: FlaskClient, atlas: Atlas, tmp_path: Path) -> None:
    assert client.get("/healthz").data == b"ok\n"
    assert client.get("/readyz").json == {"ready": True, "dataVersion": atlas.version, "features": len(atlas)}
    app = Flask("app")
    app.config.from_mapping(load_settings({}))
    register(app, AtlasFile(tmp_path / "none.gpkg"))
    empty = app.test_client()
    assert empty.get("/healthz").status_code == 200
    answer = empty.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"ready": False})
    assert empty.get("/metrics").status_code == 200
    assert empty.get("/metrics").headers["Cache-Control"] == "no-store"


def test_metrics_count_by_rule_and_nobody_can_make_new_ones(client: FlaskClient, atlas: Atlas) -> None:
    def count(line: str) -> float:
        found = [row for row in client.get("/metrics").text.splitlines() if row.startswith(f"{line} ")]
        return float(found[0].split()[-1]) if found else 0.0

    line = 'plan_atlas_requests_total{method="GET",rule="/features/<feature_id>",status="404"}'
    before = count(line)
    for number in range(3):
        client.get(f"/features/none-{number}", buffered=True)
    client.open("/no/such/place", method="BREW", buffered=True)
    assert count(line) == before + 3
    text = client.get("/metrics").text
    assert "none-1" not in text
    assert "no/such" not in text
    assert "BREW" not in text
    assert f"plan_atlas_features {len(atlas):.1f}" in text
    assert f'plan_atlas_data_info{{version="{atlas.version}"}} 1.0' in text


def test_links_repeat_what_a_proxy_says_only_where_one_is_declared(app: Flask, atlas_path: Path) -> None:
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "atlas.example"}
    behind = create_app({"TESTING": True, "ATLAS_FILE": atlas_path, "PROXIES": 1})
    for served, base in ((app, "http://localhost/"), (behind, "https://atlas.example/")):
        answer = served.test_client().get("/features.geojson?limit=1", headers=forwarded).json
        assert answer is not None
        assert answer["links"][0]["href"].startswith(base)
