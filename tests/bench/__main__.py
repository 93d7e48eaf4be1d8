"""`make bench`: build time and memory, page weight, and our service against its peers, in one run.

Ratios are the figures to trust: all servers run here and now, one worker each, over one keep-alive
connection, on the same features and questions.
"""

from __future__ import annotations

import argparse
import gzip
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from app.atlas.store import Atlas
from app.settings import load_settings
from tests.bench.contest import Contest
from tests.bench.load import Client, peak_mib
from tests.bench.pageload import measure_page_loads
from tests.bench.synthetic import Mixture
from tests.bench.tiled import measure_tiled_layer
from tests.servers import gunicorn, postgis_cluster

SIZES = (10_000, 1_000_000)


def measure_build(target: Path) -> None:
    """Seconds and peak memory of one ``atlas build`` in a process of its own."""
    before = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "atlas", "build"],
        check=True,
        env=os.environ | {"ATLAS_FILE": str(target)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    seconds = time.perf_counter() - before
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"atlas build            {seconds:9.1f} s     peak {peak:.0f} MiB", flush=True)


def measure_pages(path: Path, atlas: Atlas) -> None:
    """The map page's weight, the time of a panel's data, and a worker's memory, of the real atlas."""
    with gunicorn({"ATLAS_FILE": str(path)}) as server:
        client = Client(server.url)
        page = client.get("/")
        packed = len(gzip.compress(page))
        print(f"map page               {packed / 1024:9.1f} KiB gzipped ({len(page) / 1024:.0f} plain)")
        times = []
        for feature in atlas:
            before = time.perf_counter()
            client.get(f"/features/{feature.id}.geojson")
            times.append((time.perf_counter() - before) * 1e3)
        times.sort()
        late = times[int(len(times) * 0.99)]
        print(f"data of a panel        {statistics.median(times):9.2f} ms    {late:.2f} ms at 99 %")
        print(f"memory of a worker     {peak_mib(server.pid):9.0f} MiB at most", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--peer-python", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="synthetic features")
    parser.add_argument("--seconds", type=float, default=6.0, help="for each measurement")
    options = parser.parse_args()
    path = load_settings()["ATLAS_FILE"]
    atlas = Atlas.open(path)
    with tempfile.TemporaryDirectory(dir=path.parent) as name, postgis_cluster() as postgis:
        folder = Path(name)
        measure_build(folder / "built.gpkg")
        measure_pages(path, atlas)
        measure_page_loads(path)
        measure_tiled_layer(atlas, folder)
        for size in options.sizes:
            Contest(
                mixture=Mixture(atlas, size),
                folder=folder,
                peer_python=options.peer_python.absolute(),
                postgis=postgis,
                seconds=options.seconds,
            ).run()


if __name__ == "__main__":
    main()
