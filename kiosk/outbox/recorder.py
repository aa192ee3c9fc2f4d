"""Writes what happened into the outbox, come what may to the file: the core's side of it.

A damaged database is set aside for the report and a new one begun; where none can be opened at
all, each record fails until one can, and the kiosk goes on showing prices.

Source: docs/outbox.md, "When the database is damaged".
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from kiosk.clock import Clock
from kiosk.errors import DataError
from kiosk.outbox.store import (
    LOCK_WAIT_S,
    SCHEMA_VERSION,
    OutboxStore,
    open_database,
    transaction,
)

log = logging.getLogger(__name__)

# the log first: what is left of it would be played into a new database of the same name
_PARTS = ("-wal", "-shm", "")


class Recorder:
    """``record`` and the rest belong to one thread; ``wake`` is called after each row."""

    def __init__(self, file: Path, clock: Clock, wake: Callable[[], None]) -> None:
        self._file, self._clock, self._wake = file, clock, wake
        self._connection: sqlite3.Connection | None = None

    def open(self) -> None:
        """Open the database, a new one where it is damaged; where none opens, it is logged."""
        kept_as = set_aside_if_damaged(self._file)
        try:
            self._opened()
            if kept_as is not None:
                self.record("database_damaged", {"kept_as": kept_as.name})
        except DataError as error:
            log.error("database-failed reason=%s", error)

    def record(self, kind: str, body: Mapping[str, Any]) -> None:
        """Write an event; raises ``DataError`` where there is no room or no database for it."""
        connection = self._opened()
        try:
            with transaction(connection):
                OutboxStore(connection).put(kind, body, self._clock.now())
        except sqlite3.Error as error:
            raise DataError(f"{kind}: expected room to write it, got {error}") from None
        self._wake()

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            try:
                self._connection = open_database(self._file)
            except sqlite3.Error as error:
                raise DataError(f"{self._file}: expected a database, got {error}") from None
        return self._connection


def set_aside_if_damaged(file: Path) -> Path | None:
    """Give a damaged database another name; gives it, or none where that was not needed.

    To be called while nobody else has it open. It reads the file through. One that cannot be
    opened, or not be renamed, stays where it is.
    """
    if not file.is_file():
        return None
    try:
        _check(file)
    except DataError as error:
        aside = _free_name(file)
        try:
            for part in _PARTS:
                _move(Path(f"{file}{part}"), Path(f"{aside}{part}"))
        except OSError as refused:
            log.error("database-damaged: %s; expected to rename it, got %s", error, refused)
            return None
        log.error("database-damaged: %s; kept as %s", error, aside.name)
        return aside
    except sqlite3.OperationalError as error:
        log.error("database-unchecked reason=%s", error)
    return None


def _check(file: Path) -> None:
    """Read it through; raises ``DataError`` for damage, ``sqlite3.OperationalError`` else.

    It is opened for reading: a writer would throw away the log of a file that it cannot read.
    """
    address = f"{file.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=LOCK_WAIT_S)) as connection:
        try:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            raise DataError(f"{file}: expected a kiosk's database, got {error}") from None
    if found != "ok":
        raise DataError(f"{file}: expected a sound database, got {' '.join(found.split())}")
    if version not in (0, SCHEMA_VERSION):
        raise DataError(f"{file}: expected version {SCHEMA_VERSION}, got {version}")


def _free_name(file: Path) -> Path:
    number = 1
    while any(Path(f"{file}.corrupt-{number}{part}").exists() for part in _PARTS):
        number += 1
    return Path(f"{file}.corrupt-{number}")


def _move(part: Path, to: Path) -> None:
    if part.exists():
        part.rename(to)
