"""The reference data of the atlas: named points, streets, waters, towns and the coast, by name.

:class:`Reference` reads the committed extracts, checked against their records when it is opened, each
table on first use. It answers "where is X" with every object of that name and the district each lies
in; it never chooses between homonyms. Extracts are cuts of OpenStreetMap and other open sources (see
``records.json`` beside them); all coordinates are WGS84 degrees.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from rapidfuzz import fuzz, process

from app.errors import AmbiguousPlaceError, UnknownPlaceError
from app.places.districts import district_at
from app.places.measure import distance_m
from app.places.records import ExtractRecord, load_records, verify

SAME_PLACE_M = 150.0
"""Objects of one name nearer than this are one place (a building, its POI, the stops at its door)."""

GROUPS = ("stations", "buildings", "places", "waters", "towns", "stops")
"""The groups that :meth:`Reference.find` looks in, the better position first."""

METRO_FROM_STOPS = "metro-stops"
"""``kind`` of a metro station whose place is inferred from the bus stops named after it (some 125 m off)."""

_TEXT = {"name": str, "fclass": str, "kind": str, "osm_id": str, "code": str, "town_code": str}
_METRO_SUFFIX = ("地铁站", "站")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class PlaceHit:
    """One named object: its group, its class there (``kind``), WGS84 position and district.

    ``osm_id`` is empty where the source gives none; ``district`` is empty outside all districts.
    """

    name: str
    group: str
    kind: str
    osm_id: str
    lon: float
    lat: float
    district: str

    @property
    def point(self) -> shapely.Point:
        """The position as a shapely point (longitude, latitude)."""
        return shapely.Point(self.lon, self.lat)


def plain(name: str) -> str:
    """A name for comparison: full-width letters, digits and brackets narrowed, blanks gone, lower case."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", name)).casefold()


