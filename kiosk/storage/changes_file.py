"""The file of changes beside a sealed catalogue: its names, its state, and whether it is sound.

It is a SQLite file in WAL, so whoever reads it goes on while a segment is written. It belongs to
one base and says so by the base's seal. What its rows mean is ``applying``'s and ``changed``'s
affair.

Source: docs/feed.md, section 6; sqlite.org/wal.html.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote
from zlib import crc32

import msgspec

from kiosk.errors import DataError
from kiosk.storage.file import CatalogueInfo
from kiosk.storage.made_later import make_later
from kiosk.storage.surveys import read_surveys
from kiosk.storage.unread import NO_FAULTS, Faults, read_unread, write_unread
from kiosk.storage.used import read_used

log = logging.getLogger(__name__)

APPLICATION_ID = 0x70697363  # "pisc"
SCHEMA_VERSION = 2  # of changes.sql; a file of another number is set aside and fetched again
WAL_BYTES_MAX = 16 << 20  # that stay on the disk after a large segment
_BESIDE = ("", "-wal", "-shm")  # SQLite's own names
_COLUMNS = (
    "number, rank, sku, sequence, kind, body, category, price, behind, moved, popularity, now, was"
)
_ENTRIES = f"SELECT {_COLUMNS}, check_sum FROM changed"  # noqa: S608  (columns of ours)
_ENTRIES_ALONE = f"SELECT {_COLUMNS} FROM changed"  # noqa: S608
INSERT_ENTRY = "INSERT OR REPLACE INTO changed VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


class DamagedChangesError(DataError):
    """The file of changes is not as it was written; the base beside it may well be sound."""


@dataclass(frozen=True, slots=True)
class State:
    """What a file of changes stands for, together with its base; ``made_at`` is aware UTC.

    ``categories`` and ``stores`` are the JSON of all of them, or empty where they are the base's;
    beside them the segment that told them, 0 for none. Rules have a table of their own.
    """

    base: bytes
    sequence: int
    made_at: datetime
    categories: str = ""
    categories_sequence: int = 0
    stores: str = ""
    stores_sequence: int = 0
    rules_sequence: int = 0

    def row(self) -> tuple[Any, ...]:
        """Give it as a row of table ``state``."""
        columns = (
            self.base,
            self.sequence,
            int(self.made_at.timestamp()),
            self.categories,
            self.categories_sequence,
            self.stores,
            self.stores_sequence,
            self.rules_sequence,
        )
        return (1, *columns, _check_sum(columns))


class Entry(NamedTuple):
    """One changed product, as its row says: changes.sql has what each column is."""

    number: int
    rank: int
    sku: str
    sequence: int
    kind: str
    body: str
    category: str
    price: int
    behind: int
    moved: int
    popularity: int
    now: str
    was: str

    def row(self) -> tuple[Any, ...]:
        """Give it with its check sum, for ``INSERT_ENTRY``."""
        return (*self, _check_sum(self))


def changes_beside(base: Path) -> Path:
    """Give the name of a catalogue's file of changes: ``changes-000001.db`` beside its own."""
    name = base.name
    return base.with_name(
        name.replace("catalogue", "changes", 1) if "catalogue" in name else f"changes-{name}"
    )


