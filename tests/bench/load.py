"""Asking a server over one open connection, and what its processes hold in memory."""

from __future__ import annotations

import http.client
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

CHECKED = 20
"""Answers that are counted, so that servers are compared only where they answer alike."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What was measured: requests a second, median milliseconds, how many, features in the first answers."""

    per_second: float
    median_ms: float
    asked: int
    features: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.per_second:9.1f} /s   median {self.median_ms:8.2f} ms"


class Client:
    """One keep-alive connection."""

    def __init__(self, base: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=120)

    def get(self, path: str) -> bytes:
        self._connection.request("GET", path)
        response = self._connection.getresponse()
        body = response.read()
        if response.status not in (200, 204):
            raise SystemExit(f"{path}: {response.status} {body[:300]!r}")
        return body


def rate(base: str, paths: Sequence[str], *, seconds: float, counted: bool = True) -> Rate:
    """Ask ``paths`` one after the other, from the start again where they end, for some seconds.

    The first answers are counted before the clock runs; no more of them than fit into the same time.
    """
    client = Client(base)
    features: list[int] = []
    begun = time.perf_counter()
    for path in paths[: CHECKED if counted else 0]:
        features.append(len(json.loads(client.get(path))["features"]))
        if time.perf_counter() - begun > seconds:
            break
    times: list[float] = []
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        before = time.perf_counter()
        client.get(paths[(len(features) + len(times)) % len(paths)])
        times.append(time.perf_counter() - before)
    return Rate(len(times) / sum(times), statistics.median(times) * 1e3, len(times), tuple(features))


def must_agree(first: Rate, second: Rate) -> None:
    """Stop where two servers answered the same questions with other numbers of features."""
    both = min(len(first.features), len(second.features))
    if not both or first.features[:both] != second.features[:both]:
        raise SystemExit(f"the servers do not answer alike: {first.features} and {second.features}")


def peak_mib(pid: int) -> float:
    """Peak resident memory of the largest of a process' children, which do gunicorn's work."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return max(_peak(int(child)) for child in children)


def _peak(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))
