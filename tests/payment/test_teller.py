"""The teller on its own thread: requests in, facts out, and nothing lost by a stop or a fault."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from kiosk.errors import DataError
from kiosk.hardware.terminal.face import Outcome, Witness
from kiosk.hardware.terminal.fake import FakeTerminal
from kiosk.outbox.boot import SystemBox
from kiosk.outbox.database import new_id
from kiosk.outbox.recorder import Recorder, Writing
from kiosk.payment.desk import Patience
from kiosk.payment.teller import Outside, Teller, TellerConfig
from kiosk.payment_messages import (
    Decide,
    Decision,
    MoneyGivenBack,
    Pay,
    PaymentApproved,
    PaymentAttendant,
    PaymentBegun,
    PaymentCancelled,
    PaymentDeclined,
    PaymentFact,
    PaymentInDoubt,
    PaymentRefused,
    PaymentSays,
    Refund,
    Refusal,
    Reverse,
    TellerReady,
)
from kiosk.threads import Crew
from retail.tender import Asked
from retail.values import Money
from tests.payment.rig import NoBallast

QUICK = Patience(0.02, 180, 0.01, 0.05, 0.3)
AMOUNT = Money(125_000, "IRR")


class Shop:
    """A kiosk's teller without its core."""

    def __init__(self, folder: Path, terminal: type[FakeTerminal] = FakeTerminal) -> None:
        self.folder = folder
        self.facts: queue.Queue[PaymentFact] = queue.Queue()
        self.faults: list[BaseException] = []
        self.terminal = terminal(folder / "terminal")
        self.room = True
        self.broken = False
        self.teller = Teller(
            TellerConfig("fake://here", patience=QUICK),
            Outside(
                self._open,
                lambda: self.terminal,
                SystemBox(),
                self.facts.put,
                lambda: self.room,
            ),
        )
        self.crew = Crew(lambda _name, error: self.faults.append(error))

    def _open(self) -> Recorder:
        shop = self

        class Breaking(Recorder):
            def write(self, work: Callable[[Writing], object]) -> object:  # type: ignore[override]
                if shop.broken:
                    raise DataError("ledger: expected room to write, got none")
                return super().write(work)

        return Breaking(self.folder / "kiosk.db", SystemBox(), lambda: None, NoBallast())

    def start(self) -> Shop:
        self.crew.start("teller", self.teller.run)
        return self

    def stop(self) -> None:
        assert self.crew.stop(5.0, self.teller.wake) == []
        assert self.faults == []

    def next(self, wait_s: float = 5.0) -> PaymentFact:
        return self.facts.get(timeout=wait_s)

    def until(self, kind: type[PaymentFact]) -> PaymentFact:
        while not isinstance(fact := self.next(), kind):
            pass
        return fact

    def pay(self, sale_id: UUID | None = None) -> UUID:
        sale_id = sale_id or new_id()
        self.teller.ask(Pay(sale_id, AMOUNT, {}))
        return sale_id


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path).start()
    assert made.next() == TellerReady()
    yield made
    made.broken = False
    made.stop()


def test_a_payment_is_told_as_it_goes_and_then_the_next_may_come(shop: Shop) -> None:
    sale_id = shop.pay()

    kinds = [type(shop.next()) for _ in range(5)]
    assert kinds == [PaymentBegun, PaymentSays, PaymentSays, PaymentApproved, TellerReady]
    shop.pay()
    approved = shop.until(PaymentApproved)
    assert isinstance(approved, PaymentApproved)
    assert approved.sale_id != sale_id


@pytest.mark.parametrize(
    ("outcome", "fact"), [("decline", PaymentDeclined), ("cancel", PaymentCancelled)]
)
def test_a_no_is_told(shop: Shop, outcome: str, fact: type[PaymentFact]) -> None:
    shop.terminal.ledger.pull(outcome=outcome)
    shop.pay()
    shop.until(fact)
    shop.until(TellerReady)


def test_what_may_not_start_is_refused_and_the_teller_is_there_for_the_next(shop: Shop) -> None:
    shop.room = False
    shop.pay()
    refused = shop.next()
    assert isinstance(refused, PaymentRefused)
    assert refused.why is Refusal.NO_ROOM
    shop.room = True
    shop.pay()
    shop.until(PaymentApproved)


def test_a_doubt_is_told_at_once_settled_and_told_again(shop: Shop) -> None:
    shop.terminal.ledger.pull(lose="booked")
    shop.pay()

    doubt = shop.until(PaymentInDoubt)
    assert isinstance(doubt, PaymentInDoubt)
    approved = shop.next()
    assert isinstance(approved, PaymentApproved)
    assert approved.attempt_id == doubt.attempt_id
    assert approved.doubted


