"""What a terminal's driver is told besides its address: the same for each protocol.

A driver takes what its protocol knows and passes over the rest. Times in seconds.

Source: docs/payment.md, section 7.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from retail.values import RIAL

LINK_S = 3.0
T3_S = 5.0
T4_S = 180.0


@dataclass(frozen=True, slots=True)
class TerminalOptions:
    """``password`` is the merchant's at a ZVT terminal; it is never stored, logged or shown.

    ``currency`` is an ISO 4217 code in letters. ``terminal_id`` is the one that a result must
    name, where it names one; empty: any. ``baud`` is of a serial line alone; 0: the protocol's own.
    """

    currency: str = RIAL
    password: str = field(default="", repr=False)
    terminal_id: str = ""
    reverses_unacknowledged: bool = False
    baud: int = 0
    link_s: float = LINK_S
    answer_s: float = T3_S
    payment_s: float = T4_S
