"""Sends what waits to a server of the release before: in any order, settled id by id.

It leaves ``acked_through`` alone. So a server that learns version 2 later gets all that this box
still has once more, in sequence, and knows it by its ids.

Source: docs/line.md, section 7; docs/events.md, "The answer".
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from kiosk.errors import DataError
from kiosk.line.server import Answer
from kiosk.line.watch import Side
from kiosk.outbox import wire_v1
from kiosk.outbox.halving import all_refused, divide
from kiosk.outbox.policy import NotNow, NotNowError, judge_refusal
from kiosk.outbox.rows import Refused, Row, Settlement
from kiosk.outbox.sender import Link, Outside, count_attempt
from kiosk.outbox.store import OutboxStore
from kiosk.outbox.wire import ROWS_MAX

log = logging.getLogger(__name__)


class OldSender:
    """Speaks version 1."""

    def __init__(self, link: Link, kiosk_id: str, outside: Outside) -> None:
        self._link, self._kiosk_id, self._outside = link, kiosk_id, outside

    def send_all(self, store: OutboxStore) -> bool:
        """Send all that waits, tell whether there was any; raises as ``sender.Sender`` does."""
        had_some = False
        while rows := store.waiting(ROWS_MAX):
            had_some = True
            self._send(store, rows)
        return had_some

    def look_back(self, store: OutboxStore) -> bool:
        """Do nothing: an old server cannot tell that it has less, so what it took counts.

        A kiosk that was never enrolled has no better word than that.
        """
        return True

    def _send(self, store: OutboxStore, rows: Sequence[Row]) -> None:
        told = self._try(store, rows)
        if told is None:
            return
        refused: dict[int, str] = {}
        divide(rows, told, lambda part: self._try(store, part), refused)
        if all_refused(rows, refused):
            raise NotNowError(NotNow(f"the server takes no event at all: {told}", stream=True))
        self._settle(store, [Refused(r.event_id, refused[r.seq]) for r in rows if r.seq in refused])

    def _try(self, store: OutboxStore, rows: Sequence[Row]) -> str | None:
        """Send rows and settle them; give why, if they were refused as a whole."""
        count_attempt(store, rows, self._outside)
        answer = self._link.post(wire_v1.EVENTS_PATH, wire_v1.write_batch(self._kiosk_id, rows))
        if answer.status != 200:
            return self._refused(answer)
        try:
            settlements = wire_v1.read_answer(answer.body, {row.event_id for row in rows})
        except DataError as error:
            told = f"the server's answer makes no sense: {error}"
            raise NotNowError(NotNow(told, answer.retry_after_s, stream=True)) from None
        self._outside.watch.up(Side.EVENTS)
        if not self._settle(store, settlements):
            raise NotNowError(NotNow("the server's answer settles nothing", stream=True))
        self._outside.progressed(store.stream)
        return None

    def _refused(self, answer: Answer) -> str:
        verdict = judge_refusal(answer)
        if isinstance(verdict, NotNow):
            raise NotNowError(verdict)
        self._outside.watch.up(Side.EVENTS)
        return verdict.told

    def _settle(self, store: OutboxStore, settlements: Sequence[Settlement]) -> int:
        for each in settlements:
            if isinstance(each, Refused):
                log.error("outbox-event-parked id=%s reason=%s", each.event_id, each.reason)
        return store.settle(settlements, self._outside.clock.now())