def test_a_doubt_without_an_end_is_for_staff_and_they_decide(shop: Shop) -> None:
    shop.terminal.ledger.pull(lose="booked", probes=0)
    shop.pay()
    waits = shop.until(PaymentAttendant)
    assert isinstance(waits, PaymentAttendant)
    shop.until(TellerReady)

    shop.teller.ask(Decide(waits.attempt_id, Decision.CHARGED, "Sara"))
    shop.until(PaymentApproved)


def test_staff_reverse_a_payment(shop: Shop) -> None:
    sale_id = shop.pay()
    shop.until(TellerReady)
    shop.teller.ask(Reverse(sale_id, "Sara"))
    back = shop.until(MoneyGivenBack)
    assert isinstance(back, MoneyGivenBack)
    assert back.done


def test_staff_refund_a_part(shop: Shop) -> None:
    sale_id = shop.pay()
    shop.until(TellerReady)
    shop.teller.ask(Refund(sale_id, Money(25_000, "IRR"), "Sara"))
    back = shop.until(MoneyGivenBack)
    assert isinstance(back, MoneyGivenBack)
    assert back.done


class Patient(FakeTerminal):
    """Waits for a card until it is told to stop, or to go on."""

    go_on = threading.Event()

    def authorise(self, asked: Asked, witness: Witness) -> Outcome:
        ends = time.monotonic() + 5
        while not self.go_on.is_set() and not witness.wants_cancel() and time.monotonic() < ends:
            time.sleep(0.005)
        return super().authorise(asked, witness)


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Shop]:
    Patient.go_on.clear()
    made = Shop(tmp_path, Patient).start()
    assert made.next() == TellerReady()
    yield made
    made.stop()


def test_while_one_pays_another_is_refused_at_once(slow: Shop) -> None:
    slow.pay()
    slow.until(PaymentBegun)
    other = slow.pay()
    refused = slow.next()

    assert isinstance(refused, PaymentRefused)
    assert (refused.sale_id, refused.why) == (other, Refusal.BUSY)
    Patient.go_on.set()
    slow.until(PaymentApproved)


def test_the_shopper_cancels_and_the_next_one_is_not_cancelled(slow: Shop) -> None:
    slow.pay()
    slow.until(PaymentBegun)
    slow.teller.cancel()
    slow.until(PaymentCancelled)
    slow.until(TellerReady)
    Patient.go_on.set()
    slow.pay()
    slow.until(PaymentApproved)


def test_a_stop_cancels_as_far_as_the_terminal_lets_it(slow: Shop) -> None:
    slow.pay()
    slow.until(PaymentBegun)
    slow.stop()

    assert slow.terminal.ledger.net() == 0


class Vanishing(FakeTerminal):
    """Its cable is pulled out when it has booked."""

    def at(self, point: str) -> None:
        if point == "booked":
            self.ledger.pull(lose=point, gone=-1)
        super().at(point)


def test_what_a_stop_leaves_open_is_settled_by_the_next_start(tmp_path: Path) -> None:
    shop = Shop(tmp_path, Vanishing).start()
    shop.until(TellerReady)
    shop.pay()
    shop.until(PaymentInDoubt)
    shop.stop()

    shop.terminal.ledger.pull(gone=0)
    again = Shop(tmp_path).start()
    assert isinstance(again.next(), PaymentInDoubt)
    assert isinstance(again.next(), PaymentApproved)
    assert again.next() == TellerReady()
    again.stop()


def test_a_journal_that_cannot_be_written_refuses_and_comes_back(shop: Shop) -> None:
    shop.broken = True
    shop.pay()
    refused = shop.next()
    assert isinstance(refused, PaymentRefused)
    assert refused.why is Refusal.NO_ROOM
    shop.broken = False
    shop.pay()
    shop.until(PaymentApproved)


def test_a_journal_that_fails_after_sent_is_a_doubt_until_it_can_be_written(shop: Shop) -> None:
    class Breaks(FakeTerminal):
        def at(self, point: str) -> None:
            shop.broken = point == "booked" or shop.broken
            super().at(point)

    shop.terminal.__class__ = Breaks
    shop.pay()
    shop.until(PaymentInDoubt)
    assert shop.terminal.ledger.net() == 125_000
    time.sleep(0.1)
    assert shop.facts.empty(), "nothing else is told while it cannot be written"
    shop.terminal.__class__ = FakeTerminal
    shop.broken = False
    shop.until(PaymentApproved)
    shop.until(TellerReady)
