"""What changed in a store's catalogue, one JSON object a line, read and written here alone.

These records stand in a segment of the feed beside those of ``retail.snapshot``: its heading,
what is gone, parts of a product that changed alone, and what a kiosk is asked to do. Applying
one twice is applying it once. It compresses, signs and stores nothing.

Source: docs/feed.md, section 3 (the segment) and section 8 (actions).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any, Final, Literal, get_args
from uuid import UUID

from retail.catalogue import Product, Stock, Text
from retail.fields import Record, RecordError, refusing, take, take_each, take_parts, without_empty
from retail.pricing.rules import Adjustment, FixedPrice
from retail.snapshot import (
    fixed_price_record,
    offer_record,
    place_record,
    read_fixed_prices,
    read_offers,
    read_stock,
    stock_record,
    take_instant,
    take_optional_text,
    text_record,
    write_instant,
)
from retail.values import Money, Place

LINE_BYTES_MAX: Final = 1 << 20  # of one record; it bounds what one line may cost a kiosk
FORMAT: Final = 2  # of segments and of all manifests of the feed
Doing = Literal["restart", "out_of_service", "in_service", "send_logs"]
DOINGS: Final[tuple[Doing, ...]] = get_args(Doing)
GoneKind = Literal["category", "store", "rule", "used", "survey", "product"]


class Same(Enum):
    """Stands for a part that a change leaves as it was; None means that there is none now."""

    SAME = "same"


SAME: Final = Same.SAME


@dataclass(frozen=True, slots=True)
class SegmentHeading:
    """What the first line says of a segment: it leads to ``sequence`` from the one before."""

    chain: str
    store: str
    currency: str
    sequence: int
    made_at: datetime
    vat_included: bool = True


@dataclass(frozen=True, slots=True)
class Gone:
    """A category, store, rule, count of a rule or product that kiosks are to know no more."""

    kind: GoneKind
    key: str  # id of a category, store or rule (also of its count), SKU of a product


@dataclass(frozen=True, slots=True)
class Change:
    """Those parts of one product that differ; the others are ``SAME``."""

    sku: str
    price: Money | Same = SAME
    stock: tuple[Stock, ...] | Same = SAME
    offers: tuple[Adjustment, ...] | Same = SAME
    place: Place | Same | None = SAME
    fixed_prices: tuple[FixedPrice, ...] | Same = SAME

    def of(self, product: Product) -> Product:
        """Give the product as it is after this change; it must be the one of this SKU."""
        if product.sku != self.sku:
            raise ValueError(f"Expected product {self.sku!r}, got {product.sku!r}")
        return replace(
            product,
            list_price=product.list_price if self.price is SAME else self.price,
            stock=product.stock if self.stock is SAME else self.stock,
            offers=product.offers if self.offers is SAME else self.offers,
            place=product.place if self.place is SAME else self.place,
            fixed_prices=product.fixed_prices if self.fixed_prices is SAME else self.fixed_prices,
        )


@dataclass(frozen=True, slots=True)
class Action:
    """What one kiosk is asked to do, up to, not at, ``until``; ``words`` are for the screen."""

    action_id: UUID
    kiosk: str
    do: Doing
    until: datetime
    words: Text | None = None


def heading_record(heading: SegmentHeading) -> dict[str, Any]:
    """Write a segment's first line."""
    record = {
        "kind": "segment",
        "format": FORMAT,
        "chain": heading.chain,
        "store": heading.store,
        "currency": heading.currency,
        "sequence": heading.sequence,
        "made_at": write_instant(heading.made_at),
    }
    return record if heading.vat_included else record | {"vat_included": False}


def read_heading(record: Record) -> SegmentHeading:
    """Read what ``heading_record`` wrote; refuses with ``RecordError``."""
    kind, form = take(record, "kind", str), take(record, "format", int)
    if (kind, form) != ("segment", FORMAT):
        raise RecordError(f"Expected a segment of format {FORMAT}, got {kind!r} of {form}")
    heading = SegmentHeading(
        chain=take(record, "chain", str),
        store=take(record, "store", str),
        currency=take(record, "currency", str),
        sequence=take(record, "sequence", int),
        made_at=take_instant(record, "made_at"),
        vat_included=take(record, "vat_included", bool, True),
    )
    if heading.sequence < 1:
        raise RecordError(f"Expected a sequence of 1 or more, got {heading.sequence}")
    return heading


