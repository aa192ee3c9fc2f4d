"""What the kiosk's journal says, read by SQL alone, and what must be true of it and the ledger.

I1 net charges of a sale are at most one, and one exactly if it is settled. I2 no charge is asked
for while an attempt is open, and none twice for one attempt. I3 "paid" is told only with the
journal's evidence. I4 sums agree. I7 recovery twice changes nothing. I8 nothing stays open. I9
nobody is told to pay again while in doubt. (I6 is looked for in the files by the worker; I5 is a
matter of system calls: tests/faults.)
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from kiosk.hardware.terminal.simulated.ledger import Kind, Row

TABLES = ("payment_open", "payment_attempt", "payment_step", "sale", "sale_tender", "outbox")
CLOSED = ("settled", "declined", "cancelled", "not_charged", "reversed", "attendant")
INVITES = ("PaymentDeclined", "PaymentCancelled", "PaymentRefused")
ENDS_DOUBT = ("PaymentApproved", "PaymentSettled", "PaymentAttendant")


class Broken(AssertionError):  # noqa: N818  (an invariant; its text is the finding)
    """An invariant does not hold."""


@dataclass(frozen=True, slots=True)
class Told:
    """An attempt as the journal has it."""

    attempt_id: UUID
    kind: str
    amount: int
    phases: tuple[str, ...]
    row: int = 0  # of the table by which a probe was judged, where one was

    @property
    def phase(self) -> str:
        """Where it is now."""
        return self.phases[-1]


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale as the journal has it."""

    attempts: tuple[Told, ...]
    settled: bool  # there is a row of it in ``sale``

    def charges(self) -> list[Told]:
        """Give the attempts that were to charge."""
        return [each for each in self.attempts if each.kind == "authorisation"]

    def waits_for_staff(self) -> list[Told]:
        """Give the attempts that only a person can tell of."""
        return [each for each in self.attempts if each.phase == "attendant"]

    def open(self) -> list[Told]:
        """Give the attempts that are not at their end."""
        return [each for each in self.attempts if each.phase not in CLOSED]


class JournalFile:
    """The database of a state folder; nothing is written to it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "kiosk.db"

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file, timeout=5)
        connection.execute(
            "PRAGMA query_only = 1"
        )  # mode=ro cannot open a log that a kill has left
        return connection

    def sale(self, sale_id: str) -> Sale:
        """Read a sale."""
        with closing(self._open()) as connection:
            key = (UUID(sale_id).bytes,)
            if not _has_tables(connection):
                return Sale((), False)
            found = connection.execute(
                "SELECT attempt_id, kind, amount FROM payment_attempt WHERE sale_id = ? "
                "ORDER BY attempt_id", key,
            ).fetchall()  # fmt: skip
            attempts = tuple(
                Told(UUID(bytes=row[0]), row[1], row[2], *_steps(connection, row[0]))
                for row in found
            )
            settled = connection.execute("SELECT 1 FROM sale WHERE sale_id = ?", key).fetchone()
            return Sale(attempts, settled is not None)

    def state(self) -> tuple[int, ...]:
        """Give how many rows there are: nothing is ever changed, so this is all that can change."""
        with closing(self._open()) as connection:
            if not _has_tables(connection):
                return (0,) * len(TABLES)
            return tuple(
                int(connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0])
                for name in TABLES
            )

    def sold(self) -> int:
        """Give the sum of all sales, less what was given back of them."""
        with closing(self._open()) as connection:
            if not _has_tables(connection):
                return 0
            (amount,) = connection.execute("SELECT coalesce(sum(total), 0) FROM sale").fetchone()
            return int(amount)


def _has_tables(connection: sqlite3.Connection) -> bool:
    name = "SELECT 1 FROM sqlite_master WHERE name = 'sale_is_kept'"
    return connection.execute(name).fetchone() is not None


def _steps(connection: sqlite3.Connection, attempt_id: bytes) -> tuple[tuple[str, ...], int]:
    rows = connection.execute(
        "SELECT phase, coalesce(json_extract(detail, '$.row'), 0) FROM payment_step "
        "WHERE attempt_id = ? ORDER BY number", (attempt_id,),
    ).fetchall()  # fmt: skip
    return tuple(row[0] for row in rows), max((int(row[1]) for row in rows), default=0)


@dataclass(frozen=True, slots=True)
class Bank:
    """What the terminal's ledger says of one sale."""

    asked: int
    charged: Sequence[Row]
    kept: Sequence[Row]


def bank_of(rows: Iterable[Row], amount: int) -> Bank:
    """Take a sale's rows out of those since it began; ``amount`` is what it was asked for."""
    rows = list(rows)
    ours = {row.number for row in rows if row.kind is Kind.ASKED and row.amount == amount}
    commands = {row.number for row in rows if row.kind is Kind.ASKED}
    charged = [row for row in rows if row.kind is Kind.CHARGED and row.command in ours]
    numbers = {row.number for row in rows if row.kind is Kind.CHARGED}
    undone = [row.undoes for row in rows if row.kind is Kind.REVERSED]
    if not set(undone) <= numbers:
        raise Broken("I1: another sale's charge was reversed")
    if len(set(undone)) != len(undone):
        raise Broken("I1: a charge was reversed twice")
    asked = [row for row in rows if row.number in ours and row.why == "charge"]
    assert ours <= commands
    kept = [row for row in charged if row.number not in undone]
    return Bank(len(asked), charged, kept)


def check_sale(sale: Sale, bank: Bank, amount: int) -> None:
    """Raise ``Broken`` where one of the invariants does not hold; staff have decided already."""
    if sale.open():
        raise Broken(f"I8: still open: {[each.phases for each in sale.open()]}")
    if len(bank.kept) > 1:
        raise Broken(f"I1: charged {len(bank.charged)} times, {len(bank.kept)} left")
    if sale.settled and (len(bank.kept) != 1 or bank.kept[0].amount != amount):
        raise Broken("I1: settled, and not charged what was asked")
    if bank.kept and not sale.settled:
        raise Broken("I1: charged, and not settled")
    settled = [each for each in sale.charges() if each.phase == "settled"]
    if len(settled) != int(sale.settled):
        raise Broken("I1: the sale's row and its attempt disagree")
    sent = sum("sent" in each.phases for each in sale.charges())
    if bank.asked > sent:
        raise Broken(f"I2: asked {bank.asked} times by {sent} attempts that were sent")


def check_facts(facts: Sequence[Mapping[str, Any]], sale: Sale, sale_id: str) -> None:
    """Hold what was shown against the journal."""
    ours = {str(each.attempt_id): each for each in sale.attempts}
    doubted: set[str] = set()
    for fact in facts:
        of, name = fact["of"], fact["fact"]
        if name == "PaymentApproved" and (of not in ours or ours[of].phase != "settled"):
            raise Broken("I3: shown as paid without evidence")
        if name == "PaymentInDoubt":
            doubted.add(of)
        elif name in ENDS_DOUBT:
            doubted.discard(of)
        elif name in INVITES and doubted & {of, *([of] if of != sale_id else doubted)}:
            raise Broken(f"I9: {name} while in doubt")
