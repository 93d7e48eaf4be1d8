"""Filters: what is refused, what is unknown, and the answers on the real atlas."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.atlas.cql2 import DEPTH_MAX, LENGTH_MAX, Cql2Filter, narrowed, parse_filter
from app.atlas.cql2_like import like
from app.atlas.query import Query
from app.atlas.queryables import FEATURE_QUERYABLES, Queryable, ValueType, table
from app.atlas.store import Atlas, StoredFeature
from app.errors import RequestError
from app.places.crs import crs_named, official_axes, to_crs


def ids(atlas: Atlas, text: str, **given: Any) -> set[str]:
    return {item.id for item in atlas.query(Query(where=parse_filter(text, **given))).items}


def row(**properties: Any) -> StoredFeature:
    return StoredFeature("x", None, {"aliases": [], **properties}, b"{}")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("(" * 5000 + "true" + ")" * 5000, "过长"),
        ("(" * 3000 + "true" + ")" * 3000, "过于复杂"),
        ("NOT " * 1900 + "true", "过于复杂"),
        ("casei(" * 1200 + "name", "过于复杂"),
        ("=".join(["name"] * 1500), "过于复杂"),
        ("-" * 4000 + "1 = tolerance_m", "过于复杂"),
        ("- " * 3000 + "1 = tolerance_m", "过于复杂"),
        ("name = '" + r"\'" + "(" * 3000, "过于复杂"),
        ("NOT " * 60 + "true", "嵌套过深"),
        ("(" * 24 + "true", "括号套得太深"),
        ("name IN (" * 20 + "'a'", "括号套得太深"),
        ("name = 'x)' AND (" * 20 + "true", "括号套得太深"),
        ("name = 'x' and", "第 1 行"),
        ("", "CQL2"),
        ("name", "一个条件"),
        ("'x'", "一个条件"),
        ("name = 'a\x00b'", "空字符"),
        ("password = 'x'", "不可查询"),
        ("a__class__ = 'x'", "不可查询"),
        ("properties.name = 'x'", "不可查询"),
        ("evidence = 'x'", "不可查询"),
        ("name = 1", "不能把文字与数相比"),
        ("tolerance_m = '25'", "不能把数与文字相比"),
        ("name = NULL", "IS NULL"),
        ("kind IN ('zone', 1)", "不能把文字与数"),
        ("geometry = 'x'", "不能把几何与文字"),
        ("aliases = aliases", "不能用 ="),
        ("true < false", "不能用 <"),
        ("name LIKE 5", "LIKE"),
        ("name LIKE name", "LIKE"),
        ("name BETWEEN 'a' AND 'b'", "BETWEEN"),
        ("CASEI(tolerance_m) = 'x'", "只能用于文字"),
        ("A_CONTAINS(name, ('a'))", "文字列表"),
        ("A_CONTAINS(aliases, (1, 2))", "文字"),
        ("tolerance_m + 1 > 2", "算术"),
        ("T_AFTER(name, DATE('2016-01-01'))", "不支持 t_after"),
        ("S_DWITHIN(geometry, POINT(117 39), 10)", "不支持 s_dwithin"),
        ("system('rm -rf /') = 'x'", "不支持 system"),
        ("NOT name", "一个条件"),
        ("S_INTERSECTS(name, POINT(117 39))", "只能用于几何"),
        ("S_INTERSECTS(geometry, 'x')", "只能用于几何"),
        ("S_INTERSECTS(geometry, POLYGON((0 0,1 1,0 1,1 0,0 0)))", "不成立"),
        ("S_INTERSECTS(geometry, POLYGON EMPTY)", "空的"),
        ("S_INTERSECTS(geometry, POINT(39 117))", "超出坐标范围"),
        ("S_INTERSECTS(geometry, BBOX(117,40,118,39))", "写法不对"),
        ("name = DATE('2016-13-01')", "日期"),
        ("name = TIMESTAMP('yesterday')", "日期"),
        ("name = TIMESTAMP('2016-01-01T00:00:00')", "日期"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(text: str, word: str) -> None:
    with pytest.raises(RequestError, match=word) as caught:
        parse_filter(text)
    assert str(caught.value).endswith("。")
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("[" * 4000 + "]" * 4000, "嵌套过深"),
        ('{"op":"not","args":[' * 60 + "true" + "]}" * 60, "嵌套过深"),
        ("{", "JSON"),
        ("[1]", "一个条件"),
        ('"x"', "一个条件"),
        ("null", "一个条件"),
        ('{"op":"and","args":[]}', "至少要有 2 个"),
        ('{"op":"=","args":[1]}', "应有 2 个参数"),
        ('{"op":"not","args":[true,true]}', "应有 1 个参数"),
        ('{"op":"in","args":[{"property":"kind"},"zone"]}', "一组值"),
        ('{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[1,2]}]}', "写法不对"),
        (
            '{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Polygon","coordinates":[[]]}]}',
            "空的",
        ),
        ('{"op":"=","args":[{"property":"name"},1e400]}', "CQL2 JSON"),
        ('{"op":"eval","args":["1"]}', "不支持 eval"),
        ('{"foo":1}', "CQL2 JSON"),
    ],
)
def test_bad_json_is_refused_with_a_sentence(value: str, word: str) -> None:
    with pytest.raises(RequestError, match=word):
        parse_filter(value, lang="cql2-json")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(RequestError, match="cql2-text 或 cql2-json"):
        parse_filter("true", lang="ecql")  # type: ignore[arg-type]


def test_nothing_that_passes_the_caps_overruns_the_stack() -> None:
    """In a process of its own: an overrun would end the one it happens in."""
    script = (
        "import threading\n"
        "from app.atlas.cql2 import NESTING_MAX, parse_filter\n"
        "from app.errors import RequestError\n"
        "n = NESTING_MAX - 1\n"
        "texts = ['('*n + 'true' + ')'*n, 'NOT '*n + 'true', 'casei('*n + 'name' + ')'*n,"
        " '='.join(['name']*n), '-'*n + '1 = 1', '^'.join(['1']*n), '('*n + 'true',"
        " 'name IN ('*(n//2) + \"'a'\", '('*14, 'f(('*6]\n"
        "def run():\n"
        "    for text in texts:\n"
        "        try: parse_filter(text)\n"
        "        except RequestError: pass\n"
        "    print('alive')\n"
        "threading.stack_size(512 * 1024)\n"
        "thread = threading.Thread(target=run); thread.start(); thread.join()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.strip() == "alive", done.stderr[-500:]


@given(st.text(max_size=60) | st.text("()'\"=<>NOTandor name1.,%_-\\", max_size=60))
def test_any_text_gives_a_filter_or_a_sentence(text: str) -> None:
    try:
        assert isinstance(parse_filter(text), Cql2Filter)
    except RequestError as error:
        assert str(error)


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.floats(allow_nan=False)
        | st.text(max_size=5)
        | st.just({"property": "name"}),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.fixed_dictionaries(
                {
                    "op": st.sampled_from(["=", "and", "not", "in", "like", "s_within", "a_contains"]),
                    "args": inner,
                }
            )
            | st.dictionaries(
                st.sampled_from(["bbox", "type", "coordinates", "date", "interval"]), inner, max_size=2
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_gives_a_filter_or_a_sentence(value: Any) -> None:
    try:
        found = parse_filter(json.dumps(value), lang="cql2-json")
        found.matches(row(name="和平"))
    except RequestError as error:
        assert str(error)


def test_a_value_that_is_absent_is_neither_equal_nor_unequal() -> None:
    feature = row(parent=None, name="和平", tolerance_m=None)
    for text in ("parent = 'a'", "parent <> 'a'", "NOT parent = 'a'", "tolerance_m < 5", "parent IN ('a')"):
        assert not parse_filter(text).matches(feature), text
    for text in ("parent IS NULL", "parent = 'a' OR name = '和平'", "NOT (parent = 'a' AND name = '天津')"):
        assert parse_filter(text).matches(feature), text
    for text in ("S_DISJOINT(geometry, POINT(0 0))", "parent LIKE '%'", "CASEI(parent) = 'a'"):
        assert not parse_filter(text).matches(feature), text


def test_a_filter_selects_what_the_properties_say(atlas: Atlas) -> None:
    zones = {f.id for f in atlas if f.properties["kind"] == "zone"}
    assert zones
    assert ids(atlas, "kind = 'zone'") == zones
    assert ids(atlas, '{"op":"=","args":[{"property":"kind"},"zone"]}', lang="cql2-json") == zones
    assert ids(atlas, "kind IN ('zone')") == zones
    assert ids(atlas, "NOT kind <> 'zone'") == zones
    near = {f.id for f in atlas if (t := f.properties["tolerance_m"]) is not None and 20 <= t <= 50}
    assert near
    assert (
        ids(atlas, "tolerance_m BETWEEN 20 AND 50")
        == near
        == ids(atlas, "tolerance_m>=20 AND tolerance_m<=50")
    )
    assert ids(atlas, "50 >= tolerance_m AND 20 <= tolerance_m") == near
    assert ids(atlas, "name LIKE '%道'") == {f.id for f in atlas if f.properties["name"].endswith("道")}
    aliased = next(f for f in atlas if len(f.properties["aliases"]) > 1)
    one, two = aliased.properties["aliases"][:2]
    assert aliased.id in ids(atlas, f"A_CONTAINS(aliases, ('{one}','{two}'))")
    assert aliased.id in ids(atlas, f"A_OVERLAPS(aliases, ('{one}','无'))")
    assert aliased.id not in ids(atlas, f"A_CONTAINS(aliases, ('{one}','无'))")
    assert ids(atlas, "layer = id") == set()
    assert ids(atlas, "true") == {f.id for f in atlas}


def test_case_and_accents_are_left_aside_on_request() -> None:
    feature = row(name="École APM")
    assert parse_filter("CASEI(name) LIKE CASEI('école%')").matches(feature)
    assert parse_filter("ACCENTI(name) = ACCENTI('Ecole APM')").matches(feature)
    assert parse_filter("CASEI(ACCENTI(name)) = 'ecole apm'").matches(feature)
    assert not parse_filter("name = 'ecole apm'").matches(feature)


@pytest.mark.parametrize(
    "op", ["INTERSECTS", "DISJOINT", "EQUALS", "TOUCHES", "CROSSES", "OVERLAPS", "WITHIN", "CONTAINS"]
)
@pytest.mark.parametrize(
    "wkt",
    [
        "POINT(117.195918 39.128545)",
        "LINESTRING(117.15 39.1,117.25 39.13)",
        "POLYGON((117.19 39.1,117.22 39.1,117.22 39.13,117.19 39.13,117.19 39.1))",
        "MULTIPOINT((117.195918 39.128545),(117.2 39.1))",
        "MULTIPOLYGON(((117.19 39.1,117.22 39.1,117.22 39.13,117.19 39.1)))",
    ],
)
def test_spatial_functions_agree_with_shapely(atlas: Atlas, op: str, wkt: str) -> None:
    shape, relation = shapely.from_wkt(wkt), getattr(shapely, op.lower())
    forward = {f.id for f in atlas if f.geometry is not None and relation(f.geometry, shape)}
    backward = {f.id for f in atlas if f.geometry is not None and relation(shape, f.geometry)}
    for text, expected in ((f"S_{op}(geometry, {wkt})", forward), (f"S_{op}({wkt}, geometry)", backward)):
        found = parse_filter(text)
        assert {f.id for f in atlas if found.matches(f)} == expected
        assert {f.id for f in atlas.query(narrowed(Query(where=found))).items} == expected


def test_a_box_filter_is_a_bbox(atlas: Atlas) -> None:
    box = (117.19, 39.1, 117.21, 39.12)
    expected = {f.id for f in atlas.query(Query(bbox=box)).items}
    assert 0 < len(expected) < len(atlas)
    assert ids(atlas, "S_INTERSECTS(geometry, BBOX(117.19,39.1,117.21,39.12))") == expected
    assert ids(atlas, "S_INTERSECTS(geometry, BBOX(117.19,39.1,0,117.21,39.12,9))") == expected


def test_a_box_over_the_antimeridian_is_two_boxes(atlas: Atlas) -> None:
    everything = {f.id for f in atlas if f.geometry is not None}
    assert ids(atlas, "S_INTERSECTS(geometry, BBOX(170,39,-170,40))") == set()
    assert ids(atlas, "S_INTERSECTS(geometry, BBOX(100,30,-170,45))") == everything


@pytest.mark.parametrize(
    "code", ["EPSG:4326", "EPSG:4490", "EPSG:4548", "EPSG:4527", "EPSG:3857", "OGC:CRS84"]
)
def test_coordinates_are_read_in_the_authoritys_axis_order(atlas: Atlas, code: str) -> None:
    crs = crs_named(code)
    shape = shapely.box(117.19, 39.1, 117.21, 39.12).segmentize(0.001)
    written = official_axes(to_crs(shape, crs), crs)
    found = ids(atlas, f"S_INTERSECTS(geometry, {written.wkt})", crs=crs)
    expected = {f.id for f in atlas if f.geometry is not None and f.geometry.intersects(shape)}
    assert found == expected


@pytest.mark.parametrize(("code", "point"), [("EPSG:4326", "117.2 39.1"), ("EPSG:4527", "39517000 4329000")])
def test_coordinates_out_of_range_are_refused(code: str, point: str) -> None:
    with pytest.raises(RequestError, match="坐标轴次序"):
        parse_filter(f"S_INTERSECTS(geometry, POINT({point}))", crs=crs_named(code))


def test_bounds_hold_everything_that_can_match(atlas: Atlas) -> None:
    inner, outer = "BBOX(117.19,39.1,117.21,39.12)", "BBOX(117,39,117.3,39.2)"
    box = (117.19, 39.1, 117.21, 39.12)
    assert (
        parse_filter(f"S_WITHIN(geometry,{inner}) AND kind='zone' AND S_INTERSECTS(geometry,{outer})").bounds
        == box
    )
    assert parse_filter(f"S_WITHIN(geometry,{inner}) OR S_INTERSECTS(geometry,{outer})").bounds == (
        117,
        39,
        117.3,
        39.2,
    )
    for text in (f"S_DISJOINT(geometry,{inner})", f"NOT S_WITHIN(geometry,{inner})", "kind='zone'"):
        assert parse_filter(text).bounds is None
    assert parse_filter(f"S_WITHIN(geometry,{inner}) OR kind='zone'").bounds is None
    own = Query(bbox=(0, 0, 1, 1), where=parse_filter(f"S_WITHIN(geometry,{inner})"))
    assert narrowed(own) is own


def test_properties_that_are_read_from_elsewhere_can_be_dates() -> None:
    starts = table([Queryable("start", "起", ValueType.DATE, read=lambda f: f.properties["begin"])])
    feature = row(begin="2016-01-01")
    for text, expected in (
        ("start = DATE('2016-01-01')", True),
        ("start < DATE('2016-01-01')", False),
        ("start <= TIMESTAMP('2016-01-01T08:00:00+08:00')", True),
        ("start < TIMESTAMP('2016-01-01T07:59:59+08:00')", False),
    ):
        assert parse_filter(text, queryables=starts).matches(feature) is expected, text


@given(st.text("ab%_", max_size=8), st.text("ab", max_size=8))
def test_like_agrees_with_its_definition(pattern: str, text: str) -> None:
    def defined(p: str, t: str) -> bool:
        if not p:
            return not t
        if p[0] == "%":
            return any(defined(p[1:], t[i:]) for i in range(len(t) + 1))
        return bool(t) and p[0] in ("_", t[0]) and defined(p[1:], t[1:])

    assert like(pattern)(text) is defined(pattern, text)


def test_like_takes_escaped_signs_and_line_ends_as_they_are() -> None:
    assert like(r"100\%")("100%")
    assert not like(r"100\%")("1000")
    assert like(r"a\_b")("a_b")
    assert like("a%b")("a\n.*b")
    assert not like("a.c")("abc")


def test_every_flat_property_can_be_asked_about(atlas: Atlas) -> None:
    lists = {"evidence", "passages", "targets", "findings"}
    for feature in atlas:
        assert set(feature.properties) - lists <= set(FEATURE_QUERYABLES)
        for name, queryable in FEATURE_QUERYABLES.items():
            value = queryable.value(feature)
            assert not queryable.values or value in queryable.values, (feature.id, name)


def test_the_caps_are_what_they_say() -> None:
    assert parse_filter("name = '" + "a" * (LENGTH_MAX - 9) + "'")
    for levels in (DEPTH_MAX - 2, DEPTH_MAX):
        text = '{"op":"not","args":[' * levels + "true" + "]}" * levels
        if levels < DEPTH_MAX:
            assert parse_filter(text, lang="cql2-json").matches(row())
        else:
            with pytest.raises(RequestError, match="嵌套过深"):
                parse_filter(text, lang="cql2-json")


@pytest.mark.parametrize(
    "nothing", ["POINT EMPTY", "LINESTRING EMPTY", "POLYGON EMPTY", "GEOMETRYCOLLECTION EMPTY"]
)
def test_geometry_without_a_place_is_refused(nothing: str) -> None:
    for text in (nothing, f"S_INTERSECTS(geometry, {nothing})"):
        with pytest.raises(RequestError, match="filter"):
            parse_filter(text)
    bare = {"type": nothing.split(maxsplit=1)[0].title(), "coordinates": []}
    asked = {"op": "s_intersects", "args": [{"property": "geometry"}, bare]}
    with pytest.raises(RequestError, match="filter"):
        parse_filter(json.dumps(asked), lang="cql2-json")
