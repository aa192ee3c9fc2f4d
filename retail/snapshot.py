"""How a catalogue is written on the wire: one JSON object a line, read and written here alone.

The server writes these records into a snapshot and the kiosk reads them from it; neither
imports the other, both import this. Reading refuses what is wrong and names the field. It
compresses, signs and stores nothing.

Source: docs/snapshot.md (the records, field by field, with an example of each).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, TypeVar, cast

from retail.catalogue import Category, Pack, Product, Size, Stock, Store, Text
from retail.pricing import Offer
from retail.values import Gtin, Money, Place

FORMAT = 1  # of the records; a reader refuses one that it does not know
# instants outside of these years are slips of a program or of a typist, and "endless" offers,
# which no calendar writes; the first and the one after the last
INSTANT_MIN: Final = datetime(2000, 1, 1, tzinfo=UTC)
INSTANT_END: Final = datetime(2200, 1, 1, tzinfo=UTC)
Record = Mapping[str, Any]  # one line of a snapshot, read as JSON
T = TypeVar("T")
_REQUIRED: Final = object()


class RecordError(ValueError):
    """A record is not what docs/snapshot.md says; the message names field, expected, got."""


def category_record(category: Category) -> dict[str, Any]:
    """Write a category as a snapshot's line."""
    return _without_empty(
        {
            "kind": "category",
            "id": category.category_id,
            "name": _text_record(category.name),
            "parent": category.parent,
            "icon": category.icon,
        }
    )


def store_record(store: Store) -> dict[str, Any]:
    """Write a store as a snapshot's line."""
    return _without_empty(
        {
            "kind": "store",
            "id": store.store_id,
            "name": _text_record(store.name),
            "address": _text_record(store.address),
        }
    )


def product_record(product: Product) -> dict[str, Any]:
    """Write a product as a snapshot's line; amounts are Rial or another smallest unit."""
    return _without_empty(
        {
            "kind": "product",
            "sku": product.sku,
            "name": _text_record(product.name),
            "category": product.category_id,
            "price": product.list_price.minor,
            "unit": _text_record(product.unit),
            "packs": [
                _without_empty(
                    {
                        "gtin": pack.gtin.digits,
                        "pieces": pack.pieces,
                        "unit": _text_record(pack.unit),
                        "price": pack.price.minor if pack.price else None,
                    }
                )
                for pack in product.packs
            ],
            "brand": _text_record(product.brand),
            "note": _text_record(product.note),
            "labels": [_text_record(label) for label in product.labels],
            "size": [product.size.amount, product.size.measure] if product.size else None,
            "picture": product.picture,
            "vat_bp": product.vat_basis_points,
            "popularity": product.popularity,
            "stock": [
                {
                    "store": s.store_id,
                    "on_hand": s.on_hand,
                    "counted_at": write_instant(s.counted_at),
                }
                for s in product.stock
            ],
            "place": (
                [product.place.aisle, product.place.bay, product.place.shelf]
                if product.place
                else None
            ),
            "offers": [_offer_record(offer) for offer in product.offers],
        }
    )


def read_category(record: Record) -> Category:
    """Read what ``category_record`` wrote; refuses with ``RecordError``."""
    return Category(
        category_id=_take(record, "id", str),
        name=_take_text(record, "name"),
        parent=_take(record, "parent", str, ""),
        icon=_take(record, "icon", str, ""),
    )


def read_store(record: Record) -> Store:
    """Read what ``store_record`` wrote; refuses with ``RecordError``."""
    return Store(
        store_id=_take(record, "id", str),
        name=_take_text(record, "name"),
        address=_take_optional_text(record, "address"),
    )


def read_product(record: Record, currency: str) -> Product:
    """Read what ``product_record`` wrote; refuses with ``RecordError``."""
    return _refusing("product", lambda: _read_product(record, currency))


def _read_product(record: Record, currency: str) -> Product:
    return Product(
        sku=_take(record, "sku", str),
        name=_take_text(record, "name"),
        category_id=_take(record, "category", str),
        list_price=Money(_take(record, "price", int), currency),
        packs=_take_each(record, "packs", lambda pack: _read_pack(pack, currency)),
        unit=_take_text(record, "unit"),
        brand=_take_optional_text(record, "brand"),
        note=_take_optional_text(record, "note"),
        labels=_take_each(record, "labels", _read_text),
        size=_take_parts(record, "size", Size, (int, str)),
        picture=_take(record, "picture", str, ""),
        vat_basis_points=_take(record, "vat_bp", int, 0),
        popularity=_take(record, "popularity", int, 0),
        stock=_take_each(record, "stock", _read_stock),
        place=_take_parts(record, "place", Place, (str, str, str)),
        offers=_take_each(record, "offers", _read_offer),
    )


