"""A feature in one sentence of plain Chinese, put together from its data and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.atlas.words import REASONS
from app.web.words import kind, measure, metres

_DONE = {
    "新建": "计划新建",
    "改造提升": "计划改造提升",
    "续建/建成": "续建或建成",
    "盘活": "计划盘活",
    "保护": "予以保护",
    "培育/定位": "作出定位、着力培育",
}


def in_a_sentence(properties: Mapping[str, Any], plan: Mapping[str, Any]) -> str:
    """What the feature is, where and how large, for which years, with how many targets.

    Parameters
    ----------
    properties
        Public properties of the feature.
    plan
        The row of its plan.
    """
    p = properties
    what = kind(p["kind"]).replace("／", "或")
    doing = _DONE.get(p["status"])
    parts = [
        f"{p['district']}的{what}，{plan['short_title']}（{plan['start_year']}–{plan['end_year']} 年）"
        f"{doing if doing else '提到它'}"
    ]
    if p["method"] == "unlocated":
        parts.append(f"没有落图：{REASONS.get(p['reason'], p['reason'])}")
    else:
        size = measure(p["computed_area_km2"], "平方公里") or measure(p["computed_length_km"], "公里")
        if size and p["certainty"] != "indicative":
            parts.append(f"图上量算约 {size}")
        if p["tolerance_m"]:
            parts.append(f"位置误差不超过{metres(p['tolerance_m']).removeprefix('约')}")
    if p["targets"]:
        parts.append(f"规划对它提出 {len(p['targets'])} 项目标")
    return "；".join(parts) + "。"
