"""Each check on real features, and on copies of them made wrong in just one way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from shapely import affinity

from app.atlas.build import Draft
from app.atlas.checks import CATALOGUE, check_features, finding
from app.atlas.model import Feature, Finding, FindingLevel, Kind
from app.places import reference_checks
from app.places.districts import district
from app.places.model import Method
from app.places.specs import Reason
from app.plans.model import LinkedText, Passage, PassageRole

ZONE = "heping-13-wudadao"


@pytest.fixture(scope="session")
def real(draft: Draft) -> dict[str, Feature]:
    return {feature.entry.id: feature for feature in draft.features}


@pytest.fixture
def codes(draft: Draft) -> Callable[..., list[str]]:
    """Codes of the findings on the given features, their plans' garbled numbers aside."""

    def run(*features: Feature) -> list[str]:
        return [item.code for item in found(draft, features) if item.feature is not None]

    return run


def found(draft: Draft, features: Iterable[Feature]) -> tuple[Finding, ...]:
    grounds = {folder.record.district for folder in draft.folders}
    return check_features(
        features, districts={name: district(name, with_sea=True) for name in grounds}, texts=draft.texts
    )


def renamed(feature: Feature, slug: str, name: str, **changes: object) -> Feature:
    """A twin of a feature under another id and name, told of nowhere."""
    entry = replace(feature.entry, id=f"{feature.entry.plan}-{slug}", name=name, aliases=(), **changes)
    return replace(feature, entry=entry, text=LinkedText())


def moved(feature: Feature, geometry: shapely.Geometry | None) -> Feature:
    return replace(feature, georeference=replace(feature.georeference, geometry=geometry))


def quoting(feature: Feature, *mentions: tuple[int, int], plan: str | None = None) -> Feature:
    """The feature with one passage, the first 400 characters of its plan, that mentions it there."""
    passage = Passage(
        plan=plan or feature.entry.plan,
        start=0,
        end=400,
        exact="字" * 400,
        prefix="",
        suffix="",
        role=PassageRole.SENTENCE,
        path=(),
        mentions=mentions,
    )
    return replace(feature, text=LinkedText(passages=(passage,)))


def test_the_real_atlas_has_no_errors_and_only_catalogued_findings(draft: Draft) -> None:
    assert [item for item in draft.findings if item.level is FindingLevel.ERROR] == []
    for item in draft.findings:
        assert item.level is CATALOGUE[item.code].level
        assert item.message.strip()
        assert item.cure.strip()
        assert "{" not in item.message


def test_the_catalogue_tells_rule_level_message_and_cure_of_each_check() -> None:
    for code, check in CATALOGUE.items():
        assert code == check.code
        assert check.title
        assert check.rule
        assert check.cure
        assert check.message or code.startswith("REF-")
    made = set(re.findall(r'"(REF-[A-Z]+)"', Path(reference_checks.__file__).read_text(encoding="utf-8")))
    assert made == {code for code in CATALOGUE if code.startswith("REF-")}


def test_a_message_needs_all_of_its_fields() -> None:
    with pytest.raises(KeyError):
        finding("S01", stated=1.0)


def test_every_feature_is_located_or_registered_with_a_reason(draft: Draft) -> None:
    for feature in draft.features:
        reference = feature.georeference
        if reference.geometry is None:
            assert reference.method is Method.UNLOCATED, feature.entry.id
            assert reference.reason in list(Reason), feature.entry.id
        else:
            assert reference.method is not Method.UNLOCATED, feature.entry.id
            assert not reference.geometry.is_empty, feature.entry.id


@pytest.mark.parametrize("geometry", [None, shapely.Polygon()])
def test_a_feature_neither_located_nor_registered_is_an_error(
    real: dict[str, Feature], codes: Callable[..., list[str]], geometry: shapely.Geometry | None
) -> None:
    zone = real[ZONE]
    assert "R01" in codes(moved(zone, geometry))
    silent = replace(zone.georeference, geometry=None, method=Method.UNLOCATED, reason="")
    assert "R01" in codes(replace(zone, georeference=silent))
    told = replace(silent, reason=Reason.NOT_FIXED)
    assert "R01" not in codes(replace(zone, georeference=told))


@pytest.mark.parametrize(
    ("factor", "codes_told"), [(1.0, []), (1.09, []), (0.92, []), (1.12, ["S01"]), (0.8, ["S01"])]
)
def test_an_area_may_be_off_by_a_tenth(
    real: dict[str, Feature], codes: Callable[..., list[str]], factor: float, codes_told: list[str]
) -> None:
    zone = real[ZONE]
    assert zone.computed_area_km2 is not None
    told = codes(replace(zone, stated_area_km2=zone.computed_area_km2 / factor))
    assert [code for code in told if code.startswith("S")] == codes_told


