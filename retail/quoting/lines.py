"""A line of a typed basket: an item by its SKU, its GTIN or a code as it is scanned, and how much.

Source: docs/formats/basket.schema.json, "line"; docs/barcodes.md for codes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from retail.barcodes import (
    MemberCard,
    TradeItem,
    Unreadable,
    VariableMeasure,
    Weight,
    read_typed,
    weight_for,
)
from retail.basket import QUANTITY_MAX
from retail.fields import Record, RecordError, refusing, take
from retail.pricing.refusals import refusals_of_floor
from retail.pricing.rule_parts import one_of, only
from retail.pricing.tag import Tag
from retail.quoting.items import FACTS, Assortment, TypedItem, TypedPack, read_item
from retail.quoting.rules_file import RulesFile
from retail.values import Gtin, Money

_FIELDS: Final = ("sku", "gtin", "code", "quantity", "grams", *FACTS)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a line is; ``grams`` is also what a printed price comes to at the kilogram's."""

    item: TypedItem
    tag: Tag
    quantity: int = 1
    grams: int | None = None
    gift_of: str = ""


def read_line(record: Record, rules: RulesFile, today: date) -> Chosen:
    """Read a line; refuses with ``RecordError``."""
    only(record, *_FIELDS)
    field = one_of(record, "sku", "gtin", "code")
    text = take(record, field, str)
    if field == "code":
        return refusing("code", lambda: _by_code(text, record, rules, today))
    if field == "gtin":
        gtin = refusing("gtin", lambda: Gtin.parse(text))
        item, pack = refusing("gtin", lambda: _with_gtin(gtin, record, rules.items))
    else:
        item = _with_facts(text, record, rules.items)
        return _counted_or_weighed(item, item.piece, record)
    return _counted_or_weighed(item, pack, record)


def read_gift(record: Record, items: Assortment) -> Chosen:
    """Read a gift that the shopper has taken; refuses with ``RecordError``."""
    only(record, "offer", "sku", "quantity")
    sku = take(record, "sku", str)
    item = items.by_sku.get(sku)
    if item is None:
        raise RecordError(f"sku: Expected one of items, got {sku!r}")
    offer = take(record, "offer", str)
    if not offer:
        raise RecordError("offer: Expected the id of an offer, got an empty text")
    return Chosen(item, item.tag(item.piece, None), _quantity(record), gift_of=offer)


def _counted_or_weighed(item: TypedItem, pack: TypedPack | None, record: Record) -> Chosen:
    price = take(record, "price", int, None)
    if "grams" not in record:
        if item.per_kg:
            raise RecordError("grams: Expected a weight of what is priced by the kilogram")
        return Chosen(item, item.tag(pack, price), _quantity(record))
    grams = take(record, "grams", int)
    if grams < 0:
        raise RecordError(f"grams: Expected 0 or more, got {grams}")
    if take(record, "quantity", int, 1) != 1:
        raise RecordError("quantity: Expected one piece from a scale on a line")
    return Chosen(item, item.weighed(pack, grams, price), grams=grams)


def _by_code(text: str, record: Record, rules: RulesFile, today: date) -> Chosen:
    """Read a code as a kiosk does, and find its item by GTIN."""
    code = read_typed(text, rules.codes, today)
    match code:
        case TradeItem():
            item, pack = _with_gtin(code.gtin, record, rules.items)
            return _counted_or_weighed(item, pack, record)
        case VariableMeasure():
            return _labelled(code, record, rules)
        case MemberCard():
            raise RecordError("Expected the code of an item, got a member's card")
        case Unreadable():
            raise RecordError(f"Expected the code of an item, got {code.reason.value}")


def _labelled(code: VariableMeasure, record: Record, rules: RulesFile) -> Chosen:
    """Take weight or price from a label; a price beside it is that of a kilogram."""
    for field in ("quantity", "grams"):
        if field in record:
            raise RecordError(f"{field}: Expected what the label says, got a value beside it")
    item, pack = _with_gtin(code.item, record, rules.items)
    item = replace(item, price=take(record, "price", int, item.price))
    if isinstance(code.measure, Weight):
        return Chosen(item, item.weighed(pack, code.measure.grams, None), grams=code.measure.grams)
    weight = weight_for(code.measure, Money(item.price, code.measure.currency))
    grams = weight.grams if weight else 0
    return Chosen(item, item.printed(pack, code.measure.minor), grams=grams)


def _with_gtin(gtin: Gtin, record: Record, items: Assortment) -> tuple[TypedItem, TypedPack]:
    """Find the pack; one that no item has is an item of its own where the line says its price."""
    found = items.by_gtin.get(gtin)
    if found is not None:
        return _with_facts(found[0].item.sku, record, items), found[1]
    if "price" not in record:
        raise RecordError(f"Expected a GTIN of one of items, or a price beside it, got {gtin}")
    return _with_facts(gtin.shortest, record, items), TypedPack(gtin)


def _with_facts(sku: str, record: Record, items: Assortment) -> TypedItem:
    """Give the item with the facts of the line in the place of its own, but for the price.

    The price of a line is that of the pack that it counts, and not always of a piece.
    """
    facts = {field: record[field] for field in FACTS if field in record}
    if sku not in items.records:
        if "price" not in facts:
            raise RecordError(f"sku: Expected one of items, or a price beside it, got {sku!r}")
        return _under_list_price(read_item({"sku": sku, **facts}))
    priced = facts.pop("price", None) is not None
    if not facts:
        return items.by_sku[sku]
    item = read_item({**items.records[sku], **facts})
    return item if priced else _under_list_price(item)


def _under_list_price(item: TypedItem) -> TypedItem:
    for refused in refusals_of_floor(item.price, item.item.floor):
        raise RecordError(f"{refused.field}: {refused.fa} / {refused.en}")
    return item


def _quantity(record: Record) -> int:
    quantity = take(record, "quantity", int, 1)
    if not 1 <= quantity <= QUANTITY_MAX:
        raise RecordError(f"quantity: Expected 1 to {QUANTITY_MAX}, got {quantity}")
    return quantity
