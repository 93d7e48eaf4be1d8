"""The ledger of targets: every number once, at its place in the text, with the features that share it."""

from __future__ import annotations

import pytest

from app.atlas.store import Atlas
from app.plans.document import read_plan
from app.plans.targets import find_targets
from tests.plans.conftest import PERIODS, record


@pytest.fixture(scope="module")
def texts():
    return {plan_id: read_plan(record(plan_id)) for plan_id in PERIODS}


def test_every_target_of_the_prose_stands_once(atlas: Atlas, texts):
    found = {
        f"{plan_id}:{t.quantity.start}-{t.quantity.end}"
        for plan_id, text in texts.items()
        for t in find_targets(text)
    }
    ids = [row["id"] for row in atlas.targets]
    assert len(ids) == len(set(ids))
    assert set(ids) == found


def test_the_chain_from_number_to_text(atlas: Atlas, texts):
    for row in atlas.targets:
        clean = texts[row["plan"]].clean
        start, end = row["number"]
        sentence = row["sentence"]
        assert clean[start:end] == row["raw"]
        assert clean[sentence["start"] : sentence["end"]] == sentence["exact"]
        assert sentence["start"] <= row["start"] <= start < end <= sentence["end"]
        assert row["path"]
        assert row["raw_lines"] == list(texts[row["plan"]].raw_lines(start, end))


def test_features_and_ledger_tell_the_same(atlas: Atlas):
    rows = {row["id"]: row for row in atlas.targets}
    owned = 0
    for feature in atlas:
        for target in feature.properties["targets"]:
            row = rows[target["id"]]
            assert feature.id in [owner["id"] for owner in row["features"]]
            assert {key: row[key] for key in target if key != "passage"} == {
                key: value for key, value in target.items() if key != "passage"
            }
            owned += 1
    assert owned == sum(len(row["features"]) for row in rows.values())


def test_the_subject_says_how_many_share_a_target(atlas: Atlas):
    for row in atlas.targets:
        assert row["subject"] == ("district", "feature", "shared")[min(2, len(row["features"]))]
    (places,) = [row for row in atlas.targets if row["raw"] == "12000个"]
    assert "岳阳道小学汉阳道校区" in places["sentence"]["exact"]


def test_a_count_heads_nothing(atlas: Atlas):
    """The sentence behind 建成6个大学生创业孵化园。 is not about the incubators."""
    (jobs,) = [row for row in atlas.targets if row["indicator"] == "其他困难群体安置率达到"]
    assert jobs["features"] == []


def test_a_target_that_a_table_states_too_has_its_nature(atlas: Atlas):
    rows = {row["id"]: row for row in atlas.indicators}
    tied = [row for row in atlas.targets if row["indicator_row"]]
    assert len(tied) >= 14
    for row in tied:
        cell = rows[row["indicator_row"]]
        assert cell["plan"] == row["plan"]
        assert row["nature"] == cell["nature"]
    (air,) = [row for row in tied if row["indicator_row"] == "heping-14:8"]
    assert (air["raw"], air["nature"]) == ("68%", "约束性")
    assert {row["nature"] for row in atlas.targets if not row["indicator_row"]} == {None}


def test_a_body_is_quoted_where_it_stands(atlas: Atlas, texts):
    named = [row for row in atlas.targets if row["body"]]
    assert named
    for row in atlas.targets:
        assert bool(row["body"]) == (row["body_span"] is not None)
        if row["body_span"]:
            start, end = row["body_span"]
            assert texts[row["plan"]].clean[start:end] == row["body"]
            assert row["start"] <= start < end <= row["end"]


def test_numbers_given_in_words_are_told(atlas: Atlas):
    worded = {row["raw"]: (row["value"], row["unit"]) for row in atlas.targets if row["worded"]}
    assert worded["全覆盖"] == (100.0, "%")
    assert worded["为零"] == (0.0, "")
    assert worded["翻一番"] == (2.0, "倍")
    for row in atlas.targets:
        assert row["worded"] == (not any("0" <= c <= "9" for c in row["raw"]))
        assert row["scale"] in (1.0, 1e2, 1e3, 1e4, 1e6, 1e7, 1e8, 1e12)


def test_the_chain_from_a_result_to_its_text(atlas: Atlas, texts):
    rows = atlas.document("reported")
    for row in rows:
        clean = texts[row["plan"]].clean
        start, end = row["number"]
        assert clean[start:end] == row["raw"]
        assert row["sentence"]["start"] <= start < end <= row["sentence"]["end"]
        assert row["raw_lines"] == list(texts[row["plan"]].raw_lines(start, end))
        assert "features" not in row
        assert row["year"] < texts[row["plan"]].record.start_year
