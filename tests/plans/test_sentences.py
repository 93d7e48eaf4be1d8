"""Where a sentence ends, on sentences of the real texts."""

from __future__ import annotations

import pytest

from app.plans.sentences import clause_spans, sentence_spans


def cut(text):
    return [text[a:b] for a, b in sentence_spans(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "一纵——解放北路,重点培育金融创新产业;两翼——大沽北路,重点发展银行、证券、保险等传统金融业。",
            ["一纵——解放北路,重点培育金融创新产业;", "两翼——大沽北路,重点发展银行、证券、保险等传统金融业。"],
        ),
        # A full stop inside a short pair of quotation marks ends nothing.
        (
            "坚持把“枫桥经验”坚持好。把“党的建设。不断加强”写入",
            ["坚持把“枫桥经验”坚持好。", "把“党的建设。不断加强”写入"],
        ),
        # Closing marks stay with their sentence.
        ("“打造创新高地。”坚持创新。", ["“打造创新高地。”坚持创新。"]),
        ("(此件主动公开。)第一章。", ["(此件主动公开。)第一章。"]),
        # A lost closing mark protects nothing.
        ("全力推进疫情防控“双胜利。众志成城抗击疫情。", ["全力推进疫情防控“双胜利。", "众志成城抗击疫情。"]),
        # A lost full stop leaves two sentences one: nothing is repaired.
        (
            "全年引进京冀项目100个以上加快解放北路金融创新运营示范区建设。",
            ["全年引进京冀项目100个以上加快解放北路金融创新运营示范区建设。"],
        ),
        ("为全面建成标志区而努力奋斗!", ["为全面建成标志区而努力奋斗!"]),
        ("", []),
    ],
)
def test_sentences(text, sentences):
    assert cut(text) == sentences


def test_clauses_keep_brackets_whole():
    text = "推进麻纺厂路（园区12、14#地，一期）、贺兰路（丽苑16号地）等地块约21.6万平方米的土地收储工作，完成"
    assert [text[a:b] for a, b in clause_spans(text, 0, len(text))] == [text[:-2], "完成"]


def test_offsets_count_from_the_start_of_the_text():
    text = "第一句。第二句;第三句"
    assert list(sentence_spans(text, 4, len(text))) == [(4, 8), (8, 11)]
