"""Passages: what the plans say of each place, as rows and as W3C Web Annotations.

https://www.w3.org/TR/annotation-model/ gives the selectors: position and quote with 20 characters of prefix
and suffix; offsets count code points of the text at ``/plans/<id>/text``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, redirect, request, url_for

from app.atlas.fulltext import simplified
from app.atlas.reading import Span
from app.atlas.search import fold
from app.errors import NotFoundError, RequestError
from app.language import gettext as _
from app.plans.document import CONTEXT
from app.web.access import atlas, by_id
from app.web.paging import WINDOW, links, page_of, window, with_link_header
from app.web.parameters import known_only, one_of, text
from app.web.plans import plan_text
from app.web.responses import data_response, json_bytes, json_response

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from app.atlas.store import Atlas

blueprint = Blueprint("passages", __name__)
JSONLD: Final = "application/ld+json"
ANNOTATIONS: Final = "http://www.w3.org/ns/anno.jsonld"
FILTERS = ("feature", "section", "q")


@lru_cache(maxsize=2)
def _numbers(store: Atlas) -> Mapping[str, list[tuple[int, int, str]]]:
    """The numbers of the targets of each plan, in the order of the text: span and target's id."""
    found: defaultdict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for row in store.targets:
        found[row["plan"]].append((*row["number"], row["id"]))
    return {plan: sorted(numbers) for plan, numbers in found.items()}


def _address(plan_id: str, span: Span) -> str:
    """The permanent address of a passage: the same in every language."""
    start, end = span
    return url_for("plans.passage", plan_id=plan_id, start=start, end=end, lang=None, _external=True)


def _row(plan_id: str, span: Span) -> dict[str, Any]:
    start, end = span
    _record, words = plan_text(plan_id)
    numbers = _numbers(atlas()).get(plan_id, [])
    inside = numbers[bisect_left(numbers, (start, 0, "")) : bisect_left(numbers, (end, 0, ""))]
    return {
        "id": f"{plan_id}:{start}-{end}",
        "plan": plan_id,
        "short": words.short_of(span),
        "start": start,
        "end": end,
        "exact": words.clean[start:end],
        **words.places[span],
        "features": words.passages[span],
        "targets": [target for _, last, target in inside if last <= end],
        "href": _address(plan_id, span),
    }


def _spans(plan_ids: Iterable[str]) -> list[tuple[str, Span]]:
    """The passages of some plans that meet the filters of the current request, in the order of the texts.

    Raises
    ------
    RequestError
        A feature or section that does not exist.
    """
    plans = list(plan_ids)
    texts = {plan: plan_text(plan)[1] for plan in plans}
    feature, section, query = (text(name) for name in FILTERS)
    if feature is not None and atlas().feature(feature) is None:
        raise RequestError(_("%(given)s 不存在。", given=f"feature={feature[:60]}"))
    known = {part["id"]: part for words in texts.values() for part in words.sections}
    if section is not None and (len(plans) != 1 or section not in known):
        raise RequestError(
            _(
                "%(given)s 不存在；须连同规划一起给出，编号见 /plans/<id>/outline.json。",
                given=f"section={section[:60]}",
            )
        )
    within = known[section] if section else None
    needle = fold(simplified(query)) if query else ""
    return [
        (plan, span)
        for plan, words in texts.items()
        for span in sorted(words.passages)
        if (feature is None or feature in words.passages[span])
        and (within is None or within["start"] <= span[0] < within["end"])
        and needle in fold(words.clean[slice(*span)])
    ]


def _page(plan_ids: Iterable[str]) -> Response:
    found, part = _spans(plan_ids), window()
    return page_of("passages", [_row(*item) for item in part.of(found)], part, matched=len(found))


@blueprint.get("/passages")
def listing() -> BaseResponse:
    """For people, the passages stand in the texts."""
    known_only()
    return redirect(url_for("plans.listing"), 302)


@blueprint.get("/passages.json")
def as_json() -> Response:
    """The passages of all plans, or of one, in pages."""
    known_only(("plan", *FILTERS, *WINDOW))
    plans = list(by_id(atlas().plans))
    plan = one_of("plan", plans)
    return _page([plan] if plan else plans)


@blueprint.get("/plans/<plan_id>/passages")
def listing_of_plan(plan_id: str) -> BaseResponse:
    """For people, the passages stand in the text."""
    known_only()
    plan_text(plan_id)
    return redirect(url_for("plans.page", plan_id=plan_id), 302)


@blueprint.get("/plans/<plan_id>/passages.json")
def of_plan(plan_id: str) -> Response:
    """The passages of a plan, in pages."""
    known_only((*FILTERS, *WINDOW))
    return _page([plan_id])


@blueprint.get("/plans/<plan_id>/passages/<int:start>-<int:end>.json")
def item(plan_id: str, start: int, end: int) -> Response:
    """One passage."""
    known_only()
    _record, words = plan_text(plan_id)
    if (start, end) not in words.passages:
        raise NotFoundError(_("%(plan)s 没有位于 %(span)s 的摘录。", plan=plan_id, span=f"{start}-{end}"))
    return json_response({"dataVersion": atlas().version, **_row(plan_id, (start, end))})


@blueprint.get("/plans/<plan_id>/annotations.jsonld")
def annotations_of_plan(plan_id: str) -> Response:
    """The plan's passages as annotations: which words speak of which feature."""
    known_only(WINDOW)
    plan_text(plan_id)
    return _annotation_page([plan_id])


@blueprint.get("/annotations.jsonld")
def all_annotations() -> Response:
    """The annotations of all plans."""
    known_only(WINDOW)
    return _annotation_page(by_id(atlas().plans))


def _annotation_page(plan_ids: Iterable[str]) -> Response:
    """A page of the collection, as the model's AnnotationPage has it."""
    found = [
        (plan, span, feature)
        for plan in plan_ids
        for span, features in sorted(plan_text(plan)[1].passages.items())
        for feature in features
    ]
    part = window()
    around = links(part, len(found), JSONLD)
    beside = {link["rel"]: link["href"] for link in around}
    page = {
        "@context": ANNOTATIONS,
        "id": beside.pop("self"),
        "type": "AnnotationPage",
        "partOf": {"id": request.base_url, "type": "AnnotationCollection", "total": len(found)},
        "startIndex": part.offset,
        **beside,
        "items": [_annotation(*one) for one in part.of(found)],
    }
    return with_link_header(data_response(json_bytes(page), JSONLD), around)


def _annotation(plan_id: str, span: Span, feature_id: str) -> dict[str, Any]:
    start, end = span
    _record, words = plan_text(plan_id)
    return {
        "id": f"{_address(plan_id, span)}#{feature_id}",
        "type": "Annotation",
        "motivation": "identifying",
        "body": url_for("features.page", feature_id=feature_id, lang=None, _external=True),
        "target": {
            "source": url_for("plans.clean", plan_id=plan_id, lang=None, _external=True),
            "selector": [
                {"type": "TextPositionSelector", "start": start, "end": end},
                {
                    "type": "TextQuoteSelector",
                    "exact": words.clean[start:end],
                    "prefix": words.clean[max(0, start - CONTEXT) : start],
                    "suffix": words.clean[end : end + CONTEXT],
                },
            ],
        },
    }
