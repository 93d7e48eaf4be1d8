"""What the plans say about their headline structures."""

from __future__ import annotations

from itertools import pairwise

import pytest

from app.plans.blocks import is_lead, is_named
from app.plans.model import NameRule, PassageRole
from app.plans.passages import link_text
from tests.plans.conftest import excerpt, named

BELTS = ("南京路商务商贸带", "海河综合经济发展带", "卫津路科技创新带")
ZONES = (
    "五大道小洋楼历史文化体验区",
    "解放北路高质金融聚集区",
    "西开教堂休闲观光商业区",
    "鞍山道扶桑市井商业旅游区",
    "小白楼高端商业商务区",
    "中心公园法式风情商业区",
)


def blocks(linked):
    return [p for p in linked.passages if p.role is PassageRole.BLOCK]


def test_a_zone_that_its_paragraphs_never_name_owns_them(plan):
    linked = link_text(plan("heping-13"), named(*ZONES, "六区联动", "马场道"))
    (block,) = blocks(linked["五大道小洋楼历史文化体验区"])
    assert block.exact.startswith("五大道小洋楼历史文化体验区:\n规划范围:以马场道、西康路")
    assert block.exact.endswith("力争建成国家5A级旅游景区。")
    assert block.mentions[0] == (block.start, block.start + 13)
    assert all(len(blocks(linked[zone])) == 1 for zone in ZONES)
    streets = linked["马场道"].passages
    assert [p.role for p in streets] == [PassageRole.SENTENCE]


def test_a_structure_keeps_what_stands_before_its_members(plan):
    linked = link_text(plan("heping-13"), named(*ZONES, "六区联动"))
    (block,) = blocks(linked["六区联动"])
    assert block.exact.startswith("二、着力构筑“六区联动”格局\n在规划确定的核心区域内")
    assert block.exact.endswith("培育新的经济增长动力源。")


def test_a_structure_of_nothing_but_members_keeps_them(plan):
    names = named("五区", "三带", "五大道洋楼经济核心区", "海河京津冀高端产业承接带")
    linked = link_text(plan("heping-14"), names)
    (block,) = blocks(linked["五区"])
    assert block.exact.startswith("(一)五区\n解放北路金融创新运营示范区。")
    assert block.exact.endswith("教育培训机构等。")


@pytest.mark.parametrize(
    ("name", "first_words"),
    [
        ("海河东岸金创走廊", "倾力打造海河东岸金创走廊。利用轨道交通"),
        ("工业大学城市记忆活力区", "精细建设工业大学城市记忆活力区。珍惜"),
        ("直沽时尚文旅区", "优化提升直沽时尚文旅区。深入挖掘"),
        ("两条主线", "全力畅通“两条主线”。依托天津站"),
        ("蓝绿活力空间", "打造蓝绿活力空间。以海河为脉"),
        ("天津站-新开路商务区", "优化提升天津站-新开路商务区。依托"),
    ],
)
def test_verbs_before_the_name_do_not_hide_it(plan, name, first_words):
    (block,) = blocks(link_text(plan("hedong-14"), named(name))[name])
    assert block.exact.startswith(first_words)


def test_a_theme_inside_a_paragraph_belongs_to_the_name_that_opens_it(plan):
    name = "海河京津冀高端产业承接带"
    linked = link_text(plan("heping-14"), named(name))[name]
    first = blocks(linked)[0]
    assert first.exact.startswith("着力打造海河京津冀高端产业承接带。提升天津环球金融中心")
    assert first.exact.endswith("达到40万平方米。")
    assert [(t.quantity.value, t.quantity.unit, t.year) for t in linked.targets] == [
        (1000, "个", 2025),
        (2e10, "元", 2025),
        (400000, "平方米", 2025),
    ]


def test_a_box_belongs_to_the_name_in_its_title(plan):
    name = "一屏、一带、五廊道"
    (block,) = blocks(link_text(plan("binhai-14"), named(name))[name])
    assert block.exact.startswith("专栏3 “一屏、一带、五廊道”生态空间格局")
    assert block.exact.endswith("锚固蓝绿空间骨架。")


def test_a_definition_is_headed_by_both_names(plan):
    linked = link_text(plan("binhai-14"), named("双城间绿色生态屏障", "蓝色海湾生态带"))
    (block,) = blocks(linked["双城间绿色生态屏障"])
    assert block.exact.startswith("“一屏”，即双城间绿色生态屏障。")
    assert [(s.kind, s.value) for s in linked["双城间绿色生态屏障"].sizes] == [("area", 736.0)]
    assert len(blocks(linked["蓝色海湾生态带"])) == 1


def test_a_town_owns_its_entry(plan):
    linked = link_text(plan("binhai-14"), named("茶淀街", "新城镇"))
    for name in ("茶淀街", "新城镇"):
        (block,) = blocks(linked[name])
        assert block.exact.startswith(f"{name}。")
        assert [label for _, label, _ in block.path][-2:] == ["专栏5 各街镇发展定位", name]


