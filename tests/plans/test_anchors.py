"""Passages in a changed edition: nothing lost that is there, nothing taken that is another place's."""

from __future__ import annotations

import json
import re
from collections import Counter
from time import process_time

import pytest

from app.errors import InputFileError
from app.plans.anchors import Verdict, reanchor
from app.plans.document import PlanText, parse_plan
from app.plans.model import PassageRole
from tests.plans.anchoring import PLACED, edition, one, quote, text_of, words_at
from tests.plans.conftest import PERIODS
from tests.plans.lookalikes import DATA

PAIRS = json.loads(DATA.read_text(encoding="utf-8"))
AROUND = 600  # characters of a real text that are kept on both sides of a pair
NEW_PARAGRAPH = "各级各部门要加强组织领导，细化工作方案，确保各项任务落到实处。"


# -- sentences that look alike ----------------------------------------------------------------------


def test_the_pairs_stand_in_the_texts(plan):
    assert len(PAIRS) >= 40
    assert {pair["plan"] for pair in PAIRS} == set(PERIODS)
    for pair in PAIRS:
        text = plan(pair["plan"]).clean
        assert [text[slice(*pair["a"])], text[slice(*pair["b"])]] == pair["texts"]
        assert pair["texts"][0] != pair["texts"][1]


def pair_in_its_surroundings(plan, pair) -> tuple[PlanText, tuple[int, int], tuple[int, int]]:
    """The real text around a pair, what lies far from both left out, and the two spans in it."""
    text, (a, b) = plan(pair["plan"]), (pair["a"], pair["b"])
    keep = [(max(0, s - AROUND), min(len(text.clean), e + AROUND)) for s, e in (a, b)]
    if keep[1][0] <= keep[0][1]:
        keep = [(keep[0][0], keep[1][1])]
    cut = parse_plan(text.record, "\n".join(text.clean[s:e] for s, e in keep))
    first = a[0] - keep[0][0]
    second = b[0] - keep[0][0] if len(keep) == 1 else keep[0][1] - keep[0][0] + 1 + b[0] - keep[1][0]
    spans = (first, first + a[1] - a[0]), (second, second + b[1] - b[0])
    if [cut.clean[slice(*span)] for span in spans] != pair["texts"]:
        # A cut that begins or ends with a space is stripped: fall back on the whole text.
        return text, tuple(a), tuple(b)
    return cut, *spans


@pytest.mark.parametrize("pair", PAIRS, ids=lambda p: f"{p['plan']}:{p['a'][0]}/{p['b'][0]}")
def test_no_look_alike_is_taken_for_the_other(plan, names, pair):
    old, a, b = pair_in_its_surroundings(plan, pair)
    one_, two = (old.passage(*span, PassageRole.SENTENCE) for span in (a, b))
    editions = {
        "a deleted": (edition(old, (a, "")), False, True),
        "b deleted": (edition(old, (b, "")), True, False),
        "a turned into b": (edition(old, (a, two.exact)), False, True),
        "b turned into a": (edition(old, (b, one_.exact)), True, False),
        "swapped": (edition(old, (a, two.exact), (b, one_.exact)), True, True),
    }
    for what, (new, *kept) in editions.items():
        for result, is_kept in zip(reanchor([one_, two], old, new, names), kept, strict=True):
            if result.verdict in PLACED:
                assert words_at(result, new) == result.passage.exact, what
                assert is_kept, what
            assert not is_kept or result.verdict is not Verdict.LOST, what


# -- the whole plans --------------------------------------------------------------------------------


def test_the_same_text_is_all_exact(any_plan, quoted, names):
    passages = quoted(any_plan.record.id)
    results = reanchor(passages, any_plan, any_plan, names)
    assert [result.passage for result in results] == passages
    assert {result.verdict for result in results} == {Verdict.EXACT}
    assert all((r.start, r.end) == (r.passage.start, r.passage.end) for r in results)


def test_a_deleted_sentence_is_lost_and_the_others_are_not(any_plan, quoted, names):
    passages = [p for p in quoted(any_plan.record.id) if p.role is PassageRole.SENTENCE]
    spans = sorted({(p.start, p.end) for p in passages})
    for turn in range(3):
        gone = spans[turn::3]
        new = edition(any_plan, *((span, "") for span in gone))
        for result in reanchor(passages, any_plan, new, names):
            inside = any(result.passage.start < e and s < result.passage.end for s, e in gone)
            assert (result.verdict is Verdict.LOST) == inside
            if not inside and result.verdict in PLACED:
                assert words_at(result, new) == result.passage.exact


