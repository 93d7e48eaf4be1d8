"""Targets against reported results: quoted on both sides, judged by an editor, never computed."""

from __future__ import annotations

import pytest

from app.atlas.results import Outcome, read_results, result_rows
from app.errors import InputFileError
from app.plans.document import read_plan
from app.plans.indicators import find_indicators
from app.plans.targets import find_targets
from app.settings import load_settings
from tests.plans.conftest import PERIODS, record

LAYERS = load_settings({})["LAYERS_DIR"]


@pytest.fixture(scope="module")
def texts():
    return {plan_id: read_plan(record(plan_id)) for plan_id in PERIODS}


@pytest.fixture(scope="module")
def read(texts):
    targets = {plan_id: find_targets(text) for plan_id, text in texts.items()}
    indicators = [row for text in texts.values() for row in find_indicators(text)]
    return lambda layers: read_results(layers, texts, targets, indicators)


def test_the_real_file(read, texts):
    results = read(LAYERS)
    assert len(results) == 23
    for result in results:
        assert result.target.plan == "heping-13"
        assert result.target.year == 2020
        assert result.note or result.outcome is not Outcome.UNLIKE
    for row in result_rows(results, texts):
        words = texts[row["plan"]].clean[row["start"] : row["end"]]
        if ":" in row["quote"] or "：" in row["quote"]:  # a cell of a table, its parts named
            name, _, value = row["quote"].rpartition("：")
            assert value in words
            assert name.rpartition(" ")[0] in words
        else:
            assert words == row["quote"]


def test_what_is_said_to_be_met_is(read):
    """The numbers must bear the verdict out wherever both sides give one number of one unit."""
    growth = {r.target.quantity.raw: r.outcome for r in read(LAYERS)}
    assert growth["20万人"] is Outcome.MET  # 20.9万人
    assert growth["600万平方米"] is Outcome.SHORT  # 508
    assert growth["2000个"] is Outcome.MET  # 3540
    assert growth["3500家"] is Outcome.UNLIKE


AIM = "target: {plan: heping-13, quote: 增加学位2000个}"
REPORT = "result: {plan: heping-14, quote: 新增学位3540个}"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (f"[{{{AIM}, {REPORT}, verdict: better}}]", "the verdict is none of"),
        (f"[{{{AIM}, {REPORT}, verdict: unlike}}]", "needs a note"),
        (f"[{{{AIM}, {REPORT}}}]", "missing: verdict"),
        (f"[{{{AIM}, result: {{plan: heping-15, quote: a}}, verdict: met}}]", "no plan 'heping-15'"),
        (f"[{{{AIM}, result: {{plan: heping-14, quote: 新增学位9个}}, verdict: met}}]", "stands 0 times"),
        (f"[{{{AIM}, result: {{indicator: 'heping-14:99'}}, verdict: met}}]", "no plan has an indicator"),
        (
            f"[{{target: {{plan: heping-13, quote: 义务教育实现高水平}}, {REPORT}, verdict: met}}]",
            "holds 0 targets",
        ),
        (f"[{{target: heping-13, {REPORT}, verdict: met}}]", "must be a mapping"),
    ],
)
def test_what_the_editor_must_not_write(read, tmp_path, words, reason):
    (tmp_path / "results.yaml").write_text(f"results: {words}", encoding="utf-8")
    with pytest.raises(InputFileError, match=reason):
        read(tmp_path)
