"""The reader of targets against 225 sentences labelled by hand (see ``labelled/README.md``)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.plans.targets import find_targets
from tests.plans.conftest import PERIODS

LABELLED = Path(__file__).parent / "labelled"
SENTENCES = json.loads((LABELLED / "targets.json").read_text(encoding="utf-8"))
BLIND = [
    {**sentence, "half": "blind"}
    for sentence in json.loads((LABELLED / "targets-blind.json").read_text(encoding="utf-8"))
]
FLOOR = 0.97
BLIND_FLOOR = 0.95


@pytest.fixture(scope="module")
def found(plan):
    return {plan_id: find_targets(plan(plan_id)) for plan_id in PERIODS}


def pairs(found, half):
    """For each sentence of a half: what is labelled and what is found, by the number's offset."""
    for sentence in (*SENTENCES, *BLIND):
        if sentence["half"] == half:
            labelled = {target["start"]: target for target in sentence["targets"]}
            span = range(sentence["start"], sentence["end"])
            own = {t.quantity.start: t for t in found[sentence["plan"]] if t.quantity.start in span}
            yield labelled, own


def test_the_labels_stand_in_the_texts(plan):
    assert len(SENTENCES) == 150
    for half in ("seen", "unseen"):
        assert sum(s["half"] == half for s in SENTENCES) == 75
    for plan_id in PERIODS:
        assert sum(s["plan"] == plan_id for s in SENTENCES) == 30
        assert sum(s["plan"] == plan_id for s in BLIND) == 15
    starts = [(s["plan"], s["start"]) for s in (*SENTENCES, *BLIND)]
    assert len(starts) == len(set(starts)) == 225
    for sentence in (*SENTENCES, *BLIND):
        text = plan(sentence["plan"])
        assert text.clean[sentence["start"] : sentence["end"]] == sentence["text"]
        for target in sentence["targets"]:
            assert text.clean.startswith(target["raw"], target["start"])


@pytest.mark.parametrize(
    ("half", "labelled_count", "floor"),
    [("seen", 51, FLOOR), ("unseen", 36, FLOOR), ("blind", 44, BLIND_FLOOR)],
)
def test_precision_and_recall(found, half, labelled_count, floor):
    hits = misses = wrong = 0
    for labelled, own in pairs(found, half):
        hits += len(labelled.keys() & own.keys())
        misses += len(labelled.keys() - own.keys())
        wrong += len(own.keys() - labelled.keys())
    assert hits + misses == labelled_count
    assert hits / (hits + wrong) >= floor
    assert hits / (hits + misses) >= floor


@pytest.mark.parametrize("half", ["seen", "unseen", "blind"])
def test_what_is_read_of_a_target(found, half):
    compared, alike = 0, 0
    for labelled, own in pairs(found, half):
        for start in labelled.keys() & own.keys():
            label, target = labelled[start], own[start]
            quantity = target.quantity
            assert (quantity.raw, quantity.value, quantity.upper, quantity.unit, target.year) == (
                label["raw"],
                label["value"],
                label.get("upper"),
                label["unit"],
                label["year"],
            )
            if "basis" in label:
                assert target.basis == label["basis"]
            compared += 1
            alike += quantity.comparator == label["comparator"]
    assert alike / compared >= FLOOR
