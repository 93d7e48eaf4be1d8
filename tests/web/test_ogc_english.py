"""The services in English: what they tell of themselves is said in it, the data are what they always were."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient

from app.atlas.store import Atlas
from tests.chinese import is_chinese
from tests.web.reading import Page

ITEMS = "/ogc/collections/features/items"
TILE = "/ogc/tiles/WebMercatorQuad/10/390/845"


def test_the_service_tells_of_itself_in_english(client: FlaskClient, atlas: Atlas) -> None:
    chinese, english = (client.get(f"/ogc{query}").get_json() for query in ("", "?lang=en"))
    assert chinese["title"] == "津图 Plan Atlas · OGC API"
    assert english["title"] == "Plan Atlas · OGC API"
    assert [link["href"] for link in english["links"]] == [link["href"] for link in chinese["links"]]
    assert not [link["title"] for link in english["links"] if is_chinese(link["title"])]
    told = client.get("/ogc/collections?lang=en").get_json()["collections"]
    titles = {row["id"]: row["title"] for row in told}
    assert {row["id"]: row["title_en"] for row in atlas.layers}.items() <= titles.items()
    assert not [row["title"] for row in told if is_chinese(row["title"])]
    layer = atlas.layers[0]
    area = client.get(f"/ogc/collections/{layer['id']}.area?lang=en").get_json()
    assert area["title"] == f"{layer['title_en']} (areas)"
    assert area["description"].endswith(f"{layer['title']}（面）.")
    # who asks for nothing is told what he was told before
    assert client.get(f"/ogc/collections/{layer['id']}").get_json()["title"] == layer["title"]


def test_the_definition_says_every_word_in_english_and_promises_the_language(client: FlaskClient) -> None:
    body = client.get("/ogc/api?lang=en").get_json(force=True)
    words = re.findall(r'"(?:description|summary)": ?"([^"]*)"', json.dumps(body, ensure_ascii=False))
    assert len(words) > 100
    assert [text for text in words if is_chinese(text)] == []
    assert body["components"]["parameters"]["lang"]["schema"]["enum"] == ["zh", "en"]
    reference = {"$ref": "#/components/parameters/lang"}
    assert all(reference in path["get"]["parameters"] for path in body["paths"].values())


def test_data_are_the_same_in_every_language(client: FlaskClient) -> None:
    chinese, english = (
        client.get(f"{ITEMS}?limit=3{more}").get_json(force=True) for more in ("", "&lang=en")
    )
    assert english["features"] == chinese["features"]
    tiles = [client.get(f"{TILE}{more}") for more in ("", "?lang=en")]
    assert tiles[0].status_code == tiles[1].status_code == 200
    assert tiles[0].data == tiles[1].data
    # a cache must not give one reader the other's words
    assert client.get("/ogc").headers["ETag"] != client.get("/ogc?lang=en").headers["ETag"]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (f"{ITEMS}?lang=en&nope=1", "Unknown parameter nope."),
        (f"{ITEMS}?lang=en&bbox=1,2,3", "3 numbers were given."),
        (
            f"{ITEMS}?lang=en&bbox=118,39,117,40&bbox-crs=EPSG:4490",
            "latitude (north) before",
        ),
        (f"{ITEMS}?lang=en&sortby=colour", "cannot be sorted by"),
        (f"{ITEMS}?lang=en&tolerance_m=far", "must be a number."),
        (f"{ITEMS}?lang=en&datetime=yesterday", "an instant or an interval"),
        ("/ogc/collections/nowhere?lang=en", "no collection with the id nowhere"),
        ("/ogc/tiles/WebMercatorQuad/1/2/0?lang=en", "no such tile"),
        ("/ogc/tiles/WorldCRS84Quad?lang=en", "no tile matrix set WorldCRS84Quad"),
        ("/ogc?lang=en&f=xml", "this address has: json, html."),
    ],
)
def test_refusals_are_said_in_english(client: FlaskClient, path: str, said: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (400, 404)
    assert said in answer.get_json(force=True)["detail"]
    assert not is_chinese(answer.get_json(force=True)["detail"])


@pytest.mark.parametrize("query", ["lang=fr", "lang=en&lang=zh", "lang=EN"])
def test_a_language_is_asked_for_strictly(client: FlaskClient, query: str) -> None:
    for path in ("/ogc", ITEMS, TILE):
        assert client.get(f"{path}?{query}").status_code == 400


def test_pages_lead_to_english_pages_and_programs_to_plain_addresses(client: FlaskClient) -> None:
    pages = ("", "/collections", "/collections/features", "/collections/heping-13-zones/items", "/api")
    for path in pages:
        page = Page(client.get(f"/ogc{path}?f=html&lang=en").text)
        own = [href for href, hreflang in page.links if "/ogc" in href and not hreflang]
        assert own
        assert [href for href in own if "lang=en" not in href] == []
    landing = client.get("/ogc?f=html&lang=en").text
    assert "<code>http://localhost/ogc</code>" in landing
    assert "items?filter=kind=&#39;zone&#39;" in landing or "items?filter=kind='zone'" in landing
    related = client.get("/ogc/collections/heping-13-zones?f=html&lang=en").text
    assert 'href="http://localhost/layers/heping-13-zones?lang=en"' in related
