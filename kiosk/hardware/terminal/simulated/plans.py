"""What the terminal is to do at each payment: by a script, by chance, or by a person's word.

A line of a script is a payment: what is decided, and perhaps a persona and a fault.

>>> Plan.read("P4 decline pin")
Plan(persona='P4', decision=<Decision.DECLINE: 'decline'>, why='pin', fault=None)
>>> str(Plan.read("approve fault=rst-at-result"))
'approve fault=rst-at-result'

Behind the script's last line each payment is approved.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Protocol

from kiosk.errors import ConfigError
from kiosk.hardware.terminal.simulated.faults import FAULTS, Fault
from kiosk.hardware.terminal.simulated.personas import PERSONAS


class Decision(StrEnum):
    """What shopper and bank make of it."""

    APPROVE = "approve"
    DECLINE = "decline"
    CANCEL = "cancel"


WHYS = ("funds", "pin", "expired", "refused")  # of a decline


@dataclass(frozen=True, slots=True)
class Plan:
    """One payment. No ``persona``: the terminal's own. No ``decision``: a person is waited for."""

    persona: str = ""
    decision: Decision | None = Decision.APPROVE
    why: str = ""
    fault: Fault | None = None

    @staticmethod
    def read(line: str) -> Plan:
        """Read a line of a script; raises ``ConfigError``."""
        persona, decision, why, fault = "", None, "", None
        for word in line.split():
            if word in PERSONAS:
                persona = word
            elif word in list(Decision):
                decision = Decision(word)
            elif word in WHYS and decision is Decision.DECLINE:
                why = word
            elif word.startswith("fault=") and word.removeprefix("fault=") in FAULTS:
                fault = FAULTS[word.removeprefix("fault=")]
            else:
                raise ConfigError(f"script: expected a decision, persona or fault, got {word!r}")
        if decision is None:
            raise ConfigError(f"script: expected approve, decline or cancel, got {line!r}")
        return Plan(persona, decision, why, fault)

    def __str__(self) -> str:
        fault = f"fault={self.fault.name}" if self.fault else ""
        words = (self.persona, self.decision or "", self.why, fault)
        return " ".join(word for word in words if word)


class Plans(Protocol):
    """Where a payment's plan comes from."""

    def peek(self) -> Plan:
        """Tell what the next payment is to be, for what happens before it."""
        ...

    def take(self) -> Plan:
        """Give the plan of the payment that begins, and go on to the next."""
        ...

    def decided(self, within_s: float) -> tuple[Decision, str] | None:
        """Wait for a person's decision on a payment without one; none in that time."""
        ...

    def over(self) -> None:
        """Note that the payment is over."""
        ...


class Script:
    """Plans in a row; more can be added while it runs. Used by any thread."""

    def __init__(self, plans: Iterable[Plan] = ()) -> None:
        self._plans = deque(plans)

    @staticmethod
    def from_file(file: Path) -> Script:
        """Read a script; blank lines and what stands behind a # do not count."""
        try:
            lines = file.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"script: expected a text file, got {error}") from None
        words = (line.partition("#")[0].strip() for line in lines)
        return Script(Plan.read(line) for line in words if line)

    def add(self, plan: Plan) -> None:
        """Put a plan behind the others."""
        self._plans.append(plan)

    def clear(self) -> None:
        """Drop what has not begun."""
        self._plans.clear()

    def peek(self) -> Plan:
        """Give the next one."""
        return self._plans[0] if self._plans else Plan()

    def take(self) -> Plan:
        """Take the next one."""
        return self._plans.popleft() if self._plans else Plan()

    def decided(self, within_s: float) -> tuple[Decision, str] | None:
        """Give nothing: a script has decided before."""
        return None

    def over(self) -> None:
        """Go on: a script waits for nobody."""


class Chance:
    """Plans drawn from a seed: one in three has a fault, one in six no charge."""

    def __init__(self, seed: int, faults: Iterable[Fault], personas: Iterable[str] = ("",)) -> None:
        self._chance = Random(seed)  # noqa: S311  (it decides no secret)
        self._faults, self._personas = list(faults), list(personas)
        self._next = self._draw()

    def _draw(self) -> Plan:
        chance = self._chance
        drawn = chance.random()
        decision, why = Decision.APPROVE, ""
        if drawn < 0.12:
            decision, why = Decision.DECLINE, chance.choice(WHYS)
        elif drawn < 0.17:
            decision = Decision.CANCEL
        fault = chance.choice(self._faults) if self._faults and chance.random() < 1 / 3 else None
        return Plan(chance.choice(self._personas), decision, why, fault)

    def peek(self) -> Plan:
        """Give the next one."""
        return self._next

    def take(self) -> Plan:
        """Take the next one."""
        taken, self._next = self._next, self._draw()
        return taken

    def decided(self, within_s: float) -> tuple[Decision, str] | None:
        """Give nothing: chance has decided before."""
        return None

    def over(self) -> None:
        """Go on: chance waits for nobody."""


class Person:
    """A person decides each payment while it waits for the card. Used by any thread."""

    def __init__(self) -> None:
        self._said: tuple[Decision, str] | None = None
        self._changed = threading.Condition()
        self._fault: Fault | None = None
        self._waits = False

    @property
    def waits(self) -> bool:
        """Whether a payment waits for a word."""
        return self._waits

    def decide(self, decision: Decision, why: str = "") -> bool:
        """Say what is to become of the payment that waits; false where none does."""
        with self._changed:
            if not self._waits:
                return False
            self._said, self._waits = (decision, why), False
            self._changed.notify_all()
            return True

    def next_fault(self, fault: Fault | None) -> None:
        """Let the next payment have a fault."""
        self._fault = fault

    def peek(self) -> Plan:
        """Give the next one."""
        return Plan(decision=None, fault=self._fault)

    def take(self) -> Plan:
        """Take the next one."""
        fault, self._fault = self._fault, None
        with self._changed:
            self._said, self._waits = None, True
        return Plan(decision=None, fault=fault)

    def decided(self, within_s: float) -> tuple[Decision, str] | None:
        """Wait for the person."""
        with self._changed:
            self._changed.wait_for(lambda: self._said is not None, within_s)
            said, self._said = self._said, None
            return said

    def over(self) -> None:
        """Note that nobody waits any more."""
        with self._changed:
            self._waits = False
