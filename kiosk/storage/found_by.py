"""What a product is found by: its words and filters, as the file of changes has them.

The base finds a product by what it was when the base was built. Where that differs now, both
are kept: what it was, to be taken out of the counts, and what it is, for the changes' own index.

Source: docs/feed.md, section 6; docs/search.md, sections 4 and 5.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from kiosk.storage.terms import Facet, facets, price_step, words_of
from retail.catalogue import Product, Stock, Text

_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


class Filtered(NamedTuple):
    """What a product can be filtered by; ``path`` are its categories' ids up to the root."""

    path: tuple[str, ...]
    aisle: str  # empty where its place is not known
    in_stock: bool
    step: int

    def facets(self) -> Iterator[Facet]:
        """Give it as facets."""
        return facets(self.path, self.aisle, self.in_stock, self.step)


class FoundBy(NamedTuple):
    """Words with a space between, leading words among them, and filters."""

    words: str
    filtered: Filtered

    def write(self) -> str:
        """Write it for a row."""
        return _write((self.words, *self.filtered))


def filtered_by(
    path: tuple[str, ...],
    aisle: str,
    in_stock: bool,
    minor: int,
) -> Filtered:
    """Give what a product of such a price can be filtered by."""
    return Filtered(path, aisle, in_stock, price_step(minor))


def found_by(product: Product, category: Text, path: tuple[str, ...], store_id: str) -> FoundBy:
    """Give what a product is found by; ``category`` is the name of its category."""
    aisle = product.place.aisle if product.place else ""
    filtered = filtered_by(
        path, aisle, has_stock(product.stock, store_id), product.list_price.minor
    )
    return FoundBy(" ".join(words_of(product, category)), filtered)


def has_stock(stock: tuple[Stock, ...], store_id: str) -> bool:
    """Tell whether a store has any."""
    return any(each.store_id == store_id and each.on_hand > 0 for each in stock)


def read_found_by(text: str) -> FoundBy:
    """Read what ``write`` wrote."""
    words, path, aisle, in_stock, step = json.loads(text)
    return FoundBy(words, Filtered(tuple(path), aisle, in_stock, step))
