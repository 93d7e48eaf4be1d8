"""One plan is swept off the other, by mouse, finger and keys; the address says so; both show the lineage."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Opener, Watch

pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], None]
PAIR = "/compare?from=heping-13&to=heping-14"
SWEPT = f"{PAIR}&view=swipe"
EARLIER, LATER = (f".twin figure:nth-of-type({number}) .plan-map" for number in (1, 2))
ORIGINS = """() => [...document.querySelectorAll('.twin .leaflet-map-pane')].map(pane => {
    const { x, y } = pane.getBoundingClientRect();
    return [x, y];
})"""


def opened(page: Page) -> Page:
    page.wait_for_selector(f"{EARLIER}[data-ready]")
    page.wait_for_selector(f"{LATER}[data-ready]")
    page.wait_for_load_state("networkidle")
    page.locator("#twin").scroll_into_view_if_needed()
    return page


def share(divider: Locator) -> int:
    return int(divider.get_attribute("aria-valuenow") or -1)


def plan_at(page: Page, x: float, y: float) -> str:
    """The plan whose map takes a click at a place on screen."""
    found: str = page.evaluate(
        """([x, y]) => document.elementFromPoint(x, y).closest('figure')
            .querySelector('figcaption').textContent""",
        [x, y],
    )
    return found


def box_of(place: Locator) -> dict[str, float]:
    box: Any = place.bounding_box()
    assert box is not None
    return {**box, "middle": box["x"] + box["width"] / 2, "third": box["y"] + box["height"] / 3}


def test_the_mouse_sweeps_and_each_half_is_its_own_plan(open_page: Opener, watch: Watch, shot: Shot):
    page = opened(open_page(PAIR))
    divider = page.locator("#divider")
    expect(divider).to_be_hidden()
    page.locator("label", has_text="卷帘").click()
    expect(page).to_have_url(re.compile("view=swipe"))
    expect(divider).to_be_visible()
    page.locator("#twin").scroll_into_view_if_needed()
    maps, knob = box_of(page.locator("#twin")), box_of(divider)
    page.mouse.move(knob["middle"], knob["third"])
    page.mouse.down()
    page.mouse.move(maps["x"] + maps["width"] * 0.25, knob["third"] + 30, steps=5)
    page.mouse.up()
    assert share(divider) == 25
    assert divider.get_attribute("aria-valuetext") == "左 25% 为和平十三五，右 75% 为和平十四五"
    assert plan_at(page, maps["x"] + maps["width"] * 0.1, knob["third"]) == "和平十三五"
    assert plan_at(page, maps["x"] + maps["width"] * 0.5, knob["third"]) == "和平十四五"
    shot(page, "swipe")

    # however the map is moved, the two halves meet along the divider
    page.mouse.move(maps["middle"] + 200, knob["third"])
    page.mouse.down()
    page.mouse.move(maps["middle"] + 33, knob["third"] + 47, steps=7)
    page.mouse.up()
    page.wait_for_timeout(600)  # it glides on
    for key in ("+", "-", "ArrowLeft"):
        page.locator(LATER).press(key)
        page.wait_for_timeout(400)
    one, other = page.evaluate(ORIGINS)
    assert one == pytest.approx(other, abs=0.01)

    page.go_back()
    expect(divider).to_be_hidden()
    expect(page.get_by_role("radio", name="并排")).to_be_checked()
    page.go_forward()
    expect(divider).to_be_visible()
    assert watch.off_host == watch.errors == []


def test_keys_move_the_divider(open_page: Opener, watch: Watch):
    page = opened(open_page(SWEPT))
    divider = page.get_by_role("slider", name="卷帘的分界")
    divider.focus()
    for key, now in (
        ("ArrowRight", 52),
        ("ArrowLeft", 50),
        ("PageDown", 40),
        ("Home", 0),
        ("ArrowLeft", 0),
        ("End", 100),
        ("PageUp", 100),
        ("PageDown", 90),
    ):
        divider.press(key)
        assert share(divider) == now, key
    knob, maps = box_of(divider), box_of(page.locator("#twin"))
    divider.press("End")
    knob = box_of(divider)
    assert knob["x"] + knob["width"] <= maps["x"] + maps["width"] + 1  # it can be taken hold of again
    assert watch.errors == []


def test_a_phone_sweeps_by_touch_from_the_first(open_page: Opener, watch: Watch, shot: Shot):
    page = opened(open_page(PAIR, phone=True))
    divider = page.locator("#divider")
    expect(divider).to_be_visible()
    expect(page).not_to_have_url(re.compile("view="))  # there it is the usual
    knob, maps = box_of(divider), box_of(page.locator("#twin"))
    assert knob["width"] >= 44
    touch = page.context.new_cdp_session(page)

    def finger(kind: str, *at: float) -> None:
        points = [{"x": at[0], "y": at[1]}] if at else []
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    scrolled = page.evaluate("scrollY")
    finger("touchStart", knob["middle"], knob["third"])
    for step in range(1, 6):
        finger("touchMove", knob["middle"] + maps["width"] * 0.06 * step, knob["third"] + step)
    finger("touchEnd")
    assert share(divider) == 80
    assert page.evaluate("scrollY") == scrolled, "the finger moves the divider, not the page"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shot(page, "swipe-phone")
    page.locator("label", has_text="并排").click()
    expect(page).to_have_url(re.compile("view=side"))
    first, second = box_of(page.locator(EARLIER)), box_of(page.locator(LATER))
    assert second["y"] >= first["y"] + first["height"]
    shot(page, "swipe-phone-stacked")
    assert watch.off_host == watch.errors == []


def test_another_pair_keeps_how_the_maps_lie(open_page: Opener):
    page = opened(open_page(SWEPT))
    page.get_by_label("后一规划").select_option("heping-2021")
    page.get_by_role("button", name="对照").click()
    page.wait_for_url(re.compile("heping-2021"))
    assert "view=swipe" in page.url
    expect(opened(page).locator("#divider")).to_be_visible()


def lines(page: Page, side: str) -> set[str]:
    found: list[str] = page.locator(f"{side} [data-line]").evaluate_all(
        "paths => paths.map(path => path.dataset.line)"
    )
    return set(found)


def test_every_relation_with_a_place_is_drawn_on_both_maps(open_page: Opener, watch: Watch):
    page = opened(open_page(PAIR))
    answer = page.request.get(page.url.replace("/compare?", "/compare.geojson?")).json()
    drawn = {row["id"] for row in answer["features"] if row["geometry"]}
    assert len(drawn) > 30
    assert lines(page, EARLIER) == lines(page, LATER) == drawn
    kinds = {row["properties"]["kind"] for row in answer["features"] if row["geometry"]}
    for kind in kinds:
        expect(page.locator(f"{LATER} .lineage.kind-{kind}").first).to_be_attached()
    # colour is not all that tells kinds apart: no two that are lines have one dash
    dashes = {
        kind: page.locator(f"{LATER} .lineage.kind-{kind}").first.evaluate(
            "path => getComputedStyle(path).strokeDasharray"
        )
        for kind in kinds - {"dropped"}
    }
    assert len(set(dashes.values())) == len(dashes) == 5
    # the arrow leads to the new place: its head stands there
    arrow = page.locator(f'{LATER} path.kind-extended[marker-end="url(#end-extended)"]').first
    expect(arrow).to_be_attached()

    page.get_by_label("沿革线").uncheck()
    expect(page.locator(f"{LATER} .leaflet-lineage-pane")).to_be_hidden()
    expect(page.locator("#line-key")).to_be_hidden()
    expect(page).to_have_url(re.compile("lines=off"))
    again = opened(open_page(f"{PAIR}&lines=off"))
    expect(again.locator(f"{EARLIER} .leaflet-lineage-pane")).to_be_hidden()
    assert watch.errors == []


def test_a_line_says_what_became_of_the_place(open_page: Opener, watch: Watch, shot: Shot):
    page = opened(open_page(SWEPT))
    divider = page.locator("#divider")
    divider.press("Home")
    ring = box_of(page.locator(f'{LATER} [data-line="wudadao-qu"]').first)
    at = ring["middle"], ring["y"] + ring["height"] / 2
    page.mouse.move(*at)
    # two relations stand on one spot: neither hides the other
    tip = page.locator(".line-tip p")
    expect(tip).to_have_text(
        [
            "和平十三五的“五大道小洋楼历史文化体验区”更名为和平十四五的“五大道洋楼经济核心区”",
            "和平十三五的“五大道文化旅游区”延续为和平十四五的“五大道文化旅游区”",
        ]
    )
    expect(page.locator(f"{LATER} .lineage.is-near")).to_have_count(2)
    page.mouse.click(*at)
    card = page.locator("#compare-card")
    expect(card.locator("strong")).to_have_count(2)
    card.get_by_role("link", name="看对照").first.click()
    expect(card).to_contain_text("更名")
    expect(card).to_contain_text("编者判断")
    expect(page).to_have_url(re.compile("#r-wudadao-qu$"))
    for side in (EARLIER, LATER):
        expect(page.locator(f"{side} .leaflet-highlight-pane path").first).to_be_attached()
        expect(page.locator(f"{side} .lineage.is-lit")).to_have_count(1)
    shot(page, "lineage-line")
    expect(page.locator("#r-wudadao-qu")).to_be_in_viewport()
    assert watch.errors == []


def test_the_list_and_the_address_light_a_relation_and_zoom_to_it(
    open_page: Opener, watch: Watch, shot: Shot
):
    page = open_page(f"{PAIR}#r-jiefangbeilu-qu")
    page.wait_for_selector(f"{LATER}[data-ready]")
    expect(page.locator("#r-jiefangbeilu-qu")).to_be_in_viewport()
    expect(page.locator("#compare-card")).to_contain_text("扩展")
    expect(page.locator(f"{EARLIER} .leaflet-highlight-pane path").first).to_be_attached()
    near = page.locator(f"{LATER} .leaflet-control-scale-line").text_content()
    assert near in ("200 m", "300 m", "500 m")
    # a school is drawn by no layer of these maps: it is asked for when it is lit
    school = page.locator("#r-zongyiyuan")
    school.get_by_role("button", name="看图上的沿革线").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#twin")).to_be_in_viewport()
    expect(page.locator("#compare-card")).to_contain_text("总医院")
    expect(page.locator(f"{LATER} .point:not(.leaflet-interactive)")).to_have_count(1)
    shot(page, "lineage-list")
    assert watch.errors == []
