"""Ground by an address-like name: what it may stand for, as links to the questions with exact ground.

``/here?place=`` leads on where a name has one meaning and lets the reader choose where it has several; the
addresses it leads to state the ground itself, so they mean the same for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from flask import redirect, render_template, request, url_for
from markupsafe import Markup

from app.atlas.addresses import Addresses, Found, plain, read_addresses
from app.atlas.search import Rank
from app.atlas.words import SOURCES
from app.language import gettext as _
from app.language import titled
from app.web.access import atlas, by_id
from app.web.languages import verbatim
from app.web.responses import page_response

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from app.atlas.store import Atlas

NARROWING: Final = ("within", "plan", "theme")
"""What else ``/here`` may be asked."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One meaning of a name: the name, what it is, and the address that asks about it."""

    name: str
    what: str | Markup
    url: str


@lru_cache(maxsize=2)
def _read(store: Atlas) -> Addresses:
    return read_addresses(store.documents)


def addresses() -> Addresses:
    """The streets and spots of the current atlas."""
    return _read(atlas())


def meaning(place: str) -> BaseResponse:
    """Lead on to the ground that a name stands for, or let the reader choose; 404 where nothing is known."""
    found = addresses().find(place)
    features = list(_features(place))
    choices = [*features, *_streets(found), *_spots(found)]
    if len(choices) == 1 and (features or found.exact) and not found.number_dropped:
        return redirect(choices[0].url, 302)
    exact = bool(features) or (found.exact and bool(found))
    html = render_template(
        "address.html", asked=place, choices=choices, exact=exact, number_dropped=found.number_dropped
    )
    return page_response(html, 200 if choices else 404)


def _question(**ground: str) -> str:
    """The address that asks about exact ground, with what else is asked now."""
    more = {name: value for name in NARROWING if (value := request.args.get(name))}
    return url_for("here.page", **ground, **more)  # type: ignore[arg-type]


def _features(place: str) -> Iterator[Choice]:
    store = atlas()
    plans = by_id(store.plans)
    for hit in store.names.search(plain(place), slips=False):
        feature = store.feature(hit.id)
        if hit.rank is not Rank.EXACT or feature is None or feature.geometry is None:
            continue
        plan = plans[str(feature.properties["plan"])]
        yield Choice(
            str(feature.properties["name"]),
            titled(plan, "short_title"),
            _question(feature=feature.id),
        )


def _streets(found: Found) -> Iterator[Choice]:
    for names in found.streets:
        what = _("两路相交处") if len(names) > 1 else _("整条道路")
        yield Choice("×".join(names), what, _question(street=",".join(names)))


def _spots(found: Found) -> Iterator[Choice]:
    for spot in found.spots:
        what = Markup("{} · {}").format(_(SOURCES[spot.group]), verbatim(spot.district))
        yield Choice(spot.name, what, _question(at=f"{spot.lon},{spot.lat}"))
