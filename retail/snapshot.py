"""How a catalogue is written on the wire: one JSON object a line, read and written here alone.

The server writes these records into a snapshot and the kiosk reads them from it; neither
imports the other, both import this. Reading refuses what is wrong and names the field. It
compresses, signs and stores nothing.

Source: docs/snapshot.md (the records, field by field, with an example of each).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from retail.catalogue import Category, Pack, Product, Size, Stock, Store, Text
from retail.fields import (
    Record,
    RecordError,
    refusing,
    take,
    take_each,
    take_parts,
    without_empty,
)
from retail.instants import (
    INSTANT_END,
    INSTANT_MIN,
    read_instant,
    take_instant,
    write_instant,
)
from retail.pricing.records import read_rule, rule_record
from retail.pricing.rules import Adjustment, FixedPrice
from retail.reductions import Reduction, reduction_of
from retail.values import Gtin, Money, Place

__all__ = [  # with names of retail.fields and retail.instants: whoever reads records needs them
    "FORMAT",
    "INSTANT_END",
    "INSTANT_MIN",
    "Record",
    "RecordError",
    "category_record",
    "fixed_price_record",
    "offer_record",
    "place_record",
    "product_record",
    "read_category",
    "read_fixed_prices",
    "read_instant",
    "read_offers",
    "read_product",
    "read_stock",
    "read_store",
    "stock_record",
    "store_record",
    "take_instant",
    "take_optional_text",
    "take_text",
    "text_record",
    "write_instant",
]

FORMAT = 1  # of the records; a reader refuses one that it does not know


def category_record(category: Category) -> dict[str, Any]:
    """Write a category as a snapshot's line."""
    return without_empty(
        {
            "kind": "category",
            "id": category.category_id,
            "name": text_record(category.name),
            "parent": category.parent,
            "icon": category.icon,
        }
    )


def store_record(store: Store) -> dict[str, Any]:
    """Write a store as a snapshot's line."""
    return without_empty(
        {
            "kind": "store",
            "id": store.store_id,
            "name": text_record(store.name),
            "address": text_record(store.address),
        }
    )


def product_record(product: Product) -> dict[str, Any]:
    """Write a product as a snapshot's line; amounts are Rial or another smallest unit."""
    return without_empty(
        {
            "kind": "product",
            "sku": product.sku,
            "name": text_record(product.name),
            "category": product.category_id,
            "price": product.list_price.minor,
            "unit": text_record(product.unit),
            "packs": [
                without_empty(
                    {
                        "gtin": pack.gtin.digits,
                        "pieces": pack.pieces,
                        "unit": text_record(pack.unit),
                        "price": pack.price.minor if pack.price else None,
                    }
                )
                for pack in product.packs
            ],
            "brand": text_record(product.brand),
            "note": text_record(product.note),
            "labels": [text_record(label) for label in product.labels],
            "size": [product.size.amount, product.size.measure] if product.size else None,
            "picture": product.picture,
            "vat_bp": product.vat_basis_points,
            "popularity": product.popularity,
            "stock": [stock_record(stock) for stock in product.stock],
            "place": place_record(product.place),
            "offers": [offer_record(offer) for offer in product.offers],
            "supplier": product.supplier,
            "floor": product.floor.minor if product.floor else None,
            "reducible": None if product.reducible else False,
            "age_min": product.age_min or None,
            "prices": [fixed_price_record(rule) for rule in product.fixed_prices],
        }
    )


def read_category(record: Record) -> Category:
    """Read what ``category_record`` wrote; refuses with ``RecordError``."""
    return Category(
        category_id=take(record, "id", str),
        name=take_text(record, "name"),
        parent=take(record, "parent", str, ""),
        icon=take(record, "icon", str, ""),
    )


def read_store(record: Record) -> Store:
    """Read what ``store_record`` wrote; refuses with ``RecordError``."""
    return Store(
        store_id=take(record, "id", str),
        name=take_text(record, "name"),
        address=take_optional_text(record, "address"),
    )


def read_product(record: Record, currency: str) -> Product:
    """Read what ``product_record`` wrote; refuses with ``RecordError``."""
    return refusing("product", lambda: _read_product(record, currency))


