"""What the long run looks at must be able to fail: each invariant, broken on purpose."""

from __future__ import annotations

from uuid import UUID

import pytest

from kiosk.hardware.terminal.simulated.ledger import Kind, Row
from tools.faults.payments.books import (
    Bank,
    Broken,
    Sale,
    Told,
    bank_of,
    check_facts,
    check_sale,
)

ID, SALE = UUID(int=7), str(UUID(int=8))
PAID = ("intent", "sent", "accepted", "result", "acked", "completed", "settled")


def told(*phases: str, kind: str = "authorisation") -> Told:
    return Told(ID, kind, 500, phases)


def charge(amount: int = 500) -> Row:
    return Row(3, 0, Kind.CHARGED, command=2, amount=amount)


def bank(*kept: Row, asked: int = 1) -> Bank:
    return Bank(asked, kept, kept)


@pytest.mark.parametrize(
    ("sale", "booked"),
    [
        (Sale((told(*PAID),), True), bank(charge())),
        (Sale((told("intent", "not_charged"),), False), bank(asked=0)),
        (Sale((told("intent", "sent", "declined"),), False), bank()),
        (Sale((), False), bank(asked=0)),
    ],
)
def test_what_is_right_is_passed(sale: Sale, booked: Bank) -> None:
    check_sale(sale, booked, 500)


@pytest.mark.parametrize(
    ("named", "sale", "booked"),
    [
        ("I8", Sale((told("intent", "sent", "in_doubt"),), False), bank()),
        ("I1", Sale((told(*PAID),), True), bank(charge(), charge())),
        ("I1", Sale((told(*PAID),), True), bank()),
        ("I1", Sale((told(*PAID),), True), bank(charge(501))),
        ("I1", Sale((told("intent", "sent", "not_charged"),), False), bank(charge())),
        ("I1", Sale((told(*PAID),), False), bank()),
        ("I2", Sale((told(*PAID),), True), bank(charge(), asked=2)),
        ("I2", Sale((told("intent", "not_charged"),), False), bank(asked=1)),
    ],
)
def test_what_is_wrong_with_a_sale_is_named(named: str, sale: Sale, booked: Bank) -> None:
    with pytest.raises(Broken, match=named):
        check_sale(sale, booked, 500)


@pytest.mark.parametrize(
    "undoes", [[1], [3, 3]], ids=["another sale's charge", "the same charge twice"]
)
def test_a_reversal_of_something_else_is_noticed(undoes: list[int]) -> None:
    rows = [Row(2, 0, Kind.ASKED, amount=500, why="charge"), charge()]
    rows += [Row(4 + at, 0, Kind.REVERSED, undoes=each) for at, each in enumerate(undoes)]
    with pytest.raises(Broken, match="I1"):
        bank_of(rows, 500)


def fact(name: str, of: str = str(ID)) -> dict[str, str]:
    return {"fact": name, "of": of, "text": ""}


def test_paid_without_evidence_is_noticed() -> None:
    with pytest.raises(Broken, match="I3"):
        check_facts([fact("PaymentApproved")], Sale((told("intent", "sent"),), False), SALE)
    check_facts([fact("PaymentApproved")], Sale((told(*PAID),), True), SALE)


@pytest.mark.parametrize("invites", ["PaymentDeclined", "PaymentCancelled", "PaymentRefused"])
def test_pay_again_while_in_doubt_is_noticed(invites: str) -> None:
    sale = Sale((told(*PAID),), True)
    of = SALE if invites == "PaymentRefused" else str(ID)
    with pytest.raises(Broken, match="I9"):
        check_facts([fact("PaymentInDoubt"), fact(invites, of)], sale, SALE)
    check_facts([fact("PaymentInDoubt"), fact("PaymentSettled"), fact(invites, of)], sale, SALE)
