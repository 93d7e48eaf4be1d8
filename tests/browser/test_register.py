"""What is not on the map can be found, and what is on it can be filtered by how sure it is."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.atlas.store import Atlas
from tests.browser.conftest import Opener, Watch

pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], None]


def test_a_reviewer_reads_the_register_and_the_coverage(
    open_page: Opener, watch: Watch, shot: Shot, atlas: Atlas
):
    page = open_page("/register", ready=False)
    expect(page.get_by_role("heading", level=1)).to_have_text("未落图清单")
    expect(page.locator(".lead b").first).to_have_text(str(len(atlas.register)))
    shot(page, "register")
    page.get_by_label("规划").select_option("hedong-14")
    page.get_by_role("button", name="筛选").click()
    expect(page).to_have_url(re.compile("plan=hedong-14"))
    own = [row for row in atlas.register if row["plan"] == "hedong-14"]
    expect(page.locator("tbody tr")).to_have_count(len(own))
    page.get_by_role("link", name="各规划收录统计").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("收录统计")
    shot(page, "coverage")
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("/coverage"))
    assert watch.off_host == []
    assert watch.errors == []


DRAWN = ".leaflet-areas-pane path, .leaflet-lines-pane path, .leaflet-marker-pane .point"
FEWER = f"before => document.querySelectorAll('{DRAWN}').length < before"


def symbols(page: Page) -> int:
    return page.locator(DRAWN).count()


def test_the_map_is_filtered_by_certainty_and_by_method(open_page: Opener, watch: Watch, shot: Shot):
    page = open_page("/")
    everything = symbols(page)
    page.locator("input[data-certainty='indicative']").uncheck()
    page.wait_for_function(FEWER, arg=everything)
    sure = symbols(page)
    shot(page, "filter-certainty")
    page.locator("#filters summary").click()
    page.get_by_label("落图方法").select_option("osm")
    page.wait_for_function(FEWER, arg=sure)
    shot(page, "filter-method")
    page.get_by_label("落图方法").select_option("")
    page.locator("input[data-certainty='indicative']").check()
    expect(page.locator(".leaflet-areas-pane path").first).to_be_attached()
    assert symbols(page) == everything
    assert watch.errors == []
