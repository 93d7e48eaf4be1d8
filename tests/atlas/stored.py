"""Questions that every store of features must answer alike; used by the tests of each store."""

from __future__ import annotations

from dataclasses import dataclass

import shapely

from app.atlas.query import Query, SortKey
from app.atlas.store import Atlas, StoredFeature

BOX = (117.18, 39.10, 117.21, 39.13)


@dataclass(frozen=True, slots=True)
class LargerThan:
    """A condition that no database knows."""

    km2: float

    def matches(self, feature: StoredFeature) -> bool:
        return (feature.properties["computed_area_km2"] or 0) > self.km2


def corners(atlas: Atlas) -> list[Query]:
    """Boxes that only touch: corners and edges of a polygon's own box, a vertex, a line across, inside."""
    result = []
    for feature in atlas.query(Query(bbox=BOX)).items:
        if feature.geometry is None or feature.geometry.geom_type != "Polygon":
            continue
        west, south, east, north = feature.geometry.bounds
        result.append(Query(bbox=(west, south, west, south)))
        result.append(Query(bbox=(west, south, east, south)))
        result.append(Query(bbox=(west, (south + north) / 2, east, (south + north) / 2)))
        result.append(Query(bbox=(east, north, east + 0.001, north + 0.001)))
        x, y = feature.geometry.exterior.coords[0]
        result.append(Query(bbox=(x, y, x, y)))
        middle = shapely.point_on_surface(feature.geometry)
        result.append(Query(bbox=(middle.x, middle.y, middle.x, middle.y)))
    return result


def questions() -> list[Query]:
    by_size = (SortKey("computed_area_km2", descending=True),)
    return [
        Query(),
        Query(limit=0),
        Query(limit=7, offset=3),
        Query(offset=100_000, limit=10),
        Query(registered=False),
        Query(bbox=BOX),
        Query(bbox=BOX, limit=5, offset=5),
        Query(bbox=BOX, limit=5, offset=5000),
        Query(bbox=BOX, registered=False, plan="heping-14"),
        Query(bbox=(-180, -90, 180, 90), limit=20),
        Query(bbox=(-180, -90, 180, 90), kind="zone"),
        Query(bbox=(0, 0, 1, 1)),
        Query(plan="heping-13", kind="zone", layer="heping-13-zones"),
        Query(plan="heping-13", layer="heping-14-zones"),
        Query(plan="' OR 1=1 --"),
        Query(q="五 大道"),
        Query(q="五大道", bbox=BOX),
        Query(q="%"),
        Query(q="_"),
        Query(q="'"),
        Query(q=" "),
        Query(q="ＡＢ"),
        Query(where=LargerThan(1.0)),
        Query(where=LargerThan(0.1), bbox=BOX, limit=3, offset=2),
        Query(where=LargerThan(1e9)),
        Query(sortby=by_size, limit=30),
        Query(sortby=(SortKey("name"),)),
        Query(sortby=(SortKey("reason"), SortKey("name", descending=True))),
        Query(sortby=(SortKey("tolerance_m"), *by_size), bbox=BOX, offset=10, limit=40),
        Query(sortby=by_size, where=LargerThan(0.5), limit=5),
        Query(sortby=by_size, q="道", kind="street", registered=False),
    ]


def assert_alike(atlas: Atlas, measure: Atlas) -> None:
    """Both hold the same features and answer every question with the same ones in the same order."""
    assert len(atlas) == len(measure) > 1000
    assert [(f.id, f.geojson) for f in atlas] == [(f.id, f.geojson) for f in measure]
    for query in (*questions(), *corners(measure)):
        expected, page = measure.query(query), atlas.query(query)
        assert page.matched == expected.matched, query
        assert [f.id for f in page.items] == [f.id for f in expected.items], query
        assert [f.id for f in atlas.stream(query)] == [f.id for f in expected.items], query
    for by in ("plan", "layer", "kind"):
        assert atlas.counts(by) == measure.counts(by)
    for feature in measure.query(Query(bbox=BOX)).items:
        same = atlas.feature(feature.id)
        assert same is not None
        assert (same.geojson, same.properties, same.bounds) == (
            feature.geojson,
            feature.properties,
            feature.bounds,
        )
    assert atlas.feature("no-such-feature") is None
