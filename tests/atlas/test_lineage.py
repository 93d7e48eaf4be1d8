"""Lineage: what the editor's file may say, and differences that mean something or are not given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.atlas.build import Draft
from app.atlas.differences import area_difference, lineage_rows, marked_pieces
from app.atlas.lineage import Basis, LineageKind, lineage_findings, read_lineage
from app.atlas.store import Atlas
from app.errors import InputFileError
from app.places.measure import area_km2
from app.settings import load_settings

LAYERS = load_settings({})["LAYERS_DIR"]
WUDADAO = "from: [heping-13-wudadao], to: [heping-14-wudadao]"


@pytest.fixture(scope="module")
def features(draft: Draft):
    return {feature.entry.id: feature for feature in draft.features}


@pytest.fixture(scope="module")
def relations(draft: Draft):
    return {relation.id: relation for relation in draft.lineage}


def test_the_real_file(draft: Draft, features, relations):
    assert {relation.kind for relation in relations.values()} == set(LineageKind)
    for relation in relations.values():
        for quote in relation.quotes:
            assert draft.texts[quote.plan].clean[quote.start :].startswith(quote.words)
        assert relation.quotes or relation.basis is Basis.EDITORIAL
        for feature_id in (*relation.before, *relation.after):
            feature = features[feature_id]
            assert feature.text.passages, f"{feature_id} is named in no sentence"
            assert feature.entry.plan in (relation.from_plan, relation.to_plan)


def test_every_zone_and_belt_of_the_older_plan_is_accounted_for(features, relations):
    told = {item for r in relations.values() if r.to_plan == "heping-14" for item in r.before}
    members = {
        f.entry.id for f in features.values() if f.entry.parent in ("heping-13-liuqu", "heping-13-sandai")
    }
    assert len(members) == 9
    assert members <= told
    came_of = {item for r in relations.values() if r.from_plan == "heping-13" for item in r.after}
    heirs = {f.entry.id for f in features.values() if f.entry.parent == "heping-14-wuqu-sandai"}
    assert len(heirs) == 8
    assert heirs <= came_of


@pytest.mark.parametrize(
    ("what", "before", "after"),
    [
        ("一区三片", "heping-13-yiqu-sanpian", None),
        ("金街", "heping-13-zhongxin-shangye", "heping-14-jinjie"),
        ("三点开花", "heping-14-sandian-kaihua", "heping-2021-sandian-kaihua"),
        ("三点之一", "heping-14-guojijinrong", "heping-2021-guojijinrong"),
        ("三点之二", "heping-14-yinxiangcheng", "heping-2021-yinxiangcheng"),
        ("三点之三", "heping-14-jinwan-diqu", "heping-2021-jinwan"),
        ("慢行系统", "heping-13-manxing", "heping-14-manxing3"),
        ("慢行系统三期", "heping-14-manxing3", "heping-2021-manxing"),
        ("中心公园", "heping-13-zhongxin-park", "heping-2021-zhongxin-park"),
        ("五大道5A", "heping-14-wudadao-lvyouqu", "heping-2021-wudadao-5a"),
        ("区中医院", "heping-13-quzhongyiyuan", "heping-14-quzhongyi"),
        ("区中医院竣工", "heping-14-quzhongyi", "heping-2021-quzhongyi"),
        ("妇产科医院", "heping-14-fuchanke", "heping-2021-fuchanke"),
        ("总医院", "heping-14-zongyiyuan", "heping-2021-zongyiyuan"),
        ("岳阳道小学汉阳道校区", "heping-14-yueyangdao-hanyangdao", "heping-2021-yueyangdao"),
        ("宝鸡西道校区", "heping-14-zhongxinxiaoxue", "heping-2021-zhongxinxiaoxue"),
        ("五大道公园", "heping-14-wudadao-park", "heping-2021-wudadao-park"),
        ("消防站", "heping-14-xiaofangzhan", "heping-2021-xiaofangzhan"),
        ("城铁广场", "heping-14-chengtie", "heping-2021-chengtie"),
        ("大沽北路地块", "heping-13-jinrongcheng", "heping-14-dagubeilu-dikuai"),
        ("嵌入式养老", "heping-14-qianrushi", "heping-2021-laonian-qianrushi"),
        ("全民健身中心", "heping-13-quanmin-jianshen", "heping-2021-quanmin-jianshen"),
    ],
)
def test_what_planners_ask_about_is_told(relations, what: str, before: str, after: str | None):
    told = [
        r for r in relations.values() if before in r.before and (after in r.after or not (after or r.after))
    ]
    assert len(told) == 1, what


def test_no_feature_of_the_same_name_is_left_untold(features, relations):
    """Of 和平's plans: a road and a parcel may share a name, two parcels only where they are one place."""
    told: dict[str, set[str]] = {}
    for relation in relations.values():
        together = {item for end in (*relation.before, *relation.after) for item in told.get(end, {end})}
        told |= dict.fromkeys(together, together)
    own = [f.entry for f in features.values() if f.entry.plan.startswith("heping")]
    untold = {
        (one.id, other.id)
        for one in own
        for other in own
        if one.plan < other.plan
        and (one.name, one.kind) == (other.name, other.kind)
        and other.id not in told.get(one.id, ())
    }
    assert untold == set()


