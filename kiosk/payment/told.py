"""What the core and head office are told of an attempt.

Source: docs/events.md, "Payments"; docs/payment.md, section 6.
"""

from __future__ import annotations

from typing import Any

from kiosk.payment.attempts import Attempt
from kiosk.payment.desk import Desk
from kiosk.payment.records import result_record
from kiosk.payment_messages import (
    Ending,
    MoneyGivenBack,
    PaymentApproved,
    PaymentAttendant,
    PaymentCancelled,
    PaymentDeclined,
    PaymentFact,
    PaymentInDoubt,
    PaymentSettled,
)
from retail.tender import NOT_PAID, Kind, Phase

SALE_COMPLETED = "sale_completed"
SALE_REVERSED = "sale_reversed"
REFUND_MADE = "refund_made"
IN_DOUBT = "payment_in_doubt"
SETTLED = "payment_settled"
ATTENDANT = "payment_attendant"


def post_end(desk: Desk, attempt: Attempt) -> None:
    """Tell the core where an attempt is now, if that is an end or a doubt."""
    fact = _given_back(attempt) if attempt.undoes is not None else fact_of(attempt)
    if fact is not None:
        desk.post(fact)


def fact_of(attempt: Attempt) -> PaymentFact | None:
    """Give the fact that tells where a charge is, if that is an end or a doubt."""
    ids = (attempt.attempt_id, attempt.sale_id)
    match attempt.phase:
        case Phase.SETTLED:
            return _approved(attempt)
        case Phase.DECLINED:
            return PaymentDeclined(*ids, attempt.why)
        case Phase.CANCELLED:
            return PaymentCancelled(*ids)
        case Phase.NOT_CHARGED:
            return PaymentSettled(*ids, Ending.NOT_CHARGED, attempt.why)
        case Phase.REVERSED:
            return PaymentSettled(*ids, Ending.REVERSED, attempt.why)
        case Phase.ATTENDANT:
            return PaymentAttendant(*ids, attempt.asked.amount, attempt.why)
        case Phase.IN_DOUBT:
            return PaymentInDoubt(*ids, attempt.asked.amount, attempt.why)
        case _:
            return None


def _approved(attempt: Attempt) -> PaymentApproved:
    result = attempt.result
    return PaymentApproved(
        attempt.attempt_id,
        attempt.sale_id,
        attempt.asked.amount,
        attempt.asked.reference,
        result.receipt if result else None,
        result.card_last4 if result else "",
        attempt.printed,
        doubted=attempt.reached(Phase.APPROVED) is not None,
    )


def _given_back(attempt: Attempt) -> MoneyGivenBack | None:
    ended = attempt.phase in NOT_PAID | {Phase.SETTLED, Phase.ATTENDANT}
    if not ended:
        return None
    done = attempt.phase is Phase.SETTLED
    why = "" if done else attempt.why or attempt.phase.value
    return MoneyGivenBack(attempt.attempt_id, attempt.sale_id, attempt.asked.amount, done, why)


# ---- bodies of events


def doubt_body(attempt: Attempt, why: str) -> dict[str, Any]:
    """Write the body of ``payment_in_doubt``."""
    return {**_named(attempt), "phase": attempt.phase.value, "why": why}


def verdict_body(attempt: Attempt, phase: Phase, row: int, why: str) -> dict[str, Any]:
    """Write the body of ``payment_settled`` and ``payment_attendant``; row 0: no probe told."""
    return {**_named(attempt), "outcome": phase.value, "row": row, "why": why}


def sale_body(attempt: Attempt, evidence: str) -> dict[str, Any]:
    """Write the body of ``sale_completed``; ``evidence`` says who told that it is paid."""
    content = attempt.content
    return {
        "sale": str(attempt.sale_id),
        "attempt": str(attempt.attempt_id),
        "total": content["total"],
        "currency": content["currency"],
        "tenders": tenders_told(attempt),
        "evidence": evidence,
        "basket": content["basket"],
    }


def tenders_told(attempt: Attempt) -> list[dict[str, Any]]:
    """Write the tenders, the card with what its terminal told."""
    result = attempt.result
    card: dict[str, Any] = {"reference": attempt.asked.reference}
    if result is not None:
        names = ("receipt", "trace", "terminal_id", "card_bin", "card_last4", "told_at")
        record = result_record(result)
        card |= {name: record[name] for name in names if name in record}
    return [
        {**tender, **card} if tender["kind"] == "card" else dict(tender)
        for tender in attempt.content["tenders"]
    ]


def undone_body(attempt: Attempt, undoes: Attempt) -> dict[str, Any]:
    """Write the body of ``sale_reversed`` and ``refund_made``; ``by`` is empty for the kiosk."""
    named = _named(attempt)
    completed = undoes.phase is Phase.SETTLED
    return {**named, "undoes": str(undoes.attempt_id), "by": attempt.by, "completed": completed}


def _named(attempt: Attempt) -> dict[str, Any]:
    amount = attempt.asked.amount
    return {
        "attempt": str(attempt.attempt_id),
        "sale": str(attempt.sale_id),
        "kind": attempt.kind.value,
        "amount": amount.minor,
        "currency": amount.currency,
        "reference": attempt.asked.reference,
    }


def kind_of_undoing(kind: Kind) -> str:
    """Name the event of a reversal or a refund."""
    return SALE_REVERSED if kind is Kind.REVERSAL else REFUND_MADE
