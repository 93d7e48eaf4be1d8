"""Properties of re-anchoring: what holds for any passage and any edit."""

from __future__ import annotations

import re
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.plans.anchors import Verdict, reanchor
from app.plans.document import PlanText, parse_plan
from app.plans.model import PassageRole
from tests.plans.anchoring import PLACED, edition, one, words_at
from tests.plans.conftest import record

_WORDS = st.sampled_from(
    ["", "，", "。", "\n", "\n\n", "推进", "建设和平路", "12栋", "A", "一、", "五大道", "（"]
)


@pytest.fixture(scope="module")
def sample(plan) -> PlanText:
    """The zones of heping-13, where sentences are most alike."""
    text = plan("heping-13").clean
    start = text.index("五大道小洋楼历史文化体验区:")
    return parse_plan(record("heping-13"), text[start - 800 : start + 2200])


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_span_of_the_same_text_is_exact(sample, names, data):
    start = data.draw(st.integers(0, len(sample.clean) - 1))
    end = data.draw(st.integers(start + 1, min(len(sample.clean), start + 300)))
    role = data.draw(st.sampled_from(PassageRole))
    result = one(sample.passage(start, end, role), sample, sample, names)
    assert (result.verdict, result.start, result.end) == (Verdict.EXACT, start, end)


def test_words_that_stand_everywhere_are_exact_or_left_open(plan):
    text = plan("binhai-14")
    new = edition(text, ((5000, 5040), ""))
    commas = [m.start() for m in re.finditer("，", text.clean)]
    assert len(commas) > 1000
    passages = [text.passage(at, at + 1, PassageRole.SENTENCE) for at in commas[::20]]
    begin = process_time()
    assert {r.verdict for r in reanchor(passages, text, text, frozenset())} == {Verdict.EXACT}
    for result in reanchor(passages, text, new, frozenset()):
        shift = 0 if result.passage.start < 5000 else -40
        assert result.start in (None, result.passage.start + shift)
    assert process_time() - begin < 5


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_edits_outside_a_passage_never_lose_it(sample, names, data):
    sentences = [span for span in sample.sentences(0, len(sample.clean)) if span[1] - span[0] > 8]
    spans = [span for span in sentences if sample.clean.count(sample.clean[slice(*span)]) == 1]
    start, end = data.draw(st.sampled_from(spans))
    passage = sample.passage(start, end, PassageRole.SENTENCE)
    before, behind = sample.clean[:start], sample.clean[end:]
    for _ in range(data.draw(st.integers(1, 6))):
        words = data.draw(_WORDS)
        if data.draw(st.booleans()) and before:
            at, size = data.draw(st.integers(0, len(before))), data.draw(st.integers(0, 80))
            before = before[:at] + words + before[at + size :]
        elif behind:
            at, size = data.draw(st.integers(0, len(behind))), data.draw(st.integers(0, 80))
            behind = behind[:at] + words + behind[at + size :]
    new = parse_plan(sample.record, before + passage.exact + behind)
    result = one(passage, sample, new, names)
    assert result.verdict is not Verdict.LOST
    if result.verdict in PLACED:
        assert words_at(result, new) == passage.exact


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_name_changed_inside_is_never_silently_accepted(sample, names, data):
    found = [
        (m.start(), m.end())
        for name in sorted(names)
        for m in re.finditer(re.escape(name), sample.clean)
        if len(name) > 2
    ]
    start, end = data.draw(st.sampled_from(found))
    name = sample.clean[start:end]
    other = data.draw(st.sampled_from(sorted(names)).filter(lambda n: n not in name and name not in n))
    passage = sample.passage(*sample.sentence_at(start), PassageRole.SENTENCE)
    new = edition(sample, ((start, end), other))
    assert one(passage, sample, new, names).verdict not in PLACED
