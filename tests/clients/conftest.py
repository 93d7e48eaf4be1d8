"""Real clients against the real server: gunicorn, PostGIS, QGIS, GDAL, OWSLib, schemathesis.

`make test-clients` installs what these tests drive and runs them; `make test` leaves them out. Where a
program is missing the test fails and names the command, so that nothing passes by not being run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers import ROOT, gunicorn, postgis_cluster

CLIENTS_PYTHON = ROOT / ".cache" / "clients-venv" / "bin" / "python"
QGIS_PYTHON = Path("/usr/bin/python3")  # Debian builds python3-qgis for this one alone
CURE = "run: make test-clients"


@pytest.fixture(scope="session")
def server(atlas_path: Path) -> Iterator[str]:
    """Base URL of the real atlas under one gunicorn worker."""
    with gunicorn({"ATLAS_FILE": str(atlas_path)}) as served:
        yield served.url


@pytest.fixture(scope="session")
def postgis() -> Iterator[str]:
    """URL of a PostGIS database that lives as long as the test run; each test takes a schema of its own."""
    with postgis_cluster() as url:
        yield url


@pytest.fixture(scope="session")
def clients_python() -> Path:
    """Python with OWSLib and schemathesis."""
    if not CLIENTS_PYTHON.exists():
        pytest.fail(f"The environment of the client tests is missing; {CURE}")
    return CLIENTS_PYTHON


@pytest.fixture(scope="session")
def run_program() -> Callable[..., str]:
    """Call it with a program and arguments: gives what it printed, fails where it fails."""

    def run(program: str | Path, *arguments: str | Path, **environment: str) -> str:
        if shutil.which(str(program)) is None:
            pytest.fail(f"{program} is missing; {CURE}")
        done = subprocess.run(
            [str(program), *map(str, arguments)],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return done.stdout

    return run


@pytest.fixture(scope="session")
def run_qgis(run_program: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """Call it with a script and arguments: runs it with PyQGIS offscreen and gives what it printed."""
    home = str(tmp_path_factory.mktemp("qgis-home"))

    def run(script: Path, *arguments: str | Path) -> str:
        return run_program(
            QGIS_PYTHON,
            script,
            *arguments,
            HOME=home,
            XDG_RUNTIME_DIR=home,
            LANG="C.UTF-8",
            QT_QPA_PLATFORM="offscreen",
            PYTHONNOUSERSITE="1",
        )

    return run
