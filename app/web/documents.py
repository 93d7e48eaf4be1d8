"""What the printed documents say: a feature's card, the sheet of an area, a plan in short.

The words come from the same vocabulary as the pages; :mod:`app.exports.print` sets them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from app.atlas.overlay import Hit, Relation
from app.atlas.pinyin import named
from app.atlas.words import CERTAINTIES, LEVELS, METHOD_TITLES, METHODS, REASONS, SOURCES
from app.language import gettext as _
from app.language import gettext as said  # what is marked elsewhere
from app.language import listed, ngettext, pgettext, titled
from app.web.access import by_id
from app.web.words import KM, RELATIONS, SQUARE_KM, kind, level, measure, metres

if TYPE_CHECKING:
    from app.atlas.store import Atlas, StoredFeature
    from app.exports.print.report import Name, Section

MOST_PASSAGES: Final = 12
MOST_ROWS: Final = 400


def card_sections(store: Atlas, feature: StoredFeature) -> list[Section]:
    """A feature: what it is, how it was located, its targets, its passages, its findings."""
    from app.exports.print.report import Section, quotes_of

    p = feature.properties
    located = feature.geometry is not None
    facts = [
        (_("规划"), titled(by_id(store.plans)[p["plan"]], "short_title")),
        (_("类别"), f"{kind(p['kind'])} · {said(LEVELS.get(p['level'], p['level']))}"),
        (_("状态"), said(p["status"])),
        (_("所属体系"), p["system"] or ""),
        (_("文中又作"), listed(map(named, p["aliases"]))),
        (_("规划所述"), _sizes(p["stated_area_km2"], p["stated_length_km"])),
        (_("图上量算"), _sizes(p["computed_area_km2"], p["computed_length_km"])),
        (_("确定程度"), _certainty(p) if located else _("未落图")),
        (
            _("落图方法"),
            said(METHODS.get(p["method"], p["method"]) if located else REASONS.get(p["reason"], p["reason"])),
        ),
        (_("编者按"), p["note"] or ""),
    ]
    sections = [Section(pgettext("one", "要素"), facts=[(name, value) for name, value in facts if value])]
    if p["targets"]:
        rows = [(_("数值"), _("年份"), _("指标或原句"))]
        rows += [(t["raw"], str(t["year"] or ""), t["indicator"] or t["text"]) for t in p["targets"]]
        title = _("目标（%(number)s）", number=len(p["targets"]))
        sections.append(Section(title, table=rows, widths=(40, 18, 116)))
    passages = sorted(p["passages"], key=lambda passage: passage["role"] != "block")
    sections.append(quotes_of(passages, most=MOST_PASSAGES))
    sections.append(Section(_("落图依据"), lines=[_evidence(store, row) for row in p["evidence"]]))
    if p["findings"]:
        words = [f"{level(f['level'])} {f['code']} {f['message']}" for f in p["findings"]]
        sections.append(Section(_("质检发现"), lines=words))
    return [
        section for section in sections if section.facts or section.table or section.quotes or section.lines
    ]


def _certainty(p: Mapping[str, Any]) -> str:
    return _(
        "%(certainty)s，误差不超过%(metres)s",
        certainty=said(CERTAINTIES[p["certainty"]]),
        metres=metres(p["tolerance_m"]),
    )


def _sizes(area: float | None, length: float | None) -> str:
    return _("，").join(filter(None, (measure(area, SQUARE_KM), measure(length, KM))))


def _evidence(store: Atlas, row: Mapping[str, Any]) -> str:
    ref = row["ref"]
    if row["source"] == "feature":
        found = store.feature(ref)
        ref = named(found.properties["name"]) if found is not None else ref
    elif row["source"] in ("method", "editor", "cure"):
        ref = ""
    source = said(SOURCES.get(row["source"], row["source"]))
    return " ".join(filter(None, (_("%(source)s：%(ref)s", source=source, ref=ref), row["note"])))


def area_sections(store: Atlas, hits: Sequence[Hit]) -> list[Section]:
    """What applies to an area, plan by plan, as tables; what only may apply comes last."""
    from app.exports.print.report import Section

    sure = [hit for hit in hits if hit.relation is not Relation.POSSIBLE]
    possible = [hit for hit in hits if hit.relation is Relation.POSSIBLE]
    groups = [
        (titled(plan, "short_title"), [hit for hit in sure if hit.feature.properties["plan"] == plan["id"]])
        for plan in store.plans
    ]
    groups.append((_("可能适用：不在此处，但相距不超过其容差"), possible))
    head = (_("名称"), _("类别"), _("关系"), _("共有"), _("占要素"), _("占此处"), _("落图"))
    sections = []
    for title, found in groups:
        if found:
            rows = [head, *(_row(hit) for hit in found[:MOST_ROWS])]
            more = len(found) - MOST_ROWS
            sections.append(
                Section(
                    _("%(title)s（%(number)s）", title=title, number=len(found)),
                    table=rows,
                    widths=(53, 27, 26, 20, 14, 12, 22),
                    lines=_unprinted(more),
                )
            )
    return sections or [Section(_("没有五份规划落图的要素"))]


def _unprinted(more: int) -> tuple[str, ...]:
    if more <= 0:
        return ()
    return (ngettext("另有 %(num)s 个未印。", "另有 %(num)s 个未印。", more),)


def _row(hit: Hit) -> tuple[str | Name, ...]:
    from app.exports.print.report import Name

    p = hit.feature.properties
    shared = (
        _("%(number)s 公顷", number=f"{hit.overlap_ha:.2f}")
        if hit.overlap_ha is not None
        else _("%(number)s 公里", number=f"{hit.overlap_km:.2f}")
        if hit.overlap_km is not None
        else _("相距%(metres)s", metres=metres(hit.distance_m))
        if hit.distance_m
        else "—"
    )
    shares = (
        f"{share:.0%}" if share is not None else "—" for share in (hit.share_of_feature, hit.share_of_ground)
    )
    return (
        Name(p["name"]),
        kind(p["kind"]),
        said(RELATIONS[hit.relation.value]),
        shared,
        *shares,
        said(CERTAINTIES[p["certainty"]]),
    )


def plan_sections(store: Atlas, plan_id: str, features: Sequence[StoredFeature]) -> list[Section]:
    """A plan in short: counts, its headline structures, its indicators, what is not on the map."""
    from app.exports.print.report import Name, Section

    located = [f for f in features if f.geometry is not None]
    methods = Counter(f.properties["method"] for f in located)
    counts = [
        (
            _("点名要素"),
            _(
                "%(all)s，其中落图 %(located)s，未落图 %(missing)s",
                all=len(features),
                located=len(located),
                missing=len(features) - len(located),
            ),
        ),
        (_("确定程度"), _tally(Counter(said(CERTAINTIES[f.properties["certainty"]]) for f in features))),
        (
            _("落图方法"),
            _tally(Counter({said(METHOD_TITLES[method]): n for method, n in methods.items()})),
        ),
        (_("目标"), str(sum(row["plan"] == plan_id for row in store.targets))),
        (_("质检发现"), str(sum(len(f.properties["findings"]) for f in features))),
    ]
    headline = [f for f in features if f.properties["level"] == "headline"]
    rows: list[tuple[str | Name, ...]] = [(_("名称"), _("类别"), _("状态"), _("落图"), _("面积或长度"))]
    for feature in headline:
        p = feature.properties
        size = _sizes(p["computed_area_km2"], p["computed_length_km"])
        certainty = said(CERTAINTIES[p["certainty"]])
        rows.append((Name(p["name"]), kind(p["kind"]), said(p["status"]), certainty, size))
    missing = Counter(said(REASONS.get(f.properties["reason"], "")) for f in features if f.geometry is None)
    sections = [
        Section(_("收录"), facts=counts),
        Section(_("规划主干（%(number)s）", number=len(headline)), table=rows, widths=(71, 26, 24, 21, 32)),
    ]
    if missing:
        sections.append(
            Section(
                _("未落图的原因"),
                facts=[(ngettext("%(num)s 个", "%(num)s 个", n), why) for why, n in missing.most_common()],
            )
        )
    return sections


def _tally(counts: Counter[str]) -> str:
    return _("，").join(f"{name} {count}" for name, count in counts.most_common())
