"""What a search chooses from and where it stands: ways that bring something, and what is left.

Source: docs/pricing.md, section 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retail.pricing.limits import Left
from retail.pricing.sets import Way


@dataclass(frozen=True, slots=True)
class Taking:
    """A way taken so many times: shape and kinds by their place."""

    shape: int
    way: Way
    times: int


@dataclass(frozen=True, slots=True)
class Option:
    """A way that brings something: what it takes off, and more than its pieces would alone."""

    shape: int
    way: Way
    uses: tuple[tuple[int, int], ...]
    off: int
    alone: int  # what its pieces would bring by themselves

    def gain(self, times: int, left: Left) -> int:
        """Give what so many applications bring over what their pieces would alone."""
        return left.of_money(self.off * times) - self.alone * times

    def most(self, counts: Sequence[int], left: Left) -> int:
        """Give how often it can be taken from what is left."""
        times = min(counts[kind] // n for kind, n in self.uses)
        if left.money is not None:
            times = min(times, -(-left.money // self.off))
        return left.of_times(times)

    def uncut(self, counts: Sequence[int], left: Left) -> int:
        """Give how often it can be taken whole; once where money is left for a part of it."""
        times = self.most(counts, left)
        return times if left.money is None else max(min(times, left.money // self.off), 1)


@dataclass(frozen=True, slots=True)
class State:
    """What is left of kinds and of limits, what was taken, and what that brings."""

    counts: tuple[int, ...]
    lefts: tuple[Left, ...]
    value: int = 0
    takings: tuple[Taking, ...] = ()

    def after(self, option: Option, times: int) -> State:
        """Take an option so many times."""
        counts, lefts = list(self.counts), list(self.lefts)
        for kind, n in option.uses:
            counts[kind] -= n * times
        left = lefts[option.shape]
        lefts[option.shape] = left.after(times, left.of_money(option.off * times))
        taking = Taking(option.shape, option.way, times)
        value = self.value + option.gain(times, left)
        return State(tuple(counts), tuple(lefts), value, (*self.takings, taking))


NOTHING = State((), ())
