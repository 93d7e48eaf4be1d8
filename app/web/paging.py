"""Lists in pages: how much is asked for, what else there is, and the way to it.

Every list of the API that may be long answers alike: ``numberMatched``, ``numberReturned``, ``links`` with
``self``, ``next`` and ``prev``, and the same in the ``Link`` header (RFC 8288). Filters stay in the links.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, current_app, request, url_for

from app.web.access import atlas
from app.web.parameters import MAX_OFFSET, whole
from app.web.responses import json_response

WINDOW: Final = ("limit", "offset")
JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a list that is asked for."""

    limit: int
    offset: int

    def of(self, rows: Sequence[Any]) -> Sequence[Any]:
        """The rows inside."""
        return rows[self.offset : self.offset + self.limit]


def window(default: int | None = None, *, whole_list: bool = False) -> Window:
    """``limit`` and ``offset`` of the current request.

    Parameters
    ----------
    default
        Rows where no limit is asked; None is the setting's page.
    whole_list
        The list is short: without a limit it comes whole.

    Raises
    ------
    RequestError
        If one is no whole number or out of range.
    """
    most = int(current_app.config["PAGE_LIMIT_MAX"])
    usual = most if whole_list else default or int(current_app.config["PAGE_LIMIT"])
    return Window(whole("limit", usual, 1, most), whole("offset", 0, 0, MAX_OFFSET))


def turned(offset: int, *, external: bool = False) -> str:
    """The current address at another offset, its other parameters kept."""
    given = {name: value for name, value in request.args.items() if value and name != "offset"}
    if offset:
        given["offset"] = str(offset)
    # the language is among the given
    base = url_for(str(request.endpoint), _external=external, lang=None, **(request.view_args or {}))
    return f"{base}?{urlencode(given)}" if given else base


def neighbours(part: Window, matched: int, *, external: bool = False) -> dict[str, str]:
    """The addresses of the pages after (``next``) and before (``prev``), where there are such."""
    found = {}
    if part.offset + part.limit < matched:
        found["next"] = turned(part.offset + part.limit, external=external)
    if part.offset:
        found["prev"] = turned(max(0, part.offset - part.limit), external=external)
    return found


def links(part: Window, matched: int, media_type: str = JSON) -> list[dict[str, str]]:
    """The page's own address and its neighbours', in full."""
    addresses = {"self": turned(part.offset, external=True), **neighbours(part, matched, external=True)}
    return [{"rel": rel, "type": media_type, "href": href} for rel, href in addresses.items()]


def with_link_header(response: Response, found: Sequence[Mapping[str, str]]) -> Response:
    """The response with its links in the header too."""
    response.headers["Link"] = ", ".join(f'<{link["href"]}>; rel="{link["rel"]}"' for link in found)
    return response


def page_of(
    name: str, rows: Sequence[Any], part: Window, *, matched: int | None = None, **head: Any
) -> Response:
    """A page of a list as JSON.

    Parameters
    ----------
    name
        The member that holds the rows.
    rows
        All rows; with ``matched``, only those of the page.
    head
        Members to stand before the rows.
    """
    shown = rows if matched is not None else part.of(rows)
    found = links(part, len(rows) if matched is None else matched)
    body = {
        "dataVersion": atlas().version,
        "numberMatched": len(rows) if matched is None else matched,
        "numberReturned": len(shown),
        "links": found,
        **head,
        name: shown,
    }
    return with_link_header(json_response(body), found)