def test_a_length_is_checked_and_a_width_taken_from_the_area_is_told(
    real: dict[str, Feature], codes: Callable[..., list[str]]
) -> None:
    zone = real[ZONE]
    assert "S02" in codes(replace(zone, stated_length_km=1.0, computed_length_km=1.5))
    assert "S02" not in codes(replace(zone, stated_length_km=1.0, computed_length_km=None))
    derived = replace(zone.georeference, derived_from_stated_size=True)
    assert "S03" in codes(replace(zone, georeference=derived, stated_area_km2=1.2))


def test_a_zone_in_another_district_is_told_and_a_railway_is_not(
    real: dict[str, Feature], codes: Callable[..., list[str]]
) -> None:
    zone = real[ZONE]
    away = moved(zone, affinity.translate(zone.georeference.geometry, xoff=0.1))
    assert "L01" not in codes(zone)
    assert "L01" in codes(away)
    assert "L01" not in codes(replace(away, entry=replace(away.entry, kind=Kind.RAIL)))
    assert "L06" not in codes(away)
    assert "L06" in codes(moved(zone, shapely.Point(103.8, 36.1)))  # 兰州


def test_a_member_outside_its_structure_is_told_with_the_distance(
    draft: Draft, real: dict[str, Feature]
) -> None:
    member = next(
        f
        for f in draft.features
        if f.entry.parent and f.georeference.geometry is not None and f.georeference.method is Method.OSM
        and real[f.entry.parent].georeference.method is Method.BOUNDED
    )  # fmt: skip
    parent = real[member.entry.parent or ""]
    assert "L02" not in [item.code for item in found(draft, [member, parent])]
    away = moved(member, shapely.Point(117.2, 39.2))
    told = next(item for item in found(draft, [away, parent]) if item.code == "L02")
    assert parent.entry.name in told.message
    assert "0%" in told.message


def test_one_geometry_twice_in_a_layer_is_told_unless_it_is_a_union(
    real: dict[str, Feature], codes: Callable[..., list[str]]
) -> None:
    zone = real[ZONE]
    twin = renamed(zone, "twin", "双胞胎地区")
    assert codes(zone, twin).count("L03") == 1
    union = replace(twin, georeference=replace(twin.georeference, method=Method.UNION))
    assert "L03" not in codes(zone, union)
    elsewhere = replace(twin, entry=replace(twin.entry, theme="parks"))
    assert "L03" not in codes(zone, elsewhere)


def test_a_tolerance_larger_than_the_feature_and_doubts_are_told(
    real: dict[str, Feature], codes: Callable[..., list[str]]
) -> None:
    zone = real[ZONE]
    loose = replace(zone.georeference, tolerance_m=5000.0, doubts=("两段之间缺口很大。",))
    told = codes(replace(zone, georeference=loose))
    assert "L04" in told
    assert "L05" in told
    assert "L04" not in codes(moved(replace(zone, georeference=loose), shapely.Point(117.2, 39.11)))


def test_names_without_a_sentence_or_joined_by_the_editor_are_told(
    real: dict[str, Feature], codes: Callable[..., list[str]]
) -> None:
    zone = real[ZONE]
    assert "N01" not in codes(zone)
    assert "N01" in codes(replace(zone, text=LinkedText()))
    assert "N03" in codes(replace(zone, entry=replace(zone.entry, editorial=True)))


def test_an_ambiguous_place_is_told(draft: Draft) -> None:
    ambiguous = {f.entry.id for f in draft.features if f.georeference.reason == Reason.AMBIGUOUS}
    assert ambiguous
    assert {item.feature for item in draft.findings if item.code == "N04"} == ambiguous


def test_words_of_two_unrelated_features_are_told(
    real: dict[str, Feature], codes: Callable[..., list[str]]
) -> None:
    zone = quoting(real[ZONE], (10, 13))
    other = quoting(renamed(real[ZONE], "other", "另一地区", parent=None), (10, 13))
    lone = replace(zone, entry=replace(zone.entry, parent=None))
    assert codes(lone, other).count("N02") == 2
    assert "N02" not in codes(lone, quoting(other, (20, 23)))
    part = replace(other, entry=replace(other.entry, parent=lone.entry.id))
    assert "N02" not in codes(lone, part)
    second = replace(part, entry=replace(part.entry, id=f"{part.entry.id}-2"))
    assert "N02" not in codes(lone, part, second)  # both are parts of what the words name
    listed = [
        replace(
            f, text=LinkedText(passages=(replace(f.text.passages[0], exact="字" * 11 + "、" + "字" * 388),))
        )
        for f in (lone, other)
    ]
    assert "N02" not in codes(*listed)  # 地铁2、5、9号线


