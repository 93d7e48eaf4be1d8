"""Aims, and what only looks like one."""

from __future__ import annotations

import pytest

from app.plans.document import parse_plan
from app.plans.targets import find_targets
from tests.plans.conftest import raw_lines, record


def targets_at(plan, words):
    start = plan.clean.index(words)
    return [t for t in find_targets(plan) if start <= t.quantity.start < start + len(words)]


def reading(target):
    return (target.indicator, target.quantity.value, target.quantity.unit, target.year, target.year_stated)


@pytest.mark.parametrize(
    ("plan_id", "words", "expected"),
    [
        (
            "heping-13",
            "到2020年,亿元税收楼宇超过12栋",
            [("亿元税收楼宇超过", 12.0, "栋", 2020, True)],
        ),
        (
            "heping-13",
            "地区生产总值年均增长8.5%,2018年突破1000亿元,成为经济强区,2020年达到1200亿元;区级财政收入年均增长15%,实现翻一番",
            [
                ("地区生产总值年均增长", 8.5, "%", 2020, False),
                ("突破", 1e11, "元", 2018, True),
                ("达到", 1.2e11, "元", 2020, True),
                # A year inside a clause does not govern the next measure.
                ("区级财政收入年均增长", 15.0, "%", 2020, False),
                ("实现", 2.0, "倍", 2020, False),
            ],
        ),
        (
            "heping-13",
            "到2020年,新建和提升改造绿地50万平方米,万元生产总值能耗逐年下降3%",
            [
                ("新建和提升改造绿地", 500000.0, "平方米", 2020, True),
                ("万元生产总值能耗逐年下降", 3.0, "%", 2020, True),
            ],
        ),
        (
            "binhai-14",
            "到2025年，机场旅客吞吐量达到3100万人次，货邮吞吐量40万吨",
            [
                ("机场旅客吞吐量达到", 3.1e7, "人次", 2025, True),
                ("货邮吞吐量", 400000.0, "吨", 2025, True),  # goes on with the aim worded before
            ],
        ),
        (
            "heping-2021",
            "地区生产总值增长好于全市平均水平;一般公共预算收入同比增长11%,税收占比保持80%以上",
            [
                ("一般公共预算收入同比增长", 11.0, "%", 2021, False),
                ("税收占比保持", 80.0, "%", 2021, False),
            ],
        ),
        (
            "heping-2021",
            "建设7个退役军人服务示范中心站、3个标杆站、1个精品站",
            [
                ("建设…退役军人服务示范中心站", 7.0, "个", 2021, False),
                ("建设…标杆站", 3.0, "个", 2021, False),
                ("建设…精品站", 1.0, "个", 2021, False),
            ],
        ),
        (
            "heping-13",
            "15米以下道路单侧停车率达到70%",
            [("15米以下道路单侧停车率达到", 70.0, "%", 2020, False)],
        ),
        ("hedong-14", "到2022年建设5G基站773个", [("建设5G基站", 773.0, "个", 2022, True)]),
    ],
)  # fmt: skip
def test_targets_of_the_texts(plan, plan_id, words, expected):
    assert [reading(t) for t in targets_at(plan(plan_id), words)] == expected


@pytest.mark.parametrize(
    ("plan_id", "words"),
    [
        ("heping-13", "预计2015年地区生产总值达到790亿元"),  # results
        ("heping-14", "累计完成一般公共预算收入262亿元"),
        ("heping-2021", "完成一般公共预算收入32亿元"),
        ("hedong-14", "累计打造亿元楼宇24座"),
        ("binhai-14", "国家高新技术企业达到3270家"),  # in a section whose title was lost
        ("heping-13", "沿线总长3.3公里,区域面积1.9平方公里"),  # stated sizes
        ("hedong-14", "8.28公里沿河亲水环境"),
        ("heping-13", "提升改造现有9所养老院"),  # what is there already
        ("heping-14", "推动大沽北路222325号地块等项目建设"),  # an address
        ("heping-13", "42条道路将陆续改造"),  # a note
        ("hedong-14", "婴幼儿和5岁以下"),  # a qualifier
        ("hedong-14", "8处12.8万平方米老厂房"),
        ("hedong-14", "以步行15分钟约1000米范围为基准，平均规模约3-5平方公里"),
        ("heping-2021", "8000名80岁以上高龄老人"),
        ("binhai-14", "依托津城、滨城间736平方公里"),
    ],
)
def test_what_is_no_target(plan, plan_id, words):
    assert targets_at(plan(plan_id), words) == []


def test_tables_are_left_to_their_reader(plan):
    for plan_id in ("heping-14", "hedong-14", "binhai-14"):
        text = plan(plan_id)
        (table,) = [text.section(t) for t in text.tables]
        assert not [t for t in find_targets(text) if table.start <= t.start < table.end]


def test_doubt_travels_with_the_target(plan):
    (target,) = targets_at(plan("heping-2021"), "新建共享书吧、有声书吧50")
    assert "疑漏单位" in target.quantity.doubt


def test_a_count_that_may_have_lost_its_dash(plan):
    text = plan("heping-14")  # 32 opening and 42 closing quotation marks
    doubted = [t.quantity for t in find_targets(text) if t.quantity.doubt]
    assert [(q.raw, q.value, q.upper) for q in doubted] == [("23个", 23.0, None)]
    assert "2—3个" in doubted[0].doubt
    sound = [t.quantity.doubt for t in find_targets(plan("binhai-14"))]
    assert set(sound) == {""}


def test_a_year_before_the_plan_is_no_aim():
    text = parse_plan(record("heping-14"), raw_lines("heping-13", 58, 64))
    assert find_targets(text) == []


def test_every_number_stands_in_its_passage(any_plan):
    found = find_targets(any_plan)
    assert len(found) >= 24
    for target in found:
        assert any_plan.clean[target.start : target.end] == target.text
        assert target.start <= target.quantity.start < target.quantity.end <= target.end
        assert any_plan.record.start_year <= target.year <= 2035
        for part in target.indicator.split("…"):
            assert part in any_plan.clean


def test_counts_stay_what_a_reader_found(plan):
    counts = {p: len(find_targets(plan(p))) for p in ("heping-13", "heping-14", "hedong-14", "binhai-14")}
    assert counts == {"heping-13": 70, "heping-14": 51, "hedong-14": 121, "binhai-14": 25}
