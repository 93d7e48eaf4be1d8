"""Every feature in one sentence that says only what its data say."""

from __future__ import annotations

from app.atlas.store import Atlas
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
        "图上量算约 1.47 平方公里；位置误差不超过约 60 米；"
        f"规划对它提出 {len(feature.properties['targets'])} 项目标。"
    )


def test_no_sentence_gives_a_size_that_must_not_be_quoted(atlas: Atlas) -> None:
    for feature in atlas:
        sentence = said(atlas, feature.id)
        assert sentence.endswith("。")
        assert "None" not in sentence
        if feature.properties["certainty"] in ("indicative", "none"):
            assert "量算" not in sentence
        assert ("没有落图" in sentence) == (feature.geometry is None)
