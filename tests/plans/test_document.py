"""Reading a plan: bad files get a sentence, quotations are slices, places in the outline are told."""

from __future__ import annotations

import dataclasses
import hashlib
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import MissingInputError
from app.plans.document import parse_plan, read_plan
from app.plans.model import NameRule, PassageRole
from app.plans.passages import link_text
from tests.plans.conftest import PERIODS, TEXTS, record


def test_a_missing_text_is_named_with_its_cure(tmp_path):
    with pytest.raises(MissingInputError) as caught:
        read_plan(record("heping-13", text=tmp_path / "heping-13.txt"))
    assert "is missing" in str(caught.value)
    assert "git checkout -- geodata/plans/heping-13.txt" in str(caught.value)


def test_a_changed_text_is_refused(tmp_path):
    path = tmp_path / "heping-13.txt"
    path.write_bytes((TEXTS / "heping-13.txt").read_bytes().replace(b"1.49", b"1.94"))
    with pytest.raises(MissingInputError, match="has changed") as caught:
        read_plan(record("heping-13", text=path))
    assert "21283bdb" in str(caught.value)
    assert "git checkout" in caught.value.cure


def test_a_text_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "heping-13.txt"
    data = "和平区".encode("gb18030")
    path.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    with pytest.raises(MissingInputError, match="not UTF-8"):
        read_plan(dataclasses.replace(record("heping-13", text=path), sha256=digest))


def test_a_passage_is_a_slice_with_context(plan):
    text = plan("heping-13")
    start = text.clean.index("面积1.49平方公里")
    passage = text.passage(start, start + 10, PassageRole.SENTENCE, [(start, start + 2), (0, 3)])
    assert passage.exact == "面积1.49平方公里"
    assert passage.prefix == "、西安道、成都道、南京路围合的核心区域,"
    assert passage.suffix.startswith("。\n功能定位")
    assert len(passage.prefix) == len(passage.suffix) == 20
    assert passage.mentions == ((start, start + 2),)
    assert passage.id == f"heping-13:{start}-{start + 10}"
    assert [label for _, label, _ in passage.path] == [
        "第三章 完善优化功能布局",
        "二、 着力构筑“六区联动”格局",
        "五大道小洋楼历史文化体验区",
        "规划范围",
    ]


@pytest.mark.parametrize("span", [(5, 5), (-1, 4), (0, 10**6)])
def test_an_impossible_span_is_no_passage(plan, span):
    with pytest.raises(IndexError, match="is no span"):
        plan("heping-13").passage(*span, PassageRole.SENTENCE)


@settings(max_examples=60)
@given(plan_id=st.sampled_from(sorted(PERIODS)), ends=st.tuples(st.floats(0, 1), st.integers(1, 400)))
def test_every_span_is_found_at_its_place_in_both_texts(plan, plan_id, ends):
    text = plan(plan_id)
    start = int(ends[0] * (len(text.clean) - 1))
    end = min(len(text.clean), start + ends[1])
    passage = text.passage(start, end, PassageRole.SENTENCE)
    assert text.clean[passage.start : passage.end] == passage.exact
    whole = passage.prefix + passage.exact + passage.suffix
    assert text.clean[passage.start - len(passage.prefix) :].startswith(whole)
    a, b = text.raw_span(start, end)
    assert text.to_clean(a) == start
    assert text.to_clean(b - 1) == end - 1
    first, last = text.raw_lines(start, end)
    assert text.raw[:a].count("\n") + 1 == first or text.clean[start] == "\n"
    assert first <= last


def test_an_empty_span_has_a_place_in_the_raw_file(plan):
    text = plan("binhai-14")
    start = text.clean.index("综合判断")
    assert text.raw_span(start, start) == (text.to_raw(start),) * 2


def test_sentences_cover_the_text_line_by_line(any_plan):
    covered = 0
    for line in any_plan.source.lines:
        spans = any_plan.sentences(line.start, line.end)
        assert spans[0][0] == line.start
        assert spans[-1][1] == line.end
        assert all(a[1] == b[0] for a, b in pairwise(spans))
        covered += len(spans)
    for start, end in any_plan.sentences(0, len(any_plan.clean)):
        assert any_plan.sentence_at(start) == any_plan.sentence_at(end - 1) == (start, end)
    assert covered == len(any_plan.sentences(0, len(any_plan.clean)))


def test_reading_all_five_plans_with_600_names_is_quick():
    started = time.process_time()
    for plan_id in PERIODS:
        text = parse_plan(record(plan_id), (TEXTS / f"{plan_id}.txt").read_bytes().decode())
        names = {text.clean[i : i + 3 + i % 4].replace("\n", "和") for i in range(0, 15000, 25)}
        linked = link_text(text, [NameRule(name, name) for name in sorted(names)])
        assert any(found.passages for found in linked.values())
    assert time.process_time() - started < 3.0
