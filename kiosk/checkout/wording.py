"""Words for what a terminal says, and for why there was no payment: each key of the drivers.

A key that no words are known for means the most careful thing: please wait, or a technical fault.
No key says "paid": that is the journal's word alone.

Source: kiosk/hardware/terminal/*/results.py, from where the keys come; docs/checkout.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from kiosk.payment_messages import Refusal


class Stage(IntEnum):
    """How far a payment looks to have come; a terminal may jump, or go back."""

    CARD = 0
    PIN = 1
    BANK = 2


@dataclass(frozen=True, slots=True)
class Doing:
    """What the terminal wants, as English texts for ``Words.say``."""

    icon: str
    title: str
    text: str
    stage: Stage | None = None


_CARD = Doing(
    "credit-card-chip-outline",
    "Please hold or insert your card",
    "At the card terminal beside this screen: hold the card to it, insert it or swipe it.",
    Stage.CARD,
)
_PIN = Doing(
    "dialpad",
    "Please enter your PIN at the terminal",
    "Cover the keys with your other hand. Nobody of our staff will ask you for your PIN.",
    Stage.PIN,
)
_WAIT = Doing("timer-sand", "One moment, please", "The card terminal is at work.")
DOINGS: Mapping[str, Doing] = {
    "wait": _WAIT,
    "card": _CARD,
    "insert_card": _CARD,
    "pin": _PIN,
    "enter_pin": _PIN,
    "remove_card": Doing(
        "credit-card-off-outline",
        "Please take your card",
        "Take it out of the terminal; your receipt follows.",
        Stage.BANK,
    ),
    "wrong_pin": Doing(
        "dialpad",
        "That was not the PIN",
        "Please enter it once more, without haste. Several wrong tries block the card.",
        Stage.PIN,
    ),
    "pin_blocked": Doing(
        "credit-card-lock-outline",
        "Too many wrong PINs",
        "The terminal has ended this card's payment. One moment, please.",
        Stage.PIN,
    ),
    "confirm_amount": Doing(
        "gesture-tap-button",
        "Please confirm the amount at the terminal",
        "It is the same as on this screen.",
        Stage.CARD,
    ),
    "choose": Doing(
        "gesture-tap-button",
        "Please choose at the terminal",
        "The terminal asks you something: press the key beside your choice.",
        Stage.CARD,
    ),
    "asking_bank": Doing(
        "bank-outline",
        "Your bank is being asked",
        "Please leave the card where it is. This takes a few seconds.",
        Stage.BANK,
    ),
    "reversing": Doing("credit-card-refund-outline", "One moment, please",
                       "The terminal is taking the payment back.", Stage.BANK),
    "card_refused": Doing("credit-card-remove-outline", "The terminal does not take this card",
                          "One moment, please: it is ending the payment.", Stage.CARD),
    "card_unreadable": Doing("credit-card-remove-outline", "The card could not be read",
                             "Please try it once more, the other way round or by its chip.",
                             Stage.CARD),
    "card_expired": Doing("credit-card-clock-outline", "This card has expired",
                          "One moment, please: the terminal is ending the payment.", Stage.CARD),
}  # fmt: skip


def doing_of(key: str) -> Doing:
    """Give the words of a key."""
    return DOINGS.get(key, _WAIT)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there was no payment, as English texts; ``other_card``: another card is what helps."""

    icon: str
    title: str
    text: str
    other_card: bool = False


_TECHNICAL = Reason(
    "credit-card-off-outline",
    "The terminal could not take the payment",
    "This is no fault of yours or of your card.",
)
_NOT_TAKEN = Reason(
    "credit-card-remove-outline",
    "This card cannot be used here",
    "The terminal could not read it, or does not know it.",
    other_card=True,
)
REASONS: Mapping[str, Reason] = {
    "technical": _TECHNICAL,
    "funds": Reason(
        "cash-remove",
        "Not enough money in the account",
        "Your bank has not approved this amount.",
        other_card=True,
    ),
    "pin": Reason("dialpad", "The PIN was not right", "Several wrong tries block the card."),
    "expired": Reason(
        "credit-card-clock-outline",
        "This card has expired",
        "Its date is printed on the front.",
        other_card=True,
    ),
    "refused": Reason(
        "credit-card-remove-outline",
        "Your bank has not approved the payment",
        "It does not tell us why; it will tell you if you ask it.",
        other_card=True,
    ),
    "card": _NOT_TAKEN,
    "limit": Reason(
        "credit-card-remove-outline",
        "The limit of this card is reached",
        "The amount is above what the card or the bank allows today.",
        other_card=True,
    ),
    "currency": _NOT_TAKEN,
    "host": Reason(
        "bank-off-outline",
        "The bank could not be reached",
        "The terminal has no line to the bank at the moment.",
    ),
    "busy": Reason("timer-sand", "The terminal is busy", "It is in the middle of something else."),
    "settle_first": Reason(
        "cash-register",
        "The terminal needs our staff first",
        "It wants to close its day before it goes on.",
    ),
}


def reason_of(key: str) -> Reason:
    """Give the words of a key."""
    return REASONS.get(key, _TECHNICAL)


_ASK_STAFF = Reason(
    "account-voice",
    "Please ask our staff",
    "This kiosk cannot begin a payment for this basket.",
)
REFUSALS: Mapping[Refusal, Reason] = {
    Refusal.BUSY: Reason(
        "timer-sand", "One moment: the card terminal is being looked after",
        "An earlier payment is being settled first."),
    Refusal.TERMINAL: Reason(
        "lan-disconnect", "The card terminal does not answer",
        "Its cable may be out, or it is starting anew."),
    Refusal.TERMINAL_BUSY: Reason(
        "timer-sand", "The card terminal is busy", "It is in the middle of something else."),
    Refusal.NO_ROOM: Reason(
        "harddisk", "Paying is closed at this kiosk",
        "A payment could not be written down here, so none is begun."),
    Refusal.NO_RECEIPT: Reason(
        "printer-off-outline", "No receipt can be given here now",
        "Without a receipt no payment is begun."),
    Refusal.UNREAD: Reason(
        "database-alert-outline", "Paying is closed at this kiosk",
        "Our staff have to look at an earlier payment first."),
    Refusal.WAITS_FOR_STAFF: Reason(
        "card-account-details-outline", "Some items need our staff first",
        "They are marked in your basket."),
    Refusal.PAID: _ASK_STAFF,
    Refusal.WRONG: _ASK_STAFF,
}  # fmt: skip
