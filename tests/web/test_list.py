"""The map as a table: every filter, sorting, paging, and downloads of just what is listed."""

from __future__ import annotations

import csv
import html
import io
import re
from collections import Counter
from urllib.parse import parse_qs

import pytest
from flask.testing import FlaskClient

from app.atlas.store import Atlas


def ids(client: FlaskClient, query: str) -> list[str]:
    answer = client.get(f"/features.geojson?limit=10000&{query}")
    assert answer.status_code == 200, answer.text
    return [feature["id"] for feature in answer.get_json()["features"]]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "zones"),
        ("district", "河东区"),
        ("certainty", "located"),
        ("certainty", "none"),
        ("method", "bounded"),
        ("status", "续建/建成"),
        ("level", "headline"),
        ("system", "三点开花、中间结果"),  # two plans use this name
    ],
)
def test_every_filter_takes_just_what_has_the_value(
    client: FlaskClient, atlas: Atlas, name: str, value: str
) -> None:
    expected = [feature.id for feature in atlas if feature.properties[name] == value]
    assert expected
    assert ids(client, f"{name}={value}") == expected
    assert f"<b>{len(expected)}</b>" in client.get(f"/features?{name}={value}").text


def test_filters_hold_together_and_in_downloads_too(client: FlaskClient, atlas: Atlas) -> None:
    expected = [
        f.id
        for f in atlas
        if f.properties["theme"] == "zones"
        and f.properties["certainty"] == "located"
        and (f.properties["tolerance_m"] or 0) < 100
    ]
    query = "theme=zones&certainty=located"
    body = client.get(f"/download?f=csv&{query}&filter=tolerance_m<100", buffered=True).data.decode(
        "utf-8-sig"
    )
    assert [row["id"] for row in csv.DictReader(io.StringIO(body))] == expected
    assert expected


def test_sorting_puts_what_has_no_value_last(client: FlaskClient, atlas: Atlas) -> None:
    by_id = {feature.id: feature.properties["tolerance_m"] for feature in atlas}
    for query, downwards in (("sortby=tolerance_m", False), ("sortby=-tolerance_m", True)):
        values = [by_id[found] for found in ids(client, query)]
        present = [value for value in values if value is not None]
        assert present == sorted(present, reverse=downwards)
        assert values[: len(present)] == present


def test_several_certainties_a_period_and_layers_are_conditions_too(
    client: FlaskClient, atlas: Atlas
) -> None:
    def expected(name: str, values: set[str]) -> list[str]:
        return [feature.id for feature in atlas if feature.properties[name] in values]

    assert ids(client, "certainty=located,none") == expected("certainty", {"located", "none"})
    assert ids(client, "period=annual") == expected("plan", {"heping-2021"})
    assert ids(client, "period=2021-2025") == expected("plan", {"heping-14", "hedong-14", "binhai-14"})
    layers = {"heping-13-zones", "binhai-14-ports"}
    assert ids(client, f"layers={','.join(layers)}") == expected("layer", layers)
    page = client.get(f"/features?certainty=located,none&layers={','.join(layers)}").text
    assert '<option value="located,none" selected>确定、未落图</option>' in page
    assert "只在图上打开的 2 个图层里" in page


def test_the_list_leads_to_the_map_with_its_conditions(client: FlaskClient) -> None:
    def way(query: str) -> dict[str, list[str]] | None:
        found = re.search(r'href="/\?([^"]+)">在地图上看<', client.get(f"/features?{query}").text)
        return parse_qs(html.unescape(found[1])) if found else None

    assert way("plan=binhai-14&theme=zones&status=新建") == {
        "plan": ["binhai-14"],
        "status": ["新建"],
        "layers": ["binhai-14-zones"],
    }
    assert way("system=北线&certainty=located,none") == {
        "system": ["北线"],
        "certainty": ["located"],
        "layers": ["all"],
    }
    assert way("certainty=none") is None  # nothing of it is on the map
    kept = way("period=annual")
    assert kept is not None
    assert all(layer.startswith("heping-2021-") for layer in kept["layers"][0].split(","))
    assert "不随“在地图上看”带去" in client.get("/features?q=公园").text


@pytest.mark.parametrize(
    "query",
    [
        "",
        "status=新建&district=和平区",
        "period=2016-2020&certainty=located,approximate",
        "system=五廊道&plan=binhai-14",
        "kind=park&level=project&method=near",
        "system=没有这个体系",
    ],
)
def test_the_map_counts_what_the_list_lists(client: FlaskClient, query: str) -> None:
    listed = client.get(f"/features.geojson?limit=10000&registered=false&{query}").get_json()["features"]
    counted = client.get(f"/map/counts.json?{query}").get_json()
    assert counted["layers"] == dict(Counter(feature["properties"]["layer"] for feature in listed))
    assert counted["located"] == len(listed)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("period=十四五", "2021-2025"),
        ("certainty=located,located", "两次"),
        ("certainty=sure", "located"),
        ("q=园", "未知参数"),
    ],
)
def test_the_map_counts_nothing_that_it_does_not_understand(
    client: FlaskClient, query: str, words: str
) -> None:
    answer = client.get(f"/map/counts.json?{query}")
    assert answer.status_code == 400
    assert words in answer.get_json()["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "layers=nowhere",
        "period=2021",
        "sortby=colour",
        "sortby=--name",
        "sortby=passages",
        "certainty=sure",
        "status=x",
        "level=high",
    ],
)
def test_what_is_unknown_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/features.geojson?{query}").status_code == 400


def test_a_column_sorts_up_then_down_and_keeps_the_filters(client: FlaskClient) -> None:
    page = client.get("/features?plan=heping-14&sortby=name").text
    assert 'aria-sort="ascending"' in page
    assert re.search(r'href="/features\?plan=heping-14&amp;sortby=-name"', page)
    page = client.get("/features?plan=heping-14&sortby=-name").text
    assert 'aria-sort="descending"' in page


def test_pages_follow_one_another(client: FlaskClient, atlas: Atlas) -> None:
    seen: list[str] = []
    address = "/features?sortby=plan"
    while address:
        page = client.get(address).text
        seen += re.findall(r'<th scope="row"><a href="/features/([a-z0-9-]+)"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert sorted(seen) == sorted(feature.id for feature in atlas)


def test_each_row_leads_to_the_map_or_to_the_reason(client: FlaskClient, atlas: Atlas) -> None:
    located = next(f for f in atlas if f.geometry is not None)
    assert f'href="/?feature={located.id}"' in client.get("/features").text
    assert "原因" in client.get("/features?certainty=none").text
