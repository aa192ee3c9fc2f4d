"""A kiosk at which baskets are paid: a real journal, the fake terminal, and a printer by hand.

The teller works when it is told to, on the thread of the test, with all that it does else: what it
posts reaches the core at once. ``at(point, do)`` has something happen while the terminal works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from kiosk.checkout.ports import Checkouts
from kiosk.checkout.store import CheckoutStore
from kiosk.hardware.terminal.fake import FakeTerminal
from kiosk.hardware.terminal.options import TerminalOptions
from kiosk.messages import Message
from kiosk.outbox.boot import SetBox
from kiosk.outbox.database import new_id
from kiosk.outbox.recorder import Recorder
from kiosk.payment.desk import Desk
from kiosk.payment.driving import UnwrittenError
from kiosk.payment.journal import Journal
from kiosk.payment.paying import decide, pay, refund, reverse
from kiosk.payment.recovery import settle_open
from kiosk.payment.standing import JournalStandings
from kiosk.payment_messages import (
    Decide,
    PaymentFact,
    PaymentInDoubt,
    PaymentRefused,
    Refund,
    Refusal,
    Request,
    Reverse,
    TellerReady,
)
from kiosk.receipt_messages import ReceiptRequest, ReceiptWays
from kiosk.sales_messages import DoDeed
from kiosk.view import View
from retail.tender import Kind
from tests.flows.conftest import NOON
from tests.flows.shopping import NoRoom, Shop

Act = Callable[[], object]


class HookedTerminal(FakeTerminal):
    """The fake terminal, at whose points something else happens too."""

    def __init__(self, folder: Path, hooks: dict[str, Act]) -> None:
        super().__init__(folder, TerminalOptions())
        self._hooks = hooks

    def at(self, point: str) -> None:
        if (act := self._hooks.get(point)) is not None:
            act()
        super().at(point)


class SteppedTeller:
    """The teller's work, done when ``work`` is called: see ``kiosk.payment.teller.Teller``."""

    def __init__(self, folder: Path, post: Callable[[PaymentFact], None]) -> None:
        self.hooks: dict[str, Act] = {}
        self.asked: list[Request] = []
        self.facts: list[PaymentFact] = []
        self.box = SetBox(NOON)
        self.room = True
        self.waits_end = False  # somebody has no patience: a doubt is left open
        self._cancel = False
        self._todo: list[Request] = []
        self._recorder = Recorder(folder / "kiosk.db", self.box, lambda: None, NoRoom())  # type: ignore[arg-type]
        self.terminal = HookedTerminal(folder / "terminal", self.hooks)
        self.journal = Journal(self._recorder, self.box)

        def told(fact: PaymentFact) -> None:
            self.facts.append(fact)
            post(fact)

        self.desk = Desk(
            self.journal, self.terminal, "fake://here", self.box, told, self._wait,
            lambda: self._cancel,
        )  # fmt: skip

    @property
    def ledger(self) -> Any:
        return self.terminal.ledger

    def ask(self, request: Request) -> None:
        self.asked.append(request)
        self._todo.append(request)

    def cancel(self) -> None:
        self._cancel = True

    def start(self) -> None:
        """Settle what a start finds open, and be ready."""
        self._settle()

    def work(self) -> None:
        """Do what was asked for, to its end."""
        while self._todo:
            request = self._todo.pop(0)
            self._cancel = False
            try:
                began = self._begin(request)
            except UnwrittenError as error:
                told = error.attempt
                amount = told.asked.amount
                self.desk.post(PaymentInDoubt(told.attempt_id, told.sale_id, amount, str(error)))
                return
            if isinstance(began, PaymentRefused):
                self.desk.post(began)
                if began.why is not Refusal.BUSY:
                    continue
            self._settle()

    def _begin(self, request: Request) -> Any:
        if isinstance(request, Decide):
            return decide(self.desk, request)
        if isinstance(request, Reverse):
            return reverse(self.desk, request)
        if isinstance(request, Refund):
            return refund(self.desk, request)
        return pay(self.desk, request, lambda: self.room)

    def _settle(self) -> None:
        if not any(attempt.is_open for attempt in settle_open(self.desk)):
            self.desk.post(TellerReady())

    def _wait(self, seconds: float) -> bool:
        self.box.move(seconds)
        return self.waits_end

    @property
    def charges(self) -> int:
        """How many charges stay, by the terminal's own books."""
        charged = (e for e in self.ledger.books() if e.kind is Kind.AUTHORISATION)
        return sum(each.good and not each.undone for each in charged)

    def close(self) -> None:
        self._recorder.close()


@dataclass
class HeldReceipts:
    """A printer and a signer that only remember what they are asked for."""

    ways: ReceiptWays = field(default_factory=lambda: ReceiptWays(paper=True, qr=True))
    asked: list[ReceiptRequest] = field(default_factory=list)

    def receipt_ways(self) -> ReceiptWays:
        return self.ways

    def ask(self, request: ReceiptRequest) -> None:
        self.asked.append(request)


@dataclass
class PayingShop(Shop):
    """A kiosk with baskets that are paid at it."""

    receipts: HeldReceipts = field(default_factory=HeldReceipts)
    sale_ids: list[UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.teller = SteppedTeller(self.folder, lambda fact: self.kiosk.do(fact))
        super().__post_init__()
        self.teller.start()

    def _checkouts(self) -> Checkouts:
        def new() -> UUID:
            self.sale_ids.append(new_id())
            return self.sale_ids[-1]

        return Checkouts(
            self.teller,
            JournalStandings(self.database),
            CheckoutStore(self.ledger),
            self.receipts,
            new,
        )

    def do(self, *messages: Message) -> View:
        """Touch, and let the teller do what came of it."""
        for message in messages:
            if isinstance(message, DoDeed):
                self.kiosk.clock.move(1)  # somebody reads what is asked
            self.kiosk.do(message)
            self.teller.work()
        return self.kiosk.core.view

    def pull(self, **levers: object) -> None:
        """Set levers of the terminal."""
        self.teller.ledger.pull(**levers)

    @contextmanager
    def at(self, point: str, act: Act) -> Iterator[list[View]]:
        """Have something done when the terminal comes to a point; gives what was shown then."""
        seen: list[View] = []

        def acted() -> None:
            self.teller.hooks.pop(point, None)
            act()
            seen.append(self.kiosk.core.view)

        self.teller.hooks[point] = acted
        yield seen
        assert seen, f"the terminal did not come to {point}"

    def die(self) -> None:
        """End the process: nothing that is only in memory is left."""
        self.teller.close()
        at, mono = self.teller.box.at, self.teller.box.mono
        self.teller = SteppedTeller(self.folder, lambda fact: self.kiosk.do(fact))
        self.teller.box.at, self.teller.box.mono = at, mono
        self.kiosk._checkouts = self._checkouts()

    def start_anew(self) -> View:
        """Start again, up to the first view; the teller has not begun yet."""
        self.die()
        return self.kiosk.start_anew()

    def close(self) -> None:
        self.teller.close()
        super().close()


class PowerCutError(Exception):
    """The kiosk dies here."""


def power_cut() -> None:
    raise PowerCutError
