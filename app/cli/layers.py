"""``layers``: the layers' own data; bringing an authority's geometry in."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import AppGroup

from app.cli.common import geofile_limits, inputs_of, plain_errors, plan_shapes
from app.places.model import AUTHORITY_WITHIN_M, LOCATED_WITHIN_M

if TYPE_CHECKING:
    from datetime import datetime

    from app.atlas.importing import Import

group = AppGroup("layers", help="The layers: geometry from authorities.")


def _pairs(
    _context: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> list[tuple[str, str]]:
    pairs = [value.rpartition("=")[::2] for value in values]
    if any(not name or not feature for name, feature in pairs):
        raise click.BadParameter("写作 文件中的名称=要素编号。")
    return [(name.strip(), feature.strip()) for name, feature in pairs]


@group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--plan", required=True, help="The plan whose features the file's rows are.")
@click.option(
    "--match",
    type=click.Choice(["name", "id"]),
    default="name",
    show_default=True,
    help="What rows and features are brought together by.",
)
@click.option("--layer", help="Layer of the file.  [default: the only one]")
@click.option(
    "--column", default="", help="Attribute with the names or ids.  [default: the one that matches best]"
)
@click.option(
    "--crs", default="", help="Coordinate system, e.g. EPSG:4527, GCJ-02.  [default: what the evidence shows]"
)
@click.option(
    "--accept",
    "accepted",
    multiple=True,
    metavar="NAME=ID",
    callback=_pairs,
    help="Take the row of this name for the feature; may be given several times.",
)
@click.option("--source", default="", help="Who made the geometry.")
@click.option("--date", "made", type=click.DateTime(["%Y-%m-%d"]), help="When it was made.")
@click.option(
    "--tolerance",
    type=click.FloatRange(0.1, LOCATED_WITHIN_M),
    default=AUTHORITY_WITHIN_M,
    show_default=True,
    help="The true position lies within this many metres.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be taken; write nothing.")
def import_command(
    *,
    file: Path,
    plan: str,
    match: str,
    layer: str | None,
    column: str,
    crs: str,
    accepted: list[tuple[str, str]],
    source: str,
    made: datetime | None,
    tolerance: float,
    dry_run: bool,
) -> None:
    """Bring an authority's geometry for features of a plan in; it takes the place of ours."""
    from app.atlas.importing import Wish, prepare_import, save_import
    from app.atlas.layers import load_layers
    from app.atlas.matching import ImportRefusedError, candidates_of
    from app.places.geofile import read_geofile
    from app.places.reference import Reference

    config = current_app.config
    inputs = inputs_of(config)
    wish = Wish(
        match=match,
        layer=layer,
        crs=crs,
        column=column,
        accepted=tuple(accepted),
        source=source.strip(),
        date="" if made is None else date.isoformat(made.date()),
        tolerance_m=tolerance,
    )
    with plain_errors():
        folders = {folder.record.id: folder for folder in load_layers(inputs.layers, inputs.texts)}
        if plan not in folders:
            raise ImportRefusedError(f"没有规划“{plan}”；有：{'、'.join(folders)}。")
        geofile = read_geofile(file.absolute(), geofile_limits(config))
        candidates = candidates_of(folders[plan].entries, plan_shapes(config, plan))
        prepared = prepare_import(geofile, candidates, wish, Reference.open(inputs.reference))
        target = None if dry_run else save_import(inputs.authority, plan, prepared)
    _show(prepared)
    if target is None:
        click.echo("试运行，未写入。")
    else:
        click.echo(f"已写入 {target}：{len(prepared.shapes)} 个要素；运行 flask --app app atlas build 生效。")


def _show(prepared: Import) -> None:
    """Each match, each row left out, and how the coordinates were read."""
    from app.atlas.importing import comparison
    from app.atlas.matching import MATCHED_BY, MatchedBy
    from app.places.staging import printable

    hypothesis = prepared.reading.hypothesis
    click.echo(f"坐标按“{hypothesis.title}”（{hypothesis.id}）读入。")
    for line in (*prepared.inspection.reasons, *prepared.inspection.cautions, *prepared.notes):
        click.echo(f"  {line}")
    click.echo(f"名称取自属性列“{prepared.column}”。")
    for shape in prepared.shapes:
        record = shape.record
        told = [comparison(shape, prepared.present.get(record.feature)), *record.notes]
        how = MATCHED_BY[MatchedBy(record.matched_by)]
        click.echo(f"  取    {record.feature} ← {how}“{record.name}”（{'；'.join(told)}）")
    for row in prepared.left_out:
        near = "；相近：" + "、".join(f"{name}（{ref}）" for ref, name in row.near) if row.near else ""
        click.echo(f"  未取  “{printable(row.name)}”：{row.reason}{near}")
