"""Long lists in pages: walked by their own links, they are whole, in order, and nothing stands twice."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

LISTS = [
    ("/passages.json?plan=heping-13", "passages"),
    ("/plans/hedong-14/passages.json?q=建设", "passages"),
    ("/targets.json?plan=binhai-14", "targets"),
    ("/register.json?plan=hedong-14", "register"),
    ("/findings.json?plan=heping-14", "findings"),
    ("/indicators.json?nature=约束性", "indicators"),
    ("/annotations.jsonld?", "items"),
]


def walk(client: FlaskClient, address: str, member: str, relation: str) -> tuple[list[dict], str]:
    rows: list[dict] = []
    while True:
        answer = client.get(address)
        assert answer.status_code == 200
        rows += answer.json[member]
        beside = {
            link.split(";")[1].strip()[5:-1]: link.split(";")[0][1:-1]
            for link in answer.headers["Link"].split(", ")
        }
        if relation not in beside:
            return rows, beside["self"]
        address = beside[relation]


@pytest.mark.parametrize(("address", "member"), LISTS)
def test_walked_forth_and_back_a_list_is_whole(client: FlaskClient, address: str, member: str) -> None:
    whole = client.get(f"{address}&limit=10000").json[member]
    size = max(1, len(whole) // 4)
    rows, last = walk(client, f"{address}&limit={size}", member, "next")
    assert rows == whole
    assert len(whole) > 4
    back, first = walk(client, last, member, "prev")
    assert len(back) >= len(whole)
    assert "offset" not in first


def test_the_lineage_is_paged_too(client: FlaskClient) -> None:
    whole = client.get("/lineage.json?limit=1000").json
    rows, _ = walk(client, "/lineage.json?limit=20", "lineage", "next")
    assert rows == whole["lineage"]
    assert whole["numberMatched"] == whole["numberReturned"] == len(rows)


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "offset=-1", "limit=10001", "offset=1&offset=2"])
def test_an_impossible_window_is_refused(client: FlaskClient, query: str) -> None:
    for address in ("/passages.json", "/lineage.json", "/register.json", "/annotations.jsonld"):
        assert client.get(f"{address}?{query}").status_code == 400


def test_beyond_the_end_there_is_nothing(client: FlaskClient) -> None:
    answer = client.get("/passages.json?plan=heping-13&offset=100000").json
    assert answer["passages"] == []
    assert answer["numberMatched"] > 50
    assert [link["rel"] for link in answer["links"]] == ["self", "prev"]
