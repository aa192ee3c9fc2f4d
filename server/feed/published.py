"""What was published last in a store, as digests: read and kept in bulk.

Source: docs/feed.md, section 2.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from typing import NamedTuple

from django.db import connection

from server.feed.models import PublishedProduct, PublishedRow

ROWS_AT_ONCE = 2_000

_SAVE_PRODUCT = """
INSERT INTO feed_publishedproduct (store_id, product_id, sku, digests) VALUES (%s, %s, %s, %s)
ON CONFLICT (store_id, product_id) DO UPDATE SET sku = excluded.sku, digests = excluded.digests
"""
_SAVE_ROW = """
INSERT INTO feed_publishedrow (store_id, kind, key, digest) VALUES (%s, %s, %s, %s)
ON CONFLICT (store_id, kind, key) DO UPDATE SET digest = excluded.digest
"""


class Told(NamedTuple):
    """What kiosks were told of one product: its key in the database, SKU and digests."""

    product_id: int
    sku: str
    digests: bytes


def read_products(store_id: str, keys: Collection[int]) -> dict[int, Told]:
    """Give what was told of the products with these keys."""
    rows = PublishedProduct.objects.filter(store=store_id, product_id__in=keys)
    columns = rows.values_list("product_id", "sku", "digests")
    return {key: Told(key, sku, bytes(digests)) for key, sku, digests in columns}


def save_products(store_id: str, told: Iterable[Told]) -> None:
    """Keep what is now told of these products."""
    waiting = iter(told)
    with connection.cursor() as cursor:
        while some := list(islice(waiting, ROWS_AT_ONCE)):
            cursor.executemany(_SAVE_PRODUCT, [(store_id, *each) for each in some])


def forget_products(store_id: str, keys: Iterable[int]) -> None:
    """Keep nothing of products that are gone."""
    waiting = iter(keys)
    while some := list(islice(waiting, ROWS_AT_ONCE)):
        PublishedProduct.objects.filter(store=store_id, product_id__in=some).delete()


def read_rows(store_id: str, kind: str) -> dict[str, bytes]:
    """Give the digest by key of each category or store that was told of."""
    rows = PublishedRow.objects.filter(store=store_id, kind=kind).values_list("key", "digest")
    return {key: bytes(digest) for key, digest in rows}


def save_rows(store_id: str, kind: str, now: Mapping[str, bytes]) -> None:
    """Keep what is now told of categories or stores; the others are forgotten."""
    PublishedRow.objects.filter(store=store_id, kind=kind).exclude(key__in=list(now)).delete()
    with connection.cursor() as cursor:
        rows = [(store_id, kind, key, digest) for key, digest in now.items()]
        cursor.executemany(_SAVE_ROW, rows)


def forget_everything(store_id: str) -> None:
    """Keep nothing of this store."""
    for table in ("feed_publishedproduct", "feed_publishedrow"):
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE store_id = %s", [store_id])  # noqa: S608  # one of the two
