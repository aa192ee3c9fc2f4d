"""What the feed's thread needs to know of the sealed file under the changes.

It reads, by a connection of its own: what a product is in the base, what it is found by there, and
between which products another would stand.

Source: docs/feed.md, section 6.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from kiosk.errors import DataError
from kiosk.storage.changes_file import read_seal
from kiosk.storage.codes_order import sku_key
from kiosk.storage.file import open_read_only, read_info
from kiosk.storage.found_by import Filtered, FoundBy, filtered_by, found_by
from kiosk.storage.products import Products
from retail.catalogue import Category, Product

_ROWS_AT_ONCE = 500
Row = tuple[Any, ...]
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
        self._own_store = next(
            (n for n, s in self.products.stores.items() if s.store_id == self.info.store_id), 0
        )
        self.behind = lru_cache(maxsize=4_096)(self._behind)

    def by_sku(self, skus: Iterable[str]) -> dict[bytes, OfBase]:
        """Give what the base has of these; the key is what SQLite compares."""
        wanted = list(skus)
        marks = ",".join("?" * len(wanted))
        query = f"SELECT * FROM product WHERE sku COLLATE NOCASE IN ({marks})"  # noqa: S608
        rows = self.connection.execute(query, wanted)
        return {sku_key(row[1]): OfBase(self, row) for row in rows}

    def in_category(self, category_id: str) -> Iterator[list[OfBase]]:
        """Give the products of a category itself, some at a time."""
        number = self._numbers.get(category_id, 0)
        rows = self.connection.execute("SELECT * FROM product WHERE category = ?", (number,))
        while some := rows.fetchmany(_ROWS_AT_ONCE):
            yield [OfBase(self, row) for row in some]

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

    def category_of(self, row: Row) -> str:
        """Give the category's id of a row of table ``product``."""
        return self._ids[row[4]]

    def aisle_of(self, row: Row) -> str:
        """Give the aisle of a row of table ``product``, empty where it has none."""
        return "" if row[8] is None else self.products.places[row[8]].aisle

    def has_stock(self, row: Row) -> bool:
        """Tell of a row of table ``product`` whether the own store has any."""
        stock = json.loads(row[16])[1]
        return any(store == self._own_store and on_hand > 0 for store, on_hand, _ in stock)

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


@dataclass
class OfBase:
    """One product of the base: its row, and what that comes to when it is asked for."""

    base: Base
    row: Row

    @property
    def rank(self) -> int:
        """Its place by popularity, from 1."""
        return int(self.row[0])

    @property
    def price(self) -> int:
        """Its list price in the smallest unit."""
        return int(self.row[5])

    @property
    def popularity(self) -> int:
        """Its popularity."""
        return int(self.row[15])

    @cached_property
    def category_id(self) -> str:
        """The id of its category."""
        return self.base.category_of(self.row)

    @cached_property
    def product(self) -> Product:
        """The whole product."""
        return self.base.products.made_of(self.row)

    @cached_property
    def in_stock(self) -> bool:
        """Tell whether the own store has any."""
        return self.base.has_stock(self.row)

    @cached_property
    def aisle(self) -> str:
        """Its aisle, empty where that is not known."""
        return self.base.aisle_of(self.row)

    @cached_property
    def filtered(self) -> Filtered:
        """What the base's index filters it by."""
        path = self.base.path_of(self.category_id)
        return filtered_by(path, self.aisle, self.in_stock, self.price)

    @cached_property
    def found_by(self) -> FoundBy:
        """What the base's index has it under."""
        name = self.base.categories[self.category_id].name
        path = self.base.path_of(self.category_id)
        return found_by(self.product, name, path, self.base.info.store_id)


def path_of(category_id: str, categories: Categories) -> tuple[str, ...]:
    """Give the ids from a category up to its root; parents come first, so it ends."""
    path = []
    while category_id:
        path.append(category_id)
        category_id = categories[category_id].parent
    return tuple(path)
