"""The thread: how the printer is before the payment, requests in turn, and a stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from kiosk.hardware.printer.escpos import NetworkPrinterConfig, network_printer
from kiosk.hardware.printer.fake import FakePrinter, on_socket
from kiosk.messages import Language
from kiosk.outbox.boot import SetBox
from kiosk.outbox.recorder import Recorder
from kiosk.receipt.examples import AT, SALE_ID
from kiosk.receipt.printing import REQUESTS_MAX, Outside, Printing
from kiosk.receipt_messages import (
    CoverOpen,
    NoPaper,
    NotPrinted,
    NotThere,
    Offline,
    PaperLow,
    PrinterChanged,
    PrintReceipt,
    Ready,
    ReceiptFact,
    ReceiptNotPrinted,
    ReceiptPrinted,
    ReceiptSigned,
    ReceiptWays,
    ShowReceipt,
)
from tests.payment.rig import NoBallast
from tests.receipt.rig import PATIENCE, QUICK, SELLER, SampleNames, settle


class Running:
    """A printing thread, and the facts that it posted."""

    def __init__(self, folder: Path, port: int | None, seller: Any = SELLER) -> None:
        self.facts: list[ReceiptFact] = []
        database = folder / "kiosk.db"
        settle(database)

        def make() -> Any:
            config = NetworkPrinterConfig("127.0.0.1", port or 0, 0.5, QUICK)
            return network_printer("receipts", config)

        outside = Outside(
            lambda: Recorder(database, SetBox(AT), lambda: None, NoBallast()),
            make if port else None,
            SampleNames(),
            SetBox(AT),
            self.facts.append,
            PATIENCE,
        )
        self.printing, self.stop = Printing(seller, outside), Event()
        self.thread = Thread(target=self.printing.run, args=(self.stop,), name="printing")

    def until(self, wanted: Callable[[], bool], within_s: float = 5.0) -> None:
        ends = time.monotonic() + within_s
        while not wanted():
            assert time.monotonic() < ends, self.facts
            time.sleep(0.005)

    def end(self) -> None:
        self.stop.set()
        self.printing.wake()
        self.thread.join(5)
        assert not self.thread.is_alive()


@contextmanager
def running(
    folder: Path, *, printer: bool = True, seller: Any = SELLER
) -> Iterator[tuple[Running, FakePrinter]]:
    fake = FakePrinter()
    with on_socket(fake) as port:
        made = Running(folder, port if printer else None, seller)
        made.thread.start()
        try:
            yield made, fake
        finally:
            made.end()


def test_each_change_of_the_printer_is_told_once_and_is_there_before_a_payment(
    tmp_path: Path,
) -> None:
    with running(tmp_path) as (kiosk, printer):
        assert kiosk.printing.receipt_ways().qr
        for lever, state, paper in [
            ("paper_low", PaperLow(), True),
            ("no_paper", NoPaper(), False),
            ("cover_open", CoverOpen(), False),
        ]:
            setattr(printer.levers, lever, True)
            kiosk.until(lambda state=state: PrinterChanged(state) in kiosk.facts)  # type: ignore[misc]
            assert kiosk.printing.receipt_ways() == ReceiptWays(paper=paper, qr=True)
        printer.levers.no_paper = printer.levers.cover_open = printer.levers.paper_low = False
        kiosk.until(lambda: kiosk.facts[-1] == PrinterChanged(Ready()))
        time.sleep(5 * PATIENCE.poll_s)
        changes = [fact for fact in kiosk.facts if isinstance(fact, PrinterChanged)]
        assert len(changes) == len(
            [a for a, b in zip(changes, [None, *changes], strict=False) if a != b]
        )


def test_a_cable_that_is_out_offers_the_screen_alone(tmp_path: Path) -> None:
    with running(tmp_path) as (kiosk, printer):
        kiosk.until(lambda: kiosk.printing.receipt_ways().paper)
        printer.levers.cable_out = True
        kiosk.until(lambda: not kiosk.printing.receipt_ways().paper)
        assert kiosk.printing.receipt_ways() == ReceiptWays(paper=False, qr=True)
        assert isinstance(kiosk.facts[-1], PrinterChanged)
        assert isinstance(kiosk.facts[-1].state, Offline)


def test_what_the_printer_said_long_ago_counts_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(tmp_path) as (kiosk, _):
        kiosk.until(lambda: kiosk.printing.receipt_ways().paper)
    monkeypatch.setattr("kiosk.receipt.printing.monotonic", lambda: time.monotonic() + 11)
    assert not kiosk.printing.receipt_ways().paper


@pytest.mark.parametrize(
    ("printer", "key", "ways"),
    [
        (False, True, ReceiptWays(paper=False, qr=True)),
        (False, False, ReceiptWays(paper=False, qr=False)),
        (True, False, ReceiptWays(paper=True, qr=False)),
    ],
)
def test_without_a_printer_or_a_key_there_is_less_to_offer(
    tmp_path: Path, printer: bool, key: bool, ways: ReceiptWays
) -> None:
    seller = SELLER if key else replace(SELLER, key=None)
    with running(tmp_path, printer=printer, seller=seller) as (kiosk, _):
        kiosk.until(lambda: bool(kiosk.facts))
        assert kiosk.printing.receipt_ways() == ways
        assert ways.any is (printer or key)
        if not printer:
            assert kiosk.facts == [PrinterChanged(NotThere())]


def test_requests_are_done_in_turn(tmp_path: Path) -> None:
    with running(tmp_path) as (kiosk, printer):
        kiosk.printing.ask(ShowReceipt(SALE_ID))
        for _ in range(3):
            kiosk.printing.ask(PrintReceipt(SALE_ID, Language.FA))
        done = (ReceiptSigned, ReceiptPrinted)
        kiosk.until(lambda: len([f for f in kiosk.facts if isinstance(f, done)]) == 4)
        told = [type(fact) for fact in kiosk.facts if isinstance(fact, done)]
        assert told == [ReceiptSigned, ReceiptPrinted, ReceiptPrinted, ReceiptPrinted]
        assert len(printer.sheets) == 1


def test_too_many_requests_are_refused_at_once(tmp_path: Path) -> None:
    kiosk = Running(tmp_path, None)  # its thread does not run
    for _ in range(REQUESTS_MAX + 1):
        kiosk.printing.ask(PrintReceipt(SALE_ID, Language.FA))
    assert kiosk.facts == [ReceiptNotPrinted(SALE_ID, NotPrinted.PRINTER, "too many requests")]


def test_stops_while_it_waits_for_paper(tmp_path: Path) -> None:
    with running(tmp_path) as (kiosk, printer):
        printer.levers.no_paper = True
        kiosk.until(lambda: PrinterChanged(NoPaper()) in kiosk.facts)
        kiosk.printing.ask(PrintReceipt(SALE_ID, Language.FA))
        time.sleep(0.1)
        before = time.monotonic()
    assert time.monotonic() - before < 2
