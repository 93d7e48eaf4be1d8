"""What the printed documents say: a feature's card, the sheet of an area, a plan in short.

The words come from the same vocabulary as the pages; :mod:`app.exports.print` sets them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from app.atlas.overlay import Hit, Relation
from app.atlas.words import CERTAINTIES, LEVELS, METHODS, REASONS, SOURCES
from app.web.access import by_id
from app.web.words import LEVEL_WORDS, RELATIONS, kind, measure, metres

if TYPE_CHECKING:
    from app.atlas.store import Atlas, StoredFeature
    from app.exports.print.report import Section

MOST_PASSAGES: Final = 12
MOST_ROWS: Final = 400


def card_sections(store: Atlas, feature: StoredFeature) -> list[Section]:
    """A feature: what it is, how it was located, its targets, its passages, its findings."""
    from app.exports.print.report import Section, quotes_of

    p = feature.properties
    located = feature.geometry is not None
    facts = [
        ("规划", by_id(store.plans)[p["plan"]]["short_title"]),
        ("类别", f"{kind(p['kind'])} · {LEVELS.get(p['level'], p['level'])}"),
        ("状态", p["status"]),
        ("所属体系", p["system"] or ""),
        ("文中又作", "、".join(p["aliases"])),
        ("规划所述", _sizes(p["stated_area_km2"], p["stated_length_km"])),
        ("图上量算", _sizes(p["computed_area_km2"], p["computed_length_km"])),
        (
            "确定程度",
            f"{CERTAINTIES[p['certainty']]}，误差不超过{metres(p['tolerance_m'])}" if located else "未落图",
        ),
        (
            "落图方法",
            METHODS.get(p["method"], p["method"]) if located else REASONS.get(p["reason"], p["reason"]),
        ),
        ("编者按", p["note"] or ""),
    ]
    sections = [Section("要素", facts=[(name, value) for name, value in facts if value])]
    if p["targets"]:
        rows = [("数值", "年份", "指标或原句")]
        rows += [(t["raw"], str(t["year"] or ""), t["indicator"] or t["text"]) for t in p["targets"]]
        sections.append(Section(f"目标（{len(p['targets'])}）", table=rows, widths=(40, 18, 116)))
    passages = sorted(p["passages"], key=lambda passage: passage["role"] != "block")
    sections.append(quotes_of(passages, most=MOST_PASSAGES))
    sections.append(Section("落图依据", lines=[_evidence(store, row) for row in p["evidence"]]))
    if p["findings"]:
        words = [
            f"{LEVEL_WORDS.get(f['level'], f['level'])} {f['code']} {f['message']}" for f in p["findings"]
        ]
        sections.append(Section("质检发现", lines=words))
    return [
        section for section in sections if section.facts or section.table or section.quotes or section.lines
    ]


def _sizes(area: float | None, length: float | None) -> str:
    return "，".join(filter(None, (measure(area, "平方公里"), measure(length, "公里"))))


def _evidence(store: Atlas, row: Mapping[str, Any]) -> str:
    ref = row["ref"]
    if row["source"] == "feature":
        found = store.feature(ref)
        ref = found.properties["name"] if found is not None else ref
    elif row["source"] in ("method", "editor", "cure"):
        ref = ""
    return " ".join(filter(None, (f"{SOURCES.get(row['source'], row['source'])}：{ref}", row["note"])))


def area_sections(store: Atlas, hits: Sequence[Hit]) -> list[Section]:
    """What applies to an area, plan by plan, as tables; what only may apply comes last."""
    from app.exports.print.report import Section

    plans = by_id(store.plans)
    sure = [hit for hit in hits if hit.relation is not Relation.POSSIBLE]
    possible = [hit for hit in hits if hit.relation is Relation.POSSIBLE]
    groups = [
        (title, [hit for hit in sure if hit.feature.properties["plan"] == plan])
        for plan, title in ((plan, str(row["short_title"])) for plan, row in plans.items())
    ]
    groups.append(("可能适用：不在此处，但相距不超过其容差", possible))
    head = ("名称", "类别", "关系", "共有", "占要素", "占此处", "落图")
    sections = []
    for title, found in groups:
        if found:
            rows = [head, *(_row(hit) for hit in found[:MOST_ROWS])]
            more = len(found) - MOST_ROWS
            sections.append(
                Section(
                    f"{title}（{len(found)}）",
                    table=rows,
                    widths=(62, 24, 28, 20, 13, 13, 14),
                    lines=(f"另有 {more} 个未印。",) if more > 0 else (),
                )
            )
    return sections or [Section("没有五份规划落图的要素")]


def _row(hit: Hit) -> tuple[str, ...]:
    p = hit.feature.properties
    shared = (
        f"{hit.overlap_ha:.2f} 公顷"
        if hit.overlap_ha is not None
        else f"{hit.overlap_km:.2f} 公里"
        if hit.overlap_km is not None
        else f"相距{metres(hit.distance_m)}"
        if hit.distance_m
        else "—"
    )
    shares = (
        f"{share:.0%}" if share is not None else "—" for share in (hit.share_of_feature, hit.share_of_ground)
    )
    return (
        p["name"],
        kind(p["kind"]),
        RELATIONS[hit.relation.value],
        shared,
        *shares,
        CERTAINTIES[p["certainty"]],
    )


def plan_sections(store: Atlas, plan_id: str, features: Sequence[StoredFeature]) -> list[Section]:
    """A plan in short: counts, its headline structures, its indicators, what is not on the map."""
    from app.exports.print.report import Section

    located = [f for f in features if f.geometry is not None]
    methods = Counter(f.properties["method"] for f in located)
    counts = [
        ("点名要素", f"{len(features)}，其中落图 {len(located)}，未落图 {len(features) - len(located)}"),
        ("确定程度", _tally(Counter(CERTAINTIES[f.properties["certainty"]] for f in features))),
        ("落图方法", _tally(Counter({METHODS[method].rstrip("。"): n for method, n in methods.items()}))),
        ("目标", str(sum(row["plan"] == plan_id for row in store.targets))),
        ("质检发现", str(sum(len(f.properties["findings"]) for f in features))),
    ]
    headline = [f for f in features if f.properties["level"] == "headline"]
    rows = [("名称", "类别", "状态", "落图", "面积或长度")]
    for feature in headline:
        p = feature.properties
        size = _sizes(p["computed_area_km2"], p["computed_length_km"])
        rows.append((p["name"], kind(p["kind"]), p["status"], CERTAINTIES[p["certainty"]], size))
    missing = Counter(REASONS.get(f.properties["reason"], "") for f in features if f.geometry is None)
    sections = [
        Section("收录", facts=counts),
        Section(f"规划主干（{len(headline)}）", table=rows, widths=(74, 26, 24, 16, 34)),
    ]
    if missing:
        sections.append(
            Section("未落图的原因", facts=[(f"{n} 个", reason) for reason, n in missing.most_common()])
        )
    return sections


def _tally(counts: Counter[str]) -> str:
    return "，".join(f"{name} {count}" for name, count in counts.most_common())
