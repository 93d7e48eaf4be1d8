"""The command line under ``flask --app app``: one module per group of commands.

Commands only read their arguments, call a room and print; every error the project raises on purpose
becomes one plain message and exit code 1. The server registers them too, so a command that builds or
searches imports what it needs when it runs: GDAL and the reference data are 100 MB a worker does not need.
"""

from __future__ import annotations

from flask import Flask

from app.cli import atlas, geodata, layers, package, plans, translations
from app.cli.settings import settings_command

GROUPS = (atlas.group, plans.group, layers.group, geodata.group, package.group, translations.group)


def register_commands(app: Flask) -> None:
    """Add the commands to the application."""
    for group in GROUPS:
        app.cli.add_command(group)
    app.cli.add_command(settings_command)
