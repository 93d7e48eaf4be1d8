"""Every feature in one sentence that says only what its data say."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.atlas.pinyin import spelled
from app.atlas.store import Atlas, StoredFeature
from app.atlas.words import KINDS
from app.language import gettext, speaking, titled
from app.web.access import by_id
from app.web.summary import in_a_sentence


def said(atlas: Atlas, feature_id: str) -> str:
    feature = atlas.feature(feature_id)
    assert feature is not None
    return in_a_sentence(feature.properties, by_id(atlas.plans)[feature.properties["plan"]])


def test_a_zone_says_what_where_how_large_how_sure(atlas: Atlas) -> None:
    feature = atlas.feature("heping-13-wudadao")
    assert feature is not None
    assert said(atlas, feature.id) == (
        "和平区的功能区，和平十三五（2016–2020 年）计划改造提升；属“六区联动”；规划说 1.49 平方公里；"
        "图上量算约 1.47 平方公里，位置误差不超过约 60 米；"
        f"规划对它提出 {len(feature.properties['targets'])} 项目标。"
    )


def test_it_says_the_same_in_english(atlas: Atlas) -> None:
    feature = atlas.feature("heping-13-wudadao")
    assert feature is not None
    assert len(feature.properties["targets"]) == 1
    with speaking("en"):
        assert said(atlas, feature.id) == (
            'Functional zone in <span lang="zh-CN">和平区</span> '
            '<span class="pinyin" lang="zh-Latn">Hé píng qū</span>'
            ", to be upgraded under the Heping 13th Plan (2016–2020); "
            'listed under <span lang="zh-CN">六区联动</span>; 1.49 km² according to the plan; '
            "about 1.47 km² on the map, its position off by no more than about 60\u00a0m; "
            "the plan sets 1 target for it."
        )


def test_no_sentence_gives_a_size_that_must_not_be_quoted(atlas: Atlas) -> None:
    for feature in atlas:
        sentence = said(atlas, feature.id)
        assert sentence.endswith("。")
        assert "None" not in sentence
        if feature.properties["certainty"] in ("indicative", "none"):
            assert "量算" not in sentence
        assert ("没有落图" in sentence) == (feature.geometry is None)


def _plain(sentence: str, feature: StoredFeature) -> str:
    """An English sentence without the Chinese that data give and without marks that say it is Chinese."""
    for name in (feature.properties["system"], feature.properties["district"]):
        sentence = sentence.replace(name, "")
    return sentence


def test_every_sentence_is_english_but_for_names(atlas: Atlas) -> None:
    plans = by_id(atlas.plans)
    with speaking("en"):
        for feature in atlas:
            p = feature.properties
            sentence = said(atlas, feature.id)
            assert not any("\u4e00" <= c <= "\u9fff" or c in "，；。：" for c in _plain(sentence, feature)), (
                sentence
            )
            assert sentence.startswith(gettext(KINDS[p["kind"]]))
            assert spelled(p["district"]) in sentence
            assert titled(plans[p["plan"]], "short_title") in sentence
            count = len(p["targets"])
            assert (f"sets {count} target{'s' if count > 1 else ''} for it." in sentence) == bool(count)
            assert ("not on the map" in sentence) == (feature.geometry is None)
            assert ("km² on the map" in sentence or "km on the map" in sentence) == (
                p["certainty"] in ("located", "approximate")
                and bool(p["computed_area_km2"] or p["computed_length_km"])
            )


def test_a_plan_of_one_year_gives_it_once(atlas: Atlas) -> None:
    feature = next(f for f in atlas if f.properties["plan"] == "heping-2021")
    assert "和平2021计划报告（2021 年）" in said(atlas, feature.id)


def test_a_system_with_quotation_marks_gets_no_more(atlas: Atlas) -> None:
    feature = next(f for f in atlas if f.properties["system"].startswith("“"))
    assert f"属{feature.properties['system']}；" in said(atlas, feature.id)


@pytest.mark.parametrize("address", ["/features/heping-13-wudadao", "/features/heping-13-wudadao/panel"])
def test_page_and_panel_say_it_in_the_readers_language(client: FlaskClient, address: str) -> None:
    assert "；规划对它提出 1 项目标。</p>" in client.get(address).text
    page = client.get(f"{address}?lang=en").text
    assert '<p class="sentence">Functional zone in <span lang="zh-CN">和平区</span>' in page
    assert "; the plan sets 1 target for it.</p>" in page