def test_a_changed_name_is_never_accepted(any_plan, quoted, names):
    passages = [p for p in quoted(any_plan.record.id) if p.role is PassageRole.SENTENCE]
    first = {p.mentions[0]: p for p in passages if p.mentions}
    others = sorted(any_plan.clean[a:b] for a, b in first)
    edits, last = [], 0
    for number, span in enumerate(sorted(first)):
        name = any_plan.clean[slice(*span)]
        # Every other one becomes a name that stands in the plan, the rest one that nobody knows.
        other = others[(number * 7) % len(others)] if number % 2 else "云栖谷地"
        if span[0] >= last and other not in name and name not in other:
            edits.append((span, other))
            last = span[1]
    assert len(edits) > len(first) // 2
    new = edition(any_plan, *edits)
    for result in reanchor(passages, any_plan, new, names):
        if any(result.passage.start <= s and e <= result.passage.end for (s, e), _ in edits):
            assert result.verdict not in PLACED


def test_a_changed_figure_is_never_accepted(any_plan, quoted, names):
    passages = quoted(any_plan.record.id)
    edits = []
    for match in re.finditer(r"\d+(?:\.\d+)?(?=[亿万]?(?:平方米|公里|元|家|个|所))", any_plan.clean):
        edits.append((match.span(), f"{float(match[0]) + 1:g}"))
    new = edition(any_plan, *edits)
    for result in reanchor(passages, any_plan, new, names):
        if any(result.passage.start <= s and e <= result.passage.end for (s, e), _ in edits):
            assert result.verdict not in PLACED


def test_new_paragraphs_before_a_passage_move_it_by_their_length(any_plan, quoted, names):
    passages = [p for p in quoted(any_plan.record.id) if p.role is PassageRole.SENTENCE]
    middle = any_plan.paragraphs[len(any_plan.paragraphs) // 2].start
    new = edition(any_plan, ((middle, middle), f"{NEW_PARAGRAPH}\n"))
    shift = len(NEW_PARAGRAPH) + 1
    for result in reanchor(passages, any_plan, new, names):
        if result.passage.start < middle:
            assert (result.verdict, result.start) == (Verdict.EXACT, result.passage.start)
        else:
            assert (result.verdict, result.start) == (Verdict.MOVED, result.passage.start + shift)


def test_fifteen_hundred_passages_take_less_than_five_seconds(plan, quoted, names):
    old = plan("binhai-14")
    passages = [old.passage(*span, PassageRole.SENTENCE) for span in old.sentences(0, len(old.clean))]
    passages = [p for p in passages if len(p.exact) > 4] + quoted("binhai-14")
    assert len(passages) >= 1500
    new = parse_plan(old.record, old.raw.replace("加快", "大力").replace("推进", "推动"))
    begin = process_time()
    verdicts = Counter(result.verdict for result in reanchor(passages, old, new, names))
    assert process_time() - begin < 5
    assert verdicts[Verdict.REWORDED] > 300


# -- single sentences -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plan_id", "old", "new"),
    [
        ("heping-13", "加快建设各具特色、错位发展的金融聚集区", "着力打造各具特色、错位发展的金融聚集区"),
        ("hedong-14", "优化提升直沽时尚文旅区。", "优化改造直沽时尚文旅区。"),
        ("binhai-14", "推进欣嘉园第三小学、", "加快推进欣嘉园第三小学、"),
    ],
)
def test_other_words_for_the_same_thing_are_a_rewording(plan, names, plan_id, old, new):
    text = plan(plan_id)
    at = text.clean.index(old)
    start, end = text.sentence_at(at)
    changed = edition(text, ((at, at + len(old)), new))
    result = one(text.passage(start, end, PassageRole.SENTENCE), text, changed, names)
    assert result.verdict is Verdict.REWORDED
    assert words_at(result, changed) == text.clean[start:end].replace(old, new, 1)
    assert result.reason


def test_words_before_the_sentence_that_name_another_place_leave_it_open(plan, names):
    text = plan("hedong-14")
    passage = quote(text, "优化提升直沽时尚文旅区。")
    at = passage.start
    plain = one(passage, text, edition(text, ((at, at), "同时，")), names)
    other = one(passage, text, edition(text, ((at, at), "结合津滨大道改造，")), names)
    assert plain.verdict is Verdict.REWORDED
    assert other.verdict is Verdict.AMBIGUOUS


def test_a_name_that_grew_across_the_end_of_a_quotation_is_another_name(names):
    old = text_of("第一章 道路\n和平路改造提升完成。\n")
    new = text_of("第一章 道路\n新和平路改造提升完成。\n")
    passage = quote(old, "和平路改造提升完成。")
    result = one(passage, old, new, frozenset({"和平路", "新和平路"}))
    assert result.verdict is Verdict.AMBIGUOUS
    assert "新和平路" in result.candidates[0].difference


@pytest.mark.parametrize("changed", ["不超过12栋", "超过120栋", "12栋", "超过12座"])
def test_a_bound_or_a_unit_is_part_of_the_figure(changed):
    words = "亿元税收楼宇超过12栋，形成高端商务聚集区。"
    old = text_of(f"第一章 楼宇\n{words}\n")
    new = text_of(f"第一章 楼宇\n{words.replace('超过12栋', changed)}\n")
    result = one(quote(old, words), old, new, frozenset())
    assert result.verdict is Verdict.LOST
    assert "12" in result.reason
    assert result.candidates[0].start == quote(old, words).start


