"""What whoever drives an attempt works with: journal, terminal, clock, and whom to tell.

Source: docs/payment.md, section 7.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.hardware.terminal.face import Terminal
from kiosk.outbox.boot import Box
from kiosk.outbox.recorder import Writing
from kiosk.payment.attempts import Attempt
from kiosk.payment.journal import Journal
from kiosk.payment.tenders import NoReservations, Reservations, release_all
from kiosk.payment_messages import PaymentFact
from retail.tender import Kind, Phase

log = logging.getLogger(__name__)
MS = 1_000


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited, in seconds: docs/payment.md, sections 4 and 7."""

    reverses_s: float = 5.0  # T3: in which the terminal may still undo by itself
    payment_s: float = 180.0  # T4: the terminal's own time for a payment
    pause_s: float = 1.0  # before the second probe; then twice as long each time
    pause_max_s: float = 15.0
    bound_s: float = 600.0  # of a doubt, until staff are asked


@dataclass(slots=True)
class Desk:
    """``where`` is the terminal's address. ``wait`` sleeps and tells whether to stop."""

    journal: Journal
    terminal: Terminal
    where: str
    box: Box
    post: Callable[[PaymentFact], None]
    wait: Callable[[float], bool]
    wants_cancel: Callable[[], bool] = lambda: False
    patience: Patience = Patience()
    terminal_id: str = ""  # by the settings; empty: whatever it says of itself
    reservations: Reservations = field(default_factory=NoReservations)
    began_s: float = field(init=False)

    def __post_init__(self) -> None:
        self.began_s = self.now_s()

    def now_s(self) -> float:
        """Give the seconds since the boot."""
        return self.box.mono_ms() / MS

    def since_s(self, attempt: Attempt, phase: Phase) -> float:
        """Give how long ago a step was, at least: one of another boot counts from our start."""
        step = attempt.reached(phase)
        if step is None:
            return 0.0
        same_boot = step.boot_id == self.box.boot_id
        return max(0.0, self.now_s() - (step.mono_ms / MS if same_boot else self.began_s))

    def release(self, attempt: Attempt, writing: Writing) -> None:
        """Let go of what other tenders reserved: it is not paid."""
        if attempt.kind is Kind.AUTHORISATION:
            release_all(self.reservations, writing, attempt.sale_id, attempt.content)
