"""关怀版: large type, strong contrast, a plainer map, for whoever asks for it once.

The choice is kept in a cookie of this site and read by the server, so that the first paint is right and it
works without scripts. The cookie says nothing of the reader but this choice.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from flask import Blueprint, redirect, request, url_for

from app.errors import RequestError
from app.language import gettext as _
from app.web.parameters import flag, known_only

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

blueprint = Blueprint("care", __name__)
COOKIE: Final = "care"
YEAR: Final = 365 * 24 * 3600
BACK_MAX: Final = 2000
# A path of this site. Browsers read "//" and "/\" as another host and drop control characters.
_OWN: Final = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def wanted() -> bool:
    """Whether the current reader has chosen the large-type version."""
    return request.cookies.get(COOKIE) == "1"


@blueprint.get("/care")
def switch() -> BaseResponse:
    """Switch it on or off and go back to where the reader was.

    Raises
    ------
    RequestError
        If ``back`` is not a path of this site.
    """
    known_only(("on", "back"))
    on = flag("on", default=True)
    back = request.args.get("back") or url_for("map.index")
    if not _is_own(back):
        raise RequestError(_("参数 back 应为本站的路径，以一个 / 开头。"))
    response = redirect(back, 303)
    response.set_cookie(
        COOKIE,
        "1" if on else "",
        max_age=YEAR if on else 0,
        path=f"{request.script_root}/",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_own(back: str) -> bool:
    return len(back) <= BACK_MAX and _OWN.fullmatch(back) is not None


def _here() -> str:
    """The current address as a browser writes it; without its query or the map where it is too long."""
    path = quote(f"{request.script_root}{request.path}")
    query = quote(request.query_string, safe="!$&'()*+,/:;=?@%")  # what is encoded stays as it is
    choices = (f"{path}?{query}" if query else path, path)
    return next((back for back in choices if _is_own(back)), url_for("map.index"))


@blueprint.app_context_processor
def _choice() -> dict[str, object]:
    on = wanted()
    # lazily: fragments and data need no switch
    return {
        "care": on,
        "care_url": lambda: url_for("care.switch", on="false" if on else "true", back=_here()),
    }
