"""Where a payment is, as the shopper and the staff see it: as data.

The basket that is paid stays in the visit, frozen; a state holds what is charged and nothing of
the card. ``Held`` are the states in which nothing but the journal's word, or staff, leads on.

Source: docs/checkout.md, "The states".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from kiosk.payment_messages import Decision, Ending, Refusal
from kiosk.staff.state import Asking as AskingPin
from retail.values import Money


@dataclass(frozen=True, slots=True)
class Bill:
    """What is charged, for which sale; ``number`` is the basket's, 0 where it is not known.

    ``at`` is when it was begun, aware UTC.
    """

    sale_id: UUID
    number: int
    amount: Money
    at: datetime


# ---- before anything is sent


@dataclass(frozen=True, slots=True)
class OnScreenReceipt:
    """The printer cannot print: whether a receipt on the screen will do."""

    bill: Bill


@dataclass(frozen=True, slots=True)
class NotStarted:
    """No attempt was begun; ``again`` says whether trying again may help."""

    bill: Bill
    why: Refusal
    payable: bool = True  # the basket is still there

    @property
    def dead_end(self) -> bool:
        """Whether this basket can be paid nowhere: it is paid, or may be."""
        return self.why is Refusal.PAID or not self.payable

    @property
    def again(self) -> bool:
        """Whether the same may go in a moment."""
        waits = (Refusal.BUSY, Refusal.TERMINAL, Refusal.TERMINAL_BUSY, Refusal.NO_RECEIPT)
        return self.payable and self.why in waits


# ---- while the terminal works


@dataclass(frozen=True, slots=True)
class Connecting:
    """The teller is asked, or will be as soon as it is free (``asked``)."""

    bill: Bill
    asked: bool = True
    stopping: bool = False


@dataclass(frozen=True, slots=True)
class Following:
    """The terminal is at work; ``key`` names what it wants."""

    bill: Bill
    attempt_id: UUID
    key: str = "wait"


@dataclass(frozen=True, slots=True)
class Stopping:
    """The terminal is asked to stop, and decides; ``key`` is what it said since, if anything."""

    bill: Bill
    attempt_id: UUID
    key: str = ""


# ---- ends


class Paper(Enum):
    """What became of the receipt on paper."""

    NONE = "none"  # it was not to be had; that was said before
    PRINTING = "printing"
    PRINTED = "printed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Paid:
    """The sale is settled in the journal; ``code`` is its signed reference for the screen."""

    bill: Bill
    paper: Paper
    code: str = ""
    doubted: bool = False


@dataclass(frozen=True, slots=True)
class Declined:
    """The terminal said no, for good; ``why`` is a key of the words."""

    bill: Bill
    why: str
    payable: bool = True


@dataclass(frozen=True, slots=True)
class Stopped:
    """Stopped by the shopper before anything was charged."""

    bill: Bill
    payable: bool = True


@dataclass(frozen=True, slots=True)
class NotCharged:
    """A doubt has ended without a charge that stays."""

    bill: Bill
    ending: Ending
    payable: bool = True


# ---- in doubt


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can tell yet; the teller asks the terminal by itself."""

    bill: Bill
    attempt_id: UUID


@dataclass(frozen=True, slots=True)
class Attendant:
    """Only a person can tell. ``staffed``: they can come in here by their PIN.

    ``unwritten`` says that what they decided last could not be written.
    """

    bill: Bill
    attempt_id: UUID
    why: str
    staffed: bool = True
    unwritten: bool = False


@dataclass(frozen=True, slots=True)
class AskingStaff:
    """Staff are to type their PIN."""

    behind: Attendant
    pin: AskingPin

    @property
    def bill(self) -> Bill:
        """What it is about."""
        return self.behind.bill


@dataclass(frozen=True, slots=True)
class Naming:
    """Staff are to say who they are."""

    behind: Attendant
    typed: str = ""

    @property
    def bill(self) -> Bill:
        """What it is about."""
        return self.behind.bill


@dataclass(frozen=True, slots=True)
class Deciding:
    """``by`` is to say what stands in the terminal's own journal."""

    behind: Attendant
    by: str

    @property
    def bill(self) -> Bill:
        """What it is about."""
        return self.behind.bill


@dataclass(frozen=True, slots=True)
class Writing:
    """What staff decided is being written."""

    behind: Attendant
    decision: Decision

    @property
    def bill(self) -> Bill:
        """What it is about."""
        return self.behind.bill


Driven = Connecting | Following | Stopping
Doubtful = Unknown | Attendant | AskingStaff | Naming | Deciding | Writing
Held = (
    Connecting
    | Following
    | Stopping
    | Unknown
    | Attendant
    | AskingStaff
    | Naming
    | Deciding
    | Writing
)
Unpaid = Declined | Stopped | NotCharged | NotStarted  # it may be tried again
State = (
    OnScreenReceipt
    | NotStarted
    | Connecting
    | Following
    | Stopping
    | Paid
    | Declined
    | Stopped
    | NotCharged
    | Unknown
    | Attendant
    | AskingStaff
    | Naming
    | Deciding
    | Writing
)
