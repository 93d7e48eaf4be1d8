"""A reader with keys alone, one who listens, one who wants no motion, one with the system's own colours."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener, Watch

pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], None]


def tab_to(page: Page, name: str, *, back: bool = False, most: int = 60) -> None:
    """Press Tab until the focus stands on the control of this name; nothing else moves it."""
    for _ in range(most):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        said = page.evaluate(
            """() => { const e = document.activeElement;
            return (e.getAttribute("aria-label") || e.labels?.[0]?.firstChild?.textContent
                || e.textContent || "").trim() }"""
        )
        if said.startswith(name):
            return
    pytest.fail(f"{most} times Tab do not lead to “{name}”")


def test_from_a_question_to_the_panel_its_sentence_and_back(open_page: Opener, watch: Watch, shot: Shot):
    page = open_page("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    tab_to(page, "查找")
    page.keyboard.type("五大道")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    heading = page.locator("#panel h2")
    expect(heading).to_be_focused()
    expect(heading).to_contain_text("五大道")
    shot(page, "keys-panel")
    tab_to(page, "在全文中打开")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/plans/[\w-]+/passages/\d+-\d+$"))
    expect(page.locator("#plan-text .is-quoted").first).to_be_in_viewport()
    page.go_back()
    expect(heading).to_contain_text("五大道")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    assert watch.off_host == watch.errors == []


def test_closing_the_panel_leads_back_to_where_it_was_opened(open_page: Opener):
    page = open_page("/")
    page.locator('[data-plan="heping-14"] summary').focus()
    page.keyboard.press("Enter")
    tab_to(page, "列出要素 和平十四五 功能区")
    page.keyboard.press("Enter")
    first = page.locator(".tree-features button").first
    expect(first).to_be_visible()
    tab_to(page, first.text_content() or "", most=2)  # past the opacity of the layer
    name = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_have_text(name)
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == name


def test_the_list_is_filtered_sorted_paged_and_leads_to_the_map(open_page: Opener, watch: Watch, shot: Shot):
    page = open_page("/features", ready=False)
    tab_to(page, "规划")
    page.keyboard.press("ArrowDown")
    tab_to(page, "查找", most=20)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("plan=heping-13"))
    tab_to(page, "误差")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("sortby=tolerance_m"))
    expect(page.locator("th[aria-sort]")).to_have_text("误差")
    tab_to(page, "下一页", back=True)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"offset=\d+"))
    shot(page, "keys-list")
    row = page.locator("tbody tr").first.locator("th a")
    name = row.inner_text()
    tab_to(page, f"在地图上看 {name}")
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_have_text(name)
    assert watch.off_host == watch.errors == []


def test_menus_open_and_close_by_keys_and_give_the_focus_back(open_page: Opener):
    page = open_page("/")
    tools = page.locator("#tools summary")
    tools.focus()
    page.keyboard.press("Enter")
    tab_to(page, "地图中心")
    page.keyboard.press("Escape")
    expect(page.locator("#tools")).not_to_have_attribute("open", "")
    expect(tools).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "分享")
    page.keyboard.press("Enter")
    expect(page.locator("#share")).to_be_visible()
    inside = "document.getElementById('share').contains(document.activeElement)"
    for _ in range(3):
        page.keyboard.press("Tab")
        assert page.evaluate(inside), "the dialogue holds the focus"
    page.keyboard.press("Escape")
    expect(page.locator("#share")).to_be_hidden()
    tools.focus()
    page.keyboard.press("Enter")
    tab_to(page, "地图中心")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/here\?at="))


def test_the_map_is_moved_and_zoomed_by_keys(open_page: Opener):
    page = open_page("/#13/39.11800/117.21500")
    page.locator(".plan-map").focus()
    page.keyboard.press("ArrowRight")
    expect(page).not_to_have_url(re.compile(r"117\.21500$"))
    page.keyboard.press("+")
    expect(page).to_have_url(re.compile(r"#14/"))


OUTLINE = """() => {
    const style = e => e && getComputedStyle(e);  // a radio shows it on its words, the search on its frame
    const look = e => { const own = style(e), frame = style(e.closest(".search") ?? e);
        return [own.outlineStyle, own.outlineWidth, own.outlineColor, frame.boxShadow, frame.borderColor,
            style(e.nextElementSibling)?.outlineStyle].join() };
    const e = document.activeElement;
    if (e === document.body) return null;
    const on = look(e);
    e.blur();
    const off = look(e);
    e.focus();
    return [e.outerHTML.slice(0, 120), on !== off];
}"""


@pytest.mark.parametrize(
    "address", ["/", "/features", "/search?q=地铁", "/compare?from=heping-13&to=heping-14", "/print"]
)
def test_the_focus_is_seen_wherever_it_stands(open_page: Opener, address: str):
    page = open_page(address, ready=False)
    if address == "/":
        page.wait_for_selector(".plan-map[data-ready]")
    seen = 0
    for _ in range(45):
        page.keyboard.press("Tab")
        found = page.evaluate(OUTLINE)
        if found is None:
            continue
        seen += 1
        assert found[1], f"no sign of the focus on {found[0]}"
    assert seen > 15


def test_what_a_screen_reader_is_told_of_the_map(open_page: Opener):
    page = open_page("/?feature=heping-13-wudadao")
    expect(page.locator("#panel h2")).to_be_visible()
    expect(page.locator("body")).to_match_aria_snapshot(
        """
        - link "跳到正文"
        - banner:
          - link "津图 Plan Atlas"
          - search:
            - combobox "查找"
            - button "查找"
          - navigation "主导航":
            - link "地图"
            - link "要素"
          - link "关怀版"
          - link "English"
        - main "规划地图":
          - heading "天津规划图" [level=1]
          - region "地图"
          - region "图层"
          - region "图例与筛选":
            - heading "确定程度" [level=2]
          - group "底图":
            - radio "离线底图" [checked]
          - button "图层" [expanded]
          - region "五大道小洋楼历史文化体验区":
            - button "关闭"
            - article:
              - heading "五大道小洋楼历史文化体验区" [level=2]
              - heading "规模" [level=3]
              - heading /规划原文 \\d+/ [level=3]
        """
    )
    expect(page.get_by_role("status")).not_to_have_count(0)


def test_what_a_screen_reader_is_told_of_the_list(open_page: Opener):
    page = open_page("/features?plan=heping-13&sortby=name", ready=False)
    expect(page.locator("body")).to_match_aria_snapshot(
        """
        - banner:
          - navigation "主导航":
            - link "要素"
        - main:
          - heading "要素清单" [level=1]
          - searchbox "名称"
          - combobox "规划"
          - combobox "确定程度"
          - button "查找"
          - table:
            - rowgroup:
              - row:
                - columnheader /名称/
          - navigation "翻页":
            - link "下一页"
        - contentinfo
        """
    )


@pytest.mark.parametrize(
    "address", ["/", "/features", "/features/heping-13-wudadao", "/targets", "/here?at=117.195,39.113"]
)
def test_headings_leave_no_level_out(open_page: Opener, address: str):
    page = open_page(address, ready=False)
    levels = page.eval_on_selector_all(
        "h1, h2, h3, h4, h5", "all => all.filter(e => e.checkVisibility()).map(e => Number(e.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


def test_what_goes_wrong_is_said_in_the_live_region(open_page: Opener):
    page = open_page("/")
    page.route("**/heping-14-culture.geojson*", lambda route: route.abort())
    page.locator('[data-plan="heping-14"] summary').click()
    page.locator('[data-layer="heping-14-culture"]').click()
    trouble = page.get_by_role("status").filter(has_text="有图层没有读到。")
    expect(trouble).to_be_visible()
    expect(trouble.get_by_role("button", name="重试")).to_be_visible()
    expect(trouble.get_by_role("link", name="要素清单")).to_be_visible()
    expect(page.locator('[data-layer="heping-14-culture"]')).not_to_be_checked()
    page.unroute_all()
    page.locator('[data-layer="heping-14-culture"]').click()
    expect(page.locator(".leaflet-marker-pane .point").first).to_be_visible()
    expect(trouble).to_be_hidden()


@pytest.mark.parametrize("lost", ["**/leaflet.js", "**/js/state.js"])
def test_a_map_that_does_not_come_says_so_and_shows_the_way_to_the_list(open_page: Opener, lost: str):
    page = open_page("/about", ready=False)
    page.route(lost, lambda route: route.abort())
    page.goto(page.url.removesuffix("/about"))
    wait = page.locator(".map-wait")
    expect(wait).to_be_visible()
    wait.get_by_role("link", name="要素清单").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("要素清单")


def test_who_wants_no_motion_gets_none(open_page: Opener):
    page = open_page("/#13/39.11800/117.21500", ready=False)
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    page.wait_for_selector(".plan-map[data-ready]")
    moving = """() => [...document.querySelectorAll("body *")].filter(e => {
        const s = getComputedStyle(e);
        return e.checkVisibility() && [...s.transitionDuration.split(","), ...s.animationDuration.split(",")]
            .some(d => parseFloat(d) > 0.01) }).map(e => e.className)"""
    assert page.evaluate(moving) == []
    page.locator(".plan-map").focus()
    page.keyboard.press("ArrowRight")
    frames = page.evaluate(
        """() => new Promise(done => { const seen = new Set(); let left = 20;
        const look = () => { seen.add(document.querySelector(".leaflet-map-pane").style.transform);
            left -= 1; left ? requestAnimationFrame(look) : done(seen.size) };
        look() })"""
    )
    assert frames == 1, "the map stands at once where it is pushed"


def test_the_systems_own_colours_keep_what_is_chosen_apart(open_page: Opener, shot: Shot):
    page = open_page("/?feature=heping-13-wudadao", ready=False)
    page.emulate_media(forced_colors="active")
    page.reload()
    page.wait_for_selector(".plan-map[data-ready]")
    shot(page, "forced-colours")
    ground = "e => getComputedStyle(e).backgroundColor"
    chosen, other = (
        page.locator(".basemaps input:checked + span"),
        page.locator(".basemaps input:not(:checked) + span"),
    )
    assert chosen.evaluate(ground) != other.first.evaluate(ground)
    assert page.locator("#panel").evaluate("e => getComputedStyle(e).borderLeftStyle") == "solid"


@pytest.mark.parametrize("address", ["/", "/layers", "/plans", "/about", "/ogc/collections"])
def test_english_words_are_marked_as_english(open_page: Opener, address: str):
    """Three Latin words in a row, not in a code or an address, stand below ``lang="en"``."""
    page = open_page(address, ready=False)
    unmarked = page.evaluate(
        """() => { const found = [], known = '[lang="en"], code, pre, script, style';
        const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walk.nextNode()) { const text = walk.currentNode;
            if (/[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}/.test(text.data) && !text.parentNode.closest(known))
                found.push(text.data.trim().slice(0, 80)); }
        return found }"""
    )
    assert unmarked == []


def test_the_large_type_version_comes_back_to_the_same_map(open_page: Opener, watch: Watch, shot: Shot):
    page = open_page("/#14/39.11000/117.20000")
    page.locator('[data-plan="heping-14"] summary').click()
    page.locator('[data-layer="heping-14-culture"]').click()
    expect(page).to_have_url(re.compile("culture"))
    before = page.url
    page.locator(".brand").focus()
    tab_to(page, "关怀版")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="标准版")).to_be_visible()
    page.wait_for_selector(".plan-map[data-ready]")
    assert page.url == before
    assert page.locator('[data-layer="heping-14-culture"]').is_checked()
    shot(page, "care")
    assert watch.off_host == watch.errors == []