def gone_record(gone: Gone) -> dict[str, Any]:
    """Write that something is gone."""
    name = "sku" if gone.kind == "product" else "id"
    return {"kind": gone.kind, name: gone.key, "gone": True}


def is_gone(record: Record) -> bool:
    """Tell whether a category's, store's, rule's or product's record says that it is gone."""
    return take(record, "gone", bool, False)


def read_gone(record: Record) -> Gone:
    """Read what ``gone_record`` wrote; refuses with ``RecordError``."""
    match take(record, "kind", str):
        case "product":
            gone = Gone("product", take(record, "sku", str))
        case "category":
            gone = Gone("category", take(record, "id", str))
        case "store":
            gone = Gone("store", take(record, "id", str))
        case "rule":
            gone = Gone("rule", take(record, "id", str))
        case "used":
            gone = Gone("used", take(record, "id", str))
        case "survey":
            gone = Gone("survey", take(record, "id", str))
        case kind:
            raise RecordError(
                f"Expected product, category, store, rule, used or survey, got {kind!r}"
            )
    if not gone.key or not is_gone(record):
        raise RecordError(f"Expected a key and gone: true, got {dict(record)!r}")
    return gone


def change_record(change: Change) -> dict[str, Any]:
    """Write the parts of a product that differ; an empty part is written as such."""
    record: dict[str, Any] = {"kind": "change", "sku": change.sku}
    if change.price is not SAME:
        record["price"] = change.price.minor
    if change.stock is not SAME:
        record["stock"] = [stock_record(stock) for stock in change.stock]
    if change.offers is not SAME:
        record["offers"] = [offer_record(offer) for offer in change.offers]
    if change.place is not SAME:
        record["place"] = place_record(change.place)
    if change.fixed_prices is not SAME:
        record["prices"] = [fixed_price_record(rule) for rule in change.fixed_prices]
    return record


def read_change(record: Record, currency: str) -> Change:
    """Read what ``change_record`` wrote; refuses with ``RecordError``."""
    return refusing("change", lambda: _read_change(record, currency))


def _read_change(record: Record, currency: str) -> Change:
    sku = take(record, "sku", str)
    if not sku or sku != sku.strip():
        raise RecordError(f"Expected a SKU without spaces around it, got {sku!r}")
    return Change(
        sku=sku,
        price=_read_price(record, currency) if "price" in record else SAME,
        stock=take_each(record, "stock", read_stock) if "stock" in record else SAME,
        offers=read_offers(record, sku) if "offers" in record else SAME,
        place=_read_place(record) if "place" in record else SAME,
        fixed_prices=read_fixed_prices(record, sku) if "prices" in record else SAME,
    )


def _read_price(record: Record, currency: str) -> Money:
    minor = take(record, "price", int)
    if minor < 0:
        raise RecordError(f"Expected a price of 0 or more, got {minor}")
    return Money(minor, currency)


def _read_place(record: Record) -> Place | None:
    if record["place"] is None:
        return None
    return take_parts(record, "place", Place, (str, str, str))


def action_record(action: Action) -> dict[str, Any]:
    """Write what a kiosk is asked to do."""
    return without_empty(
        {
            "kind": "action",
            "id": str(action.action_id),
            "kiosk": action.kiosk,
            "do": action.do,
            "until": write_instant(action.until),
            "words": text_record(action.words),
        }
    )


def read_action(record: Record) -> Action:
    """Read what ``action_record`` wrote; refuses with ``RecordError``, also an unknown deed."""
    do = take(record, "do", str)
    known = next((each for each in DOINGS if each == do), None)
    if known is None:
        raise RecordError(f"Expected one of {', '.join(DOINGS)}, got {do!r}")
    return Action(
        action_id=refusing("id", lambda: UUID(take(record, "id", str))),
        kiosk=take(record, "kiosk", str),
        do=known,
        until=take_instant(record, "until"),
        words=take_optional_text(record, "words"),
    )
