"""How a reduction is spread over the pieces that bear it, to the last unit.

In proportion to what each piece costs, whole units by the greatest remainder, no piece below its
floor. Pieces that are alike come as one bearer with a count, so that 999 of an item cost no more
than one.

>>> shares = spread(2500, (Bearer(5000, 4500), Bearer(2000, 0, 3)))
>>> [(share.off, share.count) for shares_of_one in shares for share in shares_of_one]
[(500, 1), (667, 2), (666, 1)]

Source: docs/pricing.md, section 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bearer:
    """Pieces alike: what one of them costs, what it may not go below, and how many there are."""

    price: int
    floor: int
    count: int = 1

    @property
    def room(self) -> int:
        """How much one piece can bear."""
        return max(self.price - self.floor, 0)


@dataclass(frozen=True, slots=True)
class Borne:
    """What each of ``count`` pieces bears."""

    off: int
    count: int


def bearable(bearers: Sequence[Bearer]) -> int:
    """Give how much all pieces can bear together."""
    return sum(bearer.room * bearer.count for bearer in bearers)


def spread(off: int, bearers: Sequence[Bearer]) -> list[tuple[Borne, ...]]:
    """Give for each bearer what its pieces bear, the greater first; the sum is ``off``.

    Equal remainders go to the dearer piece, then to the bearer that stands first: give them in
    the order of SKUs. Where nobody can bear more, the sum is what can be borne.
    """
    off = min(off, bearable(bearers))
    borne: list[tuple[Borne, ...]] = [(Borne(0, bearer.count),) for bearer in bearers]
    able = [n for n, bearer in enumerate(bearers) if bearer.room]
    while off and able:
        whole = sum(bearers[n].price * bearers[n].count for n in able)
        full = [n for n in able if off * bearers[n].price > bearers[n].room * whole]
        if not full:
            for n, shares in _shared(off, whole, able, bearers):
                borne[n] = shares
            break
        for n in full:
            borne[n] = (Borne(bearers[n].room, bearers[n].count),)
            off -= bearers[n].room * bearers[n].count
        able = [n for n in able if n not in full]
    return borne


def _shared(
    off: int, whole: int, able: Sequence[int], bearers: Sequence[Bearer]
) -> list[tuple[int, tuple[Borne, ...]]]:
    """Share ``off`` in proportion to prices, none of which is too small to bear its share."""
    parts = {n: divmod(off * bearers[n].price, whole) for n in able}
    over = off - sum(parts[n][0] * bearers[n].count for n in able)
    shared = []
    for n in sorted(able, key=lambda n: (-parts[n][1], -bearers[n].price, n)):
        share, more = parts[n][0], min(over, bearers[n].count if parts[n][1] else 0)
        over -= more
        halves = (Borne(share + 1, more), Borne(share, bearers[n].count - more))
        shared.append((n, tuple(half for half in halves if half.count)))
    return shared