TWIN = "完善基础设施和公共服务。"
BANK = f"解放北路地区：\n以金融街为主体。{TWIN}引进金融总部。\n"
VILLAS = f"五大道地区：\n以小洋楼为主体。{TWIN}发展文化旅游。\n"


def test_a_duplicated_sentence_is_told_apart_by_what_stands_around_it():
    old, swapped = text_of(f"第一章 布局\n{BANK}{VILLAS}"), text_of(f"第一章 布局\n{VILLAS}{BANK}")
    for nth, before in enumerate(("以金融街为主体。", "以小洋楼为主体。")):
        passage = quote(old, TWIN, nth)
        assert one(passage, old, old, frozenset()).start == passage.start
        result = one(passage, old, swapped, frozenset())
        assert result.verdict is Verdict.MOVED
        assert swapped.clean[result.start - 8 : result.start] == before


def test_a_duplicated_sentence_between_changed_places_is_for_a_person():
    old = text_of(f"第一章 布局\n{BANK}{VILLAS}")
    crossed = old.raw.replace("金融街", "@").replace("小洋楼", "金融街").replace("@", "小洋楼")
    crossed = crossed.replace("引进金融总部", "@").replace("发展文化旅游", "引进金融总部")
    new = text_of(crossed.replace("@", "发展文化旅游"))
    for nth in (0, 1):
        result = one(quote(old, TWIN, nth), old, new, frozenset())
        assert result.verdict is Verdict.AMBIGUOUS
        assert {c.start for c in result.candidates} <= {quote(new, TWIN, n).start for n in (0, 1)}
        assert result.candidates


def test_of_two_alike_sentences_the_one_that_is_gone_is_not_found_in_the_other():
    old = text_of(f"第一章 布局\n{BANK}{VILLAS}")
    for nth in (0, 1):
        passage = quote(old, TWIN, nth)
        new = edition(old, ((passage.start, passage.end), ""))
        assert one(passage, old, new, frozenset()).verdict is Verdict.LOST
        kept = one(quote(old, TWIN, 1 - nth), old, new, frozenset())
        assert words_at(kept, new) == TWIN


def test_one_of_two_alike_sentences_left_in_new_surroundings_is_for_a_person():
    old = text_of(f"第二章 民生\n{TWIN}\n第三章 交通\n{TWIN}\n第四章 附则\n本纲要自印发之日起施行。\n")
    new = text_of(f"第二章 产业\n{TWIN}\n第三章 园区\n加快载体建设。\n")
    for nth in (0, 1):
        result = one(quote(old, TWIN, nth), old, new, frozenset())
        assert result.verdict is Verdict.AMBIGUOUS
        assert [(c.start, c.end) for c in result.candidates] == [(7, 7 + len(TWIN))]


def test_a_chapter_that_stands_twice_leaves_open_which_one_is_meant(plan):
    """Everything near is the same: only a person can say which copy the quotation means."""
    text = plan("heping-2021").clean
    chapter = text[:3000]
    old, new = text_of(chapter), text_of(f"{chapter}\n{chapter}\n{chapter}")
    start, end = old.sentence_at(1500)
    result = one(old.passage(start, end, PassageRole.SENTENCE), old, new, frozenset())
    assert result.verdict is Verdict.AMBIGUOUS or result.start == start


def test_a_block_whose_heading_names_another_place_is_for_a_person():
    body = "规划范围内完善基础设施，建设商业街区。"
    old = text_of(f"第一章 布局\n一、五大道地区\n{body}\n")
    new = text_of(f"第一章 布局\n一、解放北路地区\n{body}\n")
    start = old.clean.index(body)
    block = old.passage(start, start + len(body), PassageRole.BLOCK)
    result = one(block, old, new, frozenset({"五大道", "解放北路"}))
    assert result.verdict is Verdict.AMBIGUOUS
    assert "五大道" in result.reason
    assert one(block, old, old, frozenset({"五大道"})).verdict is Verdict.EXACT


def test_a_text_of_something_else_holds_nothing(plan, quoted, names):
    new = text_of("会议纪要\n本次会议讨论了办公用品的采购。\n")
    results = reanchor(quoted("heping-2021"), plan("heping-2021"), new, names)
    assert {result.verdict for result in results} == {Verdict.LOST}
    assert all(result.start is None and result.reason for result in results)
    empty = reanchor(quoted("heping-2021"), plan("heping-2021"), text_of(""), names)
    assert {result.verdict for result in empty} == {Verdict.LOST}


def test_passages_of_another_text_are_refused(plan, quoted, names):
    with pytest.raises(InputFileError, match="does not stand at"):
        reanchor(quoted("heping-13"), plan("heping-14"), plan("heping-13"), names)
