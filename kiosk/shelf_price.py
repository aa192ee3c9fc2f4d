"""What one piece costs on the screen: the quote of a basket that has nothing else in it.

So the price on the shelf is what a piece costs in the basket, whatever rules make it. Offers on
the basket as such are no price of a piece; they are not in the book that is asked here. Tax on top
of prices is in all amounts, so that they can be compared.

Source: docs/pricing.md, sections 2, 4 and 7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from retail.basket import Basket, Line
from retail.catalogue import Pack, Product
from retail.pricing.basket_price import NOTHING_USED, quote_basket
from retail.pricing.book import ANYONE, MEMBER_GROUP, RuleBook, Shopper, Used
from retail.pricing.off import share_of, unit_price
from retail.pricing.quoted import AppliedOffer, Nearly, Quote, QuotedLine
from retail.pricing.tag import Tag
from retail.tags import tag_of
from retail.values import Money

A_MEMBER = Shopper(frozenset({MEMBER_GROUP}))


class Rules(Protocol):
    """What is asked of the catalogue to price what is in it."""

    @property
    def shelf_book(self) -> RuleBook:
        """The rules of the store that pieces of one item can meet, as they are now."""
        ...

    @property
    def list_book(self) -> RuleBook:
        """Those of them that a single piece earns: the same price, without what more would save."""
        ...

    @property
    def used(self) -> Mapping[str, Used]:
        """How far offers with limits over several baskets are used up, as far as known here."""
        ...

    def categories_above(self, category_id: str) -> frozenset[str]:
        """Give a category and all above it."""
        ...


@dataclass(frozen=True, slots=True)
class ShelfPrice:
    """One piece as it is quoted; ``vat_on_top`` is its VAT where prices do not include it."""

    tag: Tag
    quote: Quote
    currency: str
    vat_on_top: int = 0  # basis points

    @property
    def line(self) -> QuotedLine:
        """The piece in the quote."""
        return self.quote.lines[0]

    @property
    def price(self) -> Money:
        """What is paid for it."""
        return Money(self.line.due, self.currency)

    @property
    def list_price(self) -> Money:
        """What it would cost without any rule."""
        return self.of_piece(self.line.price.list_price)

    @property
    def before(self) -> Money:
        """What the price is compared with: that of before anything was taken off."""
        return self.of_piece(self.line.price.base)

    @property
    def reduced(self) -> bool:
        """Whether it costs less than before."""
        return self.price < self.before

    @property
    def saving(self) -> Money:
        """How much less than before; of a price that was raised, nothing."""
        return self.before - self.price if self.reduced else Money(0, self.currency)

    @property
    def offers(self) -> tuple[AppliedOffer, ...]:
        """The offers that one piece alone has earned."""
        return tuple(offer for offer in self.quote.offers if offer.off)

    @property
    def nearly(self) -> tuple[Nearly, ...]:
        """What more pieces of it would earn, the fewest first."""
        line_id = self.line.line_id
        near = (each for each in self.quote.nearly if each.line_id == line_id and each.saves > 0)
        return tuple(sorted(near, key=lambda each: (each.pieces, -each.saves, each.rule_id)))

    @property
    def until(self) -> datetime | None:
        """When the first of the rules that made the price turns, if one does."""
        price = self.line.price
        made = [step.until for step in price.steps if step.after != step.before]
        turns = [*made, *(offer.until for offer in self.offers)]
        return min((at for at in turns if at is not None), default=None)

    def of_piece(self, amount: int) -> Money:
        """Give an amount of the tag, which may be of a kilogram, as one of this very piece."""
        piece = Money(amount, self.currency)
        if self.tag.grams is not None:
            piece = unit_price(piece, 1_000, self.tag.grams)
        return self.taxed(piece.minor)

    def taxed(self, amount: int) -> Money:
        """Give an amount with the tax on top of it, if there is any."""
        return Money(amount + share_of(amount, self.vat_on_top), self.currency)


def price_of(
    tag: Tag,
    book: RuleBook,
    at: datetime,
    shopper: Shopper = ANYONE,
    used: Mapping[str, Used] = NOTHING_USED,
) -> ShelfPrice:
    """Price one piece at the aware instant ``at``; ``used`` is what offers gave before."""
    alone = Basket((Line(1, tag),), next_id=2)
    vat_on_top = 0 if book.shop.vat_included else tag.item.vat_basis_points
    quote = quote_basket(book, alone, at, shopper, used=used)
    return ShelfPrice(tag, quote, book.shop.currency, vat_on_top)


def tag_for(product: Product, pack: Pack, rules: Rules) -> Tag:
    """Give what the price of a pack is asked for."""
    return tag_of(product, pack, rules.categories_above(product.category_id))


def single_piece(product: Product) -> Pack | None:
    """Give the pack that has the fewest pieces; none where there is none."""
    return min(product.packs, key=lambda pack: pack.pieces, default=None)


def holds(prices: Iterable[ShelfPrice], since: datetime, at: datetime) -> bool:
    """Tell whether prices of the instant ``since`` still are those of ``at``.

    They are not when a rule turned between them, nor when the clock was set back.
    """
    turns = (price.quote.changes_at for price in prices)
    return since <= at and all(turn is None or at < turn for turn in turns)
