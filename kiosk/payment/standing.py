"""What the journal says of a sale, for the core's thread: at a start, and before a new attempt.

It writes nothing, drives nothing, and waits for nobody who writes: it reads what was last
committed. What is under way is told as the doubt that it would be. Should an attempt begin
between this look and the next payment, the journal itself refuses a second one.

Source: docs/checkout.md, "What outlives a crash"; docs/payment.md, section 5.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from kiosk.checkout.ports import Standing
from kiosk.checkout.state import Bill
from kiosk.payment.attempts import Attempt
from kiosk.payment.journal import read_open, read_where
from kiosk.payment.reading import read_journal
from kiosk.payment.told import fact_of
from kiosk.payment_messages import PaymentInDoubt
from retail.tender import Kind

MS = 1_000


class JournalStandings:
    """Reads by connections that can write nothing; ``database`` is the ledger's file."""

    def __init__(self, database: Path) -> None:
        self._database = database

    def open_charge(self) -> Standing | None:
        """Give a charge that is open, of any sale; raises ``DataError``."""
        charges = [e for e in self._read(read_open) if e.kind is Kind.AUTHORISATION]
        return _standing(charges[0]) if charges else None

    def of_sale(self, sale_id: UUID) -> Standing | None:
        """Give where a sale is, by its newest charge; raises ``DataError``."""
        attempts = self._read(lambda connection: read_where(connection, "sale_id", sale_id))
        charges = [each for each in attempts if each.kind is Kind.AUTHORISATION]
        return _standing(charges[-1]) if charges else None

    def _read(self, read: Callable[[sqlite3.Connection], Iterable[Attempt]]) -> list[Attempt]:
        return read_journal(self._database, read)


def _standing(attempt: Attempt) -> Standing:
    asked, basket = attempt.asked, attempt.content.get("basket", {})
    at = datetime.fromtimestamp(attempt.steps[0].wall_ms / MS, UTC)
    bill = Bill(attempt.sale_id, int(basket.get("number", 0)), asked.amount, at)
    ids = (attempt.attempt_id, attempt.sale_id)
    fact = fact_of(attempt) or PaymentInDoubt(*ids, asked.amount, attempt.phase.value)
    return Standing(bill, fact)
