"""津图 Plan Atlas: the Flask application (factory in :func:`create_app`)."""

from __future__ import annotations
