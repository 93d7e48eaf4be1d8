"""Any selection of features as a file, in any format of the catalogue and any system on offer.

``/download?f=`` is the address of all downloads; ``/features?f=`` and ``/layers/<id>?f=`` answer the same.
A file is written aside and sent as it is read, so that its size costs no memory, and few are written at
once: a server that hands out files still answers maps.
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, current_app, request
from werkzeug.wsgi import wrap_file

from app.atlas.cql2 import narrowed, parse_filter
from app.atlas.query import AllOf
from app.errors import RequestError
from app.exports.formats import EDITION, FORMATS, FileFormat, check, format_named, write
from app.exports.selection import Selection, select
from app.exports.table import file_name
from app.language import gettext as _
from app.places.crs import OFFERED, WGS84, OfferedCrs, crs_named
from app.web.access import atlas
from app.web.costly import costly
from app.web.parameters import Filter, read_filter

if TYPE_CHECKING:
    from app.atlas.query import Query

blueprint = Blueprint("downloads", __name__)
NAMES: Final = ("f", "crs", "filter", "filter-lang")
View = Callable[..., Response]


def downloadable(view: View) -> View:
    """Let a page of features answer ``f=`` with a file of them; ``layer_id``, where it has one, is kept."""

    @wraps(view)
    def answer(**values: str) -> Response:
        if request.args.get("f") in FORMATS:
            return _answer(layer=values.get("layer_id"))
        return view(**values)

    answer.file_formats = frozenset(FORMATS)  # type: ignore[attr-defined]
    return answer


@blueprint.get("/download")
def download() -> Response:
    """Features by condition as a file; without a condition everything."""
    return _answer(layer=None)


@blueprint.app_template_global("download_offer")
def offer() -> Mapping[str, Sequence[Any]]:
    """What the download menu lets choose: formats, plans, and every system once, GCJ-02 last."""
    systems = [crs for code, crs in OFFERED.items() if code != "EPSG:4326"]  # in files the same as CRS84
    return {"formats": tuple(FORMATS.values()), "systems": systems, "plans": atlas().plans}


@blueprint.app_template_global("download_conditions")
def conditions() -> dict[str, str]:
    """The conditions of the current list, without its page."""
    kept = set(Filter.NAMES) - {"limit", "offset"}
    return {name: value for name, value in request.args.items() if name in kept and value}


def _answer(*, layer: str | None) -> Response:
    query = _query(layer)
    file_format = format_named(request.args.get("f") or "geojson")
    crs = crs_named(request.args["crs"]) if request.args.get("crs") else WGS84
    check(file_format, crs)
    selection = select(atlas(), query)
    most = int(current_app.config["EXPORT_LIMIT"])
    if selection.count > most:
        raise RequestError(
            _(
                "选中 %(count)s 个要素，一次下载最多 %(most)s 个；请缩小范围，或用命令行 atlas export。",
                count=selection.count,
                most=most,
            )
        )
    packed = file_format.text and request.accept_encodings.quality("gzip") > 0
    response = Response(content_type=file_format.media_type)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Content-Disposition"
    # the same question to the same data is the same file, which need not be written to know that
    response.set_etag(_mark(selection, file_format, crs), weak=True)
    if request.if_none_match.contains_weak(response.get_etag()[0] or ""):
        response.status_code = 304
        return response
    name = file_name(selection, crs, file_format.extension)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    _fill(response, selection, file_format, crs, packed=packed, name=name)
    return response


def _query(layer: str | None) -> Query:
    chosen = read_filter(atlas(), default_limit=int(current_app.config["PAGE_LIMIT_MAX"]), others=NAMES)
    query = chosen.as_query()
    exact = query.where
    if "limit" not in request.args:
        query = replace(query, limit=None)
    if layer is not None:
        if chosen.layer not in (None, layer):
            raise RequestError(_("此地址只有图层 %(layer)s；其他图层请用 /download。", layer=layer))
        query = replace(query, layer=layer)
    if text := request.args.get("filter"):
        lang = request.args.get("filter-lang") or "cql2-text"
        query = narrowed(replace(query, where=parse_filter(text, lang=lang)))  # type: ignore[arg-type]
        query = replace(query, where=AllOf(tuple(filter(None, (exact, query.where)))))
    return query


def _mark(selection: Selection, file_format: FileFormat, crs: OfferedCrs) -> str:
    asked = sorted((name, value) for name, value in request.args.items() if name not in ("f", "crs"))
    said = (selection.version, selection.name, selection.count, file_format.id, crs.code, EDITION, asked)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:24]


def _fill(
    response: Response,
    selection: Selection,
    file_format: FileFormat,
    crs: OfferedCrs,
    *,
    packed: bool,
    name: str,
) -> None:
    """Write the file aside, open it, and leave nothing but the open file behind."""
    with costly(), tempfile.TemporaryDirectory(prefix="plan-atlas-") as folder:
        path = Path(folder) / name
        write(selection, path, file_format=file_format, crs=crs)
        if packed:
            path = _packed(path)
        size = path.stat().st_size
        file = path.open("rb")
    response.response = wrap_file(request.environ, file)
    response.direct_passthrough = True
    response.content_length = size
    response.make_conditional(request, accept_ranges=not packed, complete_length=size)


def _packed(path: Path) -> Path:
    target = path.with_name("packed")
    with (
        path.open("rb") as source,
        target.open("wb") as out,
        gzip.GzipFile("", "wb", 6, out, mtime=0) as sink,
    ):
        shutil.copyfileobj(source, sink)
    return target
