"""The two streams: what may never be lost, and what may be lost one day.

Each has a file of its own, for one file cannot be synchronous for a sale and not for a search.
All else about them is the same code.

Source: docs/outbox.md, section 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream: its name on the wire, and how its file is kept.

    ``accepted_kept`` is how long a row stays that the server has; ``bytes_max`` bounds the rows
    where the oldest may go, and is none where nothing may.
    """

    name: str
    synchronous: str
    accepted_kept: timedelta
    bytes_max: int | None = None


LEDGER = Stream("ledger", "FULL", timedelta(days=30))
# with its write-ahead log, which SQLite copies back at 4 MiB, the file stays below 64 MiB
TELEMETRY = Stream("telemetry", "NORMAL", timedelta(days=1), bytes_max=56 << 20)
STREAMS = (LEDGER, TELEMETRY)  # in the order in which they are sent


def file_of(stream: Stream, database: Path) -> Path:
    """Give the stream's file; ``database`` is that of the ledger, the kiosk's own."""
    return database if stream is LEDGER else database.with_name(f"{stream.name}.db")
