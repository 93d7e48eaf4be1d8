"""Gunicorn as `make serve` runs it; it reads this file by its name when it starts in this folder."""

from __future__ import annotations

import atexit
import gc
import logging
import os
import shutil
import sys
import tempfile
from typing import Any

from app.errors import AtlasError
from app.settings import load_settings

_settings = load_settings()
workers = _settings["WORKERS"]
worker_class = "gthread"  # keeps connections open, and a slow reader does not hold up a worker
threads = _settings["THREADS"]
preload_app = True  # the atlas is read once, before the workers part, and its memory is shared
timeout = _settings["REQUEST_SECONDS_MAX"]
graceful_timeout = _settings["REQUEST_SECONDS_MAX"]
keepalive = 5
limit_request_line = 8190  # the most gunicorn takes; ATLAS_URL_LENGTH_MAX answers below that with a sentence
limit_request_fields = 60
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")

if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):  # before the application reads it
    _counts = tempfile.mkdtemp(prefix="plan-atlas-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = _counts
    _parent = os.getpid()
    atexit.register(lambda: os.getpid() == _parent and shutil.rmtree(_counts, ignore_errors=True))

_requests = logging.getLogger("plan_atlas.requests")
_requests.setLevel(logging.INFO)
_requests.propagate = False
_requests.addHandler(logging.StreamHandler(sys.stdout))


def when_ready(server: Any) -> None:
    """Read the atlas before the workers part; without one they start, and say so when asked."""
    try:
        server.app.wsgi().extensions["atlas"]()
    except AtlasError as error:
        server.log.error("%s", error)
    gc.freeze()  # what is there now stays: workers need not touch, and so copy, its pages
