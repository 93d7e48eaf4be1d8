"""What applies here, what lies near, where layers collide: on the real features."""

from __future__ import annotations

import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.atlas.overlay import Relation, applying, areas_of, collisions, lines_of, nearby
from app.atlas.query import Query
from app.atlas.store import Atlas, StoredFeature
from app.places.measure import area_km2, buffer_m

WUDADAO = "heping-13-wudadao"
SPOT = shapely.Point(117.195, 39.113)  # in the middle of 五大道
SEA = shapely.Point(118.1, 38.5)


def shape(feature: StoredFeature | None) -> shapely.geometry.base.BaseGeometry:
    assert feature is not None
    assert feature.geometry is not None
    return feature.geometry


def test_a_spot_in_five_avenues_is_told_so_and_small_features_come_first(atlas: Atlas) -> None:
    hits = applying(atlas, SPOT)
    by_id = {hit.feature.id: hit for hit in hits}
    assert by_id[WUDADAO].relation is Relation.CONTAINS
    assert by_id[WUDADAO].distance_m == 0
    sure = [hit for hit in hits if hit.relation is not Relation.POSSIBLE]
    assert hits[: len(sure)] == sure
    sizes = [area_km2(areas_of(hit.feature.geometry)) for hit in sure]
    assert sizes == sorted(sizes)


def test_possible_means_outside_but_within_the_tolerance(atlas: Atlas) -> None:
    possible = [hit for hit in applying(atlas, SPOT) if hit.relation is Relation.POSSIBLE]
    assert possible
    for hit in possible:
        assert 0 < hit.distance_m <= hit.feature.properties["tolerance_m"]
        assert not shape(hit.feature).intersects(SPOT)
        assert hit.overlap_ha is None


def test_every_feature_whose_shape_holds_the_spot_is_found(atlas: Atlas) -> None:
    found = {hit.feature.id for hit in applying(atlas, SPOT) if hit.distance_m == 0}
    assert found == {f.id for f in atlas if f.geometry is not None and f.geometry.intersects(SPOT)}


def test_overlap_of_areas_is_shared_both_ways(atlas: Atlas) -> None:
    zone = shape(atlas.feature(WUDADAO))
    west, south, east, north = zone.bounds
    half = shapely.box(west, south, (west + east) / 2, north)
    hit = next(hit for hit in applying(atlas, half) if hit.feature.id == WUDADAO)
    assert hit.relation is Relation.OVERLAPS
    assert hit.overlap_ha is not None
    assert hit.share_of_feature is not None
    assert hit.share_of_ground is not None
    assert 0 < hit.share_of_feature < 1
    assert abs(hit.overlap_ha / 100 - hit.share_of_feature * area_km2(zone)) < 1e-6
    assert abs(hit.overlap_ha / 100 - hit.share_of_ground * area_km2(half)) < 1e-6


def test_a_ground_that_holds_a_feature_says_within(atlas: Atlas) -> None:
    ground = buffer_m(shape(atlas.feature(WUDADAO)), 50)
    hit = next(hit for hit in applying(atlas, ground) if hit.feature.id == WUDADAO)
    assert hit.relation is Relation.WITHIN
    assert hit.share_of_feature == 1.0


def test_a_drawn_line_says_how_far_it_runs_through_an_area(atlas: Atlas) -> None:
    west, south, east, north = shape(atlas.feature(WUDADAO)).bounds
    line = shapely.LineString([(west - 0.01, (south + north) / 2), (east + 0.01, (south + north) / 2)])
    hit = next(hit for hit in applying(atlas, line) if hit.feature.id == WUDADAO)
    assert hit.overlap_km is not None
    assert hit.share_of_ground is not None
    assert 0 < hit.share_of_ground < 1
    assert hit.share_of_feature is None


def test_the_open_sea_has_no_plans_but_what_is_too_uncertain_to_rule_out(atlas: Atlas) -> None:
    assert all(hit.relation is Relation.POSSIBLE for hit in applying(atlas, SEA))


def test_every_shape_answers_for_its_own_box(atlas: Atlas) -> None:
    kinds: dict[str, StoredFeature] = {f.geometry.geom_type: f for f in atlas if f.geometry is not None}
    assert {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"} <= kinds.keys()
    for feature in kinds.values():
        hits = applying(atlas, buffer_m(shape(feature), 5))
        assert feature.id in {hit.feature.id for hit in hits if hit.relation is Relation.WITHIN}


def test_areas_and_lines_of_a_mixed_collection() -> None:
    mixed = shapely.GeometryCollection([SPOT, shapely.MultiPolygon([shapely.box(0, 0, 1, 1)]), SEA])
    assert areas_of(mixed).equals(shapely.box(0, 0, 1, 1))
    assert lines_of(mixed).is_empty


def test_near_is_by_distance_and_complete(atlas: Atlas) -> None:
    hits = nearby(atlas, SPOT, 400)
    distances = [hit.distance_m for hit in hits]
    assert distances == sorted(distances)
    assert distances[-1] <= 400
    reach = buffer_m(SPOT, 399)
    must = {f.id for f in atlas if f.geometry is not None and f.geometry.intersects(reach)}
    assert must <= {hit.feature.id for hit in hits}


def test_collisions_name_each_pair_once_and_never_itself(atlas: Atlas) -> None:
    side = atlas.query(Query(layer="heping-13-zones", registered=False)).items
    rows = collisions(atlas, side, side)
    pairs = [frozenset((row.first.id, row.second.id)) for row in rows]
    assert len(pairs) == len(set(pairs))
    assert all(len(pair) == 2 for pair in pairs)
    areas = [row.overlap_ha for row in rows]
    assert areas == sorted(areas, reverse=True)


def test_a_collision_is_the_common_ground(atlas: Atlas) -> None:
    first, second = (
        atlas.query(Query(layer=f"heping-{period}-zones", registered=False)).items for period in ("13", "14")
    )
    rows = collisions(atlas, first, second)
    assert rows
    for row in rows:
        assert abs(area_km2(row.overlap) * 100 - row.overlap_ha) < 1e-9
        assert row.overlap.difference(shape(row.first)).area < 1e-9
        assert 0 < row.share_of_first <= 1 + 1e-9


def test_layers_without_areas_collide_nowhere(atlas: Atlas) -> None:
    zones = atlas.query(Query(layer="heping-13-zones", registered=False)).items
    assert collisions(atlas, zones, []) == []
    assert collisions(atlas, [], zones) == []


def test_parts_of_a_missing_geometry_are_empty() -> None:
    assert areas_of(None).is_empty
    assert lines_of(shapely.Point(1, 2)).is_empty


@given(
    lon=st.floats(116.7, 118.1, allow_nan=False),
    lat=st.floats(38.5, 40.2, allow_nan=False),
    width=st.floats(0.0005, 0.05),
)
def test_shares_are_shares(atlas: Atlas, lon: float, lat: float, width: float) -> None:
    for hit in applying(atlas, shapely.box(lon, lat, lon + width, lat + width)):
        for share in (hit.share_of_feature, hit.share_of_ground):
            assert share is None or 0 <= share <= 1
