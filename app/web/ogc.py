"""OGC API - Features and Common under ``/ogc``: the thin adapter of :mod:`app.ogc`.

It reads requests, picks data or page and sets headers; what an answer says is decided in the core.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, redirect, render_template, request

from app.errors import NotFoundError
from app.language import gettext as _
from app.language import titled
from app.ogc import documents, schemas
from app.ogc.answers import GEOJSON, HTML, JSON, OPENAPI, SCHEMA, item_body, items_body, link_header
from app.ogc.catalogue import Catalogue, Collection, catalogue
from app.ogc.openapi import openapi
from app.ogc.pages import item_rows, items_table, operations
from app.ogc.requests import Limits, offered_crs, read_items, single_values
from app.web.access import atlas
from app.web.languages import with_language
from app.web.ogc_format import answer, base, check_format, document, page_wanted, site
from app.web.responses import page_response

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

blueprint = Blueprint("ogc", __name__, url_prefix="/ogc")
PAGE_ROWS: Final = 50
EXPOSED: Final = "Content-Crs, ETag, Last-Modified, Link"


@blueprint.after_request
def open_to_all(response: Response) -> Response:
    """Let pages of any origin read the answers."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = EXPOSED
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "*"
        response.headers["Access-Control-Max-Age"] = "86400"
    return response


def arguments() -> dict[str, list[str]]:
    """The parameters of the current request, each with all its values."""
    return {name: list(values) for name, values in request.args.lists()}


def limits() -> Limits:
    """What the settings allow."""
    config = current_app.config
    return Limits(
        page=int(config["PAGE_LIMIT"]),
        page_max=int(config["PAGE_LIMIT_MAX"]),
        text_max=int(config["QUERY_LENGTH_MAX"]),
    )


def plain() -> None:
    """Refuse every parameter but ``f``."""
    single_values(arguments(), ("f",))
    check_format()


def found(collection_id: str) -> tuple[Catalogue, Collection]:
    """The catalogue of the current atlas and one of its collections."""
    known = catalogue(atlas())
    return known, known.collection(collection_id)


def data_url() -> str:
    """The current address, as data."""
    return f"?{urlencode({**request.args.to_dict(), 'f': 'json'})}"


def page_address(link: Mapping[str, Any]) -> str:
    """Where a page has a document's link lead: to the page of what it names, in the reader's language."""
    href = str(link["href"])
    if not href.startswith(f"{site()}/"):
        return href
    if link["type"] != HTML and "/ogc/" in href:
        href += f"{'&' if '?' in href else '?'}f=html"
    return with_language(href)


def document_page(title: str, lead: str, body: dict[str, Any]) -> Response:
    """A document as a page: its links as links, the whole as it is sent."""
    html = render_template(
        "ogc_document.html", title=title, lead=lead, body=body, page_address=page_address, data_url=data_url()
    )
    return page_response(html)


@blueprint.get("", strict_slashes=False)
def landing() -> Response:
    """The landing page."""
    plain()
    if page_wanted():
        html = render_template(
            "ogc_landing.html",
            body=documents.landing(base(), site()),
            collections=_groups(catalogue(atlas())),
            data_url=data_url(),
        )
        return page_response(html)
    return document(lambda: documents.landing(base(), site()), JSON)


def _groups(known: Catalogue) -> list[tuple[str, list[Collection]]]:
    """Collections by plan, those of no plan first."""
    groups: dict[str, list[Collection]] = {}
    for item in known.collections.values():
        title = titled(known.plans[item.plan], "short_title") if item.plan else _("跨规划")
        groups.setdefault(title, []).append(item)
    return list(groups.items())


@blueprint.get("/conformance")
def conformance() -> Response:
    """The conformance classes."""
    plain()
    body = documents.conformance(base())
    if page_wanted():
        return document_page(_("符合的标准条款"), _("每一条都有测试；没有测过的不列。"), body)
    return document(lambda: body, JSON)


@blueprint.get("/api")
def api() -> Response:
    """The definition of the service: OpenAPI 3.0."""
    plain()
    body = openapi(catalogue(atlas()), base(), limits())
    if page_wanted():
        return page_response(
            render_template("ogc_api.html", body=body, operations=operations(body), data_url=data_url())
        )
    return document(lambda: body, OPENAPI)


