"""The numbered checks of a built atlas, each a small rule that the plans themselves make possible.

A check looks at features and says what does not hold; it never changes a feature. ``error`` findings
stop a build, ``warning`` findings are what a reviewer should look at, ``info`` findings tell a reader
how far to trust a figure. Messages are Chinese, for the people who read the map.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from app.atlas.model import Feature, Finding, FindingLevel, Kind
from app.places.measure import to_metric
from app.places.model import Method

SIZE_TOLERANCE = 0.10  # DESIGN rule: stated against computed size, ±10 % passes
INSIDE_SHARE = 0.5  # the part of a member that must lie in its structure


@dataclass(frozen=True, slots=True)
class Check:
    """A row of the catalogue of checks."""

    code: str
    level: FindingLevel
    title: str
    rule: str


CATALOGUE: Mapping[str, Check] = {
    check.code: check
    for check in (
        Check("S01", FindingLevel.WARNING, "面积不符", "计算面积与文本所述面积相差超过10%"),
        Check("S02", FindingLevel.WARNING, "长度不符", "计算长度与文本所述长度相差超过10%"),
        Check("S03", FindingLevel.INFO, "面积非独立", "宽度由文本所述面积推得,面积相符不构成独立验证"),
        Check("L01", FindingLevel.WARNING, "越出本区", "要素一半以上位于规划所属行政区之外"),
        Check("L02", FindingLevel.WARNING, "成员在结构之外", "要素一半以上位于其所属结构之外"),
        Check("L03", FindingLevel.WARNING, "几何重复", "同一图层两个要素的几何完全相同"),
        Check("L04", FindingLevel.INFO, "误差大于要素", "定位误差大于要素自身尺度"),
        Check("L05", FindingLevel.INFO, "落图存疑", "定位过程给出的疑点"),
        Check("N01", FindingLevel.WARNING, "无摘录", "名称在文本中只作为更长名称的一部分出现,没有独立摘录"),
        Check("N02", FindingLevel.WARNING, "同名多指", "同一处文字同时链接到两个要素"),
        Check("N03", FindingLevel.INFO, "编者判断", "名称归并或位置含编者判断,文本未明言"),
        Check("T01", FindingLevel.INFO, "数值存疑", "数值所在原文疑有缺字"),
        Check("T02", FindingLevel.ERROR, "数值无出处", "目标数值未出现在其摘录中"),
        Check("T03", FindingLevel.WARNING, "表文不一", "指标表与正文对同一指标的说法不一致"),
        Check("P01", FindingLevel.ERROR, "摘录不符", "摘录与规划文本该位置的文字不一致"),
    )
}


def finding(code: str, message: str, cure: str, feature: str | None = None) -> Finding:
    """Make a finding at the level its check has in the catalogue."""
    return Finding(code, CATALOGUE[code].level, message, cure, feature)


def check_features(
    features: Iterable[Feature], *, districts: Mapping[str, BaseGeometry], texts: Mapping[str, str]
) -> dict[str, tuple[Finding, ...]]:
    """Run every check.

    Parameters
    ----------
    features
        All features of the atlas.
    districts
        District polygons by name, WGS84.
    texts
        Clean text by plan id.

    Returns
    -------
    dict
        Findings by feature id, in catalogue order; features without a finding are absent.
    """
    by_id = {feature.entry.id: feature for feature in features}
    metric = {
        feature_id: to_metric(feature.georeference.geometry)
        for feature_id, feature in by_id.items()
        if feature.georeference.geometry is not None
    }
    grounds = {name: to_metric(area) for name, area in districts.items()}
    found: dict[str, list[Finding]] = defaultdict(list)
    for feature_id, feature in by_id.items():
        shape = metric.get(feature_id)
        found[feature_id] += _sizes(feature)
        if shape is not None:
            found[feature_id] += _outside_district(feature, shape, grounds)
            found[feature_id] += _outside_parent(feature, shape, by_id, metric)
            found[feature_id] += _tolerance(feature, shape)
        found[feature_id] += _doubts(feature)
        found[feature_id] += _text(feature, texts[feature.entry.plan])
    for feature_id, item in [*_duplicates(by_id, metric), *_homonyms(by_id)]:
        found[feature_id].append(item)
    order = list(CATALOGUE)
    return {
        feature_id: tuple(sorted(items, key=lambda f: (order.index(f.code), f.message)))
        for feature_id, items in found.items()
        if items
    }


def _sizes(feature: Feature) -> Iterator[Finding]:
    reference = feature.georeference
    for code, word, unit, stated, computed in (
        ("S01", "面积", "平方公里", feature.stated_area_km2, feature.computed_area_km2),
        ("S02", "长度", "公里", feature.stated_length_km, feature.computed_length_km),
    ):
        if stated is None or computed is None:
            continue
        off = computed / stated - 1
        if abs(off) > SIZE_TOLERANCE:
            yield finding(
                code,
                f"文本所述{word}{stated:g}{unit},计算{word}{computed:.3g}{unit},相差{off:+.0%}。",
                "核对边界的读法与参考道路;不得为凑数而变形。",
                feature.entry.id,
            )
    if reference.derived_from_stated_size and feature.stated_area_km2 is not None:
        yield finding(
            "S03",
            f"宽度由文本所述面积{feature.stated_area_km2:g}平方公里除以长度得出。",
            "取得规划图后以图上边界替换。",
            feature.entry.id,
        )


def _measure(shape: BaseGeometry) -> float:
    return float(shape.area or shape.length or 1.0)


def _share_inside(shape: BaseGeometry, ground: BaseGeometry) -> float:
    if shape.geom_type in ("Point", "MultiPoint"):
        points = shapely.get_parts(shape)
        return float(shapely.covers(ground, points).mean())
    return (
        _measure(shapely.intersection(shape, ground)) / _measure(shape) if ground.intersects(shape) else 0.0
    )


def _outside_district(
    feature: Feature, shape: BaseGeometry, grounds: Mapping[str, BaseGeometry]
) -> Iterator[Finding]:
    ground = grounds.get(feature.plan.district)
    if ground is None or feature.entry.kind in (Kind.RAIL, Kind.ROAD, Kind.WATER):
        return  # lines of the whole city pass through a district
    reach = ground.buffer(feature.georeference.tolerance_m or 0.0)
    if (share := _share_inside(shape, reach)) < INSIDE_SHARE:
        yield finding(
            "L01",
            f"只有{share:.0%}位于{feature.plan.district}内。",
            "核对是否为同名异地,或在说明中写明其跨区。",
            feature.entry.id,
        )


def _outside_parent(
    feature: Feature, shape: BaseGeometry, by_id: Mapping[str, Feature], metric: Mapping[str, BaseGeometry]
) -> Iterator[Finding]:
    parent_id = feature.entry.parent
    if parent_id is None or parent_id not in metric:
        return
    parent = by_id[parent_id]
    slack = (feature.georeference.tolerance_m or 0.0) + (parent.georeference.tolerance_m or 0.0)
    share = _share_inside(shape, metric[parent_id].buffer(slack))
    if share < INSIDE_SHARE:
        apart = shape.distance(metric[parent_id])
        yield finding(
            "L02",
            f"文本将其置于“{parent.entry.name}”内,图上只有{share:.0%}在内(相距{apart:.0f}米)。",
            "核对成员或结构的定位。",
            feature.entry.id,
        )


def _tolerance(feature: Feature, shape: BaseGeometry) -> Iterator[Finding]:
    tolerance = feature.georeference.tolerance_m or 0.0
    if not shape.area:
        return
    radius = math.sqrt(shape.area / math.pi)
    if tolerance > radius:
        yield finding(
            "L04",
            f"定位误差约{tolerance:.0f}米,大于要素的等面积半径{radius:.0f}米。",
            "仅可作示意,不可量算。",
            feature.entry.id,
        )


def _doubts(feature: Feature) -> Iterator[Finding]:
    for doubt in feature.georeference.doubts:
        yield finding("L05", doubt, "取得权威边界或更密的参考数据后复核。", feature.entry.id)
    if feature.entry.editorial:
        message = feature.entry.note or "名称归并或位置含编者判断。"
        yield finding("N03", message, "以文本或主管部门资料证实。", feature.entry.id)


def _text(feature: Feature, clean: str) -> Iterator[Finding]:
    entry = feature.entry
    if not feature.text.passages:
        yield finding("N01", f"未找到单独提及“{entry.name}”的句子。", "核对名称、别名与排除名称。", entry.id)
    for passage in feature.text.passages:
        if clean[passage.start : passage.end] != passage.exact:
            yield finding("P01", f"摘录{passage.id}与文本不一致。", "重新生成图集。", entry.id)
    for target in feature.text.targets:
        quantity = target.quantity
        if clean[quantity.start : quantity.end] != quantity.raw or quantity.raw not in target.text:
            yield finding("T02", f"“{quantity.raw}”未出现在“{target.text}”中。", "核对目标抽取。", entry.id)
        if quantity.doubt:
            yield finding("T01", f"“{quantity.raw}”:{quantity.doubt}。", "查对原件;此处保留原文。", entry.id)


def _duplicates(
    by_id: Mapping[str, Feature], metric: Mapping[str, BaseGeometry]
) -> Iterator[tuple[str, Finding]]:
    seen: dict[tuple[str, bytes], str] = {}
    for feature_id, shape in metric.items():
        feature = by_id[feature_id]
        # A union equals its only located member by construction; that is no accident.
        if feature.georeference.method is Method.UNION:
            continue
        key = (feature.entry.layer, shapely.to_wkb(shapely.normalize(shape)))
        if first := seen.get(key):
            message = f"与“{by_id[first].entry.name}”的几何完全相同。"
            yield feature_id, finding("L03", message, "若为同一处请合并,否则分别定位。", feature_id)
        seen.setdefault(key, feature_id)


def _homonyms(by_id: Mapping[str, Feature]) -> Iterator[tuple[str, Finding]]:
    claims: dict[tuple[str, int, int], list[str]] = defaultdict(list)
    for feature_id, feature in by_id.items():
        spans = {span for passage in feature.text.passages for span in passage.mentions}
        for start, end in spans:
            claims[feature.entry.plan, start, end].append(feature_id)
    rivals: dict[str, set[str]] = defaultdict(set)
    for owners in claims.values():
        for owner in owners:
            rivals[owner].update(other for other in owners if other != owner)
    for feature_id, others in rivals.items():
        if others:
            names = "、".join(f"“{by_id[other].entry.name}”({other})" for other in sorted(others))
            message = f"同一处文字也链接到{names}。"
            yield feature_id, finding("N02", message, "用 near / sections 条件区分同名。", feature_id)
