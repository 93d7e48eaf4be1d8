"""Our service and its peers on the same features and questions: one worker each, one after the other."""

from __future__ import annotations

import math
import os
import pickle
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.bare import BODIES
from tests.bench.load import Client, Rate, must_agree, peak_mib, rate
from tests.bench.synthetic import Mixture, copy_to_postgis, write_mixture
from tests.servers import ROOT, Served, gunicorn, serving

OURS = "/ogc/collections/features/items"
PYGEOAPI = "/collections/features/items"
TIPG = "/collections/public.features/items"
WORKER = ("-m", "gunicorn", "--bind", "127.0.0.1:{port}", "--workers", "1", "--worker-class", "gthread")
TILE_ZOOMS = range(8, 15)


@dataclass(frozen=True, slots=True)
class Contest:
    """Where to measure and for how long."""

    mixture: Mixture
    folder: Path
    peer_python: Path
    postgis: str
    seconds: float

    def run(self) -> None:
        """Measure and print."""
        atlas = self.folder / "atlas.gpkg"
        atlas.unlink(missing_ok=True)
        write_mixture(self.mixture, atlas)
        boxes = self.mixture.boxes(4000)
        size = atlas.stat().st_size / 2**20
        print(f"\n{len(self.mixture):,} features ({size:.0f} MiB)", flush=True)
        with gunicorn({"ATLAS_FILE": str(atlas)}) as server:
            ours = self._ask(server, OURS, boxes)
            cold, warm = self._tiles(server)
            memory = peak_mib(server.pid)
            client = Client(server.url)
            bodies = {box: client.get(f"{OURS}?limit=1000&bbox={box}") for box in boxes[:300]}
        print(f"  memory of our worker   {memory:9.0f} MiB at most", flush=True)
        print(f"  tiles, made            {cold}\n  tiles, kept            {warm}", flush=True)
        self._told("page: ours", ours[0], ours[0])
        self._told("box: ours", ours[1], ours[1])
        for name, factory in (("bytes from our frame", "dressed"), ("bytes from bare Flask", "application")):
            with self._bare(bodies, factory) as server:
                bare = rate(server.url, [f"/items?bbox={box}" for box in bodies], seconds=self.seconds)
            must_agree(ours[1], bare)
            self._told(f"box: {name}", bare, ours[1])
        with self._pygeoapi(atlas) as server:
            self._against("pygeoapi, GeoPackage", ours, self._ask(server, PYGEOAPI, boxes))
        copy_to_postgis(self.mixture, self.postgis)
        with self._tipg() as server:
            self._against("tipg, PostGIS", ours, self._ask(server, TIPG, boxes))

    def _ask(self, server: Served, items: str, boxes: list[str]) -> tuple[Rate, Rate]:
        """Pages from anywhere in the collection, and boxes."""
        chance = random.Random(7)
        last = len(self.mixture) - 100
        pages = [f"{items}?f=json&limit=100&offset={chance.randrange(last)}" for _ in range(1000)]
        if items == TIPG:
            pages = [page.replace("f=json", "f=geojson") for page in pages]
        return (
            rate(server.url, pages, seconds=self.seconds / 2),
            rate(server.url, [f"{items}?limit=1000&bbox={box}" for box in boxes], seconds=self.seconds),
        )

    def _against(self, name: str, ours: tuple[Rate, Rate], peer: tuple[Rate, Rate]) -> None:
        for what, mine, theirs in zip(("page", "box"), ours, peer, strict=True):
            must_agree(mine, theirs)
            self._told(f"{what}: {name}", theirs, mine)

    @staticmethod
    def _told(name: str, measured: Rate, ours: Rate) -> None:
        print(
            f"  {name:<27}{measured}   ours is {ours.per_second / measured.per_second:.2f} times", flush=True
        )

    def _tiles(self, server: Served) -> tuple[Rate, Rate]:
        paths = [f"/ogc/tiles/WebMercatorQuad/{z}/{y}/{x}" for z, x, y in self._places()]
        cold = rate(server.url, paths, seconds=self.seconds, counted=False)
        return cold, rate(server.url, paths[: cold.asked], seconds=self.seconds / 2, counted=False)

    def _places(self) -> list[tuple[int, int, int]]:
        """Tiles where features are, as one who looks about asks for them: as many of each scale."""
        chance = random.Random(8)
        width, height = self.mixture.half
        lon, lat = self.mixture.middle
        result = []
        for number in range(3500):
            zoom = TILE_ZOOMS[number % len(TILE_ZOOMS)]
            x = (lon + chance.uniform(-1, 1) * width + 180) / 360
            sine = math.sin(math.radians(lat + chance.uniform(-1, 1) * height))
            y = 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)
            result.append((zoom, int(x * 2**zoom), int(y * 2**zoom)))
        return list(dict.fromkeys(result))

    @contextmanager
    def _bare(self, bodies: dict[str, bytes], factory: str) -> Iterator[Served]:
        held = self.folder / "bodies"
        held.write_bytes(pickle.dumps(bodies))
        command = [sys.executable, *WORKER, "--threads", "4", f"tests.bench.bare:{factory}()"]
        environment = {BODIES: str(held), "PYTHONPATH": str(ROOT)}
        probe = f"/items?bbox={next(iter(bodies))}"
        with serving(command, probe=probe, environment=environment, folder=self.folder) as server:
            yield server

    @contextmanager
    def _pygeoapi(self, atlas: Path) -> Iterator[Served]:
        own = self.folder / "pygeoapi.gpkg"  # it writes virtual tables into its file
        shutil.copy(atlas, own)
        script = Path(__file__).with_name("peer_pygeoapi.py")
        subprocess.run([str(self.peer_python), str(script), str(own), str(self.folder)], check=True)
        environment = {
            "PYGEOAPI_CONFIG": str(self.folder / "pygeoapi.json"),
            "PYGEOAPI_OPENAPI": str(self.folder / "openapi.json"),
        }
        command = [
            str(self.peer_python),
            *WORKER,
            "--threads",
            "1",
            "--timeout",
            "300",
            "pygeoapi.flask_app:APP",
        ]
        with serving(command, probe="/conformance", environment=environment, folder=self.folder) as server:
            yield server
        own.unlink()

    @contextmanager
    def _tipg(self) -> Iterator[Served]:
        command = [
            str(self.peer_python), "-m", "uvicorn", "tipg.main:app", "--port", "{port}",
            "--log-level", "error", "--no-access-log",
        ]  # fmt: skip
        environment = {
            "DATABASE_URL": self.postgis,
            "TIPG_DB_SCHEMAS": '["public"]',
            "HOME": os.environ["HOME"],
        }
        with serving(command, probe="/collections", environment=environment, folder=self.folder) as server:
            yield server
