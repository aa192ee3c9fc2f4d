"""What pieces can bring at the most, whatever is chosen: where a search may stop looking.

Source: docs/pricing.md, section 5, step 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from retail.pricing.off import Amount, Off, Percent, ToPrice
from retail.pricing.rules import On
from retail.pricing.sets import Kind, Shape
from retail.values import BASIS_POINTS

PIECES_MAX: Final = 1_000  # more are not worth the arithmetic: they count as all at their most


def most_of_piece(shape: Shape, parts: int, price: int) -> int:
    """Give the greatest share that a piece can have in any application of the shape.

    Whatever pieces an application has, the sum of these is not less than what it takes off.
    """
    off, size = shape.off, shape.pieces
    if size == 1:
        return _taken(off, price)
    if shape.on is On.PART:
        return _taken(off, price) if parts >> (len(shape.quantities) - 1) & 1 else 0
    if shape.on is On.CHEAPEST:  # the cheapest c of q cost at most c / q of all
        return -(-_taken(off, price) * shape.count // size)
    match off:
        case Percent(basis_points):
            return -(-price * basis_points // BASIS_POINTS)
        case Amount(minor):
            return -(-minor // size)
        case ToPrice(minor):
            return max(-(-(price * size - minor) // size), 0)


def most_alone(n: int, shape: Shape, kinds: Sequence[Kind], solo: Sequence[int]) -> int:
    """Give the most that shape ``n`` brings over ``solo`` if nothing else wants the pieces."""
    return shape.left.of_money(_most_of_sets(n, shape, kinds, solo))


def _most_of_sets(n: int, shape: Shape, kinds: Sequence[Kind], solo: Sequence[int]) -> int:
    mine = [k for k, kind in enumerate(kinds) if kind.parts[n]]
    if sum(kinds[k].count for k in mine) > PIECES_MAX:
        most = (most_of_piece(shape, kinds[k].parts[n], kinds[k].price) for k in mine)
        return sum(max(m - solo[k], 0) * kinds[k].count for k, m in zip(mine, most, strict=True))
    sets = _sets(n, shape, kinds)
    if shape.on is On.CHEAPEST:
        return _cheapest(shape, [(kinds[k], solo[k]) for k in mine], sets)
    return _parts(n, shape, kinds, solo, sets)


def _taken(off: Off, price: int) -> int:
    return price - off.left(price)


def _sets(n: int, shape: Shape, kinds: Sequence[Kind]) -> int:
    """Give how many sets there may be at the most."""
    sets = sum(kind.count for kind in kinds if kind.parts[n]) // shape.pieces
    for part, quantity in enumerate(shape.quantities):
        fit = sum(kind.count for kind in kinds if kind.parts[n] >> part & 1)
        sets = min(sets, fit // quantity)
    return shape.left.of_times(sets)


def _cheapest(shape: Shape, mine: Sequence[tuple[Kind, int]], sets: int) -> int:
    """Put the pieces in order of price and let each in turn be taken or not; sets in that order.

    Whichever pieces are taken, sets of neighbours bring most, so nothing brings more. What a
    single set brings, times the sets, is a limit as well.
    """
    size, paid = shape.pieces, shape.pieces - shape.count
    values: list[int | None] = [0] + [None] * (size - 1)  # by the pieces in the unfinished set
    dear: list[int] = []
    for kind, solo in mine:
        off = _taken(shape.off, kind.price)
        for _ in range(kind.count):
            dear.append(off)
            values = _with_piece(values, off, solo, paid)
    single = sum(dear[paid:size])
    return min(values[0] or 0, single * sets)


def _with_piece(values: Sequence[int | None], off: int, solo: int, paid: int) -> list[int | None]:
    new = list(values)
    for place, value in enumerate(values):
        if value is not None:
            to = (place + 1) % len(values)
            with_it = value - solo + (off if place >= paid else 0)
            if (there := new[to]) is None or with_it > there:
                new[to] = with_it
    return new


def _parts(n: int, shape: Shape, kinds: Sequence[Kind], solo: Sequence[int], sets: int) -> int:
    """Give the most of up to so many sets, each part having the pieces that bring it most.

    In ten-thousandths of a unit, so that a percentage of a set is not rounded piece by piece.
    """
    whole = [0] * (sets + 1)
    for part, quantity in enumerate(shape.quantities):
        paid = shape.on is On.PART and part != len(shape.quantities) - 1
        gains: list[int] = []
        for k, kind in enumerate(kinds):
            if kind.parts[n] >> part & 1:
                gain = 0 if paid else _share(shape, kind.price)
                gains += [gain - solo[k] * BASIS_POINTS] * min(kind.count, quantity * sets)
        sums = [0, *accumulate(sorted(gains, reverse=True))]
        for count in range(1, sets + 1):
            whole[count] += sums[count * quantity]
    each = _each_set(shape)
    return max(value + count * each for count, value in enumerate(whole)) // BASIS_POINTS


def _share(shape: Shape, price: int) -> int:
    if shape.on is On.PART or shape.pieces == 1:
        return _taken(shape.off, price) * BASIS_POINTS
    match shape.off:
        case Percent(basis_points):
            return price * basis_points
        case Amount():
            return 0
        case ToPrice():
            return price * BASIS_POINTS


def _each_set(shape: Shape) -> int:
    """Give what one more set brings, or costs, besides its pieces' shares."""
    if shape.pieces == 1:
        return 0
    match shape.on, shape.off:
        case On.SET, Amount(minor):
            return minor * BASIS_POINTS
        case On.SET, ToPrice(minor):
            return -minor * BASIS_POINTS
        case On.SET, Percent():
            return BASIS_POINTS // 2  # what is taken off is rounded half down
        case _:
            return 0
