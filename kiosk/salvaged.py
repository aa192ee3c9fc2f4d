"""What was saved out of damaged databases, and whether a journal of payments was unreadable.

A row is written in the transaction that carries the rest over: a file is worked through once,
whatever dies when. While a journal could not be read whole, and nobody has compared it with the
terminal's own, a charge may be there that nobody knows of, and no card payment is begun.

Source: docs/outbox.md, section 8; docs/payment.md, section 8.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

_TABLE: Final = """CREATE TABLE IF NOT EXISTS salvage (
    name TEXT PRIMARY KEY,             -- of the file that was set aside
    wall_ms INTEGER NOT NULL,          -- since 1970, UTC
    events INTEGER NOT NULL,           -- that the server did not have
    attempts INTEGER NOT NULL,         -- of payments
    fault TEXT NOT NULL,               -- why the payments are not whole; empty: they are
    compared_by TEXT NOT NULL DEFAULT ''  -- who of the staff has looked into the terminal's journal
) STRICT"""
_UNREAD: Final = "SELECT name, fault FROM salvage WHERE fault <> '' AND compared_by = ''"
_PARTS: Final = ("-wal", "-shm", "-journal")
COMPARED: Final = "payments_compared"


class Writing(Protocol):
    """A transaction in the kiosk's own database; ``tell`` puts an event in it."""

    @property
    def connection(self) -> sqlite3.Connection: ...

    @property
    def tell(self) -> Callable[[str, Mapping[str, Any]], None]: ...


def damaged_files(database: Path) -> tuple[Path, ...]:
    """Give the files that were set aside in its place, the newest first."""
    names = {
        file.name.removesuffix(part)
        for file in database.parent.glob(f"{database.name}.corrupt-*")
        for part in (*_PARTS, "")
        if file.name.endswith(part)
    }
    # a log that was moved alone names its file: that the file is not there is told, not passed over
    whole = {name for name in names if not name.endswith(_PARTS)}
    return tuple(database.with_name(name) for name in sorted(whole, key=_number, reverse=True))


def _number(name: str) -> int:
    digits = name.rpartition("-")[2]
    return int(digits) if digits.isdecimal() else 0


@dataclass(frozen=True, slots=True)
class Salvage:
    """What came out of the file ``name``."""

    name: str
    events: int
    attempts: int
    fault: str = ""


def names(connection: sqlite3.Connection) -> frozenset[str]:
    """Give the files that are worked through."""
    connection.execute(_TABLE)
    return frozenset(name for (name,) in connection.execute("SELECT name FROM salvage"))


def note(connection: sqlite3.Connection, salvage: Salvage, wall_ms: int) -> None:
    """Note what came out of a file, in the transaction that has it."""
    connection.execute(_TABLE)
    connection.execute(
        "INSERT INTO salvage (name, wall_ms, events, attempts, fault) VALUES (?, ?, ?, ?, ?)",
        (salvage.name, wall_ms, salvage.events, salvage.attempts, salvage.fault),
    )


def carry(old: sqlite3.Connection, new: sqlite3.Connection) -> None:
    """Take over what a damaged file knew of those before it: none is worked through twice."""
    new.execute(_TABLE)
    try:
        rows = old.execute("SELECT * FROM salvage").fetchall()
    except sqlite3.Error:
        return
    for row in rows:
        new.execute("INSERT OR IGNORE INTO salvage VALUES (?, ?, ?, ?, ?, ?)", row)


def unread(connection: sqlite3.Connection) -> str:
    """Say which journal of payments is not whole and was not compared, and why; else ``""``.

    A file that was set aside and is not worked through yet, as where the disk was full, is none.
    """
    done = names(connection) if _is_there(connection) else frozenset[str]()
    left = (file.name for file in _beside(connection) if file.name not in done)
    return "; ".join((*faults(connection), *(f"{name}: not read yet" for name in left)))


def faults(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Say what is not whole of the files that are worked through, and was not compared."""
    if not _is_there(connection):
        return ()
    return tuple(f"{name}: {fault}" for name, fault in connection.execute(_UNREAD))


def _is_there(connection: sqlite3.Connection) -> bool:
    there = "SELECT 1 FROM sqlite_master WHERE name = 'salvage'"
    return connection.execute(there).fetchone() is not None


def _beside(connection: sqlite3.Connection) -> tuple[Path, ...]:
    files = (row[2] for row in connection.execute("PRAGMA database_list") if row[1] == "main")
    return tuple(aside for file in files if file for aside in damaged_files(Path(file)))


def compare(writing: Writing, by: str) -> None:
    """Note that a person has compared what is missing with the terminal's own journal."""
    writing.connection.execute(_TABLE)
    writing.connection.execute("UPDATE salvage SET compared_by = ? WHERE compared_by = ''", (by,))
    writing.tell(COMPARED, {"by": by})
