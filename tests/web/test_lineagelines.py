"""Lineage as lines: every relation leads from where its old name stands to where its new one does."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from shapely.geometry import Point, shape

from app.atlas.store import Atlas
from tests.web.conftest import NASTY

PAIRS = (("heping-13", "heping-14"), ("heping-14", "heping-2021"), ("heping-13", "heping-2021"))


def rows_of(client: FlaskClient, old: str, new: str) -> dict[str, dict]:
    answer = client.get(f"/compare.geojson?from={old}&to={new}")
    assert answer.mimetype == "application/geo+json"
    assert answer.json["dataVersion"]
    return {row["id"]: row for row in answer.json["features"]}


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_every_relation_of_two_plans_is_there_with_both_its_ends(
    client: FlaskClient, atlas: Atlas, old: str, new: str
):
    found = rows_of(client, old, new)
    wanted = [row for row in atlas.lineage if (row["from_plan"], row["to_plan"]) == (old, new)]
    assert list(found) == [row["id"] for row in wanted]
    for row in wanted:
        drawn = found[row["id"]]["properties"]
        assert drawn["note"] == row["note"]
        for end in ("from", "to"):
            assert [place["id"] for place in drawn[end]] == row[end]
            for place in drawn[end]:
                feature = atlas.feature(place["id"])
                assert feature is not None
                assert place["name"] in drawn["sentence"]
                assert (place["at"] is None) == (feature.geometry is None)
                if feature.geometry is not None:
                    assert (
                        feature.geometry.distance(Point(place["at"])) < 1e-5
                    )  # degrees; a line's is rounded


def test_lines_lead_from_old_to_new(client: FlaskClient):
    row = rows_of(client, "heping-13", "heping-14")["jiefangbeilu-qu"]
    ends = [place["at"] for place in row["properties"]["from"]]
    (new,) = [place["at"] for place in row["properties"]["to"]]
    assert len(ends) == 2
    starts = {
        tuple(line.coords[0]) for line in getattr(shape(row["geometry"]), "geoms", [shape(row["geometry"])])
    }
    assert starts == {tuple(end) for end in ends if end != new}


def test_what_coincides_what_is_dropped_and_what_is_not_located_is_no_line(client: FlaskClient):
    found = rows_of(client, "heping-13", "heping-14")
    kinds = {row["properties"]["kind"] for row in found.values()}
    assert {"dropped", "carried-over", "renamed", "merged", "split", "extended"} == kinds
    for row in found.values():
        ends = [[place["at"] for place in row["properties"][end]] for end in ("from", "to")]
        pairs = [(old, new) for old in ends[0] if old for new in ends[1] if new]
        if row["properties"]["kind"] == "dropped":
            kind = "point" if any(ends[0]) else None
        elif not pairs:
            kind = None
        else:
            kind = "line" if any(old != new for old, new in pairs) else "point"
        geometry = row["geometry"]
        assert (geometry and ("line" if "Line" in geometry["type"] else "point")) == kind, row["id"]
    # both ends of 华胜村 are named only, so no map can show them
    assert [row["id"] for row in found.values() if row["geometry"] is None]


def test_the_sentence_says_what_became_of_it_and_speaks_english_too(client: FlaskClient):
    renamed = rows_of(client, "heping-13", "heping-14")["wudadao-qu"]["properties"]
    assert renamed["sentence"] == (
        "和平十三五的“五大道小洋楼历史文化体验区”更名为和平十四五的“五大道洋楼经济核心区”"
    )
    english = client.get("/compare.geojson?from=heping-13&to=heping-14&lang=en").json["features"]
    said = {row["id"]: row["properties"] for row in english}["wudadao-qu"]
    assert "was renamed" in said["sentence"]
    assert "五大道洋楼经济核心区" in said["sentence"]


def test_the_page_offers_each_line_that_it_can_draw(client: FlaskClient):
    page = client.get("/compare?from=heping-13&to=heping-14").text
    for row in rows_of(client, "heping-13", "heping-14").values():
        assert (f'data-relation="{row["id"]}"' in page) == (row["geometry"] is not None)
        assert (row["geometry"] is None) or f'id="end-{row["properties"]["kind"]}"' in page


@pytest.mark.parametrize("address", ["/compare.geojson?from=heping-13", "/compare.geojson?view=swipe"])
def test_what_cannot_be_asked_is_refused(client: FlaskClient, address: str):
    assert client.get(address).status_code == 400


def test_names_that_attack_stay_data(nasty_client: FlaskClient):
    answer = nasty_client.get("/compare.geojson?from=heping-13&to=heping-14")
    assert answer.mimetype == "application/geo+json"
    assert any(NASTY in row["properties"]["sentence"] for row in answer.json["features"])