def test_an_inferred_title_heads_nothing(plan):
    linked = link_text(plan("binhai-14"), named("天津经济技术开发区"))
    ids = [p.path[-1] for p in blocks(linked["天津经济技术开发区"])]
    assert [kind for _, _, kind in ids] == [False, False]
    assert all(p.exact.startswith("天津经济技术开发区。") for p in blocks(linked["天津经济技术开发区"]))


def test_the_1322_sentence(plan):
    linked = link_text(plan("heping-14"), named("1322"))["1322"]
    assert linked.passages[0].exact.endswith("两个完成“1322”产业布局任务。")
    assert linked.targets == ()


def test_neighbouring_sentences_become_one_passage():
    text = excerpt("heping-14", 580, 584)
    linked = link_text(text, [NameRule("花园", "花园"), NameRule("绿地", "绿地")])
    for found in linked.values():
        spans = [(p.start, p.end) for p in found.passages]
        assert spans == sorted(spans)
        assert all(a[1] < b[0] for a, b in pairwise(spans))


def test_three_schools_share_one_target_that_is_not_summed(plan):
    names = ("岳阳道小学汉阳道校区", "中心小学宝鸡西道1号校区", "四平东道小学")
    linked = link_text(plan("heping-14"), named(*names))
    targets = [linked[name].targets for name in names]
    assert targets[0] == targets[1] == targets[2]
    assert [(t.quantity.value, t.year, t.year_stated) for t in targets[0]] == [(12000, 2025, True)]


@pytest.mark.parametrize(
    ("plan_id", "name"),
    [
        ("heping-2021", "民园广场"),  # …,创建1个全国综合减灾示范社区
        ("heping-2021", "睦南公园"),  # …,打造10个精品口袋花园,提升绿化面积20万平方米
        ("heping-2021", "小白楼小型消防站"),  # …建设、20家文博场馆…,开展32个高层小区…
        ("heping-2021", "曲阜道"),  # …,交通出行守法率达到90%以上
        ("hedong-14", "大直沽泵站"),  # …,完成1614处雨污混接点改造
        ("heping-14", "大沽北路"),  # 222325号 is a garbled address
    ],
)
def test_a_number_of_something_else_is_not_laid_to_a_place(plan, plan_id, name):
    assert link_text(plan(plan_id), named(name))[name].targets == ()


def test_what_the_place_gains_is_laid_to_it_over_clauses(plan):
    names = ("小白楼国际航运服务业集聚区", "市第五中心医院")
    report = link_text(plan("heping-2021"), named(names[0]))[names[0]].targets
    assert [(t.indicator, t.quantity.value) for t in report] == [("引进航运服务类企业", 30)]
    hospital = link_text(plan("binhai-14"), named(names[1]))[names[1]].targets
    assert [(t.quantity.value, t.quantity.unit) for t in hospital] == [(600, "张")]


def test_a_number_in_a_name_belongs_to_that_name(plan):
    linked = link_text(plan("heping-14"), named("23个区级夜间经济示范街区", "小白楼", "南市"))
    assert [t.quantity.raw for t in linked["23个区级夜间经济示范街区"].targets] == ["23个"]
    assert linked["小白楼"].targets == linked["南市"].targets == ()


def test_targets_of_a_members_block_are_not_the_structures(plan):
    linked = link_text(plan("heping-13"), named("三带拉动", *BELTS))
    assert [t.quantity.raw for t in linked["南京路商务商贸带"].targets] == ["12栋"]
    assert linked["三带拉动"].targets == ()


def test_an_owner_without_a_find_is_there_and_empty(plan):
    linked = link_text(plan("heping-13"), [*named("八里台"), NameRule("不在文中", "absent")])
    assert linked["absent"].passages == linked["absent"].targets == linked["absent"].sizes == ()


def test_every_passage_is_found_at_its_place(any_plan):
    rules = named(
        "海河", "天津站", "五大道", "南京路", "天津港", "解放北路", "和平路", "六纬路", "小白楼", "北塘"
    )
    for found in link_text(any_plan, rules).values():
        for passage in found.passages:
            assert any_plan.clean[passage.start : passage.end] == passage.exact
            assert passage.exact == passage.exact.strip()
            assert all(passage.start <= a < b <= passage.end for a, b in passage.mentions)
            assert passage.mentions
        for target in found.targets:
            assert target.quantity.raw in target.text
            assert any_plan.clean[target.start : target.end] == target.text


@pytest.mark.parametrize(
    ("title", "name", "holds"),
    [
        ("倾力打造海河东岸金创走廊", "海河东岸金创走廊", True),
        ("着力构筑“六区联动”格局", "六区联动", True),
        ("推动现代服务业高端化", "现代服务业", False),
        ("加强安全和平建设", "和平", False),
        ("高水平建设国家自主创新示范区和平园", "国家自主创新示范区和平园", True),
        ("智慧和平", "和平", False),
    ],
)
def test_titles_that_are_names(title, name, holds):
    assert is_named(title, name) is holds


def test_leads():
    assert is_lead("着力打造海河京津冀高端产业承接带。")
    assert not is_lead("提升天津环球金融中心、泰恒大厦等高端载体,大力引进央企。")
    assert not is_lead("好。")
