"""The quote of an open basket, always ``quote_basket`` and nothing beside it.

What was told of prices is kept with it: a price that changed while its item was in is said, and
one that rose is to be agreed to.

Source: docs/basket.md, "The total"; docs/pricing.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from kiosk.basket.state import Entry, Open
from retail import tags
from retail.basket import Basket
from retail.catalogue import Product
from retail.pricing.basket_price import quote_basket
from retail.pricing.book import MEMBER_GROUP, RuleBook, Shopper, Used
from retail.pricing.quoted import Quote
from retail.pricing.tag import Tag
from retail.values import Money


class Shelf(Protocol):
    """What a basket asks of the catalogue in use and its rules."""

    @property
    def book(self) -> RuleBook:
        """The rules of this store."""
        ...

    @property
    def used(self) -> Mapping[str, Used]:
        """How far offers with limits over several baskets are used up, as far as known here."""
        ...

    @property
    def sequence(self) -> int:
        """Up to which publication of head office products and rules go."""
        ...

    def by_sku(self, sku: str) -> Product | None:
        """Give a product by the retailer's own number."""
        ...

    def categories_above(self, category_id: str) -> frozenset[str]:
        """Give a category and all above it."""
        ...


class _Stock(Mapping[str, int]):
    """How many the store has, by SKU, looked up when it is asked; uncounted is not there."""

    def __init__(self, shelf: Shelf, store_id: str) -> None:
        self._shelf, self._store_id = shelf, store_id

    def __getitem__(self, sku: str) -> int:
        product = self._shelf.by_sku(sku)
        if product is None:
            return 0  # what the catalogue does not have cannot be handed out
        stock = product.stock_in(self._store_id)
        if stock is None:
            raise KeyError(sku)
        return stock.on_hand

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def tag_of(entry: Entry, shelf: Shelf) -> Tag:
    """Give what a price is asked for."""
    product, pack = entry.product, entry.pack
    categories = shelf.categories_above(product.category_id)
    if entry.printed is not None:
        price = Money(entry.printed, product.list_price.currency)
        return tags.printed_tag(product, pack, price, categories)
    if entry.grams is not None:
        return tags.weighed_tag(product, pack, entry.grams, categories)
    return tags.tag_of(product, pack, categories)


def quoted(open_: Open, shelf: Shelf, store_id: str, at: datetime) -> Open:
    """Work out the total at the aware instant ``at``, and what a member would pay."""
    basket = _priceable(open_)
    stock, used = _Stock(shelf, store_id), shelf.used

    def ask(groups: frozenset[str]) -> Quote:
        return quote_basket(shelf.book, basket, at, Shopper(groups), used=used, stock=stock)

    quote, member_total = ask(open_.groups), None
    if MEMBER_GROUP not in open_.groups and basket.lines:
        total = ask(open_.groups | {MEMBER_GROUP}).total
        member_total = total if total < quote.total else None
    now = replace(
        open_,
        quote=quote,
        member_total=member_total,
        sequence=shelf.sequence,
        used=_near(basket, shelf.book, used),
        currency=shelf.book.shop.currency,
    )
    return _with_prices_told(now)


def _near(basket: Basket, book: RuleBook, used: Mapping[str, Used]) -> Mapping[str, Used]:
    """Give what was used up of the offers with limits that these goods may meet."""
    if not book.limited:
        return {}
    near = book.offers(line.tag.item for line in basket.lines)
    return {offer.rule_id: used[offer.rule_id] for offer in near if offer.rule_id in used}


def _priceable(open_: Open) -> Basket:
    """Leave out what the catalogue has no more: nobody knows what it costs."""
    lines = (each for each in open_.basket.lines if not open_.entries[each.line_id].gone)
    return replace(open_.basket, lines=tuple(lines))


def _with_prices_told(open_: Open) -> Open:
    """Take it that the shopper now knows each price that is new or lower; a higher one waits."""
    entries = dict(open_.entries)
    for line in open_.quote.lines:
        entry, price = entries[line.line_id], line.price.price
        if entry.told is None:
            entries[line.line_id] = replace(entry, told=price)
        elif price < entry.told:
            entries[line.line_id] = replace(entry, told=price, before=entry.told)
    return replace(open_, entries=entries)


def agreed(open_: Open) -> Open:
    """Take it that the shopper has read the prices that rose, and takes them."""
    entries = dict(open_.entries)
    prices = {line.line_id: line.price.price for line in open_.quote.lines}
    for line_id, told in open_.rises.items():
        entries[line_id] = replace(entries[line_id], told=prices[line_id], before=told)
    return replace(open_, entries=entries)
