"""The best total: which pieces go to which of the offers that compete for them.

Depth first over the ways to fill a set, the dearest pieces first, and left where the pieces that
remain cannot bring more than the best that was found. The number of steps is bounded, not the
time, so kiosk and server stop at the same place.

Source: docs/pricing.md, section 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import mul
from typing import Final

from retail.pricing.bounds import most_alone, most_of_piece
from retail.pricing.limits import Left
from retail.pricing.sets import Kind, Shape, Way, shares_of, usage
from retail.pricing.spread import Bearer
from retail.pricing.ways import dearest, ways_of

STEPS_MAX: Final = 4_000
DEPTH_MAX: Final = 150  # ways taken one after the other


@dataclass(frozen=True, slots=True)
class Taking:
    """A way taken so many times: shape and kinds by their place."""

    shape: int
    way: Way
    times: int


@dataclass(slots=True)
class Steps:
    """How many steps all searches of one priority may take still."""

    left: int = STEPS_MAX


@dataclass(frozen=True, slots=True)
class _Option:
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
class _State:
    """What is left of kinds and of limits, what was taken, and what that brings."""

    counts: tuple[int, ...]
    lefts: tuple[Left, ...]
    value: int = 0
    takings: tuple[Taking, ...] = ()

    def after(self, option: _Option, times: int) -> _State:
        """Take an option so many times."""
        counts, lefts = list(self.counts), list(self.lefts)
        for kind, n in option.uses:
            counts[kind] -= n * times
        left = lefts[option.shape]
        lefts[option.shape] = left.after(times, left.of_money(option.off * times))
        taking = Taking(option.shape, option.way, times)
        value = self.value + option.gain(times, left)
        return _State(tuple(counts), tuple(lefts), value, (*self.takings, taking))


def solo_of(shapes: Sequence[Shape], kinds: Sequence[Kind]) -> list[tuple[int, int | None]]:
    """Give for each kind what a piece brings by itself, and by which shape; none for nothing."""
    found: list[tuple[int, int | None]] = []
    for kind in kinds:
        bearer = Bearer(kind.price, kind.floor)
        best: tuple[int, int | None] = (0, None)
        for n, shape in enumerate(shapes):
            if shape.solo and kind.parts[n] and (off := shares_of(shape, [bearer])[0]) > best[0]:
                best = (off, n)
        found.append(best)
    return found


def search(
    shapes: Sequence[Shape], kinds: Sequence[Kind], solo: Sequence[int], steps: Steps
) -> tuple[list[Taking], bool]:
    """Give what to take by shapes that are not solo, and whether nothing brings more."""
    takings: list[Taking] = []
    exact = True
    for group in _groups(shapes, kinds):
        found = _Search(shapes, group, kinds, solo, steps)
        takings += found.run()
        exact = exact and found.exact
    return takings, exact


def _groups(shapes: Sequence[Shape], kinds: Sequence[Kind]) -> list[list[int]]:
    """Put shapes together that share kinds, directly or through others."""
    groups: list[tuple[set[int], set[int]]] = []
    for n, shape in enumerate(shapes):
        mine = {k for k, kind in enumerate(kinds) if kind.parts[n]}
        if shape.solo or not mine:
            continue
        members = {n}
        apart = []
        for others, theirs in groups:
            if theirs & mine:
                members |= others
                mine |= theirs
            else:
                apart.append((others, theirs))
        groups = [*apart, (members, mine)]
    return sorted(sorted(members) for members, _ in groups)


@dataclass
class _Search:
    """One search over shapes that compete."""

    shapes: Sequence[Shape]
    group: list[int]
    kinds: Sequence[Kind]
    solo: Sequence[int]
    steps: Steps
    exact: bool = True
    best: _State = _State((), ())
    options: list[list[_Option]] = field(default_factory=list)  # by the first kind of the way

    def run(self) -> list[Taking]:
        """Find the best: first by taking again and again, then by trying."""
        self._most = [self._piece_most(k) for k in range(len(self.kinds))]
        for by_piece in (False, True):
            self._greedy(by_piece=by_piece)
        if self.best.value < self._ceiling():
            self._list_options()
            self._dive(0, 0, self._start())
        return list(self.best.takings)

    def _ceiling(self) -> int:
        """Give what can never be passed: all pieces at their most, or each offer by itself."""
        by_pieces = sum(m * kind.count for m, kind in zip(self._most, self.kinds, strict=True))
        alone = (most_alone(n, self.shapes[n], self.kinds, self.solo) for n in self.group)
        return min(by_pieces, sum(alone))

    def _piece_most(self, k: int) -> int:
        kind = self.kinds[k]
        most = (
            most_of_piece(self.shapes[n], kind.parts[n], kind.price)
            for n in self.group
            if kind.parts[n]
        )
        return max(max(most, default=0) - self.solo[k], 0)

    def _option(self, n: int, way: Way) -> _Option:
        pieces = [Bearer(self.kinds[k].price, self.kinds[k].floor) for k in way]
        off = sum(shares_of(self.shapes[n], pieces))
        return _Option(n, way, usage(way), off, sum(self.solo[k] for k in way))

    def _list_options(self) -> None:
        self.options = [[] for _ in self.kinds]
        for n in self.group:
            ways, all_of_them = ways_of(n, self.shapes[n], self.kinds)
            self.exact = self.exact and all_of_them
            for option in (self._option(n, way) for way in ways):
                if option.off > option.alone:
                    self.options[option.uses[0][0]].append(option)
        for options in self.options:
            options.sort(key=lambda option: option.alone - option.off)

    def _greedy(self, *, by_piece: bool) -> None:
        """Take, again and again, of each offer's dearest set the one that brings most."""
        state = self._start()
        while True:
            found: list[tuple[int, int, _Option]] = []
            for n in self.group:
                way = dearest(n, self.shapes[n], self.kinds, state.counts)
                if way is None or state.lefts[n].nothing:
                    continue
                option = self._option(n, way)
                if option.off and (gain := option.gain(1, state.lefts[n])) > 0:
                    size = len(way) if by_piece else 1
                    found.append((-gain * 1_000 // size, n, option))
            if not found:
                break
            option = min(found, key=lambda each: each[:2])[2]
            state = state.after(option, option.uncut(state.counts, state.lefts[option.shape]))
        self._keep(state)

    def _start(self) -> _State:
        counts = tuple(kind.count for kind in self.kinds)
        return _State(counts, tuple(shape.left for shape in self.shapes))

    def _keep(self, state: _State) -> None:
        if state.value > self.best.value:
            self.best = state

    def _dive(self, first: int, place: int, state: _State) -> None:
        """Try the options of the kind ``first`` from ``place`` on, and those of later kinds."""
        self._keep(state)
        for kind in range(first, len(self.kinds)):
            options = self.options[kind]
            if state.counts[kind] and options:
                ceiling = state.value + self._reach(kind, state.counts)
                for n in range(place, len(options)):
                    if ceiling <= self.best.value or not self._try(kind, n, state, ceiling):
                        return
            place = 0

    def _try(self, kind: int, place: int, state: _State, ceiling: int) -> bool:
        """Take one option as often as it can be, then less often; false where steps are used up."""
        option = self.options[kind][place]
        for times in range(option.most(state.counts, state.lefts[option.shape]), 0, -1):
            if ceiling <= self.best.value:
                break
            if self.steps.left <= 0 or len(state.takings) >= DEPTH_MAX:
                self.exact = False
                return False
            self.steps.left -= 1
            self._dive(kind, place + 1, state.after(option, times))
        return True

    def _reach(self, first: int, counts: Sequence[int]) -> int:
        """Give the most that pieces from a kind on can bring still."""
        return sum(map(mul, self._most[first:], counts[first:]))
