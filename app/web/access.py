"""How views reach the atlas and what is derived from it once per build."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Response, current_app, redirect, url_for

from app.atlas.styles import StyleBook, read_styles
from app.errors import NotFoundError
from app.language import gettext as _

if TYPE_CHECKING:
    from app.atlas.store import Atlas, StoredFeature

STYLES = Path(__file__).resolve().parents[2] / "styles"


def atlas() -> Atlas:
    """The atlas of the current request."""
    held: Atlas = current_app.extensions["atlas"]()
    return held


@lru_cache(maxsize=1)
def styles() -> StyleBook:
    """The drawing styles; read once, they change with the code."""
    return read_styles(STYLES)


def by_id(rows: list[dict[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Rows of the atlas by their id."""
    return {str(row["id"]): row for row in rows}


def find_plan(plan_id: str) -> Mapping[str, Any]:
    """The plan's row.

    Raises
    ------
    NotFoundError
        No plan has this id.
    """
    row = by_id(atlas().plans).get(plan_id)
    if row is None:
        raise NotFoundError(_("没有编号为 %(id)s 的规划。", id=plan_id[:80]))
    return row


def find_feature(feature_id: str, endpoint: str, **values: Any) -> StoredFeature | Response:
    """The feature, or a 301 to ``endpoint`` where its id has moved.

    Raises
    ------
    NotFoundError
        No feature has or had this id.
    """
    store = atlas()
    feature = store.feature(feature_id)
    if feature is not None:
        return feature
    moved = store.moved(feature_id)
    if moved is not None:
        return redirect(url_for(endpoint, **{"feature_id": moved, **values}), 301)  # type: ignore[return-value]
    raise NotFoundError(_("没有编号为 %(id)s 的要素。", id=feature_id[:80]))
