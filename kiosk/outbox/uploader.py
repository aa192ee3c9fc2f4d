"""Empties the outbox whenever the line lets it: the ledger first, then telemetry.

``Uploader.run`` is the body of its own thread, with its own connections to the files and its
own link. What is sent, and what an answer does to it, is the senders'; here is when. Only an
answer that speaks of a row settles it; no fault of line or server ever does.

Source: docs/outbox.md, section 4; docs/line.md, section 7.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Event as Signal
from time import monotonic

from kiosk.clock import Clock
from kiosk.errors import DataError, Unreachable
from kiosk.line.backoff import Backoff
from kiosk.line.versions import Versions
from kiosk.line.watch import LineWatch, Side
from kiosk.outbox.boot import Box, SystemBox
from kiosk.outbox.policy import NotNowError
from kiosk.outbox.room import Room, with_room
from kiosk.outbox.sender import Link, Outside, Sender
from kiosk.outbox.sender_v1 import OldSender
from kiosk.outbox.store import OutboxStore
from kiosk.outbox.streams import STREAMS

log = logging.getLogger(__name__)

STOP_CHECK_S = 0.2  # how long a wait may delay a stop; a request under way may add its timeout
HOUSEKEEPING_S = 3_600.0  # forgetting what is long sent; looking whether the server still has it
_KEPT = {stream.name: stream.accepted_kept for stream in STREAMS}
OpenStore = Callable[[], OutboxStore]


@dataclass(frozen=True, slots=True)
class UploaderConfig:
    """``look_s`` bounds how long a row stays unseen that another process put back."""

    kiosk_id: str
    look_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Links:
    """The way to the server, and the one to a server that knows version 1 alone; not neither.

    A kiosk that was never enrolled has the old one only. ``versions`` is shared with whoever
    else asks the server.
    """

    new: Link | None
    old: Link | None = None
    versions: Versions = field(default_factory=Versions)


class _NoVersion2Error(Exception):
    """The server may be one of version 1: a stream's ``error`` says no more than that."""

    def __init__(self, stream: str, error: NotNowError) -> None:
        super().__init__(str(error))
        self.stream, self.error = stream, error


@dataclass(frozen=True, slots=True)
class Pause:
    """How long to wait after a failure; what the server ``asked`` for is waited for in full."""

    seconds: float
    asked: bool = False


