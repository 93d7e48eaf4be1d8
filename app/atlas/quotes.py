"""What editors' files about the texts have in common: known keys, and quotations that stand in the text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.atlas.yamlfile import Lined
from app.errors import InputFileError
from app.plans.document import PlanText


def check_keys(entry: Any, path: Path, *, needed: Sequence[str], optional: Sequence[str] = ()) -> None:
    """Refuse an entry that is no mapping, lacks a key, or has one that is unknown.

    Raises
    ------
    InputFileError
        Naming the keys.
    """
    if not isinstance(entry, Lined):
        raise InputFileError(path, f"{entry!r} must be a mapping")
    missing = [key for key in needed if not entry.get(key)]
    unknown = sorted(set(entry) - {*needed, *optional})
    if missing or unknown:
        reason = f"missing: {', '.join(missing) or 'nothing'}; unknown: {', '.join(unknown) or 'nothing'}"
        raise InputFileError(path, reason, line=entry.line)


def place_of_quote(quote: str, text: PlanText, path: Path, line: int) -> tuple[int, int]:
    """The span at which a quotation stands in the prose of a plan; cells of tables are no prose.

    Raises
    ------
    InputFileError
        If it does not stand there exactly once.
    """
    tables = [text.section(section) for section in text.tables]
    found, at = [], text.clean.find(quote)
    while at >= 0:
        if not any(table.start <= at < table.end for table in tables):
            found.append(at)
        at = text.clean.find(quote, at + 1)
    if len(found) != 1:
        reason = f"{quote!r} stands {len(found)} times in the prose of {text.record.id}, not once"
        cure = "Quote word for word, and enough to be unique."
        raise InputFileError(path, reason, line=line, cure=cure)
    return found[0], found[0] + len(quote)
