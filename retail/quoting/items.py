"""An item as it is typed: its facts, its GTINs, and the tags that a basket can ask prices for.

Source: docs/formats/rules.schema.json, "item".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from retail.fields import Record, RecordError, refusing, take, take_each
from retail.goods import Item
from retail.pricing.rule_parts import only, take_name, take_texts
from retail.pricing.tag import Tag
from retail.values import Gtin

FACTS: Final = (
    "name",
    "price",
    "categories",
    "brand",
    "supplier",
    "vat_bp",
    "floor",
    "reducible",
    "age_min",
    "per_kg",
)
_FIELDS: Final = ("sku", *FACTS, "gtins")
AGE_MAX: Final = 99  # years


@dataclass(frozen=True, slots=True)
class TypedPack:
    """One GTIN of an item; ``price`` is empty where the pack costs its pieces."""

    gtin: Gtin
    pieces: int = 1
    price: int | None = None

    def __post_init__(self) -> None:
        if self.pieces < 1:
            raise ValueError(f"Expected at least 1 piece in a pack, got {self.pieces}")
        if self.price is not None and self.price < 0:
            raise ValueError(f"Expected a price of 0 or more, got {self.price}")


@dataclass(frozen=True, slots=True)
class TypedItem:
    """An item with its list price, of a piece, or of a kilogram where ``per_kg`` says so."""

    item: Item
    price: int
    packs: tuple[TypedPack, ...] = ()
    name_fa: str = ""
    name_en: str = ""
    age_min: int = 0
    per_kg: bool = False

    def __post_init__(self) -> None:
        if self.price < 0:
            raise ValueError(f"price: Expected a price of 0 or more, got {self.price}")
        if not 0 <= self.age_min <= AGE_MAX:
            raise ValueError(f"age_min: Expected 0 to {AGE_MAX} years, got {self.age_min}")

    @property
    def piece(self) -> TypedPack | None:
        """The first GTIN of a single piece, if there is one: what is meant by the SKU alone."""
        return next((pack for pack in self.packs if pack.pieces == 1), None)

    def tag(self, pack: TypedPack | None, price: int | None) -> Tag:
        """Give the tag of a pack; ``price`` is a list price of the pack in place of its own."""
        if pack is None:
            return Tag(self.item, self.price if price is None else price)
        own = pack.price if price is None else price
        whole = self.price * pack.pieces if own is None else own
        own_price = pack.price is not None or (price is not None and pack.pieces > 1)
        return Tag(self.item, whole, pack.gtin, pack.pieces, own_price=own_price)

    def weighed(self, pack: TypedPack | None, grams: int, price: int | None) -> Tag:
        """Give the tag of a weighed piece; its prices are those of a kilogram."""
        per_kg = self.price if price is None else price
        return Tag(self.item, per_kg, pack.gtin if pack else None, grams=grams)

    def printed(self, pack: TypedPack | None, price: int) -> Tag:
        """Give the tag of a piece whose price the scale has printed.

        It has as much of the floor as of the price of a kilogram.
        """
        floor = self.item.floor * price // self.price if self.price else 0
        item = replace(self.item, floor=floor)
        return Tag(item, price, pack.gtin if pack else None, printed=True)


@dataclass(frozen=True, slots=True)
class Assortment:
    """All typed items, by SKU and by GTIN, with the records that they were read from."""

    by_sku: Mapping[str, TypedItem]
    by_gtin: Mapping[Gtin, tuple[TypedItem, TypedPack]]
    records: Mapping[str, Record]


def read_items(records: tuple[Record, ...], items: tuple[TypedItem, ...]) -> Assortment:
    """Put items together; refuses a SKU or GTIN that stands twice."""
    by_sku: dict[str, TypedItem] = {}
    by_gtin: dict[Gtin, tuple[TypedItem, TypedPack]] = {}
    for i, item in enumerate(items):
        if item.item.sku in by_sku:
            raise RecordError(f"items[{i}]: sku: Expected each once, got {item.item.sku!r} again")
        by_sku[item.item.sku] = item
        for pack in item.packs:
            if pack.gtin in by_gtin:
                raise RecordError(f"items[{i}]: gtins: Expected each once, got {pack.gtin} again")
            by_gtin[pack.gtin] = item, pack
    found = {item.item.sku: record for item, record in zip(items, records, strict=True)}
    return Assortment(by_sku, by_gtin, found)


def read_item(record: Record) -> TypedItem:
    """Read an item; refuses with ``RecordError``."""
    only(record, *_FIELDS)
    name_fa, name_en = _take_name(record)
    floor = take(record, "floor", int, 0)
    item = Item(
        sku=take(record, "sku", str),
        categories=frozenset(take_texts(record, "categories")),
        brand=take(record, "brand", str, ""),
        supplier=take(record, "supplier", str, ""),
        vat_basis_points=take(record, "vat_bp", int, 0),
        floor=floor,
        reducible=take(record, "reducible", bool, True),
    )
    return TypedItem(
        item,
        price=take(record, "price", int),
        packs=take_each(record, "gtins", _read_pack),
        name_fa=name_fa,
        name_en=name_en,
        age_min=take(record, "age_min", int, 0),
        per_kg=take(record, "per_kg", bool, False),
    )


def _take_name(record: Record) -> tuple[str, str]:
    """Take a name: Persian and English, or one text for both."""
    name = record.get("name")
    return (name, "") if isinstance(name, str) else take_name(record)


def _read_pack(record: Any) -> TypedPack:
    """Read a pack: its GTIN alone, or an object."""
    if isinstance(record, str):
        return TypedPack(Gtin.parse(record))
    only(record, "gtin", "pieces", "price")
    gtin = refusing("gtin", lambda: Gtin.parse(take(record, "gtin", str)))
    return TypedPack(gtin, take(record, "pieces", int, 1), take(record, "price", int, None))
