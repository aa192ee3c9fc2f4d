"""What a product is found by: its words and filters, as the file of changes has them.

The base finds a product by what it was when the base was built. Where that differs now, both
are kept: what it was, to be taken out of the counts, and what it is, for the changes' own index.
A day's new prices and stock change filters and hardly ever a word, so filters are a text of their
own, which many products share.

Source: docs/feed.md, section 6; docs/search.md, sections 4 and 5.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from kiosk.storage.terms import Facet, facets, price_step, words_of
from retail.catalogue import Product, Stock, Text

_END_OF_WORDS = "\n"  # no folded word has one, and JSON writes it otherwise


class Filtered(NamedTuple):
    """What a product can be filtered by; ``path`` are its categories' ids up to the root."""

    path: tuple[str, ...]
    aisle: str  # empty where its place is not known
    in_stock: bool
    step: int

    def write(self) -> str:
        """Write it for a row."""
        return msgspec.json.encode(self).decode()


class FoundBy(NamedTuple):
    """Words with a space between, leading words among them, and filters as they are written.

    In a row there are no words where only aisle, stock or price differ from what the base has.
    """

    words: str
    filters: str

    def write(self) -> str:
        """Write it for a row."""
        return f"{self.words}{_END_OF_WORDS}{self.filters}"


NOT_FOUND = FoundBy("", "")


def filtered_by(product: Product, path: tuple[str, ...], store_id: str) -> Filtered:
    """Give what a product can be filtered by."""
    aisle = product.place.aisle if product.place else ""
    in_stock = has_stock(product.stock, store_id)
    return Filtered(path, aisle, in_stock, price_step(product.list_price.minor))


def found_by(product: Product, category: Text, filtered: Filtered) -> FoundBy:
    """Give what a product is found by; ``category`` is the name of its category."""
    return FoundBy(" ".join(words_of(product, category)), filtered.write())


def has_stock(stock: tuple[Stock, ...], store_id: str) -> bool:
    """Tell whether a store has any."""
    return any(each.store_id == store_id and each.on_hand > 0 for each in stock)


def read_found_by(text: str) -> FoundBy:
    """Read what ``FoundBy.write`` wrote; an empty text says that it is not found."""
    words, _, filters = text.partition(_END_OF_WORDS)
    return FoundBy(words, filters)


def facets_in(filters: str) -> Iterator[Facet]:
    """Read what ``Filtered.write`` wrote, as facets."""
    return facets(*msgspec.json.decode(filters))
