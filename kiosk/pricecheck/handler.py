"""From a scan or a choice to a state of the price check.

It asks the catalogue and the rules; it keeps nothing, writes nothing and reads no clock.
What it needs of the catalogue is ``Shelf``; what the store is, ``Desk``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol, assert_never
from zoneinfo import ZoneInfo

from kiosk.items import Priced
from kiosk.pricecheck.state import (
    Expired,
    Found,
    Gone,
    MemberCardShown,
    Nearby,
    NotRead,
    State,
    Unknown,
)
from kiosk.shelf_price import A_MEMBER, Rules, holds, price_of, single_piece, tag_for
from retail.barcodes import (
    Code,
    CodeRules,
    MemberCard,
    TradeItem,
    Unreadable,
    VariableMeasure,
    Weight,
    read,
    weight_for,
)
from retail.catalogue import Pack, Product, Store
from retail.pricing.tag import Tag
from retail.tags import price_per_kg, printed_tag, weighed_tag
from retail.values import Gtin, Money

SIMILAR_MAX = 3
NEARBY_MAX = 3
NO_PACK = Pack(Gtin("0" * 14))  # of a product that no code leads to: a piece at its list price


class Shelf(Rules, Protocol):
    """What the price check asks of the catalogue."""

    def by_gtin(self, gtin: Gtin) -> tuple[Product, Pack] | None:
        """Give the product that a GTIN leads to, and the pack it stands on."""
        ...

    def by_sku(self, sku: str) -> Product | None:
        """Give a product by the retailer's own number."""
        ...

    def similar(self, product: Product, limit: int) -> Sequence[Product]:
        """Give products that a shopper may take instead, best first."""
        ...

    def stores(self) -> Mapping[str, Store]:
        """Give the branches by their id."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """The store that the kiosk stands in, and its rules for codes."""

    store_id: str
    zone: ZoneInfo
    rules: CodeRules

    def date_at(self, at: datetime) -> date:
        """Give the store's date at an instant."""
        return at.astimezone(self.zone).date()

    def price(self, product: Product, rules: Rules, at: datetime) -> Priced:
        """Price one piece for anyone, with this store's stock."""
        single = single_piece(product) or NO_PACK
        tag = tag_for(product, single, rules)
        price = price_of(tag, rules.list_book, at, used=rules.used)
        return Priced(product, price, product.stock_in(self.store_id))


def answer(raw: bytes, symbology: str, shelf: Shelf, desk: Desk, at: datetime) -> State:
    """Say what a scan led to at the instant ``at``."""
    code = read(raw, desk.rules, desk.date_at(at), symbology)
    return _answer_code(code, shelf, desk, at)


def open_product(sku: str, shelf: Shelf, desk: Desk, at: datetime) -> State:
    """Say what a product costs that was chosen from a list; it may be gone by now."""
    product = shelf.by_sku(sku)
    single = single_piece(product) if product else None
    if product is None or single is None:
        return Gone()
    return _found(product, single, tag_for(product, single, shelf), shelf, desk, at)


def requote(found: Found, shelf: Shelf, desk: Desk, at: datetime) -> Found:
    """Price what is on the screen again, where a price or an offer began or ended meanwhile."""
    shown = [found.price, *(each.price for each in found.similar)]
    if found.member_price:
        shown.append(found.member_price)
    if holds(shown, found.quoted_at, at):
        return found
    again = _found(found.product, found.pack, found.price.tag, shelf, desk, at)
    return _as_scanned(again, found)


def look_up_again(found: Found, shelf: Shelf, desk: Desk, at: datetime) -> Found | Gone:
    """Look up what is on the screen in a newer catalogue; it may have left it meanwhile."""
    product, before = shelf.by_sku(found.product.sku), found.price.tag
    packs = product.packs if product else ()
    pack = next((each for each in packs if each.gtin == found.pack.gtin), None)
    if product is None or pack is None:
        return Gone()
    above = shelf.categories_above(product.category_id)
    if before.printed:  # no catalogue changes what stands on the label
        printed = Money(before.list_price, product.list_price.currency)
        tag = printed_tag(product, pack, printed, above)
    elif before.grams is not None:
        tag = weighed_tag(product, pack, before.grams, above)
    else:
        tag = tag_for(product, pack, shelf)
    return _as_scanned(_found(product, pack, tag, shelf, desk, at), found)


def _as_scanned(again: Found, before: Found) -> Found:
    """Keep what is of this very piece and of this shopper, not of the catalogue."""
    return replace(
        again,
        measured_g=before.measured_g,
        batch=before.batch,
        expires_on=before.expires_on,
        best_before=before.best_before,
        why_open=before.why_open,
    )


def _answer_code(code: Code, shelf: Shelf, desk: Desk, at: datetime) -> State:
    match code:
        case TradeItem():
            return _answer_item(code, shelf, desk, at)
        case VariableMeasure():
            return _answer_label(code, shelf, desk, at)
        case MemberCard():
            return MemberCardShown()
        case Unreadable():
            return NotRead()
        case _:
            assert_never(code)


def _answer_item(item: TradeItem, shelf: Shelf, desk: Desk, at: datetime) -> State:
    shelved = shelf.by_gtin(item.gtin)
    if shelved is None:
        return Unknown(item.gtin.shortest)
    product, pack = shelved
    if item.expired(desk.date_at(at)):
        assert item.expires_on is not None
        return Expired(product, item.gtin, item.expires_on, item.batch)
    found = _found(product, pack, tag_for(product, pack, shelf), shelf, desk, at)
    return replace(
        found, batch=item.batch, expires_on=item.expires_on, best_before=item.best_before
    )


def _answer_label(label: VariableMeasure, shelf: Shelf, desk: Desk, at: datetime) -> State:
    shelved = shelf.by_gtin(label.item)
    if shelved is None:
        return Unknown(label.gtin.shortest)
    product, pack = shelved
    above = shelf.categories_above(product.category_id)
    if isinstance(label.measure, Weight):
        grams = label.measure.grams
        tag = weighed_tag(product, pack, grams, above)
    else:
        weight = weight_for(label.measure, price_per_kg(product))
        grams = weight.grams if weight else 0
        tag = printed_tag(product, pack, label.measure, above)
    return replace(_found(product, pack, tag, shelf, desk, at), measured_g=grams)


def _found(  # noqa: PLR0913  (what the price is asked for comes beside the usual five)
    product: Product, pack: Pack, tag: Tag, shelf: Shelf, desk: Desk, at: datetime
) -> Found:
    anyone = price_of(tag, shelf.shelf_book, at, used=shelf.used)
    member = price_of(tag, shelf.shelf_book, at, A_MEMBER, shelf.used)
    return Found(
        product,
        pack,
        price=anyone,
        quoted_at=at,
        member_price=member if member.price < anyone.price else None,
        here=product.stock_in(desk.store_id),
        nearby=_nearby(product, shelf.stores(), desk.store_id),
        similar=tuple(desk.price(each, shelf, at) for each in shelf.similar(product, SIMILAR_MAX)),
    )


def _nearby(product: Product, stores: Mapping[str, Store], store_id: str) -> tuple[Nearby, ...]:
    """Give the other branches that have it, the fullest first."""
    elsewhere = [
        Nearby(stores[stock.store_id], stock.on_hand, stock.counted_at)
        for stock in product.stock
        if stock.store_id != store_id and stock.store_id in stores and stock.on_hand > 0
    ]
    return tuple(sorted(elsewhere, key=lambda near: -near.on_hand)[:NEARBY_MAX])
