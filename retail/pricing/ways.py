"""The ways in which pieces fill one set, the dearest first.

Source: docs/pricing.md, section 5, step 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, islice

from retail.pricing.rules import On
from retail.pricing.sets import Kind, Shape, Way

Fitting = list[list[int]]  # the kinds that fit each part, dearest first


def fitting(n: int, shape: Shape, kinds: Sequence[Kind]) -> Fitting:
    """Give the kinds that fit each part of shape ``n``."""
    parts = range(len(shape.quantities))
    return [[k for k, kind in enumerate(kinds) if kind.parts[n] >> part & 1] for part in parts]


def preferred(shape: Shape, fit: Fitting, most: Sequence[int]) -> Fitting:
    """Put kinds into the order in which a single set would have them; the dearest first.

    What is bought to get something else brings nothing itself: there those go first that could
    bring least elsewhere (``most``), then the cheapest.
    """
    if shape.on is not On.PART:
        return fit
    bought = [sorted(kinds, key=lambda k: (most[k], -k)) for kinds in fit[:-1]]
    return [*bought, fit[-1]]


def ways_of(shape: Shape, fit: Fitting, counts: Sequence[int], most: int) -> tuple[list[Way], bool]:
    """Give up to ``most`` ways to fill a shape, dearest first, and whether these are all.

    Two ways that take the same pieces for the same end are one.
    """
    found: dict[Way, Way] = {}
    filled = _fill(fit, shape.quantities, list(counts))
    for way in islice(filled, 2 * most):
        found.setdefault(_same(shape, way), way)
    ways = list(found.values())
    return ways[:most], len(ways) <= most and next(filled, None) is None


def _same(shape: Shape, way: Way) -> Way:
    if shape.on is not On.PART:
        return tuple(sorted(way))
    buy = len(way) - shape.quantities[-1]
    return (*sorted(way[:buy]), *sorted(way[buy:]))


def _fill(
    fitting: Sequence[Sequence[int]], quantities: Sequence[int], counts: list[int]
) -> Iterator[Way]:
    """Fill part after part; ``counts`` is what is left, given back after each way."""
    if not quantities:
        yield ()
        return
    for taken in _choose(fitting[0], quantities[0], counts):
        for rest in _fill(fitting[1:], quantities[1:], counts):
            yield taken + rest


def _choose(kinds: Sequence[int], quantity: int, counts: list[int]) -> Iterator[Way]:
    """Choose so many pieces of kinds, more of the first ones first.

    The places that give something are kept, so many kinds cost no more than few.
    """
    there = [counts[kind] for kind in kinds]
    behind = [0, *accumulate(reversed(there))][::-1]  # from a place on
    if behind[0] < quantity:
        return
    taken: list[tuple[int, int]] = []  # places and pieces
    place, rest = 0, quantity
    while True:
        while rest:
            if more := min(there[place], rest):
                taken.append((place, more))
                rest -= more
            place += 1
        for at, n in taken:
            counts[kinds[at]] -= n
        yield tuple(kinds[at] for at, n in taken for _ in range(n))
        for at, n in taken:
            counts[kinds[at]] += n
        if (moved := _move_one(taken, behind)) is None:
            return
        place, rest = moved


def _move_one(taken: list[tuple[int, int]], behind: Sequence[int]) -> tuple[int, int] | None:
    """Free the last piece that can go to a later place, and all behind it.

    Give the place from which on so many are to be placed; none after the last choice.
    """
    rest = 0
    while taken:
        at, n = taken.pop()
        if behind[at + 1] > rest:
            if n > 1:
                taken.append((at, n - 1))
            return at + 1, rest + 1
        rest += n
    return None
