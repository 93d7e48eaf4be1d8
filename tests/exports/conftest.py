"""Selections to write: the real atlas, and features that attack every format."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from app.atlas.features import StoredFeature
from app.atlas.query import Query
from app.atlas.store import Atlas
from app.exports.formats import FORMATS, write
from app.exports.selection import Selection, select
from app.exports.table import file_name
from app.places.crs import WGS84, OfferedCrs

Writer = Callable[..., Path]
LONG = "天津市和平区五大道历史文化街区" * 40  # 1800 bytes of UTF-8
NASTY_NAMES = {
    "nasty-formula": '=HYPERLINK("http://example.org","点我")',
    "nasty-script": "</name><script>alert('1')</script>]]>&<b>\"",
    "nasty-lines": "第一行\n第二行\r\n\t第三行",
    "nasty-control": "前\x07后",
    "nasty-quotes": "引\"号'逗,号;分号|",
    "nasty-astral": "𠀀𪚥😀",
    "nasty-long": LONG,
}


def feature(feature_id: str, geometry: BaseGeometry | None, **properties: Any) -> StoredFeature:
    """A feature with every public property, those given changed."""
    base: dict[str, Any] = {
        "id": feature_id, "name": feature_id, "aliases": [], "kind": "zone", "theme": "zones",
        "layer": "test-zones", "plan": "heping-13", "district": "和平区", "system": None, "parent": None,
        "level": "project", "status": "提及", "method": "near", "certainty": "indicative",
        "tolerance_m": 300.0, "evidence": [{"source": "places", "ref": "静园", "note": "半径300米"}],
        "stated_area_km2": None, "computed_area_km2": 0.25, "stated_length_km": None,
        "computed_length_km": None, "passages": [], "targets": [], "findings": [], "note": "", "reason": "",
    }  # fmt: skip
    base |= properties
    if geometry is None:
        base |= {"method": "unlocated", "certainty": "none", "tolerance_m": None, "reason": "not-fixed"}
    body = {
        "type": "Feature",
        "id": feature_id,
        "geometry": None if geometry is None else shapely.geometry.mapping(geometry),
        "properties": base,
    }
    return StoredFeature(feature_id, geometry, base, json.dumps(body, ensure_ascii=False).encode())


def selection_of(features: list[StoredFeature], name: str = "test") -> Selection:
    return Selection(
        name=name, title="测试 & <选集>", count=len(features), features=lambda: iter(features), version="v1"
    )


def nasty_features() -> list[StoredFeature]:
    """Names that break formats, and every type of geometry in one layer, with holes and without any."""
    square = shapely.box(117.18, 39.10, 117.20, 39.12)
    hole = shapely.Polygon(square.exterior, [shapely.box(117.185, 39.105, 117.19, 39.11).exterior])
    shapes = {
        "mixed-hole": shapely.orient_polygons(hole),
        "mixed-multipolygon": shapely.MultiPolygon([square, shapely.box(117.3, 39.1, 117.31, 39.11)]),
        "mixed-line": shapely.LineString([(117.1, 39.1), (117.2, 39.2), (117.2, 39.3)]),
        "mixed-multiline": shapely.MultiLineString([[(117, 39), (117.1, 39)], [(117, 39.1), (117.1, 39.1)]]),
        "mixed-multipoint": shapely.MultiPoint([(117.2, 39.1), (117.3, 39.2)]),
        "mixed-none": None,
    }
    named = [
        feature(key, shapely.Point(117.2 + i / 100, 39.1), name=name, aliases=[name], note=name)
        for i, (key, name) in enumerate(NASTY_NAMES.items())
    ]
    named += [feature(key, shape) for key, shape in shapes.items()]
    quoted = {
        "id": "heping-13:1-5", "plan": "heping-13", "start": 1, "end": 5, "exact": "<b>原文</b>\n第二行",
        "prefix": "", "suffix": "", "role": "block", "raw_lines": [1, 1],
        "path": [{"id": "c1", "label": "第一章", "inferred": False}],
        "mentions": [[1, 3]],
    }  # fmt: skip
    target = {
        "text": "=1+1", "indicator": "面积", "value": 1.5, "upper": None, "unit": "平方公里",
        "comparator": "≥", "raw": "1.5平方公里", "year": 2020, "year_stated": True, "start": 2, "end": 4,
        "passage": "heping-13:1-5", "doubt": "",
    }  # fmt: skip
    other = feature("mixed-other-layer", square, layer="test-parks", theme="parks", passages=[quoted])
    spoken = feature("mixed-spoken", square, passages=[quoted], targets=[target])
    return [*named, spoken, other]


@pytest.fixture(scope="session")
def everything(atlas: Atlas) -> Selection:
    return select(atlas, Query())


@pytest.fixture(scope="session")
def nasty() -> Selection:
    return selection_of(nasty_features())


@pytest.fixture
def written(tmp_path: Path) -> Writer:
    """Write a selection under its own name; the folder then holds that file and nothing else."""

    def writer(selection: Selection, format_id: str, crs: OfferedCrs = WGS84) -> Path:
        file_format = FORMATS[format_id]
        folder = tmp_path / f"{format_id}-{crs.code.replace(':', '')}"
        folder.mkdir(exist_ok=True)
        path = folder / file_name(selection, crs, file_format.extension)
        assert write(selection, path, file_format=file_format, crs=crs) == selection.count
        assert path.is_file()
        assert list(folder.glob(".*")) == []
        return path

    return writer


@pytest.fixture(scope="session")
def files(everything: Selection, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Everything in every format, written once."""
    folder = tmp_path_factory.mktemp("files")
    paths = {}
    for file_format in FORMATS.values():
        paths[file_format.id] = folder / f"plan-atlas.{file_format.extension}"
        write(everything, paths[file_format.id], file_format=file_format)
    return paths