@dataclass(frozen=True)
class Reference:
    """The opened reference data; make it with :meth:`open`. Read-only, tables are cached."""

    root: Path
    records: Mapping[str, ExtractRecord]

    @classmethod
    def open(cls, root: Path) -> Reference:
        """Open the extracts in ``root`` (``geodata/reference``).

        Raises
        ------
        MissingInputError
            An extract or the list of them is missing or damaged; the message names the cure.
        """
        records = load_records(root)
        for record in records.values():
            verify(root, record)
        return cls(root, records)

    def table(self, name: str) -> pd.DataFrame:
        """The extract ``name`` as it is, read anew; the properties below keep what they read."""
        path = self.root / self.records[name].file
        return pd.read_csv(
            path,
            dtype=_TEXT,
            keep_default_na=False,
            na_values={"west": "", "south": "", "east": "", "north": ""},
        )

    @cached_property
    def streets(self) -> pd.DataFrame:
        """Way points: ``name, highway, lon, lat``; one row per named OSM way."""
        return self.table("streets")

    @cached_property
    def waters(self) -> pd.DataFrame:
        """Water points: ``name, kind, form (line|area), lon, lat``."""
        return self.table("waters")

    @cached_property
    def towns(self) -> pd.DataFrame:
        """街道, 镇 and zones: ``name, code, district, kind, west, south, east, north, box_name``.

        The box is NaN where none is known; ``code`` is empty for zones.
        """
        return self.table("towns")

    @cached_property
    def communities(self) -> pd.DataFrame:
        """社区 and villages of the three districts: ``name, code, town, town_code, district``."""
        return self.table("communities")

    @cached_property
    def stations(self) -> pd.DataFrame:
        """Stations by bare name: ``name, kind (metro|rail), basis, lon, lat, spread_m``."""
        return self.table("stations")

    @cached_property
    def places(self) -> pd.DataFrame:
        """All named points but streets and waters: ``name, source, fclass, osm_id, lon, lat``."""
        frames = []
        for group in ("stations", "buildings", "places", "stops"):
            frame = self.stations if group == "stations" else self.table(group)
            frame = frame.rename(columns={"kind": "fclass"}).assign(source=group)
            if group == "stations":
                from_stops = frame["basis"] == "bus_stops"
                frame["fclass"] = frame["fclass"].where(~from_stops, METRO_FROM_STOPS)
            frames.append(frame if "osm_id" in frame else frame.assign(osm_id=""))
        towns = self.table("geonames")
        towns = towns.assign(name=towns["names"].str.split("|")).explode("name", ignore_index=True)
        frames.append(towns.assign(source="towns", fclass="geonames", osm_id=""))
        columns = ["name", "source", "fclass", "osm_id", "lon", "lat"]
        return pd.concat([frame[columns] for frame in frames], ignore_index=True)

    @cached_property
    def _coast(self) -> dict[str, shapely.Geometry]:
        text = (self.root / self.records["coast"].file).read_text(encoding="utf-8")
        return {
            feature["properties"]["kind"]: shapely.geometry.shape(feature["geometry"])
            for feature in json.loads(text)["features"]
        }

    @property
    def land(self) -> shapely.Polygon:
        """The land within the box (about 2018, reclaimed land included)."""
        return self._coast["land"]

    @property
    def coastline(self) -> shapely.LineString:
        """The coast line within the box, from north to south or back: the land's edge without the box's."""
        return self._coast["coastline"]

    @cached_property
    def _rows(self) -> list[PlaceHit]:
        waters = self.waters.rename(columns={"kind": "fclass"}).assign(source="waters", osm_id="")
        table = pd.concat([self.places, waters], ignore_index=True)
        columns = ("name", "source", "fclass", "osm_id", "lon", "lat")
        # The district is left open: to find it for all 30,000 would cost more than all searches do.
        return [
            PlaceHit(name, group, kind, osm_id, lon, lat, district="")
            for name, group, kind, osm_id, lon, lat in zip(
                *(table[column].tolist() for column in columns), strict=True
            )
        ]

    @cached_property
    def _index(self) -> dict[str, list[int]]:
        """Row numbers by every spelling an object answers to."""
        index: dict[str, list[int]] = {}
        for number, row in enumerate(self._rows):
            names = {row.name}
            if row.group == "stations":
                metro = row.kind.startswith("metro")
                names = {row.name + suffix for suffix in _METRO_SUFFIX} | (set() if metro else names)
            for name in sorted(names):
                index.setdefault(plain(name), []).append(number)
        return index

    @cached_property
    def _metro(self) -> dict[str, list[int]]:
        index: dict[str, list[int]] = {}
        for number, row in enumerate(self._rows):
            if row.group == "stations" and row.kind.startswith("metro"):
                index.setdefault(plain(row.name), []).append(number)
        return index

    def find(
        self, name: str, *, groups: Iterable[str] | None = None, district: str | None = None
    ) -> list[PlaceHit]:
        """All places called exactly ``name``.

        Parameters
        ----------
        name
            Compared by :func:`plain`. A metro station answers to ``X地铁站`` and ``X站``; to its bare name,
            which is mostly that of a street, only where ``groups`` is ``stations`` alone.
        groups
            Some of :data:`GROUPS`, the preferred first; all when not given.
        district
            Only places in this district, its harbours and coastal waters counted.

        Returns
        -------
        list of PlaceHit
            By group as preferred, then from west to east; of several within 150 m the preferred one.
        """
        wanted = tuple(groups) if groups is not None else GROUPS
        numbers = self._index.get(plain(name), [])
        if wanted == ("stations",) and not any(self._rows[n].group == "stations" for n in numbers):
            numbers = self._metro.get(plain(name), [])
        return self._hits((self._rows[n] for n in numbers), wanted, district)

    def search(self, text: str, *, district: str | None = None, limit: int = 50) -> list[PlaceHit]:
        """Places whose name contains ``text``, the shortest name first: for people, not for georeferences."""
        part = plain(text)
        names = sorted((key for key in self._index if part in key), key=lambda key: (len(key), key))
        hits: list[PlaceHit] = []
        for key in names if part else ():
            found = self._hits((self._rows[n] for n in self._index[key]), GROUPS, district)
            hits += [hit for hit in found if hit not in hits]
            if len(hits) >= limit:
                break
        return hits[:limit]

    def _hits(
        self, rows: Iterable[PlaceHit], groups: tuple[str, ...], district: str | None
    ) -> list[PlaceHit]:
        order = {group: rank for rank, group in enumerate(groups)}
        kept: list[PlaceHit] = []
        for row in sorted(
            (row for row in rows if row.group in order),
            key=lambda row: (order[row.group], row.lon, row.lat, row.osm_id),
        ):
            if any(distance_m(row.point, other.point) <= SAME_PLACE_M for other in kept):
                continue
            home = district_at(row.lon, row.lat)
            hit = PlaceHit(
                row.name, row.group, row.kind, row.osm_id, row.lon, row.lat, home.name if home else ""
            )
            if district is None or hit.district == district:
                kept.append(hit)
        return kept

    def near_names(self, name: str, *, limit: int = 5) -> list[str]:
        """Names that ``name`` may have been meant for, the most alike first: for error messages."""
        part = plain(name)
        inside = sorted((key for key in self._index if part and part in key), key=lambda key: (len(key), key))
        alike = process.extract(part, self._index.keys(), scorer=fuzz.ratio, limit=limit, score_cutoff=50)
        keys = dict.fromkeys([*inside[: limit // 2], *(key for key, _, _ in alike), *inside])
        return [self._rows[self._index[key][0]].name for key in keys][:limit]

    def town_box(self, name: str, *, district: str | None = None) -> tuple[float, float, float, float]:
        """Bounding box (west, south, east, north) of a 街道, 镇 or functional zone.

        Parameters
        ----------
        name
            Official name, or the name the box has in its source (``茶淀镇`` for 茶淀街道).
        district
            Narrows the search where two districts have a unit of the name.

        Raises
        ------
        UnknownPlaceError
            There is no such unit, or no box is known for it.
        AmbiguousPlaceError
            Several units of the name have a box.
        """
        towns = self.towns
        chosen = towns[(towns["name"] == name) | (towns["box_name"] == name)]
        if district is not None:
            chosen = chosen[chosen["district"] == district]
        if chosen.empty:
            near = process.extract(name, towns["name"].tolist(), scorer=fuzz.ratio, limit=3, score_cutoff=50)
            hint = f"相近的名称：{'、'.join(str(item) for item, _, _ in near)}。" if near else ""
            raise UnknownPlaceError(f"没有名为“{name}”的街镇或功能区。{hint}")
        boxed = chosen[chosen["west"].notna()]
        if boxed.empty:
            raise UnknownPlaceError(f"“{name}”没有可用的外接矩形（来源中是外地同名单位，或未收）。")
        if len(boxed) > 1:
            owners = "、".join(boxed["district"])
            raise AmbiguousPlaceError(f"“{name}”有{len(boxed)}处：{owners}。请写明区。")
        west, south, east, north = np.asarray(boxed[["west", "south", "east", "north"]], dtype=float)[0]
        return float(west), float(south), float(east), float(north)
