"""The outlines of the five texts, and every trap that concerns headings."""

from __future__ import annotations

import pytest

from app.plans.headings import chinese, numeral, run_in
from app.plans.model import SectionKind
from tests.plans.conftest import excerpt


def by_title(plan, title):
    found = [s for s in plan.sections if s.title == title]
    assert len(found) == 1, [s.label for s in found]
    return found[0]


def labels(plan, kind, parent=None):
    return [s.label for s in plan.sections if s.kind is kind and (parent is None or s.parent == parent.id)]


@pytest.mark.parametrize(
    ("plan_id", "chapters", "sections", "boxes"),
    [
        ("heping-13", 8, 27, 0),
        ("heping-14", 13, 46, 11),
        ("heping-2021", 2, 12, 0),
        ("hedong-14", 8, 30, 1),
        ("binhai-14", 16, 63, 13),
    ],
)
def test_counts(plan, plan_id, chapters, sections, boxes):
    text = plan(plan_id)
    kinds = [s.kind for s in text.sections]
    assert kinds.count(SectionKind.CHAPTER) == chapters
    assert kinds.count(SectionKind.SECTION) == sections
    assert kinds.count(SectionKind.BOX) == boxes


def test_headings_with_and_without_a_separator(plan):
    chapters = [s.label for s in plan("heping-14").chapters()]
    assert chapters[1] == "第二章 “十四五”时期和平区经济社会发展指导思想和主要目标"
    assert chapters[3] == "第四章 坚持创新引领,努力打造创新发展高地"
    assert by_title(plan("hedong-14"), "“十三五”期间发展基础").number == "第一章"


@pytest.mark.parametrize(
    ("plan_id", "number", "title"),
    [
        ("heping-14", "第一章", "全面建成高质量小康社会,开启全面建设社会主义现代化大都市标志区新征程"),
        ("heping-14", "第三章", "深入推进京津冀协同发展,率先完成“一基地三区”建设和平任务"),
        ("heping-14", "第二节", "建设国际消费中心城市标志区和区域商贸中心城市标志区"),
        ("heping-14", "第八章", "坚持以社会主义核心价值观引领文化建设,提升城区文化软实力"),
        ("binhai-14", "第五章", "全面提升城市功能品质 打造宜居宜业美丽滨海新城"),
    ],
)
def test_wrapped_headings_are_joined_in_the_title_and_stay_wrapped_in_the_text(plan, plan_id, number, title):
    text = plan(plan_id)
    section = by_title(text, title)
    assert section.number == number
    heading = text.clean[section.start : section.body_start]
    assert heading.count("\n") == 1
    assert heading.replace("\n", "").replace(" ", "").endswith(title.replace(" ", ""))
    assert not section.inferred


def test_headings_that_follow_their_predecessor_without_a_blank_line(plan):
    chapter = by_title(plan("hedong-14"), "指导思想和发展目标")
    assert labels(plan("hedong-14"), SectionKind.SECTION, chapter) == [
        "一、 指导思想",
        "二、 遵循原则",
        "三、 发展思路和目标",
    ]


def test_a_heading_with_a_leading_space(plan):
    section = by_title(plan("hedong-14"), "构建高质高新的产业新体系")
    assert section.number == "三、"
    assert plan("hedong-14").raw_lines(section.start, section.body_start) == (286, 286)


def test_a_leading_space_without_bookmarks_marks_no_lost_heading(plan):
    text = plan("hedong-14")
    section = by_title(text, "承接疏解“多点开花”")
    assert section.kind is SectionKind.RUN_IN
    assert not any(s.inferred and s.kind is SectionKind.SECTION for s in text.sections)


def test_the_lost_number_of_hedong_is_restored_as_an_editor_would(plan):
    section = by_title(plan("hedong-14"), "塑造全新内涵的楼宇厂房园区")
    assert (section.kind, section.number) == (SectionKind.SECTION, "〔三、〕")
    assert not section.inferred  # the title is the plan's
    text = plan("hedong-14")
    assert text.path_at(text.clean.index("提高楼宇空间效益"))[1] == section


def test_two_short_lines_are_no_lost_numbers():
    text = excerpt("hedong-14", 329, 344)  # the next numbered section is cut off
    assert "塑造" not in "".join(s.title for s in text.sections)


def test_binhai_has_all_its_chapters_again(plan):
    chapters = plan("binhai-14").chapters()
    numbers = [c.number.strip("〔〕") for c in chapters]
    assert numbers == [f"第{chinese(n)}章" for n in range(1, 17)]
    restored = [c.number for c in chapters if c.number.startswith("〔")]
    assert len(restored) == 11
    inferred = [c.number for c in chapters if c.inferred]
    assert inferred == ["〔第四章〕", "〔第六章〕", "〔第十三章〕", "〔第十四章〕"]


