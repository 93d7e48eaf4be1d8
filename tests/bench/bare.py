"""A server that does nothing but return stored bytes: the floor to measure ours against."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

from flask import Flask, Response, request

BODIES = "BENCH_BODIES"
"""Environment variable with the file of answers by the box asked for."""


def application() -> Flask:
    """The server; gunicorn calls it."""
    bodies: dict[str, bytes] = pickle.loads(Path(os.environ[BODIES]).read_bytes())
    app = Flask(__name__)

    @app.get("/items")
    def items() -> Response:
        return Response(bodies[request.args["bbox"]], content_type="application/geo+json")

    return app