def test_a_split_list_of_lines_shares_its_words_without_a_finding(draft: Draft) -> None:
    metro = {"hedong-14-metro-2", "hedong-14-metro-5", "hedong-14-metro-9"}
    shared = {
        span for f in draft.features if f.entry.id in metro for p in f.text.passages for span in p.mentions
    }
    assert shared
    assert not [item for item in draft.findings if item.code == "N02" and item.feature in metro]


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("护仓河", "护库河", True),
        ("海信商场", "海信广场", True),
        ("万通中心", "万通大厦", True),
        ("南疆港区", "北疆港区", False),  # a direction makes another place
        ("团结里一期", "团结里二期", False),
        ("大厦", "广场", False),  # no stem
        ("嘉里中心", "嘉里汇", False),
        ("静园", "张园", False),  # too short to judge
    ],
)
def test_names_that_may_be_one_place(
    real: dict[str, Feature], codes: Callable[..., list[str]], one: str, other: str, near: bool
) -> None:
    zone = replace(real[ZONE], entry=replace(real[ZONE].entry, kind=Kind.BUILDING, parent=None))
    told = codes(renamed(zone, "one", one), renamed(zone, "two", other))
    assert ("N05" in told) == near


def test_near_names_apart_or_side_by_side_or_of_streets_are_two_places(
    real: dict[str, Feature], codes: Callable[..., list[str]]
) -> None:
    zone = replace(real[ZONE], entry=replace(real[ZONE].entry, kind=Kind.BUILDING, parent=None))
    one, two = renamed(zone, "one", "万隆大厦"), renamed(zone, "two", "万隆广场")
    assert "N05" in codes(one, two)
    assert "N05" not in codes(one, moved(two, shapely.Point(117.3, 39.2)))
    assert "N05" not in codes(quoting(one, (10, 14)), quoting(two, (15, 19)))
    assert "N05" in codes(quoting(one, (10, 14)), quoting(two, (215, 219)))
    street = [
        renamed(zone, slug, name, kind=Kind.STREET) for slug, name in (("a", "汉阳道"), ("b", "沈阳道"))
    ]
    assert "N05" not in codes(*street)


def test_the_spellings_that_the_plans_really_mix_are_found(draft: Draft) -> None:
    told = " ".join(item.message for item in draft.findings if item.code == "N05")
    for name in ("海信商场", "海信广场", "护仓河", "护库河", "万通大厦"):
        assert f"“{name}”" in told


def test_a_passage_that_is_not_in_the_text_is_an_error(
    real: dict[str, Feature], codes: Callable[..., list[str]]
) -> None:
    zone = real[ZONE]
    first = zone.text.passages[0]
    assert "P01" not in codes(zone)
    wrong = replace(zone.text, passages=(replace(first, exact=first.exact[:-1] + "！"),))
    assert "P01" in codes(replace(zone, text=wrong))


def test_a_target_that_its_sentence_does_not_state_is_an_error(
    draft: Draft, codes: Callable[..., list[str]]
) -> None:
    feature = next(f for f in draft.features if f.text.targets and not f.text.targets[0].quantity.doubt)
    target = feature.text.targets[0]
    assert "T02" not in codes(feature)
    invented = replace(target, quantity=replace(target.quantity, raw="999亿元"))
    assert "T02" in codes(replace(feature, text=replace(feature.text, targets=(invented,))))
    doubtful = replace(target, quantity=replace(target.quantity, doubt="疑漏标点"))
    assert "T01" in codes(replace(feature, text=replace(feature.text, targets=(doubtful,))))


def test_a_garbled_number_is_told_on_the_feature_it_names_or_on_the_plan(draft: Draft) -> None:
    told = [item for item in draft.findings if item.code == "T04"]
    parcel = [item for item in told if "222325号" in item.message]
    assert parcel
    assert {item.feature for item in parcel} == {"heping-14-dagubeilu-dikuai"}
    lost = next(item for item in told if "217个" in item.message)
    assert (lost.feature, lost.plan) == (None, "heping-2021")
    assert "中粮资本科技" in lost.message


def test_findings_come_in_the_order_of_features_and_catalogue(draft: Draft) -> None:
    order = list(CATALOGUE)
    places = {feature.entry.id: place for place, feature in enumerate(draft.features)}
    keys = [
        (places.get(item.feature or "", len(places)), order.index(item.code))
        for item in found(draft, draft.features)
    ]
    assert keys == sorted(keys)
