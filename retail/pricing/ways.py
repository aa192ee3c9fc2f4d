"""The ways in which pieces fill one set, the dearest first.

Source: docs/pricing.md, section 5, step 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

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


def dearest(shape: Shape, fit: Fitting, counts: Sequence[int]) -> Way | None:
    """Give a dear way to fill a shape from what is left; none where a part finds too little.

    Parts that few kinds fit choose first, each in the order in which ``fit`` has its kinds.
    """
    rest = list(counts)
    chosen: dict[int, tuple[int, ...]] = {}
    last = len(shape.quantities) - 1
    for part in sorted(range(last + 1), key=lambda part: (len(fit[part]), -part)):
        taken: list[int] = []
        for kind in fit[part]:
            if len(taken) == shape.quantities[part]:
                break
            more = min(rest[kind], shape.quantities[part] - len(taken))
            taken += [kind] * more
            rest[kind] -= more
        if len(taken) < shape.quantities[part]:
            return None
        chosen[part] = tuple(sorted(taken))
    return sum((chosen[part] for part in range(last + 1)), ())


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
    """Choose so many pieces of kinds, more of the first ones first; no deeper for many kinds."""
    there = [counts[kind] for kind in kinds]
    taken = [0] * len(kinds)
    if sum(there) < quantity:
        return
    first, rest = 0, quantity
    while True:
        for n in range(first, len(kinds)):
            taken[n] = min(there[n], rest)
            rest -= taken[n]
        for kind, n in zip(kinds, taken, strict=True):
            counts[kind] -= n
        yield tuple(kind for kind, n in zip(kinds, taken, strict=True) for _ in range(n))
        for kind, n in zip(kinds, taken, strict=True):
            counts[kind] += n
        last = _movable(there, taken)
        if last is None:
            return
        taken[last] -= 1
        first, rest = last + 1, 1 + sum(taken[last + 1 :])


def _movable(there: Sequence[int], taken: Sequence[int]) -> int | None:
    """Give the last place from which one piece can go to a later one; none at the last choice."""
    free = 0
    for n in range(len(taken) - 1, -1, -1):
        if taken[n] and free:
            return n
        free += there[n] - taken[n]
    return None
