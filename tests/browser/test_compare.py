"""What a planner does with time: set two plans side by side, follow a zone from one to the other."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener, Watch

pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], None]
READY = "[...document.querySelectorAll('.plan-map')].map(map => map.dataset.ready)"
MOVED = """[...document.querySelectorAll('.plan-map')]
  .map(map => map.querySelector('.leaflet-map-pane').style.transform)"""


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_two_plans_are_compared(open_page: Opener, watch: Watch, shot: Shot, phone: bool):
    name = "compare-phone" if phone else "compare"
    page = open_page("/compare?from=heping-13&to=heping-14", phone=phone)
    page.wait_for_function(f"{READY}.every(Boolean)")
    maps = page.locator(".plan-map")
    expect(maps).to_have_count(2)
    for side in (0, 1):
        expect(maps.nth(side).locator(".leaflet-areas-pane path").first).to_be_attached()
    shot(page, name)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]

    # moving one map moves the other by as much
    scales = page.locator(".leaflet-control-scale-line")
    before = scales.all_text_contents()
    maps.nth(1).get_by_role("button", name="放大").click()
    expect(scales.nth(0)).not_to_have_text(before[0])
    first, second = scales.all_text_contents()
    assert first == second
    if not phone:
        maps.nth(0).scroll_into_view_if_needed()
        box = maps.nth(0).bounding_box()
        page.mouse.move(box["x"] + 200, box["y"] + 200)
        page.mouse.down()
        page.mouse.move(box["x"] + 120, box["y"] + 260, steps=4)
        page.mouse.up()
        page.wait_for_timeout(400)
        one, other = page.evaluate(MOVED)
        assert one == other

    # a zone lights up on both sides and leads to what is said of it
    zone = page.locator("#r-jiefangbeilu-qu")
    zone.get_by_role("button", name=re.compile("在图上点亮“解放北路高质金融聚集区”")).click()
    for side in (0, 1):
        expect(maps.nth(side).locator(".leaflet-highlight-pane path").first).to_be_attached()
    card = page.locator("#compare-card")
    expect(card).to_contain_text("解放北路高质金融聚集区")
    shot(page, f"{name}-lit")
    card.get_by_role("link", name="扩展：看对照").click()
    expect(zone).to_be_in_viewport()
    expect(zone.get_by_role("cell", name="0.73 平方公里")).to_be_visible()
    shot(page, f"{name}-zone")

    zone.get_by_role("link", name="解放北路金融创新运营示范区").click()
    page.wait_for_selector(".plan-map[data-ready]")
    expect(page.get_by_role("heading", name=re.compile("^沿革"))).to_be_attached()
    expect(page.locator(".history")).to_contain_text("解放北路高质金融聚集区")
    assert watch.off_host == []
    assert watch.errors == []
