"""The editor's pairs that multiply out: quoted word for word, one number each, alike in unit."""

from __future__ import annotations

import pytest

from app.atlas.sums import read_sums
from app.errors import InputFileError
from app.plans.document import read_plan
from app.plans.targets import find_targets
from app.settings import load_settings
from tests.plans.conftest import PERIODS, record


@pytest.fixture(scope="module")
def read():
    texts = {plan_id: read_plan(record(plan_id)) for plan_id in PERIODS}
    targets = {plan_id: find_targets(text) for plan_id, text in texts.items()}
    return lambda layers: read_sums(layers, texts, targets)


def test_the_real_file(read):
    sums = read(load_settings({})["LAYERS_DIR"])
    assert len(sums.paces) == 5
    assert len(sums.growths) == 2
    for pace in sums.paces:
        assert pace.annual.quantity.raw in pace.annual.quote
        assert pace.total.quantity.raw in pace.total.quote
        assert (pace.annual.plan, pace.total.plan) == ("heping-2021", "heping-14")


ANNUAL = "annual: {plan: heping-2021, quote: 新增养老床位200张}"
TOTAL = "total: {plan: heping-14, quote: 新增养老床位1000张}"
BASE = "base: {plan: heping-13, quote: 地区生产总值达到790亿元}"
LEVEL = "level: {plan: heping-13, quote: 2020年达到1200亿元}"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (f"paces: [{{{ANNUAL}, {TOTAL}}}]", "missing: years"),
        (f"paces: [{{{ANNUAL}, {TOTAL}, years: five}}]", "no number from 1 to 15"),
        (f"paces: [{{{ANNUAL}, {TOTAL}, years: 50}}]", "no number from 1 to 15"),
        (f"paces: [{{{ANNUAL}, {TOTAL}, years: 5, sum: 1000}}]", "unknown: sum"),
        (
            f"paces: [{{{ANNUAL}, total: {{plan: heping-14, quote: 累计新增就业达到15万人}}, years: 5}}]",
            "different units",
        ),
        (f"paces: [{{{ANNUAL}, total: {{plan: x, quote: a}}, years: 5}}]", "no plan 'x'"),
        (
            f"paces: [{{{ANNUAL}, total: {{plan: heping-14, quote: 新增学位3540个}}, years: 5}}]",
            "holds no target",  # a result
        ),
        (
            f"growths: [{{{BASE}, {LEVEL}, years: 5,"
            " growth: {plan: heping-13, quote: 内、外资到位额年均分别增长}}]",
            "holds 0 numbers",
        ),
    ],
)
def test_what_the_editor_must_not_write(read, tmp_path, words, reason):
    (tmp_path / "sums.yaml").write_text(words, encoding="utf-8")
    with pytest.raises(InputFileError, match=reason):
        read(tmp_path)
