"""``plans``: the plan texts."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.atlas.store import Atlas
from app.cli.common import json_text, plain_errors

group = AppGroup("plans", help="The plan texts.")


@group.command("reanchor")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--plan", help="The plan that OLD is an edition of.  [default: the one whose text OLD is]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def reanchor_command(old: Path, new: Path, plan: str | None, as_json: bool) -> None:
    """Find the atlas' passages, quoted from OLD, in the changed edition NEW; write nothing."""
    from app.atlas.reanchoring import reanchored, reanchoring_text

    config = current_app.config
    with plain_errors():
        atlas = Atlas.open(config["ATLAS_FILE"])
        data = reanchored(atlas, old, new, plan=plan, layers=config["LAYERS_DIR"])
    click.echo(json_text(data) if as_json else reanchoring_text(data))
