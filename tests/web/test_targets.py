"""The ledger's pages: filters, pages, files, and nothing added up."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from app.atlas.store import Atlas
from tests.chinese import is_chinese
from tests.web.reading import Page


def ids_on(page: str) -> list[str]:
    return re.findall(r'<tr id="t(\d+)-', page)


def test_the_page_quotes_each_sentence_and_links_it(client: FlaskClient, atlas: Atlas):
    page = client.get("/targets").text
    for row in atlas.targets[:60]:
        sentence = row["sentence"]
        assert f"/plans/{row['plan']}/passages/{sentence['start']}-{sentence['end']}" in page
    assert page.count("<mark>") == 60
    assert "不可相加" in page
    assert "合计" not in page
    assert "style=" not in page


def test_pages_together_are_the_ledger(client: FlaskClient, atlas: Atlas):
    seen: list[str] = []
    address = "/targets?plan=hedong-14"
    while address:
        page = client.get(address).text
        seen += ids_on(page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        address = more[1].replace("&amp;", "&") if more else ""
    assert seen == [str(row["number"][0]) for row in atlas.targets if row["plan"] == "hedong-14"]


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("plan=binhai-14", lambda row: row["plan"] == "binhai-14"),
        (f"district={quote('和平区')}", lambda row: row["plan"].startswith("heping")),
        ("year=2022", lambda row: row["year"] == 2022),
        (f"comparator={quote('≥')}", lambda row: row["comparator"] == "≥"),
        ("basis=annual", lambda row: row["basis"] == "annual"),
        (f"nature={quote('约束性')}", lambda row: row["nature"] == "约束性"),
        ("subject=shared", lambda row: len(row["features"]) > 1),
        ("theme=zones", lambda row: "zones" in {f["theme"] for f in row["features"]}),
        (f"q={quote('京冀')}", lambda row: "京冀" in row["sentence"]["exact"]),
        (f"plan=heping-13&q={quote('没有这个词')}", lambda row: row is None),
    ],
)
def test_filters(client: FlaskClient, atlas: Atlas, query: str, holds):
    expected = [row["id"] for row in atlas.targets if holds(row)]
    answer = client.get(f"/targets.json?{query}&limit=500").json
    assert [row["id"] for row in answer["targets"]] == expected
    assert answer["numberMatched"] == answer["numberReturned"] == len(expected)
    body = client.get(f"/targets.csv?{query}").data.decode("utf-8-sig")
    assert [row["id"] for row in csv.DictReader(io.StringIO(body))] == expected
    page = client.get(f"/targets?{query}")
    assert page.status_code == 200
    assert len(ids_on(page.text)) == min(60, len(expected))


def test_the_targets_of_one_feature(client: FlaskClient, atlas: Atlas):
    owner = next(feature for feature in atlas if len(feature.properties["targets"]) > 1)
    answer = client.get(f"/targets.json?feature={owner.id}").json
    assert [row["id"] for row in answer["targets"]] == [t["id"] for t in owner.properties["targets"]]
    assert owner.properties["name"] in client.get(f"/targets?feature={owner.id}").text


def test_json_comes_in_pages(client: FlaskClient):
    first = client.get("/targets.json?limit=7").json
    assert (first["numberReturned"], len(first["targets"])) == (7, 7)
    assert "offset=7" in first["links"][1]["href"]
    behind = client.get("/targets.json?offset=100000").json
    assert behind["targets"] == []
    assert "next" not in {link["rel"] for link in behind["links"]}


@pytest.mark.parametrize(
    "query",
    [
        "plan=x",
        "year=1999",
        "comparator=x",
        "feature=x",
        "theme=x",
        "subject=x",
        f"nature={quote('约束')}",
        "sum=1",
        "limit=0",
        "plan=a&plan=b",
    ],
)
def test_what_is_refused(client: FlaskClient, query: str):
    assert client.get(f"/targets?{query}").status_code == 400
    assert client.get(f"/targets.json?{query}").status_code == 400


def test_the_csv_takes_no_window_and_opens_safely(client: FlaskClient):
    assert client.get("/targets.csv?limit=5").status_code == 400
    response = client.get("/targets.csv")
    assert response.data.startswith("\ufeff".encode())
    rows = list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))
    for row in rows:
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())
    page = client.get("/targets?plan=heping-13&offset=60").text
    assert 'href="/targets.csv?plan=heping-13"' in page


def test_results_stand_beside_their_targets(client: FlaskClient, atlas: Atlas):
    page = client.get("/targets/results")
    assert page.status_code == 200
    rows = client.get("/targets/results.json").json["results"]
    assert len(rows) == len(atlas.results) == 23
    for row in rows:
        assert row["target"]["text"] in page.text
        assert row["quote"] in page.text
    assert "编者" in page.text
    assert client.get("/targets/results?plan=heping-13").status_code == 400


def test_a_row_says_what_a_table_and_its_clause_say_beside_it(client: FlaskClient, atlas: Atlas):
    page = client.get(f"/targets?plan=heping-14&nature={quote('约束性')}").text
    tied = [row for row in atlas.targets if row["plan"] == "heping-14" and row["nature"] == "约束性"]
    assert len(ids_on(page)) == len(tied) > 1
    for row in tied:
        number = row["indicator_row"].split(":")[1]
        assert f'href="/indicators#heping-14-{number}"' in page
        assert f'id="heping-14-{number}"' in client.get("/indicators").text
    page = client.get(f"/targets?plan=hedong-14&q={quote('轨道集团')}").text
    assert "承担：轨道集团" in page
    page = client.get(f"/targets?plan=hedong-14&q={quote('劳动教室')}").text
    assert "每所中小学校计" in page
    page = client.get(f"/targets?plan=heping-2021&q={quote('优质项目500个')}").text
    assert page.count("力争") >= 3  # as bound, as note, in the sentence


def test_the_ledger_in_english_quotes_in_chinese(client: FlaskClient, atlas: Atlas):
    rows = [row for row in atlas.targets if row["plan"] == "hedong-14"][:60]
    page = Page(client.get("/targets?plan=hedong-14&lang=en").text)
    chinese = "".join(item.text for item in page.texts if item.lang == "zh-CN").replace(" ", "")
    for row in rows:
        assert row["raw"].replace(" ", "") in chinese or not is_chinese(row["raw"])
        assert row["sentence"]["exact"].replace(" ", "") in chinese.replace("\n", "")
    english = {item.text for item in page.texts if item.lang == "en"}
    assert {"Targets", "at least", "Sentence", "Heping 13th Plan", "end of plan"} <= english


def test_filters_offer_english_words_for_the_same_values(client: FlaskClient):
    offered = [
        re.findall(r'<option value="([^"]+)"', client.get(f"/targets{query}").text)
        for query in ("", "?lang=en")
    ]
    assert offered[0] == offered[1]
    assert len(offered[0]) > 30
    english = client.get("/targets?lang=en").text
    assert '<option value="约束性">Binding</option>' in english
    assert '<option value="zones">Functional zones</option>' in english
    # the words of one language must not stay for the reader of the other
    assert '<option value="约束性">约束性</option>' in client.get("/targets").text


def test_what_is_doubted_and_what_is_related_is_said_in_english(client: FlaskClient, atlas: Atlas):
    doubted = {row["doubt"]: row for row in atlas.targets if row["doubt"]}
    for doubt, row in doubted.items():
        page = client.get(f"/targets?plan={row['plan']}&q={quote(row['raw'])}&lang=en").text
        assert "Reading in doubt: " in page
        assert ("或为" in doubt) == (doubt in page)  # what is made up of the plan's own figures stays
    results = Page(client.get("/targets/results?lang=en").text)
    assert {"Targets and results", "Editor's judgement"} <= {item.text for item in results.texts}
    reported = client.get("/targets/reported?year=2015&lang=en")
    assert reported.status_code == 200
    assert "Results of past years" in reported.text
