"""The journal of payments, saved out of a damaged database: whole, or with the reason why not.

All of it is copied, in the order in which it was written, through the same triggers that guard
it always. Where a row cannot be read, nobody knows whether one is missing: then what was open is
saved as far as it can be, so that the terminal is asked for it, and the reason is told.

Source: docs/payment.md, section 8.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from kiosk.outbox.salvage import DAMAGE, raise_if_full
from kiosk.payment.journal import make_tables, read_where

_ATTEMPTS: Final = "SELECT * FROM payment_attempt ORDER BY rowid"
_STEPS: Final = "SELECT * FROM payment_step WHERE attempt_id = ? ORDER BY number"
_SALES: Final = ("sale", "sale_tender", "sale_undone")
_CHECKED: Final = ("payment_attempt", "payment_step", *_SALES)
FAULT_MAX: Final = 200


def carry_payments(old: sqlite3.Connection, new: sqlite3.Connection) -> tuple[int, str]:
    """Copy the journal in ``new``'s transaction; gives how many attempts, and why not all."""
    try:
        if not _is_there(old):
            return 0, ""
        make_tables(new)
        with _savepoint(new):
            _check(old)
            carried = _copy(old, new, old.execute(_ATTEMPTS))
            for table in _SALES:
                _copy_rows(new, table, old.execute(f"SELECT * FROM {table} ORDER BY rowid"))  # noqa: S608
    except DAMAGE as error:
        raise_if_full(error)
        return _carry_open(old, new), f"{type(error).__name__}: {error}"[:FAULT_MAX]
    return carried, ""


def _is_there(old: sqlite3.Connection) -> bool:
    """Tell whether anything was ever paid; raises ``sqlite3.Error`` where that cannot be read."""
    there = "SELECT 1 FROM sqlite_master WHERE name = 'payment_attempt'"
    return old.execute(there).fetchone() is not None


def _check(old: sqlite3.Connection) -> None:
    """See that each table and its indexes have the same rows; raises ``sqlite3.Error``."""
    for table in _CHECKED:
        (found,) = old.execute(f"PRAGMA integrity_check({table})").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(f"{table}: {' '.join(str(found).split())}")


def _carry_open(old: sqlite3.Connection, new: sqlite3.Connection) -> int:
    """Save what was open, each by itself; gives how many that were."""
    carried = 0
    try:
        make_tables(new)
        rows = old.execute(
            "SELECT attempt_id, undoes FROM payment_attempt WHERE attempt_id IN "
            "(SELECT attempt_id FROM payment_open UNION "
            "SELECT attempt_id FROM payment_step WHERE phase = 'attendant') ORDER BY rowid"
        )
        ids = dict.fromkeys(each for row in rows for each in (row[1], row[0]) if each is not None)
    except DAMAGE:
        return 0
    for attempt_id in ids:
        try:
            with _savepoint(new):
                one = "SELECT * FROM payment_attempt WHERE attempt_id = ?"
                carried += _copy(old, new, old.execute(one, (attempt_id,)))
        except DAMAGE as error:
            raise_if_full(error)
            continue
    return carried


def _copy(
    old: sqlite3.Connection, new: sqlite3.Connection, attempts: Iterable[tuple[Any, ...]]
) -> int:
    carried = 0
    for attempt in attempts:
        attempt_id = UUID(bytes=attempt[0])
        _copy_rows(new, "payment_attempt", [attempt])
        lone = (
            "SELECT 1 FROM payment_attempt WHERE attempt_id = ? "
            "AND undoes NOT IN (SELECT attempt_id FROM payment_attempt)"
        )
        if new.execute(lone, (attempt[0],)).fetchone():
            raise sqlite3.DatabaseError("a giving back without its charge")
        steps = list(old.execute(_STEPS, (attempt[0],)))
        if not steps:
            raise sqlite3.DatabaseError("an attempt without a step")
        _copy_rows(new, "payment_step", steps)
        list(read_where(new, "attempt_id", attempt_id))  # it can be read as it is to be
        carried += 1
    return carried


def _copy_rows(new: sqlite3.Connection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    for row in rows:
        places = ", ".join("?" * len(row))
        new.execute(f"INSERT INTO {table} VALUES ({places})", row)  # noqa: S608  (names of ours)


@contextmanager
def _savepoint(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("SAVEPOINT salvage")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK TO salvage")
        connection.execute("RELEASE salvage")
        raise
    connection.execute("RELEASE salvage")
