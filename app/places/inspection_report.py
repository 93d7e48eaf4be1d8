"""An inspection as text for people and as data for programs."""

from __future__ import annotations

from typing import Any

from app.places.inspection import Inspection, Weighed

_SHOWN = 5  # readings; the rest have no weight to speak of
_NAMES = 5  # control points named as examples


def inspection_data(inspection: Inspection) -> dict[str, Any]:
    """Everything that was found, as plain JSON types; distances in metres, bounds WGS84."""
    layer = inspection.layer
    return {
        "layer": layer.name,
        "format": layer.format,
        "features": len(layer.geometries),
        "declared": {"crs": layer.declared, "by": layer.declared_by, "name": inspection.declared.name},
        "nameColumn": inspection.name_column,
        "controls": inspection.controls,
        "decided": None if inspection.decided is None else inspection.decided.hypothesis.id,
        "reasons": list(inspection.reasons),
        "cautions": list(inspection.cautions),
        "notes": list(layer.notes),
        "hypotheses": [_weighed_data(weighed) for weighed in inspection.ranked],
    }


def _weighed_data(weighed: Weighed) -> dict[str, Any]:
    hypothesis, found = weighed.hypothesis, weighed.offsets
    east, north = found.median
    return {
        "id": hypothesis.id,
        "title": hypothesis.title,
        "system": hypothesis.system,
        "datum": hypothesis.datum.value,
        "northFirst": hypothesis.flipped,
        "score": round(weighed.score, 3),
        "inBox": round(weighed.inside, 3),
        "bounds": [round(value, 6) for value in weighed.bounds],
        "controlPoints": {
            "count": found.count,
            "medianEast": round(east, 1),
            "medianNorth": round(north, 1),
            "medianOffset": round(found.offset_m, 1),
            "spread": round(found.spread_m, 1),
            "names": list(found.names[:_NAMES]),
        },
        "district": {"name": weighed.district, "share": round(weighed.district_share, 3)},
        "outlineFit": round(weighed.outline_fit, 3),
    }


def inspection_text(inspection: Inspection) -> str:
    """The same for people, a few lines."""
    layer = inspection.layer
    lines = [f"图层 {layer.name}（{layer.format}，{len(layer.geometries)} 个要素）"]
    lines += [f"  注意：{note}" for note in layer.notes]
    declared = f"{inspection.declared.name or layer.declared}（{layer.declared_by}）"
    lines.append(f"  声明的坐标系：{declared if layer.declared else '无'}")
    if inspection.name_column:
        lines.append(f"  控制点：“{inspection.name_column}”列有 {inspection.controls} 个名称见于参考数据")
    else:
        lines.append("  控制点：没有属性列与参考数据的名称相同")
    if inspection.decided is None:
        lines.append("  判定：不能判定")
    else:
        hypothesis = inspection.decided.hypothesis
        lines.append(f"  判定：{hypothesis.title}（{hypothesis.id}）")
    lines += [f"    {reason}" for reason in inspection.reasons]
    lines += [f"    仍须留意：{caution}" for caution in inspection.cautions]
    lines += [_line(weighed) for weighed in inspection.ranked[:_SHOWN]]
    return "\n".join(lines)


def _line(weighed: Weighed) -> str:
    found = weighed.offsets
    words = [f"  {weighed.score:5.2f}  {weighed.hypothesis.id:<20} {weighed.hypothesis.title}"]
    if found.count:
        east, north = found.median
        words.append(f"控制点 {found.count} 个，中位偏差东 {east:+.0f} 米、北 {north:+.0f} 米")
    if weighed.district:
        words.append(f"{weighed.district_share:.0%} 在{weighed.district}")
    if weighed.outline_fit:
        words.append(f"与区界重合 {weighed.outline_fit:.0%}")
    return "；".join(words)
