"""Metadata of the whole, of a plan and of a layer: JSON-LD, ISO 19139, citation, changelog."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response

from app.exports.citation import citation
from app.exports.iso19139 import iso19139
from app.exports.jsonld import catalog, dataset
from app.exports.metadata import Record, layer_record, plan_record, whole_record
from app.exports.selection import EVERYTHING
from app.web.access import atlas, by_id, find_plan
from app.web.layers import layer_row
from app.web.origins import origins, site
from app.web.parameters import known_only
from app.web.responses import data_response, json_bytes, json_response

if TYPE_CHECKING:
    from app.atlas.store import Atlas
    from app.exports.site import Site

blueprint = Blueprint("metadata", __name__)
JSONLD: Final = "application/ld+json"
XML: Final = "application/xml"
CFF: Final = "application/yaml"


@lru_cache(maxsize=128)
def _whole(store: Atlas) -> Record:
    return whole_record(store, origins())


@lru_cache(maxsize=128)
def _layer(store: Atlas, layer_id: str) -> Record:
    return layer_record(store, by_id(store.layers)[layer_id], origins())


@lru_cache(maxsize=16)
def _plan(store: Atlas, plan_id: str) -> Record:
    return plan_record(store, find_plan(plan_id), origins())


@lru_cache(maxsize=4)
def _catalog(store: Atlas, here: Site) -> bytes:
    parts = [dataset(_layer(store, str(layer["id"])), site=here) for layer in store.layers]
    return json_bytes(catalog(dataset(_whole(store), site=here), parts, changes=origins().changes))


def _jsonld(value: dict[str, Any]) -> Response:
    return data_response(json_bytes(value), JSONLD)


def _xml(record: Record, parent: str | None) -> Response:
    return data_response(iso19139(record, parent=parent, site=site()).encode(), XML)


@blueprint.get("/metadata.jsonld")
def whole_jsonld() -> Response:
    """Everything as a DCAT catalogue with a dataset per layer."""
    known_only()
    return data_response(_catalog(atlas(), site()), JSONLD)


@blueprint.get("/metadata.xml")
def whole_xml() -> Response:
    """Everything as ISO 19139."""
    known_only()
    return _xml(_whole(atlas()), None)


@blueprint.get("/layers/<layer_id>/metadata.jsonld")
def layer_jsonld(layer_id: str) -> Response:
    """A layer as a DCAT and schema.org dataset."""
    known_only()
    layer_row(layer_id)
    return _jsonld(dataset(_layer(atlas(), layer_id), site=site()))


@blueprint.get("/layers/<layer_id>/metadata.xml")
def layer_xml(layer_id: str) -> Response:
    """A layer as ISO 19139."""
    known_only()
    row = layer_row(layer_id)
    return _xml(_layer(atlas(), layer_id), str(row["plan"]))


@blueprint.get("/plans/<plan_id>/metadata.jsonld")
def plan_jsonld(plan_id: str) -> Response:
    """A plan's features as a DCAT and schema.org dataset."""
    known_only()
    return _jsonld(dataset(_plan(atlas(), plan_id), site=site()))


@blueprint.get("/plans/<plan_id>/metadata.xml")
def plan_xml(plan_id: str) -> Response:
    """A plan's features as ISO 19139."""
    known_only()
    return _xml(_plan(atlas(), plan_id), EVERYTHING)


@blueprint.get("/CITATION.cff")
def cite() -> Response:
    """How to cite the data."""
    known_only()
    record = _whole(atlas())
    return data_response(citation(record, page=site().page(record)).encode(), CFF)


@blueprint.get("/changes.json")
def changes() -> Response:
    """What changed in the data, newest first."""
    known_only()
    rows = [{"date": change.date, "what": list(change.what)} for change in origins().changes]
    return json_response({"dataVersion": atlas().version, "changes": rows})
