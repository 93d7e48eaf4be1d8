"""axe-core on every page and in every state, at a desk and on a phone: WCAG 2.2 A and AA without violations.

axe finds what a machine can find; what it cannot (an order that makes sense, focus that is seen, a
journey by keys) is in :mod:`tests.browser.test_keyboard`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.addresses import EMPTY, PAGES
from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => (await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"],
})).violations.map(rule => ({
    id: rule.id, help: rule.help,
    nodes: rule.nodes.map(node => [node.target.join(" "), node.failureSummary]),
}))"""


def panel(page: Page) -> None:
    expect(page.locator("#panel h2")).to_be_visible()


def several(page: Page) -> None:
    page.wait_for_selector(".leaflet-areas-pane path", state="attached")
    page.mouse.click(*((720, 480) if page.viewport_size == DESKTOP else (195, 422)))
    expect(page.locator(".several button").first).to_be_visible()


def tree(page: Page) -> None:
    if page.viewport_size == PHONE:
        page.get_by_role("button", name="图层", exact=True).click()
    page.locator("[data-plan] summary").first.click()
    page.locator("[data-list]:visible").first.click()
    expect(page.locator(".tree-features button").first).to_be_visible()
    page.locator("[data-certainty]").first.uncheck()


def opened(selector: str) -> Callable[[Page], None]:
    return lambda page: page.locator(selector).click()


def share(page: Page) -> None:
    page.locator("#tools summary").click()
    page.locator("[data-tool=share]").click()
    expect(page.locator("#share")).to_be_visible()


def typed(words: str) -> Callable[[Page], None]:
    def state(page: Page) -> None:
        page.locator("#search-input").fill(words)
        expect(page.locator("#search-list")).to_be_visible()
        page.keyboard.press("ArrowDown")

    return state


def unread_layer(page: Page) -> None:
    page.route("**/map/heping-14-culture.geojson*", lambda route: route.abort())
    if page.viewport_size == PHONE:
        page.get_by_role("button", name="图层", exact=True).click()
    page.locator('[data-plan="heping-14"] summary').click()
    page.locator('[data-layer="heping-14-culture"]').click()
    expect(page.locator("#trouble")).to_be_visible()


def lit(page: Page) -> None:
    expect(page.locator("#compare-card strong")).to_be_visible()
    expect(page.locator("#divider")).to_be_visible()


def everything(page: Page) -> None:
    for box in page.locator("details:not([open]) > summary").all():
        if box.is_visible():
            box.click()


STATES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "panel": ("/?feature=heping-13-wudadao", panel),
    "several": ("/#15/39.10800/117.19800", several),
    "tree": ("/", tree),
    "tools": ("/", opened("#tools summary")),
    "share": ("/", share),
    "downloads": ("/", opened(".downloads summary")),
    "list-downloads": ("/features", opened(".downloads summary")),
    "suggestions": ("/", typed("五大道")),
    "no-suggestion": ("/", typed("没有这样的名字")),
    "page-suggestions": ("/indicators", typed("地铁")),
    "unread-layer": ("/", unread_layer),
    "swipe": ("/compare?from=heping-13&to=heping-14&view=swipe#r-jiefangbeilu-qu", lit),
    "folds": ("/features/heping-14-wudadao", everything),
}


@pytest.fixture(scope="module", params=["desk", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """One page for all visits: what is measured is the document, not the start of a browser."""
    phone = request.param == "phone"
    context = browser.new_context(
        viewport=PHONE if phone else DESKTOP, has_touch=phone, is_mobile=phone, locale="zh-CN"
    )
    yield context.new_page()
    context.close()


def visit(page: Page, address: str) -> int:
    """Open the address in a fresh document; its HTTP status."""
    page.unroute_all()
    page.goto("about:blank")  # so that an address that differs in its fragment only is loaded too
    answer = page.goto(address)
    assert answer is not None
    if page.locator(".plan-map").count():
        page.wait_for_selector(".plan-map[data-ready]")
    return answer.status


def check(page: Page) -> None:
    """Fail with each rule that is broken, where, and what to do."""
    page.evaluate(AXE)
    broken: list[dict[str, Any]] = page.evaluate(RUN)
    lines = [f"{page.viewport_size} {page.url}"]
    for rule in broken:
        lines.append(f"{rule['id']}: {rule['help']} ({len(rule['nodes'])})")
        lines += [f"  {target}\n    {cure}" for target, cure in rule["nodes"][:5]]
    assert broken == [], "\n".join(lines)


@pytest.mark.parametrize("address", [*PAGES, *EMPTY])
def test_pages(page: Page, live_server: str, address: str):
    status = visit(page, live_server + address)
    assert status == 200 or address in EMPTY
    check(page)


@pytest.mark.parametrize("state", STATES)
def test_states(page: Page, live_server: str, state: str):
    address, arrive = STATES[state]
    visit(page, live_server + address)
    arrive(page)
    page.wait_for_timeout(300)  # transitions end: a fading text has no contrast to measure
    check(page)


@pytest.mark.parametrize("address", ["/", "/?feature=heping-13-wudadao", "/features", "/plans/heping-14"])
def test_large_type_version(page: Page, live_server: str, address: str):
    page.context.add_cookies([{"name": "care", "value": "1", "url": live_server}])
    try:
        visit(page, live_server + address)
        assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") >= 20
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        check(page)
    finally:
        page.context.clear_cookies()


def test_every_page_is_visited(app: Flask):
    """Addresses that need nothing and answer a browser with a page."""
    visited = {address.split("?")[0].rstrip("/") for address in PAGES}
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if rule.arguments or rule.rule in ("/care", "/download", "/metrics"):
            continue
        answer = client.get(rule.rule, headers={"Accept": "text/html"}, follow_redirects=True)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            assert answer.request.path.rstrip("/") in visited, rule.rule
