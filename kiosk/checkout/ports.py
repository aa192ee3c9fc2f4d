"""What the checkout reaches the world by: teller, journal, printer, and its row on the disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from kiosk.checkout.state import Bill
from kiosk.checkout.store import CheckoutStore
from kiosk.payment_messages import PaymentFact, Request
from kiosk.receipt_messages import ReceiptRequest, ReceiptWays


class Teller(Protocol):
    """Who drives attempts, on a thread of its own; what comes of a request is posted."""

    def ask(self, request: Request) -> None:
        """Take a request, or refuse it at once."""
        ...

    def cancel(self) -> None:
        """Say that the shopper wants to stop; the terminal decides."""
        ...


class Receipts(Protocol):
    """Who prints and signs, on a thread of its own: ``kiosk.receipt.printing``."""

    def receipt_ways(self) -> ReceiptWays:
        """Tell how a shopper can have a receipt now, by what the printer said last."""
        ...

    def ask(self, request: ReceiptRequest) -> None:
        """Take a request; what comes of it is posted."""
        ...


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a sale is: the fact that tells it, and what it was."""

    bill: Bill
    fact: PaymentFact


class Standings(Protocol):
    """What the journal says; each raises ``DataError`` where it cannot be read."""

    def open_charge(self) -> Standing | None:
        """Give a charge that is open, of any sale."""
        ...

    def of_sale(self, sale_id: UUID) -> Standing | None:
        """Give where a sale is; none where no attempt was made."""
        ...


@dataclass(frozen=True, slots=True)
class Checkouts:
    """What paying needs; without it baskets are paid at the till.

    Without ``sells`` what an earlier run left open is settled, and nothing new is paid.
    """

    teller: Teller
    standings: Standings
    store: CheckoutStore
    receipts: Receipts
    new_id: Callable[[], UUID]
    sells: bool = True
