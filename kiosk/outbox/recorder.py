"""Writes what happened into the outbox, come what may to the files: the core's side of it.

A damaged file is set aside for the report and a new one begun; where none can be opened at all,
each record fails until one can, and the kiosk goes on showing prices.

Source: docs/outbox.md, sections 1, 7 and 8.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from kiosk.errors import DataError
from kiosk.outbox.boot import Box
from kiosk.outbox.damage import set_aside_if_damaged
from kiosk.outbox.kinds import STREAM_OF
from kiosk.outbox.room import Room, is_of_the_disk
from kiosk.outbox.store import OutboxStore, open_database, transaction
from kiosk.outbox.streams import LEDGER, STREAMS, TELEMETRY, Stream, file_of

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Writing:
    """A transaction in the kiosk's own file: rows of any table, and what is told of them."""

    connection: sqlite3.Connection
    tell: Callable[[str, Mapping[str, Any]], None]  # the kind of an event of the ledger, its body


@dataclass(frozen=True, slots=True)
class _File:
    connection: sqlite3.Connection
    store: OutboxStore


class Recorder:
    """``record`` and the rest belong to one thread; ``wake`` is called after each row."""

    def __init__(self, database: Path, box: Box, wake: Callable[[], None], room: Room) -> None:
        self._database, self._box, self._wake, self._room = database, box, wake, room
        self._files: dict[str, _File] = {}

    def open(self) -> None:
        """Open the files, new ones where they are damaged; where one does not open, it is logged.

        To be called while nobody else has them open.
        """
        for stream in STREAMS:
            kept_as = set_aside_if_damaged(file_of(stream, self._database))
            try:
                self._opened(stream)
                if kept_as is not None:
                    self.record("database_damaged", {"kept_as": kept_as.name})
            except DataError as error:
                log.error("database-failed reason=%s", error)

    def record(self, kind: str, body: Mapping[str, Any]) -> None:
        """Write an event; raises ``DataError`` where there is no room or no database for it.

        So it does, too, while the ledger cannot be opened, although telemetry is written: staff
        learn it at the first event, not at the first sale.
        """
        if STREAM_OF[kind] is LEDGER:
            self.write(lambda writing: writing.tell(kind, body))
            return
        self._record_telemetry(kind, body)
        self._opened(LEDGER)

    def write(self, work: Callable[[Writing], T]) -> T:
        """Let ``work`` write in the ledger's file what is true together, and give what it gives.

        All of it is on the disk when this returns. It may be called a second time, where the
        ballast had to be given up for it. Raises ``DataError`` where it could not be written,
        and what ``work`` raises; then nothing is written.
        """
        try:
            done = self._write(work)
        except sqlite3.Error as error:
            if not is_of_the_disk(error):
                raise DataError(f"ledger: expected to write a row, got {error}") from None
            log.error("ledger-full reason=%s", error)
            self._room.make_some()
            done = self._write_again(work)
        self._wake()
        return done

    def close(self) -> None:
        """Close the files that are open."""
        for file in self._files.values():
            file.connection.close()

    def _write(self, work: Callable[[Writing], T]) -> T:
        file = self._opened(LEDGER)

        def tell(kind: str, body: Mapping[str, Any]) -> None:
            assert STREAM_OF[kind] is LEDGER, kind
            file.store.put(kind, body, self._box.wall())

        with transaction(file.connection):
            return work(Writing(file.connection, tell))

    def _write_again(self, work: Callable[[Writing], T]) -> T:
        try:
            return self._write(work)
        except sqlite3.Error as error:
            raise DataError(f"ledger: expected room to write, got {error}") from None

    def _record_telemetry(self, kind: str, body: Mapping[str, Any]) -> None:
        if not self._room.for_telemetry:
            raise DataError(f"{kind}: expected room for telemetry, got a full disk")
        file, at = self._opened(TELEMETRY), self._box.wall()
        assert TELEMETRY.bytes_max is not None
        try:
            with transaction(file.connection):
                file.store.put(kind, body, at)
                gone = file.store.evict_beyond(TELEMETRY.bytes_max, at)
        except sqlite3.Error as error:
            if is_of_the_disk(error):
                self._room.write_failed()
            raise DataError(f"{kind}: expected room to write it, got {error}") from None
        if gone:
            log.warning("telemetry-evicted rows=%d", gone)
        self._wake()

    def _opened(self, stream: Stream) -> _File:
        if stream.name not in self._files:
            file = file_of(stream, self._database)
            try:
                connection = open_database(file, stream)
            except sqlite3.Error as error:
                raise DataError(f"{file}: expected a database, got {error}") from None
            self._files[stream.name] = _File(connection, OutboxStore(connection, box=self._box))
        return self._files[stream.name]
