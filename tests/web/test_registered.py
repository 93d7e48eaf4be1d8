"""The register as page, JSON and CSV: the same rows, the same filters."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from app.atlas.store import Atlas
from app.atlas.words import REASONS
from app.language import gettext, speaking

NASTY_CELLS = ("=", "+", "-", "@")


def read_csv(client: FlaskClient, address: str) -> list[dict[str, str]]:
    response = client.get(address)
    assert response.status_code == 200
    assert response.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "query", ["", "?plan=hedong-14", "?reason=outside-reference", "?theme=projects&plan=heping-14"]
)
def test_page_json_and_csv_have_the_same_rows(client: FlaskClient, query: str) -> None:
    data = client.get(f"/register.json{query}").get_json()
    table = read_csv(client, f"/register.csv{query}")
    page = client.get(f"/register{query}").text
    assert data["numberMatched"] == len(data["register"]) == len(table) > 0
    assert [row["id"] for row in data["register"]] == [row["id"] for row in table]
    assert page.count('<th scope="row"><a href="/features/') == len(table)


def test_the_register_is_every_feature_without_geometry(client: FlaskClient, atlas: Atlas) -> None:
    missing = [feature.id for feature in atlas if feature.geometry is None]
    assert [row["id"] for row in client.get("/register.json").get_json()["register"]] == missing


def test_each_row_says_why_and_quotes_the_plan(client: FlaskClient, atlas: Atlas) -> None:
    for row in client.get("/register.json").get_json()["register"]:
        assert row["reason_title"] == REASONS[row["reason"]]
        assert row["cure"], row["id"]
        feature = atlas.feature(row["id"])
        assert feature is not None
        passages = feature.properties["passages"]
        assert row["passage"] == (passages[0]["exact"] if passages else "")
        assert row["first_passage"] == (passages[0] if passages else None)
        assert row["district"] in ("和平区", "河东区", "滨海新区")


def test_filters_narrow_together(client: FlaskClient) -> None:
    everything = client.get("/register.json").get_json()["register"]
    chosen = client.get("/register.json?plan=binhai-14&theme=projects").get_json()["register"]
    assert chosen == [r for r in everything if (r["plan"], r["theme"]) == ("binhai-14", "projects")]
    assert 0 < len(chosen) < len(everything)


def test_the_page_keeps_its_filters_and_hands_them_to_the_downloads(client: FlaskClient) -> None:
    text = client.get("/register?plan=hedong-14&reason=not-fixed").text
    assert '<option value="hedong-14" selected>' in text
    assert '<option value="not-fixed" selected>' in text
    assert 'href="/register.csv?plan=hedong-14&amp;reason=not-fixed"' in text
    assert 'href="/register.json?plan=hedong-14&amp;reason=not-fixed"' in text


def test_an_inferred_title_is_marked_in_the_table(client: FlaskClient) -> None:
    rows = client.get("/register.json?plan=binhai-14").get_json()["register"]
    inferred = [
        row
        for row in rows
        if row["first_passage"] and any(step["inferred"] for step in row["first_passage"]["path"])
    ]
    assert inferred
    for row in inferred:
        assert "（推定标题）" in row["section"]


@pytest.mark.parametrize(
    "query", ["?plan=heping-12", "?reason=forgotten", "?theme=moon", "?kind=zone", "?plan=a&plan=b"]
)
@pytest.mark.parametrize("ending", ["", ".json", ".csv"])
def test_an_unknown_filter_is_refused_with_a_sentence(client: FlaskClient, ending: str, query: str) -> None:
    response = client.get(f"/register{ending}{query}")
    assert response.status_code == 400
    if ending:
        assert response.mimetype == "application/problem+json"
    assert "Traceback" not in response.text


def test_no_cell_is_a_formula(nasty_client: FlaskClient) -> None:
    for address in ("/register.csv", "/findings.csv"):
        for row in read_csv(nasty_client, address):
            assert not any((cell or "").startswith(NASTY_CELLS) for cell in row.values())


def test_a_formula_in_a_name_is_disarmed(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    held: Atlas = client.application.extensions["atlas"]()
    first = {**held.register[0], "name": '=cmd|"/c calc"!A1', "cure": "@SUM(A1:A9)"}
    monkeypatch.setattr(held, "register", [first])
    (row,) = read_csv(client, "/register.csv")
    assert row["name"] == '\'=cmd|"/c calc"!A1'
    assert row["cure"] == "'@SUM(A1:A9)"
    (same,) = client.get("/register.json").get_json()["register"]
    assert same["name"] == first["name"]  # JSON is for programs: untouched


@pytest.mark.parametrize("address", ["/features.geojson", "/layers/hedong-14-projects.geojson"])
def test_registered_features_are_carried_or_left_out(client: FlaskClient, address: str) -> None:
    def features(query: str) -> list[dict[str, object]]:
        found: list[dict[str, object]] = client.get(f"{address}?{query}").get_json()["features"]
        return found

    page = "limit=10000&plan=hedong-14" if address == "/features.geojson" else ""
    everything, located = features(page), features(f"{page}&registered=false")
    assert features(f"{page}&registered=true") == everything
    assert located == [feature for feature in everything if feature["geometry"] is not None]
    assert len(located) < len(everything)
    for feature in everything:
        properties = feature["properties"]
        assert isinstance(properties, dict)
        assert (feature["geometry"] is None) == bool(properties["reason"])


@pytest.mark.parametrize("value", ["no", "0", "True", "false "])
def test_registered_takes_true_and_false_alone(client: FlaskClient, value: str) -> None:
    for address in ("/features.geojson", "/layers/hedong-14-projects.geojson"):
        response = client.get(address, query_string={"registered": value})
        assert response.status_code == 400
        assert "true 或 false" in response.get_json()["detail"]


def test_counts_of_a_page_without_registered_features(client: FlaskClient, atlas: Atlas) -> None:
    data = client.get("/features.geojson?registered=false&limit=1").get_json()
    assert data["numberMatched"] == sum(feature.geometry is not None for feature in atlas)
    assert "registered=false" in next(link["href"] for link in data["links"] if link["rel"] == "next")


def test_in_english_the_frame_is_english_and_what_the_plan_says_is_not(
    client: FlaskClient, atlas: Atlas
) -> None:
    page = client.get("/register?lang=en&plan=heping-14").text
    assert "<h1>Not on the map</h1>" in page
    heads = re.findall('<th scope="col">([^<]+)</th>', page)
    assert heads == ["Name and passage", "Plan and section", "Kind", "Reason", "What would locate it"]
    rows = [row for row in atlas.register if row["plan"] == "heping-14"]
    for row in rows:
        named = f'<span lang="zh-CN">{escape(row["name"])}</span> <span class="pinyin" lang="zh-Latn">'
        assert named in page, row["id"]
        assert verbatim_in_english(row["cure"]) in page, row["id"]
    told = {gettext_in_english(REASONS[row["reason"]]) for row in rows}
    assert told.isdisjoint(REASONS.values())
    for words in told:
        assert f"<td>{escape(words)}</td>" in page


def test_in_english_filters_and_downloads_stay_english_and_the_data_stay_the_same(
    client: FlaskClient,
) -> None:
    page = client.get("/register?lang=en&reason=not-fixed").text
    form = page.split('class="filters')[1].split("</form>")[0]
    assert '<input type="hidden" name="lang" value="en">' in form
    assert '<option value="not-fixed" selected>Site not yet fixed</option>' in form
    for ending in (".csv", ".json"):
        asked = f"/register{ending}?reason=not-fixed"
        if ending == ".csv":
            assert client.get(f"{asked}&lang=en").data == client.get(asked).data
        else:
            rows = client.get(f"{asked}&lang=en").get_json()["register"]
            assert rows == client.get(asked).get_json()["register"]


def gettext_in_english(message: str) -> str:
    with speaking("en"):
        return gettext(message)


def verbatim_in_english(text: str) -> str:
    return f'<span lang="zh-CN">{escape(text)}</span>'
