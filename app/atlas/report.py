"""Counts of a built atlas: per plan, layer and method; located or not; sizes against the stated ones."""

from __future__ import annotations

from collections import Counter
from typing import Any

from app.atlas.store import Atlas

_SIZES = (("area", "km2"), ("length", "km"))


def report(atlas: Atlas) -> dict[str, Any]:
    """All counts as plain JSON values."""
    return {
        "version": atlas.version,
        "features": len(atlas),
        "plans": [_plan(atlas, plan["id"]) for plan in atlas.plans],
        "layers": {
            layer["id"]: {"features": layer["count"], "located": layer["located"]} for layer in atlas.layers
        },
        "methods": _count(atlas, "method"),
        "certainty": _count(atlas, "certainty"),
        "findings": dict(sorted(Counter(row["code"] for row in atlas.findings).items())),
        "register": dict(sorted(Counter(row["reason"] for row in atlas.register).items())),
        "sizes": list(_sizes(atlas)),
    }


def _count(atlas: Atlas, key: str, plan: str | None = None) -> dict[str, int]:
    values = (f.properties[key] for f in atlas if plan in (None, f.properties["plan"]))
    return dict(sorted(Counter(values).items()))


def _plan(atlas: Atlas, plan: str) -> dict[str, Any]:
    features = [f.properties for f in atlas if f.properties["plan"] == plan]
    headlines = [f for f in features if f["level"] == "headline"]
    return {
        "id": plan,
        "features": len(features),
        "located": sum(f["method"] != "unlocated" for f in features),
        "registered": sum(f["method"] == "unlocated" for f in features),
        "headline": len(headlines),
        "headline_located": sum(f["method"] != "unlocated" for f in headlines),
        "passages": sum(len(f["passages"]) for f in features),
        "targets": sum(len(f["targets"]) for f in features),
        "methods": _count(atlas, "method", plan),
    }


def _sizes(atlas: Atlas) -> list[dict[str, Any]]:
    rows = []
    for feature in atlas:
        values = feature.properties
        for what, unit in _SIZES:
            stated, computed = values[f"stated_{what}_{unit}"], values[f"computed_{what}_{unit}"]
            if stated is None:
                continue
            rows.append(
                {
                    "id": values["id"],
                    "name": values["name"],
                    "what": what,
                    "unit": unit,
                    "stated": stated,
                    "computed": computed,
                    "off": None if computed is None else round(computed / stated - 1, 4),
                    "independent": what != "area" or all(f["code"] != "S03" for f in values["findings"]),
                }
            )
    return rows


def as_text(data: dict[str, Any]) -> str:
    """The report as lines for a terminal."""
    lines = [f"数据版本 {data['version']} · 要素 {data['features']}", ""]
    for plan in data["plans"]:
        methods = " ".join(f"{name}:{count}" for name, count in plan["methods"].items())
        lines.append(
            f"{plan['id']:<12} 要素 {plan['features']:>4}  落图 {plan['located']:>4}"
            f"  未落图 {plan['registered']:>3}"
            f"  主要结构 {plan['headline_located']}/{plan['headline']}  摘录 {plan['passages']}"
            f"  目标 {plan['targets']}  [{methods}]"
        )
    lines += ["", "图层"]
    lines += [f"  {layer:<24} {row['located']:>3}/{row['features']}" for layer, row in data["layers"].items()]
    lines += ["", "文本所述尺寸与计算尺寸"]
    for row in data["sizes"]:
        computed = "—" if row["computed"] is None else f"{row['computed']:.3f} ({row['off']:+.1%})"
        mark = "" if row["independent"] else "  非独立"
        lines.append(
            f"  {row['name']}  {row['what']} 文本 {row['stated']:g} {row['unit']} 计算 {computed}{mark}"
        )
    found = " ".join(f"{code}:{count}" for code, count in data["findings"].items())
    reasons = " ".join(f"{reason}:{count}" for reason, count in data["register"].items())
    return "\n".join([*lines, "", f"质检发现 {found or '无'}", f"未落图原因 {reasons or '无'}"])
