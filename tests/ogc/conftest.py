"""The catalogue of the real atlas, and a short way to ask the service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.atlas.store import Atlas
from app.ogc.catalogue import Catalogue, catalogue

Get = Callable[..., Any]


@pytest.fixture(scope="session")
def known(atlas: Atlas) -> Catalogue:
    return catalogue(atlas)


@pytest.fixture
def get(client: FlaskClient) -> Get:
    """Call it with an address under ``/ogc`` and parameters: gives the answer's JSON, which must be a 200."""

    def ask(path: str = "", **parameters: Any) -> Any:
        response = client.get(f"/ogc{path}", query_string=parameters)
        assert response.status_code == 200, response.text
        return response.get_json(force=True)

    return ask


@pytest.fixture
def refused(client: FlaskClient) -> Get:
    """Call it with an address and parameters that are wrong: gives the sentence."""

    def ask(path: str, status: int = 400, **parameters: Any) -> str:
        response = client.get(f"/ogc{path}", query_string=parameters)
        assert response.status_code == status, response.text
        assert response.mimetype == "application/problem+json"
        body = response.get_json(force=True)
        assert body["status"] == status
        assert body["detail"].endswith("。")
        return str(body["detail"])

    return ask
