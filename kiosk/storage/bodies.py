"""How a changed product stands in the file of changes: whole, or the parts that differ.

A part that can change alone (price, stock, offers, place) is kept alone, and put into the base's
product when that is read: ten thousand prices a day need not be ten thousand whole products.
What is written here was checked before, and a row has its check sum, so reading trusts it.

Source: docs/feed.md, sections 3 and 6.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec

from kiosk.storage.own_rules import (
    more_row,
    prices_row,
    read_more,
    read_prices,
    reduction,
    reduction_row,
    reductions_on,
)
from kiosk.storage.trusted import trusting
from retail.catalogue import Category, Pack, Product, Size, Stock, Store, Text
from retail.pricing.rules import Adjustment
from retail.segment import SAME, Change
from retail.values import Gtin, Money, Place

Parts = dict[str, Any]
_decode = msgspec.json.decode


def write_parts(parts: Parts) -> str:
    """Write the parts that differ."""
    return _write(parts)


def read_parts(body: str) -> Parts:
    """Read what ``write_parts`` wrote."""
    parts: Parts = _decode(body)
    return parts


def parts_of(change: Change) -> Parts:
    """Give the parts that a change names."""
    parts: Parts = {}
    if change.price is not SAME:
        parts["price"] = change.price.minor
    if change.stock is not SAME:
        parts["stock"] = _of_stock(change.stock)
    if change.offers is not SAME:
        parts["offers"] = _of_offers(change.offers)
    if change.place is not SAME:
        parts["place"] = _of_place(change.place)
    if change.fixed_prices is not SAME:
        parts["prices"] = prices_row(change.fixed_prices)
    return parts


def change_of(sku: str, parts: Parts, currency: str) -> Change:
    """Give the change that has these parts."""
    return Change(
        sku,
        Money(parts["price"], currency) if "price" in parts else SAME,
        _stock(parts["stock"]) if "stock" in parts else SAME,
        _offers(sku, parts["offers"]) if "offers" in parts else SAME,
        _place(parts["place"]) if "place" in parts else SAME,
        read_prices(parts["prices"], sku) if "prices" in parts else SAME,
    )


def with_parts(product: Product, body: str, currency: str) -> Product:
    """Give the base's product with the parts of a row put into it."""
    parts = read_parts(body)
    return _make_product(
        product.sku,
        product.name,
        product.category_id,
        _make_money(parts["price"], currency) if "price" in parts else product.list_price,
        product.packs,
        product.unit,
        product.brand,
        product.note,
        product.labels,
        product.size,
        product.picture,
        product.vat_basis_points,
        product.popularity,
        _stock(parts["stock"]) if "stock" in parts else product.stock,
        _place(parts["place"]) if "place" in parts else product.place,
        _offers(product.sku, parts["offers"]) if "offers" in parts else product.offers,
        product.supplier,
        product.floor,
        product.reducible,
        product.age_min,
        read_prices(parts["prices"], product.sku) if "prices" in parts else product.fixed_prices,
    )


def write_whole(product: Product) -> str:
    """Write all of a product."""
    size = product.size
    return _write(
        (
            product.sku,
            _of_text(product.name),
            product.category_id,
            product.list_price.minor,
            [_of_pack(pack) for pack in product.packs],
            _of_text(product.unit),
            _of_text(product.brand),
            _of_text(product.note),
            [_of_text(label) for label in product.labels],
            (size.amount, size.measure) if size else None,
            product.picture,
            product.vat_basis_points,
            product.popularity,
            _of_stock(product.stock),
            _of_place(product.place),
            _of_offers(product.offers),
            more_row(product),
        )
    )


def read_whole(body: str, currency: str) -> Product:
    """Read what ``write_whole`` wrote."""
    sku, name, category, price, packs, unit, brand, note, labels, size, *rest = _decode(body)
    picture, vat_basis_points, popularity, stock, place, offers, more = rest
    return _make_product(
        sku,
        _text(*name),
        category,
        _make_money(price, currency),
        tuple([_pack(currency, *each) for each in packs]),
        _text(*unit),
        _text(*brand) if brand else None,
        _text(*note) if note else None,
        tuple([_text(*each) for each in labels]),
        _size(*size) if size else None,
        picture,
        vat_basis_points,
        popularity,
        _stock(stock),
        _place(place),
        _offers(sku, offers),
        *read_more(more, sku, currency),
    )


def gtins_in(body: str) -> list[int]:
    """Give the GTINs of a whole product, as the numbers that their 14 digits are."""
    return [gtin for gtin, *_ in _decode(body)[4]]


def write_categories(categories: list[Category]) -> str:
    """Write all categories in their order."""
    return _write([(c.category_id, _of_text(c.name), c.parent, c.icon) for c in categories])


def read_categories(text: str) -> list[Category]:
    """Read what ``write_categories`` wrote."""
    return [Category(key, Text(*name), parent, icon) for key, name, parent, icon in _decode(text)]


def write_stores(stores: list[Store]) -> str:
    """Write all stores."""
    return _write([(s.store_id, _of_text(s.name), _of_text(s.address)) for s in stores])


def read_stores(text: str) -> list[Store]:
    """Read what ``write_stores`` wrote."""
    return [
        Store(key, Text(*name), Text(*address) if address else None)
        for key, name, address in _decode(text)
    ]


def _write(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _of_text(text: Text | None) -> tuple[str, str] | None:
    return (text.fa, text.en) if text else None


def _of_pack(pack: Pack) -> tuple[Any, ...]:
    return (
        int(pack.gtin.digits),
        pack.pieces,
        _of_text(pack.unit),
        pack.price.minor if pack.price else None,
    )


def _of_stock(stock: tuple[Stock, ...]) -> list[tuple[str, int, int]]:
    return [(each.store_id, each.on_hand, _seconds(each.counted_at)) for each in stock]


def _of_place(place: Place | None) -> tuple[str, str, str] | None:
    return (place.aisle, place.bay, place.shelf) if place else None


def _of_offers(offers: tuple[Adjustment, ...]) -> list[tuple[Any, ...]]:
    return [reduction_row(each) for each in offers]


def _pack(currency: str, gtin: int, pieces: int, unit: Any, price: int | None) -> Pack:
    return _make_pack(
        _make_gtin(f"{gtin:014d}"),
        pieces,
        _text(*unit) if unit else None,
        None if price is None else _make_money(price, currency),
    )


def _stock(stock: list[Any]) -> tuple[Stock, ...]:
    return tuple([_make_stock(store, on_hand, _instant(at)) for store, on_hand, at in stock])


def _place(place: list[str] | None) -> Place | None:
    return _shared_place(*place) if place else None


def _offers(sku: str, offers: list[Any]) -> tuple[Adjustment, ...]:
    return reductions_on(sku, [reduction(*each) for each in offers]) if offers else ()


_make_product, _make_pack, _make_stock = trusting(Product), trusting(Pack), trusting(Stock)
_make_money, _make_gtin = trusting(Money), trusting(Gtin)
_size, _shared_place = lru_cache(maxsize=4_096)(Size), lru_cache(maxsize=4_096)(Place)
_text = lru_cache(maxsize=4_096)(Text)


@lru_cache(maxsize=4_096)
def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@lru_cache(maxsize=4_096)
def _seconds(at: datetime) -> int:
    return int(at.timestamp())
