"""The map page as Folium makes it: ours, offline, and deaf to what names contain."""

from __future__ import annotations

import re

import folium
import pytest

from app.atlas.styles import read_styles
from app.maps.basemaps import basemaps
from app.maps.elements import PlanMap, Verbatim
from app.maps.page import MapParts, OfflineFigure, Urls, feature_map, map_page
from app.settings import ROOT

NASTY = "</script><script>alert(1)</script>\"'{{ 7 * 7 }}{% raw %}&"
URLS = Urls(
    assets="/assets/",
    layer="/map/{id}.geojson",
    together="/layers.json?ids={id}",
    panel="/features/{id}/panel",
    search="/search.json",
    backdrop="/tiles/{z}/{x}/{y}.mvt",
    here="/here",
    prints="/print",
    embed="/embed",
    code="/qr.svg",
    targets="/targets",
    overview="/overview.svg",
    counts="/map/counts.json",
    listing="/features",
    tiles="/map/{id}/{z}/{x}/{y}.mvt",
    feature="/features/{id}.geojson",
)
PLANS = [
    {
        "id": "heping-13",
        "short_title": "和平十三五",
        "district": "和平区",
        "start_year": 2016,
        "end_year": 2020,
    },
    {"id": "heping-14", "short_title": NASTY, "district": "和平区", "start_year": 2016, "end_year": 2025},
    {
        "id": "hedong-14",
        "short_title": "河东十四五",
        "district": "河东区",
        "start_year": 2016,
        "end_year": 2025,
    },
]
THEMES = [
    {"id": "zones", "title": "功能区", "shown": True},
    {"id": "towns", "title": NASTY, "shown": False},
    {"id": "ports", "title": "港区", "shown": True},
]
BOX = [117.1, 39.0, 117.3, 39.2]
LAYERS = [
    {"id": f"{plan}-{theme}", "plan": plan, "theme": theme, "count": count, "located": located, "bbox": bbox}
    for plan, theme, count, located, bbox in (
        ("heping-13", "zones", 9, 9, BOX),
        ("heping-14", "zones", 7, 5, BOX),
        ("heping-14", "towns", 6, 6, [117.2, 39.1, 117.5, 39.3]),
        ("hedong-14", "zones", 2, 0, None),
    )
]


@pytest.fixture(scope="module")
def parts() -> MapParts:
    return map_page(
        plans=PLANS,
        themes=THEMES,
        layers=LAYERS,
        book=read_styles(ROOT / "styles"),
        choices=basemaps(),
        urls=URLS,
    )


def test_the_map_is_a_folium_map():
    assert issubclass(PlanMap, folium.Map)


def test_nothing_points_off_this_host_but_the_tiles_of_basemaps(parts: MapParts):
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", parts.head + parts.body)
    leaflet, tiles = re.findall(r'src="([^"]+)"', parts.head)
    assert leaflet == "/assets/leaflet/1.9.4.1/leaflet.js"
    assert re.fullmatch(r"/assets/folium/\w{12}/Leaflet.VectorGrid.bundled.js", tiles)
    fetched = re.sub(r"href=\S+", "", parts.script)  # a credit's link is followed by a reader only
    hosts = set(re.findall(r"https://([a-z0-9.{}]+)/", fetched))
    assert hosts == {"tile.openstreetmap.org", "webrd0{s}.is.autonavi.com"}


def test_there_is_no_inline_style_script_or_handler_in_the_markup(parts: MapParts):
    assert not re.search(r"<style|<script>|\son\w+=|\sstyle=", parts.head + parts.body)


def test_names_stay_text(parts: MapParts):
    assert "<script>alert" not in parts.body + parts.script
    assert "49" not in re.sub(r"#\w+", "", parts.body)
    assert "{{ 7 * 7 }}{% raw %}&amp;" in parts.body  # as text, neither run nor lost
    assert "</script" not in parts.script


def test_the_tree_counts_what_is_located(parts: MapParts):
    assert re.search(r'data-plan="heping-14".*?11/13', parts.body, re.S)
    assert re.search(
        r'data-layer="hedong-14-zones" data-theme="zones"\s+data-located="0" disabled', parts.body
    )


def test_a_plan_can_be_seen_whole(parts: MapParts):
    assert re.findall(r'data-fit="([^"]+)"', parts.body) == ["117.1,39.0,117.3,39.2", "117.1,39.0,117.5,39.3"]


def test_the_newest_plan_of_each_district_opens_with_its_headline_themes(parts: MapParts):
    checked = re.findall(r'data-layer="([^"]+)" data-theme="\w+"\s+data-located="\d+" checked', parts.body)
    assert checked == ["heping-14-zones"]  # the others are older, not headline, or hold nothing located


def test_the_legend_has_the_themes_in_use_and_the_three_certainties(parts: MapParts):
    assert re.findall(r'data-toggle-theme="(\w+)"', parts.body) == ["zones", "towns"]
    for word in ("确定", "近似", "示意"):
        assert word in parts.body
    assert 'id="hatch-zones"' in parts.body


def test_a_basemap_without_its_key_is_shown_but_disabled(parts: MapParts):
    assert re.search(r'value="tianditu"\s+disabled', parts.body)


def test_the_page_is_reproducible(parts: MapParts):
    again = map_page(
        plans=PLANS,
        themes=THEMES,
        layers=LAYERS,
        book=read_styles(ROOT / "styles"),
        choices=basemaps(),
        urls=URLS,
    )
    assert again == parts


def test_a_small_map_knows_its_feature_by_address_only():
    small = feature_map(
        layer="heping-14-zones",
        feature="heping-14-wudadao",
        bounds=(117.19, 39.10, 117.21, 39.12),
        book=read_styles(ROOT / "styles"),
        urls=URLS,
    )
    assert "atlas.featureLayer(" in small.script
    assert '"feature": "heping-14-wudadao"' in small.script
    assert "coordinates" not in small.script


def test_finished_text_is_not_taken_for_a_template():
    figure = OfflineFigure("/assets/")
    figure.html.add_child(Verbatim("{{ 7 * 7 }}"))
    assert figure.parts().body.strip() == "{{ 7 * 7 }}"
