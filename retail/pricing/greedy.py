"""Taking again and again: of each offer's dearest set the one that brings most, until none does.

It is where a search begins, and what stands where a search is cut short.

Source: docs/pricing.md, section 5, step 3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from retail.pricing.options import Option, State, Taking
from retail.pricing.sets import Shape, Way
from retail.pricing.ways import Fitting

GAIN_UNIT: Final = 1_000  # gains by the piece are compared in such parts of a unit


class Greedy:
    """One run over what is left; it changes its own lists, since it goes one way only."""

    def __init__(self, start: State, fits: dict[int, Fitting], by_piece: bool) -> None:
        self.looks = 0
        self._counts = list(start.counts)
        self._lefts = list(start.lefts)
        self._fits = fits
        self._heads = {n: [0] * len(fit) for n, fit in fits.items()}  # before these none is left
        self._by_piece = by_piece
        self._value = 0
        self._takings: list[Taking] = []

    @property
    def state(self) -> State:
        """What was taken, and what is left."""
        return State(tuple(self._counts), tuple(self._lefts), self._value, tuple(self._takings))

    def take(
        self, group: Sequence[int], shapes: Sequence[Shape], option: Callable[[int, Way], Option]
    ) -> None:
        """Take what shapes of a group bring; ``option`` tells what a way of one does."""
        able = list(group)
        while best := self._best(able, shapes, option):
            left = self._lefts[best.shape]
            times = best.uncut(self._counts, left)
            self._value += best.gain(times, left)
            self._takings.append(Taking(best.shape, best.way, times))
            self._lefts[best.shape] = left.after(times, left.of_money(best.off * times))
            for kind, n in best.uses:
                self._counts[kind] -= n * times

    def _best(
        self, able: list[int], shapes: Sequence[Shape], option: Callable[[int, Way], Option]
    ) -> Option | None:
        """Give the option that brings most, in all or by the piece; who cannot any more goes."""
        best, best_gain = None, 0
        for n in list(able):
            self.looks += 1
            way = None if self._lefts[n].nothing else self._dearest(n, shapes[n])
            if way is None:
                able.remove(n)
                continue
            found = option(n, way)
            gain = found.gain(1, self._lefts[n]) * GAIN_UNIT if found.off else 0
            gain = gain // len(way) if self._by_piece else gain
            if gain > best_gain:
                best, best_gain = found, gain
        return best

    def _dearest(self, n: int, shape: Shape) -> Way | None:
        """Give a dear way to fill a shape from what is left; none where a part finds too little.

        Parts that few kinds fit choose first, each in the order in which its kinds stand.
        """
        used: dict[int, int] = {}
        chosen: dict[int, Way] = {}
        fit = self._fits[n]
        for part in sorted(range(len(fit)), key=lambda part: (len(fit[part]), -part)):
            found = self._part(n, part, shape.quantities[part], used)
            if found is None:
                return None
            chosen[part] = tuple(sorted(found))
        return sum((chosen[part] for part in range(len(fit))), ())

    def _part(self, n: int, part: int, quantity: int, used: dict[int, int]) -> list[int] | None:
        kinds, head, counts = self._fits[n][part], self._heads[n][part], self._counts
        while head < len(kinds) and not counts[kinds[head]]:
            head += 1
        self._heads[n][part] = head
        found: list[int] = []
        for place in range(head, len(kinds)):
            kind = kinds[place]
            more = min(counts[kind] - used.get(kind, 0), quantity - len(found))
            found += [kind] * more
            used[kind] = used.get(kind, 0) + more
            if len(found) == quantity:
                return found
        return None
