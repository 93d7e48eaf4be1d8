"""OGC API - Tiles under ``/ogc``: vector tiles of all features and of each collection."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from flask import Blueprint, Response

from app.errors import NotFoundError
from app.language import gettext as _
from app.ogc import tilematrix, tilesets
from app.ogc.answers import JSON, MVT
from app.ogc.catalogue import ALL, Catalogue, Collection
from app.ogc.requests import single_values
from app.ogc.tiles import TileCache
from app.web.ogc import arguments, document_page, found, open_to_all, plain
from app.web.ogc_format import answer, base, check_format, document, page_wanted

if TYPE_CHECKING:
    from app.atlas.store import Atlas

blueprint = Blueprint("ogc_tiles", __name__, url_prefix="/ogc")
blueprint.after_request(open_to_all)


@lru_cache(maxsize=1)
def cache(_: Atlas) -> TileCache:
    """The tiles kept of an atlas; those of the one before go when it is succeeded."""
    return TileCache()


def _spatial(collection_id: str) -> tuple[Catalogue, Collection]:
    known, item = found(collection_id)
    if item.shape is not None:
        raise NotFoundError(_("瓦片不分几何类型；请用数据集 %(id)s。", id=item.layer))
    if not item.spatial:
        raise NotFoundError(_("数据集 %(id)s 没有几何，因此没有瓦片。", id=item.id))
    return known, item


def _known_matrix_set(name: str) -> None:
    if name != tilematrix.ID:
        raise NotFoundError(
            _("没有切片方案 %(name)s；可用的是 %(known)s。", name=name[:40], known=tilematrix.ID)
        )


@blueprint.get("/tileMatrixSets")
def matrix_sets() -> Response:
    """The tile matrix sets."""
    plain()
    body = tilesets.tile_matrix_sets(base())
    if page_wanted():
        return document_page(_("切片方案"), _("矢量瓦片按此方案切分。"), body)
    return document(lambda: body, JSON)


@blueprint.get("/tileMatrixSets/<matrix_set>")
def matrix_set(matrix_set: str) -> Response:
    """One tile matrix set."""
    _known_matrix_set(matrix_set)
    plain()
    body = tilematrix.definition()
    if page_wanted():
        return document_page(_("切片方案 WebMercatorQuad"), _("网络地图通用的切片方案。"), body)
    return document(lambda: body, JSON)


@blueprint.get("/tiles")
def dataset_tilesets() -> Response:
    """Tilesets of all features."""
    return _list(ALL, f"{base()}/tiles")


@blueprint.get("/collections/<collection_id>/tiles")
def collection_tilesets(collection_id: str) -> Response:
    """Tilesets of one collection."""
    return _list(collection_id, f"{base()}/collections/{collection_id}/tiles")


def _list(collection_id: str, href: str) -> Response:
    _known, item = _spatial(collection_id)
    plain()
    body = tilesets.tilesets(item, href, base())
    if page_wanted():
        return document_page(_("%(title)s · 矢量瓦片", title=item.title), item.description, body)
    return document(lambda: body, JSON)


@blueprint.get("/tiles/<matrix_set>")
def dataset_tileset(matrix_set: str) -> Response:
    """The tileset of all features."""
    return _tileset(ALL, matrix_set, f"{base()}/tiles/{matrix_set}")


@blueprint.get("/collections/<collection_id>/tiles/<matrix_set>")
def collection_tileset(collection_id: str, matrix_set: str) -> Response:
    """The tileset of one collection."""
    return _tileset(collection_id, matrix_set, f"{base()}/collections/{collection_id}/tiles/{matrix_set}")


def _tileset(collection_id: str, matrix_set: str, href: str) -> Response:
    known, item = _spatial(collection_id)
    _known_matrix_set(matrix_set)
    plain()
    body = tilesets.tileset(known, item, href, base())
    if page_wanted():
        return document_page(_("%(title)s · 矢量瓦片", title=item.title), item.description, body)
    return document(lambda: body, JSON)


@blueprint.get("/tiles/<matrix_set>/<matrix>/<row>/<column>")
def dataset_tile(matrix_set: str, matrix: str, row: str, column: str) -> Response:
    """A tile of all features; 204 where there is nothing."""
    return _tile(ALL, matrix_set, matrix, row, column)


@blueprint.get("/collections/<collection_id>/tiles/<matrix_set>/<matrix>/<row>/<column>")
def collection_tile(collection_id: str, matrix_set: str, matrix: str, row: str, column: str) -> Response:
    """A tile of one collection; 204 where there is nothing."""
    return _tile(collection_id, matrix_set, matrix, row, column)


def _tile(collection_id: str, matrix_set: str, matrix: str, row: str, column: str) -> Response:
    known, item = _spatial(collection_id)
    _known_matrix_set(matrix_set)
    wanted = tilematrix.tile(matrix, row, column)
    single_values(arguments(), ("f",))
    check_format(("mvt",))
    return answer(lambda: cache(known.atlas).tile(known, item, wanted), MVT)
