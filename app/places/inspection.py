"""What a geodata file most likely is: hypotheses weighed by evidence, and said to be open where it is thin.

Evidence is of three kinds. *Bounds*: the numbers must fall into the box of the atlas. *Control points*:
names in the file that the reference data know, and the median offset of the whole under each reading.
*Districts*: how much lies in one district, how well an outline fits a district's. A reading is decided on
only when it clearly leads and its controls agree; nothing here changes or rejects a file.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from app.places.controls import Control, Known, Offsets, find_controls, offsets
from app.places.crs import Bounds
from app.places.datum import Coordinates
from app.places.districts import BOX, district_at, districts_around
from app.places.geofile import GeoLayer
from app.places.hypotheses import SYSTEMS, Datum, Declared, Hypothesis, declared_system, hypotheses
from app.places.measure import to_metric
from app.places.reference import Reference

DECIDED = 0.9
"""Score from which a reading is decided on, if its controls agree."""

CONTROLS_LEAST = 3
"""Control points without which a shifted datum is neither found nor ruled out: two may be homonyms."""

CONTROL_WITHIN_M = 300.0
"""Half of what GCJ-02 is off: shapes with a larger tolerance cannot tell whether a file is shifted."""

_LEAST_INSIDE = 0.5  # of the anchors that must fall into the box
_SURE_M = 30.0  # what reference points are good for
_AGREES_M = 60.0
_UNKNOWN_SPREAD_M = 400.0  # of a control point before any is seen: a homonym is about as likely as not
_UNKNOWN_WEIGHT = 2.0
_WORST = -60.0  # no evidence of one kind outweighs all others for ever
_DISTRICT_WEIGHT = 6.0
_OUTLINE_WEIGHT = 80.0
_OUTLINE_LEAST = 0.6
_ANCHORS_MAX = 5000


@dataclass(frozen=True, slots=True)
class Weighed:
    """A hypothesis with its evidence.

    ``score`` is its share of the weight of all (they add up to 1); ``inside`` the part of the file's
    anchors in the box of the atlas; ``bounds`` WGS84; ``district`` the one that most anchors lie in and
    ``district_share`` how many; ``outline_fit`` the intersection over union with a district's outline
    where the file draws one, else 0.
    """

    hypothesis: Hypothesis
    score: float
    inside: float
    bounds: Bounds
    offsets: Offsets
    district: str
    district_share: float
    outline_fit: float


@dataclass(frozen=True, slots=True)
class Inspection:
    """The result for one layer; ``ranked`` holds the readings that fall into the box, the best first.

    ``decided`` is the leader or None; ``reasons`` say, in Chinese, why it is decided or open;
    ``cautions`` what remains possible all the same.
    """

    layer: GeoLayer
    declared: Declared
    name_column: str
    controls: int
    ranked: tuple[Weighed, ...]
    decided: Weighed | None
    reasons: tuple[str, ...]
    cautions: tuple[str, ...]


def inspect_layer(layer: GeoLayer, reference: Reference, *, known: Known | None = None) -> Inspection:
    """Weigh every reading of a layer's numbers.

    Parameters
    ----------
    layer
        As read by :func:`app.places.geofile.read_geofile`.
    reference
        Where control points come from.
    known
        Further control shapes by name.
    """
    declared = declared_system(layer.declared if layer.declared_by == "文件写明" else "")
    column, controls = find_controls(layer.geometries, layer.columns, reference, known)
    anchors = _anchors(layer.geometries)
    plausible = []
    for hypothesis in hypotheses(declared):
        lonlat = hypothesis.to_wgs84(anchors)
        inside = _inside(lonlat)
        share = float(inside.mean())
        if share >= _LEAST_INSIDE:
            plausible.append((hypothesis, lonlat[inside], share))
    ranked = _ranked([_weigh(layer, controls, *case) for case in plausible])
    decided, reasons = _decide(ranked)
    return Inspection(
        layer=layer,
        declared=declared,
        name_column=column,
        controls=len(controls),
        ranked=ranked,
        decided=decided,
        reasons=reasons,
        cautions=_cautions(declared, ranked, decided),
    )


def _anchors(geometries: NDArray[np.object_]) -> Coordinates:
    """A point of each geometry, shape (n, 2), in the file's numbers: evenly chosen where there are many."""
    there = geometries[[geometry is not None for geometry in geometries]]
    chosen = there[:: max(1, len(there) // _ANCHORS_MAX)]
    return np.asarray(shapely.get_coordinates(shapely.centroid(chosen)))


def _inside(lonlat: Coordinates) -> NDArray[np.bool_]:
    west, south, east, north = BOX
    lon, lat = lonlat.T
    return np.asarray((west <= lon) & (lon <= east) & (south <= lat) & (lat <= north))


def _weigh(
    layer: GeoLayer, controls: Sequence[Control], hypothesis: Hypothesis, lonlat: Coordinates, inside: float
) -> tuple[float, Weighed]:
    """The logarithm of a hypothesis' weight, and its evidence."""
    found = offsets(controls, layer.geometries, hypothesis.to_wgs84)
    homes = [home.name for home in (district_at(lon, lat) for lon, lat in lonlat[:500]) if home]
    district = max(sorted(set(homes)), key=homes.count, default="")
    share = homes.count(district) / min(len(lonlat), 500)
    fit = _outline_fit(layer.geometries, hypothesis)
    log = math.log(hypothesis.prior) + 10.0 * (inside - 1.0) + _DISTRICT_WEIGHT * share
    log += _OUTLINE_WEIGHT * fit + _likelihood(found)
    west, south = lonlat.min(axis=0)
    east, north = lonlat.max(axis=0)
    bounds = (float(west), float(south), float(east), float(north))
    return log, Weighed(hypothesis, 0.0, inside, bounds, found, district, share, fit)


def _likelihood(found: Offsets) -> float:
    """Logarithm of how well the controls' median agrees with no shift at all.

    The error of the median is that of ``count`` draws whose spread is the observed one, mixed with two
    draws of unknown spread: one or two agreeing names may be homonyms and prove little.
    """
    if not found.count:
        return 0.0
    spread = math.sqrt(
        (found.spread_m**2 * (found.count - 1) + _UNKNOWN_SPREAD_M**2 * _UNKNOWN_WEIGHT)
        / (found.count - 1 + _UNKNOWN_WEIGHT)
    )
    error = math.hypot(_SURE_M, 1.25 * spread / math.sqrt(found.count))
    return max(_WORST, -0.5 * (found.offset_m / error) ** 2)


@cache
def _grounds() -> tuple[BaseGeometry, ...]:
    return tuple(to_metric(area) for area in districts_around().values())


def _outline_fit(geometries: NDArray[np.object_], hypothesis: Hypothesis) -> float:
    """Best intersection over union of one of the file's larger areas, or of all, with a district."""
    areas = geometries[shapely.get_dimensions(geometries) == 2]
    if not len(areas):
        return 0.0
    largest = areas[np.argsort(-shapely.area(areas))[:20]]
    moved = [shapely.make_valid(shapely.transform(area, hypothesis.to_wgs84)) for area in largest]
    moved = [to_metric(area) for area in moved if np.isfinite(shapely.get_coordinates(area)).all()]
    candidates = [*moved, shapely.union_all(moved)]
    best = 0.0
    for ground in _grounds():
        for area in candidates:
            # Only shapes of about the district's size can fit it; the rest is not worth an overlay.
            if area.area and _OUTLINE_LEAST <= area.area / ground.area <= 1 / _OUTLINE_LEAST:
                common = area.intersection(ground).area
                best = max(best, common / (area.area + ground.area - common))
    return best if best >= _OUTLINE_LEAST else 0.0


def _ranked(weighed: list[tuple[float, Weighed]]) -> tuple[Weighed, ...]:
    if not weighed:
        return ()
    top = max(log for log, _ in weighed)
    total = sum(math.exp(log - top) for log, _ in weighed)
    scored = [replace(w, score=math.exp(log - top) / total) for log, w in weighed]
    return tuple(sorted(scored, key=lambda w: -w.score))


def _decide(ranked: tuple[Weighed, ...]) -> tuple[Weighed | None, tuple[str, ...]]:
    if not ranked:
        return None, ("没有一种读法能让坐标落在天津一带。",)
    best = ranked[0]
    if best.score < DECIDED:
        rivals = [w for w in ranked if w.score >= 0.05]
        told = "、".join(w.hypothesis.title for w in rivals)
        return None, (f"证据不足以分辨：{told}。", _evidence_words(best))
    if best.hypothesis.of_web and best.offsets.count < CONTROLS_LEAST and not best.outline_fit:
        return None, (
            f"最接近的读法是“{best.hypothesis.title}”，但控制点不足 {CONTROLS_LEAST} 个，"
            "不能分辨 WGS84、GCJ-02 与 BD-09。",
            _evidence_words(best),
        )
    if not agrees(best.offsets):
        east, north = best.offsets.median
        shift = f"向东 {east:.0f} 米、向北 {north:.0f} 米"
        return None, (
            f"最接近的读法是“{best.hypothesis.title}”，但 {best.offsets.count} 个控制点一致偏移（{shift}），"
            "可能是 1954 北京、1980 西安或地方坐标系。",
        )
    return best, (_evidence_words(best),)


def agrees(found: Offsets) -> bool:
    """Whether controls show no shift: True without three of them.

    Reference objects may show what their scatter explains; shapes of our own are less sure, and together
    with them only what could be a datum shift counts.
    """
    sure = found.of_sure()
    error = 1.25 * sure.spread_m / math.sqrt(max(1, sure.count))
    allowed = max(_AGREES_M, 2.5 * math.hypot(_SURE_M, error))
    return (sure.count < CONTROLS_LEAST or sure.offset_m <= allowed) and (
        found.count < CONTROLS_LEAST or found.offset_m <= CONTROL_WITHIN_M
    )


def _evidence_words(best: Weighed) -> str:
    words = [f"{best.inside:.0%} 的要素落在天津一带"]
    if best.offsets.count:
        words.append(
            f"{best.offsets.count} 个控制点中位偏差 {best.offsets.offset_m:.0f} 米"
            f"（离散 {best.offsets.spread_m:.0f} 米）"
        )
    else:
        words.append("没有控制点")
    if best.district:
        words.append(f"{best.district_share:.0%} 在{best.district}")
    if best.outline_fit:
        words.append(f"与区界重合 {best.outline_fit:.0%}")
    return "，".join(words) + "。"


def _cautions(declared: Declared, ranked: tuple[Weighed, ...], decided: Weighed | None) -> tuple[str, ...]:
    said = []
    if declared.name and not declared.datum_trusted:
        said.append(f"文件声明“{declared.name}”，它与 WGS84 的换算参数不公开，可差约百米。")
    if decided is None:
        return tuple(said)
    if declared.system and declared.system != decided.hypothesis.system:
        told = SYSTEMS.get(declared.system, declared.name)
        said.append(f"文件声明的是“{told}”，与坐标不符。")
    elif declared.system and decided.hypothesis.datum is not Datum.WGS84:
        said.append(f"文件声明“{declared.name}”，坐标却是偏移过的 {decided.hypothesis.datum.value}。")
    if decided.offsets.count < CONTROLS_LEAST:
        said.append("控制点不足，不能排除旧坐标系（1954 北京、1980 西安）约百米的差别。")
    if len(ranked) > 1 and decided.inside < 1:
        said.append(f"有 {1 - decided.inside:.0%} 的要素不在天津一带。")
    return tuple(said)
