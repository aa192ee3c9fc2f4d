"""What a finger says from "Pay by card" to the receipt, and staff who decide behind their PIN.

Source: docs/checkout.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.payment_messages import Decision


@dataclass(frozen=True, slots=True)
class PayByCard:
    """All is in, and it is to be paid; ``agreed``: prices that rose were read and are taken."""

    agreed: bool = False


@dataclass(frozen=True, slots=True)
class TakeReceiptOnScreen:
    """A receipt on the screen will do: pay."""


@dataclass(frozen=True, slots=True)
class PayAgain:
    """A new attempt, with the same card or another one."""


@dataclass(frozen=True, slots=True)
class StopPaying:
    """The shopper does not want to pay now."""


@dataclass(frozen=True, slots=True)
class OpenDecision:
    """Somebody of the staff is here to say what became of a payment."""


@dataclass(frozen=True, slots=True)
class GiveName:
    """The name or number of who decides is typed."""


@dataclass(frozen=True, slots=True)
class Decided:
    """Staff looked it up in the terminal's own journal."""

    decision: Decision


@dataclass(frozen=True, slots=True)
class DecideLater:
    """Staff take it with them; the kiosk is free for others."""


@dataclass(frozen=True, slots=True)
class BackToAttendant:
    """Staff go on later, at this screen."""


@dataclass(frozen=True, slots=True)
class EndCheckout:
    """The shopper has all that they want."""


CheckoutTouch = (
    PayByCard
    | TakeReceiptOnScreen
    | PayAgain
    | StopPaying
    | OpenDecision
    | GiveName
    | Decided
    | DecideLater
    | BackToAttendant
    | EndCheckout
)
