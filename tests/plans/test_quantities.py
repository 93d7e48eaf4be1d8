"""Numbers as the texts write them, and the garbled ones."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.plans.model import Comparator
from app.plans.quantities import find_quantities


def read(text):
    return [(q.raw, q.value, q.upper, q.unit, q.comparator.value) for q in find_quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("地区生产总值年均增长率保持在6%左右", ("6%", 6.0, None, "%", "≈")),
        ("养老服务床位数不少于12000张", ("12000张", 12000.0, None, "张", "≥")),
        ("城镇调查失业率控制在5.5%以内", ("5.5%", 5.5, None, "%", "≤")),
        ("PM2.5年均浓度不高于43微克/立方米", ("43微克/立方米", 43.0, None, "微克/立方米", "≤")),
        ("民营经济税收贡献率超过60%", ("60%", 60.0, None, "%", ">")),
        ("税收超亿元楼宇达到40座", ("40座", 40.0, None, "座", "=")),
        ("累计新增就业人数超过62.5万人", ("62.5万人", 625000.0, None, "人", ">")),
        ("9.12万人参保扩面任务", ("9.12万人", 91200.0, None, "人", "=")),
        ("地区生产总值2018年突破1000亿元", ("1000亿元", 1e11, None, "元", ">")),
        ("实际利用外资6.9亿美元", ("6.9亿美元", 6.9e8, None, "美元", "=")),
        ("集装箱吞吐量达到2200万标准箱", ("2200万标准箱", 2.2e7, None, "标准箱", "=")),
        ("机场旅客吞吐量达到3100万人次", ("3100万人次", 3.1e7, None, "人次", "=")),
        ("每年更新垃圾桶2500余个", ("2500余个", 2500.0, None, "个", "≈")),
        ("提供岗位需求7万余个", ("7万余个", 70000.0, None, "个", "≈")),
        ("共计431万余平方米的旧楼区", ("431万余平方米", 4.31e6, None, "平方米", "≈")),
        ("力争每年新增3-5家总部企业", ("3-5家", 3.0, 5.0, "家", "range")),
        ("床位增加到300—500张", ("300—500张", 300.0, 500.0, "张", "range")),
        ("力争新增养老床位1000张", ("1000张", 1000.0, None, "张", "力争")),
        ("比2015年提高约35个百分点", ("35个百分点", 35.0, None, "个百分点", "≈")),
        ("年均人口出生率保持在7‰左右", ("7‰", 7.0, None, "‰", "≈")),
        ("食品安全抽检监测达到8批次/千人", ("8批次/千人", 8.0, None, "批次/千人", "=")),
        ("到2025年达到149元/人", ("149元/人", 149.0, None, "元/人", "=")),
        ("率先提升到60万元/万人口", ("60万元/万人口", 600000.0, None, "元/万人口", "=")),
        ("是“十一五”末的3.2倍", ("3.2倍", 3.2, None, "倍", "=")),
        ("实现翻一番,主要经济指标", ("翻一番", 2.0, None, "倍", "=")),
        ("孕产妇死亡率控制在十万分之十以下", ("十万分之十", 10.0, None, "十万分之", "≤")),
        ("新增“创业贷”28笔、", ("28笔", 28.0, None, "笔", "=")),
        ("28个、625 万元", ("625 万元", 6.25e6, None, "元", "=")),
        ("每所中小学校至少建设1间劳动教室", ("1间", 1.0, None, "间", "≥")),
        ("绿色出行比例达到75%以上", ("75%", 75.0, None, "%", "≥")),
        ("投资总量近300亿元", ("300亿元", 3e10, None, "元", "≈")),
    ],
)
def test_quantities_of_the_texts(text, expected):
    assert expected in read(text)


@pytest.mark.parametrize(
    "text",
    [
        "“1322”产业布局任务",
        "京津塘高速及秦滨高速3横1纵主干网络",
        "国内外500强企业",
        "建设5G应用示范",
        "成都道7号",
        "地铁2、5、9号线",
        "和平政〔2021〕4号",
        "到2025年",
        "2021年1月12日",
        "第3次蝉联",
        "15分钟健身圈",
        "24小时影院",
        "创建五大道国家5A级景区",
        "提升天津港30万吨级主航道",
        "落实“惠企21条”",
        "35千伏变电站",
        "轨道B1、Z2、Z4线",
        "推进“1001工程”",
        "咨询电话022-23196661",
    ],
)
def test_what_is_no_quantity(text):
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "raw", "doubt"),
    [
        ("推动大沽北路222325号地块等项目建设", "222325号", "号数过长"),
        ("生活垃圾无害化处理率达到100,城市管理综合考核", "100", "疑漏“%”"),
        ("行政许可事项实现100网上受理。", "100", "疑漏“%”"),
        ("力争达到2020年的1.5", "1.5", "疑漏“倍”"),
        ("新建共享书吧、有声书吧50举办建党", "50", "疑漏单位"),
        ("中能建路桥公司、中粮资本科技217个京冀项目签约落地", "217个", "疑漏“等”或“、”"),
        ("规范贵阳路72条次支道路车辆停放", "72条", "疑漏“等”或“、”"),
        ("达到5-3家", "5-3家", "区间"),
    ],
)
def test_garbled_numbers_are_flagged_and_not_mended(text, raw, doubt):
    (found,) = [q for q in find_quantities(text) if q.doubt]
    assert found.raw == raw
    assert doubt in found.doubt
    assert text[found.start : found.end] == raw


@pytest.mark.parametrize(
    "text",
    ["新建中储、热电厂、晨阳道3个消防救援站", "新开公交线路34条", "提升13条次支道路", "绿化覆盖率达到42%，"],
)
def test_sound_numbers_are_not_doubted(text):
    assert [q.doubt for q in find_quantities(text)] == [""]


def test_numbers_that_share_a_bound():
    found = find_quantities("小学生、初中生、高中生近视率分别下降到38%、60%和70%以下")
    assert [q.comparator for q in found] == [Comparator.AT_MOST] * 3
    found = find_quantities("税收达到40座、5座以上")
    assert [q.comparator for q in found] == [Comparator.EQUAL, Comparator.AT_LEAST]


def test_a_span_is_read_with_its_own_offsets():
    text = "第一句3家。第二句4家。"
    assert [(q.start, q.raw) for q in find_quantities(text, 6, len(text))] == [(9, "4家")]


def test_every_quantity_is_a_slice(any_plan):
    found = find_quantities(any_plan.clean)
    assert len(found) > 80
    assert all(any_plan.clean[q.start : q.end] == q.raw for q in found)
    assert all(a.start <= b.start for a, b in pairwise(found))


@given(st.text(alphabet="0123456789.万亿千家%个余-—至条“”率达到超过第年号公里，", max_size=40))
def test_no_text_is_too_odd(text):
    for found in find_quantities(text):
        assert text[found.start : found.end] == found.raw
        assert (found.upper is None) == (found.comparator is not Comparator.RANGE)
