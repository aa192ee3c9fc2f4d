"""Reversal, refund and decisions: by staff alone, through the same journal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.outbox.database import new_id
from kiosk.payment.attempts import Attempt
from kiosk.payment.journal import AttemptOpenError
from kiosk.payment.paying import Begun, decide, refund, reverse
from kiosk.payment.reversing import begin_reversal
from kiosk.payment_messages import (
    Decide,
    Decision,
    MoneyGivenBack,
    OtherTender,
    PaymentApproved,
    PaymentRefused,
    PaymentSettled,
    Refund,
    Refusal,
    Reverse,
)
from retail.tender import Kind, Phase
from retail.values import Money
from tests.payment.rig import Rig

P = Phase
BY = "Sara"


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path)
    yield made
    made.close()


def brought(rig: Rig, began: Begun) -> Attempt:
    assert isinstance(began, Attempt), began
    return rig.settled(began)


def rials(amount: int) -> Money:
    return Money(amount, "IRR")


# ---- reversal


def test_a_reversal_undoes_the_charge_and_the_sale_stays_in_the_books(rig: Rig) -> None:
    charge = rig.pay()
    reversal = brought(rig, reverse(rig.desk, Reverse(charge.sale_id, BY)))

    assert reversal.phase is P.SETTLED
    assert rig.ledger.net() == 0
    (told,) = rig.told("sale_reversed")
    assert (told["by"], told["completed"], told["undoes"]) == (BY, True, str(charge.attempt_id))
    assert rig.sales() == [charge.sale_id]
    assert rig.rows("SELECT kind, amount, who FROM sale_undone") == [("reversal", 125_000, BY)]
    assert isinstance(rig.facts[-1], MoneyGivenBack)


def test_a_charge_is_reversed_once(rig: Rig) -> None:
    charge = rig.pay()
    brought(rig, reverse(rig.desk, Reverse(charge.sale_id, BY)))
    again = reverse(rig.desk, Reverse(charge.sale_id, BY))

    assert isinstance(again, PaymentRefused)
    assert again.why is Refusal.PAID
    assert len(rig.ledger.books()) == 2


def test_a_reversal_that_was_declined_may_be_tried_again(rig: Rig) -> None:
    charge = rig.pay()
    rig.ledger.pull(reversals=0)
    assert brought(rig, reverse(rig.desk, Reverse(charge.sale_id, BY))).phase is P.DECLINED
    rig.ledger.pull(reversals=1)
    assert brought(rig, reverse(rig.desk, Reverse(charge.sale_id, BY))).phase is P.SETTLED


@pytest.mark.parametrize(
    ("lost_at", "phase"),
    [
        ("sending", P.NOT_CHARGED),
        ("taken", P.SETTLED),
        ("booked", P.SETTLED),
        ("resulted", P.SETTLED),
        ("acked", P.SETTLED),
    ],
)
def test_a_reversal_in_doubt_is_asked_for_and_never_sent_again(
    rig: Rig, lost_at: str, phase: Phase
) -> None:
    charge = rig.pay()
    rig.ledger.pull(lose=lost_at)
    reversal = brought(rig, reverse(rig.desk, Reverse(charge.sale_id, BY)))

    assert reversal.phase is phase
    assert rig.ledger.net() == (125_000 if phase is P.NOT_CHARGED else 0)
    assert [row.kind for row in rig.ledger.books()].count(Kind.REVERSAL) <= 1
    assert (rig.journal.attempt(charge.attempt_id) or charge).phase is P.SETTLED


@pytest.mark.parametrize("by", ["", BY])
def test_what_was_not_paid_cannot_be_given_back_nor_by_nobody(rig: Rig, by: str) -> None:
    charge = rig.pay()
    sale_id = charge.sale_id if not by else new_id()

    for began in (
        reverse(rig.desk, Reverse(sale_id, by)),
        refund(rig.desk, Refund(sale_id, rials(1), by)),
    ):
        assert isinstance(began, PaymentRefused)
        assert began.why is Refusal.WRONG


# ---- refund


def test_a_refund_gives_back_a_part_and_never_more_than_was_paid(rig: Rig) -> None:
    charge = rig.pay()
    first = brought(rig, refund(rig.desk, Refund(charge.sale_id, rials(100_000), BY)))
    too_much = refund(rig.desk, Refund(charge.sale_id, rials(25_001), BY))
    rest = brought(rig, refund(rig.desk, Refund(charge.sale_id, rials(25_000), BY)))

    assert (first.phase, rest.phase) == (P.SETTLED, P.SETTLED)
    assert isinstance(too_much, PaymentRefused)
    assert rig.ledger.net() == 0
    assert [told["amount"] for told in rig.told("refund_made")] == [100_000, 25_000]


def test_a_refund_in_another_currency_is_refused(rig: Rig) -> None:
    charge = rig.pay()

    assert isinstance(refund(rig.desk, Refund(charge.sale_id, Money(1, "EUR"), BY)), PaymentRefused)


def test_a_refund_that_nobody_can_tell_counts_as_given(rig: Rig) -> None:
    charge = rig.pay()
    rig.ledger.pull(lose="booked", probes=0)
    lost = brought(rig, refund(rig.desk, Refund(charge.sale_id, rials(100_000), BY)))
    rig.ledger.pull(probes=1)

    assert lost.phase is P.ATTENDANT
    more = refund(rig.desk, Refund(charge.sale_id, rials(100_000), BY))
    assert isinstance(more, PaymentRefused)


# ---- decisions


def doubtful(rig: Rig, *others: OtherTender) -> Attempt:
    rig.ledger.pull(lose="booked", probes=0)
    attempt = rig.pay(others=others)
    assert attempt.phase is P.ATTENDANT
    return attempt


def test_staff_say_that_it_was_charged_and_the_sale_is_made(rig: Rig) -> None:
    attempt = doubtful(rig)
    after = decide(rig.desk, Decide(attempt.attempt_id, Decision.CHARGED, BY))

    assert isinstance(after, Attempt)
    assert [step.phase for step in after.steps[-3:]] == [P.ATTENDANT, P.APPROVED, P.SETTLED]
    assert after.steps[-2].detail["by"] == BY
    assert rig.sales() == [attempt.sale_id]
    assert [told["evidence"] for told in rig.told("sale_completed")] == ["staff"]
    assert isinstance(rig.facts[-1], PaymentApproved)


@pytest.mark.parametrize(
    ("decision", "phase"),
    [(Decision.NOT_CHARGED, P.NOT_CHARGED), (Decision.REVERSED, P.REVERSED)],
)
def test_staff_say_that_it_was_not_and_what_was_reserved_is_let_go(
    rig: Rig, decision: Decision, phase: Phase
) -> None:
    points = OtherTender("points", 5, "r1")
    attempt = doubtful(rig, points)
    after = decide(rig.desk, Decide(attempt.attempt_id, decision, BY))

    assert isinstance(after, Attempt)
    assert after.phase is phase
    assert rig.rows("SELECT * FROM fake_reservation") == [("r1", "released")]
    assert [told.get("by") for told in rig.told("payment_settled")] == [BY]
    assert isinstance(rig.facts[-1], PaymentSettled)


def test_only_what_waits_for_staff_is_decided_once_and_by_somebody(rig: Rig) -> None:
    paid = rig.pay()
    attempt = doubtful(rig)

    for request in (
        Decide(paid.attempt_id, Decision.NOT_CHARGED, BY),
        Decide(new_id(), Decision.CHARGED, BY),
        Decide(attempt.attempt_id, Decision.CHARGED, ""),
    ):
        assert isinstance(decide(rig.desk, request), PaymentRefused)
    decide(rig.desk, Decide(attempt.attempt_id, Decision.CHARGED, BY))
    assert isinstance(
        decide(rig.desk, Decide(attempt.attempt_id, Decision.NOT_CHARGED, BY)), PaymentRefused
    )


def test_what_was_charged_for_another_amount_is_no_sale_whatever_staff_say(rig: Rig) -> None:
    rig.ledger.pull(amount_off=7, reversals=0)
    attempt = rig.pay()

    assert attempt.phase is P.ATTENDANT
    charged = decide(rig.desk, Decide(attempt.attempt_id, Decision.CHARGED, BY))
    assert isinstance(charged, PaymentRefused)
    given_back = decide(rig.desk, Decide(attempt.attempt_id, Decision.REVERSED, BY))
    assert isinstance(given_back, Attempt)


def test_staff_say_of_a_reversal_whether_it_was_done(rig: Rig) -> None:
    charge = rig.pay()
    rig.ledger.pull(lose="booked", probes=1)
    began = reverse(rig.desk, Reverse(charge.sale_id, BY))
    rig.ledger.pull(probes=0)
    reversal = brought(rig, began)
    assert reversal.phase is P.ATTENDANT

    done = decide(rig.desk, Decide(reversal.attempt_id, Decision.REVERSED, BY))
    assert isinstance(done, Attempt)
    assert done.phase is P.SETTLED
    assert len(rig.told("sale_reversed")) == 1


def test_another_attempt_may_be_open_while_staff_decide(rig: Rig) -> None:
    attempt = doubtful(rig)
    rig.ledger.pull(probes=1, lose="booked")
    other = rig.begin()
    assert isinstance(other, Attempt)

    after = decide(rig.desk, Decide(attempt.attempt_id, Decision.CHARGED, BY))
    assert isinstance(after, Attempt)
    assert after.phase is P.SETTLED
    assert rig.journal.open_attempts() == (rig.journal.attempt(other.attempt_id),)


def test_after_a_part_was_given_back_the_whole_is_not_undone(rig: Rig) -> None:
    charge = rig.pay()
    brought(rig, refund(rig.desk, Refund(charge.sale_id, rials(60_000), BY)))
    refused = reverse(rig.desk, Reverse(charge.sale_id, BY))
    assert isinstance(refused, PaymentRefused)
    assert refused.why is Refusal.PAID
    assert rig.ledger.net() == 125_000 - 60_000


def test_the_database_itself_gives_back_no_more_than_was_charged(rig: Rig) -> None:
    charge = rig.pay()
    result = charge.result
    assert result is not None
    brought(rig, refund(rig.desk, Refund(charge.sale_id, rials(60_000), BY)))
    with pytest.raises(AttemptOpenError, match="given back"):
        begin_reversal(rig.desk, charge, result, result, BY)
