"""The list of named spots: homonyms kept apart, doubles dropped, nothing from outside the city."""

from __future__ import annotations

from collections import defaultdict

import pytest

from app.places.districts import district_at
from app.places.gazetteer import GROUPS, spots
from app.places.measure import distance_m
from app.places.model import Spot
from app.places.reference import SAME_PLACE_M, Reference


@pytest.fixture(scope="module")
def listed(reference: Reference) -> list[Spot]:
    return list(spots(reference))


def test_homonyms_stay_and_doubles_go(listed: list[Spot]) -> None:
    import shapely

    by_name: defaultdict[str, list[Spot]] = defaultdict(list)
    for spot in listed:
        by_name[spot.name].append(spot)
    assert {spot.district for spot in by_name["万达广场"]} >= {"河东区", "滨海新区"}
    several = [group for group in by_name.values() if len(group) > 1]
    assert len(several) > 100
    for group in several:
        points = [shapely.Point(spot.lon, spot.lat) for spot in group]
        apart = [distance_m(a, b) for i, a in enumerate(points) for b in points[:i]]
        assert min(apart) > SAME_PLACE_M * 0.99  # the plane and the ellipsoid differ a little


def test_every_spot_lies_in_its_district_and_bus_stops_are_left_out(listed: list[Spot]) -> None:
    assert {spot.group for spot in listed} <= set(GROUPS)
    for spot in listed[:: len(listed) // 200]:
        found = district_at(spot.lon, spot.lat)
        assert found is not None
        assert found.province == "天津市"
        assert found.name == spot.district
