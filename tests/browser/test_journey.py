"""What a planner and a resident do: open, search, click, read, take away; on a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import geopandas
import pytest
from playwright.sync_api import Page, expect

from app.atlas.store import Atlas
from tests.browser.conftest import Opener, Watch

pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], None]


def test_a_planner_finds_a_zone_reads_its_words_and_takes_its_shape_away(
    open_page: Opener, watch: Watch, shot: Shot, atlas: Atlas, tmp_path: Path
):
    page = open_page("/")
    shot(page, "1-open")
    page.get_by_role("combobox", name="查找").fill("五大道")
    option = page.get_by_role("option").filter(has_text="五大道小洋楼历史文化体验区").first
    expect(option).to_be_visible()
    shot(page, "2-search")
    option.click()

    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", level=2)).to_have_text("五大道小洋楼历史文化体验区")
    feature = atlas.feature("heping-13-wudadao")
    assert feature is not None
    said = {passage["exact"] for passage in feature.properties["passages"]}
    quoted = panel.locator("blockquote").all_text_contents()
    assert set(quoted) == said, "the panel quotes the plan word for word"
    expect(panel.locator(".path").first).to_contain_text("章")
    expect(panel.locator(".sizes").get_by_text("1.49 平方公里")).to_be_visible()
    expect(panel.get_by_role("heading", name="落图依据")).to_be_attached()
    expect(page).to_have_url(re.compile(r"\?feature=heping-13-wudadao#"))
    page.wait_for_selector(".leaflet-highlight-pane path")
    shot(page, "3-panel")

    with page.expect_download() as waiting:
        panel.get_by_role("link", name="下载 GeoJSON").click()
    path = tmp_path / waiting.value.suggested_filename
    assert path.name == "heping-13-wudadao.geojson"
    waiting.value.save_as(path)
    frame = geopandas.read_file(path)
    assert frame.crs.to_epsg() == 4326
    assert list(frame["name"]) == ["五大道小洋楼历史文化体验区"]
    assert frame.geometry.iloc[0].equals(feature.geometry)

    panel.get_by_role("link", name="要素页").click()
    page.wait_for_selector(".plan-map[data-ready]")
    expect(page.get_by_role("heading", level=1)).to_have_text("五大道小洋楼历史文化体验区")
    shot(page, "4-page")
    assert watch.off_host == []
    assert watch.errors == []


def test_a_click_on_several_features_lists_them(open_page: Opener, watch: Watch, shot: Shot, atlas: Atlas):
    zone, belt = (atlas.feature(f"heping-14-{name}") for name in ("wudadao", "nanjinglu-dai"))
    assert zone is not None
    assert belt is not None
    assert zone.geometry is not None
    at = zone.geometry.intersection(belt.geometry).representative_point()
    page = open_page(f"/#15/{at.y:.5f}/{at.x:.5f}")
    page.wait_for_selector(".leaflet-areas-pane path", state="attached")
    page.mouse.click(720, 480)  # the middle of the map, below a bar of 60 pixels
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", level=2)).to_have_text(re.compile("此处有 [2-9] 个要素"))
    shot(page, "5-several")
    names = panel.locator(".several li button span").all_text_contents()
    assert {zone.properties["name"], belt.properties["name"]} <= set(names)
    panel.get_by_role("button", name=zone.properties["name"]).click()
    expect(panel.locator("[data-feature-id]")).to_have_attribute("data-feature-id", zone.id)
    assert watch.off_host == watch.errors == []


def test_a_click_opens_what_lies_there(open_page: Opener, watch: Watch):
    page = open_page("/#15/39.1075/117.1985")  # 五大道, with a park and parts of belts
    page.wait_for_selector(".leaflet-areas-pane path", state="attached")
    page.mouse.click(640, 340)
    panel = page.locator("#panel")
    expect(panel).to_be_visible()
    expect(panel.get_by_role("heading", level=2)).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert "feature=" not in page.url
    assert watch.off_host == watch.errors == []


def test_a_permalink_opens_its_feature_in_its_view(open_page: Opener, watch: Watch):
    page = open_page("/?feature=heping-13-wudadao#14/39.12000/117.24000")
    expect(page.locator("#panel h2")).to_have_text("五大道小洋楼历史文化体验区")
    assert page.url.endswith("#14/39.12000/117.24000"), "the view of the address is kept"
    assert watch.errors == []


def test_layers_are_fetched_when_they_are_switched_on(open_page: Opener, watch: Watch):
    page = open_page("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    plan = page.locator('[data-plan="heping-14"]')
    plan.locator("summary").click()
    expect(plan.locator(".tree-on")).to_have_text(re.compile(r"开 \d+ 层"))
    box = page.locator('input[data-layer="heping-14-culture"]')
    box.check()
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if url.endswith("/map/heping-14-culture.geojson")]
    expect(page.locator(".leaflet-marker-pane .point").first).to_be_visible()
    box.uncheck()
    box.check()
    assert len([url for url in asked if "heping-14-culture" in url]) == 1, "fetched once"
    theme = page.locator('[data-toggle-theme="culture"]')
    expect(theme).to_have_attribute("aria-pressed", "mixed")
    theme.click()
    expect(theme).to_have_attribute("aria-pressed", "true")
    assert page.locator('input[data-layer="binhai-14-culture"]').is_checked()
    assert watch.off_host == watch.errors == []


def test_the_keyboard_is_enough(open_page: Opener, watch: Watch):
    page = open_page("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    field = page.get_by_role("combobox", name="查找")
    field.focus()
    page.keyboard.type("小白楼")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", "search-list-0")
    page.keyboard.press("Enter")
    heading = page.locator("#panel h2")
    expect(heading).to_contain_text("小白楼")
    expect(heading).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    page.locator('[data-plan="heping-14"] summary').press("Enter")
    page.locator('[data-list="heping-14-zones"]').focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="五大道洋楼经济核心区").press("Enter")
    expect(heading).to_have_text("五大道洋楼经济核心区")
    assert watch.errors == []


def test_certainty_is_drawn_solid_dashed_and_hatched(open_page: Opener, atlas: Atlas):
    page = open_page("/?feature=heping-13-wudadao")  # a zone computed from its roads, among indicative ones
    page.wait_for_selector(".leaflet-highlight-pane path")
    drawn = page.eval_on_selector_all(
        ".leaflet-areas-pane path",
        "paths => paths.map(p => [p.getAttribute('stroke-dasharray'), p.getAttribute('fill')])",
    )
    kinds = {("dash" if dash else "solid", "hatch" if "hatch" in fill else "tint") for dash, fill in drawn}
    assert kinds == {("solid", "tint"), ("dash", "tint"), ("dash", "hatch")}


def test_a_resident_reads_a_project_on_a_phone(open_page: Opener, watch: Watch, shot: Shot):
    page = open_page("/", phone=True)
    shot(page, "6-phone-open")
    page.get_by_role("combobox", name="查找").fill("直沽")
    page.locator("#search-list .hit-name").filter(has_text="直沽").first.tap()
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", level=2)).to_contain_text("直沽")
    box = panel.bounding_box()
    assert box
    assert box["x"] == 0
    assert box["width"] == 390
    assert 400 <= box["y"] <= 460, "a sheet over the lower half"
    shot(page, "7-phone-sheet")
    page.locator("#panel-grip").tap()
    expect(panel).to_have_class(re.compile("is-tall"))
    shot(page, "8-phone-tall")
    page.locator("#panel-close").tap()
    expect(panel).to_be_hidden()
    expect(page.locator("#search-list")).to_be_hidden()  # though its field has the focus again
    page.get_by_role("button", name="图层", exact=True).tap()
    expect(page.locator("#layer-tree")).to_be_visible()
    page.locator('[data-plan="heping-14"] summary').tap()
    shot(page, "9-phone-layers")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert watch.off_host == watch.errors == []


def test_touch_targets_are_large_enough(open_page: Opener):
    page = open_page("/?feature=heping-13-wudadao", phone=True)
    page.wait_for_selector("#panel [data-feature-id]")
    small = """() => [...document.querySelectorAll(
        'button, input[type=search], label, .button, .brand, summary, .layers-button')]
        .filter(e => e.checkVisibility() && !e.closest('.unseen') && !e.matches('.unseen'))
        .map(e => [e.id || e.className || e.textContent.trim(), e.getBoundingClientRect()])
        .filter(([, r]) => r.width && (r.height < 43.5 || r.width < 36))
        .map(([n, r]) => `${n}: ${r.width}x${r.height}`)"""
    assert page.evaluate(small) == []
    page.locator("#panel-close").tap()
    page.get_by_role("button", name="图层", exact=True).tap()
    assert page.evaluate(small) == []


@pytest.mark.parametrize(
    "address", ["/features", "/layers", "/register", "/findings", "/about", "/features/heping-13-wudadao"]
)
def test_pages_fit_a_phone(open_page: Opener, watch: Watch, address: str):
    page = open_page(address, phone=True, ready=False)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert watch.off_host == watch.errors == []
