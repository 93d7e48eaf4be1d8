"""Page noise goes, everything else stays, and every character knows where it came from."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.plans.cleaning import clean_text
from tests.plans.conftest import TEXTS, raw_lines


def test_page_furniture_of_a_government_page_goes(plan):
    text = plan("heping-14").clean
    for noise in ("网站无障碍", "索 引 号", "11120101000140716B", "发文字号", "成文日期", "有 效 性"):
        assert noise not in text
    assert text.startswith("和平区人民政府关于印发和平区国民经济")
    for noise in ("法律声明", "ICP备", "公网安备", "022-23196661", "hpqzfb18", "\n微博", "\n微信", "`"):
        assert noise not in text
    assert text.endswith("而努力奋斗!")


def test_a_report_keeps_its_title_and_its_notes(plan):
    text = plan("heping-2021").clean
    assert "gablogo" not in text
    assert "发布者" not in text
    assert text.startswith("关于和平区2020年国民经济和社会发展计划执行情况")
    assert text.endswith("培育更多社会组织")


def test_site_menu_and_turn_over_marks_go(plan):
    text = plan("heping-13").clean
    assert text.startswith("天津和平区“十三五”规划纲要全文\n")
    assert "下转第20版" not in text
    assert "上接第19版" not in text
    assert "升级换代。\n三、全面提升智慧和平信息化水平" in text


def test_1335_bookmark_tags_go_and_their_lines_stay(plan):
    source = plan("binhai-14").source
    assert source.bookmarks == 1335
    assert "[bookmark" not in source.text
    assert "_Toc" not in source.text
    assert "\n综合判断，“十四五”时期新区完全有能力" in source.text
    assert "\n深化企业梯度培育体系。" in source.text  # behind [bookmark: _GoBack]


def test_odd_spaces(plan):
    for plan_id in ("heping-14", "heping-2021", "hedong-14", "binhai-14", "heping-13"):
        text = plan(plan_id).clean
        assert not re.search(r"[\u00a0\u2002\u3000\t]|  | \n|\n ", text)
    assert "第一章 “十三五”期间发展基础" in plan("hedong-14").clean
    assert "专栏1 和平区十四五时期" in plan("heping-14").clean
    assert "28笔、625 万元" in plan("heping-2021").clean  # a space inside a number's unit is not ours


def test_full_width_space_and_missing_separator_in_headings():
    clean = clean_text("\u3000\u3000第三章\u3000深入推进\n第四章坚持创新\n").text
    assert clean == "第三章 深入推进\n第四章坚持创新"


def test_doubtful_characters_stay(plan):
    assert "大沽北路222325号地块" in plan("heping-14").clean
    assert "处理率达到100,城市管理" in plan("heping-14").clean
    assert "津城”“滨城双城" in plan("heping-14").clean
    assert "6左右】" in plan("heping-14").clean
    assert "防护服2230套额温枪1882支" in plan("heping-2021").clean
    assert "京冀项目100个以上加快解放北路" in plan("heping-2021").clean
    assert "有声书吧50举办" in plan("heping-2021").clean


def test_quotation_marks_are_not_balanced_by_us(plan):
    text = plan("heping-14")
    for kept in (text.raw, text.clean):
        assert (kept.count("“"), kept.count("”")) == (32, 42)


def test_metadata_words_deep_in_a_text_are_text():
    body = "\n".join(f"第{i}段正文。" for i in range(20))
    assert "发文字号:" in clean_text(f"{body}\n发文字号:和平政〔2021〕4号").text


def test_only_spaces_and_noise_are_taken(any_plan):
    """What is left out of each kept line is white space or a bookmark tag, nothing else."""
    raw_by_line = any_plan.raw.split("\n")
    for line in any_plan.source.lines:
        kept = re.sub(r"\s", "", any_plan.clean[line.start : line.end])
        there = re.sub(r"\[bookmark: _\w+\]|\s", "", raw_by_line[line.raw_line - 1])
        assert kept == there


def test_dropped_lines_are_noise(any_plan):
    kept = {line.raw_line for line in any_plan.source.lines}
    dropped = [
        text.strip()
        for number, text in enumerate(any_plan.raw.split("\n"), start=1)
        if number not in kept and text.strip()
    ]
    noise = (
        r"丨|名\s+称|索|发文字号|成文日期|有 效|发布日期|首 页|[(（][下上]"
        r"|法律声明|主办|津公网|本网站|微博|微信|`"
    )
    assert [text for text in dropped if not re.match(noise, text)] == []
    assert len(dropped) <= 14


def test_offsets_lead_to_the_same_character(any_plan):
    clean, raw = any_plan.clean, any_plan.raw
    offsets = any_plan.source.offsets
    assert len(offsets) == len(clean)
    assert all(a < b for a, b in pairwise(offsets))
    for index, character in enumerate(clean):
        there = raw[offsets[index]]
        assert there == character or (character == " " and there.isspace())


def test_raw_lines_count_from_one(plan):
    text = plan("heping-13")
    start = text.clean.index("南京路商务商贸带。沿线总长")
    assert text.raw_lines(start, start + 8) == (64, 64)
    block = text.clean.index("五大道小洋楼历史文化体验区:\n")
    assert text.raw_lines(block, text.clean.index("功能定位", block)) == (74, 76)
    raw_start, raw_end = text.raw_span(start, start + 8)
    assert text.raw[raw_start:raw_end] == "南京路商务商贸带"


def test_a_span_over_a_bookmark_comes_back_whole(plan):
    text = plan("binhai-14")
    start = text.clean.index("第三节 二〇三五年远景目标")
    end = start + len("第三节 二〇三五年远景目标")
    a, b = text.raw_span(start, end)
    assert text.raw[a:b].startswith("第三节")
    assert text.raw[a:b].endswith("目标")
    assert text.raw_lines(start, end) == (23, 23)


def test_offsets_outside_the_text_are_refused(plan):
    text = plan("heping-13")
    assert text.to_raw(len(text.clean)) == text.to_raw(len(text.clean) - 1) + 1
    with pytest.raises(IndexError, match="is not in the clean text"):
        text.to_raw(len(text.clean) + 1)
    with pytest.raises(IndexError, match="is not in the clean text"):
        text.to_raw(-1)


def test_an_empty_file_is_an_empty_text():
    clean = clean_text("\n \n\t\n")
    assert clean.text == ""
    assert clean.lines == ()


SOUP = st.lists(
    st.sampled_from(
        [
            "第一章  发展基础",
            " 坚持精准规划。对标雄安新区。",
            "[bookmark: _Toc61]",
            "`",
            "(下转第20版)",
            "\t专栏2  打造",
            "\u2002\u2002",
            "\u00a0一、指导\u3000思想",
            "丨 网站无障碍",
            "书吧50举办",
            "\r",
            "6左右】",
            "",
        ]
    )
    | st.text(alphabet="和平 \t\u2002。，:“”[]", max_size=12),
    max_size=30,
).map("\n".join)


@given(SOUP)
def test_offsets_survive_both_ways(raw):
    clean = clean_text(raw)
    assert len(clean.offsets) == len(clean.text)
    for index, character in enumerate(clean.text):
        there = clean.to_raw(index)
        assert raw[there] == character or (character == " " and raw[there].isspace())
        assert clean.to_clean(there) == index
    for raw_offset in range(len(raw)):
        back = clean.to_clean(raw_offset)
        assert back == len(clean.text) or clean.to_raw(back) >= raw_offset


@given(SOUP)
def test_the_lines_cover_the_clean_text(raw):
    clean = clean_text(raw)
    assert "\n".join(clean.text[line.start : line.end] for line in clean.lines) == clean.text
    assert all(line.end > line.start for line in clean.lines)


def test_the_files_are_the_ones_received():
    assert sorted(p.name for p in TEXTS.glob("*.txt")) == [
        "binhai-14.txt",
        "hedong-14.txt",
        "heping-13.txt",
        "heping-14.txt",
        "heping-2021.txt",
    ]
    assert raw_lines("heping-13", 168, 168).strip() == "(下转第20版)"
