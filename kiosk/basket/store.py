"""The open basket in the kiosk's own database, so that it outlives a crash; and how it ends there.

Each method is one transaction: a basket is open or has ended, and its event says so, never both
and never neither. It belongs to the core's thread.

Source: docs/basket.md, "What outlives a crash".
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol, TypeVar

from kiosk import own_use
from kiosk.basket.told import ABANDONED, FINISHED, Number
from kiosk.scripts import run_script

T = TypeVar("T")
Body = Mapping[str, Any]


class Writing(Protocol):
    """A transaction in the kiosk's own database; ``tell`` puts an event in it."""

    @property
    def connection(self) -> sqlite3.Connection: ...

    @property
    def tell(self) -> Callable[[str, Body], None]: ...


class Ledger(Protocol):
    """What ``kiosk.outbox.recorder.Recorder`` is to us."""

    def write(self, work: Callable[[Writing], T]) -> T:
        """Let ``work`` write what is true together; it may be called twice. ``DataError``."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """What was found at the start, and when it was written, aware UTC."""

    body: Body
    saved_at: datetime


class BasketStore:
    """Every method raises ``DataError`` where it could not be written; then nothing was."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def left_open(self) -> Kept | None:
        """Give the basket that was open when the kiosk ended."""
        return self._ledger.write(lambda writing: _read(writing.connection, "basket_open"))

    def left_at_till(self) -> Kept | None:
        """Give what was on the till's screen when the kiosk ended."""
        return self._ledger.write(lambda writing: _read(writing.connection, "basket_at_till"))

    def save(self, body: Body, at: datetime) -> None:
        """Keep the open basket as it is now."""
        self._ledger.write(lambda writing: _write(writing.connection, "basket_open", body, at))

    def forget(self) -> None:
        """Keep no basket: nothing is in it, or the till's screen is over. No event tells so."""
        self._ledger.write(lambda writing: _clear(writing.connection))

    def abandon(self, body: Body) -> None:
        """End the open basket without buying, and tell so."""

        def work(writing: Writing) -> None:
            _clear(writing.connection)
            writing.tell(ABANDONED, body)

        self._ledger.write(work)

    def finish(
        self, on: date, at: datetime, ended: Callable[[Number], tuple[Body, Body]]
    ) -> Number:
        """End the open basket at the till, and tell so; gives the number it got.

        ``ended`` gives, for a number, the event's body and what the till's screen shows.
        """

        def work(writing: Writing) -> Number:
            connection = writing.connection
            number = Number(on, next_number(connection, on))
            told, shown = ended(number)
            _clear(connection)
            _write(connection, "basket_at_till", shown, at)
            own_use.count(connection, told)
            writing.tell(FINISHED, told)
            return number

        return self._ledger.write(work)


def _ready(connection: sqlite3.Connection) -> None:
    """Make the tables where they are not there: a damaged file may have been replaced."""
    run_script(connection, "kiosk.basket", "basket.sql")


def _read(connection: sqlite3.Connection, table: str) -> Kept | None:
    _ready(connection)
    # ``table`` is one of the names above
    row = connection.execute(f"SELECT body, saved_s FROM {table}").fetchone()  # noqa: S608
    return Kept(json.loads(row[0]), datetime.fromtimestamp(row[1], UTC)) if row else None


def _write(connection: sqlite3.Connection, table: str, body: Body, at: datetime) -> None:
    _ready(connection)
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    insert = f"INSERT OR REPLACE INTO {table} (only, body, saved_s) VALUES (1, ?, ?)"  # noqa: S608
    connection.execute(insert, (text, int(at.timestamp())))


def _clear(connection: sqlite3.Connection) -> None:
    _ready(connection)
    connection.execute("DELETE FROM basket_open")
    connection.execute("DELETE FROM basket_at_till")


def next_number(connection: sqlite3.Connection, on: date) -> int:
    """Count the baskets of a day up, in the caller's transaction."""
    _ready(connection)
    day = on.isoformat()
    connection.execute("DELETE FROM basket_number WHERE day < ?", (day,))
    (number,) = connection.execute(
        "INSERT INTO basket_number (day, number) VALUES (?, 1) "
        "ON CONFLICT (day) DO UPDATE SET number = number + 1 RETURNING number",
        (day,),
    ).fetchone()
    return int(number)
