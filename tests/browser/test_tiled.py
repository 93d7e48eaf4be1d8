"""A layer of ten thousand features on the map: drawn from tiles, narrowed, asked, panned in little memory."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from app.atlas.store import Atlas
from tests.browser.conftest import DESKTOP, Watch
from tests.browser.dense import LAYER, MIDDLE, dense_atlas, served

pytestmark = pytest.mark.browser
NODES = 8000
"""Nodes of the page at most: drawn one by one, the layer alone has more than ten thousand."""

HEAP_MIB = 40


@pytest.fixture(scope="module")
def dense(atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(dense_atlas(atlas, tmp_path_factory.mktemp("dense")), PAGE_LIMIT_MAX=20_000) as url:
        yield url


@pytest.fixture
def watch(dense: str) -> Watch:
    return Watch(dense)


@pytest.fixture
def page(browser: Browser, dense: str, watch: Watch) -> Iterator[Page]:
    context = browser.new_context(viewport=DESKTOP, locale="zh-CN")
    page = context.new_page()
    watch.follow(page)
    page.goto(f"{dense}/?layers={LAYER}#14/{MIDDLE}")
    page.wait_for_selector(".plan-map[data-drawn][data-backdrop]", timeout=120_000)
    yield page
    context.close()


def settled(page: Page) -> None:
    """Wait until every tile that is wanted is drawn: the map stands, nothing is asked for, all has come."""
    for _ in range(2):  # the second time nothing new was wanted after the first
        page.evaluate("() => new Promise((done) => setTimeout(() => requestAnimationFrame(done), 400))")
        page.wait_for_function(
            """() => !document.querySelector(".leaflet-zoom-anim")
                && [...document.querySelectorAll("canvas.leaflet-tile")]
                    .every((tile) => tile.classList.contains("leaflet-tile-loaded"))""",
            timeout=120_000,
        )


def go(page: Page, place: str) -> None:
    page.evaluate("place => { location.hash = place; }", place)
    settled(page)


def middle(page: Page) -> NDArray[np.float64]:
    """Colours of the map's middle, rows by columns by three."""
    shot = page.screenshot(clip={"x": 500, "y": 200, "width": 600, "height": 500})
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"), dtype=np.float64)


def share_drawn(page: Page) -> float:
    """Share of the middle that is more red than green, as nothing of the backdrop is."""
    colours = middle(page)
    return float((colours[..., 0] - colours[..., 1] > 12).mean())


def measured(page: Page) -> tuple[float, int]:
    """Mebibytes of the script's heap after a collection, and nodes of the page."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    values = {row["name"]: row["value"] for row in session.send("Performance.getMetrics")["metrics"]}
    return values["JSHeapUsedSize"] / 2**20, int(values["Nodes"])


def test_it_is_drawn_at_every_scale_and_stays_small(page: Page, watch: Watch) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    settled(page)
    for place in (f"#11/{MIDDLE}", f"#13/{MIDDLE}", f"#15/{MIDDLE}", f"#17/{MIDDLE}", f"#15.5/{MIDDLE}"):
        go(page, place)
        assert share_drawn(page) > 0.02, place
    for step in range(6):  # panning across the city and back
        go(page, f"#15/39.0{5 + step % 3}000/117.{28 + step % 4}000")
    go(page, f"#15/{MIDDLE}")
    heap, nodes = measured(page)
    assert nodes < NODES
    assert heap < HEAP_MIB
    assert not any(f"/map/{LAYER}.geojson" in url for url in asked), "never fetched whole"
    assert page.locator(".leaflet-marker-icon").count() == 0
    assert watch.off_host == []
    assert watch.errors == []


def test_filters_leave_what_they_say(page: Page) -> None:
    go(page, f"#15/{MIDDLE}")
    before = share_drawn(page)
    page.evaluate(
        "() => { const box = document.querySelector('select[data-filter=\"kind\"]');"
        " box.value = 'park'; box.dispatchEvent(new Event('change', { bubbles: true })); }"
    )
    settled(page)
    narrowed = share_drawn(page)
    assert 0 < narrowed < before / 2, "one kind of six"
    for box in page.locator("input[data-certainty]").all():
        box.uncheck()
    settled(page)
    assert share_drawn(page) < 0.001, "nothing but the rims of the names"


def test_a_click_tells_what_lies_there_and_lights_it(page: Page, dense: str) -> None:
    go(page, f"#17/{MIDDLE}")
    colours = middle(page)
    drawn = colours[..., 0] - colours[..., 1] > 12
    whole = np.lib.stride_tricks.sliding_window_view(drawn, (9, 9)).all(axis=(2, 3))
    row, column = np.argwhere(whole)[whole.sum() // 2].tolist()
    page.mouse.move(500 + column + 4, 200 + row + 4)
    expect(page.locator(".name-tip")).to_contain_text("合成要素")
    page.mouse.click(500 + column + 4, 200 + row + 4)
    panel = page.locator("#panel")
    expect(panel).to_be_visible()
    if panel.locator(".several").count():
        names = panel.locator(".several li button").all_inner_texts()
        assert len(names) > 1
        panel.locator(".several li button").first.click()
    expect(panel.locator("h2")).to_contain_text("合成要素")
    expect(page.locator(".leaflet-highlight-pane path").first).to_be_attached()


def test_it_is_switched_off_and_faded_like_the_others(page: Page) -> None:
    box = page.locator(f'input[data-layer="{LAYER}"]')
    page.evaluate(
        'name => { const s = document.querySelector(`input[data-fade="${name}"]`); s.value = s.min || 20;'
        " s.dispatchEvent(new Event('input', { bubbles: true })); }",
        LAYER,
    )
    faded = page.locator(".leaflet-areas-pane .leaflet-layer").first
    assert float(faded.evaluate("e => getComputedStyle(e).opacity")) < 1
    box.evaluate("e => e.click()")
    expect(page.locator(".leaflet-areas-pane canvas.leaflet-tile")).to_have_count(0)
    assert share_drawn(page) == 0


def test_over_a_basemap_in_another_datum_it_is_drawn_whole(page: Page) -> None:
    """Tiles stand in WGS84; shapes are moved one by one."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("() => document.querySelector('input[name=basemap][value=gaode]').click()")
    page.wait_for_selector(".leaflet-areas-pane path", state="attached", timeout=120_000)
    assert any(f"/map/{LAYER}.geojson" in url for url in asked)
    assert page.locator(".leaflet-areas-pane canvas.leaflet-tile").count() == 0
