"""The best total: which pieces go to which of the offers that compete for them.

Depth first over the ways to fill a set, the dearest pieces first, and left where the pieces that
remain cannot bring more than the best that was found. The number of steps is bounded, not the
time, so kiosk and server stop at the same place.

Source: docs/pricing.md, section 5.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from operator import mul
from typing import Final

from retail.pricing.bounds import most_alone, most_of_piece
from retail.pricing.greedy import Greedy
from retail.pricing.options import NOTHING, Option, State, Taking
from retail.pricing.pieces import Steps
from retail.pricing.sets import Kind, Shape, Way, usage, worth_of
from retail.pricing.spread import Bearer
from retail.pricing.ways import fitting, preferred, ways_of

TAKING: Final = 5  # steps that taking a way counts for; looking at one counts for one
WAYS_MAX: Final = 2_000  # of all offers of one search, as many of each
PIECES_MAX: Final = 20_000  # of all the ways of one offer that are listed
DEPTH_MAX: Final = 150  # ways taken one after the other


def solo_of(shapes: Sequence[Shape], kinds: Sequence[Kind]) -> list[tuple[int, int | None]]:
    """Give for each kind what a piece brings by itself, and by which shape; none for nothing."""
    found: list[tuple[int, int | None]] = []
    for kind in kinds:
        bearer = Bearer(kind.price, kind.floor)
        best: tuple[int, int | None] = (0, None)
        for n, shape in enumerate(shapes):
            if shape.solo and kind.parts[n] and (off := worth_of(shape, [bearer])) > best[0]:
                best = (off, n)
        found.append(best)
    return found


def search(
    shapes: Sequence[Shape], kinds: Sequence[Kind], solo: Sequence[int], steps: Steps
) -> tuple[list[Taking], bool]:
    """Give what to take by shapes that are not solo, and whether nothing brings more.

    Offers that share no kind are searched apart, the small searches first.
    """
    takings: list[Taking] = []
    exact = True
    for group, mine in _groups(shapes, kinds):
        found = _Search(shapes, group, [kinds[k] for k in mine], [solo[k] for k in mine], steps)
        for taking in found.run():
            takings.append(replace(taking, way=tuple(mine[k] for k in taking.way)))
        exact = exact and found.exact
    return takings, exact


def _groups(shapes: Sequence[Shape], kinds: Sequence[Kind]) -> list[tuple[list[int], list[int]]]:
    """Put shapes together that share kinds, directly or through others; with these kinds."""
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
    found = ((sorted(members), sorted(mine)) for members, mine in groups)
    return sorted(found, key=lambda group: (len(group[0]) * len(group[1]), group[0]))


@dataclass
class _Search:
    """One search over shapes that compete."""

    shapes: Sequence[Shape]
    group: list[int]
    kinds: Sequence[Kind]
    solo: Sequence[int]
    steps: Steps
    exact: bool = True
    best: State = NOTHING
    options: list[list[Option]] = field(default_factory=list)  # by the first kind of the way

    def run(self) -> list[Taking]:
        """Find the best: first by taking again and again, then by trying."""
        self._known: dict[tuple[int, Way], Option] = {}
        self._fitting = {n: fitting(n, self.shapes[n], self.kinds) for n in self.group}
        self._bearers = [Bearer(kind.price, kind.floor) for kind in self.kinds]
        self._most = [self._piece_most(k) for k in range(len(self.kinds))]
        self._preferred = {
            n: preferred(self.shapes[n], self._fitting[n], self._most) for n in self.group
        }
        self._highest = self._ceiling()
        for order, by_piece in self._tries():
            self._greedy(order, by_piece=by_piece)
            if self.best.value >= self._highest:
                break
        else:
            self._list_options()
            self._dive(0, 0, self._start())
        self.exact = self.exact or self.best.value >= self._highest
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

    def _option(self, n: int, way: Way) -> Option:
        if (n, way) not in self._known:
            off = worth_of(self.shapes[n], [self._bearers[k] for k in way])
            alone = sum(self.solo[k] for k in way)
            self._known[n, way] = Option(n, way, usage(way), off, alone)
        return self._known[n, way]

    def _list_options(self) -> None:
        self.options = [[] for _ in self.kinds]
        counts = [kind.count for kind in self.kinds]
        for n in self.group:
            most = min(WAYS_MAX // len(self.group), PIECES_MAX // self.shapes[n].pieces) + 1
            ways, all_of_them = ways_of(self.shapes[n], self._fitting[n], counts, most)
            self.exact = self.exact and all_of_them
            for option in (self._option(n, way) for way in ways):
                if option.off > option.alone:
                    self.options[option.uses[0][0]].append(option)
        for options in self.options:
            options.sort(key=lambda option: option.alone - option.off)

    def _tries(self) -> Iterator[tuple[list[list[int]], bool]]:
        for order in self._orders():
            yield order, False
            if len(self.group) > 1:
                yield order, True

    def _orders(self) -> Iterator[list[list[int]]]:
        """Give who may take before whom: all at once, one before the others, one not at all."""
        yield [self.group]
        half = self.steps.left // 2
        for n in self.group if len(self.group) > 1 else ():
            if self.steps.left < half:
                return
            others = [other for other in self.group if other != n]
            yield [[n], others]
            yield [others]

    def _greedy(self, order: list[list[int]], *, by_piece: bool) -> None:
        run = Greedy(self._start(), self._preferred, by_piece)
        for group in order:
            run.take(group, self.shapes, self._option)
        self.steps.left -= TAKING * run.looks
        self._keep(run.state)

    def _start(self) -> State:
        counts = tuple(kind.count for kind in self.kinds)
        return State(counts, tuple(shape.left for shape in self.shapes))

    def _keep(self, state: State) -> None:
        if state.value > self.best.value:
            self.best = state

    def _dive(self, first: int, place: int, state: State) -> None:
        """Try the options of the kind ``first`` from ``place`` on, and those of later kinds."""
        self._keep(state)
        for kind in range(first, len(self.kinds)):
            options = self.options[kind]
            if state.counts[kind] and options:
                ceiling = min(state.value + self._reach(kind, state.counts), self._highest)
                for n in range(place, len(options)):
                    if ceiling <= self.best.value or not self._try(kind, n, state, ceiling):
                        return
            place = 0

    def _try(self, kind: int, place: int, state: State, ceiling: int) -> bool:
        """Take one option as often as it can be, then less often; false where steps are used up."""
        option = self.options[kind][place]
        self.steps.left -= 1
        for times in range(option.most(state.counts, state.lefts[option.shape]), 0, -1):
            if ceiling <= self.best.value:
                break
            if self.steps.left <= 0 or len(state.takings) >= DEPTH_MAX:
                self.exact = False
                return False
            self.steps.left -= TAKING
            self._dive(kind, place + 1, state.after(option, times))
        return True

    def _reach(self, first: int, counts: Sequence[int]) -> int:
        """Give the most that pieces from a kind on can bring still."""
        return sum(map(mul, self._most[first:], counts[first:]))
