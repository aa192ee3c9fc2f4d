"""The best total of a few pieces by trying everything: written from docs/pricing.md alone, and slow.

Piece by piece: it stays by itself, or it goes into any application of any offer that its fellows fill.
What the applications of an offer take off is cut to its limit of money at the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from retail.goods import Goods, Item
from retail.pricing.rules import EachOff, Offer, On, SetOff

Filled = tuple[tuple[int, ...], ...]  # the pieces of each part


@dataclass(frozen=True)
class Piece:
    """One piece: its item, what it costs, and the price that it never goes below."""

    item: Item
    price: int
    floor: int

    @property
    def room(self) -> int:
        return max(self.price - self.floor, 0)


def best_total(offers: Sequence[Offer], pieces: Sequence[Piece]) -> int:
    """Give the most that best-of offers of one priority can take off, all choices tried."""
    return _Trial(offers, pieces).most()


def _parts(offer: Offer) -> list[tuple[Goods, int]]:
    if isinstance(offer.benefit, EachOff):
        return [(offer.benefit.goods, 1)]
    assert isinstance(offer.benefit, SetOff)
    return [(part.goods, part.quantity) for part in offer.benefit.parts]


def _ways(
    parts: Sequence[tuple[Goods, int]], free: Sequence[int], pieces: Sequence[Piece]
) -> Iterator[Filled]:
    if not parts:
        yield ()
        return
    (goods, quantity), *rest = parts
    fitting = [n for n in free if goods.has(pieces[n].item)]
    for taken in combinations(fitting, quantity):
        for more in _ways(rest, [n for n in free if n not in taken], pieces):
            yield (taken, *more)


def _takes(offer: Offer, filled: Sequence[Sequence[Piece]]) -> int:
    """Give what one application takes off."""
    benefit = offer.benefit
    everything = [piece for part in filled for piece in part]
    if isinstance(benefit, EachOff):
        off, on = benefit.steps[0].off, everything
    else:
        assert isinstance(benefit, SetOff)
        off = benefit.off
        if benefit.on is On.SET:
            whole = sum(piece.price for piece in everything)
            return min(whole - off.left(whole), sum(piece.room for piece in everything))
        on = list(filled[-1])
        if benefit.on is On.CHEAPEST:
            cheap_first = sorted(everything, key=lambda piece: (piece.price, -piece.room))
            on = cheap_first[: benefit.count]
    return sum(min(piece.price - off.left(piece.price), piece.room) for piece in on)


class _Trial:
    def __init__(self, offers: Sequence[Offer], pieces: Sequence[Piece]) -> None:
        self.offers = offers
        self.count = len(pieces)
        self.best = 0
        self.from_piece: dict[int, list[tuple[int, frozenset[int], int]]] = {}
        for n, offer in enumerate(offers):
            worth: dict[frozenset[int], int] = {}
            for way in _ways(_parts(offer), range(len(pieces)), pieces):
                mine = frozenset(place for part in way for place in part)
                takes = _takes(offer, [[pieces[place] for place in part] for part in way])
                worth[mine] = max(worth.get(mine, 0), takes)
            for mine, takes in worth.items():
                if takes:
                    self.from_piece.setdefault(min(mine), []).append((n, mine, takes))

    def most(self) -> int:
        self._go_on(0, frozenset(), (0,) * len(self.offers), (0,) * len(self.offers))
        return self.best

    def _go_on(
        self, place: int, gone: frozenset[int], times: tuple[int, ...], money: tuple[int, ...]
    ) -> None:
        if place == self.count:
            caps = (offer.limits.off_max for offer in self.offers)
            total = sum(
                m if cap is None else min(m, cap) for m, cap in zip(money, caps, strict=True)
            )
            self.best = max(self.best, total)
            return
        self._go_on(place + 1, gone, times, money)
        if place in gone:
            return
        for n, mine, takes in self.from_piece.get(place, ()):
            most = self.offers[n].limits.per_basket
            if mine.isdisjoint(gone) and (most is None or times[n] < most):
                self._go_on(place + 1, gone | mine, _more(times, n, 1), _more(money, n, takes))


def _more(values: tuple[int, ...], n: int, more: int) -> tuple[int, ...]:
    return (*values[:n], values[n] + more, *values[n + 1 :])
