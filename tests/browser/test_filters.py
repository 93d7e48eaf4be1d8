"""A reader narrows the map: by hand, by keys, on a phone; passes it on, goes back, takes it to the list."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from app.atlas.store import Atlas
from tests.browser.conftest import Opener, Watch

pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], None]
DRAWN = ".leaflet-areas-pane path, .leaflet-lines-pane path, .leaflet-marker-pane .point"


def narrow(page: Page, **wanted: str) -> None:
    for name, value in wanted.items():
        page.locator(f"select[data-filter='{name}']").select_option(value)


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def drawn(page: Page) -> int:
    """Shapes and symbols of features; a symbol stands for its feature alone."""
    return page.locator(DRAWN).count()


def numbers(page: Page) -> list[int]:
    says = page.locator("#legend [data-left]:not([aria-busy])")
    expect(says).to_have_text(re.compile(r"\d"))
    return [int(number) for number in re.findall(r"\d+", says.text_content() or "")]


def located(atlas: Atlas, **wanted: str) -> int:
    return sum(
        1
        for feature in atlas
        if feature.geometry is not None
        and all(feature.properties[name] == value for name, value in wanted.items())
    )


def test_a_planner_narrows_the_map_and_is_told_what_is_left(
    open_page: Opener, watch: Watch, shot: Shot, atlas: Atlas
):
    page = open_page("/")
    assert numbers(page)[1] == located(atlas)
    page.locator("#filters summary").click()
    narrow(page, district="和平区", status="新建")
    page.wait_for_load_state("networkidle")
    left, of_all, elsewhere = numbers(page)
    assert of_all == located(atlas)
    assert left + elsewhere == located(atlas, district="和平区", status="新建")
    page.wait_for_function(f"document.querySelectorAll('.leaflet-marker-pane .point').length <= {left}")
    shot(page, "filters")
    assert query(page) == {"district": ["和平区"], "status": ["新建"]}

    page.get_by_role("button", name="一并打开").first.click()
    page.wait_for_load_state("networkidle")
    assert numbers(page) == [left + elsewhere, of_all]
    page.locator("#legend").get_by_role("link", name="看清单").click()
    expect(page.locator(".lead b")).to_have_text(str(left + elsewhere))
    shot(page, "filters-list")
    page.get_by_role("link", name="在地图上看", exact=True).click()
    page.wait_for_selector(".plan-map[data-drawn]")
    assert numbers(page)[0] == left + elsewhere
    assert watch.off_host == watch.errors == []


def test_every_filter_is_in_the_address_and_back_takes_it_off_again(open_page: Opener, watch: Watch):
    page = open_page("/")
    page.locator("#filters summary").click()
    steps = {
        "plan": "heping-14",
        "period": "2021-2025",
        "system": "五区三带",
        "kind": "zone",
        "level": "headline",
    }
    seen = [drawn(page)]
    for name, value in steps.items():
        narrow(page, **{name: value})
        seen.append(drawn(page))
    assert query(page) == {name: [value] for name, value in steps.items()}
    assert seen == sorted(seen, reverse=True)
    assert 0 < seen[-1] < seen[0]
    again = open_page("/?" + urlsplit(page.url).query + "#13/39.118/117.215")
    again.wait_for_selector(".plan-map[data-drawn]")
    assert drawn(again) == seen[-1]
    assert {name: again.locator(f"select[data-filter='{name}']").input_value() for name in steps} == steps
    for expected in reversed(seen[:-1]):
        page.go_back()
        expect(page.locator(DRAWN)).to_have_count(expected)
    assert query(page) == {}
    page.go_forward()
    expect(page.locator("select[data-filter='plan']")).to_have_value("heping-14")
    assert watch.errors == []


def test_nothing_left_is_said_on_the_map_with_ways_out(open_page: Opener, watch: Watch, shot: Shot):
    page = open_page("/?district=滨海新区&period=2016-2020")
    bar = page.locator("#filter-bar")
    expect(bar).to_be_visible()
    expect(bar).to_contain_text("没有符合条件的要素")
    assert drawn(page) == 0
    shot(page, "filters-empty")
    bar.get_by_role("button", name="清除筛选").press("Enter")
    expect(bar).to_be_hidden()
    page.wait_for_function("document.querySelectorAll('.leaflet-areas-pane path').length > 10")
    assert query(page) == {}

    page.goto(page.url.split("#")[0] + "?layers=heping-14-zones&kind=park")
    expect(bar).to_contain_text("打开的图层里没有符合条件的")
    bar.get_by_role("button", name="一并打开").click()
    expect(bar).to_be_hidden()
    assert drawn(page) > 0
    assert watch.errors == []


def test_a_count_that_cannot_be_read_does_not_stop_the_filter(open_page: Opener):
    page = open_page("/")
    before = drawn(page)
    page.route("**/map/counts.json*", lambda route: route.abort())
    page.locator("#filters summary").click()
    narrow(page, status="新建")
    expect(page.locator("#legend [data-left]")).to_have_text("筛选已用上，有多少处没有读到")
    assert 0 < drawn(page) < before


def test_a_resident_filters_on_a_phone(open_page: Opener, watch: Watch, shot: Shot):
    page = open_page("/", phone=True)
    page.get_by_role("button", name="图层", exact=True).tap()
    page.locator("#filters summary").tap()
    narrow(page, kind="park")
    small = """() => [...document.querySelectorAll('#legend :is(select, summary, button, a, [type=range])')]
        .filter(e => e.checkVisibility())
        .map(e => [e.outerHTML.slice(0, 60), e.getBoundingClientRect().height])
        .filter(([, height]) => height < 43.5)"""
    assert page.evaluate(small) == []
    shot(page, "filters-phone")
    page.get_by_role("button", name="图层", exact=True).tap()
    bar = page.locator("#filter-bar")
    expect(bar).to_contain_text("现有")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shot(page, "filters-phone-map")
    bar.get_by_role("button", name="清除筛选").tap()
    expect(bar).to_be_hidden()
    assert watch.off_host == watch.errors == []


def test_an_embedded_map_is_narrowed_alike_and_says_so(open_page: Opener, watch: Watch):
    page = open_page("/embed?status=新建&district=和平区#13/39.118/117.2")
    expect(page.locator("#filter-bar")).to_contain_text("现有")
    whole = open_page("/?status=新建&district=和平区#13/39.118/117.2")
    whole.wait_for_selector(".plan-map[data-drawn]")
    page.wait_for_selector(".plan-map[data-drawn]")
    assert drawn(page) == drawn(whole)
    assert watch.errors == []


def test_a_layer_is_faded_by_keyboard_and_the_address_keeps_it(open_page: Opener, watch: Watch, shot: Shot):
    page = open_page("/?layers=heping-14-zones,heping-14-corridors")
    page.locator(".tree-plan[data-plan='heping-14'] summary").click()
    slider = page.get_by_role("slider", name="浓淡 和平十四五 功能区")
    expect(page.get_by_role("slider", name="浓淡 和平十四五 道路街巷")).to_be_hidden()  # its layer is off
    paths = """() => [...document.querySelectorAll('.leaflet-areas-pane path')]
        .map(path => path.getAttribute('stroke-opacity'))"""
    before = page.evaluate(paths)
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", "50%")
    assert query(page)["opacity"] == ["heping-14-zones:50"]
    after = page.evaluate(paths)
    assert sorted(set(before)) == ["0.95"]
    assert sorted(set(after)) == ["0.475", "0.95"]  # the belts are as they were
    shot(page, "faded")
    again = open_page("/?" + urlsplit(page.url).query)
    again.wait_for_selector(".plan-map[data-drawn]")
    assert sorted(again.evaluate(paths)) == sorted(after)
    slider.focus()
    page.keyboard.press("End")
    assert "opacity" not in query(page)
    assert watch.errors == []


def test_symbols_fade_with_their_layer_and_stay_faded_through_a_filter(open_page: Opener):
    page = open_page("/?layers=heping-14-projects&opacity=heping-14-projects:30,all:60&status=新建")
    page.wait_for_selector(".plan-map[data-drawn]")
    points = page.eval_on_selector_all(".leaflet-marker-pane .point", "all => all.map(e => e.style.opacity)")
    assert set(points) == {"0.3"}
    assert page.locator("#opacity").input_value() == "60"
    assert page.evaluate("document.querySelector('.leaflet-areas-pane').style.opacity") == "0.6"


def test_the_panel_draws_a_target_and_brings_what_lies_around(open_page: Opener, watch: Watch, shot: Shot):
    page = open_page("/?feature=binhai-14-tianjingang")
    panel = page.locator("#panel")
    expect(
        panel.get_by_role("img", name=re.compile("2020年 1800 万标准箱，2025年 2200 万标准箱"))
    ).to_have_count(1)
    panel.locator(".aim-chart").scroll_into_view_if_needed()
    shot(page, "panel-chart")
    around = panel.locator("[data-around]")
    expect(around.get_by_role("heading", name="与它交叠")).to_be_attached()
    first = around.locator("a[data-select]").first
    first.scroll_into_view_if_needed()
    shot(page, "panel-around")
    name = first.text_content() or ""
    first.press("Enter")
    expect(panel.get_by_role("heading", level=2)).to_have_text(name)
    expect(panel.locator("[data-around] h3")).to_have_count(2)
    assert watch.off_host == watch.errors == []


def test_surroundings_that_cannot_be_read_are_said_and_asked_again(open_page: Opener):
    page = open_page("/")
    failing = True

    def answer(route: Route) -> None:
        if failing:
            route.abort()
        else:
            route.continue_()

    page.route("**/around", answer)
    page.goto(page.url.split("#")[0] + "features/heping-14-wudadao")
    around = page.locator("[data-around]")
    expect(around).to_contain_text("交叠与邻近没有读到")
    failing = False
    around.get_by_role("button", name="重试").click()
    expect(around.get_by_role("heading", name="离它最近")).to_be_visible()


def test_a_row_of_several_says_plan_and_kind_and_lights_its_shape(
    open_page: Opener, watch: Watch, atlas: Atlas
):
    zone, belt = (atlas.feature(f"heping-14-{name}") for name in ("wudadao", "nanjinglu-dai"))
    assert zone is not None
    assert belt is not None
    assert zone.geometry is not None
    at = zone.geometry.intersection(belt.geometry).representative_point()
    page = open_page(f"/#15/{at.y:.5f}/{at.x:.5f}")
    page.wait_for_selector(".leaflet-areas-pane path", state="attached")
    page.mouse.click(720, 480)
    rows = page.locator(".several li button")
    expect(rows.first.locator("small")).to_have_text(re.compile("^和平十四五 · .+ · .+$"))
    lit = page.locator(".leaflet-highlight-pane path")
    expect(lit).to_have_count(0)
    page.keyboard.press("Tab")
    expect(rows.first).to_be_focused()
    expect(lit.first).to_be_attached()
    shape = lit.first.get_attribute("d")
    page.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    page.wait_for_function(
        "d => document.querySelector('.leaflet-highlight-pane path')?.getAttribute('d') !== d", arg=shape
    )
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#panel [data-feature-id]")).to_be_visible()
    assert watch.errors == []


@pytest.mark.parametrize(
    ("address", "broken"),
    [
        ("/here?at=117.195,39.113", "**/here.geojson*"),
        ("/features/heping-14-wudadao", "**/map/heping-14-zones.geojson"),
    ],
)
def test_a_small_map_says_what_it_could_not_read(open_page: Opener, address: str, broken: str):
    page = open_page("/about", ready=False)
    page.route(broken, lambda route: route.abort())
    page.goto(page.url.replace("/about", address))
    trouble = page.locator(".plan-map .trouble")
    expect(trouble).to_contain_text("这张小图没有读到")
    page.unroute(broken)
    trouble.get_by_role("button", name="重试").click()
    page.wait_for_selector(".plan-map[data-ready]")
    expect(trouble).to_have_count(0)
