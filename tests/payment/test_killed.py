"""A kiosk killed at each point of a payment, started anew and recovered: nobody pays twice.

The invariants are checked from the fake terminal's own books: I1 net charges of a sale at most
one, and one exactly if it is settled; I2 no charge is sent while an attempt is open; I3 "paid" is
told only with the journal's evidence; I7 recovery twice changes nothing; I8 each open attempt is
settled or handed to staff within the bound; I9 nobody is asked to pay again while in doubt.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from retail.tender import Kind, Phase
from tests.payment.case import AMOUNT, Case, Persona
from tests.payment.dying import Forker

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
