"""Names in the real texts: names inside names, homonyms, shared suffixes, decoys."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from app.plans.mentions import find_mentions
from app.plans.model import NameRule
from tests.plans.conftest import excerpt, named


def texts_of(plan, rules, owner=None):
    return [m.text for m in find_mentions(plan, rules) if owner is None or m.owner == owner]


def test_the_district_is_not_in_the_river_bank(plan):
    rules = [*named("河东", "海河东岸金创走廊"), NameRule("海河东岸", None)]
    text = plan("hedong-14")
    for mention in find_mentions(text, rules):
        around = text.clean[mention.start - 1 : mention.end + 1]
        assert mention.owner == "海河东岸金创走廊" or around != "海河东岸"
    assert texts_of(text, rules, "海河东岸金创走廊") == ["海河东岸金创走廊"] * 2


def test_a_decoy_swallows_and_is_forgotten():
    text = excerpt("heping-13", 68, 68)
    assert texts_of(text, named("和平园")) == ["和平园"]
    assert texts_of(text, [*named("和平园"), NameRule("国家自主创新示范区和平园", None)]) == []


def test_the_longer_name_wins_over_the_one_further_left():
    text = excerpt("heping-2021", 99, 99)
    assert "3条道路和睦南公园绿化提升" in text.clean
    assert texts_of(text, named("和睦", "睦南公园")) == ["睦南公园"]


def test_a_street_name_does_not_begin_a_path(plan):
    text = plan("heping-14")
    found = find_mentions(text, named("和平路"))
    assert "探索新时代文明实践和平路径" in text.clean
    assert [text.clean[m.start - 2 : m.end + 1] for m in found] == ["期对和平路进"]


def test_the_town_is_not_in_the_kindergarten(plan):
    rules = [*named("茶淀街", "汉沽茶淀街滨河幼儿园", "汉沽街"), NameRule("滨河", None)]
    text = plan("binhai-14")
    assert texts_of(text, rules, "茶淀街") == ["茶淀街"]
    assert len(texts_of(text, rules, "汉沽茶淀街滨河幼儿园")) == 1


def test_split_parts_of_a_shared_suffix():
    rules = [
        NameRule("大沽口", "大沽口港区", near=("港区",)),
        NameRule("高沙岭", "高沙岭港区", near=("港区",)),
        NameRule("大港港区", "大港港区"),
        NameRule("大港", "大港城区"),
    ]
    text = excerpt("binhai-14", 253, 259)
    owners = [m.owner for m in find_mentions(text, rules)]
    assert owners == ["大沽口港区", "高沙岭港区", "大港港区"]


def test_homonyms_are_decided_by_the_sentence(plan):
    rules = [
        NameRule("多伦道", "street", near=("拓宽",)),
        NameRule("多伦道", "parcel", near=("地块",)),
        NameRule("多伦道", "line", near=("围合",)),
    ]
    found = find_mentions(plan("heping-13"), rules)
    assert [m.owner for m in found] == ["line", "parcel", "street"]


def test_not_near_and_sections(plan):
    rules = [
        NameRule("劝业场", "store", not_near=("劝业场街", "劝业场地区"), not_sections=("第七章",)),
        NameRule("劝业场", "culture", sections=("第七章",)),
        NameRule("劝业场", "history", sections=("彰显历史文化底蕴",)),
    ]
    found = find_mentions(plan("heping-13"), rules)
    assert [m.owner for m in found] == ["culture", "history"]  # both conditions hold: both own it


def test_an_unmet_condition_still_swallows():
    rules = [NameRule("大港港区", "port", near=("没有这个词",)), NameRule("大港", "town")]
    assert find_mentions(excerpt("binhai-14", 253, 259), rules) == []


def test_a_conditional_decoy_lets_go_elsewhere(plan):
    rules = [NameRule("海河", "river"), NameRule("海河", None, near=("海河英才",))]
    text = plan("heping-2021")
    places = [text.clean[m.start : m.end + 2] for m in find_mentions(text, rules)]
    assert places == ["海河京津", "海河、津"]


def test_no_names_no_mentions(plan):
    assert find_mentions(plan("heping-13"), []) == []
    assert find_mentions(plan("heping-13"), [NameRule("", "nobody")]) == []


@settings(max_examples=40)
@given(st.lists(st.text(alphabet="和平海河东岸道路区园南", min_size=1, max_size=5), max_size=12))
def test_mentions_do_not_overlap_and_say_what_stands_there(plan, names):
    text = plan("heping-13")
    found = find_mentions(text, named(*dict.fromkeys(names)))
    assert all(text.clean[m.start : m.end] == m.text for m in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
