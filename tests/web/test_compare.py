"""Time on the web: the list of relations, two plans side by side, and a feature's own history."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from app.atlas.store import Atlas
from app.web.compare import comparison, history
from tests.chinese import is_chinese
from tests.web.conftest import NASTY
from tests.web.reading import Page


def test_the_list_shows_every_relation_with_its_basis_and_words(client: FlaskClient, atlas: Atlas):
    page = client.get("/lineage").text
    for row in atlas.lineage:
        assert f'<tr id="{row["id"]}">' in page
        assert row["note"] in page
        for quote in row["quotes"]:
            assert f"/plans/{quote['plan']}/passages/{quote['start']}-{quote['end']}" in page
    assert "style=" not in page  # the content policy would drop it


@pytest.mark.parametrize(
    "query", ["plan=heping-13", "kind=dropped", "basis=stated", "plan=hedong-14&kind=renamed"]
)
def test_filters_hold_for_page_and_json(client: FlaskClient, atlas: Atlas, query: str):
    wanted = dict(pair.split("=") for pair in query.split("&"))
    rows = [
        row["id"]
        for row in atlas.lineage
        if wanted.get("plan", row["to_plan"]) in (row["from_plan"], row["to_plan"])
        and all(row[key] == value for key, value in wanted.items() if key != "plan")
    ]
    assert [row["id"] for row in client.get(f"/lineage.json?{query}").json["lineage"]] == rows
    page = client.get(f"/lineage?{query}").text
    assert re.findall(r'<tr id="([a-z0-9-]+)">', page) == rows
    assert rows or "没有符合条件的沿革" in page


@pytest.mark.parametrize(
    "address",
    [
        "/lineage?plan=heping-12",
        "/lineage?kind=更名",
        "/lineage.json?basis=x",
        "/lineage?from=heping-13",
        "/compare?from=heping-13",
        "/compare?from=heping-13&to=heping-13",
        "/compare?from=heping-13&to=hedong-14",
        "/compare?from=heping-13&to=heping-15",
        "/compare?from=heping-13&to=heping-14&x=1",
        "/compare?from=heping-13&to=heping-14&view=over",
        "/compare?from=heping-13&to=heping-14&lines=on",
        "/compare.json?from=heping-13&to=heping-14&view=swipe",
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(client: FlaskClient, address: str):
    assert client.get(address).status_code == 400


def test_the_earlier_plan_stands_first(client: FlaskClient):
    turned = client.get("/compare?from=heping-14&to=heping-13")
    assert turned.status_code == 302
    assert turned.location == "/compare?from=heping-13&to=heping-14"
    turned = client.get("/compare?from=heping-14&to=heping-13&view=swipe&lines=off")
    assert turned.location == "/compare?from=heping-13&to=heping-14&view=swipe&lines=off"
    # the report of one year carries out the plan of five
    assert client.get("/compare?from=heping-14&to=heping-2021").status_code == 200
    assert "<h1>和平十三五" in client.get("/compare").text


def test_two_plans_side_by_side(client: FlaskClient, atlas: Atlas):
    page = client.get("/compare?from=heping-13&to=heping-14").text
    direct = [r for r in atlas.lineage if (r["from_plan"], r["to_plan"]) == ("heping-13", "heping-14")]
    for row in direct:
        assert page.count(f'id="r-{row["id"]}"') == 1
    assert "style=" not in page
    assert page.count('class="plan-map"') == 2
    extended = page.partition('id="r-jiefangbeilu-qu"')[2].partition("</article>")[0]
    area = next(row["area"] for row in direct if row["id"] == "jiefangbeilu-qu")
    assert f"{area['gained_km2']:.2f} 平方公里" in extended
    assert "面积差不能引用" in extended
    renamed = page.partition('id="r-wudadao-qu"')[2].partition("</article>")[0]
    assert "不构成对照" in renamed
    assert "<table" not in renamed
    belt = page.partition('id="r-nanjinglu-dai"')[2].partition("</article>")[0]
    assert "<b><i>超过</i> 12栋</b> <small>2020 年</small>" in belt
    assert "没有目标" in belt


def test_the_address_says_how_the_maps_lie(client: FlaskClient):
    address = "/compare?from=heping-13&to=heping-14"
    assert 'id="twin">' in client.get(address).text  # the script decides by the width
    page = client.get(f"{address}&view=swipe").text
    assert 'id="twin" data-view="swipe">' in page
    assert '<input type="hidden" name="view" id="pair-view" value="swipe">' in page


def test_words_that_changed_are_marked_for_eye_and_ear(client: FlaskClient):
    page = client.get("/compare?from=heping-14&to=heping-2021").text
    school = page.partition('id="r-hanyangdao"')[2].partition("</article>")[0]
    assert "<del>" in school
    assert "<ins>" in school
    rewritten = page.partition('id="r-xiaobailou-qu-2021"')[2].partition("</article>")[0]
    assert "<del>" not in rewritten
    assert "<mark>小白楼国际航运服务业集聚区</mark>" in rewritten


@pytest.mark.parametrize(
    ("old", "new"), [("heping-13", "heping-14"), ("heping-14", "heping-2021"), ("heping-13", "heping-2021")]
)
def test_every_feature_is_related_new_or_gone(atlas: Atlas, old: str, new: str):
    found = comparison(atlas, old, new)
    for plan, side, rest in ((old, "from", found["gone"]), (new, "to", found["came"])):
        alone = [item.id for items in rest.values() for item in items]
        related = {item for row in (*found["rows"], *found["dropped"]) for item in row[side]}
        ends = [chain[0] if side == "from" else chain[-1] for chain in found["chains"]]
        related |= {item for row in ends for item in row[side]}
        assert set(alone) | related == {f.id for f in atlas if f.properties["plan"] == plan}
        assert not set(alone) & related
        assert list(rest) == [level for level in ("headline", "project", "mention") if level in rest]


def test_places_that_meet_by_way_of_a_third_plan(client: FlaskClient, atlas: Atlas):
    chains = comparison(atlas, "heping-13", "heping-2021")["chains"]
    ends = {(chain[0]["id"], chain[1]["id"]) for chain in chains}
    assert ("xiaobailou-qu", "xiaobailou-qu-2021") in ends
    # 五大道 is also related directly, but to the scenic area and not to the district that follows it
    assert ("wudadao-qu", "wudadao-diqu") in ends
    assert ("wudadao-lvyouqu", "wudadao-5a") in ends
    assert not comparison(atlas, "heping-13", "heping-14")["chains"]
    page = client.get("/compare?from=heping-13&to=heping-2021").text
    assert "经另一规划相接" in page


def test_a_feature_tells_its_history(client: FlaskClient, atlas: Atlas):
    rows = history(atlas, "heping-14-wudadao")
    assert [(row["relation"]["kind"], row["earlier"]) for row in rows] == [
        ("renamed", True),
        ("carried-over", False),
    ]
    for address in ("/features/heping-14-wudadao", "/features/heping-14-wudadao/panel"):
        page = client.get(address).text
        assert 'href="/features/heping-13-wudadao" data-select="heping-13-wudadao"' in page
        assert "/compare?from=heping-13&amp;to=heping-14#r-wudadao-qu" in page
    dropped = client.get("/features/heping-13-xikai").text
    assert "不见于和平十四五" in dropped
    other_district = client.get("/features/heping-13-metro4").text
    assert 'href="/features/hedong-14-metro-4"' in other_district
    assert "/compare?" not in other_district
    assert "沿革 <" not in client.get("/features/binhai-14-b1").text


def test_names_that_attack_the_page_stay_names(nasty_client: FlaskClient):
    for address in ("/lineage", "/compare", "/features/heping-14-wudadao"):
        response = nasty_client.get(address)
        assert response.status_code == 200
        assert NASTY not in response.text
        assert "<script>alert" not in response.text


def test_two_plans_in_english_keep_their_own_words(client: FlaskClient, atlas: Atlas):
    text = client.get("/compare?from=heping-13&to=heping-14&lang=en").text
    page = Page(text)
    english = {item.text for item in page.everything() if item.lang == "en"}
    assert {
        "Earlier plan",
        "Carried over",
        "Dropped",
        "Editor's judgement",
        "Kept share of before",
    } <= english
    assert any(words.endswith("gained") and "km²" in words for words in english)  # the bars' label
    found = comparison(atlas, "heping-13", "heping-14")
    chinese = "".join(item.text for item in page.texts if item.lang == "zh-CN")
    for row in (*found["rows"], *found["dropped"]):
        assert row["note"] in chinese or not is_chinese(row["note"])
        assert f'id="r-{row["id"]}"' in text
    for feature in found["features"].values():
        assert feature.properties["name"] in chinese


def test_relations_in_english_say_their_kind_and_basis(client: FlaskClient, atlas: Atlas):
    page = Page(client.get("/lineage?kind=dropped&lang=en").text)
    said = [item.text for item in page.texts if item.lang == "en"]
    dropped = [row for row in atlas.lineage if row["kind"] == "dropped"]
    assert said.count("Dropped") == len(dropped) + 1  # and the choice in the form
    assert said.count("No longer named") == len(dropped)
    # what is taken away has no language
    assert client.get("/lineage.json?lang=en").json["lineage"] == client.get("/lineage.json").json["lineage"]


def test_a_pair_that_cannot_be_compared_is_refused_in_english(client: FlaskClient):
    for query, said in (
        ("from=heping-13&to=hedong-14", "must be two different plans of one district"),
        ("from=heping-13", "Give both plans, from and to."),
    ):
        answer = client.get(f"/compare?{query}&lang=en", headers={"Accept": "text/html"})
        assert answer.status_code == 400
        assert said in answer.text
    turned = client.get("/compare?from=heping-14&to=heping-13&lang=en")
    assert turned.status_code == 302
    assert "lang=en" in turned.location
