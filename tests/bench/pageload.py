"""The map on a phone with a slow line: how soon it can be read and used, and what it weighs.

Chromium is throttled as Lighthouse throttles it ("slow 4G", which is the throughput of a good 3G line):
the line's numbers are constants here. Each page is opened with an empty cache and then again with what
the first visit left.
"""

from __future__ import annotations

import shutil
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.browser.conftest import FLAGS, PHONE
from tests.servers import serving

DOWN_BIT_S, UP_BIT_S, ROUND_TRIP_MS, SLOWER = 1_600_000, 750_000, 150, 4
READABLE_S, USABLE_S = 3.0, 5.0
"""What is aimed at for a first visit."""

OURS = "document.querySelector('.plan-map[data-drawn][data-backdrop]')"
PEER = "document.readyState === 'complete' && document.querySelector('.leaflet-overlay-pane path')"
PAGES = (("津图", "/", OURS), ("folium, layers shown", "/folium/shown", PEER))
PAGES_ALL = (("folium, all layers", "/folium/all", PEER),)


@dataclass(frozen=True, slots=True)
class Visit:
    """One opening of a page: seconds until it can be read and used, requests, bytes over the line."""

    readable_s: float
    usable_s: float
    requests: int
    bytes: int


class Line:
    """Counts what passes over the line of one page, which is throttled unless told otherwise."""

    def __init__(self, page: Page, *, slow: bool = True) -> None:
        self.requests = self.bytes = 0
        self._session = page.context.new_cdp_session(page)
        self._session.on("Network.responseReceived", self._response)
        self._session.on("Network.loadingFinished", self._finished)
        self._kept: set[str] = set()
        self._session.send("Network.enable")
        if slow:
            self._slow_down()

    def _slow_down(self) -> None:
        conditions = {
            "offline": False,
            "latency": ROUND_TRIP_MS,
            "downloadThroughput": DOWN_BIT_S / 8,
            "uploadThroughput": UP_BIT_S / 8,
        }
        self._session.send("Network.emulateNetworkConditions", conditions)
        self._session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})

    def _response(self, event: dict[str, Any]) -> None:
        response = event["response"]
        if response.get("fromDiskCache") or response["url"].startswith(("data:", "blob:")):
            self._kept.add(event["requestId"])
        else:
            self.requests += 1

    def _finished(self, event: dict[str, Any]) -> None:
        if event["requestId"] not in self._kept:
            self.bytes += int(event["encodedDataLength"])


def visit(context: BrowserContext, url: str, usable: str) -> Visit:
    """Open a page in a tab of its own and wait until ``usable``, an expression, holds."""
    page = context.new_page()
    line = Line(page)
    page.add_init_script(
        f"const look = () => {{ if ({usable}) window.usableAt = performance.now();"
        " else requestAnimationFrame(look); }; look();"
    )
    page.goto(url, wait_until="commit")
    page.wait_for_function("() => window.usableAt", timeout=120_000)
    page.wait_for_timeout(1000)  # what comes after it counts towards the weight
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    used = page.evaluate("window.usableAt")
    page.close()
    return Visit(painted / 1e3, max(painted, used) / 1e3, line.requests, line.bytes)


def measure_page_loads(path: Path, *, rounds: int = 3) -> None:
    """Print first and later visits of our map and of the peers, the median of some rounds."""
    command = ["-m", "gunicorn", "--bind", "127.0.0.1:{port}", "tests.bench.peer_folium:application()"]
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    print(
        f"page load: {DOWN_BIT_S / 1e6:.1f} Mbit/s down, {UP_BIT_S / 1e6:.2f} up, {ROUND_TRIP_MS} ms, "
        f"processor {SLOWER} times slower, {PHONE['width']} by {PHONE['height']} px"
    )
    with (
        serving([sys.executable, *command], probe="/readyz", environment={"ATLAS_FILE": str(path)}) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        medians: dict[tuple[str, str], Visit] = {}
        for name, address, usable in (*PAGES, *PAGES_ALL):
            visits: dict[str, list[Visit]] = {"first": [], "later": []}
            for _ in range(rounds):
                context = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True, locale="zh-CN")
                for found in visits.values():
                    found.append(visit(context, server.url + address, usable))
                context.close()
            for kind, found in visits.items():
                medians[name, kind] = _median(found)
        browser.close()
    for (name, kind), row in medians.items():
        _show(name, kind, row, medians["津图", kind])
    ours = medians["津图", "first"]
    for what, seconds, aim in (
        ("readable", ours.readable_s, READABLE_S),
        ("usable", ours.usable_s, USABLE_S),
    ):
        print(
            f"first visit {what} in {seconds:.2f} s, aim {aim:.0f} s: {'met' if seconds < aim else 'MISSED'}"
        )


def _median(visits: list[Visit]) -> Visit:
    return Visit(
        statistics.median(v.readable_s for v in visits),
        statistics.median(v.usable_s for v in visits),
        int(statistics.median(v.requests for v in visits)),
        int(statistics.median(v.bytes for v in visits)),
    )


def _show(name: str, kind: str, row: Visit, ours: Visit) -> None:
    times = f"readable {row.readable_s:5.2f} s  usable {row.usable_s:5.2f} s"
    weight = f"{row.requests:3} requests {row.bytes / 1024:7.1f} KiB"
    ratios = (
        ""
        if row is ours
        else (
            f"   times ours: {row.readable_s / ours.readable_s:.2f} {row.usable_s / ours.usable_s:.2f} "
            f"{row.requests / max(1, ours.requests):.2f} {row.bytes / max(1, ours.bytes):.2f}"
        )
    )
    print(f"{name:<22} {kind:<6} {times}  {weight}{ratios}", flush=True)
