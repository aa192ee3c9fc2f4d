"""What a link's log says: each loss once, with the culprit, each return once, and outcomes."""

from __future__ import annotations

import logging
from typing import assert_never

from kiosk.hardware.terminal.face import (
    Cancelled,
    Completed,
    Declined,
    InDoubt,
    NotSent,
    Outcome,
)

log = logging.getLogger(__name__)


class LinkNews:
    """What was last told of a terminal."""

    def __init__(self, terminal: str) -> None:
        self._terminal = terminal
        self._lost = False

    def lost(self, why: str) -> None:
        """Tell that it cannot be used."""
        if not self._lost:
            self._lost = True
            log.warning("terminal-lost terminal=%s reason=%s", self._terminal, why)

    def back(self) -> None:
        """Tell that it answers."""
        if self._lost:
            self._lost = False
            log.info("terminal-back terminal=%s", self._terminal)


def name_of(outcome: Outcome) -> str:
    """Name an outcome for a line of the log: what it is and why, and nothing of a card."""
    match outcome:
        case Completed():
            return "completed"
        case Declined(code, why):
            return f"declined code={code or '-'} why={why}"
        case Cancelled(code):
            return f"cancelled code={code or '-'}"
        case NotSent(why):
            return f"not-sent why={why}"
        case InDoubt(why):
            return f"in-doubt why={why}"
        case _:
            assert_never(outcome)
