"""``atlas``: build, check, report on and export the atlas."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import AppGroup

from app.atlas.coverage_report import coverage_text, narrowed
from app.atlas.model import FindingLevel
from app.atlas.query import Query, bbox_of
from app.atlas.report import as_text, report
from app.atlas.store import Atlas, is_current
from app.cli.common import inputs_of, plain_errors, show_progress
from app.exports.formats import FORMATS

if TYPE_CHECKING:
    from app.atlas.cql2 import Language

group = AppGroup("atlas", help="Build, check, report on and export the atlas.")


@group.command("build")
@click.option(
    "--if-changed", is_flag=True, help="Do nothing when the atlas is already built from these inputs."
)
def build_command(if_changed: bool) -> None:
    """Build geodata/build/atlas.gpkg from the layer files, the texts and the reference data."""
    from app.atlas.build import build_atlas

    inputs, target = inputs_of(current_app.config), current_app.config["ATLAS_FILE"]
    with plain_errors(), show_progress() as progress:
        if if_changed and is_current(inputs, target):
            return
        draft = build_atlas(inputs, target, progress=progress)
    located = sum(f.georeference.geometry is not None for f in draft.features)
    click.echo(f"{target}: 要素 {len(draft.features)}, 落图 {located}, 数据版本 {draft.version}")


@group.command("check")
def check_command() -> None:
    """Print all findings; exit 1 when one is of level error."""
    from app.atlas.build import draft_atlas

    with plain_errors(), show_progress() as progress:
        draft = draft_atlas(inputs_of(current_app.config), progress=progress)
    for item in draft.findings:
        click.echo(
            f"{item.level.value:<7} {item.code} {item.feature or '参考数据'}: {item.message} → {item.cure}"
        )
    counts = {level: sum(f.level is level for f in draft.findings) for level in FindingLevel}
    click.echo(" · ".join(f"{level.value} {count}" for level, count in counts.items()))
    if counts[FindingLevel.ERROR]:
        raise SystemExit(1)


@group.command("report")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def report_command(as_json: bool) -> None:
    """Count features per plan, layer and method, and compare sizes with the stated ones."""
    with plain_errors():
        data = report(Atlas.open(current_app.config["ATLAS_FILE"]))
    click.echo(json.dumps(data, ensure_ascii=False, indent=2) if as_json else as_text(data))


@group.command("coverage")
@click.option("--plan", help="Only this plan, with its chapters and the sentences to look at.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def coverage_command(plan: str | None, as_json: bool) -> None:
    """Count what each plan names, locates and registers; list sentences whose places no feature owns."""
    inputs, target = inputs_of(current_app.config), current_app.config["ATLAS_FILE"]
    with plain_errors():
        data = narrowed(Atlas.open(target).coverage, plan)
        if not is_current(inputs, target):
            click.echo("注意：输入已改动，以下仍是上次生成的图集；请先运行 atlas build。", err=True)
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        click.echo(coverage_text(data, in_full=plan is not None))


@group.command("export")
@click.argument("what", metavar="LAYER|all")
@click.option(
    "--format", "format_id", type=click.Choice(tuple(FORMATS)), default="geojson", show_default=True
)
@click.option("--crs", "crs_text", default="OGC:CRS84", show_default=True, help="System of the coordinates.")
@click.option("--plan", help="Only features of this plan.")
@click.option("--kind", help="Only features of this kind.")
@click.option("--bbox", "bbox_text", metavar="W,S,E,N", help="Only features that touch this box (WGS84).")
@click.option("--q", "q", help="Only features with this in their name.")
@click.option("--filter", "filter_text", metavar="CQL2", help="Only features that meet this, text or JSON.")
@click.option(
    "--registered/--no-registered",
    default=True,
    show_default=True,
    help="Whether features without geometry are written, with the reason.",
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Default: named for the contents."
)
def export_command(
    *,
    what: str,
    format_id: str,
    crs_text: str,
    plan: str | None,
    kind: str | None,
    bbox_text: str | None,
    q: str | None,
    filter_text: str | None,
    registered: bool,
    output: Path | None,
) -> None:
    """Write a layer, or all, in a format that GIS programs, spreadsheets and notebooks open."""
    from app.atlas.cql2 import narrowed as with_its_box
    from app.atlas.cql2 import parse_filter
    from app.exports.formats import write
    from app.exports.selection import select
    from app.exports.table import file_name
    from app.places.crs import crs_named

    with plain_errors(), show_progress() as progress:
        crs, file_format = crs_named(crs_text), FORMATS[format_id]
        query = Query(
            layer=None if what == "all" else what,
            plan=plan,
            kind=kind,
            bbox=None if bbox_text is None else bbox_of(bbox_text),
            q=q,
            registered=registered,
        )
        if filter_text is not None:
            lang: Language = "cql2-json" if filter_text.lstrip().startswith("{") else "cql2-text"
            query = with_its_box(replace(query, where=parse_filter(filter_text, lang=lang)))
        selection = select(Atlas.open(current_app.config["ATLAS_FILE"]), query)
        target = output or Path(file_name(selection, crs, file_format.extension))
        count = write(selection, target.absolute(), file_format=file_format, crs=crs, progress=progress)
    click.echo(f"{target}: {count} 个要素")


@group.command("qgis")
@click.option("--plan", help="Only this plan.")
@click.option("--home", default="http://127.0.0.1:5000", show_default=True, help="Where the atlas is served.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Default: NAME-offline.zip"
)
def qgis_command(plan: str | None, home: str, output: Path | None) -> None:
    """Write a QGIS project with its data beside it, as one zip."""
    from app.atlas.files import whole_file
    from app.exports.metadata import read_origins
    from app.exports.projects import offline_project
    from app.exports.selection import EVERYTHING, style_book

    name = plan or EVERYTHING
    target = output or Path(f"{name}-offline.zip")
    with plain_errors():
        body = offline_project(
            Atlas.open(current_app.config["ATLAS_FILE"]),
            name,
            origins=read_origins(current_app.config["REFERENCE_DIR"]),
            book=style_book(),
            home=home.rstrip("/"),
        )
        try:
            with whole_file(target.absolute()) as draft:
                draft.write_bytes(body)
        except OSError as error:
            raise click.ClickException(f"无法写入 {target.parent}：{error.strerror}") from None
    click.echo(f"{target}: {len(body) // 1024} KiB")


@group.command("publish")
@click.option("--to", "url", metavar="postgresql://…", help="Default: the setting ATLAS_DATABASE.")
@click.option("--schema", help="Default: the setting ATLAS_DATABASE_SCHEMA.")
def publish_command(url: str | None, schema: str | None) -> None:
    """Write the built atlas into PostGIS, in one transaction.

    Keep a password out of the command line: in ~/.pgpass or in PGPASSWORD.
    """
    from app.atlas.publish import publish
    from app.atlas.stores.postgis import without_password
    from app.settings import identifier

    url = url or current_app.config["DATABASE"]
    if not url:
        raise click.UsageError("没有数据库地址：用 --to 或设置 ATLAS_DATABASE 给出。")
    try:
        place = identifier(schema) if schema else current_app.config["DATABASE_SCHEMA"]
    except ValueError:
        raise click.UsageError(f"--schema {schema!r}：只能用小写字母、数字和下划线。") from None
    with plain_errors(), show_progress() as progress:
        count = publish(Atlas.open(current_app.config["ATLAS_FILE"]), url, schema=place, progress=progress)
    click.echo(f"{without_password(url)} {place}: {count} 个要素")
