"""Sends what waits in the outbox, and settles what the server answers, id by id.

``Uploader.run`` is the body of its own thread, with its own connection to the database and
its own link. A request that got no answer is sent again as it was: the server knows the ids.
Only an answer that speaks of an event settles it; no fault of line or server ever does.

Source: docs/outbox.md, "Sending".
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from threading import Event as Signal
from time import monotonic

from kiosk.clock import Clock
from kiosk.errors import DataError, ServerError, Unreachable
from kiosk.line.backoff import Backoff
from kiosk.line.server import Answer, ServerLink
from kiosk.line.watch import LineWatch, Side
from kiosk.outbox.store import Event, OutboxStore, Refused
from kiosk.outbox.wire import EVENTS_PATH, read_answer, write_batch

log = logging.getLogger(__name__)

STOP_CHECK_S = 0.2  # how long a wait may delay a stop; a request under way may add its timeout
_WHOLE_BATCH_REFUSED = (400, 413, 422)
_KEY_REFUSED = (401, 403)
_BUSY = 429


@dataclass(frozen=True, slots=True)
class UploaderConfig:
    """``look_s`` bounds how long a row stays unseen that another process put back."""

    kiosk_id: str
    batch_max: int = 50
    look_s: float = 60.0
    accepted_kept: timedelta = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Pause:
    """How long to wait after a failure; what the server ``asked`` for is waited for in full."""

    seconds: float
    asked: bool = False


class NotNowError(ServerError):
    """The server answered, but settled nothing; ``down`` says whether it is of use at all."""

    def __init__(self, answer: Answer, told: str, *, down: bool = True) -> None:
        super().__init__(told)
        self.retry_after_s, self.down = answer.retry_after_s, down


class Uploader:
    """Empties the outbox whenever the line lets it."""

    def __init__(  # noqa: PLR0913  (each is a part of the outside that a test replaces)
        self,
        config: UploaderConfig,
        open_store: Callable[[], OutboxStore],
        link: ServerLink,
        watch: LineWatch,
        clock: Clock,
        backoff: Backoff | None = None,
    ) -> None:
        self._config, self._open_store, self._link = config, open_store, link
        self._watch, self._clock, self._backoff = watch, clock, backoff or Backoff()
        self._row_put, self._line_returned = Signal(), Signal()
        watch.on_return.append(self._line_returned.set)

    def wake(self) -> None:
        """Say that a row was put; from any thread. A wait after a failure is not cut short.

        Otherwise every shopper of a busy hour would be one more request to a server that is
        already on its knees.
        """
        self._row_put.set()

    def run(self, stop: Signal) -> None:
        """Send until ``stop``; returns within ``STOP_CHECK_S`` and the link's timeout."""
        store = self._first_store(stop)
        if store is None:
            self._link.close()
            return
        try:
            while not stop.is_set():
                self._row_put.clear()
                self._line_returned.clear()
                match self.step(store):
                    case None:
                        self._wait(stop, self._config.look_s, self._row_put)
                    case Pause(seconds, asked=True):
                        stop.wait(seconds)
                    case Pause(seconds):
                        self._wait(stop, seconds, self._line_returned)
        finally:
            store.close()
            self._link.close()

    def _first_store(self, stop: Signal) -> OutboxStore | None:
        """Open the outbox and clear it of what is long sent, however often it takes."""
        while not stop.is_set():
            store = None
            try:
                store = self._open_store()
                store.forget_accepted(self._clock.now() - self._config.accepted_kept)
            except (sqlite3.Error, DataError) as error:
                log.error("outbox-not-opened reason=%s", error)
                if store is not None:
                    store.close()
                self._wait(stop, self._backoff.next_s(), self._row_put)
                self._row_put.clear()
            else:
                return store
        return None

    def step(self, store: OutboxStore) -> Pause | None:
        """Send all that waits; give how long to wait after a failure, none if all went."""
        try:
            while events := store.waiting(self._config.batch_max):
                self._send(store, events)
                self._backoff.reset()
        except (Unreachable, DataError) as error:
            return self._failed(str(error))
        except NotNowError as error:
            return self._failed(str(error), error.retry_after_s, down=error.down)
        except sqlite3.Error as error:  # a full or broken disk: what waits is sent again later
            log.error("outbox-store-failed reason=%s", error)
            return Pause(self._backoff.next_s())
        return None

    def _failed(self, told: str, asked_s: float | None = None, *, down: bool = True) -> Pause:
        log.warning("outbox-upload-failed reason=%s", told)
        if down:
            self._watch.down(Side.EVENTS, told)
        seconds = self._backoff.next_s()
        return Pause(seconds) if asked_s is None else Pause(max(seconds, asked_s), asked=True)

    def _send(self, store: OutboxStore, events: Sequence[Event]) -> None:
        """Send one batch and settle it; where it is refused as a whole, find out for which row."""
        answer = self._try(store, events)
        if answer is None:
            return
        refused = self._narrow(store, events, answer)
        if len(refused) == len(events) > 1:  # it is not the rows then
            raise NotNowError(answer, f"the server takes no event at all: {answer.in_words()}")
        store.settle(refused)
        _log(refused)

    def _try(self, store: OutboxStore, events: Sequence[Event]) -> Answer | None:
        """Send events and settle them; give the answer if it refuses them all unseen."""
        store.count_attempt(events)
        answer = self._link.post(EVENTS_PATH, write_batch(self._config.kiosk_id, events))
        if answer.status == 200:
            self._settle(store, events, answer)
            return None
        if answer.status in _WHOLE_BATCH_REFUSED:
            self._watch.up(Side.EVENTS)
            return answer
        if answer.status in _KEY_REFUSED:
            raise NotNowError(answer, f"the server does not know this kiosk: {answer.in_words()}")
        raise NotNowError(answer, answer.in_words(), down=answer.status != _BUSY)

    def _narrow(
        self, store: OutboxStore, events: Sequence[Event], answer: Answer
    ) -> Sequence[Refused]:
        """Send a refused batch in halves, down to the rows that are refused alone."""
        if len(events) == 1:
            return [Refused(events[0].event_id, answer.in_words())]
        half = len(events) // 2
        refused: list[Refused] = []
        for part in (events[:half], events[half:]):
            if (again := self._try(store, part)) is not None:
                refused += self._narrow(store, part, again)
        return refused

    def _settle(self, store: OutboxStore, events: Sequence[Event], answer: Answer) -> None:
        try:
            settlements = read_answer(answer.body, {event.event_id for event in events})
        except DataError as error:
            raise NotNowError(answer, f"the server's answer makes no sense: {error}") from None
        if store.settle(settlements) == 0:
            raise NotNowError(answer, "the server's answer speaks of no event that was sent")
        self._watch.up(Side.EVENTS)
        _log([each for each in settlements if isinstance(each, Refused)])

    def _wait(self, stop: Signal, seconds: float, until: Signal) -> None:
        ends = monotonic() + seconds
        while not stop.is_set() and (left := ends - monotonic()) > 0:
            if until.wait(min(left, STOP_CHECK_S)):
                return


def _log(refused: Sequence[Refused]) -> None:
    for each in refused:
        log.error("outbox-event-rejected id=%s reason=%s", each.event_id, each.reason)
