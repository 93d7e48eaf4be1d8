"""What commands share: the input folders, plain errors, progress."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from app.atlas.inputs import Inputs
from app.errors import AtlasError

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from app.atlas.build import Progress
    from app.places.staging import Limits


def inputs_of(config: dict[str, Any]) -> Inputs:
    """The input folders that the settings name."""
    return Inputs(
        layers=config["LAYERS_DIR"],
        texts=config["TEXTS_DIR"],
        reference=config["REFERENCE_DIR"],
        digitised=config["DIGITISED_DIR"],
        authority=config["AUTHORITY_DIR"],
    )


def geofile_limits(config: dict[str, Any]) -> Limits:
    """How much is taken from a stranger's geodata file, as the settings say."""
    from app.places.staging import Limits

    return Limits(
        file_bytes=config["IMPORT_MB"] * 1_000_000,
        features=config["IMPORT_FEATURES"],
        vertices=config["IMPORT_VERTICES"],
    )


def plan_shapes(config: dict[str, Any], plan: str) -> dict[str, tuple[BaseGeometry | None, float | None]]:
    """Present geometry and tolerance of a plan's features by id; empty where no atlas is built."""
    from app.atlas.query import Query
    from app.atlas.store import Atlas

    if not config["ATLAS_FILE"].is_file():
        return {}
    features = Atlas.open(config["ATLAS_FILE"]).query(Query(plan=plan)).items
    return {feature.id: (feature.geometry, feature.properties["tolerance_m"]) for feature in features}


def json_text(data: object) -> str:
    """JSON for a terminal: readable Chinese, but no control character that a terminal would act on.

    JSON itself escapes C0; DEL and C1 (U+0080 to U+009F) would pass, and some terminals obey them.
    """
    text = json.dumps(data, ensure_ascii=False, indent=2)
    return re.sub("[\x7f-\x9f]", lambda found: f"\\u{ord(found[0]):04x}", text)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn the project's errors into one message and exit code 1."""
    try:
        yield
    except AtlasError as error:
        raise click.ClickException(str(error)) from None


@contextmanager
def show_progress() -> Iterator[Progress]:
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
