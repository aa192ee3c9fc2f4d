"""What the feed's thread needs to know of the sealed file under the changes.

It reads, by a connection of its own: what a product is in the base, what it is found by there, and
between which products another would stand.

Source: docs/feed.md, section 6.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from kiosk.errors import DataError
from kiosk.storage.bitsets import in_stock_here
from kiosk.storage.changes_file import read_seal
from kiosk.storage.codes_order import sku_key
from kiosk.storage.file import open_read_only, read_info
from kiosk.storage.found_by import Filtered, FoundBy, found_by
from kiosk.storage.products import Products
from kiosk.storage.rules import base_rules
from kiosk.storage.terms import price_step
from kiosk.storage.unread import read_unread
from retail.catalogue import Category, Product

_ROWS_AT_ONCE = 500
_LIGHT = "SELECT rank, sku, category, price, popularity, place FROM product"
Categories = Mapping[str, Category]  # in head office's order: a parent before its children


class Base:
    """The catalogue in ``file``; raises ``DataError`` where that is none. Close it after use."""

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            self.connection = open_read_only(file)
            self.info, self.seal = (
                read_info(self.connection, file),
                read_seal(self.connection),
            )
            self.products = Products(self.connection, self.info.currency)
            self.rules = base_rules(self.connection)
            self.unread = read_unread(self.connection)
        except (sqlite3.Error, ValueError, TypeError, LookupError, OverflowError, OSError) as error:
            raise DataError(f"{file}: expected a sound catalogue, got: {error}") from None
        self.categories: Categories = {
            each.category_id: each for each in self.products.categories.values()
        }
        self.stores = self.products.stores_by_id
        numbers = self.products.categories
        self._ids = {number: each.category_id for number, each in numbers.items()}
        self._numbers = {category_id: number for number, category_id in self._ids.items()}
        self._paths = {key: path_of(key, self.categories) for key in self.categories}
        self._in_stock = in_stock_here(self.connection, self.info.products)
        self.behind = lru_cache(maxsize=4_096)(self._behind)

    def by_sku(self, skus: Iterable[str]) -> dict[bytes, OfBase]:
        """Give what the base has of these; the key is what SQLite compares."""
        wanted = list(skus)
        marks = ",".join("?" * len(wanted))
        query = f"{_LIGHT} WHERE sku COLLATE NOCASE IN ({marks})"
        rows = self.connection.execute(query, wanted)
        return {sku_key(row[1]): OfBase(self, *row) for row in rows}

    def in_category(self, category_id: str) -> Iterator[list[OfBase]]:
        """Give the products of a category itself, some at a time."""
        number = self._numbers.get(category_id, 0)
        rows = self.connection.execute(f"{_LIGHT} WHERE category = ?", (number,))
        while some := rows.fetchmany(_ROWS_AT_ONCE):
            yield [OfBase(self, *row) for row in some]

    def owner_of(self, gtin: int) -> int | None:
        """Give the rank of the product that has a pack with this GTIN."""
        row = self.connection.execute("SELECT rank FROM pack WHERE gtin = ?", (gtin,)).fetchone()
        return row[0] if row else None

    def pictures(self) -> Iterator[tuple[int, str]]:
        """Give ranks and names of the pictures that products have."""
        query = "SELECT rank, picture FROM product WHERE picture <> ''"
        rows: Iterator[tuple[int, str]] = self.connection.execute(query)
        return rows

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def product(self, rank: int) -> Product:
        """Give the product of a rank that there is."""
        query = "SELECT * FROM product WHERE rank = ?"
        return self.products.made_of(self.connection.execute(query, (rank,)).fetchone())

    def category_of(self, number: int) -> str:
        """Give the category's id of its number."""
        return self._ids[number]

    def aisle_of(self, place: int | None) -> str:
        """Give the aisle of a place's number, empty for none."""
        return "" if place is None else self.products.places[place].aisle

    def in_stock(self, rank: int) -> bool:
        """Tell whether the own store has any, as the base's index says."""
        return self._in_stock[rank >> 3] >> (rank & 7) & 1 == 1

    def path_of(self, category_id: str) -> tuple[str, ...]:
        """Give the ids from a category up to its root, as the base has them."""
        return self._paths[category_id]

    def _behind(self, popularity: int) -> int:
        """Give the last rank of the products that are as popular or more, 0 for none."""
        query = "SELECT popularity FROM product WHERE rank = ?"
        low, high = 0, self.info.products
        while low < high:
            middle = (low + high + 1) // 2
            (of_middle,) = self.connection.execute(query, (middle,)).fetchone()
            low, high = (middle, high) if of_middle >= popularity else (low, middle - 1)
        return low


class OfBase:
    """One product of the base, without its words: a change of its price does not need them."""

    __slots__ = ("_base", "aisle", "category_id", "popularity", "price", "rank", "sku")

    def __init__(  # noqa: PLR0913  (the columns of _LIGHT)
        self,
        base: Base,
        rank: int,
        sku: str,
        category: int,
        price: int,
        popularity: int,
        place: int | None,
    ) -> None:
        self._base, self.rank, self.sku = base, rank, sku
        self.price, self.popularity = price, popularity
        self.category_id, self.aisle = base.category_of(category), base.aisle_of(place)

    @property
    def product(self) -> Product:
        """The whole product; it is read anew each time."""
        return self._base.product(self.rank)

    @property
    def in_stock(self) -> bool:
        """Tell whether the own store had any."""
        return self._base.in_stock(self.rank)

    @property
    def filtered(self) -> Filtered:
        """What the base's index filters it by."""
        path = self._base.path_of(self.category_id)
        return Filtered(path, self.aisle, self.in_stock, price_step(self.price))

    @property
    def found_by(self) -> FoundBy:
        """What the base's index has it under."""
        name = self._base.categories[self.category_id].name
        return found_by(self.product, name, self.filtered)


def path_of(category_id: str, categories: Categories) -> tuple[str, ...]:
    """Give the ids from a category up to its root; parents come first, so it ends."""
    path = []
    while category_id:
        path.append(category_id)
        category_id = categories[category_id].parent
    return tuple(path)
