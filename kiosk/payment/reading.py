"""The journal read beside whoever writes it: by connections that can write nothing and do not wait.

Source: docs/payment.md, section 3; SQLite, https://sqlite.org/uri.html, "mode=ro".
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Final, TypeVar

from kiosk.payment.journal import JournalError

T = TypeVar("T")
READ_WAIT_S: Final = 0.05  # a reader of a log waits for nobody, but for one that is recovered
_THERE: Final = "SELECT 1 FROM sqlite_master WHERE name = 'sale_is_kept'"


def read_journal(database: Path, read: Callable[[sqlite3.Connection], Iterable[T]]) -> list[T]:
    """Read what was last committed; a journal that nobody has begun is empty.

    Raises ``JournalError``.
    """
    if not database.exists():
        return []
    address = f"{database.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=READ_WAIT_S)) as connection:
            if connection.execute(_THERE).fetchone() is None:
                return []
            return list(read(connection))
    except sqlite3.Error as error:
        raise JournalError(f"payments: expected to read the journal, got {error}") from None
