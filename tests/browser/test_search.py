"""Finding things from the one box: a target with its sentence, by mouse and by keys alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener, Watch

pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], None]


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_target_is_found_from_the_search_box(
    open_page: Opener, watch: Watch, shot: Shot, phone: bool
) -> None:
    page = open_page("/", phone=phone)
    box = page.get_by_role("combobox", name="查找")
    box.fill("亿元税收楼宇")
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(page.locator("#search-list .hit-group").first).to_contain_text("地点")
    target = options.filter(has_text="12栋").first  # before the passage that says so
    expect(target).to_be_visible()
    list_box = page.locator("#search-list").bounding_box()
    assert list_box is not None
    assert list_box["x"] >= 0
    assert list_box["x"] + list_box["width"] <= page.viewport_size["width"]  # type: ignore[index]
    shot(page, "search-box-phone" if phone else "search-box")
    target.click()
    row = page.locator("#t5405-heping-13")
    expect(row).to_be_in_viewport()
    expect(row).to_contain_text("12栋")
    shot(page, "search-ledger-phone" if phone else "search-ledger")
    row.locator("a.sentence").click()
    page.wait_for_selector(".plan-map[data-ready]")
    expect(page).to_have_url(re.compile(r"/plans/heping-13/passages/\d+-\d+$"))
    expect(page.locator("#plan-text .is-quoted").filter(has_text="12栋").first).to_be_in_viewport()
    assert watch.off_host == []
    assert watch.errors == []


def test_keys_alone_lead_from_a_question_to_its_words(open_page: Opener, watch: Watch, shot: Shot) -> None:
    page = open_page("/indicators", ready=False)
    box = page.get_by_role("combobox", name="查找")
    box.focus()
    page.keyboard.type("wudadao")
    expect(page.locator("#search-list").get_by_role("option").first).to_be_visible()
    expect(page.locator("#search-list .none")).to_contain_text("按“五大道”查找")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#search-list").get_by_role("option").first).to_have_attribute(
        "aria-selected", "true"
    )
    assert box.get_attribute("aria-activedescendant") == page.locator("#search-list").get_by_role(
        "option"
    ).first.get_attribute("id")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#search-list").get_by_role("option").last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#search-list")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=wudadao$"))
    expect(page.get_by_text("按“五大道”查找")).to_be_visible()
    shot(page, "search-page")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#results a.result").first).to_be_focused()
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    expect(page.locator("#results a.result").nth(2)).to_be_focused()
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    expect(page.locator("#q")).to_be_focused()
    page.locator("#q").fill("就业")
    page.keyboard.press("Enter")
    page.get_by_role("navigation", name="结果分组").get_by_role("link", name="目标").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#targets")).to_be_in_viewport()
    page.locator("#targets a.result").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/targets\?.*#t\d+-"))
    assert watch.off_host == []
    assert watch.errors == []


def test_results_fit_a_phone(open_page: Opener, watch: Watch, shot: Shot) -> None:
    page = open_page("/search?q=建设", phone=True, ready=False)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(page.get_by_role("heading", name="原文")).to_be_attached()
    shot(page, "search-page-phone")
    page.get_by_role("link", name=re.compile("^全部 .* 处原文")).click()
    expect(page.get_by_role("link", name="下一页")).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert watch.errors == []


def test_a_crossing_that_no_plan_names_leads_to_what_the_plans_say_there(
    open_page: Opener, watch: Watch, shot: Shot
) -> None:
    page = open_page("/", phone=True)
    box = page.get_by_role("combobox", name="查找")
    box.fill("鞍山道与南京路交口")
    option = page.get_by_role("option", name="按地名或路口问")
    expect(option).to_be_visible()
    shot(page, "search-crossing-phone")
    option.click()
    expect(page).to_have_url(re.compile(r"/here\?street="))
    expect(page.locator("#main .lead")).to_contain_text("鞍山道与南京路交口")
    expect(page.locator(".rows tbody tr").first).to_be_visible()
    assert watch.off_host == []
    assert watch.errors == []
