"""Boxes have no end mark; the text behind them belongs to the section around them."""

from __future__ import annotations

from app.plans.model import SectionKind
from tests.plans.conftest import excerpt


def path_titles(plan, words):
    return [s.title for s in plan.path_at(plan.clean.index(words))]


def boxes(plan):
    return [s for s in plan.sections if s.kind is SectionKind.BOX]


def test_the_1322_paragraph_stands_behind_box_5_not_in_it(plan):
    text = plan("heping-14")
    assert path_titles(text, "三个提升”——改造提升金街") == [
        "构建现代产业体系,加快形成新发展格局",
        "提升现代服务业能级水平",
        "推动形成现代服务业空间布局",
    ]
    assert path_titles(text, "探索打造博物馆夜游")[2:] == [
        "大力发展平台经济、首店(首发)经济和夜间经济",
        "大力发展夜间经济",
    ]


def test_items_that_go_on_over_paragraphs_stay_in_their_box(plan):
    text = plan("heping-14")
    assert path_titles(text, "智慧楼宇。推动物联网")[2:] == [
        "拓展智慧城区应用场景",
        "打造智慧地标",
        "智慧楼宇",
    ]
    assert path_titles(text, "鞍山道卫津路新兴产业带。利用")[2:] == [
        "和平区现代服务业五区三带空间布局",
        "三带",
        "鞍山道卫津路新兴产业带",
    ]
    assert path_titles(text, "加强路灯照明设施管理")[2] == "提升城区市容环境"


def test_a_bare_item_takes_the_paragraphs_below_it(plan):
    text = plan("heping-14")
    box = next(b for b in boxes(text) if b.number == "专栏6")
    items = text.children(box.id)
    assert [i.label for i in items] == ["(一) 五区", "(二) 三带"]
    assert [len(text.children(i.id)) for i in items] == [5, 3]


def test_binhai_boxes_end_at_the_blank_line(plan):
    text = plan("binhai-14")
    assert (
        path_titles(text, "建设国际航空物流中心和区域航空枢纽。")[-1] == "建设国际航空物流中心和区域航空枢纽"
    )
    for words in (
        "建设国际航空物流中心和区域航空枢纽。",  # behind box 2
        "聚焦新型基础设施建设。加快",  # 6
        "提高科技成果产业化水平。树立",  # 7
        "加快发展平台经济。充分",  # 8
        "保护传承优秀历史文化。坚持",  # 10
        "提高城乡居民收入水平。完善",  # 11
        "加强公共卫生体系建设。坚持",  # 13
    ):
        assert not any(s.kind is SectionKind.BOX for s in text.path_at(text.clean.index(words)))
    for words in (
        "加快绿色港口建设。将",
        "军民融合创新平台。以",
        "三大特色组团。依托",
        "打造“专科名院”。推动",
    ):
        assert any(s.kind is SectionKind.BOX for s in text.path_at(text.clean.index(words)))


def test_a_box_ends_at_a_lost_heading(plan):
    text = plan("binhai-14")
    path = text.path_at(text.clean.index("天津经济技术开发区。聚焦"))
    assert [s.kind for s in path] == [SectionKind.CHAPTER, SectionKind.SECTION, SectionKind.RUN_IN]
    inside = text.path_at(text.clean.index("天津经济技术开发区。重点发展"))
    assert SectionKind.BOX in [s.kind for s in inside]


def test_the_21_towns_of_box_5(plan):
    text = plan("binhai-14")
    box = next(b for b in boxes(text) if b.number == "专栏5")
    towns = [s.title for s in text.children(box.id)]
    assert len(towns) == 21
    assert towns[0] == "泰达街"
    assert towns[-1] == "杨家泊镇"


def test_tables_are_known_as_tables(plan):
    tables = {
        plan_id: [plan(plan_id).section(t).title for t in plan(plan_id).tables]
        for plan_id in ("heping-13", "heping-14", "heping-2021", "hedong-14", "binhai-14")
    }
    assert tables == {
        "heping-13": [],
        "heping-14": ["和平区十四五时期经济社会发展主要指标"],
        "heping-2021": [],
        "hedong-14": ["“十四五”时期经济社会发展主要指标预计表"],
        "binhai-14": ["“十四五”时期经济社会发展主要指标"],
    }


def test_the_note_below_a_table_belongs_to_it(plan):
    text = plan("binhai-14")
    assert path_titles(text, "注：〔 〕内数据为五年累计数。")[-1] == "“十四五”时期经济社会发展主要指标"
    assert (
        path_titles(plan("heping-14"), "2.单位地区生产总值二氧化碳")[-1]
        == "和平区十四五时期经济社会发展主要指标"
    )


def test_the_paragraph_behind_the_last_item_of_an_excerpt():
    text = excerpt("heping-14", 408, 416)
    (box,) = boxes(text)
    assert text.clean[box.end :].startswith("\n推动形成现代服务业空间布局。")


def test_an_item_without_a_box_is_a_paragraph():
    text = excerpt("heping-14", 566, 566)
    assert [(s.kind, s.label) for s in text.sections[1:]] == [
        (SectionKind.RUN_IN, "(一) 系统推进垃圾分类工作")
    ]


def test_a_box_at_the_end_of_an_excerpt():
    text = excerpt("binhai-14", 315, 328)
    assert [b.number for b in boxes(text)] == ["专栏6"]
    cut = excerpt("binhai-14", 315, 324)  # nothing left of it but its title
    assert [b.title for b in boxes(cut)] == ["“1+4+N”智慧城市体系"]
