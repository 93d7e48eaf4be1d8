"""A real browser on the real atlas, watched for requests off this host and for errors."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ARTEFACTS = Path(__file__).resolve().parents[1] / "artefacts"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]
DESKTOP = {"width": 1440, "height": 900}
TABLET = {"width": 768, "height": 1024}
PHONE = {"width": 390, "height": 844}
Opener = Callable[..., Page]


class Watch:
    """What a page did that it must not do."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.off_host: list[str] = []
        self.errors: list[str] = []

    def follow(self, page: Page) -> None:
        page.on("request", lambda request: self._request(request.url))
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _request(self, url: str) -> None:
        if not url.startswith((f"{self.base}/", "data:", "blob:")):
            self.off_host.append(url)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        pytest.fail("Chromium is missing; install it with: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def watch(live_server: str) -> Watch:
    return Watch(live_server)


@pytest.fixture
def open_page(browser: Browser, live_server: str, watch: Watch) -> Iterator[Opener]:
    """Open an address; ``phone`` for a touch screen of 390 by 844, ``tablet`` for one of 768 by 1024."""
    contexts: list[BrowserContext] = []

    def opener(address: str, *, phone: bool = False, tablet: bool = False, ready: bool = True) -> Page:
        context = browser.new_context(
            viewport=PHONE if phone else TABLET if tablet else DESKTOP,
            has_touch=phone or tablet,
            is_mobile=phone or tablet,
            device_scale_factor=2 if phone else 1,
            locale="zh-CN",
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        watch.follow(page)
        page.goto(live_server + address)
        if ready:
            page.wait_for_selector(".plan-map[data-ready]")
            page.wait_for_load_state("networkidle")
        return page

    yield opener
    for context in contexts:
        context.close()


@pytest.fixture
def shot() -> Callable[[Page, str], None]:
    """Keep a screenshot for people to look at."""
    ARTEFACTS.mkdir(exist_ok=True)

    def keep(page: Page, name: str) -> None:
        page.wait_for_timeout(400)  # transitions end
        page.screenshot(path=ARTEFACTS / f"{name}.png")

    return keep
