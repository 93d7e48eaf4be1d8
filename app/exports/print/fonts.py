"""The font of everything printed: Noto Sans SC out of the installed ``zhplot`` package (SIL OFL 1.1)."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

from app.errors import MissingInputError


@cache
def font_file() -> Path:
    """The TrueType file; it is found, not imported, for the package changes Matplotlib when imported.

    Raises
    ------
    MissingInputError
        The package is not installed.
    """
    spec = importlib.util.find_spec("zhplot")
    places = spec.submodule_search_locations if spec is not None else None
    path = Path(next(iter(places or ["zhplot"]))) / "fonts" / "NotoSansSC-Regular.ttf"
    if not path.is_file():
        raise MissingInputError(path, "the font for printing is missing", cure="Run: pip install zhplot")
    return path
