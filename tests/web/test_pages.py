"""Every page answers, is safe, and says what it must."""

from __future__ import annotations

import gzip
import re

import pytest
from flask.testing import FlaskClient

from app.atlas.store import Atlas
from tests.web.conftest import NASTY

PAGES = [
    "/",
    "/?feature=heping-13-wudadao",
    "/features",
    "/features?q=五大道&plan=heping-13&kind=zone&limit=5",
    "/features/heping-13-wudadao",
    "/layers",
    "/layers/heping-13-zones",
    "/register",
    "/findings",
    "/about",
]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_answers_in_chinese(client: FlaskClient, address: str):
    response = client.get(address)
    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    assert '<html lang="zh-CN">' in response.text
    assert re.search(r"<title>[^<]*津图", response.text)


@pytest.mark.parametrize("address", [*PAGES, "/not-there", "/features.geojson", "/features.geojson?bbox=1"])
def test_every_answer_carries_the_security_headers(client: FlaskClient, address: str):
    headers = client.get(address).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


def test_only_the_map_may_load_tiles_and_only_from_basemap_hosts(client: FlaskClient):
    images = re.search(r"img-src ([^;]+);", client.get("/").headers["Content-Security-Policy"])
    assert images
    assert images[1].split() == [
        "'self'",
        "data:",
        "https://tile.openstreetmap.org",
        *(f"https://webrd0{n}.is.autonavi.com" for n in range(1, 5)),
    ]
    assert "openstreetmap" not in client.get("/about").headers["Content-Security-Policy"]


def test_inline_scripts_run_by_a_fresh_nonce_only(client: FlaskClient):
    nonces = set()
    for _ in range(2):
        response = client.get("/")
        found = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", response.text)
        assert len(found) == 1
        nonce = re.search(r'nonce="([^"]+)"', found[0])
        assert nonce
        assert f"'nonce-{nonce[1]}'" in response.headers["Content-Security-Policy"]
        nonces.add(nonce[1])
    assert len(nonces) == 2


def test_the_map_page_is_small_and_holds_no_layer_data(client: FlaskClient):
    page = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    assert len(page.data) < 60_000
    text = gzip.decompress(page.data).decode()
    assert "coordinates" not in text
    assert "五大道洋楼经济核心区" not in text


def test_pages_ask_for_nothing_off_this_host(client: FlaskClient):
    for address in PAGES:
        text = client.get(address).text
        assert not re.search(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(?:https?:)?//', text), address


def test_all_links_to_assets_answer_and_may_be_kept(client: FlaskClient):
    text = client.get("/").text + client.get("/features/heping-13-wudadao").text
    assets = set(re.findall(r'"(/(?:own|assets)/[^"]+)"', text))
    assert len(assets) >= 7
    for asset in assets:
        response = client.get(asset)
        assert response.status_code == 200, asset
        assert "immutable" in response.headers["Cache-Control"]


def test_every_script_module_imports_files_that_exist(client: FlaskClient):
    entry = re.search(r'from "(/own/[^"]+/js/)atlas.js"', client.get("/").text)
    assert entry
    waiting, seen = ["atlas.js"], set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        response = client.get(entry[1] + name)
        assert response.content_type == "text/javascript; charset=utf-8", name
        assert "eval(" not in response.text
        assert "innerHTML" not in response.text
        waiting += set(re.findall(r'from "\./([^"]+)"', response.text)) - seen - set(waiting)
    assert {"layers.js", "panel.js", "search.js", "gcj02.js"} <= seen


def test_an_old_version_of_our_files_is_served_but_not_kept(client: FlaskClient):
    response = client.get("/own/000000000000/css/base.css")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("address", ["/own/x/js/none.js", "/own/x/../../settings.py", "/assets/none.js"])
def test_no_other_file_is_served(client: FlaskClient, address: str):
    assert client.get(address).status_code == 404


def test_a_feature_page_shows_everything_that_is_known(client: FlaskClient, atlas: Atlas):
    feature = atlas.feature("heping-13-wudadao")
    assert feature is not None
    text = re.sub(r"</?mark>", "", client.get("/features/heping-13-wudadao").text)
    for words in ("五大道小洋楼历史文化体验区", "功能区", "改造提升", "和平区", "六区联动", "落图依据"):
        assert words in text
    assert "1.49 平方公里" in text
    assert f"{feature.properties['computed_area_km2']:.2f} 平方公里" in text
    for passage in feature.properties["passages"]:
        assert passage["exact"].split("\n")[0][:40] in text
        assert passage["path"][0]["label"] in text
    for item in feature.properties["evidence"]:
        assert item["note"] in text


def test_an_inferred_title_is_marked_wherever_it_stands(client: FlaskClient, atlas: Atlas):
    found = [
        feature
        for feature in atlas
        if any(step["inferred"] for passage in feature.properties["passages"] for step in passage["path"])
    ]
    assert found, "binhai-14 has lost headings; their titles are inferred"
    for feature in found[:10]:
        assert "推定标题" in client.get(f"/features/{feature.id}/panel").text, feature.id
    assert "推定标题" not in client.get("/features/heping-13-wudadao").text


def test_a_feature_without_a_place_says_why(client: FlaskClient, atlas: Atlas):
    row = next(row for row in atlas.register if row["reason"] == "no-place-name")
    text = client.get(f"/features/{row['id']}").text
    assert "未落图" in text
    assert "文中没有写明地点" in text
    assert "plan-map" not in text


def test_the_register_lists_every_feature_that_is_not_located(client: FlaskClient, atlas: Atlas):
    text = client.get("/register").text
    missing = [feature.id for feature in atlas if feature.geometry is None]
    assert missing
    for feature_id in missing:
        assert f"/features/{feature_id}" in text


def test_every_feature_has_a_panel_and_a_page(client: FlaskClient, atlas: Atlas):
    for feature in atlas:
        panel = client.get(f"/features/{feature.id}/panel")
        assert panel.status_code == 200, feature.id
        assert f'data-feature-id="{feature.id}"' in panel.text
    for feature in list(atlas)[::25]:
        assert client.get(f"/features/{feature.id}").status_code == 200, feature.id


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/?feature={id}",
        "/features",
        "/features/{id}",
        "/features/{id}/panel",
        "/layers",
        "/layers/heping-13-zones",
        "/register",
        "/findings",
        "/about",
    ],
)
def test_nasty_words_stay_words(nasty_client: FlaskClient, victim: str, address: str):
    text = nasty_client.get(address.format(id=victim)).text
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "{{ 7*7 }}" in text or address == "/?feature={id}"  # neither run nor lost
    assert NASTY not in text


def test_nasty_words_cannot_leave_the_json_or_the_script(nasty_client: FlaskClient, victim: str):
    for address in (f"/features/{victim}.geojson", "/search.json?q=五大道", "/map/heping-13-zones.geojson"):
        response = nasty_client.get(address)
        assert response.is_json or response.mimetype == "application/geo+json"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    script = nasty_client.get("/").text.split('<script type="module"')[1]
    assert script.count("</script") == 1


def test_the_next_page_of_the_list_keeps_its_filter(client: FlaskClient):
    text = client.get("/features?plan=binhai-14&limit=20").text
    assert 'href="/features?plan=binhai-14&amp;limit=20&amp;offset=20"' in text
    second = client.get("/features?plan=binhai-14&limit=20&offset=20").text
    assert 'rel="prev"' in second
    assert "heping" not in re.sub(r"<form.*?</form>", "", second, flags=re.S)
