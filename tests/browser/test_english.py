"""The site in English, as a browser shows it: what scripts say, and an English reader's way through it.

Pages as the server sends them are read in :mod:`tests.web.test_english`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from app.atlas.store import Atlas
from tests.browser.conftest import DESKTOP, PHONE, Opener, Watch
from tests.browser.test_accessibility import STATES, check, visit
from tests.chinese import CHINESE, NAMES

pytestmark = pytest.mark.browser
SEEN = """(names) => {
    const chinese = new RegExp(%r);
    const left = [];
    const bare = (text) => chinese.test(names.reduce((rest, name) => rest.replaceAll(name, ""), text));
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const { data, parentElement } = walker.currentNode;
        if (parentElement.closest("script, style") || !parentElement.checkVisibility()) continue;
        if (bare(data) && !parentElement.closest("[lang]").lang.startsWith("zh"))
            left.push(`${parentElement.tagName}.${parentElement.className}: ${data.trim().slice(0, 80)}`);
    }
    return left;
}"""


def in_english(address: str) -> str:
    path, mark, view = address.partition("#")
    return f"{path}{'&' if '?' in path else '?'}lang=en{mark}{view}"


def nothing_bare(page: Page) -> None:
    """All text that is seen is English, or marked as Chinese."""
    assert page.evaluate(SEEN % CHINESE.pattern, list(NAMES)) == [], page.url


def timed(page: Page) -> None:
    slider = page.locator("#timebar input[type=range]")
    slider.focus()
    page.keyboard.press("ArrowRight")


def narrowed(page: Page) -> None:
    page.locator("#filters summary, .filters summary").first.click()


def swept(page: Page) -> None:
    page.locator('input[name="view"][value="swipe"]').check()
    expect(page.locator("#divider")).to_be_visible()
    page.locator("#divider").press("ArrowRight")


def read(page: Page) -> None:
    page.locator("a.mention").first.click()
    expect(page.locator("#reader-card")).to_be_visible()


ENGLISH: dict[str, tuple[str, Callable[[Page], None]]] = {
    **STATES,
    "time": ("/", timed),
    "filters": ("/", narrowed),
    "swipe": ("/compare?from=heping-13&to=heping-14", swept),
    "reader": ("/plans/heping-14", read),
}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=DESKTOP, locale="en-GB")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("state", ENGLISH)
def test_scripts_speak_english(page: Page, live_server: str, state: str):
    address, arrive = ENGLISH[state]
    visit(page, live_server + in_english(address))
    arrive(page)
    page.wait_for_timeout(300)  # transitions end: a fading text has no contrast to measure
    nothing_bare(page)
    check(page)


@pytest.mark.parametrize(
    "address",
    ["/", "/?feature=heping-13-wudadao", "/features", "/targets", "/here?at=117.195,39.113", "/print"],
)
def test_english_fits_on_a_phone(open_page: Opener, address: str):
    page = open_page(in_english(address), phone=True, ready=False)
    if page.locator(".plan-map").count():
        page.wait_for_selector(".plan-map[data-ready]")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    nothing_bare(page)
    check(page)


@pytest.mark.parametrize("device", [{}, {"phone": True}], ids=["1440", "390"])
def test_an_english_reader_finds_wudadao_and_reads_its_sentence(
    open_page: Opener,
    watch: Watch,
    atlas: Atlas,
    shot: Callable[[Page, str], None],
    device: dict[str, bool],
):
    width = 390 if device else 1440

    def step(name: str) -> None:
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        shot(page, f"english-{width}-{name}")
        nothing_bare(page)

    page = open_page("/?lang=en", **device)
    step("1-open")
    page.get_by_role("combobox", name="Search").fill("wudadao")
    option = page.get_by_role("option").filter(has_text="五大道小洋楼历史文化体验区").first
    expect(option).to_be_visible()
    step("2-search")
    option.click()
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", level=2)).to_contain_text("Wǔ dà dào")
    feature = atlas.feature("heping-13-wudadao")
    assert feature is not None
    quoted = panel.locator("blockquote")
    assert set(quoted.all_text_contents()) == {p["exact"] for p in feature.properties["passages"]}
    expect(quoted.first).to_have_attribute("lang", re.compile("^zh"))
    step("3-panel")
    address = page.url
    panel.locator(".passages a, figure a, .passage a").first.click()
    page.wait_for_url(re.compile(r"/plans/heping-13/.*lang=en"))
    page.wait_for_selector(".plan-map[data-ready]")
    expect(page.locator(".is-quoted").first).to_be_visible()
    step("4-sentence")
    page.go_back()
    page.wait_for_selector(".plan-map[data-ready]")
    assert page.url == address
    expect(panel.get_by_role("heading", level=2)).to_contain_text("五大道小洋楼历史文化体验区")
    step("5-back")

    page.goto(page.url)
    view = page.url.split("#")[1]
    page.evaluate("() => document.querySelector('.language-switch').click()")
    page.wait_for_url(lambda url: "lang=en" not in url)
    page.wait_for_selector(".plan-map[data-ready]")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert "feature=heping-13-wudadao" in page.url
    assert page.url.split("#")[1] == view, "the map stays where it was"
    expect(page.locator("#panel h2")).to_have_text("五大道小洋楼历史文化体验区")
    assert watch.off_host == watch.errors == []
