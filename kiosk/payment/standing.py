"""What the journal says of a sale, for the core's thread: at a start, and before a new attempt.

It writes nothing and drives nothing. What is under way is told as the doubt that it would be.

Source: docs/checkout.md, "What outlives a crash"; docs/payment.md, section 5.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from kiosk.checkout.ports import Standing
from kiosk.checkout.state import Bill
from kiosk.outbox.boot import Box
from kiosk.payment.attempts import Attempt
from kiosk.payment.journal import Journal, Ledger
from kiosk.payment.told import fact_of
from kiosk.payment_messages import PaymentInDoubt
from retail.tender import Kind

MS = 1_000


class JournalStandings:
    """Reads by a connection of the thread that asks."""

    def __init__(self, ledger: Ledger, box: Box) -> None:
        self._journal = Journal(ledger, box)

    def open_charge(self) -> Standing | None:
        """Give a charge that is open, of any sale; raises ``DataError``."""
        charges = [e for e in self._journal.open_attempts() if e.kind is Kind.AUTHORISATION]
        return _standing(charges[0]) if charges else None

    def of_sale(self, sale_id: UUID) -> Standing | None:
        """Give where a sale is, by its newest charge; raises ``DataError``."""
        attempts = self._journal.of_sale(sale_id)
        charges = [each for each in attempts if each.kind is Kind.AUTHORISATION]
        return _standing(charges[-1]) if charges else None


def _standing(attempt: Attempt) -> Standing:
    asked, basket = attempt.asked, attempt.content.get("basket", {})
    at = datetime.fromtimestamp(attempt.steps[0].wall_ms / MS, UTC)
    bill = Bill(attempt.sale_id, int(basket.get("number", 0)), asked.amount, at)
    ids = (attempt.attempt_id, attempt.sale_id)
    fact = fact_of(attempt) or PaymentInDoubt(*ids, asked.amount, attempt.phase.value)
    return Standing(bill, fact)
