"""What is written: features that a query chose, and what every file says of their origin."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.atlas.export import ATTRIBUTION, LICENCE
from app.atlas.query import Query
from app.atlas.styles import StyleBook, read_styles
from app.errors import NotFoundError
from app.language import gettext as _

if TYPE_CHECKING:
    from app.atlas.features import StoredFeature
    from app.atlas.store import Atlas

_STYLES: Final = Path(__file__).resolve().parents[2] / "styles"
EVERYTHING: Final = "plan-atlas"
TITLE: Final = "津图 Plan Atlas"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Features to write, in order, with what a file says of them.

    Parameters
    ----------
    name
        ASCII stem of file names.
    title
        Chinese title of the whole.
    count
        How many features there are, those without geometry too.
    features
        Gives a fresh iterator over the features at each call; geometries WGS84 longitude, latitude.
    version
        Data version: the hash of the atlas' inputs.
    layers
        Rows of the atlas' layers by id; a layer that is missing here is titled by its id.
    attribution, licence
        Credit line and SPDX name of the licence.
    """

    name: str
    title: str
    count: int
    features: Callable[[], Iterator[StoredFeature]]
    version: str
    layers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    attribution: str = ATTRIBUTION
    licence: str = LICENCE

    def layer_title(self, layer: str) -> str:
        """The layer's Chinese title, or its id where it has none."""
        return str(self.layers.get(layer, {}).get("title") or layer)


def select(atlas: Atlas, query: Query) -> Selection:
    """The features of ``atlas`` that meet ``query``.

    Raises
    ------
    NotFoundError
        For an unknown layer, plan or kind; the message lists the known ones.
    """
    layers = {str(row["id"]): row for row in atlas.layers}
    plans = {str(row["id"]): row for row in atlas.plans}
    if query.layer is not None and query.layer not in layers:
        raise NotFoundError(
            _("没有图层“%(id)s”。可用:all, %(known)s", id=query.layer[:80], known=", ".join(sorted(layers)))
        )
    if query.plan is not None and query.plan not in plans:
        raise NotFoundError(
            _("没有规划“%(id)s”。可用:%(known)s", id=query.plan[:80], known=", ".join(sorted(plans)))
        )
    kinds = atlas.counts("kind")
    if query.kind is not None and query.kind not in kinds:
        raise NotFoundError(
            _("没有类别“%(id)s”。可用:%(known)s", id=query.kind[:80], known=", ".join(sorted(kinds)))
        )
    matched = atlas.query(replace(query, limit=1)).matched
    left = max(0, matched - query.offset)
    count = left if query.limit is None else min(left, query.limit)

    if query.layer is not None:
        name, title = query.layer, str(layers[query.layer]["title"])
    elif query.plan is not None:
        name, title = query.plan, f"{plans[query.plan]['short_title']} · {TITLE}"
    else:
        name, title = EVERYTHING, TITLE
    return Selection(
        name=name,
        title=title,
        count=count,
        features=lambda: atlas.stream(query),
        version=atlas.version,
        layers=layers,
    )


@cache
def style_book() -> StyleBook:
    """The styles that files are drawn with; read once, they change with the code."""
    return read_styles(_STYLES)
