"""``settings``: every setting with its value."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from app.settings import SETTINGS


@click.command("settings")
@with_appcontext
def settings_command() -> None:
    """Print every setting with its environment variable, value and help."""
    for setting in SETTINGS:
        value = current_app.config[setting.name]
        shown = ("(set)" if value else "(empty)") if setting.secret else value
        click.echo(f"{setting.env:<24} {shown}\n{'':<24} {setting.help}")
