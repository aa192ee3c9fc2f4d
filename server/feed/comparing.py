"""What of a store's catalogue differs from what its kiosks were told.

It reads and remembers, and writes nothing: the publishing does, once the segment is on the disk.

Source: docs/feed.md, section 2, step 3.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from retail.fields import Record
from retail.segment import Gone, GoneKind, gone_record
from retail.snapshot import product_record
from server.catalogue.models import Product
from server.feed import published
from server.feed.models import Feed, PublishedProduct
from server.feed.notes import TouchedRows
from server.feed.parts import difference, digest, digests
from server.feed.published import Told
from server.snapshots.assemble import category_records, products_of, rule_lines, store_records
from server.stores.models import Store

KEYS_AT_ONCE = 1_000


@dataclass(slots=True)
class Differing:
    """The records of a segment, and what is to be remembered once it is published."""

    heads: list[Record] = field(default_factory=list)  # categories, stores and rules
    gone: set[str] = field(default_factory=set)  # SKUs
    changed: dict[str, Record] = field(default_factory=dict)  # by SKU
    told: list[Told] = field(default_factory=list)
    forgotten: list[int] = field(default_factory=list)
    categories: dict[str, bytes] | None = None  # None: as before
    stores: dict[str, bytes] | None = None
    rules: dict[str, bytes] | None = None

    def records(self, counts: Iterable[Record] = ()) -> Iterator[Record]:
        """Give the records in the order of a segment; ``counts`` of offers, then surveys."""
        yield from self.heads
        yield from counts
        # a SKU that went from one product to another is not gone
        yield from (_gone("product", sku) for sku in sorted(self.gone - self.changed.keys()))
        yield from (self.changed[sku] for sku in sorted(self.changed))

    def remember(self, feed: Feed) -> None:
        """Keep digests of what is published now."""
        store_id = feed.store_id
        published.forget_products(store_id, self.forgotten)
        published.save_products(store_id, self.told)
        if self.categories is not None:
            published.save_rows(store_id, "category", self.categories)
            feed.categories = digest_of_all(self.categories)
        if self.stores is not None:
            published.save_rows(store_id, "store", self.stores)
        if self.rules is not None:
            published.save_rows(store_id, "rule", self.rules)


def compare(
    feed: Feed, store: Store, touched: TouchedRows, currency: str, at: datetime
) -> Differing:
    """Give what differs of all that was touched, as of the transaction that is open."""
    differing = Differing()
    if touched.categories:
        _compare_categories(feed, differing)
    if touched.stores:
        _compare_stores(feed, differing)
    if touched.rules:
        _compare_rules(feed, at, differing)
    keys = _every_key(feed.store_id) if touched.everything else iter(sorted(touched.products))
    while some := list(islice(keys, KEYS_AT_ONCE)):
        _compare_products(store, some, currency, at, differing)
    return differing


def digests_by_key(records: Collection[Record]) -> dict[str, bytes]:
    """Give a digest by key, in order; of stores too."""
    return {record["id"]: digest(record) for record in records}


def rule_digests(records: Collection[Record]) -> dict[str, bytes]:
    """Give the digest of each rule by its id."""
    return {record["rule"]["id"]: digest(record) for record in records}


def _compare_categories(feed: Feed, differing: Differing) -> None:
    """All or none: a place in the order is told by where a record stands."""
    records = category_records()
    now = digests_by_key(records)
    if digest_of_all(now) == bytes(feed.categories):
        return
    before = published.read_rows(feed.store_id, "category")
    differing.categories = now
    differing.heads += records
    differing.heads += [_gone("category", key) for key in sorted(before.keys() - now.keys())]


def _compare_stores(feed: Feed, differing: Differing) -> None:
    records = store_records()
    now, before = digests_by_key(records), published.read_rows(feed.store_id, "store")
    if now == before:
        return
    differing.stores = now
    differing.heads += [each for each in records if now[each["id"]] != before.get(each["id"])]
    differing.heads += [_gone("store", key) for key in sorted(before.keys() - now.keys())]


def _compare_rules(feed: Feed, at: datetime, differing: Differing) -> None:
    """Compare the rules; one that has ended is gone, and no kiosk misses it."""
    records = rule_lines(feed.store_id, at)
    now, before = rule_digests(records), published.read_rows(feed.store_id, "rule")
    if now == before:
        return
    differing.rules = now
    differing.heads += [
        each for each in records if now[each["rule"]["id"]] != before.get(each["rule"]["id"])
    ]
    differing.heads += [_gone("rule", key) for key in sorted(before.keys() - now.keys())]


def _compare_products(
    store: Store, keys: list[int], currency: str, at: datetime, differing: Differing
) -> None:
    before = published.read_products(store.store_id, keys)
    for key, product in products_of(keys, store, currency, at):
        record, was = product_record(product), before.pop(key, None)
        if was is not None and was.sku != product.sku:
            differing.gone.add(was.sku)
            was = None
        now = digests(record)
        changed = difference(record, now, was.digests if was else None)
        if changed is not None:
            differing.changed[product.sku] = changed
            differing.told.append(Told(key, product.sku, now))
    differing.gone.update(was.sku for was in before.values())
    differing.forgotten += before


def _every_key(store_id: str) -> Iterator[int]:
    """Give the keys of all products that there are or were, each once, in order."""
    there = Product.objects.order_by("pk").values_list("pk", flat=True)
    told = PublishedProduct.objects.filter(store=store_id).order_by("product_id")
    keys = {*there, *told.values_list("product_id", flat=True)}
    yield from sorted(keys)


def _gone(kind: GoneKind, key: str) -> Record:
    return gone_record(Gone(kind, key))


def digest_of_all(now: dict[str, bytes]) -> bytes:
    return digest([[key, each.hex()] for key, each in now.items()])
