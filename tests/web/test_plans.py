"""The plans' pages and data: passages at their addresses, annotations that select the words they quote."""

from __future__ import annotations

import hashlib

import pytest
from flask.testing import FlaskClient

from app.atlas.store import Atlas
from tests.web.reading import Page


def a_passage(atlas: Atlas, feature_id: str = "heping-13-wudadao") -> dict:
    feature = atlas.feature(feature_id)
    assert feature is not None
    return next(p for p in feature.properties["passages"] if p["role"] == "block")


def test_the_list_and_every_plan_open(client: FlaskClient, atlas: Atlas) -> None:
    listing = client.get("/plans")
    assert listing.status_code == 200
    assert client.get("/plans.json").json["plans"] == atlas.plans
    for plan in atlas.plans:
        page = client.get(f"/plans/{plan['id']}")
        assert page.status_code == 200
        assert plan["title"].replace('"', "&#34;") in page.text
        assert f"/plans/{plan['id']}" in listing.text
        record = client.get(f"/plans/{plan['id']}.json").json
        assert record["sha256"] == plan["sha256"]
        assert {link["rel"] for link in record["links"]} >= {"outline", "passages", "targets", "lineage"}
        for link in record["links"]:
            assert client.get(link["href"]).status_code == 200


def test_the_outline_holds_the_text_and_counts_what_stands_in_it(client: FlaskClient, atlas: Atlas) -> None:
    for plan in atlas.plans:
        text = client.get(f"/plans/{plan['id']}/text").get_data(as_text=True)
        answer = client.get(f"/plans/{plan['id']}/outline.json").json
        assert answer["length"] == len(text)
        page = client.get(f"/plans/{plan['id']}").text
        rows = {row["id"]: row for row in answer["outline"]}
        assert len(rows) == answer["numberMatched"]
        for row in rows.values():
            assert 0 <= row["start"] <= row["body_start"] <= row["end"] <= len(text)
            if not row["inferred"] and row["kind"] != "front":
                words = "".join(text[row["start"] : row["body_start"]].split())
                assert row["label"].split(" ")[-1][:4] in words
            if row["parent"]:
                parent = rows[row["parent"]]
                assert parent["start"] <= row["start"] < row["end"] <= parent["end"]
                assert row["targets"] <= parent["targets"]
            if row["headed"]:
                assert f'id="{row["id"]}"' in page
        own = [row for row in atlas.targets if row["plan"] == plan["id"]]
        assert sum(row["targets"] for row in rows.values() if row["parent"] is None) == len(own)


def test_the_received_file_comes_byte_for_byte(client: FlaskClient, atlas: Atlas) -> None:
    for plan in atlas.plans:
        body = client.get(f"/plans/{plan['id']}/raw.txt").data
        assert hashlib.sha256(body).hexdigest() == plan["sha256"]


def test_passages_by_place_section_and_words(client: FlaskClient, atlas: Atlas) -> None:
    everything = client.get("/passages.json?limit=10000").json
    assert everything["numberMatched"] == len({p["id"] for f in atlas for p in f.properties["passages"]})
    feature = atlas.feature("heping-13-wudadao")
    assert feature is not None
    own = client.get("/passages.json?feature=heping-13-wudadao").json["passages"]
    assert {row["id"] for row in own} == {passage["id"] for passage in feature.properties["passages"]}
    section = client.get("/plans/heping-13/passages.json?section=c3&limit=1000").json["passages"]
    assert section
    assert all(row["path"][0]["id"] == "c3" for row in section)
    said = client.get("/plans/heping-13/passages.json?q=億元 稅收&limit=1000").json["passages"]
    assert said
    assert all("亿元税收" in row["exact"] for row in said)
    one = client.get(f"/plans/heping-13/passages/{said[0]['start']}-{said[0]['end']}.json").json
    assert one == {"dataVersion": atlas.version, **said[0]}
    with_targets = [row for row in everything["passages"] if row["targets"]]
    known = {row["id"]: row for row in atlas.targets}
    for row in with_targets:
        for target in row["targets"]:
            assert known[target]["raw"] in row["exact"]


def test_a_passage_opens_marked_and_its_short_address_leads_there(client: FlaskClient, atlas: Atlas) -> None:
    passage = a_passage(atlas)
    address = f"/plans/heping-13/passages/{passage['start']}-{passage['end']}"
    page = client.get(address)
    assert page.status_code == 200
    assert "is-quoted" in page.text
    rows = client.get("/plans/heping-13/passages.json?limit=10000").json["passages"]
    row = next(row for row in rows if row["start"] == passage["start"] and row["end"] == passage["end"])
    assert row["exact"] == passage["exact"]
    assert "heping-13-wudadao" in row["features"]
    short = client.get(f"/p/heping-13/{row['short']}")
    assert short.status_code == 302
    assert short.location.endswith(address)


