"""What the core and the teller say to one another. Facts are in the past tense, requests not.

A fact of an attempt is told when it is in the journal. The teller never waits for the core.

Source: docs/payment.md, sections 3 and 6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from uuid import UUID

from retail.values import Money

# ---- requests to the teller


@dataclass(frozen=True, slots=True)
class OtherTender:
    """A part of a sale that is not paid by card, and what reserved it: points, credit, gift card.

    ``amount`` is in the smallest unit of the sale's currency.
    """

    kind: str
    amount: int
    reservation: str


@dataclass(frozen=True, slots=True)
class Pay:
    """Charge ``amount`` at the terminal for a sale.

    ``basket`` is the whole quote, as ``basket_finished`` tells it. ``receipt`` says whether a
    receipt can be printed or shown.
    """

    sale_id: UUID
    amount: Money
    basket: Mapping[str, Any]
    others: tuple[OtherTender, ...] = ()
    receipt: bool = True


@dataclass(frozen=True, slots=True)
class CancelPayment:
    """The shopper wants to stop; the terminal decides."""


@dataclass(frozen=True, slots=True)
class Reverse:
    """Undo the charge of a sale before settlement; ``by`` is who of the staff asks for it."""

    sale_id: UUID
    by: str


@dataclass(frozen=True, slots=True)
class Refund:
    """Give back ``amount`` of a sale that is paid; ``by`` is who of the staff asks for it."""

    sale_id: UUID
    amount: Money
    by: str


class Decision(Enum):
    """What staff found in the terminal's own journal."""

    CHARGED = "charged"
    NOT_CHARGED = "not_charged"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True)
class Decide:
    """Close an attempt that only a person can tell of; ``by`` is who did."""

    attempt_id: UUID
    decision: Decision
    by: str


Request = Pay | Reverse | Refund | Decide

# ---- facts from the teller


class Refusal(Enum):
    """Why no attempt was begun; nothing was charged."""

    BUSY = "busy"  # the teller, or an attempt that is open
    TERMINAL = "terminal"  # it does not answer
    TERMINAL_BUSY = "terminal_busy"
    NO_ROOM = "no_room"  # the disk, or the journal
    NO_RECEIPT = "no_receipt"
    UNREAD = "unread"  # a journal was damaged, and nobody has compared it with the terminal's
    WAITS_FOR_STAFF = "waits_for_staff"
    PAID = "paid"  # the sale is paid, or may be
    WRONG = "wrong"  # what was asked makes no sense


@dataclass(frozen=True, slots=True)
class PaymentRefused:
    """Nothing was sent; ``text`` is for staff."""

    sale_id: UUID
    why: Refusal
    text: str = ""


@dataclass(frozen=True, slots=True)
class PaymentBegun:
    """The terminal is asked for ``amount`` from now on; the idle timer does not run."""

    attempt_id: UUID
    sale_id: UUID
    amount: Money


@dataclass(frozen=True, slots=True)
class PaymentSays:
    """What the terminal shows, such as ``pin``; ``text`` is its own wording, for staff."""

    attempt_id: UUID
    key: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class PaymentApproved:
    """The sale is paid, and settled in the journal; ``printed`` are the terminal's own lines."""

    attempt_id: UUID
    sale_id: UUID
    amount: Money
    reference: str
    receipt: int | None = None
    card_last4: str = ""
    printed: tuple[str, ...] = ()
    doubted: bool = False  # a probe or staff told so


@dataclass(frozen=True, slots=True)
class PaymentDeclined:
    """The terminal said no; ``why`` is a key of the words, such as ``funds``."""

    attempt_id: UUID
    sale_id: UUID
    why: str


@dataclass(frozen=True, slots=True)
class PaymentCancelled:
    """Stopped by the shopper before anything was charged."""

    attempt_id: UUID
    sale_id: UUID


@dataclass(frozen=True, slots=True)
class PaymentInDoubt:
    """Nobody can tell yet: nobody is asked to pay again, and staff are told."""

    attempt_id: UUID
    sale_id: UUID
    amount: Money
    why: str


class Ending(Enum):
    """How a doubt ended without a sale."""

    NOT_CHARGED = "not_charged"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True)
class PaymentSettled:
    """An attempt ended without a charge that stays; it may be paid again."""

    attempt_id: UUID
    sale_id: UUID
    ending: Ending
    why: str


@dataclass(frozen=True, slots=True)
class PaymentAttendant:
    """Only a person can tell what became of it."""

    attempt_id: UUID
    sale_id: UUID
    amount: Money
    why: str


@dataclass(frozen=True, slots=True)
class MoneyGivenBack:
    """A reversal or a refund was made, or not: then ``why`` tells the staff."""

    attempt_id: UUID
    sale_id: UUID
    amount: Money
    done: bool
    why: str = field(default="")


@dataclass(frozen=True, slots=True)
class TellerReady:
    """Nothing is open: shoppers may pay."""


PaymentFact = (
    PaymentRefused
    | PaymentBegun
    | PaymentSays
    | PaymentApproved
    | PaymentDeclined
    | PaymentCancelled
    | PaymentInDoubt
    | PaymentSettled
    | PaymentAttendant
    | MoneyGivenBack
    | TellerReady
)
