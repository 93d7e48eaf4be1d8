"""What lies over a feature and near it, in short: the same as the full answer says."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from app.atlas.pinyin import spelled
from app.atlas.store import Atlas
from app.web.around import MOST

PLACES = ("heping-13-wudadao", "heping-14-nanjinglu-dai", "binhai-14-tianjingang", "heping-2021-duolundao")


def test_a_feature_without_a_place_has_nothing_around_it(client: FlaskClient, atlas: Atlas) -> None:
    unplaced = next(feature for feature in atlas if feature.geometry is None)
    for tail in ("around", "around.json"):
        answer = client.get(f"/features/{unplaced.id}/{tail}")
        assert answer.status_code == 404
        assert "没有落图" in answer.text
        told = client.get(f"/features/{unplaced.id}/{tail}?lang=en").text
        assert spelled(str(unplaced.properties["name"])) in told
    assert "data-around" not in client.get(f"/features/{unplaced.id}/panel").text
    assert "data-around" not in client.get(f"/features/{unplaced.id}").text
    assert client.get("/features/no-such/around").status_code == 404


@pytest.mark.parametrize("place", PLACES)
def test_it_says_what_the_full_answer_says(client: FlaskClient, place: str) -> None:
    short = client.get(f"/features/{place}/around.json").get_json()
    full = {
        feature["id"]: feature["properties"]
        for feature in client.get(f"/here.geojson?feature={place}").get_json()["features"]
    }
    sure = {key: row for key, row in full.items() if row["relation"] != "possible"}
    assert short["overlapping"] == len(sure)
    assert len(short["overlaps"]) == min(MOST, len(sure))
    for row in short["overlaps"]:
        assert row["share_of_ground"] == sure[row["id"]]["share_of_ground"]
        assert row["overlap_ha"] == sure[row["id"]]["overlap_ha"]
    certain = [row["share_of_ground"] or 0 for row in short["overlaps"] if row["certainty"] != "indicative"]
    assert certain == sorted(certain, reverse=True)
    if certain:
        left_out = [row for key, row in sure.items() if key not in {each["id"] for each in short["overlaps"]}]
        assert all(
            (row["share_of_ground"] or 0) <= certain[-1]
            for row in left_out
            if row["certainty"] != "indicative"
        )


@pytest.mark.parametrize("place", PLACES)
def test_neighbours_are_the_nearest_that_lie_apart(client: FlaskClient, place: str) -> None:
    short = client.get(f"/features/{place}/around.json").get_json()
    full = client.get(f"/here.geojson?feature={place}&within={short['reach_m']}").get_json()["features"]
    apart = sorted(row["properties"]["distance_m"] for row in full if row["properties"]["relation"] == "near")
    assert [row["distance_m"] for row in short["neighbours"]] == apart[:MOST]


def test_the_fragment_names_them_in_the_same_order_and_leads_on(client: FlaskClient) -> None:
    data = client.get("/features/heping-13-wudadao/around.json").get_json()
    fragment = client.get("/features/heping-13-wudadao/around").text
    expected = [row["id"] for row in (*data["overlaps"], *data["neighbours"])]
    assert re.findall(r'data-select="([^"]+)"', fragment) == expected
    assert 'href="/here?feature=heping-13-wudadao"' in fragment
    assert f'<span class="count">{data["overlapping"]}</span>' in fragment


def test_the_panel_and_the_page_ask_for_it_when_they_stand(client: FlaskClient) -> None:
    for address in ("/features/heping-13-wudadao/panel", "/features/heping-13-wudadao"):
        page = client.get(address).text
        assert 'data-around="/features/heping-13-wudadao/around"' in page
        assert "与它交叠" not in page


def test_a_name_cannot_become_markup(nasty_client: FlaskClient, victim: str) -> None:
    over = nasty_client.get(f"/features/{victim}/around.json").get_json()["overlaps"][0]["id"]
    for place in (victim, over):
        assert "<script>alert" not in nasty_client.get(f"/features/{place}/around").text
