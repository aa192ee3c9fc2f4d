"""What was sold here, read from the journals of payments and of prints, for the staff's pages.

It writes nothing and waits for nobody who writes. It belongs to the core's thread.

Source: docs/payment.md, section 3; docs/receipts.md, section 5.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final
from uuid import UUID

from kiosk.outbox.rows import instant_of
from kiosk.payment.attempts import Attempt
from kiosk.payment.journal import read_where
from kiosk.payment.reading import read_journal
from kiosk.receipt.jobs import Job, JobState, first_job, jobs_in_doubt
from kiosk.sales.state import Paper, Sale, Standing
from retail.tender import NOT_PAID, Kind, Phase, Result
from retail.values import Money

_NEWEST: Final = "SELECT sale_id FROM payment_attempt ORDER BY attempt_id DESC"
_WAITING: Final = (
    "SELECT DISTINCT sale_id FROM payment_attempt JOIN payment_step AS step USING (attempt_id) "
    "WHERE step.phase = 'attendant' AND NOT EXISTS (SELECT 1 FROM payment_step AS later WHERE "
    "later.attempt_id = step.attempt_id AND later.number > step.number)"
)
_PAPERS = {
    JobState.QUEUED: Paper.WAITS,
    JobState.PRINTING: Paper.WAITS,
    JobState.PRINTED: Paper.PRINTED,
    JobState.UNSURE: Paper.UNSURE,
    JobState.FAILED: Paper.FAILED,
}


@dataclass(frozen=True, slots=True)
class _Prints:
    first: Job | None
    doubted: Job | None

    @property
    def paper(self) -> Paper:
        if self.doubted is not None:
            return Paper.UNSURE
        return _PAPERS[self.first.state] if self.first is not None else Paper.NONE


class JournalSales:
    """The ``SalesBook`` of a real kiosk; ``database`` is the ledger's file."""

    def __init__(self, database: Path) -> None:
        self._database = database

    def newest(self, limit: int) -> tuple[Sale, ...]:
        """Give what waits for a person, then the newest; raises ``DataError``."""
        return tuple(read_journal(self._database, lambda each: _newest(each, limit)))

    def waiting(self) -> int:
        """Count the sales that wait for a person's word on a payment; raises ``DataError``."""
        return len(read_journal(self._database, lambda each: each.execute(_WAITING)))

    def sale(self, sale_id: UUID) -> Sale | None:
        """Give a sale as it is now; raises ``DataError``."""
        found = read_journal(self._database, lambda each: [_sale(each, sale_id)])
        return found[0] if found else None


def _newest(connection: sqlite3.Connection, limit: int) -> Iterator[Sale]:
    waiting = dict.fromkeys(each for (each,) in connection.execute(_WAITING))
    unsure = dict.fromkeys(job.sale_id.bytes for job in jobs_in_doubt(connection))
    first = {**waiting, **unsure}
    others = islice(_others(connection, first), limit)
    for sale_id in (*sorted(first, reverse=True), *others):
        sale = _sale(connection, UUID(bytes=sale_id))
        if sale is not None:
            yield sale


def _others(connection: sqlite3.Connection, but: Collection[bytes]) -> Iterator[bytes]:
    seen = set(but)
    for (sale_id,) in connection.execute(_NEWEST):
        if sale_id not in seen:
            seen.add(sale_id)
            yield sale_id


def _sale(connection: sqlite3.Connection, sale_id: UUID) -> Sale | None:
    attempts = list(read_where(connection, "sale_id", sale_id))
    charges = [each for each in attempts if each.kind is Kind.AUTHORISATION]
    if not charges:
        return None
    charge = charges[-1]
    made = [each for each in attempts if each.undoes == charge.attempt_id]
    unclear = [each for each in made if each.phase is Phase.ATTENDANT]
    doubted = [job for job in jobs_in_doubt(connection) if job.sale_id == sale_id]
    prints = _Prints(first_job(connection, sale_id), doubted[0] if doubted else None)
    return _told(charge, made, unclear, prints)


def _told(charge: Attempt, made: list[Attempt], unclear: list[Attempt], prints: _Prints) -> Sale:
    amount, result = charge.asked.amount, charge.result
    taken = [each for each in made if each.phase not in NOT_PAID]
    left = amount.minor - sum(each.asked.amount.minor for each in taken)
    standing = _standing(charge, made, left)
    paid = standing in (Standing.PAID, Standing.PART_RETURNED)
    return Sale(
        sale_id=charge.sale_id,
        attempt_id=charge.attempt_id,
        number=int(charge.content.get("basket", {}).get("number", 0)),
        at=instant_of(charge.steps[0].wall_ms),
        amount=amount,
        standing=standing,
        left=Money(left if paid else 0, amount.currency),
        reversible=standing is Standing.PAID and not taken and _has_receipt(result),
        card_last4=result.card_last4 if result else "",
        why=charge.why if standing is not Standing.PAID else "",
        returning=unclear[0].attempt_id if unclear else None,
        paper=prints.paper,
        job_id=prints.doubted.job_id if prints.doubted else None,
    )


def _has_receipt(result: Result | None) -> bool:
    return result is not None and result.receipt is not None


def _standing(charge: Attempt, made: list[Attempt], left: int) -> Standing:
    match charge.phase:
        case Phase.SETTLED:
            returned = any(each.phase is Phase.SETTLED for each in made)
            if not returned:
                return Standing.PAID
            return Standing.PART_RETURNED if left > 0 else Standing.RETURNED
        case Phase.ATTENDANT:
            return Standing.ATTENDANT
        case phase if phase in NOT_PAID:
            return Standing.NOT_PAID
        case _:
            return Standing.OPEN
