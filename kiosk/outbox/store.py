"""The outbox: one row for each thing that happened, written with what it tells.

``put`` takes part in the caller's transaction, so a sale and its event are both there or
both not. What a row says never changes; only its state does, and the database itself refuses
anything else. It sends nothing: that is ``uploader``. One store is one stream of one file.

How far the server has all, ``acked_through``, is kept with the rows. What lies beyond it goes
in sequence; a row that waits and lies before it is sent apart, because a person said so.

Source: docs/outbox.md, sections 2, 4 and 5.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from kiosk.errors import DataError
from kiosk.outbox.boot import Box, SystemBox
from kiosk.outbox.database import new_id
from kiosk.outbox.database import open_database as open_database
from kiosk.outbox.database import transaction as transaction
from kiosk.outbox.rows import (
    Accepted,
    Batch,
    OutboxStatus,
    Position,
    Refused,
    Row,
    Settlement,
    State,
    chain_of,
    instant_of,
    milliseconds_of,
)

BODY_BYTES_MAX = 64 * 1024  # a server that takes no larger body could otherwise never be served
REASON_MAX = 500
EVICTED_PART = 128  # of the rows, at a time: seldom, and yet a shopper does not wait for it
FORGOTTEN_AT_ONCE = 500
_KIND = re.compile(r"[a-z][a-z0-9_]{0,62}")
_COLUMNS = (
    "seq, id, kind, ver, wall_ms, boot_id, mono_ms, body, before, chain, state, attempts, error"
)


class OutboxStore:
    """The outbox table of one connection."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        make_id: Callable[[], UUID] = new_id,
        box: Box | None = None,
    ) -> None:
        self._connection, self._make_id, self._box = connection, make_id, box or SystemBox()
        row = connection.execute("SELECT stream, epoch, origin FROM outbox_stream").fetchone()
        self.stream: str = row[0]
        self.epoch, self._origin = UUID(bytes=row[1]), row[2]

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    # ---- writing

    def put(self, kind: str, body: Mapping[str, Any], at: datetime, ver: int = 1) -> UUID:
        """Write an event within the caller's ``transaction``, and give its id.

        ``at`` is the box's wall clock, aware; ``kind`` is a name of docs/events.md and ``ver``
        the version of its body. Raises ``DataError`` where the body is no JSON or too long.
        """
        assert self._connection.in_transaction, "an event is written with what it tells"
        assert _KIND.fullmatch(kind), kind
        event_id, text, before = self._make_id(), _json_of(body), self._end().chain
        self._connection.execute(
            "INSERT INTO outbox (id, stream, kind, ver, wall_ms, boot_id, mono_ms, body, before, "
            "chain) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (event_id.bytes, self.stream, kind, ver, milliseconds_of(at), self._box.boot_id.bytes,
             self._box.mono_ms(), text, before, chain_of(before, event_id, text)),
        )  # fmt: skip
        return event_id

    def evict_beyond(self, bytes_max: int, at: datetime) -> int:
        """Let the oldest rows go where they need more than ``bytes_max``; give how many waited.

        Within the caller's transaction, with the row that says which. What the server has goes
        first and needs no such row.
        """
        gone, newest = 0, self._end().seq
        while self._bytes_used() > bytes_max:
            count = "SELECT count(*), min(seq) FROM outbox"
            rows, first = self._connection.execute(count).fetchone()
            part = max(1, int(rows) // EVICTED_PART)
            if self._delete_accepted(part, "seq < ?", newest):
                continue
            if first >= newest:
                break
            gone += self._evict(first, min(part, newest - first), at)
        return gone

    def _evict(self, first: int, rows: int, at: datetime) -> int:
        query = "SELECT seq FROM outbox ORDER BY seq LIMIT 1 OFFSET ?"
        (last,) = self._connection.execute(query, (rows - 1,)).fetchone()
        self.put("telemetry_evicted", {"from_seq": first, "to_seq": last, "rows": rows}, at)
        self._connection.execute("DELETE FROM outbox WHERE seq <= ?", (last,))
        return rows

    # ---- what goes next

    def in_sequence(self, limit: int, bytes_max: int) -> Batch | None:
        """Give the next rows beyond ``acked_through``, bodies up to ``bytes_max`` together.

        They follow each other without a gap; at least one where there is any.
        """
        acked = self.acked_through()
        rows = self._rows("seq > ? ORDER BY seq LIMIT ?", acked, limit)
        if not rows:
            return None
        after = Position(rows[0].seq - 1, rows[0].before)
        lost = after.seq if after.seq > acked else None
        return Batch(self.stream, self.epoch, after, _run_of(rows, bytes_max), lost)

    def last_acked(self) -> Batch | None:
        """Give the row at ``acked_through`` alone, if it is settled and still here."""
        rows = self._rows("seq = ? AND state <> 'waiting'", self.acked_through())
        if not rows:
            return None
        after = Position(rows[0].seq - 1, rows[0].before)
        return Batch(self.stream, self.epoch, after, tuple(rows))

    def apart(self, limit: int, bytes_max: int) -> tuple[Row, ...]:
        """Give rows that wait again because a person said so, the oldest first."""
        query = "state = 'waiting' AND seq <= ? ORDER BY seq LIMIT ?"
        return _within(self._rows(query, self.acked_through(), limit), bytes_max)

    def waiting(self, limit: int) -> tuple[Row, ...]:
        """Give rows that wait: the least tried first, then the oldest.

        So goes an old server that knows no sequence: there, a row that it never speaks of
        cannot keep the others back.
        """
        return tuple(self._rows("state = 'waiting' ORDER BY attempts, seq LIMIT ?", limit))

    def acked_through(self) -> int:
        """Give how far the server said that it has all."""
        (acked,) = self._connection.execute("SELECT acked_through FROM outbox_stream").fetchone()
        return int(acked)

    # ---- what became of them

    def count_attempt(self, rows: Iterable[Row]) -> None:
        """Note that these are about to be sent once more."""
        with transaction(self._connection):
            self._connection.executemany(
                "UPDATE outbox SET attempts = attempts + 1 WHERE seq = ?",
                [(row.seq,) for row in rows],
            )

    def settle_through(
        self, acked: int, sent: Batch, refused: Mapping[int, str], at: datetime
    ) -> int:
        """Note that the server has all up to ``acked``; give how many rows that changed.

        ``refused`` (seq: reason) are parked, of those that waited. A row that went as a shell
        and that a person has let wait meanwhile goes on waiting.
        """
        with transaction(self._connection):
            took = [(State.ACCEPTED, "", row.seq) for row in sent.whole
                    if row.seq <= acked and row.seq not in refused]  # fmt: skip
            parked = [(State.PARKED, reason, seq) for seq, reason in refused.items()]
            changed = sum(self._settle(*each, at) for each in took + parked)
            changed += acked > self.acked_through()
            self._connection.execute("UPDATE outbox_stream SET acked_through = ?", (acked,))
        return changed

    def settle(self, settlements: Iterable[Settlement], at: datetime) -> int:
        """Note what became of single events; give how many waited till now."""
        changed = 0
        with transaction(self._connection):
            for each in settlements:
                seq = self._seq_of(each.event_id)
                match each:
                    case Accepted():
                        changed += self._settle(State.ACCEPTED, "", seq, at)
                    case Refused(_, reason):
                        changed += self._settle(State.PARKED, reason, seq, at)
        return changed

    def rewind(self, acked: int) -> int:
        """Let rows beyond ``acked`` wait again, which the server has no more; give how many."""
        with transaction(self._connection):
            self._connection.execute("UPDATE outbox_stream SET acked_through = ?", (acked,))
            return self._connection.execute(
                "UPDATE outbox SET state = 'waiting', settled_ms = NULL "
                "WHERE state = 'accepted' AND seq > ?",
                (acked,),
            ).rowcount

    def forget_accepted(self, before: datetime) -> int:
        """Delete what the server had already at ``before``, but for the newest row."""
        gone, newest = 0, self._end().seq
        while True:  # in parts, so that nobody who writes waits for long
            with transaction(self._connection):
                where, until = "seq < ? AND settled_ms < ?", milliseconds_of(before)
                part = self._delete_accepted(FORGOTTEN_AT_ONCE, where, newest, until)
            gone += part
            if part < FORGOTTEN_AT_ONCE:
                return gone

    # ---- for people

    def status(self) -> OutboxStatus:
        """Count the rows in each state."""
        counts: dict[str, int] = dict(
            self._connection.execute("SELECT state, count(*) FROM outbox GROUP BY state").fetchall()
        )
        waiting, accepted, parked = (counts.get(state.value, 0) for state in State)
        return OutboxStatus(
            self.stream,
            self.epoch,
            self.acked_through(),
            waiting,
            accepted,
            parked,
            self.oldest_waiting_at(),
        )

    def oldest_waiting_at(self) -> datetime | None:
        """Give when the event happened that was written first of those that wait."""
        row = self._connection.execute(
            "SELECT wall_ms FROM outbox WHERE state = 'waiting' ORDER BY seq LIMIT 1"
        ).fetchone()
        return instant_of(row[0]) if row else None

    def parked(self, limit: int = 100) -> tuple[Row, ...]:
        """Give the rows that wait for a person, newest first."""
        return tuple(self._rows("state = 'parked' ORDER BY seq DESC LIMIT ?", limit))

    def retry(self, ids: Collection[UUID] | None = None) -> int:
        """Let parked rows wait again, all or those of ``ids``; give how many."""
        again = "UPDATE outbox SET state = 'waiting', settled_ms = NULL, error = '', attempts = 0 "
        with transaction(self._connection):
            if ids is None:
                return self._connection.execute(again + "WHERE state = 'parked'").rowcount
            one = again + "WHERE state = 'parked' AND id = ?"
            return sum(self._connection.execute(one, (each.bytes,)).rowcount for each in ids)

    # ---- short cuts

    def _settle(self, state: State, reason: str, seq: int, at: datetime) -> int:
        return self._connection.execute(
            "UPDATE outbox SET state = ?, error = ?, settled_ms = ? "
            "WHERE seq = ? AND state = 'waiting'",
            (state.value, reason[:REASON_MAX], milliseconds_of(at), seq),
        ).rowcount

    def _delete_accepted(self, limit: int, where: str, *values: int) -> int:
        """Delete the oldest that the server has; ``where`` is one of the texts above."""
        oldest = f"SELECT seq FROM outbox WHERE state = 'accepted' AND {where} ORDER BY seq LIMIT ?"  # noqa: S608
        delete = f"DELETE FROM outbox WHERE seq IN ({oldest})"  # noqa: S608
        return self._connection.execute(delete, (*values, limit)).rowcount

    def _seq_of(self, event_id: UUID) -> int:
        query = "SELECT seq FROM outbox WHERE id = ?"
        row = self._connection.execute(query, (event_id.bytes,)).fetchone()
        return row[0] if row else 0

    def _end(self) -> Position:
        """Give the newest row's position: there the next one goes."""
        query = "SELECT seq, chain FROM outbox ORDER BY seq DESC LIMIT 1"
        row = self._connection.execute(query).fetchone()
        return Position(*row) if row else Position(0, self._origin)

    def _bytes_used(self) -> int:
        pages, free, size = (
            self._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)

    def _rows(self, where: str, *values: int) -> list[Row]:
        # ``where`` is one of the texts above, never what somebody typed
        query = f"SELECT {_COLUMNS} FROM outbox WHERE {where}"  # noqa: S608
        return [_row(each) for each in self._connection.execute(query, values)]


def _row(raw: Sequence[Any]) -> Row:
    seq, event_id, kind, ver, wall_ms, boot_id, mono_ms, body, before, chain, *rest = raw
    ids = (UUID(bytes=event_id), UUID(bytes=boot_id))
    told = (mono_ms, body, before, chain, State(rest[0]))
    return Row(seq, ids[0], kind, ver, wall_ms, ids[1], *told, attempts=rest[1], error=rest[2])


def _run_of(rows: Sequence[Row], bytes_max: int) -> tuple[Row, ...]:
    """Cut rows at the first that does not follow the one before it."""
    run = 1
    while run < len(rows) and rows[run].seq == rows[run - 1].seq + 1:
        run += 1
    return _within(rows[:run], bytes_max)


def _within(rows: Sequence[Row], bytes_max: int) -> tuple[Row, ...]:
    total, fitting = 0, 0
    for row in rows:
        total += len(row.body.encode())
        if total > bytes_max and fitting:
            break
        fitting += 1
    return tuple(rows[:fitting])


def _json_of(body: Mapping[str, Any]) -> str:
    try:
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        size = len(text.encode())
    except (TypeError, ValueError) as error:
        raise DataError(f"Expected an event's body in JSON, got {error}") from None
    if size > BODY_BYTES_MAX:
        raise DataError(f"Expected a body of at most {BODY_BYTES_MAX} bytes, got {size}")
    return text
