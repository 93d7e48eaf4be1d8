"""The coverage page: computed numbers, and the sentences to look at."""

from __future__ import annotations

import html

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from app.atlas.store import Atlas


def test_the_json_is_the_computed_document(client: FlaskClient, atlas: Atlas) -> None:
    data = client.get("/coverage.json").get_json()
    assert data.pop("dataVersion") == atlas.version
    assert data == atlas.coverage


def test_a_plan_can_be_asked_for(client: FlaskClient, atlas: Atlas) -> None:
    data = client.get("/coverage.json?plan=heping-13").get_json()
    assert [plan["id"] for plan in data["plans"]] == ["heping-13"]
    assert {row["plan"] for row in data["missed"]} <= {"heping-13"}
    assert "totals" not in data


def test_the_page_shows_the_totals_of_the_atlas(client: FlaskClient, atlas: Atlas) -> None:
    text = client.get("/coverage").text
    registered = sum(feature.geometry is None for feature in atlas)
    assert f"收了 <b>{len(atlas)}</b> 个：落图 <b>{len(atlas) - registered}</b> 个" in text
    for plan in atlas.plans:
        assert f'href="/coverage?plan={plan["id"]}"' in text


@pytest.mark.parametrize("plan", ["heping-13", "heping-14", "heping-2021", "hedong-14", "binhai-14"])
def test_a_plans_page_has_all_chapters_themes_and_sentences(
    client: FlaskClient, atlas: Atlas, plan: str
) -> None:
    text = client.get(f"/coverage?plan={plan}").text
    row = next(row for row in atlas.coverage["plans"] if row["id"] == plan)
    for chapter in row["chapters"]:
        assert str(escape(chapter["label"])) in text
    for theme in row["themes"]:
        assert f'href="/layers/{plan}-{theme["id"]}"' in text
    missed = [item for item in atlas.coverage["missed"] if item["plan"] == plan]
    assert text.count('<td class="passage">') == len(missed)
    bare = html.unescape(text.replace("<mark>", "").replace("</mark>", ""))
    for item in missed:
        assert item["exact"] in bare


@pytest.mark.parametrize("query", ["?plan=heping-12", "?theme=zones"])
@pytest.mark.parametrize("ending", ["", ".json"])
def test_an_unknown_filter_is_refused(client: FlaskClient, ending: str, query: str) -> None:
    assert client.get(f"/coverage{ending}{query}").status_code == 400


@pytest.mark.parametrize("address", ["/coverage", "/coverage?plan=heping-13"])
def test_nasty_words_stay_words(nasty_client: FlaskClient, address: str) -> None:
    text = nasty_client.get(address).text
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "{{ 7*7 }}" in text