def test_findings_tell_which_are_an_editors_judgement(features, relations):
    found = list(lineage_findings(relations.values(), features))
    assert len(found) == sum(r.basis is Basis.EDITORIAL for r in relations.values())
    words = " ".join(item.message for item in found)
    assert "更名：“五大道小洋楼历史文化体验区”→“五大道洋楼经济核心区”。" in words
    assert "取消：“西开教堂休闲观光商业区”。" in words
    assert {item.code for item in found} == {"N06"}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("a", "must be a mapping"),
        (f"{{id: a, kind: renamed, {WUDADAO}, basis: editorial}}", "missing: note"),
        (f"{{id: a, kind: renamed, {WUDADAO}, basis: editorial, note: x, since: 2016}}", "unknown: since"),
        (f"{{id: 五大道, kind: renamed, {WUDADAO}, basis: editorial, note: x}}", "may hold a-z"),
        (f"{{id: a, kind: moved, {WUDADAO}, basis: editorial, note: x}}", "kind or basis of a is unknown"),
        (f"{{id: a, kind: renamed, {WUDADAO}, basis: rumour, note: x}}", "kind or basis of a is unknown"),
        (
            "{id: a, kind: renamed, from: [heping-13-x], to: [heping-14-wudadao], basis: editorial, note: x}",
            "no plan has a feature 'heping-13-x'",
        ),
        (
            "{id: a, kind: renamed, from: heping-13-wudadao, to: [heping-14-wudadao],"
            " basis: editorial, note: x}",
            "'from' must be a list",
        ),
        (
            "{id: a, kind: merged, from: [heping-13-wudadao, heping-13-wudadao], to: [heping-14-wudadao],"
            " basis: editorial, note: x}",
            "names a feature twice",
        ),
        (f"{{id: a, kind: merged, {WUDADAO}, basis: editorial, note: x}}", "cannot lead from 1 to 1"),
        (
            "{id: a, kind: merged, from: [heping-13-wudadao, heping-2021-wudadao], to: [heping-14-wudadao],"
            " basis: editorial, note: x}",
            "features of 2 plans",
        ),
        (
            "{id: a, kind: renamed, from: [heping-14-wudadao], to: [heping-13-wudadao],"
            " basis: editorial, note: x}",
            "heping-13 is not later than heping-14",
        ),
        (
            "{id: a, kind: renamed, from: [heping-14-wudadao], to: [heping-14-jinjie],"
            " basis: editorial, note: x}",
            "heping-14 is not later than heping-14",
        ),
        (
            "{id: a, kind: renamed, from: [heping-13-jingyuan], to: [heping-14-jingyuan],"
            " basis: editorial, note: x}",
            "the same name in both plans",
        ),
        (
            f"{{id: a, kind: renamed, {WUDADAO}, in: heping-14, basis: editorial, note: x}}",
            "'in' names the plan",
        ),
        ("{id: a, kind: dropped, from: [heping-13-xikai], basis: editorial, note: x}", "'in' names the plan"),
        (
            "{id: a, kind: dropped, from: [heping-13-xikai], in: heping-15, basis: editorial, note: x}",
            "there is no plan 'heping-15'",
        ),
        # 静园 stands in the later plan: it cannot have been dropped
        (
            "{id: a, kind: dropped, from: [heping-13-jingyuan], in: heping-14, basis: editorial, note: x}",
            "'静园' is said to be dropped, but stands in heping-14",
        ),
        (f"{{id: a, kind: renamed, {WUDADAO}, basis: stated, note: x}}", "stated but quotes nothing"),
        (
            f"{{id: a, kind: renamed, {WUDADAO}, basis: stated, note: x, quote: {{heping-14: 五大道更名}}}}",
            "stands 0 times in heping-14",
        ),
        (
            f"{{id: a, kind: renamed, {WUDADAO}, basis: stated, note: x, quote: {{heping-14: 五大道}}}}",
            r"stands \d+ times in heping-14, not once",
        ),
        (
            f"{{id: a, kind: renamed, {WUDADAO}, basis: stated, note: x, quote: {{heping-2021: 金街}}}}",
            "must map the plans of the relation",
        ),
        (f"{{id: a, kind: renamed, {WUDADAO}, basis: stated, note: x, quote: 五大道}}", "must map the plans"),
        (
            f"{{id: a, kind: renamed, {WUDADAO}, basis: editorial, note: x}},"
            f" {{id: b, kind: renamed, {WUDADAO}, basis: editorial, note: x}}",
            "relation b stands twice",
        ),
        (
            "{id: a, kind: dropped, from: [heping-13-wudadao], in: heping-14, basis: editorial, note: x},"
            f" {{id: b, kind: renamed, {WUDADAO}, basis: editorial, note: x}}",
            "both dropped in heping-14 and related",
        ),
    ],
)
def test_what_the_editor_must_not_write(draft: Draft, features, tmp_path: Path, words: str, reason: str):
    (tmp_path / "lineage.yaml").write_text(f"relations: [{words}]", encoding="utf-8")
    with pytest.raises(InputFileError, match=reason) as caught:
        read_lineage(tmp_path, features, draft.texts)
    assert caught.value.path == tmp_path / "lineage.yaml"
    assert caught.value.line == 1 or words == "a"


