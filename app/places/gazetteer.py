"""Every named spot of the reference data as one short list, for looking up an address.

It is for people who ask "what do the plans say there"; georeferences ask
:class:`app.places.reference.Reference`, which keeps what each answer rests on.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd
import shapely

from app.places.districts import CITY, districts_around
from app.places.measure import to_metric
from app.places.model import Spot
from app.places.reference import SAME_PLACE_M, Reference

GROUPS: Final = ("stations", "buildings", "places", "waters", "towns")
"""Groups of the reference that are listed, the better position first. Bus stops are not: most bear the name
of the street they stand in."""

DECIMALS: Final = 6


def spots(reference: Reference) -> Iterator[Spot]:
    """Named points of Tianjin by name, then from the better position; of those within 150 m of each other the
    first.
    """
    waters = reference.waters.assign(source="waters")
    columns = ["name", "source", "lon", "lat"]
    table = pd.concat([reference.places[columns], waters[columns]], ignore_index=True)
    table = table[table["source"].isin(GROUPS) & (table["name"].str.len() > 1)]
    lon, lat = table["lon"].to_numpy(), table["lat"].to_numpy()
    x, y = shapely.get_coordinates(to_metric(shapely.MultiPoint(np.column_stack([lon, lat])))).T
    table = table.assign(rank=table["source"].map(GROUPS.index), district=_districts(lon, lat), x=x, y=y)
    table = table[table["district"] != ""].sort_values(["name", "rank", "lon", "lat"])
    name, kept = "", list[tuple[float, float]]()
    for row in table.itertuples(index=False):
        if row.name != name:
            name, kept = row.name, []
        if all(math.hypot(row.x - x, row.y - y) > SAME_PLACE_M for x, y in kept):
            kept.append((row.x, row.y))
            yield Spot(name, row.source, row.district, round(row.lon, DECIMALS), round(row.lat, DECIMALS))


def _districts(lon: np.ndarray, lat: np.ndarray) -> list[str]:
    """The district of each point, "" outside Tianjin; on a common edge the lower code."""
    known = sorted(districts_around().items(), key=lambda item: item[0].code, reverse=True)
    found = np.full(len(lon), "", dtype=object)
    for key, area in known:
        if key.province == CITY:
            shapely.prepare(area)
            found[shapely.intersects_xy(area, lon, lat)] = key.name
    return [str(name) for name in found]
