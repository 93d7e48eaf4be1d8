"""Address-like names against the real streets and spots."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.atlas.addresses import JOIN_M, Addresses, read_addresses
from app.atlas.store import Atlas
from app.places.measure import distance_m, to_metric


@pytest.fixture(scope="module")
def addresses(atlas: Atlas) -> Addresses:
    return read_addresses(atlas.documents)


@pytest.mark.parametrize(
    "address",
    [
        "鞍山道与南京路交口",
        "鞍山道、南京路",
        "鞍山道和南京路交叉口",
        "鞍山道南京路路口",
        "天津市和平区鞍山道与南京路交口",
        " 鞍山道 与 南京路 ",
        "鞍山道/南京路",
    ],
)
def test_a_crossing_however_it_is_written(addresses: Addresses, address: str) -> None:
    found = addresses.find(address)
    assert found.exact
    assert found.streets == (("鞍山道", "南京路"),)


def test_where_two_streets_meet_is_on_both_of_them(addresses: Addresses) -> None:
    meeting = addresses.meeting("鞍山道", "南京路")
    assert meeting is not None
    for name in ("鞍山道", "南京路"):
        street = addresses.street(name)
        assert street is not None
        assert to_metric(meeting).distance(to_metric(street)) <= JOIN_M / 2
    # the metro station of that name lies below the crossing
    station = next(spot for spot in addresses.find("鞍山道").spots if spot.group == "stations")
    assert distance_m(shapely.get_parts(meeting)[0], shapely.Point(station.lon, station.lat)) < 300


def test_streets_that_stay_apart_have_no_meeting(addresses: Addresses) -> None:
    assert addresses.meeting("鞍山道", "洞庭路") is None
    assert addresses.meeting("鞍山道", "鞍山道") is None
    assert addresses.meeting("鞍山道", "月球路") is None


def test_a_name_with_a_joining_word_in_it_is_not_cut_there(addresses: Addresses) -> None:
    assert addresses.find("和平路与滨江道").streets == (("和平路", "滨江道"),)
    assert addresses.find("和平路").streets[0] == ("和平路",)


def test_a_house_number_is_dropped_and_told(addresses: Addresses) -> None:
    found = addresses.find("和平区南京路189号")
    assert found.streets == (("南京路",),)
    assert found.number_dropped


def test_a_district_before_the_name_chooses_among_homonyms(addresses: Addresses) -> None:
    assert len(addresses.find("万达广场").spots) > 1
    assert {spot.district for spot in addresses.find("河东区万达广场").spots} == {"河东区"}


def test_what_only_contains_the_words_is_not_called_exact(addresses: Addresses) -> None:
    found = addresses.find("泰达")
    assert not found.exact
    assert all("泰达" in spot.name for spot in found.spots)


def test_an_unknown_name_finds_nothing(addresses: Addresses) -> None:
    assert not addresses.find("火星基地站")
    assert not addresses.find("")
    assert not addresses.find("天津市火星基地站")


def test_the_spot_of_an_answer_is_known_by_its_coordinates(addresses: Addresses) -> None:
    spot = addresses.find("瓷房子").spots[0]
    assert addresses.spot_at(spot.lon, spot.lat) == spot
    assert addresses.spot_at(spot.lon, spot.lat + 1e-6) is None


@given(address=st.text(max_size=200))
def test_any_text_is_answered(addresses: Addresses, address: str) -> None:
    found = addresses.find(address)
    assert all(1 <= len(names) <= 2 for names in found.streets)
