"""A catalogue as one value, and what segments make of it: the plain model of docs/feed.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from retail.catalogue import Category, Product, Store
from retail.segment import SAME, Change, Gone, SegmentHeading
from retail.snapshot import category_record, product_record, store_record
from tests.storage.shop import CATEGORIES, NOON, STORES

Record = Category | Store | Product | Change | Gone
BASE_SEQUENCE = 7  # of the snapshots that the tests write


@dataclass(frozen=True)
class Whole:
    """All categories, stores and products, these in the order of a snapshot."""

    products: Mapping[str, Product]
    categories: tuple[Category, ...] = CATEGORIES
    stores: tuple[Store, ...] = STORES

    def records(self) -> list[dict[str, Any]]:
        """Give it as a snapshot's lines."""
        return [
            *map(category_record, self.categories),
            *map(store_record, self.stores),
            *map(product_record, self.products.values()),
        ]

    def after(self, records: Iterable[Record]) -> Whole:
        """Give what a segment makes of it."""
        products, stores = dict(self.products), {s.store_id: s for s in self.stores}
        told = []
        for record in records:
            match record:
                case Category():
                    told.append(record)
                case Store():
                    stores[record.store_id] = record
                case Product(sku):
                    products[sku] = record
                case Change(sku):
                    products[sku] = record.of(products[sku])
                case Gone("product", key):
                    products.pop(key, None)
                case Gone("store", key):
                    stores.pop(key, None)
        return Whole(products, tuple(told) or self.categories, tuple(stores.values()))

    def until(self, later: Whole) -> Iterator[Record]:
        """Give the segment that leads from here to another one, as the server would write it."""
        if later.categories != self.categories:
            yield from later.categories
            known = {each.category_id for each in later.categories}
            yield from (
                Gone("category", c.category_id)
                for c in self.categories
                if c.category_id not in known
            )
        yield from (each for each in later.stores if each not in self.stores)
        ids = {each.store_id for each in later.stores}
        yield from (Gone("store", s.store_id) for s in self.stores if s.store_id not in ids)
        yield from (Gone("product", sku) for sku in sorted(self.products.keys() - later.products))
        for sku in sorted(later.products):
            before, now = self.products.get(sku), later.products[sku]
            if before != now:
                yield now if before is None else _parts(before, now) or now


def _parts(before: Product, now: Product) -> Change | None:
    """Give the change of parts that leads to ``now``, if there is one."""
    change = Change(
        now.sku,
        SAME if now.list_price == before.list_price else now.list_price,
        SAME if now.stock == before.stock else now.stock,
        SAME if now.offers == before.offers else now.offers,
        SAME if now.place == before.place else now.place,
        SAME if now.fixed_prices == before.fixed_prices else now.fixed_prices,
    )
    return change if change.of(before) == now else None


def made_at(sequence: int) -> datetime:
    return NOON + timedelta(minutes=sequence)


def heading(sequence: int, **changes: Any) -> SegmentHeading:
    """Give a segment's heading for the store of the tests."""
    plain = SegmentHeading("pishkhan", "vanak", "IRR", sequence, made_at(sequence))
    return replace(plain, **changes)


def whole(*products: Product) -> Whole:
    return Whole({each.sku: each for each in products})
