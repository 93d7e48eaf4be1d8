"""What the pages' maps draw stands under addresses that a browser may keep."""

from __future__ import annotations

import gzip
import re
from html import unescape
from typing import Any

import mapbox_vector_tile
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.atlas.store import Atlas
from app.web.assets import modules, own_files
from app.web.drawn import data_version


def test_data_under_todays_version_may_be_kept_and_under_another_not(client: FlaskClient, atlas: Atlas):
    version = data_version(atlas)
    for name in ("map/heping-13-zones.geojson", "tiles/12/3381/1563.mvt", "layers.json?ids=heping-13-zones"):
        today = client.get(f"/data/{version}/{name}")
        old = client.get(f"/data/{'0' * 12}/{name}")
        assert "immutable" in today.headers["Cache-Control"]
        assert old.headers["Cache-Control"] == "no-cache"
        assert today.data == old.data
    assert client.get("/map/heping-13-zones.geojson").headers["Cache-Control"] == "no-cache"


def test_several_layers_come_as_they_come_alone(client: FlaskClient, atlas: Atlas):
    ids = ["heping-13-zones", "binhai-14-ports"]
    data = client.get(f"/data/{data_version(atlas)}/layers.json?ids={','.join(ids)}").get_json()
    assert list(data) == ids
    for name in ids:
        assert data[name] == client.get(f"/map/{name}.geojson").get_json(force=True)


def test_names_come_spelled_to_readers_of_english_only(client: FlaskClient, atlas: Atlas):
    def names(address: str) -> dict[str, str | None]:
        features = client.get(address).get_json(force=True)["features"]
        return {feature["properties"]["name"]: feature["properties"].get("pinyin") for feature in features}

    chinese, english = names("/map/heping-13-zones.geojson"), names("/map/heping-13-zones.geojson?lang=en")
    assert set(chinese.values()) == {None}
    assert chinese.keys() == english.keys()
    assert english["五大道小洋楼历史文化体验区"] == atlas.document("spellings")["五大道小洋楼历史文化体验区"]
    assert all(english.values())


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("?ids=", 400),
        ("?ids=,", 400),
        ("?ids=heping-13-zones,heping-13-zones", 400),
        ("?ids=heping-13-zones,none", 404),
        ('?ids="},{"', 404),
        ("?ids=heping-13-zones&limit=1", 400),
    ],
)
def test_a_wrong_list_of_layers_is_refused(client: FlaskClient, query: str, status: int):
    response = client.get(f"/data/x/layers.json{query}")
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"


def test_the_first_view_names_all_it_will_ask_for(client: FlaskClient):
    page = client.get("/").text
    named = [unescape(address) for address in re.findall(r'rel="preload"[^>]* href="([^"]+)"', page)]
    assert len([address for address in named if "/tiles/12/" in address]) >= 2
    assert len([address for address in named if "/layers.json?" in address]) == 1
    for address in named:
        assert "immutable" in client.get(address).headers["Cache-Control"], address
    assert 'rel="preload"' not in client.get("/?layers=heping-13-zones").text, "other layers than usual"


def tile_layers(response: TestResponse) -> dict[str, Any]:
    decoded: dict[str, Any] = mapbox_vector_tile.decode(response.data)
    return decoded


def test_a_tile_of_the_backdrop_comes_packed_and_may_be_kept(client: FlaskClient, atlas: Atlas):
    address = f"/data/{data_version(atlas)}/tiles/13/6762/3127.mvt"
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert packed.mimetype == plain.mimetype == "application/vnd.mapbox-vector-tile"
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data)
    assert {"sea", "land", "streets", "main", "landmarks"} <= set(tile_layers(plain))
    for response in (plain, packed):
        assert "immutable" in response.headers["Cache-Control"]
        assert "Accept-Encoding" in response.headers["Vary"]
        again = client.get(address, headers={"If-None-Match": response.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_where_nothing_is_known_a_tile_is_empty_and_stays_so(client: FlaskClient, atlas: Atlas):
    for place in ("8/0/0", "13/0/8191"):
        response = client.get(f"/data/{data_version(atlas)}/tiles/{place}.mvt")
        assert (response.status_code, response.data) == (204, b"")
        assert "immutable" in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("7/0/0", "级"),
        ("14/0/0", "级"),
        ("19/0/0", "级"),
        ("8/256/0", "256"),
        ("8/0/256", "256"),
        ("8/-1/0", "整数"),
        ("8/1.5/0", "整数"),
        ("8/0/<b>", "整数"),
        ("八/0/0", "整数"),
        ("8/0/" + "9" * 40, "整数"),
    ],
)
def test_a_tile_that_cannot_be_is_refused_with_a_sentence(client: FlaskClient, place: str, says: str):
    response = client.get(f"/data/x/tiles/{place}.mvt")
    assert response.status_code == 404
    assert response.mimetype == "application/problem+json"
    assert says in response.get_json(force=True)["detail"]
    assert client.get("/data/x/tiles/8/210/97.mvt?limit=1").status_code == 400


def test_a_map_names_every_script_it_imports(client: FlaskClient):
    files = own_files()[1]
    found = modules("js/atlas.js")
    for name in found:
        for near in re.findall(r'\bfrom "\./([^"]+)"', files[name].decode()):
            assert f"js/{near}" in found
    for address in ("/", "/features/heping-13-wudadao", "/plans/heping-13", "/here?at=117.2,39.11"):
        page = client.get(address).text
        assert len(re.findall(r'rel="modulepreload"', page)) == len(found), address
