"""What a bank terminal that is not there keeps: its transactions, its memory and its levers.

It is a file, so that it outlives the kiosk as a terminal does, and so that another process can
look into it or pull a lever. What was under way when the link was lost goes on by itself, as at a
terminal: ``go_on``.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retail.tender import RECEIPT_LAST, Asked, Kind, NoneYet, Result
from retail.values import Money

LEVERS = {
    "outcome": "approve",  # approve, decline, cancel
    "lose": "",  # the point at which the link is lost, once: see FakeTerminal
    "after_loss": "books",  # or "gives_up": what it does with what it had taken
    "unacked": "books",  # or "reverses": what it does with what was not acknowledged
    "amount_off": "0",  # approves for so much more
    "names_amount": "1",
    "terminal_id": "12345678",
    "names_terminal": "",  # approves as another terminal
    "busy": "0",  # answers so many times that it is busy; -1: always
    "gone": "0",  # does not answer so many times; -1: never
    "probes": "1",  # 0: refuses to tell its last transaction
    "by_reference": "0",
    "reversals": "1",  # 0: declines them
}
_MAKE = """
CREATE TABLE IF NOT EXISTS lever (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS booked (
    place INTEGER PRIMARY KEY, receipt INTEGER, kind TEXT, reference TEXT, amount INTEGER,
    currency TEXT, good INTEGER, code TEXT, undone INTEGER DEFAULT 0, undoes INTEGER,
    remembered INTEGER DEFAULT 1);
CREATE TABLE IF NOT EXISTS running (
    only INTEGER PRIMARY KEY CHECK (only = 1), kind TEXT, reference TEXT, amount INTEGER,
    currency TEXT, undoes INTEGER, state TEXT, place INTEGER);
CREATE TABLE IF NOT EXISTS counter (only INTEGER PRIMARY KEY CHECK (only = 1), receipt INTEGER);
INSERT OR IGNORE INTO counter VALUES (1, 0);
"""
_MARK = "UPDATE booked SET undone = ? WHERE receipt = ? AND kind = 'authorisation'"


@dataclass(frozen=True, slots=True)
class Booked:
    """A transaction of the terminal's own books; ``amount`` is what it really moved."""

    receipt: int
    kind: Kind
    reference: str
    amount: int
    good: bool
    undone: bool


class FakeLedger:
    """Each method is one transaction; any number of processes may have the file open."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "terminal.db"
        with closing(sqlite3.connect(self._file, timeout=5)) as connection:
            connection.executescript(_MAKE)

    # ---- levers and looks, for whoever tests

    def pull(self, **levers: object) -> None:
        """Set levers, by the names of ``LEVERS``."""
        unknown = levers.keys() - LEVERS.keys()
        assert not unknown, unknown
        self._many(
            "INSERT OR REPLACE INTO lever VALUES (?, ?)",
            [(name, str(value)) for name, value in levers.items()],
        )

    def lever(self, name: str) -> str:
        """Give how a lever stands."""
        row = self._one("SELECT value FROM lever WHERE name = ?", name)
        return str(row[0]) if row else LEVERS[name]

    def count_down(self, name: str) -> bool:
        """Tell whether a lever that counts is still pulled, and let it go one down."""
        left = int(self.lever(name))
        if left > 0:
            self.pull(**{name: left - 1})
        return left != 0

    def forget(self) -> None:
        """Lose the memory of the last transaction; the bank still has the books."""
        self._many("UPDATE booked SET remembered = 0", [()])

    def count_from(self, receipt: int) -> None:
        """Set the counter of receipts: the next one is one more."""
        self._many("UPDATE counter SET receipt = ?", [(receipt,)])

    def books(self) -> list[Booked]:
        """Give all that was booked, the oldest first."""
        query = "SELECT receipt, kind, reference, amount, good, undone FROM booked ORDER BY place"
        return [
            Booked(receipt, Kind(kind), reference, amount, bool(good), bool(undone))
            for receipt, kind, reference, amount, good, undone in self._all(query)
        ]

    def net(self) -> int:
        """Give what stays charged in all, less what was given back."""
        charged = sum(
            each.amount
            for each in self.books()
            if each.good and each.kind is Kind.AUTHORISATION and not each.undone
        )
        back = [each for each in self.books() if each.good and each.kind is Kind.REFUND]
        return charged - sum(each.amount for each in back)

    # ---- the terminal at work

    def start(self, kind: Kind, asked: Asked, undoes: int | None) -> None:
        """Take a command."""
        row = (kind.value, asked.reference, asked.amount.minor, asked.amount.currency, undoes)
        insert = "INSERT OR REPLACE INTO running VALUES (1, ?, ?, ?, ?, ?, 'taken', NULL)"
        self._many(insert, [row])

    def decide(self, *, good: bool, code: str) -> Result:
        """Book what is under way; gives the result that the terminal tells."""
        row = self._one("SELECT kind, reference, amount, currency, undoes FROM running")
        assert row is not None, "nothing is under way"
        kind, reference, amount, currency, undoes = row
        if good and kind == Kind.AUTHORISATION.value:
            amount += int(self.lever("amount_off"))
        receipt = self._receipt() % RECEIPT_LAST + 1
        values = (receipt, kind, reference, amount, currency, good, code, undoes)
        undone = undoes if good and kind == Kind.REVERSAL.value else None
        with closing(self._opened()) as connection, connection:
            connection.execute("UPDATE counter SET receipt = ?", (receipt,))
            connection.execute(
                "INSERT INTO booked (receipt, kind, reference, amount, currency, good, code, "
                "undoes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            )
            connection.execute(_MARK, (True, undone))
            place = "(SELECT max(place) FROM booked)"
            connection.execute(f"UPDATE running SET state = 'booked', place = {place}")  # noqa: S608
        result = self.last("")
        assert isinstance(result, Result), "it was booked just now"
        return result

    def ack(self) -> None:
        """Take the acknowledgement: from now on it stays booked."""
        self._many("UPDATE running SET state = 'acked'", [()])

    def finish(self) -> None:
        """Be idle again."""
        self._many("DELETE FROM running", [()])

    def go_on(self) -> bool:
        """Go on with what was under way when the link was lost; tell whether there was any."""
        row = self._one("SELECT state, kind, undoes, place FROM running")
        if row is None:
            return False
        state, kind, undoes, place = row
        if state == "taken" and self.lever("after_loss") == "books":
            approve = self.lever("outcome") == "approve"
            self.decide(good=approve, code="00" if approve else "05")
            return True
        if state == "booked" and self.lever("unacked") == "reverses":
            if kind == Kind.REVERSAL.value:  # the reversal itself is undone
                self._many("UPDATE booked SET good = 0 WHERE place = ?", [(place,)])
                self._many(_MARK, [(False, undoes)])
            else:
                self._many("UPDATE booked SET undone = 1 WHERE place = ?", [(place,)])
        self.finish()
        return True

    def last(self, reference: str) -> Result | NoneYet:
        """Tell the last transaction, or that of a reference."""
        where = "remembered = 1 AND (? = '' OR reference = ?)"
        row = self._one(
            "SELECT receipt, kind, amount, currency, good, code, undone FROM booked "  # noqa: S608
            f"WHERE {where} ORDER BY place DESC LIMIT 1",
            reference,
            reference,
        )
        if row is None:
            return NoneYet()
        receipt, kind, amount, currency, good, code, undone = row
        named = self.lever("names_terminal") or self.lever("terminal_id")
        told = Money(amount, currency) if self.lever("names_amount") == "1" else None
        return Result(
            bool(good),
            code,
            told,
            named,
            receipt,
            receipt,
            "603799",
            "1234",
            f"receipt {receipt}",
            bool(undone) or (bool(good) and kind == Kind.REVERSAL.value),
        )

    def _receipt(self) -> int:
        row = self._one("SELECT receipt FROM counter")
        assert row is not None, "made with the file"
        return int(row[0])

    # ---- short cuts

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file, timeout=5)
        connection.execute("PRAGMA synchronous = OFF")  # a process is killed, no power is cut
        return connection

    def _all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(self._opened()) as connection:
            return connection.execute(query, values).fetchall()

    def _one(self, query: str, *values: object) -> tuple[Any, ...] | None:
        rows = self._all(query, *values)
        return rows[0] if rows else None

    def _many(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        with closing(self._opened()) as connection, connection:
            connection.executemany(statement, rows)
