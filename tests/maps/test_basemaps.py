"""The basemaps: which there are, what they may load, and what the page says about their datum."""

from __future__ import annotations

from app.maps.basemaps import basemaps, image_hosts


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
