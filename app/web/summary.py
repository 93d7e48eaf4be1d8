"""A feature in one plain sentence, put together from its data and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from markupsafe import Markup

from app.atlas.words import REASONS
from app.language import gettext as _
from app.language import mark, ngettext, titled
from app.web.languages import place, verbatim
from app.web.words import KM, SQUARE_KM, kind, measure, metres

_OPENINGS: Final[Mapping[str, str]] = {
    "新建": mark("%(district)s的%(what)s，%(plan)s（%(years)s）计划新建"),
    "改造提升": mark("%(district)s的%(what)s，%(plan)s（%(years)s）计划改造提升"),
    "续建/建成": mark("%(district)s的%(what)s，%(plan)s（%(years)s）说它续建或建成"),
    "盘活": mark("%(district)s的%(what)s，%(plan)s（%(years)s）计划盘活"),
    "保护": mark("%(district)s的%(what)s，%(plan)s（%(years)s）予以保护"),
    "培育/定位": mark("%(district)s的%(what)s，%(plan)s（%(years)s）作出定位、着力培育"),
}
_MENTIONED: Final = mark("%(district)s的%(what)s，%(plan)s（%(years)s）提到它")


def in_a_sentence(properties: Mapping[str, Any], plan: Mapping[str, Any]) -> Markup:
    """What the feature is, where and how large, for which years, with how many targets.

    A size that the plan states is told even where the shape is too rough to be measured; of a shape that
    may be measured, the measured size and how far its position may be off.

    Parameters
    ----------
    properties
        Public properties of the feature.
    plan
        The row of its plan.
    """
    p = properties
    start, end = plan["start_year"], plan["end_year"]
    years = _("%(year)s 年", year=start) if start == end else _("%(start)s–%(end)s 年", start=start, end=end)
    opening = Markup(_(_OPENINGS.get(p["status"], _MENTIONED))) % {
        "district": place(p["district"]),
        "what": kind(p["kind"]).replace("／", _("或")),
        "plan": titled(plan, "short_title"),
        "years": years,
    }
    clauses = [opening]
    if p["system"]:
        bare = p["system"].startswith("“")  # it has its own quotation marks
        words = Markup(_("属%(system)s") if bare else _("属“%(system)s”"))
        clauses.append(words % {"system": verbatim(p["system"])})
    clauses += map(Markup.escape, _size(p))
    if p["targets"]:
        count = len(p["targets"])
        clauses.append(Markup(ngettext("规划对它提出 %(num)s 项目标", "规划对它提出 %(num)s 项目标", count)))
    return Markup(_("；")).join(clauses) + _("。").rstrip()


def _size(p: Mapping[str, Any]) -> Iterator[str]:
    stated = measure(p["stated_area_km2"], SQUARE_KM) or measure(p["stated_length_km"], KM)
    if stated:
        yield _("规划说 %(size)s", size=stated)
    if p["method"] == "unlocated":
        reason = _(REASONS.get(p["reason"], p["reason"]))
        yield _("没有落图：%(reason)s", reason=reason[:1].lower() + reason[1:])
        return
    measured = measure(p["computed_area_km2"], SQUARE_KM) or measure(p["computed_length_km"], KM)
    size = measured if p["certainty"] != "indicative" else ""
    distance = metres(p["tolerance_m"])
    if size and distance:
        yield _("图上量算约 %(size)s，位置误差不超过%(distance)s", size=size, distance=distance)
    elif size:
        yield _("图上量算约 %(size)s", size=size)
    elif distance:
        yield _("位置误差不超过%(distance)s", distance=distance)
