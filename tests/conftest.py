"""Fixtures on the real thing: the atlas built from the real layers, texts and reference data."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings

from app import create_app
from app.atlas.build import build_atlas
from app.atlas.inputs import Inputs
from app.atlas.store import Atlas, is_current
from app.cli.common import inputs_of
from app.settings import load_settings
from tests.servers import threaded

# No test asserts a time; a run that decides about a landing tries the same examples each time.
settings.register_profile(
    "project",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("project")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database", help="PostGIS with the atlas in schema plan_atlas, for tests that run on every store"
    )
    parser.addoption(
        "--renew-looks", action="store_true", help="take today's look of the main page as what it should be"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a module that says ``EVERY_STORE = True`` on each store; see the fixture ``store``."""
    if "app" in metafunc.fixturenames and getattr(metafunc.module, "EVERY_STORE", False):
        stores = ["postgis"] if metafunc.config.getoption("--database") else ["memory", "file"]
        metafunc.parametrize("store", stores, indirect=True, scope="session")


@pytest.fixture(scope="session")
def inputs() -> Inputs:
    """The project's own input folders."""
    config = load_settings({})
    return inputs_of(config)


@pytest.fixture(scope="session")
def atlas_path(inputs: Inputs) -> Path:
    """The project's atlas file, built when an input changed: by one worker, for whom the others wait."""
    path: Path = load_settings({})["ATLAS_FILE"]
    path.parent.mkdir(parents=True, exist_ok=True)
    with (path.parent / ".tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_current(inputs, path):
            build_atlas(inputs, path)
    return path


@pytest.fixture(scope="session")
def atlas(atlas_path: Path) -> Atlas:
    return Atlas.open(atlas_path)


@pytest.fixture(scope="session")
def store(request: pytest.FixtureRequest) -> str:
    """Where features are held: ``memory``, ``file`` (as of an atlas too large) or ``postgis``."""
    name: str = getattr(request, "param", "memory")
    return name


@pytest.fixture(scope="session")
def app(atlas_path: Path, store: str, pytestconfig: pytest.Config) -> Flask:
    settings = {
        "memory": {},
        "file": {"MEMORY_FEATURES": 1},
        "postgis": {"DATABASE": pytestconfig.getoption("--database")},
    }
    return create_app({"TESTING": True, "ATLAS_FILE": atlas_path, **settings[store]})


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def live_server(app: Flask) -> Iterator[str]:
    """Base URL of a threaded server on a free port of this machine."""
    with threaded(app) as url:
        yield url
