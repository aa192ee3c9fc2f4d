"""A kiosk killed at each point of a payment, started anew and recovered: nobody pays twice.

The invariants are checked from the fake terminal's own books: I1 net charges of a sale at most
one, and one exactly if it is settled; I2 no charge is sent while an attempt is open; I3 "paid" is
told only with the journal's evidence; I7 recovery twice changes nothing; I8 each open attempt is
settled or handed to staff within the bound; I9 nobody is asked to pay again while in doubt.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest

from kiosk.hardware.terminal.fake_ledger import FakeLedger
from kiosk.outbox.database import new_id
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
POINTS = {
    "K1 before INTENT": "before:intent",
    "K2 INTENT on disk": "after:intent",
    "K3 SENT not yet committed": "in:sent",
    "K4 SENT on disk, nothing sent": "after:sent",
    "K5 taken, not yet ACCEPTED": "at:taken",
    "K6 ACCEPTED on disk": "after:accepted",
    "K7 booked, not yet RESULT": "at:booked",
    "K8 RESULT on disk, not acknowledged": "after:result",
    "K9 acknowledged, not yet ACKED": "at:acking",
    "K10 ACKED on disk": "after:acked",
    "K11 completed, not yet COMPLETED": "at:finished",
    "K12 COMPLETED on disk": "after:completed",
    "K13 sale written, not yet committed": "in:settled",
    "K14 SETTLED on disk, nobody told": "after:settled",
}
IN_A_REVERSAL = (
    "before:intent",
    "after:intent",
    "in:sent",
    "after:sent",
    "at:taken",
    "after:accepted",
    "at:booked",
    "after:result",
    "at:acking",
    "after:acked",
    "after:completed",
    "in:settled",
    "after:settled",
)


@dataclass(frozen=True)
class Persona:
    """A terminal; ``tells`` says whether it can be asked later, so that staff need not be."""

    levers: Mapping[str, object] = field(default_factory=dict)
    reverses: bool = False
    tells: bool = True
    forgets: bool = False


PERSONAS = {
    "books anyway": Persona(),
    "gives up without us": Persona({"after_loss": "gives_up"}),
    "reverses unacknowledged": Persona({"unacked": "reverses"}),
    "reverses, and is known to": Persona({"unacked": "reverses"}, reverses=True),
    "declines": Persona({"outcome": "decline"}),
    "finds by reference": Persona({"by_reference": 1}),
    "refuses the probe": Persona({"probes": 0}, tells=False),
    "forgets": Persona(tells=False, forgets=True),
    "tells no amount": Persona({"names_amount": 0}, tells=False),
}


@pytest.fixture(scope="module")
def forker() -> Iterator[Forker]:
    made = Forker()
    yield made
    made.close()


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

    def die(self, point: str, *, recover: bool = False) -> None:
        job = {"folder": str(self.folder), "point": point, "reverses": self.persona.reverses}
        sale = {"sale": str(self.sale_id), "amount": AMOUNT, "recover": recover}
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
        rig.settled(charge) if charge else None
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
            from kiosk.payment.recovery import settle_open

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


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("point", POINTS)
def test_killed_at_each_point_of_a_payment(
    tmp_path: Path, forker: Forker, persona: str, point: str
) -> None:
    case = Case(tmp_path, PERSONAS[persona], forker)
    case.die(POINTS[point])

    ends_before = persona in ("declines", "tells no amount") and point[:3] in (
        "K11",
        "K12",
        "K13",
        "K14",
    )
    assert case.ended in (-signal.SIGKILL, *((0,) if ends_before else ()))
    case.hold()


@pytest.mark.parametrize("persona", ["books anyway", "reverses unacknowledged"])
@pytest.mark.parametrize("point", IN_A_REVERSAL)
def test_killed_inside_a_reversal(tmp_path: Path, forker: Forker, persona: str, point: str) -> None:
    case = Case(tmp_path, PERSONAS[persona], forker)
    case.ledger.pull(amount_off=500)
    case.die(f"reversal:{point}")
    assert case.ended == -signal.SIGKILL

    rig = case.rig(2)
    (charge, *_) = rig.journal.of_sale(case.sale_id)
    ended = rig.settled(charge)
    reversals = rig.journal.undoing(charge.attempt_id)
    booked = [each for each in case.ledger.books() if each.kind is Kind.REVERSAL]
    assert rig.journal.open_attempts() == ()
    assert rig.sales() != [case.sale_id]
    assert len([each for each in reversals if each.reached(Phase.SENT)]) <= 1
    assert len(booked) <= 1
    net = case.ledger.net() - case.charged_before
    if ended.phase is Phase.REVERSED:
        assert net == 0
    else:  # it was in doubt, or surely not done: never sent again
        assert ended.phase is Phase.ATTENDANT
        assert net in (0, AMOUNT + 500)
        certain = {"before:intent", "after:intent", "in:sent"}
        assert point not in certain
    rig.close()
    case.hold_twice()


@pytest.mark.parametrize(
    "then", ["in:in_doubt", "after:in_doubt", "in:approved", "after:approved", "in:settled"]
)
@pytest.mark.parametrize("first", ["at:taken", "at:booked", "after:result", "after:acked"])
def test_killed_again_while_it_recovers(
    tmp_path: Path, forker: Forker, first: str, then: str
) -> None:
    case = Case(tmp_path, PERSONAS["books anyway"], forker)
    case.die(first)
    case.die(then, recover=True)

    assert case.ended == -signal.SIGKILL
    case.hold()


@pytest.mark.parametrize(
    "point", [*POINTS.values(), *(f"reversal:{each}" for each in IN_A_REVERSAL)]
)
def test_each_point_is_one_that_a_kiosk_comes_by(
    tmp_path: Path, forker: Forker, point: str
) -> None:
    case = Case(tmp_path, Persona(), forker)
    if point.startswith("reversal:"):
        case.ledger.pull(amount_off=500)
    case.die(point)
    assert case.ended == -signal.SIGKILL