def test_ground_is_compared_only_where_both_sides_were_drawn_for_themselves(features, relations):
    def reason(relation_id: str) -> str | None:
        return area_difference(relations[relation_id], features)["reason"]

    assert reason("wudadao-qu") == "derived"  # the later zone takes the ring of the earlier one
    assert reason("sandai-liuqu-wuqusandai") == "derived"
    assert reason("nanshi") == "same-rule"  # one radius around one street, twice
    assert reason("jingyuan") == "not-area"
    assert reason("xikai-qu") == "dropped"
    found = area_difference(relations["jiefangbeilu-qu"], features)
    assert found["reason"] is None
    assert found["indicative"], "the later zone is a hull with a margin"


def test_kept_gained_and_lost_ground_add_up(features, relations):
    relation = relations["jiefangbeilu-qu"]
    ring = features["heping-13-jiefangbeilu"].georeference.geometry
    west, south, east, north = ring.bounds
    half = shapely.box(west, south, (west + east) / 2, north)

    def shaped(before, after):
        changed = dict(features)
        for feature_id, geometry in (
            ("heping-13-jiefangbeilu", before),
            ("heping-13-jinrong-jiefangbeilu", before),
            ("heping-14-jiefangbeilu", after),
        ):
            feature = features[feature_id]
            changed[feature_id] = replace(
                feature, georeference=replace(feature.georeference, geometry=geometry)
            )
        return area_difference(relation, changed)

    found = shaped(ring, half)
    assert found["kept_km2"] + found["lost_km2"] == pytest.approx(area_km2(ring), abs=2e-4)
    assert found["kept_km2"] + found["gained_km2"] == pytest.approx(area_km2(half), abs=2e-4)
    assert 0 < found["kept_share"] < 1
    same = shaped(ring, ring)
    assert (same["kept_share"], same["gained_km2"], same["lost_km2"]) == (1.0, 0.0, 0.0)
    apart = shaped(ring, shapely.affinity.translate(ring, 1.0))
    assert (apart["kept_km2"], apart["kept_share"]) == (0.0, 0.0)
    assert shaped(ring, shapely.Point(117.2, 39.1))["reason"] == "not-area"
    assert shaped(ring, None)["reason"] == "unlocated"


@given(st.text("五大道洋楼经济,。\n", max_size=40), st.text("五大道洋楼经济,。\n", max_size=40))
def test_pieces_give_both_texts_back(old: str, new: str):
    pieces = list(marked_pieces(old, new))
    assert "".join(text for what, text in pieces if what != "new") == old
    assert "".join(text for what, text in pieces if what != "gone") == new
    assert all(text for _, text in pieces)


def test_chance_likeness_is_no_wording_kept():
    old, new = "提升改造睦南公园、海河带状公园", "睦南公园绿化提升"
    kept = [text for what, text in marked_pieces(old, new) if what == "same"]
    assert kept == ["睦南公园"]


def test_rows_quote_the_plans_word_for_word(draft: Draft, features):
    rows = {row["id"]: row for row in lineage_rows(draft.lineage, features, draft.texts)}
    for row in rows.values():
        for side in ("from", "to"):
            plan = draft.texts[row[f"{side}_plan"]].clean
            for passage in row["text"][side]:
                assert plan[passage["start"] : passage["end"]] == passage["exact"]
            for target in row["targets"][side]:
                assert target["raw"] in plan
    assert rows["hanyangdao"]["text"]["alike"]
    assert not rows["xiaobailou-qu"]["text"]["alike"]
    told = rows["nanjinglu-dai"]["targets"]["from"]
    assert [(t["comparator"], t["raw"], t["year"]) for t in told] == [(">", "12栋", 2020)]
    assert rows["nanjinglu-dai"]["targets"]["to"] == []


def test_the_atlas_holds_them(atlas: Atlas, relations):
    assert [row["id"] for row in atlas.lineage] == list(relations)
    for row in atlas.lineage:
        for feature_id in (*row["from"], *row["to"]):
            assert atlas.feature(feature_id) is not None
