"""Opening a file of the outbox: made new, brought up to date, or refused as none of ours.

A file of version 1, which had one table for all and no chain, becomes a ledger: what waited or
was refused stays in it, with its id, as ledger rows of a boot that is not known; what the
server had is let go. Nothing is carried to the other file, for no power cut may fall between.

Source: docs/outbox.md, sections 1, 2 and 8.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from uuid import UUID

import uuid_utils

from kiosk.errors import DataError
from kiosk.outbox.boot import NO_BOOT
from kiosk.outbox.rows import chain_of, origin_of
from kiosk.outbox.streams import LEDGER, Stream
from kiosk.scripts import run_script

SCHEMA_VERSION = 2
READABLE_VERSIONS = (0, 1, SCHEMA_VERSION)
LOCK_WAIT_S = 5.0
_LOG_BYTES_KEPT = 8 << 20


def open_database(
    file: Path, stream: Stream = LEDGER, *, durable: bool = False
) -> sqlite3.Connection:
    """Open the file of a stream, made if it is not there; each thread opens its own.

    ``durable`` makes this connection's commits survive a power cut whatever the stream is, and
    with them all that was committed before. Transactions are begun by ``transaction`` alone.
    Raises ``DataError`` where the file is no database of ours, and
    ``sqlite3.OperationalError`` where it cannot be opened.
    """
    connection = sqlite3.connect(file, timeout=LOCK_WAIT_S, isolation_level=None)
    try:
        _use_wal(connection)
        connection.execute("PRAGMA synchronous = FULL")  # the file's making is never half there
        with transaction(connection):
            _bring_up_to_date(connection, stream)
        if not durable:
            connection.execute(f"PRAGMA synchronous = {stream.synchronous}")
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
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk may have ended it already
            connection.rollback()
        raise


def new_id() -> UUID:
    """Make an id: version 7, so that rows of one time lie near each other in an index."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch once to write-ahead logging; for this lock alone SQLite does not wait by itself."""
    ends = monotonic() + LOCK_WAIT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES_KEPT}")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > ends:
                raise
            sleep(0.01)


def _bring_up_to_date(connection: sqlite3.Connection, stream: Stream) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == SCHEMA_VERSION:
        return _check_stream(connection, stream)
    if version not in READABLE_VERSIONS:
        raise DataError(f"version {version}; this program knows {SCHEMA_VERSION}")
    if version == 1:
        _set_version_1_apart(connection)
    _make(connection, stream)
    if version == 1:
        _carry_over(connection)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    return None


def _check_stream(connection: sqlite3.Connection, stream: Stream) -> None:
    (name,) = connection.execute("SELECT stream FROM outbox_stream").fetchone() or (None,)
    if name != stream.name:
        raise DataError(f"the stream {name!r}, expected {stream.name!r}")


def _make(connection: sqlite3.Connection, stream: Stream) -> None:
    run_script(connection, "kiosk.outbox", "schema.sql")
    epoch = new_id()
    connection.execute(
        "INSERT INTO outbox_stream (only, stream, epoch, origin) VALUES (1, ?, ?, ?)",
        (stream.name, epoch.bytes, origin_of(epoch)),
    )


def _set_version_1_apart(connection: sqlite3.Connection) -> None:
    for trigger in ("is_never_rewritten", "acceptance_is_final", "drops_nothing"):
        connection.execute(f"DROP TRIGGER outbox_{trigger}")
    connection.execute("DROP INDEX outbox_by_state")
    connection.execute("ALTER TABLE outbox RENAME TO outbox_1")


def _carry_over(connection: sqlite3.Connection) -> None:
    rows = connection.execute(
        "SELECT id, kind, at, body, state, reason, attempts FROM outbox_1 "
        "WHERE state <> 'accepted' ORDER BY seq"
    ).fetchall()
    (before,) = connection.execute("SELECT origin FROM outbox_stream").fetchone()
    for event_id, kind, at, body, state, reason, attempts in rows:
        chain = chain_of(before, UUID(bytes=event_id), body)
        connection.execute(
            "INSERT INTO outbox (id, stream, kind, ver, wall_ms, boot_id, mono_ms, body, before, "
            "chain, state, error, attempts) VALUES (?, 'ledger', ?, 1, ?, ?, 0, ?, ?, ?, ?, ?, ?)",
            (event_id, kind, at, NO_BOOT.bytes, body, before, chain,
             "parked" if state == "rejected" else state, reason, attempts),
        )  # fmt: skip
        before = chain
    connection.execute("DROP TABLE outbox_1")
