"""The sizes that the plans state for their structures."""

from __future__ import annotations

import pytest

from app.plans.document import parse_plan
from app.plans.passages import link_text
from app.plans.sizes import find_sizes
from tests.plans.conftest import excerpt, named


@pytest.mark.parametrize(
    ("plan_id", "name", "sizes"),
    [
        ("heping-13", "五大道小洋楼历史文化体验区", [("area", 1.49)]),
        ("heping-13", "解放北路高质金融聚集区", [("area", 0.73)]),
        ("heping-13", "西开教堂休闲观光商业区", [("area", 0.29)]),
        ("heping-13", "鞍山道扶桑市井商业旅游区", [("area", 0.5)]),
        ("heping-13", "小白楼高端商业商务区", [("area", 0.79)]),
        ("heping-13", "中心公园法式风情商业区", [("area", 0.35)]),
        ("heping-13", "南京路商务商贸带", [("length", 3.3), ("area", 1.9)]),
        ("heping-13", "海河综合经济发展带", [("length", 3.8), ("area", 2.2)]),
        ("heping-13", "卫津路科技创新带", [("length", 2.2), ("area", 1.0)]),
        ("heping-13", "慢行交通系统", [("area", 7.2)]),  # twice in the note; 其中…5.2 is a part
        ("hedong-14", "海河东岸金创走廊", [("length", 8.28)]),
        ("binhai-14", "双城间绿色生态屏障", [("area", 736.0)]),
    ],
)
def test_sizes_of_the_headline_structures(plan, plan_id, name, sizes):
    names = named(name, "六区联动", "三带拉动", "南京路", "马场道", "海河", "大沽北路")
    linked = link_text(plan(plan_id), names)
    assert [(s.kind, s.value) for s in linked[name].sizes] == sizes
    for other in ("六区联动", "三带拉动", "南京路", "马场道", "海河", "大沽北路"):
        assert linked[other].sizes == ()


@pytest.mark.parametrize(
    ("plan_id", "first", "last"),
    [
        ("heping-14", 50, 50),  # 557.87万平方米 of refurbishment, 开竣工面积
        ("heping-13", 194, 194),  # 开工面积600万平方米
        ("hedong-14", 24, 28),  # 建筑面积, 绿化面积, 建成区绿化覆盖面积1664.8公顷, 2620亩土地整理
        ("heping-14", 498, 500),  # 污水管网2.1公里, 供热面积
        ("hedong-14", 437, 437),  # 服务半径为1公里
        ("binhai-14", 13, 13),  # 改造农村电网321公里, 供热管网67公里
    ],
)
def test_floor_areas_works_and_pipes_are_no_sizes(plan_id, first, last):
    assert find_sizes(excerpt(plan_id, first, last)) == []


def test_a_size_behind_a_list_belongs_to_none_of_its_names():
    text = excerpt("heping-13", 266, 266)
    linked = link_text(text, named("南门外大街", "西马路", "蚌埠道"))
    assert all(found.sizes == () for found in linked.values())


def test_hectares_and_mu_become_square_kilometres():
    text = excerpt("heping-13", 76, 76)
    assert [(s.kind, s.value, s.raw) for s in find_sizes(text)] == [("area", 1.49, "1.49平方公里")]
    again = parse_plan(text.record, text.raw.replace("1.49平方公里", "149公顷"))
    assert [(s.value, s.raw) for s in find_sizes(again)] == [(1.49, "149公顷")]
    again = parse_plan(text.record, text.raw.replace("1.49平方公里", "2235亩"))
    assert [(s.value, s.raw) for s in find_sizes(again)] == [(1.49, "2235亩")]


def test_a_size_is_a_slice(any_plan):
    for size in find_sizes(any_plan):
        assert any_plan.clean[size.start : size.end] == size.raw
        assert size.value > 0


def test_roads_that_enclose_a_zone_do_not_get_its_area():
    text = excerpt("heping-13", 76, 76)
    assert link_text(text, named("南京路"))["南京路"].sizes == ()


def test_a_size_two_clauses_away_is_not_the_names():
    text = excerpt("binhai-14", 14, 14)
    assert [s.raw for s in find_sizes(text)] == ["153公里"]
    assert link_text(text, named("渤海"))["渤海"].sizes == ()


def test_a_size_right_behind_a_name_is_the_names():
    raw = "改造提升中心公园，占地面积0.02平方公里，引进法国餐厅。"
    text = parse_plan(excerpt("heping-13", 1, 1).record, raw)
    assert [s.value for s in link_text(text, named("中心公园"))["中心公园"].sizes] == [0.02]
