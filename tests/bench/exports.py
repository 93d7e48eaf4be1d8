"""The export section of `make bench`: seconds and size of everything in every format, and 100,000 features.

Each big export runs in a process of its own, so that its peak memory is its own; the features are made one
by one as they are asked for, so what grows is what the writer keeps.
"""

from __future__ import annotations

import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import shapely

from app.atlas.features import StoredFeature
from app.atlas.query import Query
from app.atlas.store import Atlas
from app.exports.formats import FORMATS, write
from app.exports.selection import Selection, select
from app.settings import load_settings

MANY = 100_000
ACROSS = 300  # columns of the grid of synthetic features


def synthetic(count: int) -> Iterator[StoredFeature]:
    """Polygons of 24 corners on a grid, with words of the length that real features have."""
    for number in range(count):
        row, column = divmod(number, ACROSS)
        x, y = 116.8 + column * 0.004, 38.6 + row * 0.003
        ring = [
            (x + 0.0015 * math.cos(step * math.pi / 12), y + 0.001 * math.sin(step * math.pi / 12))
            for step in range(25)
        ]
        name = f"第{number}号合成地块"
        properties = {
            "id": f"synthetic-{number}", "name": name, "aliases": [], "kind": "parcel", "theme": "projects",
            "layer": f"synthetic-{number % 5}", "plan": "synthetic", "district": "和平区", "system": None,
            "parent": None, "level": "mention", "status": "提及", "method": "near", "certainty": "indicative",
            "tolerance_m": 300.0, "evidence": [{"source": "places", "ref": name, "note": "合成" * 20}],
            "stated_area_km2": None, "computed_area_km2": 0.03, "stated_length_km": None,
            "computed_length_km": None, "targets": [], "findings": [], "note": "合成的要素", "reason": "",
            "passages": [
                {
                    "id": f"synthetic:{number}", "plan": "synthetic", "start": number, "end": number + 80,
                    "exact": "合成的原文。" * 40, "prefix": "前", "suffix": "后", "role": "sentence",
                    "path": [], "mentions": [], "raw_lines": [1, 1],
                }
            ],
        }  # fmt: skip
        shape = shapely.Polygon(ring)
        body = {
            "type": "Feature",
            "id": properties["id"],
            "geometry": shapely.geometry.mapping(shape),
            "properties": properties,
        }
        feature_id = str(properties["id"])
        yield StoredFeature(feature_id, shape, properties, json.dumps(body, ensure_ascii=False).encode())


def one(format_id: str, count: int) -> None:
    """Write ``count`` synthetic features and print seconds, bytes and peak KiB, our children's included."""
    chosen = Selection(
        name="synthetic", title="合成", count=count, features=lambda: synthetic(count), version="0"
    )
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / f"synthetic.{FORMATS[format_id].extension}"
        before = time.perf_counter()
        write(chosen, path, file_format=FORMATS[format_id])
        seconds = time.perf_counter() - before
        ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        print(json.dumps([seconds, path.stat().st_size, ours, children]))


def main() -> None:
    """Measure and print."""
    atlas = Atlas.open(load_settings()["ATLAS_FILE"])
    chosen = select(atlas, Query())
    print(f"exports             {chosen.count:8d} features of {len(atlas.layers)} layers in one file:")
    with tempfile.TemporaryDirectory() as name:
        for file_format in FORMATS.values():
            path = Path(name) / f"plan-atlas.{file_format.extension}"
            times = []
            for _ in range(3):
                before = time.perf_counter()
                write(chosen, path, file_format=file_format)
                times.append(time.perf_counter() - before)
            print(
                f"  {file_format.title:<18}{min(times):8.2f} s  (first {times[0]:.2f} s)"
                f" {path.stat().st_size / 1024:8.0f} KiB"
            )
    print(f"exports             {MANY:8d} synthetic features, a process each:")
    for format_id, file_format in FORMATS.items():
        found = []
        for count in (MANY // 10, MANY):
            command = [sys.executable, "-m", "tests.bench.exports", format_id, str(count)]
            found.append(json.loads(subprocess.run(command, check=True, capture_output=True).stdout))
        (_, _, small, _), (seconds, size, peak, children) = found
        print(
            f"  {file_format.title:<18}{seconds:8.1f} s {size / 2**20:8.1f} MiB   peak {peak / 1024:.0f} MiB"
            f" ({small / 1024:.0f} at a tenth)"
            + (f", its helper {children / 1024:.0f}" if children > peak / 9 else "")
        )


if __name__ == "__main__":
    if len(sys.argv) == 3:
        one(sys.argv[1], int(sys.argv[2]))
    else:
        main()