@blueprint.get("/collections")
def collections() -> Response:
    """All collections."""
    plain()
    known = catalogue(atlas())
    if page_wanted():
        return page_response(
            render_template("ogc_collections.html", groups=_groups(known), data_url=data_url())
        )
    return document(lambda: documents.collections(known, base(), site()), JSON)


@blueprint.get("/collections/<collection_id>")
def collection(collection_id: str) -> Response:
    """One collection."""
    known, item = found(collection_id)
    plain()
    body = documents.collection(item, known.atlas, base(), site())
    if page_wanted():
        return document_page(item.title, item.description, body)
    return document(lambda: body, JSON)


@blueprint.get("/collections/<collection_id>/queryables")
def queryables(collection_id: str) -> Response:
    """What filters may ask about."""
    return _schema(collection_id, "queryables")


@blueprint.get("/collections/<collection_id>/sortables")
def sortables(collection_id: str) -> Response:
    """What ``sortby`` may name."""
    return _schema(collection_id, "sortables")


@blueprint.get("/collections/<collection_id>/schema")
def schema(collection_id: str) -> Response:
    """The properties of items."""
    return _schema(collection_id, "schema")


def _schema(collection_id: str, what: str) -> Response:
    known, item = found(collection_id)
    plain()
    body = getattr(schemas, what)(known, item, f"{base()}/collections/{item.id}/{what}")
    if page_wanted():
        return document_page(body["title"], item.description, body)
    return document(lambda: body, SCHEMA)


@blueprint.get("/collections/<collection_id>/items")
def items(collection_id: str) -> Response:
    """Items by box, time, property and filter, in pages."""
    known, item = found(collection_id)
    given = arguments()
    paged = page_wanted()
    bounds = limits()
    if paged:
        bounds = Limits(PAGE_ROWS, bounds.page_max, bounds.text_max)
    wanted = read_items(given, catalogue=known, collection=item, limits=bounds)
    check_format()
    href = f"{base()}/collections/{item.id}"

    def links(matched: int) -> list[dict[str, str]]:
        return documents.page_links(
            f"{href}/items",
            request.args.to_dict(),
            limit=wanted.limit,
            offset=wanted.offset,
            matched=matched,
            collection_href=href,
        )

    if paged:
        page = known.query(item, wanted.query)
        table = items_table(item, page.items, site())
        html = render_template(
            "ogc_items.html",
            item=item,
            page=page,
            table=table,
            offset=wanted.offset,
            links=links(page.matched),
        )
        return page_response(html)
    headers = {"Content-Crs": f"<{wanted.crs.uri}>"}

    def make() -> bytes:
        page = known.query(item, wanted.query)
        own = links(page.matched)
        headers["Link"] = link_header(own)
        return items_body(
            page.items,
            atlas=known.atlas,
            matched=page.matched,
            links=own,
            crs=wanted.crs,
            properties=wanted.properties,
        )

    return answer(make, GEOJSON, headers=headers)


@blueprint.get("/collections/<collection_id>/items/<item_id>")
def item(collection_id: str, item_id: str) -> BaseResponse:
    """One item."""
    known, home = found(collection_id)
    given = single_values(arguments(), ("f", "crs"))
    check_format()
    crs = offered_crs(given.get("crs"), "crs")
    entry = known.item(home, item_id)
    if entry is None:
        moved = known.atlas.moved(item_id) if home.spatial else None
        if moved is not None:
            query = f"?{urlencode(given)}" if given else ""
            return redirect(f"{base()}/collections/{home.id}/items/{moved}{query}", 301)
        raise NotFoundError(_("数据集 %(home)s 中没有编号为 %(id)s 的条目。", home=home.id, id=item_id[:80]))
    links = documents.item_links(entry.id, home.id, base())
    if page_wanted():
        rows = item_rows(entry, schemas.schema(known, home, "")["properties"])
        html = render_template("ogc_item.html", home=home, entry=entry, rows=rows, data_url=data_url())
        return page_response(html)
    return answer(
        lambda: item_body(entry, atlas=known.atlas, links=links, crs=crs),
        GEOJSON,
        headers={"Content-Crs": f"<{crs.uri}>", "Link": link_header(links)},
    )
