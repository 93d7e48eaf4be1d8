"""Targets beside the base they start from and the results that were reported of them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.atlas.store import Atlas
from app.web.access import by_id
from app.web.aims import aims
from app.web.indicators import CHART_WIDTH


def properties(atlas: Atlas, feature_id: str) -> dict[str, Any]:
    feature = atlas.feature(feature_id)
    assert feature is not None
    return feature.properties


def test_a_base_is_drawn_only_where_a_plan_gives_base_and_target(atlas: Atlas) -> None:
    drawn = {
        (feature.id, aim.target["id"])
        for feature in atlas
        for aim in aims(atlas, feature.properties)
        if aim.comparison
    }
    table = {
        (place["id"], row["id"]) for row in atlas.targets if row["indicator_row"] for place in row["features"]
    }
    assert drawn == table  # no clause about a place gives its base as a number
    assert drawn


def test_the_bars_have_the_lengths_of_the_numbers(atlas: Atlas) -> None:
    compared = next(
        aim.comparison for aim in aims(atlas, properties(atlas, "binhai-14-tianjingang")) if aim.comparison
    )
    assert compared.row is not None
    row = by_id(atlas.indicators)[compared.row["id"]]
    assert compared.bars.target == CHART_WIDTH
    assert compared.bars.base == pytest.approx(CHART_WIDTH * row["base_value"] / row["target_value"], abs=0.1)
    assert (compared.base_year, compared.target_year) == (row["base_year"], row["target_year"])


@pytest.mark.parametrize(
    ("change", "base_year", "value", "drawn"),
    [
        (None, 2020, 20.0, True),
        ("increase", 2020, 20.0, False),  # 20 more is no height beside a base
        (None, None, 20.0, False),
        (None, 2020, None, False),
    ],
)
def test_a_base_in_the_clause_itself_is_drawn_where_both_are_heights(
    atlas: Atlas, change: str | None, base_year: int | None, value: float | None, drawn: bool
) -> None:
    target = properties(atlas, "heping-13-wudadao")["targets"][0]
    told = {
        **target,
        "base_value": 10.0,
        "base_year": base_year,
        "value": value,
        "change": change,
        "unit": "公里",
    }
    (aim,) = aims(atlas, {"targets": [told]})
    assert (aim.comparison is not None) == drawn
    if aim.comparison is not None:
        assert (aim.comparison.base, aim.comparison.bars.base) == ("10公里", CHART_WIDTH / 2)


def test_a_reported_result_stands_beside_its_target_word_for_word(client: FlaskClient, atlas: Atlas) -> None:
    reported = [
        (feature.id, result)
        for feature in atlas
        for aim in aims(atlas, feature.properties)
        for result in aim.results
    ]
    assert len({place for place, _ in reported}) == 3
    for place, result in reported:
        panel = client.get(f"/features/{place}/panel").text
        assert f'<q lang="zh-CN">{result["quote"]}</q>' in panel
        assert "是否达到由编者判断" in panel


def test_the_chart_says_in_words_what_it_draws(client: FlaskClient) -> None:
    panel = client.get("/features/binhai-14-tianjingang/panel").text
    assert re.search(r'<svg class="bars"[^>]* role="img" aria-label="2020年 [^"]+，2025年 [^"]+">', panel)
    assert 'href="/indicators#binhai-14-12"' in panel
    assert "style=" not in panel
