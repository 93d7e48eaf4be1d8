"""Numbers for Prometheus: requests by rule and status, their time, and which atlas is served.

Under several workers the counts of all are added up (``PROMETHEUS_MULTIPROC_DIR``, which gunicorn.conf.py
sets); labels are our rules and status codes, so that no visitor can make new ones.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

if TYPE_CHECKING:
    from app.atlas.store import Atlas

METHODS: Final = frozenset(("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"))
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

_own = CollectorRegistry()
_requests = Counter("plan_atlas_requests", "Requests answered.", ("method", "rule", "status"), registry=_own)
_seconds = Histogram(
    "plan_atlas_request_seconds", "From request to last byte.", ("rule",), buckets=_SECONDS, registry=_own
)


def observe(method: str, rule: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    _requests.labels(method if method in METHODS else "other", rule, str(status)).inc()
    _seconds.labels(rule).observe(seconds)


class _AtlasFacts:
    """The served atlas as metrics."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas

    def collect(self) -> Iterator[Metric]:
        """What a scrape asks for."""
        yield InfoMetricFamily("plan_atlas_data", "The served atlas.", value={"version": self._atlas.version})
        yield GaugeMetricFamily("plan_atlas_features", "Features served.", value=len(self._atlas))


def exposition(atlas: Atlas | None) -> bytes:
    """All metrics in Prometheus' text format; without an atlas, those of the requests alone."""
    shown = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(shown)  # type: ignore[no-untyped-call]
    else:
        shown.register(_own)
    if atlas is not None:
        shown.register(_AtlasFacts(atlas))
    return generate_latest(shown)
