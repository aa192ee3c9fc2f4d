"""One sale in one folder: it dies or fails at a point, is recovered, and what must hold is held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest

from kiosk.hardware.terminal.fake_ledger import FakeLedger
from kiosk.outbox.database import new_id
from kiosk.payment.recovery import settle_open
from kiosk.payment_messages import (
    Pay,
    PaymentCancelled,
    PaymentDeclined,
    PaymentInDoubt,
    PaymentRefused,
)
from retail.tender import Kind, Phase
from retail.values import Money
from tests.payment.dying import Forker
from tests.payment.rig import Rig

AMOUNT = 125_000


@dataclass(frozen=True)
class Persona:
    """A terminal; ``tells`` says whether it can be asked later, so that staff need not be."""

    levers: Mapping[str, object] = field(default_factory=dict)
    reverses: bool = False
    tells: bool = True
    forgets: bool = False


class Case:
    """A folder in which one sale was paid before, and the next one dies."""

    def __init__(self, folder: Path, persona: Persona, forker: Forker) -> None:
        self.folder, self.persona, self.forker = folder, persona, forker
        self.sale_id = new_id()
        before = Rig(folder)
        assert before.pay(amount=AMOUNT).phase is Phase.SETTLED  # the same amount: it is not ours
        before.close()
        self.ledger = FakeLedger(folder / "terminal")
        self.charged_before = self.ledger.net()
        self.ledger.pull(**persona.levers)

    def die(self, point: str, *, recover: bool = False, fails: str = "") -> None:
        job = {"folder": str(self.folder), "point": point, "reverses": self.persona.reverses}
        sale = {"sale": str(self.sale_id), "amount": AMOUNT, "recover": recover, "fails": fails}
        self.ended = self.forker.run({**job, **sale})
        if self.persona.forgets:
            self.ledger.forget()

    def facts(self) -> list[str]:
        file = self.folder / "said"
        return file.read_text().split() if file.exists() else []

    def rig(self, boot: int) -> Rig:
        rig = Rig(self.folder, reverses=self.persona.reverses)
        rig.box.boot_id = UUID(int=boot)
        rig.box.move(3_600 * boot)
        rig.desk.began_s = rig.desk.now_s()
        return rig

    def pays_again(self, rig: Rig) -> object:
        request = Pay(self.sale_id, Money(AMOUNT, "IRR"), {})
        return rig.begin(request)

    def hold(self) -> None:
        """Start anew, recover, and look at all that must hold."""
        rig = self.rig(2)
        attempts = rig.journal.of_sale(self.sale_id)
        charge = next((each for each in attempts if each.kind is Kind.AUTHORISATION), None)
        if "PaymentApproved" in self.facts():  # I3
            assert charge is not None
            assert charge.phase is Phase.SETTLED
        if rig.journal.open_attempts():  # I2: not by anybody, of no sale
            sent = len(self.ledger.books())
            assert isinstance(self.pays_again(rig), PaymentRefused)
            assert isinstance(rig.begin(), PaymentRefused)
            assert len(self.ledger.books()) == sent
        if charge is not None:
            rig.settled(charge)
        assert rig.journal.open_attempts() == ()  # I8
        assert sum(rig.waited) <= 620
        doubted = [
            place for place, fact in enumerate(rig.facts) if isinstance(fact, PaymentInDoubt)
        ]
        after = rig.facts[doubted[0] :] if doubted else []
        invites = PaymentDeclined | PaymentCancelled | PaymentRefused
        assert not [fact for fact in after if isinstance(fact, invites)]  # I9
        self.hold_charges(rig)
        rig.close()
        self.hold_twice()

    def hold_charges(self, rig: Rig) -> None:
        attempts = rig.journal.of_sale(self.sale_id)
        charged = self.ledger.net() - self.charged_before
        settled = self.sale_id in rig.sales()
        phases = {each.phase for each in attempts}
        assert charged in (0, AMOUNT)  # I1
        references = [each.asked.reference for each in attempts]
        assert len(set(references)) == len(references)
        for each in attempts:  # nothing was sent twice
            booked = [row for row in self.ledger.books() if row.reference == each.asked.reference]
            assert len(booked) <= 1
        if Phase.ATTENDANT in phases:
            assert not self.persona.tells, [(each.kind, each.phase, each.why) for each in attempts]
            assert not settled
            assert isinstance(self.pays_again(rig), PaymentRefused)
        else:
            assert settled is (charged == AMOUNT)

    def hold_twice(self) -> None:
        """Recover again, and once more after another start: nothing changes (I7)."""
        before = self.disk()
        for boot in (3, 4):
            rig = self.rig(boot)
            rig.desk.wait = lambda _: pytest.fail("there is nothing to wait for")
            assert settle_open(rig.desk) == ()
            assert rig.facts == []
            rig.close()
        assert self.disk() == before

    def disk(self) -> object:
        rig = self.rig(5)
        tables = (
            "payment_attempt",
            "payment_step",
            "payment_open",
            "sale",
            "sale_tender",
            "outbox",
        )
        found = [rig.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]
        rig.close()
        return found, self.ledger.books()
