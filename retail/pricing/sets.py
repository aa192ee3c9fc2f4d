"""Applications of offers to pieces: what a set, or one piece of ``each``, takes off.

A *shape* is an offer as the search sees it: so many pieces of each part, and what they bring. A
*kind* is a class of alike pieces. A *way* fills one set: the kinds of its pieces, part by part.

Source: docs/pricing.md, sections 4 ("Benefits") and 5.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retail.pricing.earned import Candidate
from retail.pricing.limits import ENDLESS, Left
from retail.pricing.off import Off, Percent, of_weight
from retail.pricing.pieces import Priced, Stack
from retail.pricing.rules import On, SetOff
from retail.pricing.spread import Bearer, spread

Way = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """An offer of kind ``set``, or ``each`` as a set of one piece."""

    rule_id: str
    off: Off
    quantities: tuple[int, ...]  # pieces of each part
    lines: tuple[frozenset[int], ...]  # where each part's goods are
    on: On = On.SET
    count: int = 0
    left: Left = ENDLESS
    solo: bool = False  # of one piece and without limits: no piece need wait for others

    @property
    def pieces(self) -> int:
        """How many pieces one application takes."""
        return sum(self.quantities)


@dataclass(frozen=True, slots=True)
class Kind:
    """Pieces alike: same price, floor and offers. ``parts`` are bits, shape by shape."""

    price: int
    floor: int
    count: int
    parts: tuple[int, ...]
    stacks: tuple[Stack, ...]


def shapes_of(candidate: Candidate, lines: Sequence[Priced]) -> list[Shape]:
    """Give an offer of pieces as the search sees it; none where it takes nothing off.

    An amount off each, or a price for each, is that of a kilogram for weighed goods: each weight is
    then a shape of its own.
    """
    offer, off = candidate.offer, candidate.off
    if off is None:
        return []
    benefit = offer.benefit
    if isinstance(benefit, SetOff):
        quantities = tuple(part.quantity for part in benefit.parts)
        if any(held.pieces < n for held, n in zip(candidate.parts, quantities, strict=True)):
            return []
        where = tuple(frozenset(part.lines) for part in candidate.parts)
        on, count = benefit.on, benefit.count
        return [Shape(offer.rule_id, off, quantities, where, on, count, candidate.left)]
    solo = candidate.left == ENDLESS
    return [
        Shape(offer.rule_id, scaled, (1,), (frozenset(where),), left=candidate.left, solo=solo)
        for scaled, where in _by_weight(off, candidate.parts[0].lines, lines)
    ]


def _by_weight(
    off: Off, where: Sequence[int], lines: Sequence[Priced]
) -> Iterator[tuple[Off, list[int]]]:
    """Part the lines by what goes off a piece of each: of a weighed one, as much as it weighs."""
    weights: dict[int | None, list[int]] = {}
    for n in where:
        grams = None if isinstance(off, Percent) else lines[n].line.tag.grams
        weights.setdefault(grams, []).append(n)
    for grams, alike in weights.items():
        scaled = off if grams is None else of_weight(off, grams)
        if scaled is not None:
            yield scaled, alike


def shares_of(shape: Shape, pieces: Sequence[Bearer], money: int | None = None) -> list[int]:
    """Give what one application takes off each of its pieces, in their order (a part's together).

    ``pieces`` are single. Of equally cheap pieces those are taken that can bear more, then those
    that stand last.
    """
    match shape.on:
        case On.SET:
            shares = _together(shape.off, pieces)
        case On.CHEAPEST:
            order = sorted(range(len(pieces)), key=lambda n: (-pieces[n].price, pieces[n].room, n))
            shares = _each(shape.off, pieces, order[len(pieces) - shape.count :])
        case On.PART:
            shares = _each(shape.off, pieces, range(len(pieces))[-shape.quantities[-1] :])
    if money is not None and sum(shares) > money:
        return _cut(shares, money)
    return shares


def worth_of(shape: Shape, pieces: Sequence[Bearer]) -> int:
    """Give the sum of ``shares_of`` without spreading it."""
    if shape.on is not On.SET:
        return sum(shares_of(shape, pieces))
    whole = sum(piece.price for piece in pieces)
    return min(whole - shape.off.left(whole), sum(piece.room for piece in pieces))


def kinds_of(shapes: Sequence[Shape], stacks: Sequence[Stack], floors: Sequence[int]) -> list[Kind]:
    """Put alike pieces into kinds, the dearest first, then in the order of lines.

    ``floors`` are those of a piece, line by line. Pieces that no shape wants are left out. Of alike
    pieces those that a best-of offer has stand first: the others may still be taken by another.
    """
    bits: dict[int, list[int]] = {}
    for n, shape in enumerate(shapes):
        for part, lines in enumerate(shape.lines):
            for line in lines:
                bits.setdefault(line, [0] * len(shapes))[n] |= 1 << part
    parts_of = {line: tuple(parts) for line, parts in bits.items()}
    alike: dict[tuple[int, int, tuple[int, ...]], list[Stack]] = {}
    for stack in stacks:
        if stack.line in parts_of:
            key = (stack.left, floors[stack.line], parts_of[stack.line])
            alike.setdefault(key, []).append(stack)
    kinds = (
        Kind(price, floor, sum(stack.count for stack in same), parts, tuple(_taken_first(same)))
        for (price, floor, parts), same in alike.items()
    )
    return sorted(kinds, key=lambda kind: (-kind.price, kind.stacks[0].line, kind.stacks[0].taken))


def _taken_first(stacks: Sequence[Stack]) -> list[Stack]:
    return sorted(stacks, key=lambda stack: not stack.taken)


def usage(way: Way) -> tuple[tuple[int, int], ...]:
    """Give how many pieces of each kind a way takes."""
    return tuple(sorted(Counter(way).items()))


def _together(off: Off, pieces: Sequence[Bearer]) -> list[int]:
    whole = sum(piece.price for piece in pieces)
    shares = spread(whole - off.left(whole), pieces)
    return [borne[0].off for borne in shares]


def _each(off: Off, pieces: Sequence[Bearer], on: Sequence[int]) -> list[int]:
    shares = [0] * len(pieces)
    for n in on:
        shares[n] = min(pieces[n].price - off.left(pieces[n].price), pieces[n].room)
    return shares


def _cut(shares: Sequence[int], money: int) -> list[int]:
    """Cut an application to the money that is left, in proportion to what its pieces would get."""
    return [borne[0].off for borne in spread(money, [Bearer(share, 0) for share in shares])]
