"""Which conformance classes have a test, and what their tests share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.ogc.conformance import CONFORMANCE
from tests.ogc.conftest import Get

TESTED: set[str] = set()
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
ITEMS = "/collections/features/items"


def of(*classes: str) -> Callable[[Any], Any]:
    """The classes that a test is for, without their common beginning."""
    names = {f"http://www.opengis.net/spec/{name.replace(':', '/conf/')}" for name in classes}
    assert names <= set(CONFORMANCE), names - set(CONFORMANCE)
    TESTED.update(names)
    return lambda test: test


def rel(body: Any, name: str) -> str:
    return next(link["href"] for link in body["links"] if link["rel"] == name)


def all_ids(get: Get, **parameters: Any) -> list[str]:
    return [f["id"] for f in get(ITEMS, limit=10_000, **parameters)["features"]]