def create(file: Path, state: State, unread: Faults = NO_FAULTS) -> None:
    """Make an empty file of changes; it has its name only when it is whole and on the disk.

    ``unread`` are the base's: from here on this file tells of them.
    """
    part = file.with_name(f"{file.name}.part")
    forget(part)
    try:
        with closing(open_to_write(part)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            text = resources.files(__package__).joinpath("changes.sql").read_text("utf-8")
            for statement in _statements(text):
                connection.execute(statement)
            make_later(connection)
            write_unread(connection, (), unread.values())
            write_state(connection, state)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            connection.execute("COMMIT")
        put_in_place(part, file)
    finally:
        forget(part)


def put_in_place(part: Path, file: Path) -> None:
    """Give a file that nobody has open its name, so that it is there after a power cut."""
    part.replace(file)
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def open_to_write(file: Path) -> sqlite3.Connection:
    """Open it for the one who writes: each commit is on the disk when it returns."""
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA journal_size_limit = {WAL_BYTES_MAX}")
    return connection


def open_to_read(file: Path) -> sqlite3.Connection:
    """Open one that is there, for someone who only reads; one thread uses it at a time."""
    quoted = quote(str(file.absolute()))
    if os.path.exists(f"{file}-wal") or os.access(file.parent, os.W_OK):
        uri = f"file:{quoted}?mode=rw"  # a reader may have to finish what a power cut left
    else:
        uri = f"file:{quoted}?mode=ro&immutable=1"  # nobody can write here, and all is in the file
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
    connection.execute("PRAGMA query_only = ON")
    return connection


def read_state(connection: sqlite3.Connection, file: Path, seal: bytes) -> State:
    """Read what it stands for; raises ``DamagedChangesError``, also where it is another base's."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if (application, version) != (APPLICATION_ID, SCHEMA_VERSION):
        got = f"{application:#x} of schema {version}"
        raise DamagedChangesError(f"{file}: expected changes of schema {SCHEMA_VERSION}, got {got}")
    state = current_state(connection, file)
    if state.base != seal:
        raise DamagedChangesError(f"{file}: expected changes of this base, got another one's")
    return state


def current_state(connection: sqlite3.Connection, file: Path) -> State:
    """Read what a file that is known to be ours stands for now."""
    row = connection.execute("SELECT * FROM state").fetchone()
    if row is None or _check_sum(row[1:-1]) != row[-1]:
        raise DamagedChangesError(f"{file}: expected its state as it was written, got {row!r:.200}")
    _, base, sequence, made_at, *rest, _ = row
    return State(base, sequence, datetime.fromtimestamp(made_at, UTC), *rest)


def write_state(connection: sqlite3.Connection, state: State) -> None:
    """Write what the file stands for from this transaction on."""
    marks = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    connection.execute(f"INSERT OR REPLACE INTO state VALUES {marks}", state.row())  # noqa: S608


def entries(
    connection: sqlite3.Connection, file: Path, where: str, values: tuple[Any, ...] = ()
) -> Iterator[Entry]:
    """Give rows of ``changed``; raises ``DamagedChangesError`` for one not as it was written."""
    for row in connection.execute(f"{_ENTRIES} WHERE {where}", values):
        if _check_sum(row[:-1]) != row[-1]:
            raise DamagedChangesError(f"{file}: expected {row[2]!r} as it was written, got others")
        yield Entry._make(row[:-1])


def new_entries(connection: sqlite3.Connection, last: int) -> list[Entry]:
    """Give the rows with a higher number, in order; ``check_changes`` has compared their sums."""
    rows = connection.execute(f"{_ENTRIES_ALONE} WHERE number > ? ORDER BY number", (last,))
    return [Entry._make(row) for row in rows]


def read_rule_texts(connection: sqlite3.Connection, file: Path) -> tuple[str, str]:
    """Read the rules of a file that has some, as two texts of JSON: ``told`` and ``good``."""
    row = connection.execute("SELECT told, good, check_sum FROM rules").fetchone()
    if row is None or _check_sum(row[:2]) != row[2]:
        raise DamagedChangesError(f"{file}: expected its rules as they were written, got others")
    return row[0], row[1]


def write_rule_texts(connection: sqlite3.Connection, told: str, good: str) -> None:
    """Write the rules that the file stands for from this transaction on."""
    row = (1, told, good, _check_sum((told, good)))
    connection.execute("INSERT OR REPLACE INTO rules VALUES (?, ?, ?, ?)", row)


def read_seal(connection: sqlite3.Connection) -> bytes:
    """Read a catalogue's seal, by which its changes know it."""
    (seal,) = connection.execute("SELECT seal FROM info").fetchone()
    return bytes(seal)


def of_base(info: CatalogueInfo, seal: bytes) -> State:
    """Give the state of a catalogue to which nothing was applied yet."""
    return State(seal, info.sequence, info.made_at)


def check_changes(file: Path, seal: bytes) -> State | None:
    """Read it through and give its state, none where there is no file; raises ``DataError``."""
    if not file.exists():
        return None
    try:
        with closing(open_to_read(file)) as connection:
            (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if answer != "ok":
                raise DamagedChangesError(f"{file}: expected sound changes, got: {answer}")
            state = read_state(connection, file, seal)
            for _ in entries(connection, file, "1"):
                pass
            if state.rules_sequence:
                read_rule_texts(connection, file)
            read_unread(connection)
            read_used(connection)
            read_surveys(connection)
            return state
    except (sqlite3.Error, OSError, ValueError, TypeError, OverflowError) as error:
        raise DamagedChangesError(f"{file}: expected sound changes, got: {error}") from None


def forget(file: Path) -> None:
    """Delete a file of changes with what SQLite keeps beside it."""
    for end in _BESIDE:
        Path(f"{file}{end}").unlink(missing_ok=True)


def set_aside(file: Path) -> Path | None:
    """Give a damaged file, with what SQLite keeps beside it, a name under which nobody uses it.

    A writer that has it open goes on in it. Gives the new name, none where there is no such file or
    the disk has turned read-only.
    """
    number = 1
    while (aside := file.with_name(f"{file.name}.corrupt-{number}")).exists():
        number += 1
    try:
        for end in reversed(_BESIDE):  # the file itself last: until then it is not set aside
            beside = Path(f"{file}{end}")
            if beside.exists():
                beside.rename(f"{aside}{end}")
    except OSError as error:
        log.error("catalogue-not-set-aside reason=%s", error)
        return None
    return aside if aside.exists() else None


def _check_sum(columns: tuple[Any, ...]) -> int:
    return crc32(msgspec.json.encode(columns))


def _statements(text: str) -> Iterator[str]:
    """Give the statements of a script one by one: ``executescript`` would commit before them."""
    statement = ""
    for line in text.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