def write_instant(at: datetime) -> str:
    """Write an aware instant as ``2026-11-23T08:30:00Z``, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_instant(text: str) -> datetime:
    """Read what ``write_instant`` wrote; refuses no zone, and years before 2000 and after 2199."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise RecordError(f"Expected an instant with its zone, got {text!r}") from None
    if at.tzinfo is None:
        raise RecordError(f"Expected an instant with its zone, got {text!r}")
    if not INSTANT_MIN <= at < INSTANT_END:  # compared before it is moved, which may overflow
        raise RecordError(f"Expected an instant in the years 2000 to 2199, got {text!r}")
    return at.astimezone(UTC)


def _offer_record(offer: Offer) -> dict[str, Any]:
    return _without_empty(
        {
            "id": offer.offer_id,
            "name": {"fa": offer.name_fa, "en": offer.name_en},
            "starts_at": write_instant(offer.starts_at),
            "ends_at": write_instant(offer.ends_at),
            "off_bp": offer.off_basis_points,
            "members_only": offer.members_only,
        }
    )


def _read_offer(record: Record) -> Offer:
    name = _take(record, "name", dict, {})
    return Offer(
        offer_id=_take(record, "id", str),
        starts_at=_take_instant(record, "starts_at"),
        ends_at=_take_instant(record, "ends_at"),
        off_basis_points=_take(record, "off_bp", int),
        members_only=_take(record, "members_only", bool, False),
        name_fa=_take(name, "fa", str, ""),
        name_en=_take(name, "en", str, ""),
    )


def _read_pack(record: Record, currency: str) -> Pack:
    price = _take(record, "price", int, None)
    return Pack(
        gtin=Gtin(_take(record, "gtin", str)),
        pieces=_take(record, "pieces", int, 1),
        unit=_take_optional_text(record, "unit"),
        price=None if price is None else Money(price, currency),
    )


def _read_stock(record: Record) -> Stock:
    return Stock(
        store_id=_take(record, "store", str),
        on_hand=_take(record, "on_hand", int),
        counted_at=_take_instant(record, "counted_at"),
    )


def _text_record(text: Text | None) -> dict[str, str] | None:
    return _without_empty({"fa": text.fa, "en": text.en}) if text else None


def _read_text(record: Record) -> Text:
    return Text(fa=_take(record, "fa", str), en=_take(record, "en", str, ""))


def _take_text(record: Record, field: str) -> Text:
    return _refusing(field, lambda: _read_text(_take(record, field, dict)))


def _take_optional_text(record: Record, field: str) -> Text | None:
    return _take_text(record, field) if record.get(field) else None


def _take_instant(record: Record, field: str) -> datetime:
    return _refusing(field, lambda: read_instant(_take(record, field, str)))


def _take_parts(
    record: Record, field: str, make: Callable[..., T], kinds: tuple[type, ...]
) -> T | None:
    """Make a value from a list that must hold exactly ``kinds``; none where it is absent."""
    parts = _take(record, field, list, [])
    if not parts:
        return None
    if tuple(map(type, parts)) != kinds:
        expected = ", ".join(kind.__name__ for kind in kinds)
        raise RecordError(f"{field}: Expected {expected}, got {parts!r}")
    return _refusing(field, lambda: make(*parts))


def _take_each(record: Record, field: str, read: Callable[[Any], T]) -> tuple[T, ...]:
    entries = _take(record, field, list, [])
    return tuple(
        _refusing(f"{field}[{i}]", partial(read, entry)) for i, entry in enumerate(entries)
    )


def _take(record: Record, field: str, kind: type[T], default: Any = _REQUIRED) -> T:
    """Give ``record[field]``, which must be a ``kind``; without a default it must be there."""
    if not isinstance(record, Mapping):
        raise RecordError(f"Expected an object with a field {field!r}, got {record!r}")
    value = record.get(field, default)
    if value is _REQUIRED:
        raise RecordError(f"Expected a field {field!r}, got only {', '.join(record) or 'nothing'}")
    if value is not default and type(value) is not kind:
        raise RecordError(f"Expected {kind.__name__} in {field!r}, got {value!r}")
    return cast(T, value)


def _refusing(field: str, read: Callable[[], T]) -> T:
    """Put the field's name before what ``read`` has to say of it."""
    try:
        return read()
    except (ValueError, TypeError) as error:
        raise RecordError(f"{field}: {error}") from None


def _without_empty(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if value not in (None, "", [], {})}
