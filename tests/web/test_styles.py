"""Addresses of styles: media types, shapes, and words for what is wrong."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from app.atlas.store import Atlas


@pytest.mark.parametrize("ending", ["qml", "sld", "json"])
def test_every_theme_has_every_style(client: FlaskClient, atlas: Atlas, ending: str):
    for theme in atlas.themes:
        answer = client.get(f"/styles/{theme['id']}.{ending}")
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        if ending != "json":
            ET.fromstring(answer.get_data(as_text=True))


def test_the_whole_style_reads_every_layer_that_has_shapes(client: FlaskClient, atlas: Atlas):
    style = client.get("/styles/all.json").get_json(force=True)
    located = {layer["id"] for layer in atlas.layers if layer["located"]}
    assert set(style["sources"]) == located
    data = style["sources"]["heping-14-zones"]["data"]
    assert data == "http://localhost/layers/heping-14-zones.geojson?registered=false"
    assert client.get(data).get_json(force=True)["features"]
    assert style["metadata"]["dataVersion"] == atlas.version


def test_the_sprite_is_where_the_style_says(client: FlaskClient):
    base = client.get("/styles/zones.json").get_json(force=True)["sprite"]
    for ratio in ("", "@2x"):
        assert client.get(f"{base}{ratio}.json").get_json()["star"]["sdf"] is True
        picture = client.get(f"{base}{ratio}.png")
        assert picture.content_type == "image/png"
        assert picture.data.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/styles/nope.qml", 404, "没有编号为 nope 的专题"),
        ("/styles/..%2F..%2Fetc.sld", 404, ""),
        ("/styles/zones.qml?shape=polygon", 400, "参数 shape 应为 area（面）"),
        ("/styles/zones.sld?shape=area&shape=line", 400, "只能给出一次"),
        ("/styles/zones.json?shape=area", 400, "未知参数 shape"),
        ("/styles/sprite@3x.png", 404, "1 倍和 2 倍"),
    ],
)
def test_what_is_wrong_is_said(client: FlaskClient, address: str, status: int, words: str):
    answer = client.get(address)
    assert answer.status_code == status
    assert words in answer.get_data(as_text=True)


def test_the_page_links_to_styles_and_projects(client: FlaskClient, atlas: Atlas):
    page = client.get("/styles").get_data(as_text=True)
    assert "/qgis/plan-atlas.qgz" in page
    assert "/qgis/binhai-14-offline.zip" in page
    assert "/styles/zones.sld?shape=area" in page
    index = client.get("/styles.json").get_json()
    assert [row["id"] for row in index["styles"]] == [theme["id"] for theme in atlas.themes]
