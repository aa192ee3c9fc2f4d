"""Sends what a stream has, in sequence, and does with the rows what the answers say.

What an answer means is ``policy``'s; when to try again is ``uploader``'s. It returns when
nothing is left to send, and raises ``NotNowError``, ``Unreachable`` or ``DataError`` when it
does not go on now; then every row is where the last answer left it.

A row's attempt is counted on the disk before each request, by a connection whose commits
survive a power cut. So what the server may have, this box has too: rows of telemetry, which may
be lost before they are sent, cannot come back under the same number as others. On a disk that
takes no write at all they are sent uncounted.

Source: docs/outbox.md, section 4.
"""

from __future__ import annotations

import gzip
import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from kiosk.clock import Clock
from kiosk.line.server import Answer
from kiosk.line.versions import Versions
from kiosk.line.watch import LineWatch, Side
from kiosk.outbox import wire
from kiosk.outbox.boot import Box
from kiosk.outbox.halving import all_refused, divide
from kiosk.outbox.policy import (
    Gap,
    NotNow,
    NotNowError,
    Whole,
    judge,
    judge_again,
)
from kiosk.outbox.room import is_of_the_disk, with_room
from kiosk.outbox.rows import Batch, Refused, Row, Settlement
from kiosk.outbox.store import OutboxStore
from kiosk.outbox.wire import Acked

log = logging.getLogger(__name__)
_PACKING = 6  # of gzip: at 50 rows, more costs time and saves next to nothing


class Link(Protocol):
    """How a request is made."""

    def post(self, path: str, body: bytes, *, packed: bool = False) -> Answer:
        """Send JSON, ``packed`` by gzip; raises ``Unreachable`` and ``DataError``."""
        ...


@dataclass(frozen=True, slots=True)
class Outside:
    """What a sender has of the outside; ``progressed`` is told a stream's name after success."""

    watch: LineWatch
    clock: Clock
    box: Box
    progressed: Callable[[str], None] = lambda _: None
    versions: Versions = field(default_factory=Versions)
    make_room: Callable[[], None] = lambda: None  # on a disk that is full


def count_attempt(store: OutboxStore, rows: Sequence[Row], outside: Outside) -> None:
    """Note that these are about to be sent; on a full disk in the room that is made for it.

    Where even that does not help it is only logged: rows that leave are the way to more room.
    """
    try:
        with_room(lambda: store.count_attempt(rows), outside.make_room)
    except sqlite3.Error as error:
        if not is_of_the_disk(error):
            raise
        log.error("outbox-attempt-not-counted stream=%s reason=%s", store.stream, error)


class _OvertakenError(Exception):
    """The server answered something that makes a plan of halves pointless: begin anew."""


