"""Which sale is being paid, in the kiosk's own database, so that it outlives a crash.

What became of that sale is not in it: that is the journal's. It belongs to the core's thread.

Source: docs/checkout.md, "What outlives a crash".
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from kiosk import salvaged
from kiosk.basket.store import Ledger, Writing, next_number
from kiosk.checkout.state import Bill
from kiosk.errors import DataError
from kiosk.scripts import run_script
from retail.values import Money


@dataclass(frozen=True, slots=True)
class Kept:
    """What was found at the start, and when it was written, aware UTC."""

    bill: Bill
    saved_at: datetime


class CheckoutStore:
    """Every method raises ``DataError`` where the file cannot be written or read."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.closed = ""

    def look(self) -> str:
        """Read whether a damaged journal closes paying, and why; then ``closed`` says so."""
        try:
            self.closed = self._ledger.write(lambda writing: salvaged.unread(writing.connection))
        except DataError as error:  # nobody knows: so it is closed
            self.closed = str(error)
            raise
        return self.closed

    def compare(self, by: str) -> None:
        """Note that ``by`` has compared it with the terminal's own: paying is open again."""
        self._ledger.write(lambda writing: salvaged.compare(writing, by))
        self.look()

    def begin(self, sale_id: UUID, amount: Money, on: date, at: datetime) -> Bill:
        """Note that a sale is to be paid; gives its bill, with the next number of the day."""

        def work(writing: Writing) -> Bill:
            bill = Bill(sale_id, next_number(writing.connection, on), amount, at)
            _ready(writing.connection)
            insert = "INSERT OR REPLACE INTO checkout (only, body, saved_s) VALUES (1, ?, ?)"
            row = (json.dumps(_record(bill)), int(at.timestamp()))
            writing.connection.execute(insert, row)
            return bill

        return self._ledger.write(work)

    def forget(self) -> None:
        """Note that no sale is being paid."""

        def work(writing: Writing) -> None:
            _ready(writing.connection)
            writing.connection.execute("DELETE FROM checkout")

        self._ledger.write(work)

    def left(self) -> Kept | None:
        """Give what was being paid when the kiosk ended."""

        def work(writing: Writing) -> tuple[Any, Any] | None:
            _ready(writing.connection)
            found = writing.connection.execute("SELECT body, saved_s FROM checkout").fetchone()
            return (found[0], found[1]) if found else None

        row = self._ledger.write(work)
        return _kept(*row) if row is not None else None


def _record(bill: Bill) -> dict[str, Any]:
    return {
        "sale": str(bill.sale_id),
        "number": bill.number,
        "amount": bill.amount.minor,
        "currency": bill.amount.currency,
        "at": bill.at.isoformat(),
    }


def _kept(body: Any, saved_s: Any) -> Kept:
    try:
        record = json.loads(body)
        amount = Money(int(record["amount"]), str(record["currency"]))
        at = datetime.fromisoformat(record["at"])
        bill = Bill(UUID(record["sale"]), int(record["number"]), amount, at)
        return Kept(bill, datetime.fromtimestamp(saved_s, UTC))
    except (AttributeError, LookupError, TypeError, ValueError, ArithmeticError, OSError) as error:
        raise DataError(f"checkout: expected what was written of it, got {error!r}") from None


def _ready(connection: sqlite3.Connection) -> None:
    """Make the table where it is not there: a damaged file may have been replaced."""
    run_script(connection, "kiosk.checkout", "checkout.sql")
