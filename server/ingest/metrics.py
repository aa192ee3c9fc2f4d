"""Numbers for Prometheus, of this process or, where there are several, of all of them.

With several worker processes ``PROMETHEUS_MULTIPROC_DIR`` names a folder that they share; it is
set by ``kiosk-server run`` before this module is imported.

Source: https://prometheus.github.io/client_python/multiprocess/.
"""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """What is counted of the line for events; a set of its own for each application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "pishkhan_ingest_requests",
            "Requests for events, by status and code of the answer",
            ("status", "code"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "pishkhan_ingest_seconds",
            "From the head of a request to its answer",
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
            registry=self.registry,
        )
        self.rows = Counter(
            "pishkhan_ingest_rows",
            "Rows of batches, by what became of them; gap counts batches",
            ("outcome",),
            registry=self.registry,
        )
        self.waiting = Gauge(
            "pishkhan_ingest_waiting_rows",
            "Rows that wait to be committed",
            registry=self.registry,
            multiprocess_mode="livesum",
        )
        self.commit_seconds = Histogram(
            "pishkhan_ingest_commit_seconds",
            "One transaction of the committer",
            buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
            registry=self.registry,
        )
        self.group_rows = Histogram(
            "pishkhan_ingest_group_rows",
            "Rows committed together",
            buckets=(10, 50, 100, 250, 500, 1_000, 2_500, 5_000),
            registry=self.registry,
        )

    def text(self) -> bytes:
        """Write all numbers for Prometheus."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self.registry)
        shared = CollectorRegistry()
        MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
        return generate_latest(shared)
