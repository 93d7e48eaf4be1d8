"""The download menu in a browser: by mouse, by keyboard, on a phone, without leaving the page."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import Page

from app.atlas.query import Query
from app.atlas.store import Atlas
from tests.browser.conftest import Opener, Watch

pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], None]


def test_what_the_map_shows_can_be_taken_away(
    open_page: Opener, watch: Watch, atlas: Atlas, shot: Shot
) -> None:
    page = open_page("/#14/39.11200/117.19500")
    page.locator(".downloads summary").click()
    shot(page, "download-map")
    page.get_by_label("只要图上看到的范围").check()
    page.locator(".downloads select[name=plan]").select_option("heping-13")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="GeoJSON").click()
    path = waiting.value.path()
    assert waiting.value.suggested_filename == "heping-13.geojson"
    ids = {row["id"] for row in json.loads(path.read_bytes())["features"]}
    everything = {item.id for item in atlas.stream(Query(plan="heping-13"))}
    assert "heping-13-wudadao" in ids
    assert 0 < len(ids) < len(everything)
    assert ids < everything
    assert page.url.split("#")[0].endswith("/")
    assert watch.off_host == []
    assert watch.errors == []


def test_the_menu_works_by_keyboard_and_closes_with_escape(open_page: Opener) -> None:
    page = open_page("/")
    page.locator(".downloads summary").focus()
    page.keyboard.press("Enter")
    assert page.locator(".downloads").get_attribute("open") is not None
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "plan"
    page.keyboard.press("Escape")
    assert page.locator(".downloads").get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_layer_comes_as_a_geopackage_in_another_system(open_page: Opener, atlas: Atlas, shot: Shot) -> None:
    page = open_page("/layers/heping-13-zones", ready=False)
    page.locator(".downloads summary").click()
    shot(page, "download-layer")
    page.locator(".downloads select[name=crs]").select_option("EPSG:4548")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="GeoPackage").click()
    assert waiting.value.suggested_filename == "heping-13-zones-EPSG4548.gpkg"
    with closing(sqlite3.connect(waiting.value.path())) as db:
        (count,) = db.execute('SELECT count(*) FROM "heping-13-zones"').fetchone()
    assert count == len(list(atlas.stream(Query(layer="heping-13-zones"))))


@pytest.mark.parametrize(
    ("name", "address"),
    [("map", "/"), ("layer", "/layers/heping-13-zones"), ("list", "/features?plan=heping-13")],
)
def test_the_menu_fits_a_phone(open_page: Opener, shot: Shot, name: str, address: str) -> None:
    page = open_page(address, phone=True, ready=address == "/")
    page.locator(".downloads summary").tap()
    menu = page.locator(".downloads-menu").bounding_box()
    assert menu is not None
    assert menu["x"] >= 0
    assert menu["x"] + menu["width"] <= 390
    heights = page.locator(".downloads-menu button").evaluate_all(
        "buttons => buttons.map(button => button.getBoundingClientRect().height)"
    )
    assert min(heights) >= 44
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shot(page, f"download-phone-{name}")
