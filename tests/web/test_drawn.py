"""What the pages' maps draw stands under addresses that a browser may keep."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from app.atlas.store import Atlas
from app.web.assets import modules, own_files
from app.web.drawn import data_version


def test_data_under_todays_version_may_be_kept_and_under_another_not(client: FlaskClient, atlas: Atlas):
    version = data_version(atlas)
    for name in ("map/heping-13-zones.geojson", "backdrop/land.geojson", "layers.json?ids=heping-13-zones"):
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
    assert len(named) == 7
    for address in named:
        assert "immutable" in client.get(address).headers["Cache-Control"], address
    assert 'rel="preload"' not in client.get("/?layers=heping-13-zones").text, "other layers than usual"


def test_a_map_names_every_script_it_imports(client: FlaskClient):
    files = own_files()[1]
    found = modules("js/atlas.js")
    for name in found:
        for near in re.findall(r'\bfrom "\./([^"]+)"', files[name].decode()):
            assert f"js/{near}" in found
    for address in ("/", "/features/heping-13-wudadao", "/plans/heping-13", "/here?at=117.2,39.11"):
        page = client.get(address).text
        assert len(re.findall(r'rel="modulepreload"', page)) == len(found), address
