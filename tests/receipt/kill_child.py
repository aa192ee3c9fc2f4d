"""A printing thread as a process of its own, which kills itself at the moment that it is told.

``within 3`` and ``after 3`` mean the third writing of the journal, before its commit and behind it;
``byte 9000`` when so many bytes of a print are on the wire; ``never`` not at all.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

from kiosk.hardware.printer.escpos import EscposPrinter
from kiosk.hardware.printer.wires import TcpWire
from kiosk.messages import Language
from kiosk.outbox.boot import SetBox
from kiosk.outbox.recorder import Recorder
from kiosk.receipt.desk import Desk, Front
from kiosk.receipt.examples import AT, SALE_ID
from kiosk.receipt.jobs import Jobs
from kiosk.receipt.making import Maker
from kiosk.receipt_messages import PrintReceipt
from tests.payment.rig import NoBallast
from tests.receipt.rig import PATIENCE, QUICK, SELLER, SampleNames


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class KillingLedger:
    """Counts the writings, and dies before or after the commit of one."""

    def __init__(self, ledger: Any, when: str, nth: int) -> None:
        self._ledger, self._when, self._nth, self._count = ledger, when, nth, 0

    def write(self, work: Callable[[Any], Any]) -> Any:
        self._count += 1
        here = self._count == self._nth

        def within(writing: Any) -> Any:
            done = work(writing)
            if here and self._when == "within":
                die()
            return done

        done = self._ledger.write(within)
        if here and self._when == "after":
            die()
        return done


class KillingWire(TcpWire):
    """Dies when so many bytes of pictures are on the wire."""

    limit: int | None = None
    sent = 0

    def send(self, data: bytes) -> None:
        if self.limit is not None and len(data) > 3 and self.sent + len(data) >= self.limit:
            super().send(data[: max(0, self.limit - self.sent)])
            die()
        self.sent += len(data) if len(data) > 3 else 0
        super().send(data)


def main(database: str, port: int, when: str, count: int, facts: str) -> None:
    """Start, recover, and ask for the print; each fact is a line of the file ``facts``."""
    recorder = Recorder(Path(database), SetBox(AT), lambda: None, NoBallast())
    wire = KillingWire("127.0.0.1", port, 0.5)
    wire.limit = count if when == "byte" else None
    jobs = Jobs(KillingLedger(recorder, when, count), SetBox(AT))
    printer = EscposPrinter("receipts", wire, QUICK)
    with Path(facts).open("w") as told:
        front = Front(
            lambda fact: print(type(fact).__name__, file=told, flush=True),
            lambda _: None,
            PATIENCE,
            Event(),
        )
        desk = Desk(front, Maker(jobs, SELLER, SampleNames()), printer)
        desk.recover()
        desk.handle(PrintReceipt(SALE_ID, Language.FA))
