"""Servers for tests and measurements: our application under gunicorn, and a PostGIS cluster of its own."""

from __future__ import annotations

import os
import pwd
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flask import Flask
from werkzeug.serving import make_server

ROOT = Path(__file__).parents[1]
PATIENCE = 120.0  # seconds a server may take to answer for the first time


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers at ``url``; ``pid`` is its first process."""

    url: str
    pid: int


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def threaded(app: Flask) -> Iterator[str]:
    """Base URL of the application in a thread of this process, on a free port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def gunicorn(settings: Mapping[str, str], *, workers: int = 1, probe: str = "/readyz") -> Iterator[Served]:
    """The application under gunicorn as ``make serve`` runs it, with these environment settings."""
    environment = {"ATLAS_WORKERS": str(workers), **settings}
    command = [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:{port}", "app:create_app()"]
    with serving(command, probe=probe, environment=environment) as server:
        yield server


@contextmanager
def serving(
    command: Sequence[str],
    *,
    probe: str,
    environment: Mapping[str, str] | None = None,
    folder: Path = ROOT,
) -> Iterator[Served]:
    """A server process, from when ``probe`` is answered until the block ends.

    ``{port}`` in the command becomes a free port of this machine's loopback; it starts in ``folder``.
    """
    port = free_port()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [part.replace("{port}", str(port)) for part in command],
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdout=log,
            stderr=log,
        )
        try:
            _wait_until_answering(process, f"http://127.0.0.1:{port}{probe}", log)
            yield Served(f"http://127.0.0.1:{port}", process.pid)
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait_until_answering(process: subprocess.Popen[bytes], url: str, log: IO[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(url, timeout=PATIENCE):
            return
        time.sleep(0.1)
    log.seek(0)
    raise RuntimeError(f"{url} does not answer:\n{log.read().decode(errors='replace')[-3000:]}")


@contextmanager
def postgis_cluster() -> Iterator[str]:
    """URL of an empty database with PostGIS, in a cluster of its own on this machine's loopback.

    PostgreSQL refuses to run as root, so a root account hands it to the user that Debian made for it.
    """
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise RuntimeError("PostgreSQL is missing; run: sh tests/clients/packages.sh")
    programs, port = found[-1].parent, free_port()
    as_user: list[str] = []
    with tempfile.TemporaryDirectory(prefix="postgis-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
            as_user = ["runuser", "-u", "postgres", "--"]

        def call(program: str, *arguments: str) -> None:
            done = subprocess.run(
                [*as_user, str(programs / program), *arguments],
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise RuntimeError(done.stdout + done.stderr)

        data, log = str(folder / "data"), str(folder / "log")
        call("initdb", "-D", data, "-A", "trust", "-U", "atlas", "-E", "UTF8", "--locale=C", "-N")
        # nothing here outlives the block, so nothing needs to reach the disk
        options = f"-p {port} -k {folder} -h 127.0.0.1 -c fsync=off -c full_page_writes=off"
        call("pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
        try:
            connect = ("-h", "127.0.0.1", "-p", str(port), "-U", "atlas")
            call("createdb", *connect, "atlas")
            call("psql", *connect, "-q", "-d", "atlas", "-c", "CREATE EXTENSION postgis")
            yield f"postgresql://atlas@127.0.0.1:{port}/atlas"
        finally:
            call("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