def test_the_rest_of_a_chapter_heading_is_the_plans_words(plan):
    chapter = by_title(plan("binhai-14"), "打造京津冀协同发展和共建“一带一路”战略支点")
    assert (chapter.number, chapter.inferred) == ("〔第三章〕", False)


def test_binhai_has_its_47_lost_sections_inferred_and_counted(plan):
    text = plan("binhai-14")
    lost = [s for s in text.sections if s.kind is SectionKind.SECTION and s.inferred]
    assert len(lost) == 47
    assert all(s.number.startswith("〔第") and s.start == s.body_start for s in lost)
    for chapter in text.chapters():
        numbers = [s.number.strip("〔〕") for s in text.children(chapter.id) if s.kind is SectionKind.SECTION]
        assert numbers == [f"第{chinese(n)}节" for n in range(1, len(numbers) + 1)]


def test_an_inferred_title_says_what_the_section_begins_with(plan):
    text = plan("binhai-14")
    path = text.path_at(text.clean.index("推动轨道B1、Z2、Z4线加快建设"))
    assert [(s.label, s.inferred) for s in path] == [
        ("第五章 全面提升城市功能品质 打造宜居宜业美丽滨海新城", False),
        ("〔第一节〕 打造区域铁路枢纽等", True),
        ("完善城市公共交通体系", False),
    ]


def test_a_section_of_one_paragraph_before_another_lost_heading_opens_no_chapter(plan):
    text = plan("binhai-14")
    path = text.path_at(text.clean.index("加大中华优秀文化传承力度"))
    assert path[0].title == "打造特色鲜明的文化强区"
    assert path[1].number == "〔第一节〕"


def test_an_excerpt_restores_the_numbers_it_can_count():
    text = excerpt("binhai-14", 433, 448)
    assert [c.label for c in text.chapters()] == ["〔第一章〕 打造全面改革开放先行区"]


def test_a_lost_heading_on_the_last_line():
    text = excerpt("binhai-14", 311, 315)
    assert [s.label for s in text.sections if s.kind is SectionKind.SECTION] == [
        "〔第一节〕 打造区域铁路枢纽"  # one paragraph: no 等
    ]


def test_un_numbered_zone_lines_of_heping_13_hold_their_paragraphs(plan):
    text = plan("heping-13")
    blocks = [s for s in text.sections if s.kind is SectionKind.BLOCK]
    assert [b.title for b in blocks] == [
        "五大道小洋楼历史文化体验区",
        "解放北路高质金融聚集区",
        "西开教堂休闲观光商业区",
        "鞍山道扶桑市井商业旅游区",
        "小白楼高端商业商务区",
        "中心公园法式风情商业区",
    ]
    for block in blocks:
        titles = [s.title for s in text.children(block.id)]
        assert titles == ["规划范围", "功能定位", "实施策略"]
    assert text.clean[blocks[-1].end :].startswith("\n第四章")


def test_a_salutation_is_no_block():
    text = excerpt("heping-2021", 7, 25)
    assert not any(s.kind is SectionKind.BLOCK for s in text.sections)


def test_run_in_titles(plan):
    text = plan("heping-13")
    section = by_title(text, "南京路商务商贸带")
    assert section.kind is SectionKind.RUN_IN
    assert text.clean[section.body_start :].startswith("沿线总长3.3公里")
    assert [s.title for s in text.children(section.parent)] == [
        "南京路商务商贸带",
        "海河综合经济发展带",
        "卫津路科技创新带",
    ]


@pytest.mark.parametrize(
    ("paragraph", "number", "title"),
    [
        ("南京路商务商贸带。沿线总长3.3公里", "", "南京路商务商贸带"),
        ("规划范围:以马场道、西康路围合", "", "规划范围"),
        ("功能定位：打造以洋楼经济为主", "", "功能定位"),
        ("——建成以环境舒适为特征的都市生态宜居区。基础设施", "——", "建成以环境舒适为特征的都市生态宜居区"),
        ("――坚持党的全面领导。坚持和完善党领导", "――", "坚持党的全面领导"),
        ("一是做强楼宇经济。加快商务楼宇", "一是", "做强楼宇经济"),
        ("7.慢行交通系统:市政府提出", "7.", "慢行交通系统"),
        ("打造京津冀高效便捷“出海口”。健全与京冀交通体系", "", "打造京津冀高效便捷“出海口”"),
        ("“一屏”，即双城间绿色生态屏障。依托津城", "", "一屏"),
    ],
)  # fmt: skip
def test_forms_of_run_in_titles(paragraph, number, title):
    found = run_in(paragraph)
    assert (found.number, found.title) == (number, title)
    assert paragraph[: found.length].startswith((number, title, "“"))


