"""The journal as a driver sees it: each call is on the disk when it returns, or it raises.

After the first call that raised all others raise too: the driver is to stop reading. What was on
the disk then stays what the attempt is.

Source: docs/payment.md, section 2, rules 1 and 2.
"""

from __future__ import annotations

from collections.abc import Callable

from kiosk.errors import KioskError
from kiosk.hardware.terminal.face import Says
from kiosk.payment.attempts import Attempt
from kiosk.payment.journal import Journal
from kiosk.payment.records import result_record, words
from retail.tender import Phase, Result

PRINTED_MAX = 200  # lines of one receipt


class StopReadingError(KioskError):
    """The driver is to stop: nothing more can be noted of this attempt."""


class JournalWitness:
    """``attempt`` is what is on the disk; ``lines`` the terminal's own receipt so far."""

    def __init__(
        self,
        journal: Journal,
        attempt: Attempt,
        tell: Callable[[Says], None],
        wants_cancel: Callable[[], bool],
    ) -> None:
        self._journal, self._tell, self._wants_cancel = journal, tell, wants_cancel
        self.attempt = attempt
        self.lines: list[str] = []
        self.fault: KioskError | None = None

    def sending(self) -> None:
        """Note SENT."""
        self._step(Phase.SENT)

    def accepted(self) -> None:
        """Note ACCEPTED; said twice, it is noted once."""
        if self.attempt.phase is not Phase.ACCEPTED:
            self._step(Phase.ACCEPTED)

    def resulted(self, result: Result) -> None:
        """Note RESULT; the same one told twice is noted once, another one is a contradiction."""
        told = result_record(result)
        before = self.attempt.reached(Phase.RESULT)
        if before is None or self.fault is not None:
            self._step(Phase.RESULT, told)
        elif before.detail["result"] != told:
            self.fault = StopReadingError("Expected one result, got two that differ")
            raise self.fault

    def acked(self) -> None:
        """Note ACKED; after a result that was told twice, once."""
        if self.attempt.phase is not Phase.ACKED:
            self._step(Phase.ACKED)

    def says(self, says: Says) -> None:
        """Pass on what the terminal shows."""
        self._tell(Says(says.key, words(says.text)))

    def printed(self, line: str) -> None:
        """Keep a line of the terminal's own receipt."""
        if len(self.lines) < PRINTED_MAX:
            self.lines.append(words(line))

    def wants_cancel(self) -> bool:
        """Tell whether the shopper, or whoever ends the program, wants to stop."""
        return self._wants_cancel()

    def _step(self, phase: Phase, result: dict[str, object] | None = None) -> None:
        if self.fault is not None:
            raise self.fault
        try:
            detail = {} if result is None else {"result": result}
            self.attempt = self._journal.step(self.attempt, phase, detail)
        except KioskError as error:
            self.fault = error
            raise
        except ValueError as error:  # a driver that tells steps in an order that cannot be
            self.fault = StopReadingError(str(error))
            raise self.fault from None
