"""No terminal at all: for whoever reads the journal or writes staff's word into it."""

from __future__ import annotations

from kiosk.hardware.terminal.face import Busy, Lost, NotSent, Outcome, State, Totals, Witness
from retail.tender import Asked, Probed, Silent

WHY = "there is no terminal here"


class AbsentTerminal:
    """Answers nothing and sends nothing."""

    by_reference = False
    reverses_unacknowledged = False

    def state(self) -> State:
        """Tell that it is not there."""
        return Lost(WHY)

    def probe(self, reference: str) -> Probed:
        """Tell nothing."""
        return Silent(WHY)

    def authorise(self, asked: Asked, witness: Witness) -> Outcome:
        """Send nothing."""
        return NotSent(WHY)

    def reverse(self, asked: Asked, receipt: int, witness: Witness) -> Outcome:
        """Send nothing."""
        return NotSent(WHY)

    def refund(self, asked: Asked, witness: Witness) -> Outcome:
        """Send nothing."""
        return NotSent(WHY)

    def end_of_day(self) -> Totals | Lost | Busy:
        """Tell that it is not there."""
        return Lost(WHY)

    def close(self) -> None:
        """Do nothing."""
