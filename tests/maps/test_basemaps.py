"""The basemaps: which there are, what they may load, and what the page says about their datum."""

from __future__ import annotations

import re

import pytest

from app.maps.basemaps import AMAP_SITE, OSM_SITE, TIANDITU_SITE, Basemap, basemaps, image_hosts
from app.settings import SettingError, load_settings


def test_the_first_choice_asks_no_host_for_anything():
    first = basemaps(tianditu_key="abc")[0]
    assert first.id == "none"
    assert first.tiles == ()
    assert image_hosts((first,)) == ()


def test_tianditu_is_offered_with_a_key_only():
    without = {choice.id: choice for choice in basemaps()}["tianditu"]
    assert without.tiles == ()
    assert "TIANDITU_KEY" in without.missing
    with_key = {choice.id: choice for choice in basemaps(tianditu_key=" 0a1b2c ")}["tianditu"]
    assert with_key.missing == ""
    assert all("tk=0a1b2c" in tiles for tiles in with_key.tiles)


def test_a_key_that_is_no_key_cannot_reach_the_page():
    choice = {choice.id: choice for choice in basemaps(tianditu_key='x"><script>')}["tianditu"]
    assert choice.tiles == ()
    assert choice.missing


def test_only_gaode_is_shifted_and_says_so():
    shifted = [choice for choice in basemaps(tianditu_key="k") if choice.datum != "wgs84"]
    assert [choice.id for choice in shifted] == ["gaode"]
    assert "GCJ-02" in shifted[0].notice
    assert "WGS84" in shifted[0].notice


def test_image_hosts_are_exactly_those_of_the_choices():
    assert image_hosts(basemaps()) == (
        "https://tile.openstreetmap.org",
        "https://webrd01.is.autonavi.com",
        "https://webrd02.is.autonavi.com",
        "https://webrd03.is.autonavi.com",
        "https://webrd04.is.autonavi.com",
    )
    assert "https://t7.tianditu.gov.cn" in image_hosts(basemaps(tianditu_key="k"))


def choice(name: str, **settings: str) -> Basemap:
    return {choice.id: choice for choice in basemaps(tianditu_key="k", **settings)}[name]


@pytest.mark.parametrize(("name", "site"), [("tianditu", TIANDITU_SITE), ("gaode", AMAP_SITE)])
def test_no_approval_number_is_invented(name: str, site: str):
    credit = choice(name).credit
    assert not re.search(r"[（(]\d{4}[)）]", credit)
    assert f'<a href="{site}" rel="noopener">审图号以其网站所示为准</a>' in credit


def test_the_approval_number_is_the_setting():
    # made up for the test: only its shape matters
    settings = load_settings(
        {"ATLAS_TIANDITU_APPROVAL": " 审图号：GS(2099)0001号 ", "ATLAS_AMAP_APPROVAL": "GS京（2099）0002号"}
    )
    stated = {
        "tianditu_approval": settings["TIANDITU_APPROVAL"],
        "amap_approval": settings["AMAP_APPROVAL"],
    }
    assert choice("tianditu", **stated).credit.endswith("；审图号：GS(2099)0001号")
    assert choice("gaode", **stated).credit == "© 高德地图；审图号：GS京（2099）0002号"
    assert "<script" not in choice("gaode", amap_approval="<script>").credit


@pytest.mark.parametrize("text", ["2099", "GS(99)1号", "<b>GS(2099)1号</b>", "审图号"])
def test_what_is_no_approval_number_is_told_at_the_start(text: str):
    with pytest.raises(SettingError, match="ATLAS_AMAP_APPROVAL"):
        load_settings({"ATLAS_AMAP_APPROVAL": text})


def test_maps_without_a_number_say_so():
    for name in ("none", "osm"):
        assert "没有审图号" in choice(name).credit
        assert OSM_SITE in choice(name).credit
    assert "未经审图" in choice("none").credit
