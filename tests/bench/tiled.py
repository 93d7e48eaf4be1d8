"""A layer of 10,000 features on the map: from vector tiles, and whole as GeoJSON, in one run.

What is compared is the page with this layer: time until it is drawn; after eight moves over the densest
places, at five zooms, bytes over the line, the script's heap and the page's nodes; and the time of a move.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, fields
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from app.atlas.store import Atlas
from tests.bench.pageload import Line
from tests.browser.conftest import DESKTOP, FLAGS
from tests.browser.dense import COUNT, LAYER, MIDDLE, dense_atlas, served

MOVES = (
    "14/39.10000/117.32000",
    "15/39.10000/117.32000",
    "15/39.11000/117.33000",
    "16/39.11000/117.33000",
    "16/39.11500/117.33500",
    "14/39.09000/117.28000",
    "13/39.10000/117.30000",
    "12/39.10000/117.30000",
)
NEVER = 10**9


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a way of drawing the layer costs; ``moved_s`` is a move's mean until the next frame is painted."""

    drawn_s: float
    kib: float
    heap_mib: float
    nodes: int
    moved_s: float


def measure_tiled_layer(atlas: Atlas, folder: Path) -> None:
    """Print both and their ratios."""
    path = dense_atlas(atlas, folder)
    ways = {"from tiles": 2000, "whole": NEVER}
    found: dict[str, Drawing] = {}
    with sync_playwright() as playwright:
        executable = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        for way, most in ways.items():
            with served(path, TILED_FEATURES=most, PAGE_LIMIT_MAX=2 * COUNT) as url:
                for _ in range(2):  # the second time the server has made what it keeps
                    context = browser.new_context(viewport=DESKTOP, locale="zh-CN")
                    found[way] = _drawing(context.new_page(), url)
                    context.close()
        browser.close()
    print(f"a layer of {COUNT} features, {DESKTOP['width']} by {DESKTOP['height']} px")
    for way, row in found.items():
        ratios = " ".join(
            f"{getattr(row, field.name) / getattr(found['from tiles'], field.name):.2f}"
            for field in fields(row)
        )
        print(
            f"{way:<22} drawn {row.drawn_s:5.2f} s {row.kib:8.1f} KiB  heap {row.heap_mib:5.1f} MiB "
            f"{row.nodes:6} nodes  a move {row.moved_s * 1e3:5.0f} ms   times tiles: {ratios}",
            flush=True,
        )


def _drawing(page: Page, url: str) -> Drawing:
    line = Line(page, slow=False)
    page.add_init_script(
        "const look = () => { if (document.querySelector('.plan-map[data-drawn]'))"
        " window.drawnAt = performance.now(); else requestAnimationFrame(look); }; look();"
    )
    page.goto(f"{url}/?layers={LAYER}#13/{MIDDLE}", wait_until="commit")
    page.wait_for_function("() => window.drawnAt", timeout=120_000)
    drawn = page.evaluate("window.drawnAt") / 1e3
    page.wait_for_timeout(1000)
    spent = 0.0
    for place in MOVES:
        spent += page.evaluate(
            """place => new Promise((done) => {
              const before = performance.now();
              location.hash = place;
              const painted = () => done(performance.now() - before);
              setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(painted)));
            })""",
            place,
        )
        page.wait_for_timeout(1200)
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    values = {row["name"]: row["value"] for row in session.send("Performance.getMetrics")["metrics"]}
    return Drawing(
        drawn,
        line.bytes / 1024,
        values["JSHeapUsedSize"] / 2**20,
        int(values["Nodes"]),
        spent / len(MOVES) / 1e3,
    )
