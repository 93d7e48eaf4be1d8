"""From a zone to its sentence and back: the reader's text and map lead to each other."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener, Watch

pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], None]


def test_from_a_zone_to_its_sentence_and_back(open_page: Opener, watch: Watch, shot: Shot) -> None:
    page = open_page("/features/heping-13-wudadao")
    page.get_by_role("link", name="在全文中打开").first.click()
    page.wait_for_selector(".plan-map[data-ready]")
    expect(page).to_have_url(re.compile(r"/plans/heping-13/passages/\d+-\d+$"))
    quoted = page.locator("#plan-text .is-quoted").filter(has_text="五大道小洋楼历史文化体验区").first
    expect(quoted).to_be_in_viewport()
    card = page.locator("#reader-card")
    expect(card).to_contain_text("五大道小洋楼历史文化体验区")
    shot(page, "reader-passage")
    card.get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"/features/heping-13-wudadao$"))
    assert watch.off_host == []
    assert watch.errors == []


def test_a_place_in_the_text_shows_on_the_map_and_the_map_turns_the_text(
    open_page: Opener, watch: Watch, shot: Shot
) -> None:
    page = open_page("/plans/heping-13")
    mention = page.locator("#plan-text a.mention", has_text="民园广场").first
    mention.click()
    expect(mention).to_have_class(re.compile("is-on"))
    expect(page.locator("#reader-card a")).to_have_attribute("href", re.compile("/features/heping-13-"))
    page.wait_for_timeout(600)
    box = page.locator(".reader-map .plan-map").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_function("document.activeElement.matches('a.mention')")
    expect(page.locator("a.mention:focus")).to_be_in_viewport()
    shot(page, "reader-map")
    assert watch.errors == []


def test_on_a_phone_text_and_map_share_the_screen(open_page: Opener, watch: Watch, shot: Shot) -> None:
    page = open_page("/plans/binhai-14", phone=True)
    page.locator("#plan-text a.mention").first.scroll_into_view_if_needed()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.locator(".reader-map")).to_be_in_viewport()
    shot(page, "reader-phone")
    assert watch.off_host == []
    assert watch.errors == []
