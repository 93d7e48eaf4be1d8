"""The map as a table: every filter, sorting, paging, and downloads of just what is listed."""

from __future__ import annotations

import csv
import io
import re

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


@pytest.mark.parametrize(
    "query", ["sortby=colour", "sortby=--name", "sortby=passages", "certainty=sure", "status=x", "level=high"]
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
