"""Three people with a question each, on a desk, a tablet and a phone; what they see is kept as pictures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import fiona
import pyogrio
import pytest
from playwright.sync_api import Locator, Page, expect

from app.atlas.query import Query
from app.atlas.store import Atlas
from tests.browser.conftest import Opener, Watch

pytestmark = pytest.mark.browser
SIZES: dict[str, dict[str, bool]] = {"1440": {}, "768": {"tablet": True}, "390": {"phone": True}}
Step = Callable[[str], None]
Start = Callable[[str], Page]


@pytest.fixture(params=SIZES)
def start(request: pytest.FixtureRequest, open_page: Opener, watch: Watch) -> Iterator[Start]:
    """Open the first page on a device of this width; in the end nothing went wrong or off this host."""
    device = SIZES[request.param]
    yield lambda address: open_page(address, ready=address == "/", **device)
    assert watch.off_host == []
    assert watch.errors == []


@pytest.fixture
def step(request: pytest.FixtureRequest, shot: Callable[[Page, str], None]) -> Callable[[Page, str], None]:
    """Keep a picture of a step, and check that nothing hangs over the side of the screen."""
    journey, width = re.match(r"test_(\w+)\[(\d+)\]", request.node.name).groups()

    def keep(page: Page, name: str) -> None:
        assert page.evaluate("document.documentElement.scrollWidth") <= int(width), name
        shot(page, f"{journey}-{width}-{name}")

    return keep


def find(page: Page, words: str, row: str) -> None:
    """Type into the search box and choose the suggestion of exactly this name."""
    page.get_by_role("combobox", name="查找").fill(words)
    name = page.locator(".hit-name", has_text=re.compile(f"^{row}(（.*）)?$"))
    page.get_by_role("option").filter(has=name).first.click()


def heading_of(page: Page) -> Locator:
    """The name of the place whose panel is open."""
    return page.locator("#panel").get_by_role("heading", level=2)


def in_view(page: Page, element: Locator) -> None:
    """Whether what was asked for is on the screen and not under something else."""
    box = element.bounding_box()
    assert box is not None
    assert box["width"] > 0
    x, y = box["x"] + box["width"] / 2, box["y"] + min(box["height"], 20) / 2
    size = page.viewport_size
    assert size is not None
    assert 0 <= x <= size["width"]
    assert 0 <= y <= size["height"]
    assert element.evaluate("(e, [x, y]) => e.contains(document.elementFromPoint(x, y))", [x, y])


def test_a_planner_compares_wudadao_in_two_plans(start: Start, step: Step) -> None:
    page = start("/")
    find(page, "五大道", "五大道小洋楼历史文化体验区")
    panel = page.locator("#panel")
    heading = heading_of(page)
    expect(heading).to_have_text("五大道小洋楼历史文化体验区")
    in_view(page, heading)
    step(page, "1-place")
    way = panel.get_by_role("link", name="看对照").first
    way.scroll_into_view_if_needed()
    step(page, "2-history")
    way.click()
    page.wait_for_url(re.compile(r"/compare\?from=heping-13&to=heping-14#r-"))
    maps = page.locator(".plan-map")
    for side in (0, 1):
        expect(maps.nth(side).locator(".leaflet-areas-pane path").first).to_be_attached()
    relation = page.locator(f"[id='{page.url.split('#')[1]}']")
    expect(relation).to_contain_text("五大道小洋楼历史文化体验区")
    expect(relation).to_contain_text("五大道洋楼经济核心区")
    expect(relation).to_contain_text("平方公里")
    in_view(page, relation)
    step(page, "3-relation")
    page.evaluate("scrollTo(0, 0)")
    step(page, "4-maps")


def test_a_resident_finds_metro_works_near_the_station(start: Start, step: Step) -> None:
    page = start("/")
    find(page, "地铁4号线", "地铁4号线")
    panel = page.locator("#panel")
    heading = heading_of(page)
    expect(heading).to_have_text("地铁4号线")
    expect(panel.locator("blockquote").first).to_contain_text("地铁4号线、10号线区内7个站位施工")
    in_view(page, heading)
    step(page, "1-line")
    basis = panel.get_by_text("西段未画")
    basis.scroll_into_view_if_needed()
    step(page, "2-basis")  # the line is drawn from its known stations only; the panel says so

    find(page, "天津站", "天津站")
    expect(heading_of(page)).to_have_text("天津站")
    step(page, "3-station")
    page.locator("#panel").get_by_role("link", name="交叠与周边").click()
    page.wait_for_selector(".plan-map[data-ready]")
    step(page, "4-here")
    page.get_by_role("link", name="1000 米以内").click()
    page.wait_for_url(re.compile("within=1000"))
    row = page.locator("tr[id^='hit-']").filter(has_text="天津站前广场").first
    row.scroll_into_view_if_needed()
    expect(row).to_contain_text(re.compile(r"相距 约 \d+ 米"))
    # what is drawn of the line begins three kilometres east: it must not be said to be near
    assert page.locator("#hit-hedong-14-metro-4").count() == 0
    step(page, "5-within")


def test_a_gis_user_takes_nangang_away(start: Start, step: Step, atlas: Atlas, tmp_path: Path) -> None:
    page = start("/features")
    page.locator("main input[name=q]").fill("南港工业区")
    page.locator("main input[name=q]").press("Enter")
    page.wait_for_url(re.compile("q="))
    step(page, "1-list")
    page.locator(".downloads summary").click()
    page.locator(".downloads select[name=crs]").select_option("EPSG:4548")
    package = page.get_by_role("button", name="GeoPackage")
    package.scroll_into_view_if_needed()
    in_view(page, package)
    step(page, "2-menu")
    with page.expect_download() as waiting:
        package.click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)

    wanted = {feature.id: feature for feature in atlas.query(Query(q="南港工业区", limit=100)).items}
    assert "binhai-14-nangang" in wanted
    found: dict[str, str] = {}
    for layer in {feature.layer for feature in wanted.values()}:
        info = pyogrio.read_info(path, layer=layer)
        assert info["crs"] == "EPSG:4548"
        with closing(fiona.open(path, layer=layer)) as rows:
            found |= {row["properties"]["id"]: row["properties"]["name"] for row in rows}
    assert found == {key: feature.properties["name"] for key, feature in wanted.items()}
    assert found["binhai-14-nangang"] == "南港工业区"
