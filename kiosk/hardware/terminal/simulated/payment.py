"""A payment at the terminal, as far as it is the same in every protocol.

What is said, and when, is each protocol's; here is what is decided, charged and undone, and what
goes wrong at which point.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod

from kiosk.hardware.terminal.simulated.faults import Act, Point
from kiosk.hardware.terminal.simulated.ledger import Row
from kiosk.hardware.terminal.simulated.links import Link
from kiosk.hardware.terminal.simulated.plans import Decision
from kiosk.hardware.terminal.simulated.station import Station

OTHER_CURRENCY, OTHER_TERMINAL, AMOUNT_MORE = 840, "77777777", 7
LOOK_S = 0.1


class Abandoned(Exception):  # noqa: N818  (the terminal was switched off under it)
    """The terminal has restarted: nobody goes on with this payment."""


class Payment(ABC):
    """One command that may charge, from its first byte read to its last said."""

    def __init__(self, station: Station, link: Link) -> None:
        self.station, self.memory, self.link = station, station.memory, link
        self.plan = station.plans.take()
        self.persona = station.persona(self.plan.persona)
        station.payments += 1
        self.cancelled = False  # the other side has asked for it, in time
        self._boots = station.boots

    # ---- what goes wrong

    def has(self, act: Act) -> bool:
        """Tell whether the plan wants this done."""
        return self.plan.fault is not None and self.plan.fault.act is act

    def reach(self, point: Point) -> None:
        """Come to a point, and let happen there what is to; raises ``Abandoned``."""
        self.check()
        fault = self.plan.fault
        if fault is not None and fault.at is point:
            self._befall(fault.act)
        if self.persona.reboots and self._reboots_at is point:
            self.station.reboot(forget=self.persona.forgets)
        self.check()

    def check(self) -> None:
        """Raise ``Abandoned`` where the terminal has restarted meanwhile."""
        if self.station.boots != self._boots:
            raise Abandoned

    @property
    def _reboots_at(self) -> Point | None:
        """Restart behind the charge, then, at the next payments, not at all and before it."""
        return (Point.CARD, Point.CHARGED, None)[self.station.payments % 3]

    def _befall(self, act: Act) -> None:
        match act:
            case Act.RESET:
                self.link.end(reset=True)
            case Act.FINISH:
                self.link.end()
            case Act.MUTE | Act.UNSEEN:
                self.link.mute()
            case Act.DRIP:
                self.link.drips = True
            case Act.COUNTER_RESET:
                self.memory.set_counter(0)
            case Act.REBOOT | Act.REBOOT_FORGET:
                self.station.reboot(forget=act is Act.REBOOT_FORGET)
            case _:
                pass  # looked up where something is said

    def over(self) -> None:
        """End it: what is to happen when the terminal is asked of it is noted."""
        fault = self.plan.fault
        self.link.drips = False
        if fault is not None and fault.at is Point.ASKED:
            self.station.ask_fault = fault
        self.station.payment_over(self.link)

    # ---- what is decided

    @abstractmethod
    def listen(self, within_s: float) -> None:
        """Hear the other side for so long, and note where it wants to stop."""

    def decide(self) -> tuple[Decision, str]:
        """Wait for card and PIN, or for a person's word."""
        self.station.show("card?")
        if self.plan.decision is not None:
            self.listen(self.station.times.card_s)
            self.check()
            if self.cancelled:
                return Decision.CANCEL, "asked"
            return self.plan.decision, self.plan.why
        until = time.monotonic() + self.station.times.patience_s
        while time.monotonic() < until:
            said = self.station.plans.decided(LOOK_S)
            if said is not None:
                return said
            self.listen(0.0)
            self.check()
            if self.cancelled:
                return Decision.CANCEL, "asked"
        return Decision.CANCEL, "patience"

    @property
    def gives_up(self) -> bool:
        """Whether nothing is charged, because nobody is at the other end any more."""
        return self.link.lost and self.persona.odd

    # ---- what is charged

    def charge(self, command: Row) -> Row:
        """Move the money."""
        amount = command.amount + AMOUNT_MORE if self.has(Act.AMOUNT) else command.amount
        currency = OTHER_CURRENCY if self.has(Act.CURRENCY) else command.currency
        charged = self.memory.charge(command, amount, currency)
        self.station.show(f"approved {amount} receipt {charged.receipt}")
        return charged

    def told_terminal(self) -> str:
        """Give the terminal id that the result names."""
        return OTHER_TERMINAL if self.has(Act.TERMINAL) else self.memory.terminal_id

    def leave_unacknowledged(self, charged: Row) -> bool:
        """Undo it or keep it, as this terminal does; tells whether it is undone."""
        self.check()
        if self.has(Act.UNSEEN):
            self.memory.undo_silently(charged, "not acknowledged")
            return True
        if self.persona.lingers and self.link.lost:
            self.station.later(lambda: self._undo_late(charged))
        elif self.persona.reverses:
            self.undo(charged, "not acknowledged")
        return self.persona.reverses

    def _undo_late(self, charged: Row) -> None:
        if self.station.boots == self._boots and not self.memory.is_undone(charged):
            self.undo(charged, "not acknowledged")

    def undo(self, charged: Row, why: str) -> None:
        """Take it back, with a receipt."""
        self.memory.reverse(charged, why)
        self.station.show(f"reversed receipt {charged.receipt}: {why}")
