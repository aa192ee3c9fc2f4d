"""The outbox: one row for each thing that happened, written with what it tells.

``put`` takes part in the caller's transaction, so a sale and its event are both there or
both not. A row's id, kind, time and body never change; only its state does, and the database
itself refuses anything else. It sends nothing: that is ``uploader``.

Source: docs/outbox.md.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import UUID

import uuid_utils

from kiosk.errors import DataError

SCHEMA_VERSION = 1
BODY_BYTES_MAX = 64 * 1024  # a server that takes no larger body could otherwise never be served
REASON_MAX = 500
LOCK_WAIT_S = 5.0
_KIND = re.compile(r"[a-z][a-z0-9_]{0,62}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Event:
    """A row on its way: ``at`` is aware UTC by the kiosk's clock, ``body`` is JSON text."""

    event_id: UUID
    kind: str
    at: datetime
    body: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server has the event, now or from before."""

    event_id: UUID


@dataclass(frozen=True, slots=True)
class Refused:
    """The server will not take the event as it is."""

    event_id: UUID
    reason: str


Settlement = Accepted | Refused


@dataclass(frozen=True, slots=True)
class RejectedEvent:
    """An event that waits for a person, and why."""

    event: Event
    reason: str
    attempts: int


@dataclass(frozen=True, slots=True)
class OutboxStatus:
    """How much there is in each state; ``oldest_waiting_at`` is none where nothing waits."""

    waiting: int
    accepted: int
    rejected: int
    oldest_waiting_at: datetime | None


def open_database(file: Path) -> sqlite3.Connection:
    """Open the kiosk's own database, made if it is not there; each thread opens its own.

    Transactions are begun by ``transaction`` alone. Raises ``DataError`` where the file is no
    database of ours, and ``sqlite3.OperationalError`` where it cannot be opened.
    """
    connection = sqlite3.connect(file, timeout=LOCK_WAIT_S, isolation_level=None)
    try:
        _use_wal(connection)
        connection.execute("PRAGMA synchronous = FULL")  # a row that was told of survives the power
        with transaction(connection):
            _bring_up_to_date(connection, file)
    except sqlite3.OperationalError:
        connection.close()
        raise
    except (sqlite3.DatabaseError, DataError) as error:
        connection.close()
        raise DataError(f"{file}: expected a kiosk's database, got {error}") from None
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Write all of the block or none of it; the lock is taken at once, not at the first write."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.execute("COMMIT")


class OutboxStore:
    """The outbox table of one connection."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        make_id: Callable[[], UUID] = lambda: UUID(bytes=uuid_utils.uuid7().bytes),
    ) -> None:
        self._connection, self._make_id = connection, make_id

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def put(self, kind: str, body: Mapping[str, Any], at: datetime) -> UUID:
        """Write an event within the caller's ``transaction``, and give its id.

        ``at`` is aware; ``kind`` is a name of docs/events.md. Raises ``DataError`` where the
        body is no JSON or too long.
        """
        assert self._connection.in_transaction, "an event is written with what it tells"
        assert _KIND.fullmatch(kind), kind
        event_id = self._make_id()
        self._connection.execute(
            "INSERT INTO outbox (id, kind, at, body) VALUES (?, ?, ?, ?)",
            (event_id.bytes, kind, _milliseconds(at), _json_of(body)),
        )
        return event_id

    def waiting(self, limit: int) -> tuple[Event, ...]:
        """Give events to send: the least tried first, then the oldest.

        So a row that the server never speaks of cannot keep the others back.
        """
        rows = self._connection.execute(
            "SELECT id, kind, at, body FROM outbox WHERE state = 'waiting' "
            "ORDER BY attempts, seq LIMIT ?",
            (limit,),
        )
        return tuple(_event(row) for row in rows)

    def count_attempt(self, events: Collection[Event]) -> None:
        """Note that these are about to be sent once more."""
        with transaction(self._connection):
            self._connection.executemany(
                "UPDATE outbox SET attempts = attempts + 1 WHERE id = ?",
                [(event.event_id.bytes,) for event in events],
            )

    def settle(self, settlements: Iterable[Settlement]) -> int:
        """Note what became of events, all in one transaction; give how many waited till now."""
        with transaction(self._connection):
            return sum(self._settle_one(settlement) for settlement in settlements)

    def status(self) -> OutboxStatus:
        """Count the rows in each state."""
        counts = dict(
            self._connection.execute("SELECT state, count(*) FROM outbox GROUP BY state").fetchall()
        )
        return OutboxStatus(
            counts.get("waiting", 0),
            counts.get("accepted", 0),
            counts.get("rejected", 0),
            self.oldest_waiting_at(),
        )

    def depth(self) -> int:
        """Count the events that wait."""
        count = "SELECT count(*) FROM outbox WHERE state = 'waiting'"
        return int(self._connection.execute(count).fetchone()[0])

    def oldest_waiting_at(self) -> datetime | None:
        """Give when the event happened that was written first of those that wait."""
        row = self._connection.execute(
            "SELECT at FROM outbox WHERE state = 'waiting' ORDER BY seq LIMIT 1"
        ).fetchone()
        return _instant(row[0]) if row else None

    def rejected(self, limit: int = 100) -> tuple[RejectedEvent, ...]:
        """Give the events that the server refused, newest first."""
        rows = self._connection.execute(
            "SELECT id, kind, at, body, reason, attempts FROM outbox "
            "WHERE state = 'rejected' ORDER BY seq DESC LIMIT ?",
            (limit,),
        )
        return tuple(RejectedEvent(_event(row[:4]), row[4], row[5]) for row in rows)

    def retry_rejected(self) -> int:
        """Let all refused events wait again, once what was wrong is put right; give how many."""
        with transaction(self._connection):
            changed = self._connection.execute(
                "UPDATE outbox SET state = 'waiting', reason = '', attempts = 0 "
                "WHERE state = 'rejected'"
            )
            return changed.rowcount

    def forget_accepted(self, before: datetime) -> int:
        """Delete events from before ``before`` that the server has; give how many."""
        with transaction(self._connection):
            deleted = self._connection.execute(
                "DELETE FROM outbox WHERE state = 'accepted' AND at < ?", (_milliseconds(before),)
            )
            return deleted.rowcount

    def _settle_one(self, settlement: Settlement) -> int:
        match settlement:
            case Accepted(event_id):
                state, reason = "accepted", ""
            case Refused(event_id, reason):
                state = "rejected"
        changed = self._connection.execute(
            "UPDATE outbox SET state = ?, reason = ? WHERE id = ? AND state = 'waiting'",
            (state, reason[:REASON_MAX], event_id.bytes),
        )
        return changed.rowcount


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch once to write-ahead logging; for this lock alone SQLite does not wait by itself."""
    ends = monotonic() + LOCK_WAIT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > ends:
                raise
            sleep(0.01)


def _bring_up_to_date(connection: sqlite3.Connection, file: Path) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == SCHEMA_VERSION:
        return
    if version != 0:
        raise DataError(f"version {version}; this program knows {SCHEMA_VERSION}")
    schema = resources.files("kiosk.outbox").joinpath("schema.sql").read_text("utf-8")
    for statement in _statements(schema):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _statements(script: str) -> Iterator[str]:
    """Cut a script into statements: ``executescript`` would end the transaction we are in."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _json_of(body: Mapping[str, Any]) -> str:
    try:
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        size = len(text.encode())
    except (TypeError, ValueError) as error:
        raise DataError(f"Expected an event's body in JSON, got {error}") from None
    if size > BODY_BYTES_MAX:
        raise DataError(f"Expected a body of at most {BODY_BYTES_MAX} bytes, got {size}")
    return text


def _milliseconds(at: datetime) -> int:
    if at.tzinfo is None:
        raise DataError(f"Expected an instant with its zone, got {at}")
    return (at - _EPOCH) // timedelta(milliseconds=1)


def _instant(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)


def _event(row: tuple[bytes, str, int, str]) -> Event:
    return Event(UUID(bytes=row[0]), row[1], _instant(row[2]), row[3])
