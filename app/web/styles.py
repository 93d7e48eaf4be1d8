"""Styles to take away: QML for QGIS, SLD for map servers, Mapbox GL JSON with its sprite."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from flask import Blueprint, Response, render_template, request, url_for

from app.atlas.export import ATTRIBUTION, LICENCE
from app.atlas.styles import SHAPE_TITLES, Shape
from app.errors import NotFoundError, RequestError
from app.exports.mapbox import StyledLayer, mapbox
from app.exports.qml import qml
from app.exports.sld import sld
from app.exports.sprite import sprite
from app.language import gettext as _
from app.language import listed
from app.web.access import atlas, by_id, styles
from app.web.parameters import known_only
from app.web.responses import data_response, json_bytes, json_response, page_response

blueprint = Blueprint("styles", __name__)
ALL: Final = "all"
SLD: Final = "application/vnd.ogc.sld+xml"
MAPBOX: Final = "application/vnd.mapbox.style+json"


def _theme(theme: str) -> dict[str, Any]:
    known = by_id(atlas().themes)
    if theme not in known:
        raise NotFoundError(
            _("没有编号为 %(id)s 的专题；可用的有：%(known)s。", id=theme[:40], known=listed(known))
        )
    return dict(known[theme])


def _shape() -> Shape | None:
    """The ``shape`` of the current request, None where all shapes are wanted."""
    known_only(("shape",))
    asked = request.args.get("shape", "")
    if not asked:
        return None
    try:
        return Shape(asked)
    except ValueError:
        known = (
            _("%(code)s（%(title)s）", code=shape, title=_(title)) for shape, title in SHAPE_TITLES.items()
        )
        raise RequestError(_("参数 shape 应为 %(known)s 之一。", known=listed(known))) from None


def _download(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _file(endpoint: str, **values: str) -> str:
    """The full address of a file, the same in every language."""
    return url_for(endpoint, lang=None, _external=True, **values)


@blueprint.get("/styles")
def page() -> Response:
    """The styles and projects, for people."""
    known_only()
    store = atlas()
    html = render_template(
        "styles.html", themes=store.themes, plans=store.plans, book=styles(), shapes=SHAPE_TITLES
    )
    return page_response(html)


@blueprint.get("/styles.json")
def index() -> Response:
    """The styles, for programs."""
    known_only()
    rows = [
        {
            "id": theme["id"],
            "title": theme["title"],
            "titleEn": theme["title_en"],
            "links": [
                {"href": _file(f"styles.{form}", theme=theme["id"]), "type": media}
                for form, media in (("as_qml", "application/xml"), ("as_sld", SLD), ("as_mapbox", MAPBOX))
            ],
        }
        for theme in atlas().themes
    ]
    return json_response({"styles": rows})


@blueprint.get("/styles/<theme>.qml")
def as_qml(theme: str) -> Response:
    """A theme's style for QGIS; ``shape=area|line|point`` for a layer of one shape."""
    shape = _shape()
    row = _theme(theme)
    book = styles()
    body = qml(book.theme(row["id"]), book, shape)
    return _download(data_response(body.encode(), "application/xml"), f"{theme}.qml")


@blueprint.get("/styles/<theme>.sld")
def as_sld(theme: str) -> Response:
    """A theme's style as OGC SLD 1.0.0; ``shape`` as for QGIS."""
    shape = _shape()
    row = _theme(theme)
    book = styles()
    body = sld(book.theme(row["id"]), book, shape, title=row["title"])
    return _download(data_response(body.encode(), SLD), f"{theme}.sld")


@blueprint.get("/styles/<theme>.json")
def as_mapbox(theme: str) -> Response:
    """A Mapbox GL style with its sources: the layers of a theme in all plans, or ``all`` of them."""
    known_only()
    store = atlas()
    title = "津图 Plan Atlas" if theme == ALL else f"津图 · {_theme(theme)['title']}"
    orders = {row["id"]: row["order"] for row in store.themes}
    layers = [
        StyledLayer(
            id=str(layer["id"]),
            theme=str(layer["theme"]),
            source={
                "type": "geojson",
                "data": _file("layers.item", layer_id=layer["id"], registered="false"),
                "attribution": ATTRIBUTION,
            },
        )
        for layer in sorted(store.layers, key=lambda row: orders[row["theme"]])
        if layer["located"] and theme in (ALL, layer["theme"])
    ]
    body = mapbox(
        layers,
        styles(),
        name=title,
        sprite=_file("styles.sprite_index", ratio="").removesuffix(".json"),
        metadata={"attribution": ATTRIBUTION, "licence": LICENCE, "dataVersion": store.version},
    )
    return _download(data_response(json_bytes(body), MAPBOX), f"{theme}.json")


@lru_cache(maxsize=2)
def _sprite(ratio: int) -> tuple[bytes, bytes]:
    drawn = sprite(styles(), ratio=ratio)
    return json_bytes(drawn.index), drawn.png


def _ratio(text: str) -> int:
    if text not in ("", "@2x"):
        raise NotFoundError(_("雪碧图只有 1 倍和 2 倍（@2x）两种。"))
    return 2 if text else 1


@blueprint.get("/styles/sprite.json", defaults={"ratio": ""})
@blueprint.get("/styles/sprite<ratio>.json")
def sprite_index(ratio: str) -> Response:
    """Where in the sprite each picture lies."""
    known_only()
    return data_response(_sprite(_ratio(ratio))[0], "application/json")


@blueprint.get("/styles/sprite.png", defaults={"ratio": ""})
@blueprint.get("/styles/sprite<ratio>.png")
def sprite_picture(ratio: str) -> Response:
    """Hatching and symbols, as one picture."""
    known_only()
    return data_response(_sprite(_ratio(ratio))[1], "image/png")
