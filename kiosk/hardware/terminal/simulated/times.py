"""How long things take at the simulated terminal, in seconds; all of it can be scaled.

Source: docs/payment.md, section 7; PA00P016. How fast shoppers and banks are is a guess.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class Times:
    """``patience_s`` is how long a person, or a shopper who does nothing, is waited for."""

    t3_s: float = 5.0  # for an acknowledgement
    t1_s: float = 0.2  # between two bytes of a block
    t2_s: float = 5.0  # for a block's ACK
    card_s: float = 1.5  # until the card is in
    pin_s: float = 1.5
    bank_s: float = 0.8
    patience_s: float = 90.0
    late_s: float = 200.0  # later than T4
    reboot_s: float = 8.0
    refused_s: float = 6.0
    repeats: int = 2  # of a block

    def paced(self, pace: float) -> Times:
        """Give them all longer or shorter by this factor."""
        names = [each.name for each in fields(self) if each.name.endswith("_s")]
        return replace(self, **{name: getattr(self, name) * pace for name in names})
