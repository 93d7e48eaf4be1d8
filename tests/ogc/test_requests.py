"""Requests for items: what is refused, and that what is understood is what was meant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.atlas.query import SortKey
from app.errors import RequestError
from app.ogc.catalogue import Catalogue
from app.ogc.requests import ItemsRequest, Limits, interval, read_items
from app.ogc.tilematrix import tile

LIMITS = Limits(page=10, page_max=100, text_max=50)


def read(known: Catalogue, collection: str = "features", **parameters: str) -> ItemsRequest:
    given = {name.replace("_", "-"): [value] for name, value in parameters.items()}
    return read_items(given, catalogue=known, collection=known.collection(collection), limits=LIMITS)


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("bbox", "", "收到 1 个数"),
        ("bbox", "1,2,3", "收到 3 个数"),
        ("bbox", "1,2,3,4,5", "收到 5 个数"),
        ("bbox", "a,b,c,d", "不是数字"),
        ("bbox", "nan,39,118,40", "有限的数"),
        ("bbox", "117,39,inf,40", "有限的数"),
        ("bbox", "117,40,118,39", "最小值不能大于最大值"),
        ("bbox", "-1e16,-1e38,1e308,1e135", "大得不成坐标"),
        ("bbox", "39,117,40,118", "±90"),
        ("bbox", "-181,39,118,40", "±180"),
        ("bbox-crs", "http://www.opengis.net/def/crs/EPSG/0/32650", "不可用"),
        ("crs", "http://www.opengis.net/def/crs/EPSG/0/32650", "不可用"),
        ("crs", "GCJ-02", "不可用"),
        ("crs", "", "不可用"),
        ("filter-crs", "EPSG:9999", "不可用"),
        ("filter-lang", "cql-text", "cql2-text 或 cql2-json"),
        ("filter", "password = 'x'", "不可查询"),
        ("limit", "0", "1 或更大"),
        ("limit", "-1", "1 或更大"),
        ("limit", "1.5", "整数"),
        ("limit", "١", "整数"),
        ("limit", "1e3", "整数"),
        ("limit", "9999999999", "整数"),
        ("limit", "", "整数"),
        ("offset", "-1", "整数"),
        ("offset", "10000001", "整数"),
        ("datetime", "", "datetime"),
        ("datetime", "..", "datetime"),
        ("datetime", "yesterday", "datetime"),
        ("datetime", "2021-13-01", "datetime"),
        ("datetime", "2021-01-01T00:00:00", "datetime"),
        ("datetime", "2022-01-01/2021-01-01", "datetime"),
        ("datetime", "2021-01-01/2022-01-01/2023-01-01", "datetime"),
        ("datetime", "0000-01-01", "datetime"),
        ("sortby", "", "不能用来排序"),
        ("sortby", "--name", "不能用来排序"),
        ("sortby", "geometry", "不能用来排序"),
        ("sortby", "aliases", "不能用来排序"),
        ("sortby", "name,name", "各不相同"),
        ("sortby", "id,name,kind,plan,theme", "最多 4 个"),
        ("sortby", "name;DROP TABLE features", "不能用来排序"),
        ("properties", "name,__class__", "不存在"),
        ("properties", "name' OR 1=1", "不存在"),
        ("properties", "geometry", "不存在"),
        ("kind", "river", "不存在"),
        ("plan", "nowhere", "不存在"),
        ("tolerance_m", "many", "应为数"),
        ("tolerance_m", "nan", "应为数"),
        ("name", "长" * 51, "过长"),
        ("q", "长" * 51, "过长"),
        ("name", "a\x00b", "空字符"),
        ("period_start", "soon", "日期"),
        ("geometry", "POINT(1 2)", "未知参数"),
        ("nope", "1", "未知参数"),
        ("__class__", "1", "未知参数"),
    ],
)
def test_what_is_wrong_is_refused_with_a_sentence(known: Catalogue, name: str, value: str, word: str) -> None:
    with pytest.raises(RequestError, match=word) as caught:
        read_items({name: [value]}, catalogue=known, collection=known.collection("features"), limits=LIMITS)
    assert str(caught.value).endswith("。")


@pytest.mark.parametrize(
    "box", ["4e6,5e5,5e6,4e5", "1e9,1e9,1e9,1e9", "0,-1e9,1e-300,1e9", "5e5,4.3e6,6e5,4.4e6"]
)
def test_boxes_outside_their_projection_are_refused_or_far_away(known: Catalogue, box: str) -> None:
    try:
        found = read(known, bbox=box, bbox_crs="EPSG:4548")
    except RequestError as error:
        assert str(error).endswith("。")
    else:
        assert known.query(known.collection("features"), found.query).matched == 0


def test_repeated_parameters_are_refused(known: Catalogue) -> None:
    with pytest.raises(RequestError, match="只能给出一次"):
        read_items(
            {"limit": ["1", "2"]}, catalogue=known, collection=known.collection("features"), limits=LIMITS
        )


def test_a_limit_above_the_most_is_the_most(known: Catalogue) -> None:
    assert read(known, limit="999999999").limit == 100
    assert read(known).limit == 10


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2021-06-01", datetime(2021, 6, 1, tzinfo=UTC), datetime(2021, 6, 1, 23, 59, 59, 999999, UTC)),
        (
            "2021-06-01T08:00:00+08:00/2021-06-02T00:00:00Z",
            datetime(2021, 6, 1, tzinfo=UTC),
            datetime(2021, 6, 2, tzinfo=UTC),
        ),
        ("../2021-06-01T00:00:00Z", datetime.min.replace(tzinfo=UTC), datetime(2021, 6, 1, tzinfo=UTC)),
        ("2021-06-01T00:00:00Z/", datetime(2021, 6, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)),
        ("../..", datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)),
    ],
)
def test_intervals_are_read_with_open_ends(text: str, first: datetime, last: datetime) -> None:
    assert interval(text) == (first, last)


@given(st.text("0123456789-:TZ/.+", max_size=45))
def test_any_text_is_an_interval_or_refused(text: str) -> None:
    try:
        first, last = interval(text)
    except RequestError:
        return
    assert first <= last


@pytest.mark.parametrize("sign", ["+", " ", ""])
def test_sort_keys_may_have_a_sign_that_the_address_made_a_space(known: Catalogue, sign: str) -> None:
    found = read(known, sortby=f"{sign}name,-tolerance_m").query.sortby
    assert found == (SortKey("name"), SortKey("tolerance_m", descending=True))


def test_simple_values_reach_the_store_as_such(known: Catalogue) -> None:
    """The store's own indexes answer these; a filter would have to try every feature."""
    query = read(known, kind="zone", plan="heping-13", q="道").query
    assert (query.kind, query.plan, query.q, query.where) == ("zone", "heping-13", "道", None)
    assert read(known, "heping-13-zones").query.layer == "heping-13-zones"


