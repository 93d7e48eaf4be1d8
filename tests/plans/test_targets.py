"""Aims, and what only looks like one."""

from __future__ import annotations

import pytest

from app.plans.document import parse_plan
from app.plans.model import Basis, Change
from app.plans.targets import find_results, find_targets
from app.plans.wording import Base, read_base, read_body
from tests.plans.conftest import PERIODS, raw_lines, record

COUNTS = {"heping-13": 82, "heping-14": 58, "heping-2021": 89, "hedong-14": 148, "binhai-14": 33}


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
                ("地区生产总值…突破", 1e11, "元", 2018, True),
                ("地区生产总值…达到", 1.2e11, "元", 2020, True),
                # A year inside a clause does not govern the next measure.
                ("区级财政收入年均增长", 15.0, "%", 2020, False),
                ("区级财政收入…实现", 2.0, "倍", 2020, False),
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
        ("heping-14", "在巩固6个新时代文明实践试点社区"),  # what is there already
        ("heping-13", "利用五大院、五大道、南京路、海河沿线4个优质载体"),
        ("heping-14", "两个做强"),  # slogans that count their own words
        ("hedong-14", "坚持无禁区、全覆盖、零容忍"),
        ("hedong-14", "实现领军企业和独角兽企业“清零”"),
        ("heping-13", "围绕海河沿岸、南京路两条亿元楼宇发展带"),
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
    text = parse_plan(record("heping-14"), raw_lines("heping-13", 61, 64))
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
    counts = {plan_id: len(find_targets(plan(plan_id))) for plan_id in PERIODS}
    assert counts == COUNTS


def test_what_the_words_make_of_a_number(plan):
    (growth,) = targets_at(plan("heping-13"), "地区生产总值年均增长8.5%")
    assert (growth.basis, growth.change) == (Basis.ANNUAL_MEAN, Change.INCREASE)
    (air,) = targets_at(plan("heping-13"), "力争PM2.5年均浓度比“十二五”时期下降25%")
    # 年均 is part of the measure's name, the period has no one year
    assert (air.basis, air.change, air.base, air.base_year) == (
        None,
        Change.DECREASE,
        "“十二五”时期",
        None,
    )
    (companies,) = targets_at(plan("heping-14"), "市场主体数量力争较十三五末增加50%")
    assert (companies.change, companies.base, companies.base_year) == (Change.INCREASE, "十三五末", 2020)
    assert [t.change for t in targets_at(plan("heping-13"), "实现翻一番")] == [Change.MULTIPLE]
    roads, _ = targets_at(plan("heping-13"), "提升20条主干道路、20个重点小区绿化质量")
    assert (roads.basis, roads.change) == (None, None)  # twenty roads are upgraded, none is added
    places, _ = targets_at(
        plan("heping-13"), "策划及实施11处停车场(库)建设,整合利用公共停车资源,每年新增路外停车泊位1000个"
    )
    assert places.basis is None
    jobs = targets_at(plan("heping-14"), "累计新增就业达到15万人,城镇调查失业率控制在5.5%以内")
    assert [t.basis for t in jobs] == [Basis.CUMULATIVE, Basis.AT_END]
    raises = targets_at(plan("hedong-14"), "每年提高10元，到2025年达到149元/人")
    assert [(t.basis, t.change) for t in raises] == [(Basis.ANNUAL, Change.INCREASE), (Basis.AT_END, None)]


def test_numbers_of_several_years_take_one_each(plan):
    words = "2021—2023三年政府投资滚动计划分别为8.7亿元、7.6亿元、4.7亿元"
    found = targets_at(plan("heping-2021"), words)
    assert [(t.year, t.quantity.value) for t in found] == [(2021, 8.7e8), (2022, 7.6e8), (2023, 4.7e8)]


@pytest.mark.parametrize(
    ("plan_id", "words", "expected"),
    [
        ("binhai-14", "在国际航运中心排名进入前20位", [("20位", "≤")]),
        (
            "heping-2021",
            "平均时间力争压缩至60天以内,企业开办时间压缩至1天以内",
            [("60天", "≤"), ("1天", "≤")],
        ),
        ("hedong-14", "建成7个公建民营养老机构，5个嵌入式养老机构", [("7个", "="), ("5个", "=")]),
        ("heping-13", "完成现有50万平方米空置楼宇招商任务", [("50万平方米", "=")]),
        ("heping-13", "提升改造现有9所养老院", [("9所", "=")]),
        (
            "heping-13",
            "加快构建津湾演艺等三个文化创意带和民园西里创意市集、八里台文化创客等五个特色文化街区",
            [("三个", "="), ("五个", "=")],
        ),
        ("heping-13", "零就业家庭保持动态为零,其他困难群体安置率达到85%", [("为零", "="), ("85%", "≥")]),
        ("heping-14", "推进老年人助餐服务全覆盖", [("全覆盖", "=")]),
        ("hedong-14", "实现13个街道全覆盖", [("13个", "=")]),
        ("hedong-14", "获证食品生产企业监督抽查考核100%全覆盖", [("100%", "=")]),
        ("hedong-14", "形成三横二纵、5线21站的轨道交通网络", [("5线", "="), ("21站", "=")]),
        (
            "hedong-14",
            "分三期对91个片区766幢，共计431万余平方米的旧楼区改造",
            [("91个", "="), ("766幢", "="), ("431万余平方米", "≈")],
        ),
        ("hedong-14", "培养千名骨干教师、百名卓越名师", [("千名", "="), ("百名", "=")]),
        ("hedong-14", "网站在7个工作日内实现“双公示”", [("7个工作日", "≤")]),
        ("heping-14", "建设一所区级公立精神卫生专科医院", [("一所", "=")]),
        ("heping-2021", "每个街道建成一个“适老”小区", [("一个", "=")]),
        ("heping-13", "新建紫阳里、滨所、福安大街3座35千伏变电站", [("3座", "=")]),
        ("hedong-14", "俄式风情街4个A级旅游景区", [("4个", "=")]),
        ("binhai-14", "打造两家“龙头医院”", [("两家", "=")]),
        ("hedong-14", "每名学生至少掌握两项劳动技能", [("两项", "≥")]),
    ],
)
def test_aims_that_are_easily_missed(plan, plan_id, words, expected):
    found = [t.quantity for t in targets_at(plan(plan_id), words)]
    assert [(q.raw, q.comparator.value) for q in found] == expected


