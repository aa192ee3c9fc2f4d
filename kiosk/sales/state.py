"""What staff have before them of what was sold here, as data.

Source: docs/checkout.md, "What staff do with a sale".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from kiosk.payment_messages import Refusal
from kiosk.sales_messages import Deed
from retail.values import Money

SALES_PAGE = 12  # that are listed at first, and with each "show more"


class Standing(Enum):
    """What became of the money of a sale."""

    PAID = "paid"
    PART_RETURNED = "part_returned"
    RETURNED = "returned"
    NOT_PAID = "not_paid"
    OPEN = "open"  # the kiosk is asking the terminal
    ATTENDANT = "attendant"  # only a person can tell


class Paper(Enum):
    """What became of the receipt on paper."""

    NONE = "none"
    WAITS = "waits"
    PRINTED = "printed"
    FAILED = "failed"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale of this kiosk, or what was tried; ``number`` is the basket's, 0 where it has none.

    ``left`` is what may still be given back; ``reversible``: the charge as a whole may be undone.
    ``returning`` is a reversal or refund of which only a person can tell what became.
    ``job_id`` is the print of which nobody can tell.
    """

    sale_id: UUID
    attempt_id: UUID
    number: int
    at: datetime
    amount: Money
    standing: Standing
    left: Money
    reversible: bool = False
    card_last4: str = ""
    why: str = ""
    returning: UUID | None = None
    paper: Paper = Paper.NONE
    job_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who looks, and how many sales are listed."""

    name: str
    listed: int = SALES_PAGE


# ---- what came of a deed


@dataclass(frozen=True, slots=True)
class Done:
    """It is done, and in the journal."""

    deed: Deed


@dataclass(frozen=True, slots=True)
class NotDone:
    """It is not: ``refusal`` where nothing was sent, ``why`` in the terminal's or our words."""

    deed: Deed
    why: str = ""
    refusal: Refusal | None = None


class Printing(Enum):
    """What became of a copy, or of a print that was settled."""

    ASKED = "asked"
    PRINTED = "printed"
    FAILED = "failed"
    UNSURE = "unsure"
    NOTED = "noted"


Outcome = Done | NotDone | Printing

# ---- pages


@dataclass(frozen=True, slots=True)
class Naming:
    """Who looks is asked first: it is written beside what they do."""

    typed: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """The newest sales; ``unread`` tells why they could not be read, ``closed`` why nobody pays."""

    clerk: Clerk
    sales: tuple[Sale, ...] = ()
    more: bool = False
    unread: str = ""
    closed: str = ""


@dataclass(frozen=True, slots=True)
class Comparing:
    """Paying is closed, for a journal was damaged; ``closed`` says which, and why."""

    clerk: Clerk
    closed: str
    unwritten: str = ""


@dataclass(frozen=True, slots=True)
class Looking:
    """One sale, and what came of what was done last."""

    clerk: Clerk
    sale: Sale
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Amounting:
    """How much is to be given back; ``typed`` in the unit that the screen shows money in."""

    clerk: Clerk
    sale: Sale
    unit: int
    typed: str = ""

    @property
    def amount(self) -> Money | None:
        """What is typed, where it can be given back."""
        minor = int(self.typed or 0) * self.unit
        return Money(minor, self.sale.left.currency) if 0 < minor <= self.sale.left.minor else None


@dataclass(frozen=True, slots=True)
class Confirming:
    """What would be done, to be touched once more; ``shown_at_s`` is of the elapsed seconds."""

    clerk: Clerk
    sale: Sale
    deed: Deed
    shown_at_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Working:
    """The teller is at it; ``key`` names what the terminal wants."""

    clerk: Clerk
    sale: Sale
    deed: Deed
    key: str = ""


OfOneSale = Looking | Amounting | Confirming | Working
State = Naming | Listing | Comparing | Looking | Amounting | Confirming | Working
