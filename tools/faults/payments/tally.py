"""What a worker is to do, and what came of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is to do: sales until ``sales`` or ``ends_at`` (monotonic), which is first."""

    number: int
    folder: Path
    seed: int
    sales: int
    ends_at: float
    protocol: str = "zvt"
    wire: str = "tcp"
    corrupt: float = 0.0


@dataclass
class Tally:
    """What came of it, by name."""

    sales: int = 0
    persona_by_point: Counter[str] = field(default_factory=Counter)
    reached: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    for_staff: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    kills: int = 0
    starts: int = 0
    cpu_s: float = 0.0
    settled_s_max: float = 0.0
    slowest: str = ""

    def told(self) -> dict[str, Any]:
        """Give it as JSON."""
        return {each.name: getattr(self, each.name) for each in fields(self)}