def test_what_a_clause_says_beside_its_number(plan):
    projects, headquarters = targets_at(plan("heping-2021"), "力争引进优质项目500个以上、总部型企业10家")
    assert [t.quantity.comparator.value for t in (projects, headquarters)] == ["≥", "力争"]
    assert projects.strive
    assert headquarters.strive
    (stations,) = targets_at(plan("hedong-14"), "积极配合轨道集团完成地铁4号线、10号线区内7个站位施工")
    clean = plan("hedong-14").clean
    assert stations.body is not None
    assert clean[slice(*stations.body)] == "轨道集团"
    rooms, skills = targets_at(
        plan("hedong-14"), "每所中小学校至少建设1间劳动教室，每名学生至少掌握两项劳动技能"
    )
    assert (rooms.each, skills.each) == ("每所中小学校", "每名学生")
    (people,) = targets_at(plan("binhai-14"), "全区常住人口达到320万人")
    assert (people.quantity.value, people.quantity.scale) == (3.2e6, 1e4)
    assert people.body is None
    assert not people.strive


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("市场主体数量力争较十三五末增加", Base("十三五末", 2020, None)),
        ("PM2.5日均值浓度由2015年的70微克/立方米降低到", Base("2015年的70微克/立方米", 2015, 70.0)),
        ("市场主体从2.7万户增加到", Base("2.7万户", None, 27000.0)),
        ("是2015年的", Base("2015年", 2015, None)),
        ("社会投资项目从获得土地到取得施工许可证的平均时间力争压缩至", Base("", None, None)),
        ("比上年增长", Base("上年", None, None)),
    ],
)
def test_bases(before, expected):
    assert read_base(before) == expected


@pytest.mark.parametrize(
    ("clause", "body"),
    [
        ("由区教育局负责新建", "区教育局"),
        ("区住建委牵头改造", "区住建委"),
        ("吸引中国人寿集团落户", None),
        ("由依赖项目开发建设向培育内生动力转变", None),
    ],
)
def test_bodies(clause, body):
    span = read_body(clause, 0, len(clause))
    assert (span and clause[slice(*span)]) == body


REPORTED = {"heping-13": 40, "heping-14": 79, "heping-2021": 144, "hedong-14": 134, "binhai-14": 67}


def test_results_stay_what_a_reader_found(plan):
    assert {plan_id: len(find_results(plan(plan_id))) for plan_id in PERIODS} == REPORTED


def test_no_number_is_both_aim_and_result(any_plan):
    aims = {t.quantity.start for t in find_targets(any_plan)}
    results = find_results(any_plan)
    assert aims.isdisjoint(t.quantity.start for t in results)
    for result in results:
        assert result.year < any_plan.record.start_year
        assert not result.strive


def test_the_year_of_a_result(plan):
    found = {t.quantity.raw: (t.year, t.year_stated, t.base_year) for t in find_results(plan("binhai-14"))}
    assert found["49微克/立方米"] == (2020, True, None)
    assert found["30%"] == (2020, True, 2015)  # 比2015年下降: the year of the base is not the result's
    assert found["63.4万人"] == (2020, False, None)


def test_growth_that_is_worded_as_a_level(plan):
    (investment,) = targets_at(plan("heping-14"), "固定资产投资年均增长达15%")
    assert (investment.basis, investment.change) == (Basis.ANNUAL_MEAN, Change.INCREASE)
    (product,) = targets_at(plan("heping-14"), "地区生产总值年均增长率保持在6%左右")
    assert (product.basis, product.change) == (Basis.ANNUAL_MEAN, Change.INCREASE)
    (grant,) = targets_at(plan("hedong-14"), "到2025年达到149元/人")
    assert grant.change is None
    (beds,) = targets_at(plan("binhai-14"), "床位增加到300—500张")
    assert beds.change is None


def test_numbers_of_one_list_have_one_indicator(plan):
    found = targets_at(plan("hedong-14"), "小学生、初中生、高中生近视率分别下降到38%、60%和70%以下")
    assert {t.indicator for t in found} == {"小学生、初中生、高中生近视率分别下降到"}
    found = targets_at(plan("hedong-14"), "对91个片区766幢，共计431万余平方米的旧楼区改造")
    assert [t.indicator for t in found] == ["旧楼区改造", "旧楼区改造", "共计…旧楼区改造"]


def test_a_bound_ahead_of_a_list_holds_for_all_of_it(plan):
    found = targets_at(plan("hedong-14"), "每个街域至少有1所公办幼儿园和1所普惠性民办幼儿园")
    assert [(t.quantity.comparator.value, t.each) for t in found] == [("≥", "每个街域")] * 2


def test_a_result_names_its_subject(plan):
    found = {t.quantity.raw: t.indicator for t in find_results(plan("heping-13"))}
    assert found["9.6%"] == "预计2015年地区生产总值…年均增长"
    assert found["11.6%"] == "社会消费品零售总额…年均增长"
    assert found["26.6%"] == "区级财政收入…年均增长"  # 是“十一五”末的3.2倍 between them names nothing
