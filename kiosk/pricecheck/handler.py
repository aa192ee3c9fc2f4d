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
from retail.pricing import changes_at, quote, unit_price
from retail.values import Gtin, Money

SIMILAR_MAX = 3
NEARBY_MAX = 3


class Shelf(Protocol):
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

    def price(self, product: Product, at: datetime) -> Priced:
        """Price one piece for anyone, with this store's stock."""
        offered = quote(product.list_price, product.offers, at, member=False)
        return Priced(product, offered, product.stock_in(self.store_id))


def answer(raw: bytes, symbology: str, shelf: Shelf, desk: Desk, at: datetime) -> State:
    """Say what a scan led to at the instant ``at``."""
    code = read(raw, desk.rules, desk.date_at(at), symbology)
    return _answer_code(code, shelf, desk, at)


def open_product(sku: str, shelf: Shelf, desk: Desk, at: datetime) -> State:
    """Say what a product costs that was chosen from a list; it may be gone by now."""
    product = shelf.by_sku(sku)
    if product is None or not product.packs:
        return Gone()
    single = min(product.packs, key=lambda pack: pack.pieces)
    return _found(product, single, shelf, desk, at)


def requote(found: Found, shelf: Shelf, desk: Desk, at: datetime) -> Found:
    """Price what is on the screen again, where an offer began or ended meanwhile."""
    shown = (found.product, *(each.product for each in found.similar))
    due = changes_at((offer for each in shown for offer in each.offers), found.quoted_at)
    if due is None or at < due:
        return found
    # the list price is the pack's, or what the scale printed on this very label
    again = _found(found.product, found.pack, shelf, desk, at, found.quote.list_price)
    return _as_scanned(again, found)


def look_up_again(found: Found, shelf: Shelf, desk: Desk, at: datetime) -> Found | Gone:
    """Look up what is on the screen in a newer catalogue; it may have left it meanwhile."""
    product = shelf.by_sku(found.product.sku)
    packs = product.packs if product else ()
    pack = next((each for each in packs if each.gtin == found.pack.gtin), None)
    if product is None or pack is None:
        return Gone()
    if found.printed:
        price: Money | None = found.quote.list_price
    elif found.measured_g:
        price = unit_price(_per_kg(product), 1_000, found.measured_g)
    else:
        price = None
    return _as_scanned(_found(product, pack, shelf, desk, at, price), found)


def _as_scanned(again: Found, before: Found) -> Found:
    """Keep what is of this very piece and of this shopper, not of the catalogue."""
    return replace(
        again,
        measured_g=before.measured_g,
        printed=before.printed,
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
    found = _found(product, pack, shelf, desk, at)
    return replace(
        found, batch=item.batch, expires_on=item.expires_on, best_before=item.best_before
    )


def _answer_label(label: VariableMeasure, shelf: Shelf, desk: Desk, at: datetime) -> State:
    shelved = shelf.by_gtin(label.item)
    if shelved is None:
        return Unknown(label.gtin.shortest)
    product, pack = shelved
    per_kg = _per_kg(product)
    if isinstance(label.measure, Weight):
        grams, price = label.measure.grams, unit_price(per_kg, 1_000, label.measure.grams)
    else:
        weight, price = weight_for(label.measure, per_kg), label.measure
        grams = weight.grams if weight else 0
    printed = not isinstance(label.measure, Weight)
    found = _found(product, pack, shelf, desk, at, price)
    return replace(found, measured_g=grams, printed=printed)


def _per_kg(product: Product) -> Money:
    """Give the price of a kilogram of what is sold by weight; one piece is a kilogram if unsaid."""
    if product.size is None or product.size.measure != "g":
        return product.list_price
    return unit_price(product.list_price, product.size.amount, 1_000)


def _found(  # noqa: PLR0913  (a label's own price comes beside the usual five)
    product: Product,
    pack: Pack,
    shelf: Shelf,
    desk: Desk,
    at: datetime,
    list_price: Money | None = None,
) -> Found:
    price = list_price if list_price is not None else product.pack_price(pack)
    anyone = quote(price, product.offers, at, member=False)
    member = quote(price, product.offers, at, member=True)
    return Found(
        product,
        pack,
        quote=anyone,
        quoted_at=at,
        member_quote=member if member.price < anyone.price else None,
        here=product.stock_in(desk.store_id),
        nearby=_nearby(product, shelf.stores(), desk.store_id),
        similar=tuple(desk.price(each, at) for each in shelf.similar(product, SIMILAR_MAX)),
    )


def _nearby(product: Product, stores: Mapping[str, Store], store_id: str) -> tuple[Nearby, ...]:
    """Give the other branches that have it, the fullest first."""
    elsewhere = [
        Nearby(stores[stock.store_id], stock.on_hand, stock.counted_at)
        for stock in product.stock
        if stock.store_id != store_id and stock.store_id in stores and stock.on_hand > 0
    ]
    return tuple(sorted(elsewhere, key=lambda near: -near.on_hand)[:NEARBY_MAX])
