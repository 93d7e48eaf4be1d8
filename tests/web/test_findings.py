"""The findings as page, JSON and CSV, with the catalogue of checks."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from app.atlas.store import Atlas
from app.language import gettext, speaking
from tests.chinese import is_chinese


@pytest.mark.parametrize(
    "query", ["", "?level=warning", "?code=N03&plan=binhai-14", "?plan=heping-14&level=info"]
)
def test_page_json_and_csv_have_the_same_rows(client: FlaskClient, query: str) -> None:
    data = client.get(f"/findings.json{query}").get_json()
    response = client.get(f"/findings.csv{query}")
    table = list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))
    page = client.get(f"/findings{query}").text
    assert data["numberMatched"] == len(data["findings"]) == len(table) > 0
    assert [row["message"].lstrip("'") for row in table] == [row["message"] for row in data["findings"]]
    shown = page.split("怎么办</th></tr></thead><tbody>")[-1]
    assert shown.count('<span class="level') == len(table)


def test_all_findings_are_there_gravest_first(client: FlaskClient, atlas: Atlas) -> None:
    rows = client.get("/findings.json").get_json()["findings"]
    assert len(rows) == len(atlas.findings)
    grave = ["error", "warning", "info"]
    assert [row["level"] for row in rows] == sorted((row["level"] for row in rows), key=grave.index)


def test_every_finding_is_of_a_check_in_the_catalogue(client: FlaskClient) -> None:
    data = client.get("/findings.json").get_json()
    checks = {check["code"]: check for check in data["checks"]}
    for row in data["findings"]:
        assert row["title"] == checks[row["code"]]["title"]
        assert row["level"] == checks[row["code"]]["level"]
    page = client.get("/findings").text
    for check in checks.values():
        assert check["rule"] in page


def test_filters_narrow_together(client: FlaskClient) -> None:
    everything = client.get("/findings.json").get_json()["findings"]
    chosen = client.get("/findings.json?plan=binhai-14&level=warning").get_json()["findings"]
    assert chosen == [r for r in everything if (r["plan"], r["level"]) == ("binhai-14", "warning")]


def test_a_finding_on_the_plan_alone_has_its_plan(client: FlaskClient) -> None:
    rows = client.get("/findings.json?code=T04&plan=heping-2021").get_json()["findings"]
    assert any(row["feature"] is None and "217个" in row["message"] for row in rows)


def test_findings_of_a_feature_are_on_its_page(client: FlaskClient) -> None:
    rows = client.get("/findings.json?code=T04").get_json()["findings"]
    named = next(row for row in rows if row["feature"])
    assert named["message"] in client.get(f"/features/{named['feature']}").text


@pytest.mark.parametrize("query", ["?code=Z99", "?level=grave", "?plan=heping-12", "?feature=x"])
@pytest.mark.parametrize("ending", ["", ".json", ".csv"])
def test_an_unknown_filter_is_refused(client: FlaskClient, ending: str, query: str) -> None:
    assert client.get(f"/findings{ending}{query}").status_code == 400


def test_in_english_checks_and_levels_are_english_and_the_findings_are_as_they_were_made(
    client: FlaskClient, atlas: Atlas
) -> None:
    page = client.get("/findings?lang=en").text
    shown = page.split("What to do</th></tr></thead><tbody>")[-1]
    words = re.findall('<span class="level level-([a-z]+)">([^<]+)</span>', shown)
    assert set(words) <= {("error", "error"), ("warning", "warning"), ("info", "note")}
    assert len(words) == len(atlas.findings)
    for finding in atlas.findings:
        assert f'<td><span lang="zh-CN">{escape(finding["message"])}</span></td>' in shown
    with speaking("en"):
        for check in atlas.checks:
            said = [gettext(check[key]) for key in ("title", "rule", "cure")]
            assert not any(is_chinese(words) for words in said), check["code"]
            assert f'<th scope="row">{escape(said[0])}</th><td>{escape(said[1])}</td>' in page, check["code"]
