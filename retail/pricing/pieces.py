"""The pieces of a basket while offers go over them: what each costs still, and who took it.

Pieces of one line that cost the same are kept as one stack with a count. Lines stand in the
order of SKUs and not of scanning, so nothing below depends on the order of scanning.

Source: docs/pricing.md, sections 4 and 6.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from retail.basket import Basket, Line
from retail.goods import Goods, Item
from retail.pricing.book import RuleBook, Shopper
from retail.pricing.item_price import price_item
from retail.pricing.off import GRAMS_OF_KILOGRAM
from retail.pricing.quoted import ItemPrice
from retail.pricing.tag import Tag

STEPS_MAX: Final = 20_000


@dataclass(frozen=True, slots=True)
class Priced:
    """A line at item prices: what one piece costs, and what it never goes below.

    ``plays`` says whether offers see it at all: no gift line, and of goods that may be reduced.
    """

    line: Line
    price: ItemPrice
    each: int
    floor: int
    plays: bool

    @property
    def item(self) -> Item:
        """What it is."""
        return self.line.tag.item

    @property
    def amount(self) -> int:
        """The line at item prices."""
        return self.each * self.line.quantity

    def within(self, goods: Goods) -> bool:
        """Tell whether its packs are of these goods, at the item price of a pack or kilogram."""
        price = self.price
        return goods.has(self.item) and goods.at_price(
            price.price, reduced=price.reduced, pieces=self.line.tag.pieces
        )


@dataclass(frozen=True, slots=True)
class Stack:
    """Pieces of one line that cost the same now; ``taken`` where a best-of offer has them."""

    line: int  # its place among the priced lines
    left: int
    count: int
    taken: bool = False


@dataclass(slots=True)
class Steps:
    """How many steps all searches of one quote may take still."""

    left: int = STEPS_MAX


class Pieces:
    """What all pieces cost still, and what each offer has taken off each line."""

    def __init__(self, lines: tuple[Priced, ...]) -> None:
        self.lines = lines
        self.steps = Steps()
        self.stacks = [
            Stack(n, each.each, each.line.quantity) for n, each in enumerate(lines) if each.plays
        ]
        self.shares: dict[int, Counter[str]] = defaultdict(Counter)  # of a line, by rule
        self.times: Counter[str] = Counter()
        self.off: Counter[str] = Counter()
        self.exact = True
        self.lines_taken: frozenset[int] = frozenset()  # by a best-of offer of goods together

    def note(self, rule_id: str, line: int, off: int) -> None:
        """Write down what an offer takes off a line."""
        if off:
            self.shares[line][rule_id] += off
            self.off[rule_id] += off

    def replace(self, gone: Iterable[Stack], new: Iterable[Stack]) -> None:
        """Put other stacks in the place of some; those alike become one."""
        counts: Counter[tuple[int, int, bool]] = Counter()
        out = set(map(id, gone))
        for each in [*(stack for stack in self.stacks if id(stack) not in out), *new]:
            counts[each.line, each.left, each.taken] += each.count
        order = sorted(counts, key=lambda key: (key[0], -key[1], key[2]))
        self.stacks = [Stack(line, left, counts[line, left, t], t) for line, left, t in order]


def price_lines(
    book: RuleBook, basket: Basket, at: datetime, shopper: Shopper
) -> tuple[Priced, ...]:
    """Give the lines at item prices, in the order of SKUs, packs, weights and then line ids."""
    lines = (_priced(line, price_item(book, line.tag, at, shopper)) for line in basket.lines)
    return tuple(sorted(lines, key=_order))


def _priced(line: Line, price: ItemPrice) -> Priced:
    tag = line.tag
    each = _of_weight(tag, price.price)
    floor = _of_weight(tag, tag.item.floor * tag.pieces)
    plays = tag.item.reducible and not line.gift_of
    return Priced(line, price, each, min(each, floor), plays)


def _of_weight(tag: Tag, price: int) -> int:
    """Give what a piece costs at the price of a pack, or of a kilogram, half a unit up."""
    if tag.grams is None:
        return price
    return (price * tag.grams + GRAMS_OF_KILOGRAM // 2) // GRAMS_OF_KILOGRAM


def _order(priced: Priced) -> tuple[str, str, int, int, int]:
    tag = priced.line.tag
    gtin = tag.gtin.digits if tag.gtin else ""
    return tag.item.sku, gtin, tag.grams or 0, priced.each, priced.line.line_id
