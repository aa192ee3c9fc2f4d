"""What the printing thread has to itself: the journal of prints, the printer, and what is done.

Each request ends in a fact. What was begun is never sent again.

Source: docs/receipts.md, section 5.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from time import monotonic
from typing import assert_never

from kiosk.errors import DataError, DeviceError
from kiosk.hardware.printer.face import Broken, NotBegun, Printed, Printer
from kiosk.receipt.drawing import draw
from kiosk.receipt.jobs import Job, JobState, NewJob
from kiosk.receipt.lettering import check_lettering
from kiosk.receipt.making import Maker
from kiosk.receipt_messages import (
    NotPrinted,
    NotThere,
    Offline,
    PrinterState,
    PrintInDoubt,
    PrintReceipt,
    ReceiptFact,
    ReceiptNotPrinted,
    ReceiptPrinted,
    ReceiptRequest,
    ReceiptSigned,
    ReprintReceipt,
    SettlePrint,
    ShowReceipt,
)

log = logging.getLogger(__name__)
KEPT = timedelta(days=30)  # what a receipt said; its row stays


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited, in seconds."""

    poll_s: float = 2.0  # between two questions how the printer is
    fresh_s: float = 10.0  # an answer that is older is none
    print_s: float = 8.0  # that a shopper waits for a printer that cannot print
    again_s: float = 0.5  # between two tries of these
    stale_s: float = 120.0  # nobody waits any more for what was queued so long ago


@dataclass(frozen=True, slots=True)
class Front:
    """Whom to tell what happened, and how the printer is; and how long to wait for it."""

    post: Callable[[ReceiptFact], None]
    tell: Callable[[PrinterState], None]
    patience: Patience
    stop: Event