@pytest.mark.parametrize(
    "paragraph",
    [
        "2021年是新区发展的关键一年。我们要坚定信心",
        "大力发展假日经济、夜间经济和体验经济,着力打造充满活力的动感地块。高标准提升",
        "主动融入京津冀城市群发展持续完善区域间多领域合作机制,推进城市交通",
        "推动形成现代服务业空间布局。",
    ],
)
def test_what_is_no_run_in_title(paragraph):
    assert run_in(paragraph) is None


def test_numbered_subsections_inside_a_numbered_section(plan):
    text = plan("heping-14")
    section = by_title(text, "建设国际消费中心城市标志区和区域商贸中心城市标志区")
    assert labels(text, SectionKind.SUBSECTION, section) == [
        "一、 打造国际消费目的地",
        "二、 提升区域商贸辐射带动水平",
        "三、 着力扩大消费需求",
    ]


def test_a_report_without_chapters(plan):
    text = plan("heping-2021")
    assert [c.label for c in text.chapters()] == [
        "一、 2020年国民经济和社会发展计划执行情况",
        "二、 2021年国民经济和社会发展计划任务",
    ]
    second = text.children(text.chapters()[1].id)
    assert [s.number for s in second] == ["(一)", "(二)", "(三)", "(四)", "(五)", "(六)"]
    assert second[1].title == "保存量扩增量,加快高质量发展行稳致远"


@pytest.mark.parametrize(
    ("plan_id", "words"),
    [
        ("heping-13", "实现“十三五”发展蓝图"),
        ("heping-14", "十四五规划目标宏伟"),
        ("heping-2021", "各位代表,2021国民经济"),
        ("binhai-14", "“十四五”规划目标宏伟"),
    ],
)
def test_closing_parts(plan, plan_id, words):
    text = plan(plan_id)
    (section,) = text.path_at(text.clean.index(words))
    assert (section.kind, section.inferred, section.title) == (SectionKind.CLOSING, True, "结语")


def test_notes_are_entries_with_titles(plan):
    text = plan("heping-13")
    path = text.path_at(text.clean.index("四至范围为:北至北马路"))
    assert [s.label for s in path] == ["注释", "7. 慢行交通系统"]
    report = plan("heping-2021")
    notes = next(s for s in report.sections if s.kind is SectionKind.NOTES)
    assert notes.title == "附注"
    assert notes.end == len(report.clean)


def test_front_matter_is_no_chapter(plan):
    text = plan("heping-14")
    (front,) = text.path_at(text.clean.index("各街、局、公司"))
    assert (front.kind, front.inferred) == (SectionKind.FRONT, True)


def test_sections_nest_and_tile(any_plan):
    sections = {s.id: s for s in any_plan.sections}
    assert len(sections) == len(any_plan.sections)
    for section in any_plan.sections:
        assert 0 <= section.start <= section.body_start <= section.end <= len(any_plan.clean)
        if section.parent:
            parent = sections[section.parent]
            assert parent.start <= section.start
            assert section.end <= parent.end
            assert section.level == parent.level + 1
    tops = [s for s in any_plan.sections if s.parent is None]
    covered = sum(s.end - s.start for s in tops) + len(tops) - 1  # a line feed between each two
    assert covered == len(any_plan.clean)


def test_no_title_that_is_not_inferred_is_made_up(any_plan):
    text = any_plan.clean.replace("\n", "").replace(" ", "")
    for section in any_plan.sections:
        if not section.inferred:
            assert section.title.replace(" ", "") in text
            if not section.number.startswith("〔"):
                assert any_plan.clean[section.start :].startswith(section.number)


def test_paragraphs_lie_in_their_sections_and_every_line_is_heading_or_paragraph(any_plan):
    spans = {(p.start, p.end) for p in any_plan.paragraphs}
    for paragraph in any_plan.paragraphs:
        section = any_plan.section(paragraph.section)
        assert section.start <= paragraph.start
        assert paragraph.end <= section.end
        assert any_plan.path_at(paragraph.start)[-1] == section or section.kind is SectionKind.SUBSECTION
    for line in any_plan.source.lines:
        heading = any(s.start <= line.start and line.end <= s.body_start for s in any_plan.sections)
        assert heading or (line.start, line.end) in spans


def test_numerals():
    for number in range(1, 100):
        assert numeral(chinese(number)) == number
    assert chinese(20) == "二十"
    assert numeral("十二") == 12
    with pytest.raises(ValueError, match="not found"):
        numeral("廿")
