"""Looks whether a catalogue's file of changes has something new, and reads that.

SQLite tells by a number in shared memory whether anybody has written, so asking takes some
microseconds. What is new is read in one transaction: all of a segment, or nothing of it.

Source: docs/feed.md, section 6; sqlite.org/pragma.html, data_version.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.storage.changes_file import (
    DamagedChangesError,
    Entry,
    State,
    current_state,
    new_entries,
    open_to_read,
    read_state,
)
from kiosk.storage.rules import RuleRecords, read_rules
from kiosk.storage.surveys import ToldSurveys, read_surveys
from kiosk.storage.unread import Faults, read_unread
from kiosk.storage.used import Counts, read_used


@dataclass(frozen=True, slots=True)
class News:
    """What the file stands for now, and the rows, and rules, that are new since the last time.

    ``used``, ``unread`` and ``surveys`` are few, and all there are.
    """

    state: State
    entries: list[Entry]
    rules: RuleRecords | None = None
    used: Counts = field(default_factory=dict)
    unread: Faults = field(default_factory=dict)
    surveys: ToldSurveys = ()


class ChangesReader:
    """Reads ``file``, which may not be there yet; ``seal`` is that of its base.

    Without a file there is never anything new. One thread uses it.
    """

    def __init__(self, file: Path | None, seal: bytes) -> None:
        self._file, self._name, self._seal = file or Path(), str(file or ""), seal
        self._connection: sqlite3.Connection | None = None
        self._version, self._last, self._rules_sequence = -1, 0, 0

    def has_news(self) -> bool:
        """Tell whether anything was written since ``news``."""
        if self._connection is None:
            return os.access(self._name, os.F_OK)  # where there is none, half of what a stat costs
        try:
            (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        except sqlite3.ProgrammingError:
            raise  # a mistake of ours: it is closed
        except sqlite3.Error as error:
            raise self._damaged(error) from None
        return bool(version != self._version)

    def news(self) -> News:
        """Read what is new; raises ``DamagedChangesError``."""
        try:
            return self._news()
        except (sqlite3.Error, OSError, ValueError, TypeError, OverflowError) as error:
            raise self._damaged(error) from None

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            with suppress(sqlite3.Error):  # of a damaged one
                self._connection.close()

    def _news(self) -> News:
        first = self._connection is None
        connection = self._connection = self._connection or open_to_read(self._file)
        connection.execute("BEGIN")
        try:
            if first:
                state = read_state(connection, self._file, self._seal)
            else:
                state = current_state(connection, self._file)
            new = new_entries(connection, self._last)
            rules = None
            if state.rules_sequence != self._rules_sequence:
                rules = read_rules(connection, self._file)
            used, unread = read_used(connection), read_unread(connection)
            surveys = read_surveys(connection)
            (self._version,) = connection.execute("PRAGMA data_version").fetchone()
        finally:
            connection.execute("COMMIT")
        self._last = new[-1].number if new else self._last
        self._rules_sequence = state.rules_sequence
        return News(state, new, rules, used, unread, surveys)

    def _damaged(self, error: Exception) -> DamagedChangesError:
        return DamagedChangesError(f"{self._file}: expected sound changes, got: {error}")
