"""Reads one catalogue: what a code leads to, what a text finds, what a category holds.

It is a sealed file and, beside it, the file of changes, if there is one. Each question is answered
as of one published sequence: before it, what was written meanwhile is taken over.

Products come out as the values that went in. The files are open for reading alone; one thread
uses them at a time. What a damaged file does to a question is a ``DataError``, so that its
owner can go back to the catalogue before (``Editions``), or to this one without its changes.

Source: docs/catalogue.md, sections 1 and 3; docs/feed.md, section 6; docs/search.md.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import wraps
from pathlib import Path
from types import MappingProxyType
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar

from kiosk.errors import DataError
from kiosk.storage.base import path_of
from kiosk.storage.bodies import read_categories, read_stores
from kiosk.storage.changes_file import DamagedChangesError, changes_beside, of_base, read_seal
from kiosk.storage.changes_reader import ChangesReader
from kiosk.storage.file import DamagedRowError, is_damage, open_read_only, read_info
from kiosk.storage.index import Index, Narrowed
from kiosk.storage.products import Products
from kiosk.storage.rules import InForce, base_rules, in_force
from kiosk.storage.search import NO_FILTERS, Filters, Hits, Understood, narrow, search
from kiosk.storage.surveys import ToldSurveys
from kiosk.storage.terms import FacetKind
from kiosk.storage.unread import Faults, read_unread
from kiosk.storage.used import Counts
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


def _as_of_now(
    method: Callable[Concatenate[Catalogue, P], T],
) -> Callable[Concatenate[Catalogue, P], T]:
    """Take over what is new first; turn what SQLite says of a damaged file into a ``DataError``."""

    @wraps(method)
    def asked(self: Catalogue, /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            if self._changes.has_news():
                self._take_news()
            return method(self, *args, **kwargs)
        except DamagedChangesError:
            self.changes_are_damaged = True
            raise
        except DamagedRowError as error:
            raise DataError(f"{self.file}: {error}") from None
        except sqlite3.Error as error:
            if not is_damage(error):
                raise
            raise DataError(f"{self.file}: expected a sound catalogue, got: {error}") from None

    return asked


class Catalogue:
    """The catalogue in ``file``; raises ``DataError`` where that is none. Close it after use.

    It raises ``DamagedChangesError`` where the file itself is sound and its changes are not, and
    tells of those met later by ``changes_are_damaged``. ``with_changes`` is false where they
    are known to be damaged and could not be set aside.
    """

    def __init__(self, file: Path, *, with_changes: bool = True) -> None:
        self.file = file
        self.changes_are_damaged = False
        try:
            self._connection = open_read_only(file)
            self.info = read_info(self._connection, file)
            self._index = Index(self._connection, self.info.products)
            self._products = Products(self._connection, self.info.currency, self._index.changed)
            self.seal = read_seal(self._connection)
            rules = base_rules(self._connection)
            self._of_rules = in_force(rules, self.info, self.info.sequence)
            self._in_force = _with_fault(self._of_rules, read_unread(self._connection))
        except (sqlite3.Error, ValueError, TypeError, LookupError, OverflowError, OSError) as error:
            # no table is missing in one of ours, and no row has another shape
            raise DataError(f"{file}: expected a sound catalogue, got: {error}") from None
        self._state = of_base(self.info, self.seal)
        self._stores = self._products.stores_by_id
        self.used: Counts = {}
        self.surveys: ToldSurveys = ()
        self._categories = {c.category_id: c for c in self._products.categories.values()}
        self._index.name(self._categories.values())
        self._paths: dict[str, frozenset[str]] = {}
        changes = changes_beside(file) if with_changes else None
        self._changes = ChangesReader(changes, self.seal)
        if self._changes.has_news():
            self._take_news()

    @_as_of_now
    def refresh(self) -> None:
        """Take over what was written since; each question does it too."""

    @property
    def made_at(self) -> datetime:
        """When head office published what it showed last, aware UTC."""
        return self._state.made_at

    @property
    def sequence(self) -> int:
        """Up to which publication of head office it went last, changes included."""
        return self._state.sequence

    @property
    def rules(self) -> InForce:
        """The rules of the store, as of what it showed last."""
        return self._in_force

    def categories_above(self, category_id: str) -> frozenset[str]:
        """Give a category and all above it, as of what it showed last; none for an unknown one."""
        found = self._paths.get(category_id)
        if found is None:
            found = frozenset(path_of(category_id, self._categories))
            self._paths[category_id] = found
        return found

    @_as_of_now
    def by_gtin(self, gtin: Gtin) -> Found | None:
        """Give the product that a GTIN leads to, and the pack it stands on."""
        product = self._products.by_gtin(int(gtin.digits))
        if product is None:
            return None
        for pack in product.packs:
            if pack.gtin.digits == gtin.digits:
                return Found(product, pack)
        raise DataError(f"{self.file}: expected a pack with GTIN {gtin}, got {product.packs}")

    @_as_of_now
    def by_sku(self, sku: str) -> Product | None:
        """Give a product by the retailer's own number; capitals do not matter."""
        return self._products.by_sku(sku)

    @_as_of_now
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

    @_as_of_now
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

    @_as_of_now
    def stores(self) -> Mapping[str, Store]:
        """Give the branches by their id."""
        return MappingProxyType(self._stores)

    @_as_of_now
    def path_to(self, category_id: str) -> Sequence[Category]:
        """Give the categories from the root to this one; nothing for an unknown one."""
        path: list[Category] = []
        while category := self._categories.get(category_id):
            path.append(category)
            category_id = category.parent
        return path[::-1]

    @_as_of_now
    def children(self, category_id: str) -> Sequence[tuple[Category, int]]:
        """Give the categories below one, the root's for ``""``, with their products' count.

        In head office's order; those without any product are left out.
        """
        below = [c for c in self._categories.values() if c.parent == category_id]
        counted = [
            (c, self._index.facet(FacetKind.CATEGORY, c.category_id).products) for c in below
        ]
        return [(category, products) for category, products in counted if products]

    @_as_of_now
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
        """Let go of the files."""
        self._changes.close()
        self._connection.close()

    def _take_news(self) -> None:
        """Take over all that was written since the last time."""
        news, before = self._changes.news(), self._state
        self._products.forget(self._index.take(news.entries))
        self._state = news.state
        if news.state.categories_sequence != before.categories_sequence:
            categories = read_categories(news.state.categories)
            self._categories = {each.category_id: each for each in categories}
            self._index.name(categories)
            self._paths.clear()
        if news.rules is not None:
            self._of_rules = in_force(news.rules, self.info, news.state.rules_sequence)
        self._in_force = _with_fault(self._of_rules, news.unread)
        if news.used != self.used:
            self.used = news.used
        if news.surveys != self.surveys:
            self.surveys = news.surveys
        if news.state.stores_sequence != before.stores_sequence:
            self._stores = {each.store_id: each for each in read_stores(news.state.stores)}

    def _count(self, narrowed: Narrowed) -> int:
        every = self.info.products + self._index.changed.products
        return min((each.products for each in narrowed.wanted), default=every)

    def _in_stock(self, product: Product) -> bool:
        here = self.info.store_id
        return any(stock.store_id == here and stock.on_hand > 0 for stock in product.stock)


def _with_fault(rules: InForce, unread: Faults) -> InForce:
    """Tell of fixed prices that cannot be read, where there is nothing to tell of the rules."""
    first = next(iter(unread.values()), None)
    return rules if rules.fault or first is None else replace(rules, fault=first.fault)


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
