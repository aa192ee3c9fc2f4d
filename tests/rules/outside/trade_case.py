"""A case of the trade: rules, a basket, and what is off it, with the arithmetic of it in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from retail.basket import Line
from retail.pricing.rules import Rule


@dataclass(frozen=True)
class Case:
    """One row. ``by_line`` is what is off each line as scanned; ``ask`` is said to ``asking.ask``."""

    name: str
    rules: Sequence[Rule]
    lines: Sequence[Line]
    off: int
    because: str
    by_line: list[int] | None = None
    total: int | None = None
    vat: int | None = None
    ask: dict[str, Any] = field(default_factory=dict)
