"""What staff are told of outbox, feed, clock and disk, each second while they look at it.

It belongs to the core's thread and reads by its own connections, which write nothing and make
no file. No question here reads a large table: rows are counted up to a limit, by an index, and
their bodies are left alone. What cannot be read is told as such; a report never fails.

Source: docs/outbox.md, section 10.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from kiosk.errors import DataError
from kiosk.outbox.rows import instant_of
from kiosk.outbox.store import OutboxStore, open_database
from kiosk.outbox.streams import STREAMS, Stream, file_of
from kiosk.staff.report import COUNTED_MAX, Outgoing, Parked, Report, Timing, Who

PARKED_MAX = 50  # of a stream, to be listed
READ_WAIT_S = 0.05  # a reader of a log waits for nobody, but for a log that is just being recovered

_COUNT = "SELECT count(*) FROM (SELECT 1 FROM outbox WHERE state = ? LIMIT ?)"
_OLDEST = "SELECT wall_ms FROM outbox WHERE state = 'waiting' ORDER BY seq LIMIT 1"
_PARKED = (
    "SELECT id, kind, wall_ms, error, attempts FROM outbox WHERE state = 'parked' "
    "ORDER BY seq DESC LIMIT ?"
)


class ServerTime(Protocol):
    """What ``kiosk.clock.ServerClock`` is to us."""

    def error_ms(self) -> int | None:
        """Tell by how much the time may be wrong at most; none where no server spoke yet."""
        ...

    def wall_off_ms(self) -> int | None:
        """Tell by how much the box's own clock is ahead of the server's."""
        ...


@dataclass(frozen=True, slots=True)
class Sources:
    """What is asked besides the database, each from the core's thread and at once.

    ``sequence`` gives that of the prices in use, 0 for none; ``key_refused`` the code by which
    the server refuses the kiosk's key, or ``""``; ``retried`` is called when rows wait again.
    """

    sequence: Callable[[], int] = lambda: 0
    key_refused: Callable[[], str] = lambda: ""
    retried: Callable[[], None] = lambda: None


class DeskOfKiosk:
    """The ``StaffDesk`` of a real kiosk; ``database`` is the ledger's file."""

    def __init__(self, who: Who, database: Path, time: ServerTime, sources: Sources) -> None:
        self._who, self._database, self._time, self._sources = who, database, time, sources
        self._reading: dict[str, sqlite3.Connection] = {}

    def close(self) -> None:
        """Close the connections, on the thread that reported."""
        for connection in self._reading.values():
            connection.close()
        self._reading.clear()

    def report(self) -> Report:
        """Tell how it stands now; raises nothing."""
        return Report(
            self._who,
            tuple(self._outgoing(stream) for stream in STREAMS),
            self._sources.sequence(),
            Timing(self._time.error_ms(), self._time.wall_off_ms()),
            _free_bytes(self._database.parent),
            self._sources.key_refused(),
        )

    def retry(self, event_id: UUID | None = None) -> int:
        """Let parked events wait again, one or all; gives how many. Raises ``DataError``."""
        ids = None if event_id is None else [event_id]
        put_back = 0
        try:
            for stream in STREAMS:
                file = file_of(stream, self._database)
                if file.exists():
                    with closing(open_database(file, stream)) as connection:
                        put_back += OutboxStore(connection).retry(ids)
        except sqlite3.Error as error:
            raise DataError(f"{file.name}: expected to write in it, got {error}") from None
        finally:
            if put_back:
                self._sources.retried()
        return put_back

    def _outgoing(self, stream: Stream) -> Outgoing:
        file = file_of(stream, self._database)
        try:
            return _read(self._connection(stream, file), stream.name)
        except sqlite3.Error as error:
            broken = self._reading.pop(stream.name, None)
            if broken is not None:
                broken.close()
            return Outgoing(stream.name, fault=f"{file.name}: {error}")

    def _connection(self, stream: Stream, file: Path) -> sqlite3.Connection:
        if stream.name not in self._reading:
            self._reading[stream.name] = sqlite3.connect(
                f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=READ_WAIT_S
            )
        return self._reading[stream.name]


def _read(connection: sqlite3.Connection, name: str) -> Outgoing:
    waiting, parked = (_count(connection, state) for state in ("waiting", "parked"))
    oldest = connection.execute(_OLDEST).fetchone()
    rows = connection.execute(_PARKED, (PARKED_MAX,)).fetchall() if parked else []
    return Outgoing(
        name,
        waiting,
        instant_of(oldest[0]) if oldest else None,
        parked,
        tuple(
            Parked(UUID(bytes=event_id), kind, instant_of(wall_ms), error, attempts)
            for event_id, kind, wall_ms, error, attempts in rows
        ),
    )


def _count(connection: sqlite3.Connection, state: str) -> int:
    (count,) = connection.execute(_COUNT, (state, COUNTED_MAX + 1)).fetchone()
    return int(count)


def _free_bytes(folder: Path) -> int | None:
    try:
        found = os.statvfs(folder)
    except OSError:
        return None
    return found.f_bavail * found.f_frsize