def _read_product(record: Record, currency: str) -> Product:
    sku, floor = take(record, "sku", str), take(record, "floor", int, None)
    return Product(
        sku=sku,
        name=take_text(record, "name"),
        category_id=take(record, "category", str),
        list_price=Money(take(record, "price", int), currency),
        packs=take_each(record, "packs", lambda pack: _read_pack(pack, currency)),
        unit=take_text(record, "unit"),
        brand=take_optional_text(record, "brand"),
        note=take_optional_text(record, "note"),
        labels=take_each(record, "labels", _read_text),
        size=take_parts(record, "size", Size, (int, str)),
        picture=take(record, "picture", str, ""),
        vat_basis_points=take(record, "vat_bp", int, 0),
        popularity=take(record, "popularity", int, 0),
        stock=take_each(record, "stock", read_stock),
        place=take_parts(record, "place", Place, (str, str, str)),
        offers=read_offers(record, sku),
        supplier=take(record, "supplier", str, ""),
        floor=None if floor is None else Money(floor, currency),
        reducible=take(record, "reducible", bool, True),
        age_min=take(record, "age_min", int, 0),
        fixed_prices=read_fixed_prices(record, sku),
    )


def stock_record(stock: Stock) -> dict[str, Any]:
    """Write what one branch has on hand."""
    return {
        "store": stock.store_id,
        "on_hand": stock.on_hand,
        "counted_at": write_instant(stock.counted_at),
    }


def place_record(place: Place | None) -> list[str] | None:
    """Write where an item stands; none where that is not known."""
    return [place.aisle, place.bay, place.shelf] if place else None


def offer_record(offer: Adjustment) -> dict[str, Any]:
    """Write a simple reduction, as it stands in a product's record; refuses any other rule."""
    told = reduction_of(offer)
    return without_empty(
        {
            "id": told.offer_id,
            "name": {"fa": told.name_fa, "en": told.name_en},
            "starts_at": write_instant(told.starts_at),
            "ends_at": write_instant(told.ends_at),
            "off_bp": told.off_basis_points,
            "members_only": told.members_only,
        }
    )


def read_offers(record: Record, sku: str) -> tuple[Adjustment, ...]:
    """Read the reductions in a record of the product ``sku``; refuses with ``RecordError``."""
    return take_each(record, "offers", lambda offer: _read_offer(offer).on(sku))


def _read_offer(record: Record) -> Reduction:
    name = take(record, "name", dict, {})
    return Reduction(
        offer_id=take(record, "id", str),
        starts_at=take_instant(record, "starts_at"),
        ends_at=take_instant(record, "ends_at"),
        off_basis_points=take(record, "off_bp", int),
        members_only=take(record, "members_only", bool, False),
        name_fa=take(name, "fa", str, ""),
        name_en=take(name, "en", str, ""),
    )


def fixed_price_record(rule: FixedPrice) -> dict[str, Any]:
    """Write a fixed price as it stands in its product's record, which says the SKU."""
    record = rule_record(rule)
    del record["rule"], record["sku"]
    return record


def read_fixed_prices(record: Record, sku: str) -> tuple[FixedPrice, ...]:
    """Read the fixed prices in a record of the product ``sku``; refuses with ``RecordError``."""
    return take_each(record, "prices", lambda price: _read_fixed_price(price, sku))


def _read_fixed_price(record: Record, sku: str) -> FixedPrice:
    if not isinstance(record, Mapping):
        raise RecordError(f"Expected an object, got {record!r:.60}")
    rule = read_rule({**record, "rule": "fixed_price", "sku": sku})
    assert isinstance(rule, FixedPrice)
    return rule


def _read_pack(record: Record, currency: str) -> Pack:
    price = take(record, "price", int, None)
    return Pack(
        gtin=Gtin(take(record, "gtin", str)),
        pieces=take(record, "pieces", int, 1),
        unit=take_optional_text(record, "unit"),
        price=None if price is None else Money(price, currency),
    )


def read_stock(record: Record) -> Stock:
    """Read what ``stock_record`` wrote; refuses with ``RecordError``."""
    return Stock(
        store_id=take(record, "store", str),
        on_hand=take(record, "on_hand", int),
        counted_at=take_instant(record, "counted_at"),
    )


def text_record(text: Text | None) -> dict[str, str] | None:
    """Write a wording; without English it has Persian alone."""
    return without_empty({"fa": text.fa, "en": text.en}) if text else None


def _read_text(record: Record) -> Text:
    return Text(fa=take(record, "fa", str), en=take(record, "en", str, ""))


def take_text(record: Record, field: str) -> Text:
    """Take a wording that must be there; refuses with ``RecordError``."""
    return refusing(field, lambda: _read_text(take(record, field, dict)))


def take_optional_text(record: Record, field: str) -> Text | None:
    """Take a wording, or none where the field is absent or empty."""
    return take_text(record, field) if record.get(field) else None
