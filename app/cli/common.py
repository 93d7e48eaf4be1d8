"""What commands share: the input folders, plain errors, progress."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from app.atlas.inputs import Inputs
from app.errors import AtlasError

if TYPE_CHECKING:
    from app.atlas.build import Progress


def inputs_of(config: dict[str, Any]) -> Inputs:
    """The input folders that the settings name."""
    return Inputs(
        layers=config["LAYERS_DIR"],
        texts=config["TEXTS_DIR"],
        reference=config["REFERENCE_DIR"],
        digitised=config["DIGITISED_DIR"],
    )


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