class Desk:
    """What the thread has to itself: the journal, the printer."""

    def __init__(self, front: Front, maker: Maker, printer: Printer | None) -> None:
        self._front, self._maker, self._jobs = front, maker, maker.jobs
        self._printer = printer
        self._cannot_draw = _why_not_drawn()

    def look(self) -> None:
        """Ask the printer how it is."""
        self._front.tell(self._state())

    def _state(self) -> PrinterState:
        if self._printer is None:
            return NotThere()
        return Offline(self._cannot_draw) if self._cannot_draw else self._printer.state()

    # ---- a start

    def recover(self) -> None:
        """Have staff look at what may have come out, and print what surely has not."""
        self.look()
        try:
            for job in self._jobs.stranded():
                self._jobs.unsure(job, "the kiosk stopped while it was being printed")
            for job in self._jobs.in_doubt():
                self._doubt(job)
            for job in self._jobs.waiting():
                self._take_up(job)
            self._jobs.forget(KEPT)
        except DataError as error:
            log.error("prints-not-recovered reason=%s", error)

    def _take_up(self, job: Job) -> None:
        stale = timedelta(seconds=self._front.patience.stale_s)
        if self._jobs.age_of(job) > stale:
            self._jobs.failed(job, "queued too long ago")
        else:
            self._print(job)

    # ---- requests

    def handle(self, request: ReceiptRequest) -> None:
        """Do it, and post what came of it."""
        try:
            match request:
                case PrintReceipt(sale_id, language, lines):
                    self._ask_first(self._maker.first(sale_id, language, lines), request)
                case ShowReceipt():
                    self._show(request)
                case ReprintReceipt():
                    self._reprint(request)
                case SettlePrint(job_id, came_out, by):
                    self._settled(self._jobs.settle(job_id, by, came_out=came_out))
                case _:
                    assert_never(request)
        except DataError as error:
            log.error("receipt-failed reason=%s", error)
            if not isinstance(request, SettlePrint):
                told = ReceiptNotPrinted(request.sale_id, NotPrinted.NOT_KEPT, str(error))
                self._front.post(told)

    def _show(self, request: ShowReceipt) -> None:
        reference = self._maker.reference(request.sale_id)
        if reference:
            self._front.post(ReceiptSigned(request.sale_id, reference))
            return
        why = NotPrinted.NO_SALE if reference is None else NotPrinted.PRINTER
        self._front.post(ReceiptNotPrinted(request.sale_id, why, "nothing is signed here"))

    def _ask_first(self, new: NewJob | None, request: PrintReceipt) -> None:
        if new is None:
            self._front.post(ReceiptNotPrinted(request.sale_id, NotPrinted.NO_SALE))
            return
        job = self._jobs.queue(new)
        match job.state:
            case JobState.QUEUED:
                self._print(job)
            case JobState.PRINTED:
                self._front.post(ReceiptPrinted(job.job_id, job.sale_id, job.copy))
            case JobState.UNSURE | JobState.PRINTING:
                self._doubt(job)
            case JobState.FAILED:
                told = ReceiptNotPrinted(job.sale_id, NotPrinted.PRINTER, "staff may print a copy")
                self._front.post(told)

    def _reprint(self, request: ReprintReceipt) -> None:
        doubts = self._jobs.in_doubt(request.sale_id)
        if doubts:
            told = ReceiptNotPrinted(request.sale_id, NotPrinted.UNSURE, doubts[0].why)
            self._front.post(told)
            return
        new = self._maker.copy(request.sale_id, request.language, request.by)
        if new is None:
            self._front.post(ReceiptNotPrinted(request.sale_id, NotPrinted.NO_SALE))
            return
        self._print(self._jobs.queue(new))

    def _settled(self, job: Job | None) -> None:
        if job is not None and job.state is JobState.PRINTED:
            self._front.post(ReceiptPrinted(job.job_id, job.sale_id, job.copy))
        elif job is not None:
            told = ReceiptNotPrinted(job.sale_id, NotPrinted.PRINTER, "it did not come out")
            self._front.post(told)

    def _doubt(self, job: Job) -> None:
        self._front.post(PrintInDoubt(job.job_id, job.sale_id, job.number, job.why))

    # ---- one print

    def _print(self, job: Job) -> None:
        """Print it, or wait for the printer as long as a shopper does."""
        outcome = self._sent(job)
        ends = monotonic() + self._front.patience.print_s
        while isinstance(outcome, NotBegun) and self._may_wait(ends):
            outcome = self._sent(job)
        match outcome:
            case Printed():
                self._note_printed(job)
            case NotBegun(state):
                self._jobs.failed(job, f"not begun: {state}")
                told = ReceiptNotPrinted(job.sale_id, NotPrinted.PRINTER, str(state))
                self._front.post(told)
            case Broken(why):
                self._doubt(self._jobs.unsure(job, why))
        self.look()

    def _may_wait(self, ends: float) -> bool:
        if self._printer is None or self._cannot_draw or monotonic() >= ends:
            return False
        return not self._front.stop.wait(self._front.patience.again_s)

    def _sent(self, job: Job) -> Printed | NotBegun | Broken:
        if self._printer is None or self._cannot_draw or job.receipt is None:
            return NotBegun(self._state())
        picture = draw(job.receipt, self._printer.dots)
        outcome = self._printer.print_picture(picture, lambda: self._begin(job))
        if isinstance(outcome, NotBegun):
            self._front.tell(outcome.state)
        return outcome

    def _begin(self, job: Job) -> None:
        self._jobs.begin(job)
        log.info("print-begun job=%s copy=%s", job.job_id, job.copy)

    def _note_printed(self, job: Job) -> None:
        """Note it; where it cannot be noted, it is in the shopper's hand all the same.

        Then it is in doubt at the next start, and staff are asked.
        """
        try:
            self._jobs.printed(job)
        except DataError as error:
            log.error("print-not-noted job=%s reason=%s", job.job_id, error)
        self._front.post(ReceiptPrinted(job.job_id, job.sale_id, job.copy))


def _why_not_drawn() -> str:
    try:
        check_lettering()
    except DeviceError as error:
        return str(error)
    return ""