def test_a_filter_with_a_place_is_looked_up_by_place(known: Catalogue) -> None:
    found = read(known, filter="S_WITHIN(geometry,BBOX(117.1,39.1,117.2,39.2))", certainty="located")
    assert found.query.bbox == (117.1, 39.1, 117.2, 39.2)
    asked = read(known, filter="S_WITHIN(geometry,BBOX(117.1,39.1,117.2,39.2))", bbox="117,39,118,40")
    assert asked.query.bbox == (117, 39, 118, 40)


@pytest.mark.parametrize(
    ("box", "crs", "expected"),
    [
        ("117.1,39.0,117.3,39.2", None, (117.1, 39.0, 117.3, 39.2)),
        ("117.1,39.0,-5,117.3,39.2,5", None, (117.1, 39.0, 117.3, 39.2)),
        ("39.0,117.1,39.2,117.3", "EPSG:4326", (117.1, 39.0, 117.3, 39.2)),
        ("39.0,117.1,39.2,117.3", "http://www.opengis.net/def/crs/EPSG/0/4490", (117.1, 39.0, 117.3, 39.2)),
    ],
)
def test_boxes_follow_the_axes_of_their_system(
    known: Catalogue, box: str, crs: str | None, expected: Any
) -> None:
    given = {"bbox": box} | ({"bbox_crs": crs} if crs else {})
    query = read(known, **given).query
    assert query.bbox == expected
    assert query.where is None


@pytest.mark.parametrize(
    "numbers",
    [
        ("x", "0", "0"),
        ("-1", "0", "0"),
        ("19", "0", "0"),
        ("1", "2", "0"),
        ("1", "0", "2"),
        ("1" * 40, "0", "0"),
        ("٣", "0", "0"),
    ],
)
def test_tiles_outside_their_matrix_are_not_there(numbers: tuple[str, str, str]) -> None:
    with pytest.raises(LookupError, match="没有这个瓦片"):
        tile(*numbers)
