"""Every state of a payment, the longest texts first."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from kiosk.checkout.state import (
    AskingStaff,
    Attendant,
    Bill,
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
from kiosk.checkout.wording import DOINGS, REASONS
from kiosk.examples import NOW
from kiosk.payment_messages import Decision, Ending, Refusal
from kiosk.staff.state import Asking
from retail.values import RIAL, Money

_SALE, _ATTEMPT = UUID(int=47), UUID(int=48)
BILL = Bill(_SALE, 47, Money(39_871_400, RIAL), NOW)
LARGEST = Bill(_SALE, 1_204, Money(1_234_567_890, RIAL), NOW)
_CODE = "PR1*BARAN-01-K1*14050902-00047*39871400*" + "7QK3M5X2" * 14  # as long as a signed one
_WHY = "receipt 0041 does not follow 0187: a counter was reset, or another terminal is here"
_ATTENDANT = Attendant(BILL, _ATTEMPT, _WHY)

EXAMPLES: Mapping[str, State] = {
    "paying, longest texts": Following(LARGEST, _ATTEMPT, "wrong_pin"),
    "paying, connecting": Connecting(BILL),
    **{f"paying, {key.replace('_', ' ')}": Following(BILL, _ATTEMPT, key) for key in DOINGS},
    "paying, stopping": Stopping(BILL, _ATTEMPT),
    "paying, stopping, it goes on": Stopping(LARGEST, _ATTEMPT, "asking_bank"),
    "paying, receipt on the screen": OnScreenReceipt(LARGEST),
    **{f"paying, not started, {why.value.replace('_', ' ')}": NotStarted(BILL, why)
       for why in Refusal},
    **{f"paying, declined, {why.replace('_', ' ')}": Declined(BILL, why) for why in REASONS},
    "paying, declined, nobody's basket": Declined(BILL, "funds", payable=False),
    "paying, stopped": Stopped(BILL),
    "paid, longest texts": Paid(LARGEST, Paper.FAILED, _CODE, doubted=True),
    "paid, printing": Paid(BILL, Paper.PRINTING, _CODE),
    "paid, printed": Paid(BILL, Paper.PRINTED, _CODE),
    "paid, printed, no code": Paid(BILL, Paper.PRINTED),
    "paid, on the screen": Paid(BILL, Paper.NONE, _CODE),
    "paid, printer failed, no code": Paid(LARGEST, Paper.FAILED),
    "outcome unknown": Unknown(BILL, _ATTEMPT),
    "outcome unknown, largest": Unknown(LARGEST, _ATTEMPT),
    "outcome, not charged": NotCharged(BILL, Ending.NOT_CHARGED),
    "outcome, given back, longest texts": NotCharged(LARGEST, Ending.REVERSED),
    "outcome, not charged, nobody's basket": NotCharged(BILL, Ending.NOT_CHARGED, payable=False),
    "attendant, longest texts": Attendant(LARGEST, _ATTEMPT, _WHY),
    "attendant, no staff here": Attendant(BILL, _ATTEMPT, _WHY, staffed=False),
    "attendant, not written": Attendant(BILL, _ATTEMPT, _WHY, unwritten=True),
    "attendant, the pin": AskingStaff(_ATTENDANT, Asking("493")),
    "attendant, who": Naming(_ATTENDANT, "MARYAM-12"),
    "attendant, deciding, longest texts": Deciding(
        Attendant(LARGEST, _ATTEMPT, _WHY), "MARYAM-SHARIFI-01204"
    ),
    "attendant, writing": Writing(_ATTENDANT, Decision.CHARGED),
}  # fmt: skip
