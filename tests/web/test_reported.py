"""Results of past years: pages, filters, files; none of them is a target."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from app.atlas.store import Atlas


def rows_of(atlas: Atlas) -> list[dict]:
    return atlas.document("reported")


def test_results_are_no_targets(atlas: Atlas):
    results = {row["id"] for row in rows_of(atlas)}
    assert len(results) == len(rows_of(atlas)) > 400
    assert results.isdisjoint(row["id"] for row in atlas.targets)


def test_the_page_quotes_each_sentence_and_links_it(client: FlaskClient, atlas: Atlas):
    page = client.get("/targets/reported").text
    for row in rows_of(atlas)[:60]:
        sentence = row["sentence"]
        assert f"/plans/{row['plan']}/passages/{sentence['start']}-{sentence['end']}" in page
    assert page.count("<mark>") == 60
    assert "不可相加" in page
    assert "style=" not in page
    assert 'href="/targets/reported"' in client.get("/targets").text


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("plan=binhai-14", lambda row: row["plan"] == "binhai-14"),
        ("year=2015", lambda row: row["year"] == 2015),
        (f"q={quote('养老')}", lambda row: "养老" in row["sentence"]["exact"]),
        (f"plan=heping-13&q={quote('没有这个词')}", lambda row: row is None),
    ],
)
def test_filters(client: FlaskClient, atlas: Atlas, query: str, holds):
    expected = [row["id"] for row in rows_of(atlas) if holds(row)]
    answer = client.get(f"/targets/reported.json?{query}&limit=500").json
    assert [row["id"] for row in answer["reported"]] == expected
    assert answer["numberMatched"] == len(expected)
    body = client.get(f"/targets/reported.csv?{query}").data.decode("utf-8-sig")
    assert [row["id"] for row in csv.DictReader(io.StringIO(body))] == expected
    page = client.get(f"/targets/reported?{query}")
    assert len(re.findall(r'<tr id="r\d+-', page.text)) == min(60, len(expected))


@pytest.mark.parametrize("query", ["plan=x", "year=1999", "feature=x", "limit=0", "plan=a&plan=b"])
def test_what_is_refused(client: FlaskClient, query: str):
    assert client.get(f"/targets/reported?{query}").status_code == 400
    assert client.get(f"/targets/reported.json?{query}").status_code == 400
