"""The header and the map's buttons have room for both languages, in either size of type, at any width."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Opener, Watch

pytestmark = pytest.mark.browser
HEIGHT = 900
PIECES = (
    ".brand, .search, .nav > a, .nav-more > summary, .switches > a, .layers-button, .tools > summary,"
    " .downloads > summary, .basemaps"
)
COLLISIONS = """(pieces) => {
    const seen = [...document.querySelectorAll(pieces)].filter((piece) => piece.checkVisibility());
    const named = seen.map((piece) => {
        const { left, top, right, bottom } = piece.getBoundingClientRect();
        const name = piece.className || piece.textContent.trim();
        return { name: `${piece.tagName} ${name}`, left, top, right, bottom };
    });
    const beside = (a, b) => a.right <= b.left + 1 || b.right <= a.left + 1;
    const above = (a, b) => a.bottom <= b.top + 1 || b.bottom <= a.top + 1;
    const found = named.filter(({ left, right }) => left < -1 || right > innerWidth + 1).map((a) => a.name);
    named.forEach((a, at) => {
        for (const b of named.slice(at + 1)) {
            if (!beside(a, b) && !above(a, b)) found.push(`${a.name} over ${b.name}`);
        }
    });
    return { count: named.length, found };
}"""


def page_in(browser: Browser, base: str, *, care: bool) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": HEIGHT}, locale="zh-CN")
    if care:
        context.add_cookies([{"name": "care", "value": "1", "url": base}])
    return context.new_page()


@pytest.mark.parametrize("care", [False, True], ids=["standard", "care"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("address", ["/", "/register"])
def test_nothing_stands_on_anything_else(
    browser: Browser, live_server: str, address: str, language: str, care: bool
) -> None:
    page = page_in(browser, live_server, care=care)
    page.goto(f"{live_server}{address}?lang={language}")
    if address == "/":
        page.wait_for_selector(".plan-map[data-ready]")
    for width in (1440, 1200, 1000, 820, 390, 360):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.wait_for_timeout(250)  # buttons glide to their places
        seen = page.evaluate(COLLISIONS, PIECES)
        assert seen["found"] == [], width
        assert seen["count"] >= 5
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


@pytest.mark.parametrize("address", ["/", "/register"])
def test_the_language_is_switched_with_a_finger_without_opening_a_menu(
    open_page: Opener, watch: Watch, address: str
) -> None:
    page = open_page(
        f"{address}?plan=hedong-14" if address == "/register" else address, phone=True, ready=False
    )
    switch = page.get_by_role("link", name="English")
    expect(switch).to_be_visible()
    box = switch.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["width"] >= 44
    assert switch.get_attribute("lang") == "en"
    switch.tap()
    page.wait_for_url("**lang=en**")
    assert page.locator("html").get_attribute("lang") == "en"
    if address == "/register":
        assert parse_qs(urlsplit(page.url).query)["plan"] == ["hedong-14"]
    page.get_by_role("link", name="中文").tap()
    page.wait_for_url(lambda url: "lang=en" not in url)
    expect(page.get_by_role("link", name="English")).to_be_visible()
    assert watch.errors == []


def test_what_is_shared_in_english_opens_in_english(open_page: Opener, watch: Watch) -> None:
    page = open_page("/?lang=en")
    page.locator("#tools summary").click()
    page.locator("[data-tool=share]").click()
    code = page.locator("#share-embed").input_value()
    address = code.split('src="')[1].split('"')[0]
    assert parse_qs(urlsplit(address).query)["lang"] == ["en"]
    assert urlsplit(address).path == "/embed"
    assert 'title="Plan Atlas"' in code
    page.goto(address)
    page.wait_for_selector(".plan-map[data-ready]")
    expect(page.get_by_role("link", name="Open in Plan Atlas")).to_be_visible()
    assert watch.errors == []
