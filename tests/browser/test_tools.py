"""A planner asks the map, measures, prints, passes it on; back and forward walk through what was opened."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
import shapely
from playwright.sync_api import Page, expect

from app.places.measure import to_metric
from tests.browser.conftest import Opener, Watch

pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], None]
CORNERS = ((800, 300), (950, 320), (930, 480), (780, 450))


def tool(page: Page, name: str) -> None:
    page.locator("#tools summary").click()
    page.locator("#tools").get_by_role("button", name=name, exact=True).click()


def draw(page: Page, corners: tuple[tuple[int, int], ...]) -> None:
    page.wait_for_function("() => window.L?.Draw")
    for x, y in corners:
        page.mouse.click(x, y)
        page.wait_for_timeout(300)  # two clicks within a blink would be a double click


def test_a_planner_draws_an_area_and_reads_what_the_plans_say_there(
    open_page: Opener, watch: Watch, shot: Shot
):
    page = open_page("/")
    tool(page, "画范围")
    draw(page, (*CORNERS, CORNERS[0]))
    page.wait_for_url(re.compile(r"/here\?wkt="))
    page.wait_for_selector(".plan-map[data-ready]")
    drawn = shapely.from_wkt(parse_qs(urlsplit(page.url).query)["wkt"][0])
    assert drawn.is_valid
    assert shapely.get_num_coordinates(drawn) == 5
    expect(page.get_by_role("heading", level=1)).to_have_text("这里的规划")
    expect(page.get_by_role("heading", level=2).first).to_be_visible()
    shot(page, "here")
    link = page.locator("tbody th a").first
    name = link.text_content()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name or "")
    assert watch.off_host == []
    assert watch.errors == []


def test_a_resident_taps_a_place_on_a_phone(open_page: Opener, watch: Watch, shot: Shot):
    page = open_page("/", phone=True)
    tool(page, "点一处")
    page.touchscreen.tap(200, 500)
    page.wait_for_url(re.compile(r"/here\?at="))
    page.wait_for_selector(".plan-map[data-ready]")
    shot(page, "here-phone")
    page.get_by_role("link", name="1000 米以内").click()
    expect(page.locator(".lead b").last).not_to_have_text("0")
    assert watch.errors == []


def test_measuring_says_a_length_and_selects_nothing(open_page: Opener, watch: Watch, shot: Shot):
    page = open_page("/")
    tool(page, "量距离")
    draw(page, (*CORNERS[:3], CORNERS[2]))
    expect(page.locator(".measure")).to_contain_text(re.compile(r"\d(\.\d+)? 公里|\d+ 米"))
    expect(page.locator("#panel")).to_be_hidden()
    shot(page, "measure")
    assert watch.errors == []


def test_escape_ends_a_drawing(open_page: Opener, watch: Watch):
    page = open_page("/")
    tool(page, "点一处")
    page.keyboard.press("Escape")
    page.mouse.click(900, 500)
    expect(page).not_to_have_url(re.compile("/here"))
    assert watch.errors == []


def test_the_state_of_the_map_rides_in_its_address(open_page: Opener, watch: Watch, shot: Shot):
    page = open_page("/")
    page.locator("#filters summary").click()
    page.locator("select[data-filter='kind']").select_option("park")
    page.locator(".tree-plan").first.locator("summary").click()
    page.locator("[data-only='heping-13-parks']").click()
    expect(page).to_have_url(re.compile(r"kind=park&layers=heping-13-parks"))
    again = open_page("/?" + urlsplit(page.url).query)
    assert again.locator("select[data-filter='kind']").input_value() == "park"
    assert again.locator("input[data-layer]:checked").count() == 1
    tool(again, "分享")
    expect(again.locator("#share")).to_be_visible()
    assert again.locator("#share-link").input_value() == again.url
    again.wait_for_function("() => document.getElementById('share-code').naturalWidth > 100")
    shot(again, "share")
    assert watch.errors == []


def test_back_and_forward_walk_through_what_was_opened(open_page: Opener, watch: Watch):
    page = open_page("/?feature=heping-13-wudadao")
    heading = page.locator("#panel h2")
    expect(heading).to_have_text("五大道小洋楼历史文化体验区")
    page.locator("#panel a[data-select]").first.click()
    expect(heading).not_to_have_text("五大道小洋楼历史文化体验区")
    second = heading.text_content() or ""
    page.go_back()
    expect(heading).to_have_text("五大道小洋楼历史文化体验区")
    page.go_forward()
    expect(heading).to_have_text(second)
    assert watch.errors == []


def test_a_frame_on_another_page_shows_the_map_alone(open_page: Opener, watch: Watch, shot: Shot):
    page = open_page("/embed?feature=heping-13-wudadao")
    expect(page.locator("#panel h2")).to_have_text("五大道小洋楼历史文化体验区")
    expect(page.locator(".top")).to_be_hidden()
    expect(page.get_by_role("link", name="在津图中打开")).to_be_visible()
    shot(page, "embed")
    assert watch.errors == []


def test_the_time_control_shows_the_plans_of_a_year_and_what_is_due(
    open_page: Opener, watch: Watch, shot: Shot
):
    page = open_page("/?layers=heping-13-zones,heping-14-zones")
    drawn = ".leaflet-areas-pane path"
    both = page.locator(drawn).count()
    page.locator("#year").fill("2018")
    page.wait_for_function(
        "([drawn, both]) => document.querySelectorAll(drawn).length < both", arg=[drawn, both]
    )
    earlier = page.locator(drawn).count()
    shot(page, "year")
    page.locator("#year").fill("2025")
    expect(page).to_have_url(re.compile("year=2025"))
    page.wait_for_function(
        "([drawn, n]) => document.querySelectorAll(drawn).length === n", arg=[drawn, both - earlier]
    )
    page.locator("#timebar").get_by_role("link", name=re.compile(r"^\d+ 项目标到期$")).click()
    expect(page).to_have_url(re.compile(r"/targets\?year=2025"))
    assert watch.errors == []


def test_keys_step_through_the_years_and_each_says_how_much_is_due(open_page: Opener, watch: Watch):
    page = open_page("/")
    slider = page.get_by_role("slider", name="年份")
    says = page.locator("#year-says")
    slider.focus()
    assert slider.get_attribute("aria-valuetext") == "全部年份"
    listed = page.request.get(page.url.split("#")[0] + "targets.json?year=2020&limit=1").json()
    due = {"2020": listed["numberMatched"]}
    seen = {}
    for _ in range(5):
        page.keyboard.press("ArrowRight")
        year = slider.input_value()
        seen[year] = slider.get_attribute("aria-valuetext")
        linked = says.get_by_role("link").count()
        assert linked == ("没有" not in str(seen[year])), year  # nothing leads to an empty list
    assert list(seen) == ["2016", "2017", "2018", "2019", "2020"]
    assert seen["2016"] == "2016 年，没有目标到期"
    assert seen["2020"] == f"2020 年，{due['2020']} 项目标到期"
    page.keyboard.press("End")
    expect(says).to_contain_text("2025")
    page.keyboard.press("Home")
    expect(says).to_have_text("全部")
    expect(page).not_to_have_url(re.compile("year="))
    assert watch.errors == []


def test_the_view_is_printed_with_its_layers(open_page: Opener):
    page = open_page("/")
    with page.expect_request(re.compile(r"/print\?")) as waiting:
        tool(page, "打印")
    query = parse_qs(urlsplit(waiting.value.url).query)
    assert len(query["bbox"][0].split(",")) == 4
    assert "heping-14-zones" in query["layers"][0].split(",")


def test_the_pointer_is_told_in_the_national_grid_as_proj_tells_it(open_page: Opener):
    page = open_page("/")
    script = page.locator("script[type=module]").inner_text()
    gauss = re.search(r'"([^"]*/js/)atlas\.js"', script)
    assert gauss is not None
    for lon, lat in ((117.2, 39.1), (116.7, 38.5), (118.1, 40.2)):
        east, north = page.evaluate(
            "async ([folder, lon, lat]) => (await import(`${folder}gauss.js`)).gauss117(lon, lat)",
            [gauss[1], lon, lat],
        )
        exact = to_metric(shapely.Point(lon, lat))
        assert abs(east - exact.x) < 0.001
        assert abs(north - exact.y) < 0.001
