"""Servers that do nothing but return stored bytes: the floor to measure ours against."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

from flask import Flask, Response, request

from app import create_app

BODIES = "BENCH_BODIES"
"""Environment variable with the file of answers by the box asked for."""


def application() -> Flask:
    """Flask and nothing else; gunicorn calls it."""
    return _with_items(Flask(__name__))


def dressed() -> Flask:
    """The same endpoint inside our application: with its checks, headers, log and counts."""
    return _with_items(create_app())


def _with_items(app: Flask) -> Flask:
    bodies: dict[str, bytes] = pickle.loads(Path(os.environ[BODIES]).read_bytes())

    @app.get("/items")
    def items() -> Response:
        return Response(bodies[request.args["bbox"]], content_type="application/geo+json")

    return app
