"""Taking off what was chosen: offers of pieces, offers of goods together, each on the pieces.

Source: docs/pricing.md, section 4, "Order of steps", and section 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from retail.pricing.earned import Candidate
from retail.pricing.limits import Left
from retail.pricing.pieces import Pieces, Stack
from retail.pricing.rules import On
from retail.pricing.search import search, solo_of
from retail.pricing.sets import Shape, Way, kinds_of, shapes_of, shares_of
from retail.pricing.spread import Bearer, bearable, spread


def take_pieces(pieces: Pieces, offers: Sequence[Candidate], *, best_of: bool) -> None:
    """Take off the best total of offers of kind ``each`` and ``set``.

    As best-of, pieces that a best-of offer has are out of reach, and those taken are marked.
    """
    shapes = [shape for offer in offers for shape in shapes_of(offer, pieces.lines)]
    within = [stack for stack in pieces.stacks if not (best_of and stack.taken)]
    kinds = kinds_of(shapes, within, [line.floor for line in pieces.lines])
    if not kinds:
        return
    solo = solo_of(shapes, kinds)
    takings, exact = search(shapes, kinds, [off for off, _ in solo], pieces.steps)
    pieces.exact = pieces.exact and exact
    heaps = [_Heap(list(kind.stacks)) for kind in kinds]
    taker = _Taker(pieces, heaps, best_of)
    for taking in sorted(takings, key=lambda taking: (taking.shape, taking.way)):
        taker.take(shapes[taking.shape], taking.way, taking.times)
    for k, (_, by) in enumerate(solo):
        if by is not None and (rest := heaps[k].count):
            taker.take(shapes[by], (k,), rest)
    left_over = [stack for heap in heaps for stack in heap.stacks]
    pieces.replace([s for kind in kinds for s in kind.stacks], [*taker.done, *left_over])


def take_together(pieces: Pieces, offer: Candidate, lines: frozenset[int], off: int) -> None:
    """Spread what an offer takes off its goods together over all their pieces on ``lines``."""
    stacks = [stack for stack in pieces.stacks if stack.line in lines]
    new = []
    for stack, shares in zip(stacks, spread(off, _bearers(pieces, stacks)), strict=True):
        for borne in shares:
            new.append(replace(stack, left=stack.left - borne.off, count=borne.count))
            pieces.note(offer.offer.rule_id, stack.line, borne.off * borne.count)
    pieces.times[offer.offer.rule_id] += 1
    pieces.replace(stacks, new)


def worth_together(pieces: Pieces, offer: Candidate, lines: frozenset[int]) -> int:
    """Give what an offer would take off its goods on ``lines`` together as they cost now."""
    if offer.off is None:
        return 0
    stacks = [stack for stack in pieces.stacks if stack.line in lines]
    whole = sum(stack.left * stack.count for stack in stacks)
    room = bearable(_bearers(pieces, stacks))
    return offer.left.of_money(min(whole - offer.off.left(whole), room))


def _bearers(pieces: Pieces, stacks: Sequence[Stack]) -> list[Bearer]:
    return [Bearer(stack.left, pieces.lines[stack.line].floor, stack.count) for stack in stacks]


@dataclass
class _Heap:
    """The stacks of a kind, taken from the front."""

    stacks: list[Stack]

    @property
    def count(self) -> int:
        return sum(stack.count for stack in self.stacks)

    def front(self, pieces: int) -> tuple[list[Stack], int]:
        """Give the stacks of the next so many pieces, and how often that goes on alike."""
        found: list[Stack] = []
        for stack in self.stacks:
            if not found and stack.count >= pieces:
                return [stack] * pieces, stack.count // pieces
            found += [stack] * min(stack.count, pieces - len(found))
            if len(found) == pieces:
                break
        return found, 1

    def drop(self, pieces: int) -> None:
        """Take so many pieces away."""
        while pieces:
            first = self.stacks[0]
            gone = min(first.count, pieces)
            pieces -= gone
            rest = replace(first, count=first.count - gone)
            self.stacks[:1] = [rest] if rest.count else []


@dataclass
class _Taker:
    """Takes applications off the heaps and keeps what comes of their pieces."""

    pieces: Pieces
    heaps: list[_Heap]
    best_of: bool

    def __post_init__(self) -> None:
        self.done: list[Stack] = []
        self._lefts: dict[str, Left] = {}

    def take(self, shape: Shape, way: Way, times: int) -> None:
        """Take a way so many times, many alike at once where they are."""
        while times:
            stacks, alike = self._next(shape, way)
            left = self._lefts.get(shape.rule_id, shape.left)
            bearers = [Bearer(stack.left, self.pieces.lines[stack.line].floor) for stack in stacks]
            shares = shares_of(shape, bearers, left.money)
            now = min(alike, times)
            if left.money is not None:
                now = min(now, max(left.money // max(sum(shares), 1), 1))
            self._write(shape, stacks, shares, now)
            self._lefts[shape.rule_id] = left.after(now, sum(shares) * now)
            for kind in way:
                self.heaps[kind].drop(now)
            times -= now

    def _next(self, shape: Shape, way: Way) -> tuple[list[Stack], int]:
        """Give the stack of each piece of the next application, and how many there are alike."""
        fronts = {kind: self.heaps[kind].front(way.count(kind)) for kind in set(way)}
        queues = {kind: iter(stacks) for kind, (stacks, _) in fronts.items()}
        stacks = [next(queues[kind]) for kind in way]
        if shape.on is not On.PART:
            stacks.sort(key=lambda stack: stack.line)
        return stacks, min(alike for _, alike in fronts.values())

    def _write(self, shape: Shape, stacks: list[Stack], shares: list[int], times: int) -> None:
        for stack, share in zip(stacks, shares, strict=True):
            taken = stack.taken or self.best_of
            self.done.append(Stack(stack.line, stack.left - share, times, taken))
            self.pieces.note(shape.rule_id, stack.line, share * times)
        self.pieces.times[shape.rule_id] += times
