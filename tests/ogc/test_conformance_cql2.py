"""A test for every class of CQL2 that the service declares, against the properties themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import shapely

from app.atlas.store import Atlas
from tests.ogc.classes import all_ids, of
from tests.ogc.conftest import Get


@of("cql2/1.0:basic-cql2")
@pytest.mark.parametrize(
    ("text", "keep"),
    [
        ("name = '五大道'", lambda p: p["name"] == "五大道"),
        ("kind <> 'zone'", lambda p: p["kind"] != "zone"),
        ("tolerance_m < 100", lambda p: p["tolerance_m"] is not None and p["tolerance_m"] < 100),
        ("tolerance_m >= 100", lambda p: p["tolerance_m"] is not None and p["tolerance_m"] >= 100),
        ("parent IS NULL", lambda p: p["parent"] is None),
        ("parent IS NOT NULL", lambda p: p["parent"] is not None),
        (
            "NOT (kind = 'zone' OR plan = 'heping-13')",
            lambda p: p["kind"] != "zone" and p["plan"] != "heping-13",
        ),
        ("period_end > DATE('2020-12-31')", lambda p: p["plan"] != "heping-13"),
        ("period_end <= TIMESTAMP('2020-12-31T00:00:00Z')", lambda p: p["plan"] == "heping-13"),
        ("true", bool),
        ("false", lambda p: not p),
    ],
)
def test_basic_filters(get: Get, atlas: Atlas, text: str, keep: Callable[[Any], bool]) -> None:
    assert all_ids(get, filter=text) == [f.id for f in atlas if keep(f.properties)]


@of("cql2/1.0:basic-cql2")
def test_basic_filters_on_booleans_and_whole_numbers(get: Get, atlas: Atlas) -> None:
    items = "/collections/targets/items"
    found = get(items, filter="year_stated = true AND year < 2025", limit=10_000)["features"]
    expected = [row["id"] for row in atlas.targets if row["year_stated"] and row["year"] < 2025]
    assert expected
    assert [f["id"] for f in found] == expected


@of("cql2/1.0:advanced-comparison-operators")
@pytest.mark.parametrize(
    ("text", "keep"),
    [
        ("name LIKE '%道'", lambda p: p["name"].endswith("道")),
        ("name NOT LIKE '%道%'", lambda p: "道" not in p["name"]),
        ("name LIKE '__'", lambda p: len(p["name"]) == 2),
        ("kind IN ('zone','park')", lambda p: p["kind"] in ("zone", "park")),
        (
            "tolerance_m BETWEEN 20 AND 150",
            lambda p: p["tolerance_m"] is not None and 20 <= p["tolerance_m"] <= 150,
        ),
    ],
)
def test_advanced_comparisons(get: Get, atlas: Atlas, text: str, keep: Callable[[Any], bool]) -> None:
    expected = [f.id for f in atlas if keep(f.properties)]
    assert expected
    assert all_ids(get, filter=text) == expected


@of("cql2/1.0:case-insensitive-comparison", "cql2/1.0:accent-insensitive-comparison")
def test_comparisons_may_leave_case_and_accents_aside(get: Get, atlas: Atlas) -> None:
    lettered = next(f for f in atlas if any(c.isascii() and c.isupper() for c in f.properties["name"]))
    name = lettered.properties["name"]
    assert lettered.id in all_ids(get, filter=f"CASEI(name) = CASEI('{name.lower()}')")
    assert lettered.id not in all_ids(get, filter=f"name = '{name.lower()}'")
    accented = "".join("É" if c == "E" else "Á" if c == "A" else c for c in name)
    assert lettered.id in all_ids(get, filter=f"ACCENTI(name) = ACCENTI('{accented}')")


@of("cql2/1.0:basic-spatial-functions", "cql2/1.0:basic-spatial-functions-plus", "cql2/1.0:spatial-functions")
@pytest.mark.parametrize(
    "op", ["INTERSECTS", "DISJOINT", "EQUALS", "TOUCHES", "CROSSES", "OVERLAPS", "WITHIN", "CONTAINS"]
)
def test_spatial_functions(get: Get, atlas: Atlas, op: str) -> None:
    stored = next(f.geometry for f in atlas if f.geometry is not None and f.geometry.geom_type == "Polygon")
    literals = [
        "POINT(117.2 39.12)",
        "LINESTRING(117.15 39.1,117.25 39.13)",
        "MULTIPOINT((117.2 39.12),(117.21 39.11))",
        "MULTILINESTRING((117.15 39.1,117.25 39.13),(117.2 39.1,117.2 39.2))",
        "POLYGON((117.19 39.1,117.22 39.1,117.22 39.13,117.19 39.13,117.19 39.1))",
        "MULTIPOLYGON(((117.19 39.1,117.22 39.1,117.22 39.13,117.19 39.1)),"
        "((118 39,118.1 39,118 39.1,118 39)))",
        stored.wkt,
    ]
    for wkt in literals:
        test = getattr(shapely, op.lower())
        shape = shapely.from_wkt(wkt)
        expected = [f.id for f in atlas if f.geometry is not None and test(f.geometry, shape)]
        assert all_ids(get, filter=f"S_{op}(geometry,{wkt})") == expected, wkt
    box = [
        f.id
        for f in atlas
        if f.geometry is not None and f.geometry.intersects(shapely.box(117, 39, 117.2, 39.1))
    ]
    assert all_ids(get, filter="S_INTERSECTS(geometry,BBOX(117,39,117.2,39.1))") == box


@of("cql2/1.0:array-functions")
def test_array_functions(get: Get, atlas: Atlas) -> None:
    named = next(f for f in atlas if len(f.properties["aliases"]) > 1)
    one, two = named.properties["aliases"][:2]
    for text, keep in (
        (f"A_CONTAINS(aliases,('{one}','{two}'))", lambda own: {one, two} <= own),
        (f"A_OVERLAPS(aliases,('{one}','无'))", lambda own: bool(own & {one, "无"})),
        (f"A_CONTAINEDBY(aliases,('{one}','{two}'))", lambda own: own <= {one, two}),
        (f"A_EQUALS(aliases,('{one}','{two}'))", lambda own: own == {one, two}),
    ):
        assert all_ids(get, filter=text) == [f.id for f in atlas if keep(set(f.properties["aliases"]))], text


@of("cql2/1.0:property-property")
def test_properties_are_compared_with_properties(get: Get, atlas: Atlas) -> None:
    expected = [
        f.id
        for f in atlas
        if (a := f.properties["stated_area_km2"]) is not None
        and (b := f.properties["computed_area_km2"]) is not None
        and a < b
    ]
    assert expected
    assert all_ids(get, filter="stated_area_km2 < computed_area_km2") == expected
    assert all_ids(get, filter="'zone' = kind") == all_ids(get, filter="kind = 'zone'")
    assert all_ids(get, filter="S_EQUALS(geometry, geometry)") == [
        f.id for f in atlas if f.geometry is not None
    ]
