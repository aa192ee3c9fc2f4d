"""How long to wait before the next try: longer each time, and by chance.

"Full jitter": anything between nothing and a limit that doubles. After a power cut a hundred
kiosks of a chain come back in one second; chance keeps them apart.

Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
"""

from __future__ import annotations

from collections.abc import Callable
from random import random

BASE_S = 1.0
CAP_S = 300.0  # a line that returns is used again within five minutes even if nobody tells


class Backoff:
    """Counts failures in a row; ``chance`` gives a number from 0 up to 1."""

    def __init__(
        self, base_s: float = BASE_S, cap_s: float = CAP_S, chance: Callable[[], float] = random
    ) -> None:
        self._base_s, self._cap_s, self._chance = base_s, cap_s, chance
        self._failures = 0

    def next_s(self) -> float:
        """Count a failure, and give the seconds to wait because of it."""
        limit = min(self._cap_s, self._base_s * 2.0 ** min(self._failures, 30))
        self._failures += 1
        return limit * self._chance()

    def reset(self) -> None:
        """Forget the failures: it worked."""
        self._failures = 0
