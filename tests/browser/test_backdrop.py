"""The basemap as painted: sea, land, rivers and streets in their places, names at their zooms, no seams."""

from __future__ import annotations

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page

from tests.browser.conftest import Opener, Watch

pytestmark = pytest.mark.browser
SEA, LAND, RIVER, STREET, UNKNOWN = "#cfe2ea", "#f1ede4", "#a9cfdf", "#ffffff", "#e6e2d9"
NAMED = """() => {
  window.named = new Set();
  const write = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
    if (this.canvas.classList.contains("names")) window.named.add(text);
    return write.call(this, text, ...rest);
  };
  const clear = Object.getOwnPropertyDescriptor(HTMLCanvasElement.prototype, "width");
  Object.defineProperty(HTMLCanvasElement.prototype, "width", {
    ...clear,
    set(value) {
      if (this.classList.contains("names")) window.named.clear();
      clear.set.call(this, value);
    },
  });
}"""
"""Notes what is written on the canvas of names since it was last made anew."""


def rgb(colour: str) -> NDArray[np.float64]:
    return np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)], dtype=np.float64)


def settled(page: Page) -> None:
    """Wait until every tile that is wanted is drawn."""
    for _ in range(2):  # the second time nothing new was wanted after the first
        page.evaluate("() => new Promise((done) => setTimeout(() => requestAnimationFrame(done), 400))")
        page.wait_for_function(
            """() => {
              const tiles = [...document.querySelectorAll(".leaflet-backdrop-pane canvas.leaflet-tile")];
              return !document.querySelector(".leaflet-zoom-anim") && tiles.length
                && tiles.every((tile) => tile.classList.contains("leaflet-tile-loaded"));
            }""",
            timeout=60_000,
        )


def go(page: Page, place: str) -> None:
    page.evaluate("place => { location.hash = place; }", place)
    settled(page)


def painted(page: Page, side: int = 300) -> NDArray[np.float64]:
    """The middle of the map, so many pixels wide and high."""
    box = page.locator(".plan-map").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    shot = page.screenshot(
        clip={"x": x - side / 2, "y": y - side / 2, "width": side, "height": side}, scale="css"
    )
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"), dtype=np.float64)


def share(colours: NDArray[np.float64], colour: str) -> float:
    """Share of pixels within a few levels of a colour."""
    return float((np.abs(colours - rgb(colour)).max(axis=2) <= 4).mean())


@pytest.mark.parametrize("phone", [False, True])
def test_what_lies_at_a_place_is_painted_there(open_page: Opener, watch: Watch, phone: bool) -> None:
    page = open_page("/?layers=none#13/38.72000/117.90000", phone=phone)
    settled(page)
    assert share(painted(page), SEA) > 0.95, "渤海"
    go(page, "#11/38.98000/117.70000")
    colours = painted(page)
    assert share(colours, SEA) > 0.05
    assert share(colours, LAND) > 0.1
    go(page, "#16/39.11080/117.22180")  # 海河 below 大光明桥
    colours = painted(page)
    assert share(colours, RIVER) > 0.01
    assert share(colours, LAND) > 0.3
    assert share(colours, STREET) > 0.01
    go(page, "#15/39.11800/117.19500")
    assert share(painted(page), STREET) > 0.05, "streets of 和平区"
    assert watch.off_host == []
    assert watch.errors == []


def test_beyond_the_reference_nothing_is_painted(open_page: Opener) -> None:
    page = open_page("/?layers=none#12/39.40000/116.60000", phone=True)
    settled(page)
    assert share(painted(page), UNKNOWN) > 0.5


def test_closer_than_the_closest_tile_it_stays_sharp(open_page: Opener) -> None:
    """A street's edge is as steep at the largest zoom as at the tiles' own: it is drawn, not enlarged."""
    page = open_page("/?layers=none#14/39.11800/117.19500")
    settled(page)
    steep = []
    for zoom in (15, 18, 19):
        go(page, f"#{zoom}/39.11780/117.19560")
        colours = painted(page)
        steep.append(np.abs(np.diff(colours[..., 2], axis=1)).max())
    assert min(steep) > 15, "land and street differ by 27 levels of blue"


@pytest.mark.parametrize("zoom", [12.5, 13, 13.5, 15.5])
def test_no_seam_shows_between_tiles(open_page: Opener, zoom: float) -> None:
    """On open sea every pixel has the one colour, over the edges of tiles too."""
    page = open_page(f"/?layers=none#{zoom}/38.72000/117.90000")
    settled(page)
    # wider than a tile, so that its edges cross it
    assert share(painted(page, side=560), SEA) == 1.0


@pytest.mark.parametrize(
    ("zoom", "there", "absent"),
    [
        (10, {"和平区", "津南区", "西青区"}, {"小白楼街道", "南京路"}),
        (13, {"和平区", "劝业场街道", "小白楼街道", "海河"}, {"南京路", "徐州道"}),
        (15, {"小白楼街道", "海河", "南京路", "徐州道", "五大道公园"}, {"和平区"}),
        (17, {"大沽北路", "海河"}, {"和平区", "小白楼街道"}),
    ],
)
def test_names_come_with_their_zoom(open_page: Opener, zoom: int, there: set[str], absent: set[str]) -> None:
    page = open_page("/?layers=none#12/39.11800/117.21500")
    settled(page)
    page.evaluate(NAMED)
    go(page, f"#{zoom}/39.11400/117.21500")
    page.evaluate("() => new Promise((done) => setTimeout(() => requestAnimationFrame(done), 300))")
    named = set(page.evaluate("() => [...window.named]"))
    assert there <= named
    assert not absent & named


def test_a_reader_of_english_gets_names_spelled_too(open_page: Opener, watch: Watch) -> None:
    page = open_page("/?layers=none&lang=en#12/39.11800/117.21500")
    settled(page)
    page.evaluate(NAMED)
    go(page, "#13/39.11400/117.21500")
    page.evaluate("() => new Promise((done) => setTimeout(() => requestAnimationFrame(done), 300))")
    named = set(page.evaluate("() => [...window.named]"))
    assert {"和平区", "Hé píng qū", "海河", "Hǎi hé"} <= named
    assert watch.errors == []


def test_a_tile_that_is_not_read_is_said_and_the_others_stand(open_page: Opener) -> None:
    page = open_page("/?layers=none#13/39.11800/117.21500")
    settled(page)
    page.route("**/tiles/13/**", lambda route: route.abort())
    go(page, "#15/39.11400/117.21500")
    page.wait_for_selector("#trouble:not([hidden])")
    assert "底图" in page.locator("#trouble").inner_text()


@pytest.mark.parametrize(
    "address", ["/features/heping-13-wudadao", "/here?at=117.2,39.11", "/plans/heping-13"]
)
def test_small_maps_have_the_same_backdrop(open_page: Opener, watch: Watch, address: str) -> None:
    page = open_page(address)
    page.locator(".plan-map").scroll_into_view_if_needed()
    settled(page)
    assert page.locator(".leaflet-backdrop-pane canvas.leaflet-tile").count() > 0
    data = page.locator(".leaflet-backdrop-pane canvas.leaflet-tile").first.evaluate(
        "tile => [...tile.getContext('2d').getImageData(100, 100, 1, 1).data]"
    )
    assert data[3] == 255, "painted"
    assert watch.off_host == []
    assert watch.errors == []
