"""One real feature of each kind of evidence: does its shape follow from the sentence that names it?"""

from __future__ import annotations

import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from app.atlas.inputs import Inputs
from app.atlas.query import Query
from app.atlas.store import Atlas, StoredFeature
from app.places.districts import district
from app.places.linework import Lines
from app.places.measure import to_metric
from app.places.reference import Reference


@pytest.fixture(scope="module")
def reference(inputs: Inputs) -> Reference:
    return Reference.open(inputs.reference)


@pytest.fixture(scope="module")
def lines(reference: Reference) -> Lines:
    return Lines(reference)


def known(atlas: Atlas, feature_id: str) -> StoredFeature:
    feature = atlas.feature(feature_id)
    assert feature is not None
    return feature


def ground(atlas: Atlas, feature_id: str) -> BaseGeometry:
    """The shape of a feature in metres."""
    geometry = known(atlas, feature_id).geometry
    assert geometry is not None
    return to_metric(geometry)


def words(feature: StoredFeature) -> str:
    """All that is said of where a feature's shape comes from."""
    return "".join(item["note"] for item in feature.properties["evidence"])


def test_a_crossing_lies_on_both_of_its_streets(atlas: Atlas, lines: Lines) -> None:
    node = ground(atlas, "binhai-14-jintang-haixing")
    for name in ("京滨线（津塘公路）", "海兴路"):
        street = lines.street(name, district="滨海新区")
        assert node.distance(street.metric) <= street.tolerance_m


def test_a_road_ends_where_the_text_says(atlas: Atlas, lines: Lines) -> None:
    road = ground(atlas, "heping-13-manxing-hepinglu-a")  # 和平路(赤峰道——营口道)
    ends = shapely.get_parts(road.boundary)
    assert len(ends) == 2
    for name in ("赤峰道", "营口道"):
        street = lines.street(name, district="和平区")
        assert min(end.distance(street.metric) for end in ends) < 100


def test_a_port_area_holds_what_bears_its_name_and_is_never_solid(atlas: Atlas, reference: Reference) -> None:
    port = known(atlas, "binhai-14-beijiang-gangqu")
    (office,) = reference.find("北疆海事局", groups=("buildings",), district="滨海新区")
    assert ground(atlas, port.id).covers(to_metric(office.point))
    assert port.properties["certainty"] == "indicative"


def test_a_list_that_shares_its_suffix_is_split(atlas: Atlas) -> None:
    # “大沽口、高沙岭和大港港区”: three ports of one sentence, each by the words that are its own.
    spans = {}
    for slug, text in {"dagukou": "大沽口", "gaoshaling": "高沙岭", "dagang": "大港港区"}.items():
        feature = known(atlas, f"binhai-14-{slug}-gangqu")
        sentence = feature.properties["passages"][0]
        start, end = sentence["mentions"][0]
        spans[slug] = (sentence["start"], start, end)
        assert sentence["exact"][start - sentence["start"] : end - sentence["start"]] == text
    assert len({first for first, _, _ in spans.values()}) == 1
    assert len({start for _, start, _ in spans.values()}) == 3


def test_the_store_and_the_area_of_one_name_are_two(atlas: Atlas) -> None:
    store, area = known(atlas, "heping-14-quanyechang"), known(atlas, "heping-14-quanyechang-diqu")
    assert store.properties["kind"] == "mall"
    assert area.properties["kind"] == "zone"
    ours, theirs = (
        {tuple(span) for passage in f.properties["passages"] for span in passage["mentions"]}
        for f in (store, area)
    )
    assert ours
    assert theirs
    assert not ours & theirs


@pytest.mark.parametrize(
    ("feature_id", "zone_id", "quoted"),
    [
        ("binhai-14-sanqu-lianggang", "binhai-14-baoshuiqu", "统筹‘三区两港’格局"),
        ("binhai-14-dagu-chuanwu", "binhai-14-haihe-guanguang", "沿河景观资源"),
        ("binhai-14-dagang-shihua", "binhai-14-dagangjie", "大港石化产业园社区"),
        ("heping-13-xintaiyuandao", "heping-13-jiefangbeilu", "八横"),
        ("hedong-14-jianfu-guanyinsi", "hedong-14-zhigu-shangmaojie", "以大直沽中路为主脉"),
    ],
)
def test_what_is_somewhere_in_a_zone_is_drawn_as_the_zone_and_says_so(
    atlas: Atlas, feature_id: str, zone_id: str, quoted: str
) -> None:
    feature, zone = known(atlas, feature_id), known(atlas, zone_id)
    assert ground(atlas, feature_id).hausdorff_distance(ground(atlas, zone_id)) < 1
    assert quoted in words(feature)
    assert feature.properties["certainty"] == "indicative"
    assert feature.properties["tolerance_m"] > zone.properties["tolerance_m"]


def test_the_screen_between_two_cities_lies_along_their_border(atlas: Atlas) -> None:
    screen = known(atlas, "binhai-14-lvse-pingzhang")
    assert screen.properties["stated_area_km2"] == 736
    shape = ground(atlas, screen.id)
    for name in ("滨海新区", "东丽区", "津南区"):
        assert shapely.intersection(shape, to_metric(district(name))).area > 0.1 * shape.area
    assert screen.properties["certainty"] == "indicative"


def test_nothing_that_may_lie_two_kilometres_off_is_drawn_solid_or_dashed(atlas: Atlas) -> None:
    for feature in atlas.query(Query(registered=False, limit=len(atlas))).items:
        if feature.properties["tolerance_m"] >= 2000:
            assert feature.properties["certainty"] == "indicative", feature.id
