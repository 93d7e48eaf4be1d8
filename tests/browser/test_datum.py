"""Under 高德, which is GCJ-02, the layers are drawn in GCJ-02; what is exported stays WGS84."""

from __future__ import annotations

import math
import re

import pytest
import shapely
from playwright.sync_api import Page, Route, expect

from app.atlas.store import Atlas
from app.places.datum import wgs84_to_gcj02
from tests.browser.conftest import Opener, Watch

pytestmark = pytest.mark.browser
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63f8ffff3f0005fe02"
    "fea735a1c20000000049454e44ae426082"
)


def module_url(page: Page) -> str:
    found = re.search(r'from "(/own/[^"]+/js/)atlas.js"', page.content())
    assert found
    return f"{found[1]}gcj02.js"


def test_the_shift_in_the_browser_is_the_one_of_the_place_room(open_page: Opener):
    page = open_page("/about", ready=False)
    home = page.context.new_page()
    home.goto(page.url.replace("/about", "/"))
    url = module_url(home)
    points = [(116.7 + i * 0.1, 38.5 + j * 0.15) for i in range(15) for j in range(13)]
    shifted = home.evaluate(
        "async ([url, points]) => { const m = await import(url);"
        " return points.map(p => [m.toGcj02(...p), m.fromGcj02(...m.toGcj02(...p))]); }",
        [url, points],
    )
    for point, (there, back) in zip(points, shifted, strict=True):
        wanted = wgs84_to_gcj02(shapely.Point(point))
        assert there == pytest.approx((wanted.x, wanted.y), abs=1e-9)
        assert back == pytest.approx(point, abs=1e-9)


def test_the_control_point_moves_by_half_a_kilometre(open_page: Opener):
    page = open_page("/")
    there = page.evaluate("async url => (await import(url)).toGcj02(117.2042, 39.1353)", module_url(page))
    assert there == pytest.approx((117.2103, 39.1365), abs=2e-4)  # 天津站


def pixel_to_degrees(page: Page, x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude in the tiles' own datum of a point on screen, read off a tile's place."""
    src, left, top, size = page.evaluate(
        "() => { const t = document.querySelector('img.leaflet-tile-loaded');"
        " const r = t.getBoundingClientRect(); return [t.src, r.left, r.top, r.width]; }"
    )
    found = re.search(r"x=(\d+)&y=(\d+)&z=(\d+)", src)
    assert found
    column, row, zoom = map(int, found.groups())
    east = (column + (x - left) / size) / 2**zoom
    south = (row + (y - top) / size) / 2**zoom
    return east * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * south))))


def test_under_gaode_a_zone_lies_where_gcj02_has_it(open_page: Opener, watch: Watch, atlas: Atlas):
    page = open_page("/?feature=heping-13-wudadao")
    page.route("**/*.is.autonavi.com/**", answer)
    page.wait_for_selector(".leaflet-highlight-pane path")
    page.wait_for_timeout(600)
    before = page.url
    assert watch.off_host == [], "no tile is asked for before a reader picks an online basemap"

    page.locator('input[value="gaode"]').check(force=True)
    notice = page.locator("#datum-notice")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text("GCJ-02")
    page.wait_for_selector("img.leaflet-tile-loaded")
    page.wait_for_timeout(400)
    assert {re.sub(r"https://webrd0\d\.|/appmaptile.*", "", url) for url in watch.off_host} == {
        "is.autonavi.com"
    }
    feature = atlas.feature("heping-13-wudadao")
    assert feature is not None
    assert feature.geometry is not None
    west, south, east, north = wgs84_to_gcj02(feature.geometry).bounds
    box = page.evaluate(
        "() => { const p = [...document.querySelectorAll('.leaflet-highlight-pane path')].at(-1);"
        " const b = p.getBBox(), m = p.getScreenCTM();"
        " const a = new DOMPoint(b.x, b.y).matrixTransform(m),"
        " c = new DOMPoint(b.x + b.width, b.y + b.height).matrixTransform(m);"
        " return [a.x, a.y, c.x, c.y]; }"
    )
    assert pixel_to_degrees(page, box[0], box[1]) == pytest.approx((west, north), abs=4e-5)
    assert pixel_to_degrees(page, box[2], box[3]) == pytest.approx((east, south), abs=4e-5)

    place = [re.search(r"#.*", url) for url in (before, page.url)]
    degrees = [[float(part) for part in found[0][1:].split("/")] for found in place if found]
    assert degrees[0] == pytest.approx(degrees[1], abs=3e-4), (
        "the address stays WGS84, and the same ground in view"
    )

    page.locator('input[value="none"]').check(force=True)
    expect(notice).to_be_hidden()
    expect(page.locator("img.leaflet-tile")).to_have_count(0)
    assert watch.errors == []


def answer(route: Route) -> None:
    route.fulfill(body=PIXEL, content_type="image/png")
