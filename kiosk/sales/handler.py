"""What a word of the teller or of the printer makes of a page of the staff. Pure."""

from __future__ import annotations

from dataclasses import replace

from kiosk.payment_messages import (
    MoneyGivenBack,
    PaymentApproved,
    PaymentAttendant,
    PaymentFact,
    PaymentRefused,
    PaymentSays,
    PaymentSettled,
)
from kiosk.receipt_messages import (
    PrintInDoubt,
    ReceiptFact,
    ReceiptNotPrinted,
    ReceiptPrinted,
)
from kiosk.sales.state import Amounting, Done, Looking, NotDone, Printing, Working
from kiosk.sales_messages import SayOf

DIGITS_MAX = 12


def worked(state: Working, fact: PaymentFact) -> Working | Looking:
    """Say where a deed is after a word of the teller; one of another sale changes nothing."""
    if isinstance(fact, PaymentSays):  # nobody else is at the terminal
        return replace(state, key=fact.key)
    deed = state.deed
    match fact:
        case PaymentRefused(named, refusal, text) if named in _names(state):
            return Looking(state.clerk, state.sale, NotDone(deed, text, refusal))
        case _ if getattr(fact, "sale_id", None) != state.sale.sale_id:
            return state
        case PaymentApproved() | PaymentSettled() | MoneyGivenBack() if isinstance(deed, SayOf):
            return Looking(state.clerk, state.sale, Done(deed))
        case MoneyGivenBack(done=True):
            return Looking(state.clerk, state.sale, Done(deed))
        case MoneyGivenBack(why=why) | PaymentAttendant(why=why):
            return Looking(state.clerk, state.sale, NotDone(deed, why))
        case _:
            return state


def _names(state: Working) -> tuple[object, ...]:
    deed = state.deed
    return (
        (state.sale.sale_id, deed.attempt_id) if isinstance(deed, SayOf) else (state.sale.sale_id,)
    )


def printed(state: Looking, fact: ReceiptFact) -> Looking:
    """Say what became of a copy."""
    if getattr(fact, "sale_id", None) != state.sale.sale_id:
        return state
    match fact:
        case ReceiptPrinted():
            done = Printing.NOTED if state.outcome is Printing.NOTED else Printing.PRINTED
            return replace(state, outcome=done)
        case ReceiptNotPrinted():
            done = Printing.NOTED if state.outcome is Printing.NOTED else Printing.FAILED
            return replace(state, outcome=done)
        case PrintInDoubt():
            return replace(state, outcome=Printing.UNSURE)
        case _:
            return state


def typed(state: Amounting, digit: str) -> Amounting:
    """Take one more digit."""
    return replace(state, typed=(state.typed + digit).lstrip("0")[:DIGITS_MAX])


def erased(state: Amounting) -> Amounting:
    """Take the last digit back."""
    return replace(state, typed=state.typed[:-1])
