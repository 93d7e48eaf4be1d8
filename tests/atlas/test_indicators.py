"""The editor's file about the indicators: what it may say, and what it must not."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.atlas.indicators import Verdict, indicator_findings, indicator_rows, read_indicators
from app.errors import InputFileError
from app.plans.document import read_plan
from app.settings import load_settings
from tests.plans.conftest import PERIODS, record

LAYERS = load_settings({})["LAYERS_DIR"]


@pytest.fixture(scope="module")
def texts():
    return {plan_id: read_plan(record(plan_id)) for plan_id in PERIODS}


def written(folder: Path, words: str) -> Path:
    (folder / "indicators.yaml").write_text(words, encoding="utf-8")
    return folder


def test_the_real_file(texts):
    found = read_indicators(LAYERS, texts)
    assert len(found.rows) == 70
    assert len(found.series) == 20
    for remark in found.remarks:
        plan = texts[remark.row.partition(":")[0]]
        assert plan.clean[remark.start : remark.end] == remark.quote
        assert remark.note or remark.verdict is Verdict.AGREES
    codes = [f.code for f in indicator_findings(found)]
    assert (codes.count("T03"), codes.count("T01")) == (9, 2)
    messages = "\n".join(f.message for f in indicator_findings(found))
    for words in ("48.6微克/立方米", "超过251天", "26.4%", "17.3%", "42.5%", "与全市持平"):
        assert words in messages


def test_values_that_the_editor_says_agree_are_in_both(texts):
    for row in indicator_rows(read_indicators(LAYERS, texts), texts):
        for item in row["prose"]:
            cell, value = row[f"{item['column']}_raw"], row[f"{item['column']}_value"]
            if item["verdict"] == "agrees":
                assert value is not None
                assert f"{value:g}" in item["quote"], (row["id"], cell)
            assert item["quote"] in item["sentence"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("series: [{id: a, title: b, rows: ['heping-14:99']}]", "no plan has an indicator"),
        ("series: [{id: a, title: b}]", "missing: rows"),
        ("series: [{id: a, title: b, rows: ['heping-14:1'], extra: 1}]", "unknown: extra"),
        ("series: [a]", "must be a mapping"),
        (
            "series: [{id: a, title: b, rows: ['heping-14:1']}, {id: c, title: d, rows: ['heping-14:1']}]",
            "stands in two series",
        ),
        ("prose: [{row: 'x:1', column: base, verdict: agrees, quote: 和平}]", "no plan has an indicator"),
        ("prose: [{row: 'heping-14:1', column: bas, verdict: agrees, quote: 和平}]", "is unknown"),
        ("prose: [{row: 'heping-14:1', column: base, verdict: agrees, quote: 和平区}]", "not once"),
        # a cell of the table is no prose
        ("prose: [{row: 'heping-14:1', column: base, verdict: agrees, quote: 6左右】}]", "stands 0 times"),
    ],
)
def test_what_the_editor_must_not_write(texts, tmp_path, words, reason):
    with pytest.raises(InputFileError, match=reason):
        read_indicators(written(tmp_path, words), texts)
