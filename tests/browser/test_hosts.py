"""No page asks for anything off this host: every page there is, in a real browser."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from playwright.sync_api import Browser

from app.atlas.store import Atlas
from tests.browser.conftest import Watch

pytestmark = pytest.mark.browser
# Pages show more when they are asked something; what they ask is added to their bare form.
ASKED = {
    "/": ["?feature=heping-13-wudadao"],
    "/embed": ["?feature=heping-13-wudadao"],
    "/features": ["?q=五大道&plan=heping-13"],
    "/here": ["?at=117.195,39.113&within=300", "?feature=heping-13-wudadao"],
    "/search": ["?q=五大道", "?q=zzzzzz"],
    "/compare": ["?from=heping-13&to=heping-14"],
    "/overlaps": ["?first=heping-14-zones&second=heping-14-corridors"],
    "/lineage": ["?plan=heping-14"],
    "/coverage": ["?plan=heping-14"],
}
FILES = {"/download"}  # whatever is asked, the answer is a file
FILE = re.compile(r"\.|path:|<column>")  # a name with an ending, a file of a package, a tile


@pytest.fixture(scope="module")
def samples(atlas: Atlas, app: Flask) -> dict[str, object]:
    """A value for every variable in an address."""
    passage = app.test_client().get("/passages.json?plan=heping-14&limit=1").get_json()["passages"][0]
    target = app.test_client().get("/targets.json").get_json()["targets"][0]
    return {
        "plan_id": "heping-14",
        "feature_id": "heping-13-wudadao",
        "layer_id": "heping-14-zones",
        "theme": "zones",
        "target_id": target["id"],
        "short": passage["short"],
        "start": passage["start"],
        "end": passage["end"],
        "collection_id": "heping-14-zones",
        "item_id": next(feature.id for feature in atlas if feature.layer == "heping-14-zones"),
        "matrix_set": "WebMercatorQuad",
        "matrix": 10,
        "row": 390,
        "column": 845,
    }


@pytest.fixture(scope="module")
def addresses(app: Flask, samples: dict[str, object]) -> list[str]:
    """Every address that may be a page: of every rule that is no file's."""
    found = []
    for rule in app.url_map.iter_rules():
        last = str(rule).rsplit("/", 1)[-1]
        if "GET" in (rule.methods or ()) and not (FILE.search(last) or str(rule) in FILES):
            with app.test_request_context():
                _, bare = rule.build({name: samples[name] for name in rule.arguments})
            found += [bare, *(bare + query for query in ASKED.get(bare, ()))]
    return [*found, "/no-such-page"]


def test_no_page_asks_for_anything_off_this_host(
    addresses: list[str], browser: Browser, live_server: str, watch: Watch
) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1000, "height": 700})
    page = context.new_page()
    watch.follow(page)
    pages, broken = set(), {}
    for address in addresses:
        answer = page.goto(live_server + address)
        assert answer is not None
        if answer.headers["content-type"].startswith("text/html"):
            pages.add(address)
        if page.locator(".plan-map").count():
            page.wait_for_selector(".plan-map[data-ready]")
        if watch.off_host or (watch.errors and answer.ok):
            broken[address] = [*watch.off_host, *watch.errors]
        watch.off_host.clear()
        watch.errors.clear()
    context.close()
    assert broken == {}, json.dumps(broken, ensure_ascii=False, indent=1)
    assert len(pages) > 40, "a walk that misses pages proves nothing"
    assert {"/", "/about", "/features/heping-13-wudadao", "/ogc", "/compare", "/no-such-page"} <= pages
