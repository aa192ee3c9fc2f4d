"""The printing thread: asks the printer how it is, prints each sale once, signs for the screen.

``Printing.run`` is the body of the thread ``printing``, with its own connection to the kiosk's
database and the printer to itself. ``ask``, ``wake``, ``signs`` and ``receipt_ways`` may be called
from any thread.

Source: docs/receipts.md, sections 4 and 5; docs/ARCHITECTURE.md, "Threads".
"""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from threading import Event
from time import monotonic
from typing import Protocol, TypeVar

from kiosk.hardware.printer.face import Printer
from kiosk.outbox.boot import Box
from kiosk.outbox.recorder import Writing
from kiosk.receipt.desk import Desk, Front, Patience
from kiosk.receipt.jobs import Jobs
from kiosk.receipt.making import Maker, Seller
from kiosk.receipt.names import Names
from kiosk.receipt_messages import (
    NotPrinted,
    PrinterChanged,
    PrinterState,
    ReceiptFact,
    ReceiptNotPrinted,
    ReceiptRequest,
    ReceiptWays,
    SettlePrint,
    can_print,
)

log = logging.getLogger(__name__)
T = TypeVar("T")
REQUESTS_MAX = 20


class Book(Protocol):
    """What ``kiosk.outbox.recorder.Recorder`` is to us, who open and close it."""

    def write(self, work: Callable[[Writing], T]) -> T:
        """Let ``work`` write what is true together."""
        ...

    def close(self) -> None:
        """Close the file."""
        ...


@dataclass(frozen=True, slots=True)
class Outside:
    """What it works with; ``open_book`` and ``make_printer`` are called on its thread."""

    open_book: Callable[[], Book]
    make_printer: Callable[[], Printer] | None
    names: Names
    box: Box
    post: Callable[[ReceiptFact], None]
    patience: Patience = field(default_factory=Patience)


class Printing:
    """Without a printer receipts are still signed for the screen."""

    def __init__(self, seller: Seller, outside: Outside) -> None:
        self._seller, self._outside, self._patience = seller, outside, outside.patience
        self._requests: queue.Queue[ReceiptRequest | None] = queue.Queue(REQUESTS_MAX)
        self._told: tuple[PrinterState, float] | None = None  # and when; replaced as a whole

    @property
    def signs(self) -> bool:
        """Whether a receipt can be shown on the screen."""
        return self._seller.key is not None

    def receipt_ways(self) -> ReceiptWays:
        """Tell how a shopper can have a receipt now, by what the printer said last."""
        told = self._told
        fresh = told is not None and monotonic() - told[1] <= self._patience.fresh_s
        paper = told is not None and fresh and can_print(told[0])
        return ReceiptWays(paper, self.signs)

    def ask(self, request: ReceiptRequest) -> None:
        """Take a request; what comes of it is posted."""
        try:
            self._requests.put_nowait(request)
        except queue.Full:
            log.error("receipt-requests-full")
            if not isinstance(request, SettlePrint):
                busy = ReceiptNotPrinted(request.sale_id, NotPrinted.PRINTER, "too many requests")
                self._outside.post(busy)

    def wake(self) -> None:
        """Let ``run`` look at its ``stop``."""
        try:
            self._requests.put_nowait(None)
        except queue.Full:
            return  # it has something to wake up for

    def run(self, stop: Event) -> None:
        """Serve until ``stop``; a print that is under way is brought to its end."""
        outside = self._outside
        make = outside.make_printer
        printer = make() if make is not None else None
        try:
            with closing(outside.open_book()) as book, closing(outside.names):
                jobs = Jobs(book, outside.box)
                front = Front(outside.post, self._tell, self._patience, stop)
                desk = Desk(front, Maker(jobs, self._seller, outside.names), printer)
                desk.recover()
                self._serve(desk, stop)
        finally:
            if printer is not None:
                printer.close()

    def _serve(self, desk: Desk, stop: Event) -> None:
        while not stop.is_set():
            try:
                request = self._requests.get(timeout=self._patience.poll_s)
            except queue.Empty:
                desk.look()
                continue
            if request is not None:
                desk.handle(request)

    def _tell(self, state: PrinterState) -> None:
        """Keep how the printer is, and post it where that is news."""
        before = self._told
        self._told = (state, monotonic())
        if before is None or before[0] != state:
            log.info("printer-state state=%s", state)
            self._outside.post(PrinterChanged(state))
