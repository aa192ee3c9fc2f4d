"""docs/pricing.md, section 5: the best total is what trying everything finds.

The brute force knows nothing of the search: it tries all disjoint applications piece by piece, and
works out what one takes off with its own arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations
from math import ceil

from hypothesis import given, settings
from hypothesis import strategies as st

from retail.goods import Goods
from retail.pricing.off import Amount, Off, Percent, ToPrice
from retail.pricing.rules import Combine, EachOff, Limits, Offer, On, SetOff
from tests.rules.pricing.baskets import any_of, basket, each, line, parts, quote

SKUS = ("a", "b", "c", "d")


@dataclass(frozen=True)
class Piece:
    sku: str
    price: int
    floor: int


def less(off: Off, price: int) -> int:
    """What is taken off, rounded half down: the least whole number at or above exact - 1/2."""
    if isinstance(off, Percent):
        return ceil(Fraction(price * off.basis_points, 10_000) - Fraction(1, 2))
    return min(off.minor, price) if isinstance(off, Amount) else max(price - off.minor, 0)


def worth(offer: Offer, pieces: tuple[Piece, ...]) -> int:
    """What one application takes off; the pieces stand part by part."""
    benefit = offer.benefit
    if isinstance(benefit, EachOff):
        on = pieces
        off = benefit.steps[0].off
    else:
        assert isinstance(benefit, SetOff)
        off = benefit.off
        if benefit.on is On.SET:
            room = sum(piece.price - piece.floor for piece in pieces)
            return min(less(off, sum(piece.price for piece in pieces)), room)
        on = pieces[-benefit.parts[-1].quantity :]
        if benefit.on is On.CHEAPEST:
            order = sorted(pieces, key=lambda piece: (piece.price, piece.floor))
            on = tuple(order[: benefit.count])
    return sum(min(less(off, piece.price), piece.price - piece.floor) for piece in on)


def parts_of(offer: Offer) -> list[tuple[Goods, int]]:
    if isinstance(offer.benefit, SetOff):
        return [(part.goods, part.quantity) for part in offer.benefit.parts]
    return [(offer.benefit.goods, 1)]


def fillings(wanted, pieces, free):
    """All ways to fill the parts from the free pieces, by their numbers."""
    if not wanted:
        yield ()
        return
    (goods, quantity), *rest = wanted
    fit = [n for n in free if not goods.skus or pieces[n].sku in goods.skus]
    for chosen in combinations(fit, quantity):
        for others in fillings(rest, pieces, [n for n in free if n not in chosen]):
            yield chosen + others


def best_by_trying(offers: list[Offer], pieces: list[Piece]) -> int:
    ways = {
        (n, filling)
        for n, offer in enumerate(offers)
        for filling in fillings(parts_of(offer), pieces, list(range(len(pieces))))
    }
    by_first: dict[int, list] = {}
    for n, filling in sorted(ways):
        off = worth(offers[n], tuple(pieces[p] for p in filling))
        if off:
            by_first.setdefault(min(filling), []).append((n, frozenset(filling), off))

    @cache  # the same pieces are free after many choices; what is left of limits tells them apart
    def look(first: int, free: frozenset, lefts: tuple) -> int:
        if first == len(pieces):
            return 0
        best = look(first + 1, free - {first}, lefts)
        if first in free:
            for n, filling, off in by_first.get(first, ()):
                times, money = lefts[n]
                if filling <= free and times != 0:
                    gain = off if money is None else min(off, money)
                    left = (
                        None if times is None else times - 1,
                        None if money is None else money - gain,
                    )
                    after = (*lefts[:n], left, *lefts[n + 1 :])
                    best = max(best, gain + look(first + 1, free - filling, after))
        return best

    limits = tuple((offer.limits.per_basket, offer.limits.off_max) for offer in offers)
    return look(0, frozenset(range(len(pieces))), limits)


PRICES = st.one_of(
    st.integers(1, 30), st.sampled_from([10, 20, 50, 80, 100]), st.sampled_from([100, 200, 333])
)
GOODS = st.sets(st.sampled_from(SKUS)).map(lambda skus: Goods(skus=frozenset(skus)))
OFFS = st.one_of(
    st.sampled_from([1, 1000, 3333, 5000, 10_000]).map(Percent),
    st.one_of(st.integers(1, 120), st.sampled_from([10, 25, 60])).map(Amount),
    st.one_of(st.integers(0, 30), st.integers(0, 300), st.sampled_from([20, 60])).map(ToPrice),
)
LIMITS = st.builds(
    Limits,
    per_basket=st.sampled_from([None, None, 1, 2]),
    off_max=st.sampled_from([None, None, 7, 90]),
)


@st.composite
def offers(draw) -> Offer:
    kind, off, limits = draw(st.integers(0, 3)), draw(OFFS), draw(LIMITS)
    if kind == 0:
        return each("?", off, draw(GOODS), limits=limits)
    if kind == 1:
        quantity = draw(st.integers(1, 3))
        count = draw(st.integers(0, quantity))
        return any_of("?", quantity, off, draw(GOODS), count=count, limits=limits)
    wanted = [(draw(GOODS), draw(st.integers(1, 2))) for _ in range(2)]
    return parts("?", off, *wanted, on=On.PART if kind == 2 else On.SET, limits=limits)


def named(found: list[Offer]) -> list[Offer]:
    return [Offer(f"o{n}", offer.benefit, limits=offer.limits) for n, offer in enumerate(found, 1)]


@st.composite
def lines(draw):
    rows = draw(st.lists(st.sampled_from(SKUS), min_size=1, max_size=4, unique=True))
    made = []
    for n, sku in enumerate(rows, 1):
        price = draw(PRICES)
        floor = draw(st.sampled_from([0, 0, price // 2]))
        made.append(line(n, price, draw(st.integers(1, 2)), sku, floor=floor))
    return made


@settings(max_examples=600)
@given(lines(), st.lists(offers(), min_size=1, max_size=3))
def test_finds_what_trying_everything_finds(found, rules):
    rules = named(rules)
    pieces = [
        Piece(each.tag.item.sku, each.tag.list_price, each.tag.item.floor)
        for each in found
        for _ in range(each.quantity)
    ]
    quoted = quote(basket(*found), *rules)
    assert quoted.exact
    assert quoted.off == best_by_trying(rules, pieces)


@settings(max_examples=150)
@given(lines(), st.lists(offers(), min_size=1, max_size=3), offers())
def test_one_more_best_of_offer_of_the_same_priority_makes_nothing_dearer(found, rules, more):
    rules = named(rules)
    without = quote(basket(*found), *rules)
    with_it = quote(basket(*found), *rules, Offer("one more", more.benefit, limits=more.limits))
    assert with_it.total <= without.total


@settings(max_examples=150)
@given(lines(), offers(), st.integers(0, 2))
def test_a_compounding_offer_by_itself_finds_the_best_total_too(found, rule, combine):
    rule = Offer("o", rule.benefit, limits=rule.limits, combine=list(Combine)[combine])
    pieces = [
        Piece(each.tag.item.sku, each.tag.list_price, each.tag.item.floor)
        for each in found
        for _ in range(each.quantity)
    ]
    assert quote(basket(*found), rule).off == best_by_trying([rule], pieces)


def test_the_brute_force_itself_finds_what_the_page_says():
    any_three = any_of("a", 3, Percent(10_000), count=1, limits=Limits(per_basket=1))
    pieces = [Piece("x", 400, 0)] * 4 + [Piece("y", 200, 0)] * 4
    assert best_by_trying([any_three], pieces) == 400
    assert best_by_trying([any_of("b", 3, ToPrice(2000))], [Piece("x", 800, 0)] * 4) == 400
