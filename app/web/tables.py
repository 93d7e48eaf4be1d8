"""Tables for taking away: filters that refuse unknown values, and CSV that a spreadsheet opens safely.

CSV is UTF-8 with a byte order mark, without which Excel reads Chinese as noise, and ends its lines as
RFC 4180 wants. A cell that a spreadsheet would take for a formula gets an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, request, url_for

from app.exports.cells import safe_cell
from app.web.responses import data_response

CSV: Final = "text/csv; charset=utf-8"


def matching(rows: Iterable[Mapping[str, Any]], wanted: Mapping[str, str | None]) -> list[Mapping[str, Any]]:
    """The rows that have every wanted value that is given."""
    given = {key: value for key, value in wanted.items() if value is not None}
    return [row for row in rows if all(row[key] == value for key, value in given.items())]


def with_filters(endpoint: str) -> str:
    """The address of ``endpoint`` with the filters of the current request."""
    given = {name: value for name, value in request.args.items() if value}
    base = url_for(endpoint, lang=None)  # it is among the given
    return f"{base}?{urlencode(given)}" if given else base


def csv_response(name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Response:
    """Serve rows as a CSV file called ``name``, its first line the column names."""
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([safe_cell(row[column]) for column in columns] for row in rows)
    response = data_response(sink.getvalue().encode("utf-8-sig"), CSV)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
