"""A bank terminal that is not there: the drivers' face, levers, and books of its own on the disk.

Ships with the product: tests and the simulator use it. It speaks no protocol; a terminal on a
wire is ``kiosk terminal serve``. Points at which its link can be lost, in their order: connected,
sending, taken, accepted, deciding, booked, resulted, acking, acked, finished.

Source: docs/payment.md, sections 2 to 4.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from kiosk.errors import ConfigError
from kiosk.hardware.terminal.face import (
    Busy,
    Cancelled,
    Completed,
    Declined,
    InDoubt,
    Lost,
    NotSent,
    Outcome,
    Ready,
    Says,
    State,
    Totals,
    Witness,
)
from kiosk.hardware.terminal.fake_ledger import FakeLedger
from kiosk.hardware.terminal.options import TerminalOptions
from retail.tender import Asked, Kind, Probed, Silent, Unwilling
from retail.values import Money


class _LinkLostError(Exception):
    """The lever ``lose`` stands at this point."""


def at_folder(address: str, options: TerminalOptions) -> FakeTerminal:
    """Make the terminal whose books are in the folder ``address``; raises ``ConfigError``."""
    try:
        return FakeTerminal(Path(address), options)
    except (OSError, ValueError, sqlite3.Error) as error:  # ValueError: a path with a zero in it
        raise ConfigError(f"expected a folder for its books, got {error}") from None


class FakeTerminal:
    """Levers are pulled at ``ledger``, also by another process."""

    def __init__(self, folder: Path, options: TerminalOptions | None = None) -> None:
        self._options = options or TerminalOptions()
        self.ledger = FakeLedger(folder)

    @property
    def by_reference(self) -> bool:
        """Whether it finds a transaction by our reference: a lever."""
        return self.ledger.lever("by_reference") == "1"

    @property
    def reverses_unacknowledged(self) -> bool:
        """Whether it is known to undo what was not acknowledged."""
        return self._options.reverses_unacknowledged

    def state(self) -> State:
        """Tell how it is; what was under way when the link was lost goes on meanwhile."""
        if self.ledger.count_down("gone"):
            return Lost("fake: the cable is out")
        if self.ledger.count_down("busy") or self.ledger.go_on():
            return Busy("fake: a payment is under way")
        return Ready(self.ledger.lever("terminal_id"))

    def probe(self, reference: str) -> Probed:
        """Tell the last transaction, or ours."""
        if self.ledger.count_down("gone"):
            return Silent("fake: the cable is out")
        if self.ledger.lever("probes") == "0":
            return Unwilling("fake: it does not tell")
        return self.ledger.last(reference if self.by_reference else "")

    def authorise(self, asked: Asked, witness: Witness) -> Outcome:
        """Charge."""
        return self._command(Kind.AUTHORISATION, asked, None, witness)

    def reverse(self, asked: Asked, receipt: int, witness: Witness) -> Outcome:
        """Undo the transaction with this receipt number."""
        return self._command(Kind.REVERSAL, asked, receipt, witness)

    def refund(self, asked: Asked, witness: Witness) -> Outcome:
        """Give back."""
        return self._command(Kind.REFUND, asked, None, witness)

    def end_of_day(self) -> Totals | Lost | Busy:
        """Count what stays charged."""
        books = [each for each in self.ledger.books() if each.good]
        return Totals(len(books), Money(self.ledger.net(), self._options.currency))

    def close(self) -> None:
        """Let the link go; there is none."""

    def at(self, point: str) -> None:
        """Come to a point of the dialogue; a test's terminal does more here."""
        if self.ledger.lever("lose") == point:
            self.ledger.pull(lose="")
            raise _LinkLostError(f"fake: the link was lost at {point}")

    def _command(self, kind: Kind, asked: Asked, undoes: int | None, witness: Witness) -> Outcome:
        if not isinstance(self.state(), Ready):
            return NotSent("fake: not idle")
        try:
            self.at("connected")
        except _LinkLostError as error:
            return NotSent(str(error))
        try:
            return self._dialogue(kind, asked, undoes, witness)
        except _LinkLostError as error:
            return InDoubt(str(error))

    def _dialogue(self, kind: Kind, asked: Asked, undoes: int | None, witness: Witness) -> Outcome:
        ledger = self.ledger
        witness.sending()
        self.at("sending")
        ledger.start(kind, asked, undoes)
        self.at("taken")
        witness.accepted()
        self.at("accepted")
        for key in ("card", "pin"):
            witness.says(Says(key))
        if witness.wants_cancel() or ledger.lever("outcome") == "cancel":
            ledger.finish()
            return Cancelled("6C")
        self.at("deciding")
        refused = kind is Kind.REVERSAL and ledger.lever("reversals") == "0"
        good = ledger.lever("outcome") == "approve" and not refused
        result = ledger.decide(good=good, code="00" if good else "05")
        self.at("booked")
        witness.resulted(result)
        self.at("resulted")
        ledger.ack()
        self.at("acking")
        witness.acked()
        self.at("acked")
        ledger.finish()
        witness.printed(f"fake {kind} {result.receipt}")
        self.at("finished")
        return Completed(result) if good else Declined(result.code, "refused")
