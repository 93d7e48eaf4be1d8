"""An atlas with names that attack the page, made from the real one."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.atlas.store import Atlas, StoredFeature
from app.atlas.stores.memory import MemoryTable
from app.settings import load_settings
from app.web import register

NASTY = "</script><script>alert('1')</script>\"'{{ 7*7 }}<img src=x onerror=alert(1)>&<mark>"
_TITLES = ("title", "title_en", "short_title", "short_title_en")


class NastyAtlas(Atlas):
    """The real atlas, in which one feature has words that no plan would print."""

    def __init__(self, real: Atlas, victim: str) -> None:
        self.__dict__.update(real.__dict__)
        feature = real.feature(victim)
        assert feature is not None
        passage = {**feature.properties["passages"][0], "exact": NASTY, "mentions": [], "path": []}
        properties = {
            **feature.properties,
            "name": NASTY,
            "aliases": [NASTY],
            "status": NASTY,
            "system": NASTY,
            "note": NASTY,
            "evidence": [{"source": NASTY, "ref": NASTY, "note": NASTY}],
            "passages": [{**passage, "path": [{"id": "c1", "label": NASTY, "inferred": True}]}],
            "targets": [],
            "findings": [{"code": NASTY, "level": "info", "message": NASTY, "cure": NASTY}],
        }
        geojson = json.dumps({**json.loads(feature.geojson), "properties": properties}).encode()
        changed = StoredFeature(feature.id, feature.geometry, properties, geojson)
        self._table = MemoryTable([changed if item.id == victim else item for item in real])
        self._moved = {"heping-13-old-name": victim}
        self.register = [
            {**real.register[0], "name": NASTY, "reason": NASTY, "cure": NASTY, "passage": passage}
        ]
        self.findings = [
            {
                "code": "X01",
                "level": "info",
                "message": NASTY,
                "cure": NASTY,
                "feature": victim,
                "name": NASTY,
                "plan": "heping-13",
            }
        ]
        self.plans = [plan | dict.fromkeys(_TITLES, NASTY) for plan in real.plans]
        self.themes = [theme | dict.fromkeys(_TITLES, NASTY) for theme in real.themes]
        self.layers = [layer | dict.fromkeys(_TITLES, NASTY) for layer in real.layers]


@pytest.fixture(scope="session")
def victim() -> str:
    """Id of the feature with the nasty words."""
    return "heping-13-wudadao"


@pytest.fixture(scope="session")
def nasty_app(atlas: Atlas, victim: str) -> Flask:
    app = Flask("app")
    app.config.from_mapping(load_settings({}), TESTING=True)
    nasty = NastyAtlas(atlas, victim)
    register(app, lambda: nasty)
    return app


@pytest.fixture
def nasty_client(nasty_app: Flask) -> FlaskClient:
    return nasty_app.test_client()
