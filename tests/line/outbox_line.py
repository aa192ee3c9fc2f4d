"""A kiosk's outbox, its uploader and a server on the loopback, with what the core was told."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from kiosk.clock import SetClock
from kiosk.line.backoff import Backoff
from kiosk.line.fake_server import FakeServer
from kiosk.line.server import ServerLink
from kiosk.line.watch import LineWatch
from kiosk.messages import Message
from kiosk.outbox.boot import SetBox
from kiosk.outbox.store import OutboxStore, open_database, transaction
from kiosk.outbox.streams import LEDGER, TELEMETRY, Stream, file_of
from kiosk.outbox.uploader import Links, Pause, Uploader, UploaderConfig

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Line:
    """``store`` is the ledger; each step sends both streams."""

    def __init__(self, folder: Path, server: FakeServer, *, old: bool = False) -> None:
        self.file, self.server = folder / "kiosk.db", server
        self.posted: queue.Queue[Message] = queue.Queue()
        self.box, self.clock = SetBox(NOON), SetClock(NOON)
        self.store, self.telemetry = self.open_store(LEDGER), self.open_store(TELEMETRY)
        self.link = self._link(patient=True)
        self.watch = LineWatch(self.posted.put)
        self.uploader = self.new_uploader(old=old)

    def be_patient(self, patient: bool) -> None:
        """Wait long for an answer, as all but tests of late ones do, or half a second."""
        self.link.close()
        self.link = self._link(patient=patient)
        self.uploader = self.new_uploader()

    def _link(self, *, patient: bool) -> ServerLink:
        waits = (5.0, 5.0) if patient else (0.3, 0.5)
        return ServerLink(self.server.url, "kiosk-key", *waits)

    def new_uploader(self, *, old: bool = False, base_s: float = 1.0) -> Uploader:
        """Make one as a start does; waits last as long as they can."""
        return Uploader(
            UploaderConfig("k-1"),
            [partial(self.open_store, LEDGER), partial(self.open_store, TELEMETRY)],
            Links(self.link, self.link if old else None),
            self.watch,
            self.clock,
            self.box,
            lambda: Backoff(base_s, chance=lambda: 1.0),
        )

    def open_store(self, stream: Stream) -> OutboxStore:
        """Open a connection of its own, as each thread does."""
        file = file_of(stream, self.file)
        return OutboxStore(open_database(file, stream, durable=True), box=self.box)

    def put(self, *kinds: str, store: OutboxStore | None = None) -> list[str]:
        """Write events of the ledger; gives their ids."""
        to = store or self.store
        with transaction(to._connection):
            return [str(to.put(kind, {"n": n}, NOON)) for n, kind in enumerate(kinds)]

    def step(self) -> Pause | None:
        """Send all that waits."""
        return self.uploader.step(self.store, self.telemetry)

    def told(self) -> list[Message]:
        """Give what was posted to the core since the last time."""
        return [self.posted.get_nowait() for _ in range(self.posted.qsize())]

    def waiting(self) -> list[str]:
        """Give the ids of the ledger that wait, in sequence."""
        rows = self.store.waiting(10_000)
        return [str(row.event_id) for row in sorted(rows, key=lambda row: row.seq)]

    def parked(self) -> dict[str, str]:
        """Give what is parked in the ledger, and why."""
        return {str(row.event_id): row.error for row in self.store.parked()}

    def close(self) -> None:
        """Close what is open."""
        self.store.close()
        self.telemetry.close()
        self.link.close()

    @contextmanager
    def running(self) -> Iterator[threading.Event]:
        """Let the uploader run on its thread; it has to end soon after."""
        stop = threading.Event()
        thread = threading.Thread(target=self.uploader.run, args=(stop,))
        thread.start()
        try:
            yield stop
        finally:
            stop.set()
            thread.join(timeout=3)
            assert not thread.is_alive()


def until(holds: Callable[[], bool], within_s: float = 3.0) -> None:
    """Wait for it."""
    ends = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < ends, "it did not come to hold in time"
        time.sleep(0.005)
