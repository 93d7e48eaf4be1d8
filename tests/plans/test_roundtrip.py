"""Offsets between the file and the clean text: any span, both ways, and quotes found again at their place."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from app.atlas.store import Atlas
from app.plans.document import PlanText, parse_plan
from tests.plans.conftest import PERIODS, record

PLANS = st.sampled_from(sorted(PERIODS))
Plan = Callable[[str], PlanText]


def drawn_span(data: st.DataObject, length: int, longest: int = 400) -> tuple[int, int]:
    start = data.draw(st.integers(0, length - 1))
    return start, data.draw(st.integers(start + 1, min(length, start + longest)))


def bare(text: str) -> str:
    """A text without what cleaning may change: blanks of every kind, and control characters."""
    return "".join(c for c in text if not c.isspace() and not unicodedata.category(c).startswith("C"))


@settings(max_examples=150)
@given(plan_id=PLANS, data=st.data())
def test_a_clean_span_goes_to_the_file_and_back(plan: Plan, plan_id: str, data: st.DataObject) -> None:
    text = plan(plan_id)
    start, end = drawn_span(data, len(text.clean))
    a, b = text.raw_span(start, end)
    assert 0 <= a < b <= len(text.raw)
    assert (text.to_clean(a), text.to_clean(b - 1) + 1) == (start, end)
    # what lies between holds the words, in their order, whatever was left out among them
    raw = iter(bare(text.raw[a:b]))
    assert all(character in raw for character in bare(text.clean[start:end]))


@settings(max_examples=150)
@given(plan_id=PLANS, data=st.data())
def test_a_span_of_the_file_goes_to_the_clean_text_and_back(
    plan: Plan, plan_id: str, data: st.DataObject
) -> None:
    text = plan(plan_id)
    a, b = drawn_span(data, len(text.raw))
    start, end = text.to_clean(a), text.to_clean(b)
    assert 0 <= start <= end <= len(text.clean)
    if start < end:  # something of it was kept: it lies inside what was asked for
        assert a <= text.to_raw(start)
        assert text.to_raw(end - 1) < b
    if start > 0:  # and nothing kept before it was skipped
        assert text.to_raw(start - 1) < a


@settings(max_examples=100)
@given(plan_id=PLANS, data=st.data())
def test_offsets_rise_together(plan: Plan, plan_id: str, data: st.DataObject) -> None:
    text = plan(plan_id)
    one, other = sorted(data.draw(st.lists(st.integers(0, len(text.clean) - 1), min_size=2, max_size=2)))
    assert text.to_raw(one) <= text.to_raw(other)
    assert (text.to_raw(one) == text.to_raw(other)) == (one == other)
    assert text.raw_lines(one, one + 1)[0] <= text.raw_lines(other, other + 1)[0]


@settings(max_examples=40)
@given(plan_id=PLANS, data=st.data())
def test_reading_the_clean_text_again_changes_nothing(plan: Plan, plan_id: str, data: st.DataObject) -> None:
    """Cleaning twice is cleaning once, for any piece of a text between two lines."""
    clean = plan(plan_id).clean
    lines = [line for line in plan(plan_id).source.lines if line.end > line.start]
    first = data.draw(st.integers(0, len(lines) - 1))
    last = data.draw(st.integers(first, min(len(lines) - 1, first + 40)))
    piece = clean[lines[first].start : lines[last].end]
    again = parse_plan(record(plan_id), piece)
    assert bare(again.clean) == bare(piece)
    for offset in range(0, len(again.clean), 7):
        assert again.to_clean(again.to_raw(offset)) == offset


@settings(max_examples=200)
@given(data=st.data())
def test_every_published_passage_is_found_at_its_place(atlas: Atlas, plan: Plan, data: st.DataObject) -> None:
    feature = data.draw(st.sampled_from([f for f in atlas if f.properties["passages"]]))
    passage = data.draw(st.sampled_from(feature.properties["passages"]))
    text = plan(passage["plan"])
    assert text.clean[passage["start"] : passage["end"]] == passage["exact"]
    around = passage["prefix"] + passage["exact"] + passage["suffix"]
    assert text.clean.startswith(around, passage["start"] - len(passage["prefix"]))
    assert list(text.raw_lines(passage["start"], passage["end"])) == passage["raw_lines"]
    a, b = text.raw_span(passage["start"], passage["end"])
    assert text.raw.count("\n", 0, a) + 1 == passage["raw_lines"][0]
    assert text.raw.count("\n", 0, b - 1) + 1 == passage["raw_lines"][1]
