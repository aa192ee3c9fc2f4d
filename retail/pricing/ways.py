"""The ways in which pieces fill one set, the dearest first.

Source: docs/pricing.md, section 5, step 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from retail.pricing.rules import On
from retail.pricing.sets import Kind, Shape, Way

WAYS_MAX: Final = 500  # of one offer in one search


def ways_of(n: int, shape: Shape, kinds: Sequence[Kind]) -> tuple[list[Way], bool]:
    """Give the ways to fill shape ``n`` from kinds, dearest first, and whether these are all.

    Two ways that take the same pieces for the same end are one.
    """
    fitting = _fitting(n, shape, kinds)
    found: dict[Way, Way] = {}
    counts = [kind.count for kind in kinds]
    for way in islice(_fill(fitting, shape.quantities, counts), 2 * WAYS_MAX):
        found.setdefault(_same(shape, way), way)
        if len(found) > WAYS_MAX:
            break
    ways = list(found.values())
    return ways[:WAYS_MAX], len(ways) <= WAYS_MAX and not _more(fitting, shape, counts)


def _more(fitting: Sequence[Sequence[int]], shape: Shape, counts: list[int]) -> bool:
    """Tell whether there are more ways than were looked at."""
    return (
        next(islice(_fill(fitting, shape.quantities, counts), 2 * WAYS_MAX, None), None) is not None
    )


def dearest(n: int, shape: Shape, kinds: Sequence[Kind], counts: Sequence[int]) -> Way | None:
    """Give a dear way to fill shape ``n`` from what is left; none where a part finds too little.

    Parts that few kinds fit choose first. What is bought to get something else costs the shopper
    nothing but its place, so there the cheapest goes first.
    """
    fitting = _fitting(n, shape, kinds)
    rest = list(counts)
    chosen: dict[int, tuple[int, ...]] = {}
    last = len(shape.quantities) - 1
    for part in sorted(range(last + 1), key=lambda part: (len(fitting[part]), -part)):
        cheap = shape.on is On.PART and part != last
        order = reversed(fitting[part]) if cheap else fitting[part]
        taken: list[int] = []
        for kind in order:
            more = min(rest[kind], shape.quantities[part] - len(taken))
            taken += [kind] * more
            rest[kind] -= more
        if len(taken) < shape.quantities[part]:
            return None
        chosen[part] = tuple(sorted(taken))
    return sum((chosen[part] for part in range(last + 1)), ())


def _fitting(n: int, shape: Shape, kinds: Sequence[Kind]) -> list[list[int]]:
    parts = range(len(shape.quantities))
    return [[k for k, kind in enumerate(kinds) if kind.parts[n] >> part & 1] for part in parts]


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
    """Choose so many pieces of kinds, more of the first ones first."""
    if not quantity:
        yield ()
        return
    if sum(counts[kind] for kind in kinds) < quantity:
        return
    first, others = kinds[0], kinds[1:]
    for taken in range(min(counts[first], quantity), -1, -1):
        counts[first] -= taken
        for rest in _choose(others, quantity - taken, counts):
            yield (first,) * taken + rest
        counts[first] += taken
