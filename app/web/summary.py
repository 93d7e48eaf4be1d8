"""A feature in one plain sentence, put together from its data and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.atlas.pinyin import named
from app.atlas.words import REASONS
from app.language import gettext as _
from app.language import mark, ngettext, titled
from app.web.words import KM, SQUARE_KM, kind, measure, metres

_DOING: Final[Mapping[str, str]] = {
    "新建": mark("%(plan)s计划新建"),
    "改造提升": mark("%(plan)s计划改造提升"),
    "续建/建成": mark("%(plan)s说它续建或建成"),
    "盘活": mark("%(plan)s计划盘活"),
    "保护": mark("%(plan)s予以保护"),
    "培育/定位": mark("%(plan)s作出定位、着力培育"),
}
_MENTIONED: Final = mark("%(plan)s提到它")


def in_a_sentence(properties: Mapping[str, Any], plan: Mapping[str, Any]) -> str:
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
    doing = _(
        _DOING.get(p["status"], _MENTIONED),
        plan=_("%(title)s（%(years)s）", title=titled(plan, "short_title"), years=years),
    )
    what = _(
        "%(district)s的%(what)s", district=named(p["district"]), what=kind(p["kind"]).replace("／", _("或"))
    )
    parts = [_("%(what)s，%(doing)s", what=what, doing=doing)]
    if p["system"]:
        parts.append(_("属“%(system)s”", system=p["system"]))
    parts += _size(p)
    if p["targets"]:
        parts.append(
            ngettext("规划对它提出 %(num)s 项目标", "规划对它提出 %(num)s 项目标", len(p["targets"]))
        )
    return (_("；").join(parts) + _("。")).rstrip()


def _size(p: Mapping[str, Any]) -> Iterator[str]:
    stated = measure(p["stated_area_km2"], SQUARE_KM) or measure(p["stated_length_km"], KM)
    if stated:
        yield _("规划说 %(size)s", size=stated)
    if p["method"] == "unlocated":
        yield _("没有落图：%(reason)s", reason=_(REASONS.get(p["reason"], p["reason"])))
        return
    computed = measure(p["computed_area_km2"], SQUARE_KM) or measure(p["computed_length_km"], KM)
    if computed and p["certainty"] != "indicative":
        yield _("图上量算约 %(size)s", size=computed)
    if p["tolerance_m"]:
        yield _("位置误差不超过%(distance)s", distance=metres(p["tolerance_m"]))
