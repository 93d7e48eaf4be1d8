"""Paper: map sheets as PDF and PNG, a feature's card, the sheet of an area, a plan in short."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import shapely
from flask import Blueprint, Response, render_template, request, url_for

from app.atlas.periods import period_title
from app.atlas.pinyin import named, sounded
from app.atlas.query import AllOf, BBox, Query
from app.atlas.words import CERTAINTIES, LEVELS, METHOD_TITLES
from app.errors import RequestError
from app.language import gettext as _
from app.language import listed, ngettext, titled
from app.places.staging import printable
from app.web import documents
from app.web import ground as grounds
from app.web.access import atlas, by_id, find_feature, find_plan, styles
from app.web.costly import costly
from app.web.ground import Ground, read_ground
from app.web.here import answer
from app.web.parameters import CONDITIONS, known_only, one_of, read_conditions, text, whole
from app.web.responses import data_response, page_response
from app.web.words import kind

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from app.atlas.store import StoredFeature
    from app.exports.print.report import Section

blueprint = Blueprint("prints", __name__)
PDF: Final = "application/pdf"
NAMES: Final = (*grounds.NAMES, *CONDITIONS, "layers", "title", "paper", "orientation", "dpi", "format")
PICTURE_MM: Final = (174.0, 104.0)
MOST_LAYERS: Final = 60
MOST_FEATURES: Final = 2_000
"""More on a sheet cannot be told apart, and would draw for longer than anyone waits."""


@blueprint.get("/print")
def sheet() -> Response:
    """A map sheet of the asked ground; without any, the form that asks for one."""
    from app.exports.print.frame import Orientation, Paper, frame_for
    from app.exports.print.sheet import MEDIA_TYPES, Sheet, map_sheet

    known_only(NAMES)
    store = atlas()
    if not grounds.asked():
        html = render_template("print.html", plans=by_id(store.plans), layers=store.layers)
        return page_response(html)
    ground = read_ground()
    paper = Paper(one_of("paper", [item.value for item in Paper]) or Paper.A4)
    lying = Orientation(one_of("orientation", [item.value for item in Orientation]) or Orientation.LANDSCAPE)
    file_format = one_of("format", list(MEDIA_TYPES)) or "pdf"
    frame = frame_for(_roomy(ground), paper=paper, orientation=lying)
    title = text("title") or _title(ground)
    asked = Sheet(
        title=printable(title, limit=len(title)),  # the font has no control characters
        sound="" if text("title") else sounded(ground.name),
        frame=frame,
        features=_features(frame.bounds),
        themes=[(str(theme["id"]), titled(theme)) for theme in store.themes],
        address=_address(ground),
        ground=None if "bbox" in request.args else ground.geometry,
        printed=date.today(),
    )
    dpi = whole("dpi", 150, 1, 1000)
    with costly():
        body = map_sheet(asked, atlas=store, book=styles(), file_format=file_format, dpi=dpi)
    return _file(body, MEDIA_TYPES[file_format], f"plan-atlas-{paper.value}.{file_format}")


@blueprint.get("/features/<feature_id>.pdf")
def card(feature_id: str) -> BaseResponse:
    """One feature on paper."""
    known_only()
    feature = find_feature(feature_id, "prints.card")
    if isinstance(feature, Response):
        return feature
    store = atlas()
    properties = feature.properties
    plan = by_id(store.plans)[properties["plan"]]
    body = _document(
        title=str(properties["name"]),
        sound=sounded(properties["name"]),
        lead=f"{titled(plan, 'short_title')} · {named(properties['district'])} · {feature.id}",
        address=url_for("features.page", feature_id=feature.id, _external=True),
        bounds=feature.bounds,
        ground=feature.geometry,
        shown=store.query(Query(layer=feature.layer, registered=False, limit=MOST_FEATURES)).items,
        sections=documents.card_sections(store, feature),
    )
    return _file(body, PDF, f"{feature.id}.pdf")


@blueprint.get("/here.pdf")
def area() -> Response:
    """What the plans say at a place, on paper."""
    ground, hits = answer()
    query = {name: value for name, value in request.args.items() if value}
    body = _document(
        title=_("这里的规划"),
        lead=ngettext(
            "%(place)s：适用和可能适用的要素共 %(num)s 个",
            "%(place)s：适用和可能适用的要素共 %(num)s 个",
            len(hits),
            place=ground.said,
        ),
        address=url_for("here.page", _external=True, **query),
        bounds=_roomy(ground),
        ground=ground.geometry,
        shown=[hit.feature for hit in hits if not hit.distance_m][:MOST_FEATURES],
        sections=documents.area_sections(atlas(), hits),
    )
    return _file(body, PDF, "here.pdf")


@blueprint.get("/plans/<plan_id>/summary.pdf")
def summary(plan_id: str) -> Response:
    """A plan in short, on paper."""
    known_only()
    store = atlas()
    plan = find_plan(plan_id)
    features = store.query(Query(plan=plan_id)).items
    headline = [f for f in features if f.geometry is not None and f.properties["level"] == "headline"]
    bounds = shapely.total_bounds([f.geometry for f in headline])
    body = _document(
        title=titled(plan),
        lead=f"{named(plan['district'])} · {plan['start_year']}–{plan['end_year']}",
        address=url_for("plans.page", plan_id=plan_id, _external=True),
        bounds=tuple(float(edge) for edge in bounds),  # type: ignore[arg-type]
        ground=None,
        shown=headline[:MOST_FEATURES],
        sections=documents.plan_sections(store, plan_id, features),
    )
    return _file(body, PDF, f"{plan_id}-summary.pdf")


def _document(
    *,
    title: str,
    sound: str = "",
    lead: str,
    address: str,
    bounds: BBox | None,
    ground: Any,
    shown: Sequence[StoredFeature],
    sections: list[Section],
) -> bytes:
    from app.exports.print.frame import Frame, window_for
    from app.exports.print.report import Heading, document
    from app.exports.print.sheet import map_picture

    store = atlas()
    picture = None
    width, height = PICTURE_MM
    heading = Heading(
        title=title, sound=sound, lead=lead, address=address, version=store.version, printed=date.today()
    )
    with costly():
        if bounds is not None:
            window, scale = window_for(bounds, width_mm=width, height_mm=height)
            frame = Frame(width, height, (0, 0, width, height), window, scale)
            picture = map_picture(store, shown, frame=frame, book=styles(), ground=ground)
        return document(heading, picture=picture, sections=sections, height_mm=height)


@dataclass(frozen=True, slots=True)
class _OnSheet:
    """The features of some layers; where none is named, all but structures.

    Structures are unions of what is drawn anyway, and would cover it.
    """

    layers: Collection[str]

    def matches(self, feature: StoredFeature) -> bool:
        """Whether the feature is drawn."""
        if self.layers:
            return feature.layer in self.layers
        return bool(feature.properties["theme"] != "structures")


def _features(bounds: BBox) -> list[StoredFeature]:
    """The features on the sheet: those of the layers that the request names, or of all, as its filters leave.

    Raises
    ------
    RequestError
        An unknown layer or value, or more features than a sheet can show.
    """
    store = atlas()
    _given, query = read_conditions(store)
    names = [name for name in request.args.get("layers", "").split(",") if name]
    known = by_id(store.layers)
    if len(names) > MOST_LAYERS or any(name not in known for name in names):
        raise RequestError(_("layers 应为以逗号分隔的图层编号；编号见图层页。"))
    where = AllOf((_OnSheet(names), *filter(None, (query.where,))))
    page = store.query(replace(query, bbox=bounds, registered=False, where=where, limit=MOST_FEATURES))
    if page.matched > MOST_FEATURES:
        raise RequestError(
            _(
                "图面内有 %(number)s 个要素，最多 %(most)s 个；请缩小范围，或用 plan、layers 选取。",
                number=page.matched,
                most=MOST_FEATURES,
            )
        )
    return page.items


def _roomy(ground: Ground) -> BBox:
    """The ground's box, a point's widened to some streets around it."""
    west, south, east, north = ground.geometry.bounds
    if east - west < 1e-4 and north - south < 1e-4:
        return (west - 0.006, south - 0.004, east + 0.006, north + 0.004)
    return (west, south, east, north)


def _title(ground: Ground) -> str:
    plan = by_id(atlas().plans).get(request.args.get("plan", ""))
    place = _("规划图") if "bbox" in request.args else ground.name or ground.said
    title = f"{titled(plan, 'short_title')} · {place}" if plan is not None else place
    words = _conditions()
    return _("%(title)s（只有：%(conditions)s）", title=title, conditions=listed(words)) if words else title


def _conditions() -> list[str]:
    """What the sheet is narrowed to, besides its plan, in the reader's words."""
    given, _query = read_conditions(atlas())
    spoken: dict[str, Callable[[str], str]] = {
        "period": period_title,
        "district": named,
        "system": str,
        "kind": kind,
        "status": _,
        "level": lambda value: _(LEVELS[value]),
        "certainty": lambda value: listed(_(CERTAINTIES[one]) for one in value.split(",")),
        "method": lambda value: _(METHOD_TITLES[value]),
    }
    return [say(given[name]) for name, say in spoken.items() if name in given]


def _address(ground: Ground) -> str:
    if "feature" in request.args:
        return url_for("map.index", feature=request.args["feature"], _external=True)
    centre = shapely.box(*ground.geometry.bounds).centroid
    # without the layers: their many ids would make a code too fine to be read from paper
    given, _query = read_conditions(atlas())
    address = url_for("map.index", _external=True, **given)
    return f"{address}#14/{centre.y:.5f}/{centre.x:.5f}"


def _file(body: bytes, media_type: str, name: str) -> Response:
    response = data_response(body, media_type)
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