class Sender:
    """Speaks version 2."""

    def __init__(self, link: Link, outside: Outside) -> None:
        self._link, self._outside = link, outside
        self._rewound: set[str] = set()  # streams that followed a gap and had no success since
        self._branches: set[tuple[UUID, int]] = set()

    def send_all(self, store: OutboxStore) -> bool:
        """Send all that waits in a stream: in sequence, then what is tried again.

        Tells whether there was something in sequence: then the server has the whole chain.
        """
        limits, had_some = (wire.ROWS_MAX, wire.BODIES_BYTES_MAX), False
        while batch := store.in_sequence(*limits):
            had_some = True
            self._send(store, batch)
        while rows := store.apart(*limits):
            self._send_apart(store, rows)
        return had_some

    def look_back(self, store: OutboxStore) -> bool:
        """Send the last row that the server has once more: it may have it no longer.

        A server that was restored from a backup learns of what it lost by the next row, and on
        a quiet kiosk that may take days. Tells whether it has all now, by its own word.
        """
        batch = store.last_acked()
        if batch is None:
            return False
        match self.post(store, batch):
            case Acked(through, _, branch):
                self._look_at_branch(batch, branch)
            case Gap(through):
                pass
            case Whole(told):
                log.warning("outbox-look-back-refused stream=%s reason=%s", store.stream, told)
                return False
        if through >= batch.last_seq:
            return True
        self.rewind(store, through)
        return self.send_all(store)

    # ---- in sequence

    def _send(self, store: OutboxStore, batch: Batch) -> None:
        match self.post(store, batch):
            case Acked() as acked:
                self.settle(store, batch, acked, {})
            case Gap(through):
                self.rewind(store, through)
            case Whole(told):
                try:
                    _Narrowing(self, store, batch).run(told)
                except _OvertakenError:
                    return

    def post(self, store: OutboxStore, batch: Batch) -> Acked | Gap | Whole:
        """Send a batch, and say what it came to; raises ``NotNowError``."""
        body = wire.write_batch(batch, self._outside.box)
        verdict = judge(self._request(store, wire.EVENTS_PATH, batch.rows, body), batch)
        if isinstance(verdict, NotNow):
            raise NotNowError(verdict)
        self._outside.watch.up(Side.EVENTS)
        return verdict

    def settle(
        self, store: OutboxStore, sent: Batch, acked: Acked, shells: Mapping[int, str]
    ) -> None:
        """Note what the server has, and park what it refused; ``shells`` went without a body."""
        reasons = {each.event_id: each.reason for each in acked.rejected}
        refused = {seq: why for seq, why in shells.items() if seq <= acked.through}
        refused |= {row.seq: reasons[row.event_id] for row in sent.rows if row.event_id in reasons}
        now = self._outside.clock.now()
        if not store.settle_through(acked.through, sent, refused, now):
            raise NotNowError(NotNow("the server's answer settles nothing", stream=True))
        self._rewound.discard(store.stream)
        self._progressed(store)
        self._look_at_branch(sent, acked.branch)
        _log_parked([row for row in sent.rows if row.seq in refused], refused)

    def rewind(self, store: OutboxStore, through: int) -> None:
        """Begin again behind what the server has; not twice in a row without a success."""
        if store.stream in self._rewound:
            self._rewound.discard(store.stream)
            raise NotNowError(NotNow("the server has a gap wherever we begin", stream=True))
        self._rewound.add(store.stream)
        count = store.rewind(through)
        log.warning("outbox-gap stream=%s acked_through=%d rows=%d", store.stream, through, count)

    # ---- apart

    def _send_apart(self, store: OutboxStore, rows: Sequence[Row]) -> None:
        told = self._try_apart(store, rows)
        if told is None:
            return
        refused: dict[int, str] = {}
        divide(rows, told, lambda part: self._try_apart(store, part), refused)
        if all_refused(rows, refused):
            raise NotNowError(NotNow(f"the server takes no event at all: {told}", stream=True))
        parked = [row for row in rows if row.seq in refused]
        settlements = [Refused(row.event_id, refused[row.seq]) for row in parked]
        store.settle(settlements, self._outside.clock.now())
        _log_parked(parked, refused)

    def _try_apart(self, store: OutboxStore, rows: Sequence[Row]) -> str | None:
        """Send rows again and settle them; give why, if they were refused as a whole."""
        body = wire.write_again(store.stream, store.epoch, rows, self._outside.box)
        sent = {row.event_id for row in rows}
        verdict = judge_again(self._request(store, wire.AGAIN_PATH, rows, body), sent)
        if isinstance(verdict, NotNow):
            raise NotNowError(verdict)
        self._outside.watch.up(Side.EVENTS)
        if isinstance(verdict, Whole):
            return verdict.told
        self._settle_apart(store, rows, verdict)
        return None

    def _settle_apart(
        self, store: OutboxStore, rows: Sequence[Row], settlements: Sequence[Settlement]
    ) -> None:
        if not store.settle(settlements, self._outside.clock.now()):
            raise NotNowError(NotNow("the server's answer settles nothing", stream=True))
        self._progressed(store)
        reasons = {each.event_id: each.reason for each in settlements if isinstance(each, Refused)}
        refused = {row.seq: reasons[row.event_id] for row in rows if row.event_id in reasons}
        _log_parked([row for row in rows if row.seq in refused], refused)

    # ---- both

    def _request(self, store: OutboxStore, path: str, rows: Sequence[Row], body: bytes) -> Answer:
        count_attempt(store, rows, self._outside)
        packed = gzip.compress(body, _PACKING, mtime=0)
        answer = self._link.post(path, packed, packed=True)
        self._outside.versions.heard(answer)
        return answer

    def _progressed(self, store: OutboxStore) -> None:
        self._outside.progressed(store.stream)

    def _look_at_branch(self, sent: Batch, branch: int) -> None:
        """Say once that another box writes this epoch too: the disk was copied or restored."""
        if branch and (sent.epoch, branch) not in self._branches:
            self._branches.add((sent.epoch, branch))
            log.error("outbox-branch stream=%s epoch=%s branch=%d", sent.stream, sent.epoch, branch)


@dataclass(slots=True)
class _Narrowing:
    """A batch that was refused as a whole, sent in halves.

    A row that was refused alone goes on as a shell before what follows it. It is parked once
    the server has taken the shell: where even that is refused, it is not the row.
    """

    sender: Sender
    store: OutboxStore
    batch: Batch
    refused: dict[int, str] = field(default_factory=dict)
    left: Batch | None = None  # what lies beyond ``acked_through``

    def run(self, told: str) -> None:
        self.left, rows = self.batch, self.batch.whole
        if not rows:
            raise NotNowError(NotNow(f"the server takes no shell: {told}", stream=True))
        divide(rows, told, lambda part: self._try(part[-1].seq), self.refused)
        if all_refused(rows, self.refused):
            raise NotNowError(NotNow(f"the server takes no event at all: {told}", stream=True))
        if (again := self._try(self.batch.last_seq)) is not None:
            raise NotNowError(NotNow(f"the server takes no shell: {again}", stream=True))

    def _try(self, through: int) -> str | None:
        if self.left is None or self.left.rows[0].seq > through:
            return None
        sent = self.left.up_to(through, self.refused)
        match self.sender.post(self.store, sent):
            case Whole(told):
                return told
            case Gap(acked_through):
                self.sender.rewind(self.store, acked_through)
                raise _OvertakenError
            case Acked() as acked:
                self.sender.settle(self.store, sent, acked, self.refused)
                self.left = self.left.beyond(acked.through)
                if acked.through < through:
                    raise _OvertakenError
        return None


def _log_parked(rows: Sequence[Row], reasons: Mapping[int, str]) -> None:
    for row in rows:
        log.error("outbox-event-parked id=%s reason=%s", row.event_id, reasons[row.seq])
