"""The teller: one thread that takes requests, drives attempts and tells the core what came.

``Teller.run`` is the body of its own thread, with its own connection to the kiosk's database and
the terminal to itself. What a start finds open is settled first; until then, and while a doubt is
looked into, every request is refused.

Source: docs/payment.md; docs/ARCHITECTURE.md, "Threads".
"""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from threading import Event
from typing import Protocol, TypeVar, assert_never

from kiosk.hardware.terminal.face import Terminal
from kiosk.outbox.boot import Box
from kiosk.outbox.recorder import Writing
from kiosk.payment.attempts import Attempt
from kiosk.payment.desk import Desk, Patience
from kiosk.payment.driving import UnwrittenError
from kiosk.payment.journal import AttemptOpenError, Journal, JournalError, Overtaken
from kiosk.payment.paying import Begun, decide, pay, refund, reverse
from kiosk.payment.recovery import settle_open
from kiosk.payment.tenders import NoReservations, Reservations
from kiosk.payment_messages import (
    Decide,
    Pay,
    PaymentFact,
    PaymentInDoubt,
    PaymentRefused,
    Refund,
    Refusal,
    Request,
    Reverse,
    TellerReady,
)

log = logging.getLogger(__name__)
T = TypeVar("T")
FAILURES = (JournalError, UnwrittenError, Overtaken)


class Book(Protocol):
    """What ``kiosk.outbox.recorder.Recorder`` is to the teller, who opens and closes it."""

    def write(self, work: Callable[[Writing], T]) -> T:
        """Let ``work`` write what is true together."""
        ...

    def close(self) -> None:
        """Close the file."""
        ...


@dataclass(frozen=True, slots=True)
class TellerConfig:
    """``where`` is the terminal's address; ``terminal_id`` what its results must name, if told."""

    where: str
    terminal_id: str = ""
    patience: Patience = field(default_factory=Patience)


@dataclass(frozen=True, slots=True)
class Outside:
    """What a teller works with; ``open_book`` and ``make_terminal`` are called on its thread."""

    open_book: Callable[[], Book]
    make_terminal: Callable[[], Terminal]
    box: Box
    post: Callable[[PaymentFact], None]
    has_room: Callable[[], bool]
    reservations: Reservations = field(default_factory=NoReservations)


class Teller:
    """``ask``, ``cancel`` and ``wake`` may be called from any thread."""

    def __init__(self, config: TellerConfig, outside: Outside) -> None:
        self._config, self._outside = config, outside
        self._requests: queue.Queue[Request | None] = queue.Queue(1)
        self._idle, self._cancel = Event(), Event()

    def ask(self, request: Request) -> None:
        """Take a request, or refuse it at once; what comes of it is posted."""
        try:
            if not self._idle.is_set():
                raise queue.Full
            self._requests.put_nowait(request)
        except queue.Full:
            named = request.attempt_id if isinstance(request, Decide) else request.sale_id
            self._outside.post(PaymentRefused(named, Refusal.BUSY))

    def cancel(self) -> None:
        """Say that the shopper wants to stop; the terminal decides."""
        self._cancel.set()

    def wake(self) -> None:
        """Let ``run`` look at its ``stop``."""
        try:
            self._requests.put_nowait(None)
        except queue.Full:
            return  # it has something to wake up for

    def run(self, stop: Event) -> None:
        """Serve until ``stop``; a payment that is under way is cancelled, as far as it can be."""
        outside = self._outside
        terminal = outside.make_terminal()
        try:
            with closing(outside.open_book()) as book:
                self._serve(self._desk(book, terminal, stop), stop)
        finally:
            self._idle.clear()
            terminal.close()

    def _desk(self, book: Book, terminal: Terminal, stop: Event) -> Desk:
        outside, config = self._outside, self._config
        return Desk(
            Journal(book, outside.box),
            terminal,
            config.where,
            outside.box,
            outside.post,
            stop.wait,
            lambda: self._cancel.is_set() or stop.is_set(),
            config.patience,
            config.terminal_id,
            outside.reservations,
        )

    def _serve(self, desk: Desk, stop: Event) -> None:
        self._settle(desk, stop)
        while not stop.is_set():
            self._idle.set()
            request = self._requests.get()
            self._idle.clear()
            if request is not None and not stop.is_set():
                self._take(desk, request, stop)

    def _take(self, desk: Desk, request: Request, stop: Event) -> None:
        self._cancel.clear()
        try:
            began = self._begin(desk, request)
        except UnwrittenError as error:
            _tell_in_doubt(desk, error.attempt, str(error))
            began = error.attempt
        except (JournalError, Overtaken, AttemptOpenError) as error:
            log.error("payment-refused reason=%s", error)
            named = request.attempt_id if isinstance(request, Decide) else request.sale_id
            began = PaymentRefused(named, Refusal.NO_ROOM, str(error))
        if isinstance(began, PaymentRefused):
            stale = began.why is Refusal.BUSY  # something is open that nobody drives
            if not stale:
                self._idle.set()  # before it is told, for whoever hears it may ask again at once
            desk.post(began)
            if not stale:
                return
        self._settle(desk, stop)

    def _begin(self, desk: Desk, request: Request) -> Begun:
        match request:
            case Pay():
                return pay(desk, request, self._outside.has_room)
            case Reverse():
                return reverse(desk, request)
            case Refund():
                return refund(desk, request)
            case Decide():
                return decide(desk, request)
            case _:
                assert_never(request)

    def _settle(self, desk: Desk, stop: Event) -> None:
        """Settle all that is open, and go on trying where it cannot be written."""
        pause_s = desk.patience.pause_s
        while not stop.is_set():
            try:
                settle_open(desk)
            except FAILURES as error:
                log.error("payment-not-settled reason=%s", error)
                if isinstance(error, UnwrittenError):
                    _tell_in_doubt(desk, error.attempt, str(error))
                desk.wait(pause_s)
                pause_s = min(2 * pause_s, desk.patience.pause_max_s)
                continue
            if not stop.is_set():
                self._idle.set()
                desk.post(TellerReady())
            return


def _tell_in_doubt(desk: Desk, attempt: Attempt, why: str) -> None:
    amount = attempt.asked.amount
    desk.post(PaymentInDoubt(attempt.attempt_id, attempt.sale_id, amount, why))
