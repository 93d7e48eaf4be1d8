"""The server as it runs in production: several workers, one atlas, one set of counts."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.atlas.store import Atlas
from tests.servers import gunicorn


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as answer:
        body: bytes = answer.read()
        return gzip.decompress(body) if answer.headers["Content-Encoding"] == "gzip" else body


def test_several_workers_serve_one_atlas_and_add_up_their_counts(atlas_path: Path, atlas: Atlas) -> None:
    with gunicorn({"ATLAS_FILE": str(atlas_path)}, workers=2) as served:
        assert json.loads(get(f"{served.url}/readyz"))["features"] == len(atlas)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(get, [f"{served.url}/layers.json"] * 40))
        # a scrape reaches either worker and must tell of both
        counter = 'plan_atlas_requests_total{method="GET",rule="/layers.json",status="200"} 40.0'
        for _ in range(6):
            assert counter in get(f"{served.url}/metrics").decode()
        host = urlsplit(served.url).netloc
        connection = http.client.HTTPConnection(host, timeout=30)
        for _ in range(3):  # one connection serves them all
            connection.request("GET", "/healthz")
            assert connection.getresponse().read() == b"ok\n"
        connection.close()


def test_an_address_without_end_costs_nothing_but_itself(server: str) -> None:
    address = urlsplit(server)
    with socket.create_connection((address.hostname, address.port), timeout=30) as raw:
        raw.sendall(b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        assert raw.recv(64).startswith(b"HTTP/1.1 414")
    assert get(f"{server}/healthz") == b"ok\n"


def test_without_an_atlas_it_lives_and_says_that_it_is_not_ready(tmp_path: Path) -> None:
    with gunicorn({"ATLAS_FILE": str(tmp_path / "none.gpkg")}, probe="/healthz") as served:
        with pytest.raises(urllib.error.HTTPError) as refused:
            get(f"{served.url}/readyz")
        with refused.value as error:
            assert (error.code, json.loads(error.read())) == (503, {"ready": False})
