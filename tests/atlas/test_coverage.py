"""The counts add up, and a place that no feature owns is shown with its sentence."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pytest

from app.atlas.build import Draft
from app.atlas.coverage import coverage
from app.atlas.coverage_report import coverage_text, narrowed
from app.atlas.inputs import Inputs
from app.atlas.placewords import load_place_words
from app.atlas.store import Atlas
from app.errors import NotFoundError

COUNTS = ("named", "located", "registered")
SENTENCES = ("sentences", "place_like", "unlinked", "partly")


def counted(
    draft: Draft, inputs: Inputs, *, without: Collection[str] = (), decoys: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The coverage of the real atlas, some features left out or some names set aside."""
    return coverage(
        [replace(folder, decoys=folder.decoys + decoys) for folder in draft.folders],
        themes=draft.themes,
        texts=draft.texts,
        features=[feature for feature in draft.features if feature.entry.id not in without],
        words=load_place_words(inputs.layers),
    )


def missed_names(data: dict[str, Any], plan: str) -> set[str]:
    return {name for row in data["missed"] if row["plan"] == plan for name in row["names"]}


def test_counts_add_up_over_plans_themes_and_chapters(atlas: Atlas) -> None:
    data = atlas.coverage
    for key in COUNTS + SENTENCES:
        assert data["totals"][key] == sum(plan[key] for plan in data["plans"])
    for plan in data["plans"]:
        for key in COUNTS:
            assert plan[key] == sum(theme[key] for theme in plan["themes"])
            assert plan[key] == sum(chapter[key] for chapter in plan["chapters"])
        for key in SENTENCES:
            assert plan[key] == sum(chapter[key] for chapter in plan["chapters"])
        for row in (plan, *plan["themes"], *plan["chapters"], data["totals"]):
            assert row["named"] == row["located"] + row["registered"]
            assert row["located"] == sum(row["methods"].values())
            assert row["registered"] == sum(row["reasons"].values())
            assert "unlocated" not in row["methods"]
        missed = [row for row in data["missed"] if row["plan"] == plan["id"]]
        assert plan["unlinked"] == sum(not row["linked"] for row in missed)
        assert plan["partly"] == sum(row["linked"] for row in missed)


def test_counts_are_those_of_the_atlas(atlas: Atlas) -> None:
    totals = atlas.coverage["totals"]
    assert totals["named"] == len(atlas)
    assert totals["registered"] == len(atlas.register)
    assert totals["located"] == sum(feature.geometry is not None for feature in atlas)
    assert [plan["id"] for plan in atlas.coverage["plans"]] == [plan["id"] for plan in atlas.plans]


def test_missed_names_are_verbatim(atlas: Atlas, draft: Draft) -> None:
    assert atlas.coverage["missed"]
    for row in atlas.coverage["missed"]:
        clean = draft.texts[row["plan"]].clean
        assert clean[row["start"] : row["end"]] == row["exact"]
        assert [clean[start:end] for start, end in row["mentions"]] == row["names"]
        assert row["names"]
        first, last = row["raw_lines"]
        assert 1 <= first <= last


def test_a_feature_that_is_forgotten_shows_in_the_sentences_that_name_it(
    draft: Draft, inputs: Inputs
) -> None:
    forgotten = next(
        f for f in draft.features if f.entry.plan == "heping-2021" and f.entry.name == "津湾广场"
    )
    before = counted(draft, inputs)
    after = counted(draft, inputs, without={forgotten.entry.id})
    assert "津湾广场" not in missed_names(before, "heping-2021")
    assert any(name.endswith("津湾广场") for name in missed_names(after, "heping-2021"))
    assert after["totals"]["named"] == before["totals"]["named"] - 1


def test_a_plan_without_features_misses_every_sentence_with_a_name(draft: Draft, inputs: Inputs) -> None:
    nothing = counted(draft, inputs, without={feature.entry.id for feature in draft.features})
    assert nothing["totals"]["named"] == 0
    assert nothing["totals"]["partly"] == 0
    assert nothing["totals"]["unlinked"] > counted(draft, inputs)["totals"]["unlinked"] * 3
    assert nothing["totals"]["sentences"] == counted(draft, inputs)["totals"]["sentences"]


def test_a_decoy_settles_a_name(draft: Draft, inputs: Inputs) -> None:
    plain = counted(draft, inputs)
    plan, name = next((row["plan"], row["names"][0]) for row in plain["missed"])
    assert name not in missed_names(counted(draft, inputs, decoys=(name,)), plan)


def test_the_streets_that_bound_a_zone_are_settled_by_it(draft: Draft, inputs: Inputs) -> None:
    everything = {feature.entry.id for feature in draft.features}
    assert "西康路" in missed_names(counted(draft, inputs, without=everything), "heping-13")
    alone = counted(draft, inputs, without=everything - {"heping-13-wudadao"})
    assert "西康路" not in missed_names(alone, "heping-13")
    assert "贵州路" not in missed_names(alone, "heping-13")
    assert "贵阳路" in missed_names(alone, "heping-13")  # it bounds another zone


def test_cells_of_tables_are_not_read(atlas: Atlas, draft: Draft) -> None:
    for row in atlas.coverage["missed"]:
        plan = draft.texts[row["plan"]]
        assert not any(section.id in plan.tables for section in plan.path_at(row["start"]))


def test_one_plan_can_be_asked_for_and_read_in_a_terminal(atlas: Atlas) -> None:
    assert narrowed(atlas.coverage, None) == atlas.coverage
    data = narrowed(atlas.coverage, "hedong-14")
    assert [plan["id"] for plan in data["plans"]] == ["hedong-14"]
    assert {row["plan"] for row in data["missed"]} <= {"hedong-14"}
    text = coverage_text(data, in_full=True)
    assert f"点名 {data['plans'][0]['named']}，" in text
    assert text.count("｜") == len(data["missed"])
    assert "｜" not in coverage_text(atlas.coverage, in_full=False)
    with pytest.raises(NotFoundError, match="hedong-14"):
        narrowed(atlas.coverage, "hedong-13")
