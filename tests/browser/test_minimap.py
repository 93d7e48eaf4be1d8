"""The overview shows where the map is, moves it, and can be folded away; no phone asks for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Opener, Watch
from tests.browser.test_datum import answer

pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], None]
WIDTHS = {"desk": (1440, 900), "small": (1024, 768), "tablet": (768, 1024)}
OTHERS = (
    "#layer-tree", ".legend", ".layers-button", "#tools summary", ".downloads summary", "#basemaps",
    "#timebar", ".position",
    ".leaflet-control-zoom", ".leaflet-control-scale", ".leaflet-control-attribution",
)  # fmt: skip


def box(place: Locator) -> dict[str, float]:
    found: Any = place.bounding_box()
    assert found is not None
    return dict(found)


def centre(page: Page) -> tuple[float, float]:
    """Latitude and longitude of the middle of the view, WGS84, as the address has them."""
    found = re.search(r"#[\d.]+/([\d.]+)/([\d.]+)", page.url)
    assert found
    return float(found[1]), float(found[2])


def view_in_picture(page: Page) -> tuple[float, float]:
    """Where the middle of the rectangle lies in the picture, in shares of its width and height."""
    picture, view = box(page.locator("#minimap img")), box(page.locator(".minimap-view"))
    return (
        (view["x"] + view["width"] / 2 - picture["x"]) / picture["width"],
        (view["y"] + view["height"] / 2 - picture["y"]) / picture["height"],
    )


def test_a_click_and_a_drag_in_the_picture_move_the_map(open_page: Opener, watch: Watch, shot: Shot):
    page = open_page("/#14/39.11800/117.21500")
    picture = page.locator("#minimap img")
    expect(picture).to_be_visible()
    page.wait_for_function("() => document.querySelector('#minimap img').naturalWidth > 100")
    # 117.215 of 116.7 to 118.1
    assert view_in_picture(page)[0] == pytest.approx((117.215 - 116.7) / 1.4, abs=0.01)
    area = box(picture)
    east = (117.75 - 116.7) / 1.4
    page.mouse.click(area["x"] + area["width"] * east, area["y"] + area["height"] * 0.72)
    expect(page).to_have_url(re.compile(r"#14/39\.\d+/117\.7"))
    lat, lon = centre(page)
    assert lon == pytest.approx(117.75, abs=0.012)  # a pixel is 1.1 km
    assert 38.9 < lat < 39.1, "the harbour lies south of the middle"
    assert view_in_picture(page) == pytest.approx((east, 0.72), abs=0.012)
    expect(page.locator("#panel")).to_be_hidden()  # nothing was selected by it
    shot(page, "minimap")

    page.mouse.move(area["x"] + area["width"] * east, area["y"] + area["height"] * 0.72)
    page.mouse.down()
    page.mouse.move(area["x"] + area["width"] * 0.4, area["y"] + area["height"] * 0.2, steps=8)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"#14/39\.9|#14/40\."))
    assert centre(page)[1] == pytest.approx(116.7 + 0.4 * 1.4, abs=0.012)
    assert watch.off_host == watch.errors == []


def test_the_rectangle_grows_with_the_view_and_is_never_lost(open_page: Opener):
    page = open_page("/#11/39.11800/117.21500")
    wide = box(page.locator(".minimap-view"))["width"]
    near = open_page("/#18/39.11800/117.21500")
    small = box(near.locator(".minimap-view"))["width"]
    assert wide > 60 > small >= 9


def test_under_gaode_the_rectangle_stays_where_the_ground_is(open_page: Opener, watch: Watch):
    page = open_page("/#12/39.11800/117.21500")
    page.route("**/*.is.autonavi.com/**", answer)
    before, degrees = view_in_picture(page), centre(page)
    page.locator('input[value="gaode"]').check(force=True)
    page.wait_for_selector("img.leaflet-tile-loaded")
    credit = page.locator(".leaflet-control-attribution")
    expect(credit).to_have_text("© 高德地图；审图号以其网站所示为准")
    expect(credit.get_by_role("link")).to_have_attribute("href", "https://www.amap.com/")
    # the view is shifted by 0.006° in the map's own datum; in the picture by nothing
    assert view_in_picture(page) == pytest.approx(before, abs=0.0015)
    area = box(page.locator("#minimap img"))
    page.mouse.click(area["x"] + area["width"] * 0.5, area["y"] + area["height"] * 0.5)
    page.wait_for_timeout(400)
    assert degrees != centre(page)
    assert centre(page)[1] == pytest.approx(117.4, abs=0.012)
    assert view_in_picture(page) == pytest.approx((0.5, 0.5), abs=0.008)
    assert watch.errors == []


def test_it_is_folded_by_keys_and_stays_so_for_the_visit(open_page: Opener, watch: Watch):
    page = open_page("/")
    fold = page.get_by_role("button", name="总览图")
    area = page.locator("#minimap-area")
    expect(fold).to_have_attribute("aria-expanded", "true")
    fold.focus()
    page.keyboard.press("Enter")
    expect(area).to_be_hidden()
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(fold).to_be_focused()
    page.reload()
    page.wait_for_selector(".plan-map[data-ready]")
    expect(area).to_be_hidden()
    assert page.context.cookies() == []
    fold.focus()
    page.keyboard.press("Space")
    expect(area).to_be_visible()
    assert watch.errors == []


@pytest.mark.parametrize("width", WIDTHS)
def test_it_lies_over_no_other_control(open_page: Opener, width: str):
    page = open_page("/", tablet=width == "tablet")
    page.set_viewport_size(dict(zip(("width", "height"), WIDTHS[width], strict=True)))
    page.wait_for_timeout(500)
    fold = page.get_by_role("button", name="总览图")
    if fold.get_attribute("aria-expanded") == "false":  # a small screen opens without it
        assert width != "desk"
        fold.click()
    mine = box(page.locator("#minimap"))
    for name in OTHERS:
        other = page.locator(name)
        if not other.count() or not other.first.is_visible():
            continue
        its = box(other.first)
        apart = (
            mine["x"] >= its["x"] + its["width"]
            or its["x"] >= mine["x"] + mine["width"]
            or mine["y"] >= its["y"] + its["height"]
            or its["y"] >= mine["y"] + mine["height"]
        )
        assert apart, name


def test_a_phone_and_a_frame_never_ask_for_it(open_page: Opener):
    for address, phone in (("/", True), ("/embed", False)):
        page = open_page(address, phone=phone)
        expect(page.locator("#minimap")).to_be_hidden()
        assert page.evaluate(
            "() => performance.getEntriesByType('resource').filter(e => e.name.includes('overview')).length"
        ) == 0, address  # fmt: skip