def test_annotations_select_the_words_they_quote(client: FlaskClient, atlas: Atlas) -> None:
    response = client.get("/annotations.jsonld?limit=10000")
    assert response.mimetype == "application/ld+json"
    items = response.json["items"]
    assert len(items) == sum(len(feature.properties["passages"]) for feature in atlas)
    assert response.json["partOf"]["total"] == len(items)
    texts: dict[str, str] = {}
    for item in items:
        source = item["target"]["source"]
        if source not in texts:
            texts[source] = client.get(source).get_data(as_text=True)
        text = texts[source]
        position, quote = item["target"]["selector"]
        start, end = position["start"], position["end"]
        assert text[start:end] == quote["exact"]
        assert text[:start].endswith(quote["prefix"])
        assert text[end:].startswith(quote["suffix"])
    one = client.get("/plans/hedong-14/annotations.jsonld").json
    assert (one["startIndex"], len(one["items"])) == (0, 100)
    behind = client.get(one["next"]).json
    assert behind["startIndex"] == 100
    assert behind["prev"] == one["id"]
    assert not {item["id"] for item in one["items"]} & {item["id"] for item in behind["items"]}


def test_the_raw_file_is_shown_line_by_line(client: FlaskClient) -> None:
    page = client.get("/plans/heping-13/raw")
    assert 'id="L1"' in page.text
    assert "首 页 区县招商" in page.text  # the site menu that the clean text leaves out
    assert "首 页 区县招商" not in client.get("/plans/heping-13/text").get_data(as_text=True)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/plans/none", 404),
        ("/plans/none.json", 404),
        ("/plans/heping-13/passages/5-5", 404),
        ("/plans/heping-13/passages/9-999999", 404),
        ("/plans/heping-13/passages/a-b", 404),
        ("/p/heping-13/ffffffffff", 404),
        ("/plans/heping-13?foo=1", 400),
        ("/plans/heping-13/passages.json?limit=0", 400),
        ("/plans/heping-13/passages.json?section=c99", 400),
        ("/passages.json?section=c3", 400),
        ("/passages.json?feature=none", 400),
        ("/passages.json?plan=none", 400),
        ("/plans/none/passages.json", 404),
        ("/plans/none/outline.json", 404),
        ("/plans/none/outline", 404),
        ("/plans/none/raw.txt", 404),
        ("/plans/heping-13/passages/5-9.json", 404),
    ],
)
def test_wrong_addresses_are_refused(client: FlaskClient, address: str, status: int) -> None:
    assert client.get(address).status_code == status


def test_a_feature_page_leads_into_the_text(client: FlaskClient, atlas: Atlas) -> None:
    passage = a_passage(atlas)
    page = client.get("/features/heping-13-wudadao")
    assert f"/plans/heping-13/passages/{passage['start']}-{passage['end']}" in page.text


def test_an_english_reader_gets_the_frame_in_english_and_the_text_in_chinese(
    client: FlaskClient, atlas: Atlas
) -> None:
    plan = next(plan for plan in atlas.plans if plan["id"] == "binhai-14")  # it has lost headings
    page = Page(client.get("/plans/binhai-14?lang=en").text)
    said = {(item.text, item.lang) for item in page.everything()}
    for words in (
        plan["title_en"],
        "Contents",
        "Show line numbers of the file",
        "inferred",
        "inferred title",
    ):
        assert (words, "en") in said
    assert (plan["title"], "zh-CN") in said
    assert ("Places in the text", "en") in said
    text = client.get("/plans/binhai-14/text").get_data(as_text=True)
    lines = [line.strip() for line in text.splitlines() if len(line.strip()) > 30]
    shown = "".join(item.text for item in page.texts if item.lang == "zh-CN").replace(" ", "")
    assert sum(line.replace(" ", "") in shown for line in lines) > 0.9 * len(lines)
    headings = [row["label"] for row in client.get("/plans/binhai-14/outline.json").json["outline"]]
    assert not [label for label in headings if (label, "en") in said]  # no title of the plan is our English


def test_a_passage_has_one_permanent_address_in_every_language(client: FlaskClient, atlas: Atlas) -> None:
    passage = a_passage(atlas)
    address = f"/plans/heping-13/passages/{passage['start']}-{passage['end']}"
    for path in (f"{address}.json", "/plans/heping-13.json", "/plans/heping-13/outline.json"):
        assert client.get(f"{path}?lang=en").data == client.get(path).data
    annotations = [
        client.get(f"/plans/heping-13/annotations.jsonld{query}").json["items"] for query in ("", "?lang=en")
    ]
    assert annotations[0] == annotations[1]
    # people who go on in English stay in English
    row = client.get(f"{address}.json").json
    assert client.get(f"/p/heping-13/{row['short']}?lang=en").location.endswith(f"{address}?lang=en")
    assert f'/p/heping-13/{row["short"]}?lang=en"' in client.get(f"{address}?lang=en").text


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/plans/heping-13/passages/9-999999?lang=en", "9-999999 lies outside this text"),
        ("/p/heping-13/ffffffffff?lang=en", "no passage with the short id ffffffffff"),
        ("/passages.json?section=c3&lang=en", "section=c3 does not exist"),
        ("/plans/heping-13/passages/5-9.json?lang=en", "heping-13 has no passage at 5-9"),
    ],
)
def test_refusals_are_said_in_english(client: FlaskClient, address: str, said: str) -> None:
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code in (400, 404)
    assert said in answer.text
