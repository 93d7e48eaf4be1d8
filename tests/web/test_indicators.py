"""The indicator pages: every row shown as it stands, filters that refuse, files that can be taken away."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask.testing import FlaskClient

from app.atlas.store import Atlas
from app.web.indicators import CHART_WIDTH, chart, top_value
from tests.chinese import is_chinese
from tests.web.reading import Page


def row(**values):
    return {"base_value": None, "target_value": None, "base_basis": None, "target_basis": None} | values


def test_a_chart_is_drawn_only_of_what_can_be_compared():
    assert chart(row(base_value=58.0, target_value=100.0), 100.0).base == 0.58 * CHART_WIDTH
    assert chart(row(base_value=58.0), 100.0) is None  # a target in words
    # one year against a five-year total
    assert chart(row(base_value=1900.0, target_value=12000.0, target_basis="cumulative"), 12000.0) is None
    assert chart(row(base_value=0.0, target_value=0.0), 0.0) is None
    assert top_value([row(base_value=9e9), row(base_value=1.0, target_value=2.0)]) == 2.0
    assert top_value([]) == 0.0


def test_the_page_shows_every_cell_as_it_stands(client: FlaskClient, atlas: Atlas):
    page = client.get("/indicators")
    assert page.status_code == 200
    for indicator in atlas.indicators:
        assert f'id="{indicator["plan"]}-{indicator["number"]}"' in page.text
        for cell in (indicator["base_raw"], indicator["target_raw"]):
            assert f">{cell}</span>" in page.text
    assert page.text.count("正文与表不一致") == 9
    assert "style=" not in page.text  # the content policy would drop it


def test_side_by_side_stands_only_on_the_whole_page(client: FlaskClient, atlas: Atlas):
    whole, part = client.get("/indicators").text, client.get("/indicators?plan=heping-14").text
    for one in atlas.series:
        assert f'id="s-{one["id"]}"' in whole
        assert f'id="s-{one["id"]}"' not in part


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 70),
        ("plan=heping-14", 17),
        ("plan=hedong-14", 23),
        ("plan=binhai-14", 30),
        ("nature=约束性", 14),
        ("plan=binhai-14&group=智慧", 4),
        ("plan=heping-14&group=智慧", 0),
    ],
)
def test_filters_hold_for_page_json_and_csv(client: FlaskClient, query: str, count: int):
    page = client.get(f"/indicators?{query}").text
    assert len(re.findall(r'<tr id="[a-z]+-14-\d+">', page)) == count
    answer = client.get(f"/indicators.json?{query}").json
    assert len(answer["indicators"]) == count
    assert {r["series"] for r in answer["indicators"]} >= {one["id"] for one in answer["series"]}
    body = client.get(f"/indicators.csv?{query}").data.decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(body)))) == count
    if not count:
        assert "没有符合条件的指标" in page


@pytest.mark.parametrize("query", ["plan=heping-15", "nature=其他", "group=x", "year=2025", "plan=a&plan=b"])
def test_unknown_filters_are_refused(client: FlaskClient, query: str):
    for address in ("/indicators", "/indicators.json", "/indicators.csv"):
        assert client.get(f"{address}?{query}").status_code == 400


def test_csv_opens_in_a_spreadsheet(client: FlaskClient):
    response = client.get("/indicators.csv")
    assert response.data.startswith("\ufeff".encode())
    assert response.headers["Content-Disposition"] == 'attachment; filename="indicators.csv"'
    rows = list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))
    by_id = {r["id"]: r for r in rows}
    assert by_id["binhai-14:25"]["base_raw"] == "'--"  # no formula
    assert by_id["hedong-14:9"]["comparator"] == "不低于"
    assert "日均值浓度" in by_id["hedong-14:12"]["prose"]
    assert "（与表不一致）" in by_id["hedong-14:12"]["prose"]


def test_english_frames_the_tables_and_leaves_their_cells(client: FlaskClient, atlas: Atlas):
    text = client.get("/indicators?lang=en").text
    page = Page(text)
    said = {(item.text, item.lang) for item in page.texts}
    for indicator in atlas.indicators:
        assert (indicator["name"], "zh-CN") in said
        assert f'id="{indicator["plan"]}-{indicator["number"]}"' in text
    cells = {cell for row in atlas.indicators for cell in (row["base_raw"], row["target_raw"])}
    assert {(cell, "zh-CN" if is_chinese(cell) else "en") for cell in cells} <= said
    assert {words for words, lang in said if lang == "en"} >= {
        "Indicators", "Text and table disagree", "Binding", "Expected", "2025",
    }  # fmt: skip
    assert text.count("Text and table disagree") == 9
    charts = [item.text for item in page.attributes if item.where.endswith("svg")]
    assert "2020: 58; 2025: 100" in charts
    assert len(charts) == client.get("/indicators").text.count('<svg class="bars" viewBox="0 0 120 20"')


def test_the_files_are_the_same_in_english(client: FlaskClient):
    for address in ("/indicators.csv", "/indicators.csv?nature=约束性"):
        english = f"{address}{'&' if '?' in address else '?'}lang=en"
        assert client.get(english).data == client.get(address).data
    answers = [client.get(f"/indicators.json?plan=binhai-14{more}").json for more in ("", "&lang=en")]
    assert answers[0]["indicators"] == answers[1]["indicators"]
