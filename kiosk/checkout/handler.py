"""What a word of the teller, or of the printer, makes of what is on the screen. Pure.

A word about another sale changes nothing, and none takes back that a sale is paid.

Source: docs/checkout.md, "The states".
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never
from uuid import UUID

from kiosk.checkout.state import (
    AskingStaff,
    Attendant,
    Connecting,
    Deciding,
    Declined,
    Following,
    Naming,
    NotCharged,
    NotStarted,
    OnScreenReceipt,
    Paid,
    Paper,
    State,
    Stopped,
    Stopping,
    Unknown,
    Writing,
)
from kiosk.payment_messages import (
    MoneyGivenBack,
    PaymentApproved,
    PaymentAttendant,
    PaymentBegun,
    PaymentCancelled,
    PaymentDeclined,
    PaymentFact,
    PaymentInDoubt,
    PaymentRefused,
    PaymentSays,
    PaymentSettled,
    Refusal,
    TellerReady,
)
from kiosk.receipt_messages import (
    PrinterChanged,
    PrintInDoubt,
    ReceiptFact,
    ReceiptNotPrinted,
    ReceiptPrinted,
    ReceiptSigned,
)

NAME_MAX = 20  # characters of who decides


def heard(  # noqa: C901  (one line a fact)
    state: State, fact: PaymentFact, *, payable: bool, staffed: bool
) -> State:
    """Say where a payment is after a fact; ``payable``: the basket is there to be paid again.

    ``staffed``: staff can come in here by their PIN.
    """
    bill = state.bill
    if isinstance(state, Paid) or not _is_of(fact, state):
        return state
    match fact:
        case TellerReady() | MoneyGivenBack():
            return state
        case PaymentSays(key=key):
            return replace(state, key=key) if isinstance(state, Following | Stopping) else state
        case PaymentRefused(why=why):
            return _refused(state, why, payable=payable)
        case PaymentBegun(attempt_id):
            return _begun(state, attempt_id)
        case PaymentApproved(doubted=doubted):
            return Paid(bill, Paper.NONE, doubted=doubted)
        case PaymentDeclined(why=why):
            return Declined(bill, why, payable)
        case PaymentCancelled():
            return Stopped(bill, payable)
        case PaymentInDoubt(attempt_id):
            return Unknown(bill, attempt_id)
        case PaymentSettled(ending=ending):
            return NotCharged(bill, ending, payable)
        case PaymentAttendant(attempt_id, why=why):
            return Attendant(bill, attempt_id, why, staffed)
        case _:
            assert_never(fact)


def _is_of(fact: PaymentFact, state: State) -> bool:
    if isinstance(fact, PaymentSays):
        return isinstance(state, Following | Stopping) and fact.attempt_id == state.attempt_id
    if isinstance(fact, TellerReady):
        return True
    if isinstance(fact, PaymentRefused) and isinstance(state, Writing):
        return fact.sale_id in (state.bill.sale_id, state.behind.attempt_id)
    return fact.sale_id == state.bill.sale_id


def _begun(state: State, attempt_id: UUID) -> State:
    if not isinstance(state, Connecting):
        return state
    following = Following(state.bill, attempt_id)
    return Stopping(state.bill, following.attempt_id) if state.stopping else following


def _refused(state: State, why: Refusal, *, payable: bool) -> State:
    match state:
        case Writing():
            return replace(state.behind, unwritten=True)
        case Connecting() | Following() | Stopping():
            return NotStarted(state.bill, why, payable)
        case _:
            return state  # of a request that this screen did not make


def printed(state: Paid, fact: ReceiptFact) -> Paid:
    """Say what became of the receipt."""
    if isinstance(fact, PrinterChanged) or fact.sale_id != state.bill.sale_id:
        return state
    match fact:
        case ReceiptSigned(text=text):
            return replace(state, code=text)
        case ReceiptPrinted():
            return replace(state, paper=Paper.PRINTED)
        case ReceiptNotPrinted() | PrintInDoubt():
            return replace(state, paper=Paper.FAILED)
        case _:
            assert_never(fact)


def attendant_of(state: State) -> Attendant | None:
    """Give the screen that staff's own screens go back to."""
    match state:
        case Attendant():
            return state
        case AskingStaff() | Naming() | Deciding():
            return state.behind
        case _:
            return None


def typed(state: Naming, character: str) -> Naming:
    """Take one more character of a name."""
    return replace(state, typed=(state.typed + character)[:NAME_MAX])


def erased(state: Naming) -> Naming:
    """Take the last character back."""
    return replace(state, typed=state.typed[:-1])


def payable_in(state: State) -> bool:
    """Tell whether this screen may ask for another attempt."""
    match state:
        case Declined(payable=payable) | Stopped(payable=payable) | NotCharged(payable=payable):
            return payable
        case NotStarted():
            return state.again
        case OnScreenReceipt():
            return True
        case _:
            return False
