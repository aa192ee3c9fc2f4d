"""Events that the server did not have, saved out of a damaged file of the outbox.

They keep their ids, by which the server knows one that it has after all, and go behind what the
new file has. What cannot be read is left where it is.

Source: docs/outbox.md, section 8.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from kiosk.outbox.database import LOCK_WAIT_S
from kiosk.outbox.rows import chain_of

_COLUMNS: Final = "id, stream, kind, ver, wall_ms, boot_id, mono_ms, body, state, attempts, error"
_END: Final = "SELECT chain FROM outbox ORDER BY seq DESC LIMIT 1"
_PUT: Final = (
    f"INSERT INTO outbox ({_COLUMNS}, before, chain) "  # noqa: S608  (names of ours)
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
# what reading a damaged row may raise: its bytes may be anything
DAMAGE: Final = (
    *(sqlite3.Error, ValueError, TypeError, AttributeError),
    *(LookupError, ArithmeticError),
)
ROWS_TRIED: Final = 500_000  # at most, the newest: a start does not wait for ever


def raise_if_full(error: BaseException) -> None:
    """Let a full disk be what it is: nothing of the new file is taken for damage of the old one."""
    code = getattr(error, "sqlite_errorcode", 0) or 0
    if code & 0xFF == sqlite3.SQLITE_FULL:
        raise error


def open_damaged(file: Path) -> sqlite3.Connection:
    """Open it for reading alone; raises ``sqlite3.Error``."""
    address = f"{file.absolute().as_uri()}?mode=ro"
    return sqlite3.connect(address, uri=True, timeout=LOCK_WAIT_S)


def carry_events(old: sqlite3.Connection, new: sqlite3.Connection) -> int:
    """Put what waits or is parked behind the new file's rows, in ``new``'s transaction.

    Gives how many. It raises nothing for what cannot be read: that is not carried.
    """
    carried = 0
    (before,) = (
        new.execute(_END).fetchone() or new.execute("SELECT origin FROM outbox_stream").fetchone()
    )
    for event_id, *rest in _rows(old):
        try:
            chain = chain_of(before, UUID(bytes=event_id), rest[6])  # of its body
            new.execute(_PUT, (event_id, *rest, before, chain))
        except DAMAGE as error:
            raise_if_full(error)
            continue  # what it says was damaged, or it is there
        before = chain
        carried += 1
    return carried


def _rows(old: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    """Give the rows one by one: a page that is gone takes its own rows with it and no others."""
    last = _last(old)
    for seq in range(_first(old, last), last + 1):
        query = f"SELECT {_COLUMNS} FROM outbox WHERE seq = ? AND state <> 'accepted'"  # noqa: S608
        try:
            with closing(old.execute(query, (seq,))) as found:
                row = found.fetchone()
        except DAMAGE:
            continue
        if row is not None:
            yield row


def _last(old: sqlite3.Connection) -> int:
    """Tell how far the rows go, by whichever of two places can still be read."""
    for query in (
        "SELECT max(seq) FROM outbox",
        "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'",
    ):
        try:
            (found,) = old.execute(query).fetchone() or (None,)
            if found is not None:
                return int(found)
        except DAMAGE:
            continue
    return 0


def _first(old: sqlite3.Connection, last: int) -> int:
    try:
        (found,) = old.execute("SELECT min(seq) FROM outbox").fetchone()
        first = int(found or 1)
    except DAMAGE:
        first = 1
    return max(first, last - ROWS_TRIED)  # a number may be damaged, too
