"""``package``: check a plan package without the server that made it."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from app.errors import AtlasError

group = AppGroup("package", help="Check plan packages.")


@group.command("verify")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def verify_command(file: Path) -> None:
    """Check a plan package: exit 0 when sound, 1 with a sentence per fault, 2 when it cannot be read."""
    from app.exports.verify import verify

    try:
        report = verify(file)
    except AtlasError as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from None
    for fault in report.faults:
        click.echo(str(fault))
    if report.faults:
        click.echo(f"{file}: {len(report.faults)} 处不对。", err=True)
        raise SystemExit(1)
    counts = "，".join(f"{count} {_WORDS[name]}" for name, count in report.counts.items())
    click.echo(f"{file}: 完好。{report.plan}，数据版本 {report.version}；{counts}。")


_WORDS = {
    "files": "个文件",
    "sections": "个章节",
    "features": "个要素",
    "passages": "段摘录",
    "feature_targets": "个要素目标",
    "annotations": "条标注",
    "targets": "个目标",
    "indicators": "行指标",
    "findings": "条质检发现",
}