class Uploader:
    """One thread that sends; ``wake`` may be called from any other."""

    def __init__(  # noqa: PLR0913  (each is a part of the outside that a test replaces)
        self,
        config: UploaderConfig,
        openers: Sequence[OpenStore],
        links: Links,
        watch: LineWatch,
        clock: Clock,
        box: Box | None = None,
        make_backoff: Callable[[], Backoff] = Backoff,
        room: Room | None = None,
    ) -> None:
        self._config, self._watch, self._clock = config, watch, clock
        self._versions = links.versions
        self._make_room = room.make_some if room else lambda: None
        outside = Outside(
            watch, clock, box or SystemBox(), self._progressed, links.versions, self._make_room
        )
        self._new = Sender(links.new, outside) if links.new else None
        self._old = OldSender(links.old, config.kiosk_id, outside) if links.old else None
        sender = self._new or self._old
        assert sender is not None, "an uploader without a way to the server"
        self._sender: Sender | OldSender = sender
        self._old_answers = False  # as it should, and did not fail since
        self.key_refused = ""  # the server's code, while it does not take the kiosk's key
        self._stores = _Stores(openers, self._make_room)
        self._backoff = make_backoff()  # for the line
        self._stuck = {stream.name: make_backoff() for stream in STREAMS}
        self._kept_house_at_s: float | None = None
        self._unproven: set[str] = set()  # streams that the server may have less of than it had
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
        try:
            while not stop.is_set():
                self._row_put.clear()
                if self._line_returned.is_set():
                    self._line_returned.clear()
                    self._doubt()
                stores = self._stores.opened()
                self.keep_house()
                self._rest(stop, self.step(*stores))
        finally:
            self._stores.close()

    def step(self, *stores: OutboxStore) -> Pause | None:
        """Send all that waits; give how long to wait after a failure, none if all went.

        Version 1 is tried once where version 2 may not be there, and gone on with for as long
        as it answers as it should; see ``keep_house``.
        """
        try:
            pause = self._round(stores)
        except _NoVersion2Error as error:
            pause = self._old_round(stores, error)
        if pause is not None:
            self._speak_new()
        return pause

    def _round(self, stores: Sequence[OutboxStore]) -> Pause | None:
        """Where one stream alone does not go on, the next still has its turn."""
        pauses = []
        for store in stores:
            try:
                # settled or not: what is sent a second time, the server knows by its id
                with_room(partial(self._serve, store), self._make_room)
            except NotNowError as error:
                if error.why.missing and self._may_turn():
                    raise _NoVersion2Error(store.stream, error) from None
                pause = self._not_now(store.stream, error)
                if not error.why.stream:
                    return pause
                pauses.append(pause)
            except (Unreachable, DataError) as error:
                return self._failed(str(error), self._backoff)
            except sqlite3.Error as error:  # a full or broken disk: what waits is sent later
                log.error("outbox-store-failed stream=%s reason=%s", store.stream, error)
                pauses.append(Pause(self._stuck[store.stream].next_s()))
        return min(pauses, key=lambda pause: pause.seconds) if pauses else None

    def keep_house(self) -> None:
        """At the start and each hour, doubt what the server has, and that it is an old one."""
        now_s = monotonic()
        if self._kept_house_at_s is not None and now_s - self._kept_house_at_s < HOUSEKEEPING_S:
            return
        self._kept_house_at_s = now_s
        self._doubt()
        if self._new is not None:
            self._sender = self._new

    def _serve(self, store: OutboxStore) -> None:
        """Send all that waits; in doubt, see that the server has the rest, then forget the old.

        In this order: what a restored server lacks must not be forgotten just before it is asked.
        Where it does not say that it has all, nothing is forgotten until it is asked again.
        """
        had_some = self._sender.send_all(store)
        if store.stream in self._unproven and not self._is_turned():  # version 1 cannot say it
            if had_some or self._sender.look_back(store):
                store.forget_accepted(self._clock.now() - _KEPT[store.stream])
            self._unproven.discard(store.stream)

    def _doubt(self) -> None:
        self._unproven = {stream.name for stream in STREAMS}

    # ---- failures

    def _not_now(self, stream: str, error: NotNowError) -> Pause:
        why = error.why
        self.key_refused = why.key
        backoff = self._stuck[stream] if why.stream else self._backoff
        pause = self._failed(why.told, backoff, down=why.down)
        if why.asked_s is None:
            return pause
        return Pause(max(pause.seconds, why.asked_s), asked=True)

    def _failed(self, told: str, backoff: Backoff, *, down: bool = True) -> Pause:
        log.warning("outbox-upload-failed reason=%s", told)
        if down:
            self._watch.down(Side.EVENTS, told)
        return Pause(backoff.next_s())

    def _progressed(self, stream: str) -> None:
        self.key_refused = ""
        self._backoff.reset()
        self._stuck[stream].reset()
        self._old_answers = self._sender is self._old

    # ---- versions

    def _is_turned(self) -> bool:
        return self._new is not None and self._sender is self._old

    def _may_turn(self) -> bool:
        return self._old is not None and self._sender is self._new and not self._versions.known

    def _old_round(self, stores: Sequence[OutboxStore], missing: _NoVersion2Error) -> Pause | None:
        assert self._old is not None
        self._sender = self._old
        log.warning("outbox-version to=1")
        pause = self._round(stores)
        if pause is None and not self._old_answers:  # nothing was sent that would show it
            pause = self._not_now(missing.stream, missing.error)
        return pause

    def _speak_new(self) -> None:
        """Ask for version 2 first, after any failure."""
        if self._is_turned() and self._new is not None:
            self._sender, self._old_answers = self._new, False
            log.warning("outbox-version to=2")

    # ---- waiting

    def _rest(self, stop: Signal, pause: Pause | None) -> None:
        match pause:
            case None if self._stores.missing:
                self._wait(stop, self._backoff.next_s(), self._row_put)
            case None:
                self._wait(stop, self._config.look_s, self._row_put)
            case Pause(seconds, asked=True):
                stop.wait(seconds)
            case Pause(seconds):
                self._wait(stop, seconds, self._line_returned)

    def _wait(self, stop: Signal, seconds: float, until: Signal) -> None:
        ends = monotonic() + seconds
        while not stop.is_set() and (left := ends - monotonic()) > 0:
            if until.wait(min(left, STOP_CHECK_S)):
                return


class _Stores:
    """The streams' files, each opened when it can be; one that cannot hinders no other."""

    def __init__(self, openers: Sequence[OpenStore], make_room: Callable[[], None]) -> None:
        self._openers, self._make_room = dict(enumerate(openers)), make_room
        self._opened: dict[int, OutboxStore] = {}

    @property
    def missing(self) -> bool:
        """Tell whether one could not be opened."""
        return len(self._opened) < len(self._openers)

    def opened(self) -> Sequence[OutboxStore]:
        """Open those that are not yet open; give all that are, in order."""
        for number, opener in self._openers.items():
            if number not in self._opened:
                try:
                    self._opened[number] = with_room(opener, self._make_room)
                except (sqlite3.Error, DataError) as error:
                    log.error("outbox-not-opened reason=%s", error)
        return [self._opened[number] for number in sorted(self._opened)]

    def close(self) -> None:
        """Close them all."""
        for store in self._opened.values():
            store.close()
