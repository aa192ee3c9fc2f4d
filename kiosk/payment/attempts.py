"""An attempt as the journal has it: what was asked, and the steps that it came.

Source: docs/payment.md, sections 1 and 3.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from kiosk.payment.records import read_result
from retail.tender import OPEN, Asked, Baseline, Kind, Phase, Result

Body = Mapping[str, Any]
_CHANCE_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the journal; ``wall_ms`` since 1970 UTC, ``mono_ms`` since the boot."""

    number: int
    phase: Phase
    wall_ms: int
    boot_id: UUID
    mono_ms: int
    detail: Body = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class New:
    """An attempt that is to be begun.

    ``terminal`` is its address. ``content`` is what is paid: the whole quote, and the tenders.
    ``undoes`` is the authorisation that a reversal or a refund gives back; ``by`` who asked so.
    """

    sale_id: UUID
    kind: Kind
    terminal: str
    asked: Asked
    baseline: Baseline
    content: Body
    undoes: UUID | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt with its steps, the oldest first; there is at least one."""

    attempt_id: UUID
    sale_id: UUID
    kind: Kind
    terminal: str
    asked: Asked
    baseline: Baseline
    content: Body
    undoes: UUID | None
    steps: tuple[Step, ...]

    @property
    def phase(self) -> Phase:
        """Where it is now."""
        return self.steps[-1].phase

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done for it."""
        return self.phase in OPEN

    def reached(self, phase: Phase) -> Step | None:
        """Give the step, if it came to it."""
        return next((step for step in self.steps if step.phase is phase), None)

    @property
    def result(self) -> Result | None:
        """What the terminal told last of it, if anything: by itself, or when it was probed."""
        told = [step.detail["result"] for step in self.steps if "result" in step.detail]
        return read_result(told[-1]) if told else None

    @property
    def good(self) -> bool:
        """Whether the terminal said yes, before anybody asked it again."""
        step = self.reached(Phase.RESULT)
        return step is not None and bool(step.detail["result"]["good"])

    @property
    def printed(self) -> tuple[str, ...]:
        """The lines of the terminal's own receipt, as far as they came; masked."""
        told = [step.detail["printed"] for step in self.steps if "printed" in step.detail]
        return tuple(told[-1]) if told else ()

    @property
    def why(self) -> str:
        """What is noted as the reason of the last step."""
        return str(self.steps[-1].detail.get("why", ""))

    @property
    def by(self) -> str:
        """Who asked for it, of the staff; empty where nobody did."""
        return str(self.steps[0].detail.get("by", ""))


def new_reference(wall_ms: int) -> str:
    """Make a reference that no terminal has seen: 20 digits, the time and chance.

    Digits alone, because every protocol takes them. Our own source: 7 digits of chance in each
    millisecond of a kiosk; the journal refuses a double, and so does the probe before INTENT.
    """
    return f"{wall_ms % 10**13:013d}{secrets.randbelow(10**_CHANCE_DIGITS):0{_CHANCE_DIGITS}d}"
