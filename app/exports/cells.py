"""Cells of tables that spreadsheets open: what a program would compute is written as words."""

from __future__ import annotations

from typing import Any, Final

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def safe_cell(value: Any) -> str:
    """A value as a CSV cell that no spreadsheet computes (OWASP, CSV injection)."""
    cell = "" if value is None else str(value)
    return f"'{cell}" if cell.lstrip(" \u00a0\u3000").startswith(_FORMULA_STARTS) else cell
