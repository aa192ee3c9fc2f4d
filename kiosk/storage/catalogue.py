"""Reads one catalogue file: what a code leads to, what a text finds, what a category holds.

Products come out as the values that went in. The file is open for reading alone; one thread
uses it at a time. What a damaged file does to a question is a ``DataError``, so that its
owner can go back to the catalogue before (``Editions``).

Source: docs/catalogue.md, sections 1 and 3; docs/search.md.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import wraps
from pathlib import Path
from types import MappingProxyType
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar

from kiosk.errors import DataError
from kiosk.storage.file import DamagedRowError, is_damage, open_read_only, read_info
from kiosk.storage.index import Index, Narrowed
from kiosk.storage.products import Products
from kiosk.storage.search import NO_FILTERS, Filters, Hits, Understood, narrow, search
from kiosk.storage.terms import FacetKind
from retail.catalogue import Category, Pack, Product, Store
from retail.folding import index_words
from retail.values import Gtin

NEAR_MAX = 12  # products on either side in price among which similar ones are looked for
P = ParamSpec("P")
T = TypeVar("T")


class Found(NamedTuple):
    """What a GTIN leads to: the product, and the pack of it that the GTIN stands on."""

    product: Product
    pack: Pack


def _refusing_damage(
    method: Callable[Concatenate[Catalogue, P], T],
) -> Callable[Concatenate[Catalogue, P], T]:
    """Turn what SQLite says of a damaged file into a ``DataError``."""

    @wraps(method)
    def asked(self: Catalogue, /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(self, *args, **kwargs)
        except DamagedRowError as error:
            raise DataError(f"{self.file}: {error}") from None
        except sqlite3.Error as error:
            if not is_damage(error):
                raise
            raise DataError(f"{self.file}: expected a sound catalogue, got: {error}") from None

    return asked


class Catalogue:
    """The catalogue in ``file``; raises ``DataError`` where that is none. Close it after use."""

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            self._connection = open_read_only(file)
            self.info = read_info(self._connection, file)
            self._products = Products(self._connection, self.info.currency)
            self._index = Index(self._connection, self.info.products)
            self._categories = {c.category_id: c for c in self._products.categories.values()}
        except (sqlite3.Error, ValueError, TypeError, LookupError, OverflowError, OSError) as error:
            # no table is missing in one of ours, and no row has another shape
            raise DataError(f"{file}: expected a sound catalogue, got: {error}") from None

    @property
    def made_at(self) -> datetime:
        """When head office made it, aware UTC."""
        return self.info.made_at

    @_refusing_damage
    def by_gtin(self, gtin: Gtin) -> Found | None:
        """Give the product that a GTIN leads to, and the pack it stands on."""
        product = self._products.by_gtin(int(gtin.digits))
        if product is None:
            return None
        for pack in product.packs:
            if pack.gtin.digits == gtin.digits:
                return Found(product, pack)
        raise DataError(f"{self.file}: expected a pack with GTIN {gtin}, got {product.packs}")

    @_refusing_damage
    def by_sku(self, sku: str) -> Product | None:
        """Give a product by the retailer's own number; capitals do not matter."""
        return self._products.by_sku(sku)

    @_refusing_damage
    def search(
        self, text: str, filters: Filters = NO_FILTERS, limit: int = 20, offset: int = 0
    ) -> Hits:
        """Find products by name, brand or code, best first; never fails for what was typed.

        Without a text, all that meet the filters, the most popular first.
        """
        ranked = search(self._index, text, filters, max(0, limit), max(0, offset))
        products = self._products.by_ranks(ranked.ranks)
        understood = ranked.understood
        return Hits(products, ranked.more, understood.reading, _understood(understood, products))

    @_refusing_damage
    def similar(self, product: Product, limit: int) -> Sequence[Product]:
        """Give what a shopper may take instead: of the same category, near in name and price.

        What is in stock here comes first, then what has more words in common, then what is
        nearer in price.
        """
        near = self._products.near(product.category_id, product.list_price.minor, NEAR_MAX)
        words = set(index_words(product.name.fa))
        return sorted(
            (each for each in near if each.sku != product.sku),
            key=lambda each: (
                not self._in_stock(each),
                -len(words.intersection(index_words(each.name.fa))),
                abs(each.list_price.minor - product.list_price.minor),
                each.sku,
            ),
        )[:limit]

    def stores(self) -> Mapping[str, Store]:
        """Give the branches by their id."""
        return MappingProxyType(self._products.stores_by_id)

    def path_to(self, category_id: str) -> Sequence[Category]:
        """Give the categories from the root to this one; nothing for an unknown one."""
        path: list[Category] = []
        while category := self._categories.get(category_id):
            path.append(category)
            category_id = category.parent
        return path[::-1]

    def children(self, category_id: str) -> Sequence[tuple[Category, int]]:
        """Give the categories below one, the root's for ``""``, with their products' count.

        In the order of the snapshot; those without any product are left out.
        """
        below = [c for c in self._categories.values() if c.parent == category_id]
        counted = [
            (c, self._index.facet(FacetKind.CATEGORY, c.category_id).products) for c in below
        ]
        return [(category, products) for category, products in counted if products]

    @_refusing_damage
    def products_in(
        self, category_id: str, limit: int, offset: int = 0
    ) -> tuple[Sequence[Product], int]:
        """Give the most popular products below a category, and how many there are.

        The empty id is the root: all of them.
        """
        narrowed = narrow(self._index, Filters(category_id=category_id))
        if narrowed is None:
            return (), 0
        ranks = self._index.ranks([], narrowed, limit + offset)[offset:]
        return self._products.by_ranks(ranks), self._count(narrowed)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _count(self, narrowed: Narrowed) -> int:
        return min((each.products for each in narrowed.wanted), default=self.info.products)

    def _in_stock(self, product: Product) -> bool:
        here = self.info.store_id
        return any(stock.store_id == here and stock.on_hand > 0 for stock in product.stock)


def _understood(understood: Understood, products: Sequence[Product]) -> str:
    """Write what was searched, corrected words as the best hit has them: «آب», not «اب»."""
    if not understood.words or not products:
        return understood.text
    best = products[0]
    texts = (best.name, best.unit, *best.labels, *([best.brand] if best.brand else []))
    spelt: dict[str, str] = {}
    for written in " ".join(f"{text.fa} {text.en}" for text in texts).split():
        for word in index_words(written):
            spelt.setdefault(word, written)
    return " ".join(
        next((spelt[word] for word in taken_for if word in spelt), taken_for[0])
        for taken_for in understood.words
    )
