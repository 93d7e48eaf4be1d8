"""`make bench`: build time and memory, page weight, and requests against a peer, in one run.

Ratios are the figures to trust: both servers run here and now, one single-threaded worker each,
behind the same WSGI server, over keep-alive connections, on the same features and boxes.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import http.client
import json
import os
import random
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from app.atlas.export import feature_collection
from app.atlas.store import Atlas
from app.settings import load_settings
from tests.bench import search

HERE = Path(__file__).parent
SECONDS = 6.0
BOXES = 200


def measure_build(target: Path) -> tuple[float, float]:
    """Seconds and peak MiB of one ``atlas build`` in a process of its own."""
    before = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "atlas", "build"],
        check=True,
        env=os.environ | {"ATLAS_FILE": str(target)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    seconds = time.perf_counter() - before
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(command: list[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server process, from when it answers until the block ends."""
    process = subprocess.Popen([*command, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                break
            if process.poll() is not None:
                assert process.stderr
                raise SystemExit(process.stderr.read().decode())
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait()


def fetch(connection: http.client.HTTPConnection, path: str) -> bytes:
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise SystemExit(f"{path}: {response.status} {body[:300]!r}")
    return body


def requests_per_second(port: int, paths: list[str]) -> tuple[float, float, int]:
    """Requests a second, median milliseconds and features in all, asking ``paths`` round and round."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    found = sum(len(json.loads(fetch(connection, path))["features"]) for path in paths[:20])
    times: list[float] = []
    start = time.perf_counter()
    while time.perf_counter() - start < SECONDS:
        before = time.perf_counter()
        fetch(connection, paths[len(times) % len(paths)])
        times.append(time.perf_counter() - before)
    return len(times) / sum(times), statistics.median(times) * 1e3, found


def boxes(atlas: Atlas) -> list[str]:
    """Boxes of 0.5 to 4 km about places where features are; the seed is fixed."""
    chance = random.Random(20211)
    centres = [f.geometry.representative_point() for f in atlas if f.geometry is not None]
    result = []
    for _ in range(BOXES):
        centre, half = chance.choice(centres), chance.uniform(0.0025, 0.02)
        box = (centre.x - half, centre.y - half, centre.x + half, centre.y + half)
        result.append(",".join(f"{value:.6f}" for value in box))
    return result


def resident_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--peer-python", type=Path, required=True)
    peer_python = parser.parse_args().peer_python.absolute()
    path = load_settings()["ATLAS_FILE"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seconds, peak = measure_build(folder / "atlas.gpkg")
        print(f"build               {seconds:8.1f} s   peak {peak:.0f} MiB")
        atlas = Atlas.open(path)
        # The peer counts a feature without geometry to every box, so both serve the located ones alone.
        located = [feature for feature in atlas if feature.geometry is not None]
        source = folder / "located.geojson"
        source.write_bytes(feature_collection(located, atlas=atlas))
        size = source.stat().st_size / 1024
        print(f"atlas               {len(atlas):8d} features, {len(located)} located ({size:.0f} KiB)")
        queries = boxes(atlas)

        search.measure(path)
        port = free_port()
        with serving([sys.executable, "-m", "tests.bench.serve", str(path)], port) as server:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            page = fetch(connection, "/")
            packed = len(gzip.compress(page))
            print(f"map page            {packed / 1024:8.1f} KiB gzipped ({len(page) / 1024:.0f} plain)")
            panels = []
            for feature in atlas:
                before = time.perf_counter()
                fetch(connection, f"/features/{feature.id}.geojson")
                panels.append((time.perf_counter() - before) * 1e3)
            panels.sort()
            print(
                f"feature panel data  {statistics.median(panels):8.2f} ms median,"
                f" {panels[int(len(panels) * 0.99)]:.2f} ms at 99 %"
            )
            connection.close()
            ours = requests_per_second(port, [f"/features.geojson?bbox={box}&limit=1000" for box in queries])
            print(f"server memory       {resident_mib(server.pid):8.0f} MiB peak")
        port = free_port()
        command = [str(peer_python), str(HERE / "peer_pygeoapi.py"), str(source), str(folder)]
        with serving(command, port):
            items = "/collections/features/items?f=json&limit=1000&bbox="
            peer = requests_per_second(port, [items + box for box in queries])
    if ours[2] != peer[2]:
        raise SystemExit(f"the servers do not answer alike: {ours[2]} and {peer[2]} features in 20 boxes")
    print(f"bbox query, ours    {ours[0]:8.0f} /s  median {ours[1]:.2f} ms  ({ours[2]} features in 20 boxes)")
    print(f"bbox query, pygeoapi{peer[0]:8.1f} /s  median {peer[1]:.2f} ms  ({peer[2]} features in 20 boxes)")
    print(f"ratio               {ours[0] / peer[0]:8.1f} times pygeoapi's GeoJSON provider")


if __name__ == "__main__":
    main()
