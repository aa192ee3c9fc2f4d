"""A printing thread without its thread: a journal with a settled sale, and a printer with levers."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.hardware.printer.escpos import NetworkPrinterConfig, Paper, network_printer
from kiosk.hardware.printer.fake import FakePrinter, on_socket
from kiosk.messages import Language
from kiosk.outbox.boot import SetBox
from kiosk.outbox.recorder import Recorder
from kiosk.payment.journal import make_tables
from kiosk.receipt.desk import Desk, Front, Patience
from kiosk.receipt.examples import AT, CARD, NAMES, PLAIN, SALE_ID, SHOP, words_of
from kiosk.receipt.jobs import Job, Jobs, last_jobs, make_table
from kiosk.receipt.making import Maker, Seller
from kiosk.receipt.sold import Named
from kiosk.receipt_messages import PrinterState, ReceiptFact, ReceiptRequest
from tests.payment.rig import NoBallast

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SELLER = Seller(SHOP, "vanak", "vanak-03", {each: words_of(each) for each in Language}, KEY)
QUICK = Paper(answer_s=0.15, print_s=1.0)
PATIENCE = Patience(poll_s=0.05, print_s=0.4, again_s=0.05)


class SampleNames:
    """The sample chain's names."""

    def of(self, skus: object) -> Named:
        return NAMES

    def close(self) -> None:
        """Nothing is open."""


def settle(database: Path, sale_id: UUID = SALE_ID, basket: Mapping[str, Any] = PLAIN) -> None:
    """Write a sale as the journal of payments does."""
    recorder = Recorder(database, SetBox(AT), lambda: None, NoBallast())

    def work(writing: Any) -> None:
        connection: sqlite3.Connection = writing.connection
        make_tables(connection)
        attempt = UUID(int=sale_id.int ^ 1)
        connection.execute(
            "INSERT INTO payment_attempt VALUES (?, ?, 'authorisation', NULL, 'fake://', ?, 'IRR', "
            "?, '', '{}', '{}')",
            (attempt.bytes, sale_id.bytes, basket["total"], f"{sale_id.int % 10**20:020}"),
        )
        connection.execute(
            "INSERT INTO sale VALUES (?, ?, ?, ?, 'IRR', ?)",
            (sale_id.bytes, attempt.bytes, int(AT.timestamp() * 1_000), basket["total"],
             json.dumps(basket)),
        )  # fmt: skip
        told = {name: value for name, value in CARD.items() if name != "kind"}
        connection.execute(
            "INSERT INTO sale_tender VALUES (?, 1, 'card', ?, ?)",
            (sale_id.bytes, basket["total"], json.dumps(told)),
        )

    recorder.write(work)
    recorder.close()


class Rig:
    """What the thread does, done by hand; ``restart`` is a new process on the same file."""

    def __init__(self, folder: Path, port: int | None, printer: FakePrinter) -> None:
        self.database, self.printer, self._port = folder / "kiosk.db", printer, port
        self.box = SetBox(AT)
        self.facts: list[ReceiptFact] = []
        self.states: list[PrinterState] = []
        self.stop = Event()
        self.wrap: Callable[[Recorder], Any] = lambda recorder: recorder
        self.seller = SELLER
        self._closing: list[Callable[[], None]] = []
        settle(self.database)
        self.restart()

    def restart(self) -> None:
        self.close()
        recorder = Recorder(self.database, self.box, lambda: None, NoBallast())
        self._closing = [recorder.close]
        driver = None
        if self._port is not None:
            config = NetworkPrinterConfig("127.0.0.1", self._port, 0.5, QUICK)
            driver = network_printer("receipts", config)
            self._closing.append(driver.close)
        self.jobs = Jobs(self.wrap(recorder), self.box)
        front = Front(self.facts.append, self.states.append, PATIENCE, self.stop)
        self.desk = Desk(front, Maker(self.jobs, self.seller, SampleNames()), driver)

    def ask(self, request: ReceiptRequest) -> list[ReceiptFact]:
        """Give the facts that came of it."""
        before = len(self.facts)
        self.desk.handle(request)
        return self.facts[before:]

    def recover(self) -> list[ReceiptFact]:
        before = len(self.facts)
        self.desk.recover()
        return self.facts[before:]

    def rows(self) -> list[Job]:
        """The prints on the disk, the oldest first."""
        connection = sqlite3.connect(self.database)
        try:
            make_table(connection)
            return list(last_jobs(connection, 100))[::-1]
        finally:
            connection.close()

    def close(self) -> None:
        for close in self._closing:
            close()
        self._closing = []


@contextmanager
def rig_at(folder: Path, *, printer: bool = True) -> Iterator[Rig]:
    fake = FakePrinter()
    with on_socket(fake) as port:
        rig = Rig(folder, port if printer else None, fake)
        try:
            yield rig
        finally:
            rig.close()
