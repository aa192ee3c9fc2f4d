"""What is drawn for a sale: persona, decision, fault, and where the kiosk dies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from kiosk.hardware.terminal.simulated.faults import Fault, possible
from kiosk.hardware.terminal.simulated.personas import PERSONAS
from kiosk.hardware.terminal.simulated.plans import WHYS, Decision, Plan
from tools.faults.payments.points import POINTS, REVERSAL_POINTS

NO_POINT, ANY_TIME, FULL_DISK = "-", "any time", "full disk"
WRONG = ("other-amount", "other-currency", "other-terminal")  # what makes a kiosk reverse
KILL_MAX_S = 0.25  # a payment takes less
CLOCK_DAYS = (-3_650, -1, 1, 3_650)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sale's lot. ``label`` is its kill point as it is counted, ``point`` the journal's name."""

    plan: Plan
    label: str
    point: str
    in_reversal: bool = False
    kill_s: float = 0.0
    full_disk: bool = False
    boot: int = 0
    clock_days: int = 0
    cancels: bool = False
    rival: bool = False
    again: bool = False  # somebody tries to pay while it is open
    twice: bool = False  # recovery is run twice
    recovery_kill_s: Sequence[float] = ()
    retries: bool = False  # the shopper pays again where it came to nothing


class Lots:
    """Draws lots for the sales of one worker, all from its seed."""

    def __init__(self, seed: int, protocol: str, wire: str) -> None:
        self._chance = Random(seed)
        self._faults = possible(protocol, wire)
        self._by_name = {fault.name: fault for fault in self._faults}
        self._points = [name for name in POINTS if name != "K15" or protocol == "zvt"]

    def draw(self) -> Drawn:
        """Draw a sale's lot."""
        chance = self._chance
        label = self._label()
        fault = self._fault(label)
        persona, drawn = chance.choice(tuple(PERSONAS)), chance.random()
        declined = 0.5 if PERSONAS[persona].soft_declines else 0.07  # that is what it is for
        decision, why = Decision.APPROVE, ""
        if label != "K15" and drawn < declined:
            decision, why = Decision.DECLINE, chance.choice(WHYS)
        elif label != "K15" and drawn < declined + 0.03:
            decision = Decision.CANCEL
        kills = [chance.uniform(0.02, KILL_MAX_S) for _ in range(chance.choice((0, 0, 0, 1, 2)))]
        return Drawn(
            Plan(persona, decision, why, fault),
            label,
            self._point(label),
            label == "K15",
            chance.uniform(0.005, KILL_MAX_S) if label == ANY_TIME else 0.0,
            label == FULL_DISK,
            chance.randrange(1, 1_000_000) if chance.random() < 0.25 else 0,
            chance.choice(CLOCK_DAYS) if chance.random() < 0.1 else 0,
            chance.random() < 0.03,
            chance.random() < 0.02,
            chance.random() < 0.04,
            chance.random() < 0.1,
            kills,
            chance.random() < 0.3,
        )

    def _label(self) -> str:
        drawn = self._chance.random()
        if drawn < 0.62:
            return self._chance.choice(self._points)
        if drawn < 0.74:
            return ANY_TIME
        return FULL_DISK if drawn < 0.78 else NO_POINT

    def _fault(self, label: str) -> Fault | None:
        if label == "K15":
            return self._by_name[self._chance.choice(WRONG)]
        return self._chance.choice(self._faults) if self._chance.random() < 0.4 else None

    def _point(self, label: str) -> str:
        if label in (ANY_TIME, NO_POINT):
            return ""
        if label == "K15":
            return self._chance.choice(REVERSAL_POINTS)
        if label == FULL_DISK:
            return self._chance.choice(tuple(POINTS.values())[:-1])
        return POINTS[label]
