"""The plans' pages and data: passages at their addresses, annotations that select the words they quote."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.atlas.store import Atlas


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
        assert record["outline"]


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
    response = client.get("/annotations.jsonld")
    assert response.mimetype == "application/ld+json"
    items = response.json["items"]
    assert len(items) == sum(len(feature.properties["passages"]) for feature in atlas)
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
    one = client.get("/plans/hedong-14/annotations.jsonld").json["items"]
    assert 0 < len(one) < len(items)


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
    ],
)
def test_wrong_addresses_are_refused(client: FlaskClient, address: str, status: int) -> None:
    assert client.get(address).status_code == status


def test_a_feature_page_leads_into_the_text(client: FlaskClient, atlas: Atlas) -> None:
    passage = a_passage(atlas)
    page = client.get("/features/heping-13-wudadao")
    assert f"/plans/heping-13/passages/{passage['start']}-{passage['end']}" in page.text
