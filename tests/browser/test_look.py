"""The main page looks as it did: compared with small pictures in ``looks/``, coarsely.

Each picture is made so small that the drawing of single letters does not count, and what is compared are
cells of it: a control that moved, a panel that is gone, a map that is empty change whole cells; another
version of a font or of Chromium does not. After a change that is meant, look at ``tests/artefacts`` and run
``make looks``, which keeps today's look as the one to compare with.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page

from tests.browser.conftest import ARTEFACTS, Opener, Watch

pytestmark = pytest.mark.browser
LOOKS = Path(__file__).parent / "looks"
SIZES: dict[str, dict[str, bool]] = {"1440": {}, "768": {"tablet": True}, "390": {"phone": True}}
SMALLER = 4
"""Pixels of the page, along a side, that make one of the picture."""

CELL = 6
"""Pixels of the picture, along a side, that make one cell: the mean colour of 24 by 24 pixels of the page."""

OFF = 12.0
"""Levels of 255 by which a cell may differ: less than a control's white on the map, more than its text."""

CELLS_OFF = 0.01
"""Share of cells that may differ by more."""


def look(page: Page) -> Image.Image:
    """The page's picture, a quarter as wide and high, in CSS pixels."""
    page.mouse.move(0, 0)
    page.wait_for_selector(".plan-map[data-drawn][data-backdrop]")
    page.wait_for_timeout(500)  # names are drawn, transitions have ended
    picture = Image.open(io.BytesIO(page.screenshot(scale="css"))).convert("RGB")
    return picture.resize((picture.width // SMALLER, picture.height // SMALLER), Image.Resampling.BOX)


def cells(picture: Image.Image) -> NDArray[np.float64]:
    """Mean colours (rows, columns, 3) of whole cells."""
    values = np.asarray(picture, dtype=np.float64)
    rows, columns = values.shape[0] // CELL, values.shape[1] // CELL
    whole = values[: rows * CELL, : columns * CELL].reshape(rows, CELL, columns, CELL, 3)
    return whole.mean(axis=(1, 3))


def share_off(first: Image.Image, second: Image.Image) -> float:
    """Share of cells that differ by more than is allowed; 1 where the sizes differ."""
    if first.size != second.size:
        return 1.0
    return float((np.abs(cells(first) - cells(second)).max(axis=2) > OFF).mean())


@pytest.mark.parametrize("width", SIZES)
def test_the_main_page_looks_as_it_did(
    open_page: Opener, watch: Watch, pytestconfig: pytest.Config, width: str
) -> None:
    page = open_page("/", **SIZES[width])
    now, path = look(page), LOOKS / f"{width}.png"
    ARTEFACTS.mkdir(exist_ok=True)
    now.save(ARTEFACTS / f"look-{width}.png")
    if pytestconfig.getoption("--renew-looks"):
        now.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    with Image.open(path) as kept:
        off = share_off(now, kept.convert("RGB"))
    assert off <= CELLS_OFF, f"{off:.1%} of the page looks different; if that is meant, run: make looks"
    assert watch.errors == []


def test_what_breaks_the_page_is_seen(open_page: Opener) -> None:
    page = open_page("/")
    with Image.open(LOOKS / "1440.png") as kept:
        before = kept.convert("RGB")
    for gone in ("#layer-tree", "#legend", ".leaflet-areas-pane", ".leaflet-backdrop-pane"):
        page.locator(gone).evaluate("e => { e.style.visibility = 'hidden'; }")
        assert share_off(look(page), before) > CELLS_OFF, gone
        page.locator(gone).evaluate("e => { e.style.visibility = ''; }")
