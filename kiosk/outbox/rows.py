"""A row of the outbox as a value, its chain, and a batch of rows on their way.

Source: docs/outbox.md, sections 2 and 3.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from uuid import UUID

from kiosk.errors import DataError

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class State(Enum):
    """What is known of a row."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a stream: the row ``seq`` with its chain; 0 is before the very first."""

    seq: int
    chain: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it was written; ``body`` is JSON text, ``before`` the chain of the row before."""

    seq: int
    event_id: UUID
    kind: str
    ver: int
    wall_ms: int
    boot_id: UUID
    mono_ms: int
    body: str = field(repr=False)
    before: bytes = field(repr=False)
    chain: bytes = field(repr=False)
    state: State = State.WAITING
    attempts: int = 0
    error: str = ""

    @property
    def at(self) -> datetime:
        """When it happened, by the box's wall clock."""
        return instant_of(self.wall_ms)


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows in sequence, none left out, to be sent in one request.

    Those whose state is parked go as shells: without what they tell. ``lost_through`` says that
    the rows up to there are no more on this box.
    """

    stream: str
    epoch: UUID
    after: Position
    rows: tuple[Row, ...]
    lost_through: int | None = None

    @property
    def last_seq(self) -> int:
        """The last row."""
        return self.rows[-1].seq

    @property
    def whole(self) -> tuple[Row, ...]:
        """The rows that go with what they tell."""
        return tuple(row for row in self.rows if row.state is not State.PARKED)

    def up_to(self, seq: int, shells: Mapping[int, str]) -> Batch:
        """Give its beginning, the rows of ``shells`` (seq: reason) as shells."""
        rows = (row for row in self.rows if row.seq <= seq)
        return replace(self, rows=tuple(_shell(row, shells) for row in rows))

    def beyond(self, seq: int) -> Batch | None:
        """Give what is left of it after ``seq``, if anything."""
        rows = tuple(row for row in self.rows if row.seq > seq)
        if not rows or seq < self.rows[0].seq:
            return self if rows else None
        after = Position(rows[0].seq - 1, rows[0].before)
        return replace(self, after=after, rows=rows, lost_through=None)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server has the event, now or from before."""

    event_id: UUID


@dataclass(frozen=True, slots=True)
class Refused:
    """The server will not take the event as it is."""

    event_id: UUID
    reason: str


Settlement = Accepted | Refused


@dataclass(frozen=True, slots=True)
class OutboxStatus:
    """How much there is in each state; ``oldest_waiting_at`` is none where nothing waits."""

    stream: str
    epoch: UUID
    acked_through: int
    waiting: int
    accepted: int
    parked: int
    oldest_waiting_at: datetime | None


def chain_of(before: bytes, event_id: UUID, body: str) -> bytes:
    """Work out a row's chain."""
    return hashlib.sha256(before + event_id.bytes + body.encode()).digest()


def origin_of(epoch: UUID) -> bytes:
    """Give the chain before the very first row of a file."""
    return hashlib.sha256(epoch.bytes).digest()


def milliseconds_of(at: datetime) -> int:
    """Count from 1970; raises ``DataError`` for an instant without its zone."""
    if at.tzinfo is None:
        raise DataError(f"Expected an instant with its zone, got {at}")
    return (at - _BEGINNING) // timedelta(milliseconds=1)


def instant_of(milliseconds: int) -> datetime:
    """Give the instant of milliseconds since 1970; beyond the calendar, its first or last day."""
    try:
        return _BEGINNING + timedelta(milliseconds=milliseconds)
    except OverflowError:
        latest = datetime.max.replace(tzinfo=UTC)
        return latest if milliseconds > 0 else datetime.min.replace(tzinfo=UTC)


def _shell(row: Row, shells: Mapping[int, str]) -> Row:
    if row.seq not in shells:
        return row
    return replace(row, state=State.PARKED, error=shells[row.seq])
