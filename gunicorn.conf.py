"""Gunicorn as `make serve` runs it; it reads this file by its name when it starts in this folder."""

from __future__ import annotations

from app.settings import load_settings

_settings = load_settings()
workers = _settings["WORKERS"]
preload_app = True  # the atlas is read once, before the workers part, and its memory is shared
timeout = _settings["REQUEST_SECONDS_MAX"]
