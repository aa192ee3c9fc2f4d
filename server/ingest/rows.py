"""Writing many events at once, in the words of each database; new ones only.

PostgreSQL takes a column at a time, as arrays in binary form: one statement, one journey, one plan,
however many rows. SQLite has one writer at a time, so looking first is safe there.

Source: docs/outbox.md, section 5; docs/scale.md, "Ways to write".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from server.ingest.arrays import (
    Array,
    ArrayDumper,
    bools,
    hashes,
    int4s,
    int8s,
    texts,
    uuids,
)
from server.ingest.clocks import as_datetime

IDS_AT_ONCE = 500  # variables in one statement of SQLite


class EventRow(NamedTuple):
    """A row of the events' table; instants in milliseconds since 1970 UTC."""

    event_id: UUID
    kiosk_id: str
    kind: str
    ver: int
    at_ms: int
    sure: bool
    read: bool
    body: str
    received_ms: int
    stream: str
    epoch: UUID
    branch: int
    seq: int
    chain: bytes
    boot: UUID
    wall_ms: int
    mono_ms: int


def insert_new(rows: Sequence[EventRow]) -> Mapping[UUID, str]:
    """Store what is new of ``rows``, whose ids differ; gives the kiosk of each that is not.

    To be called in a transaction.
    """
    if not rows:
        return {}
    return _WAYS[connection.vendor](rows)


def _into_postgresql(rows: Sequence[EventRow]) -> Mapping[UUID, str]:
    from psycopg import Cursor

    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.adapters.register_dumper(Array, ArrayDumper)
        columns = zip(*rows, strict=True)
        arrays = [write(column) for write, column in zip(_WRITERS, columns, strict=True)]
        cursor.execute(_INSERT_ARRAYS, arrays)
        if cursor.rowcount == len(rows):
            return {}
        # few, and only where something came twice; ids that this transaction wrote are among them
        new = {event_id for (event_id,) in cursor.fetchall()}
        old = [row.event_id for row in rows if row.event_id not in new]
        cursor.execute(_OWNERS, [old])
        return dict(cursor.fetchall())


def _into_sqlite(rows: Sequence[EventRow]) -> Mapping[UUID, str]:
    known: dict[UUID, str] = {}
    with connection.cursor() as cursor:
        for start in range(0, len(rows), IDS_AT_ONCE):
            ids = [row.event_id.hex for row in rows[start : start + IDS_AT_ONCE]]
            marks = ", ".join(["%s"] * len(ids))
            cursor.execute(
                f"SELECT event_id, kiosk_id FROM events_event WHERE event_id IN ({marks})",  # noqa: S608
                ids,
            )
            known.update({UUID(event_id): kiosk_id for event_id, kiosk_id in cursor.fetchall()})
        new = [_for_sqlite(row) for row in rows if row.event_id not in known]
        cursor.executemany(_INSERT_ROWS, new)
    return known


def _for_sqlite(row: EventRow) -> tuple[Any, ...]:
    """Write values as Django does on SQLite."""
    return (
        row.event_id.hex,
        row.kiosk_id,
        row.kind,
        row.ver,
        _instant(row.at_ms),
        row.sure,
        row.read,
        row.body,
        _instant(row.received_ms),
        row.stream,
        row.epoch.hex,
        row.branch,
        row.seq,
        row.chain,
        row.boot.hex,
        row.wall_ms,
        row.mono_ms,
    )


def _instant(ms: int) -> str:
    return str(as_datetime(ms).replace(tzinfo=None))


_COLUMNS = (
    "event_id, kiosk_id, kind, ver, at, sure, read, body, received_at,"
    " stream, epoch, branch, seq, chain, boot, wall_ms, mono_ms"
)
_TYPES = (
    *("uuid", "text", "text", "int4", "int8", "bool", "bool", "text", "int8"),
    *("text", "uuid", "int4", "int8", "bytea", "uuid", "int8", "int8"),
)
_WRITE: Mapping[str, Callable[[Any], Any]] = {
    "uuid": uuids,
    "text": texts,
    "int4": int4s,
    "int8": int8s,
    "bool": bools,
    "bytea": hashes,
}
_WRITERS = tuple(_WRITE[kind] for kind in _TYPES)
_INSTANT = "to_timestamp({0}::float8 / 1000)"
_INSERT_ARRAYS = f"""
INSERT INTO events_event ({_COLUMNS})
SELECT event_id, kiosk_id, kind, ver, {_INSTANT.format("at")}, sure, read, body::json,
       {_INSTANT.format("received_at")}, stream, epoch, branch, seq, chain, boot, wall_ms, mono_ms
FROM unnest({", ".join(f"%b::{kind}[]" for kind in _TYPES)}) AS sent ({_COLUMNS})
ON CONFLICT (event_id) DO NOTHING
RETURNING event_id
"""  # noqa: S608  (all of it is written here)
_OWNERS = "SELECT event_id, kiosk_id FROM events_event WHERE event_id = ANY (%b)"
_INSERT_ROWS = f"INSERT INTO events_event ({_COLUMNS}) VALUES ({', '.join(['%s'] * len(_TYPES))})"  # noqa: S608
_WAYS = {"postgresql": _into_postgresql, "sqlite": _into_sqlite}
