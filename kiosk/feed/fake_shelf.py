"""A catalogue in memory with whole products by SKU: what the feed is tested against.

Its bases are the unpacked lines of a snapshot. ``on_step`` is called between the steps of what
changes it; a test that raises there plays a power cut: what was committed stays, and nothing
else.

Source: docs/feed.md, section 6.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.errors import DataError
from kiosk.feed.segment_file import SegmentRecord
from retail.catalogue import Category, Product, Store
from retail.fields import RecordError
from retail.segment import Change, Gone, SegmentHeading
from retail.snapshot import read_category, read_instant, read_product, read_store

Applied = tuple[SegmentHeading, tuple[SegmentRecord, ...]]


@dataclass(frozen=True, slots=True)
class Stock:
    """A whole catalogue as of ``sequence``."""

    sequence: int = 0
    store_id: str = ""
    made_at: datetime | None = None
    categories: Mapping[str, Category] = field(default_factory=dict)
    stores: Mapping[str, Store] = field(default_factory=dict)
    products: Mapping[str, Product] = field(default_factory=dict)

    def after(self, heading: SegmentHeading, records: Iterable[SegmentRecord]) -> Stock:
        """Give what a segment makes of it; raises ``DataError`` where it does not fit."""
        categories, stores = dict(self.categories), dict(self.stores)
        products = dict(self.products)
        told: dict[str, Category] = {}
        for record in records:
            match record:
                case Category():
                    told[record.category_id] = record
                case Store():
                    stores[record.store_id] = record
                case Product():
                    products[record.sku] = record
                case Change(sku) if sku in products:
                    products[sku] = record.of(products[sku])
                case Change(sku):
                    raise DataError(f"Expected a product {sku!r} to change, got none")
                case Gone("category", key):
                    categories.pop(key, None)
                case Gone("store", key):
                    stores.pop(key, None)
                case Gone(_, key):
                    products.pop(key, None)
        return replace(
            self,
            sequence=heading.sequence,
            made_at=heading.made_at,
            categories=told or categories,  # all or none, in their order
            stores=stores,
            products=products,
        )


def read_stock(file: Path) -> Stock:
    """Read a snapshot's unpacked lines; raises ``DataError``."""
    try:
        heading, *lines = map(json.loads, file.read_bytes().splitlines())
        records = [_read(line, heading["currency"]) for line in lines[:-1]]
        made_at = read_instant(heading["made_at"])
    except (OSError, ValueError, RecordError, KeyError) as error:
        raise DataError(f"{file.name}: expected a base, got {error}") from None
    stock = Stock(heading["sequence"], heading["store"])
    told = SegmentHeading("", stock.store_id, heading["currency"], stock.sequence, made_at)
    return stock.after(told, records)


def _read(line: dict[str, Any], currency: str) -> SegmentRecord:
    match line["kind"]:
        case "category":
            return read_category(line)
        case "store":
            return read_store(line)
        case _:
            return read_product(line, currency)


class FakeShelf:
    """A ``Shelf``; ``wants_base`` is a lever."""

    def __init__(self, on_step: Callable[[str], None] = lambda _: None) -> None:
        self.stock, self.base, self.wants_base = Stock(), Stock(), False
        self.on_step = on_step
        self._applied: list[Applied] = []  # since the base

    @property
    def sequence(self) -> int:
        return self.stock.sequence

    @property
    def made_at(self) -> datetime | None:
        return self.stock.made_at

    @property
    def base_sequence(self) -> int:
        return self.base.sequence

    @property
    def store_id(self) -> str:
        return self.stock.store_id

    def apply(self, heading: SegmentHeading, records: Iterable[SegmentRecord]) -> None:
        """Take a segment: all of it, or nothing where anything is raised."""
        if heading.sequence != self.sequence + 1:
            raise DataError(f"Expected segment {self.sequence + 1}, got {heading.sequence}")
        self.on_step("before a segment")
        read = tuple(records)
        after = self.stock.after(heading, read)
        self.on_step("before the commit")
        self.stock = after
        self._applied.append((heading, read))
        self.on_step("after the commit")

    def take_base(self, file: Path) -> None:
        """Take a base, with what was applied since."""
        self.on_step("before a base")
        base = stock = read_stock(file)
        applied = [each for each in self._applied if each[0].sequence > base.sequence]
        for heading, records in applied if base.store_id == self.store_id else []:
            stock = stock.after(heading, records)
        if base.store_id == self.store_id and stock.sequence < self.sequence:
            raise DataError(f"Expected a base that leads to {self.sequence}, got {stock.sequence}")
        self.base, self.stock, self._applied, self.wants_base = base, stock, applied, False
        self.on_step("after a base")

    def named_pictures(self) -> Iterator[str]:
        """Give the pictures of all products."""
        return (each.picture for each in self.stock.products.values() if each.picture)
