"""What a finger of the staff says on the pages of what was sold here.

A ``Deed`` is what moves money, or says that it moved: it is confirmed before it is done.

Source: docs/checkout.md, "What staff do with a sale".
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kiosk.payment_messages import Decision
from retail.values import Money

# ---- what is confirmed


@dataclass(frozen=True, slots=True)
class UndoCharge:
    """Reverse the whole charge; it goes before the terminal's day is closed."""


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Give this much back; the shopper's card is held to the terminal once more."""

    amount: Money


@dataclass(frozen=True, slots=True)
class SayOf:
    """Write what the terminal's own journal says of an attempt: a charge, or a giving back."""

    attempt_id: UUID
    decision: Decision


Deed = UndoCharge | GiveBack | SayOf

# ---- touches


@dataclass(frozen=True, slots=True)
class OpenSales:
    """List what was sold here."""


@dataclass(frozen=True, slots=True)
class GiveClerk:
    """The name or number of who looks is typed."""


@dataclass(frozen=True, slots=True)
class OpenSale:
    """Look at one of them."""

    sale_id: UUID


@dataclass(frozen=True, slots=True)
class MoreSales:
    """List older ones, too."""


@dataclass(frozen=True, slots=True)
class PrintCopy:
    """Print the receipt once more, marked as a copy."""


@dataclass(frozen=True, slots=True)
class SayPrinted:
    """Say whether a print of which nobody could tell came out whole."""

    job_id: UUID
    came_out: bool


@dataclass(frozen=True, slots=True)
class TypeAmount:
    """Say how much is given back."""


@dataclass(frozen=True, slots=True)
class AskDeed:
    """Show what would be done; it is done with the second touch."""

    deed: Deed


@dataclass(frozen=True, slots=True)
class AskTyped:
    """Show what giving back the typed amount would be."""


@dataclass(frozen=True, slots=True)
class DoDeed:
    """Do what is shown."""


@dataclass(frozen=True, slots=True)
class BackInSales:
    """One page back."""


@dataclass(frozen=True, slots=True)
class AskCompared:
    """A journal was damaged: show what is to be compared before paying is opened again."""


@dataclass(frozen=True, slots=True)
class SayCompared:
    """It was compared with the terminal's own journal."""


SalesTouch = (
    OpenSales
    | GiveClerk
    | OpenSale
    | MoreSales
    | PrintCopy
    | SayPrinted
    | TypeAmount
    | AskDeed
    | AskTyped
    | DoDeed
    | BackInSales
    | AskCompared
    | SayCompared
)
