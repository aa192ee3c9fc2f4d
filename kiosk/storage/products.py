"""Makes products of the catalogue's rows: the values that the snapshot told, no more, no less.

A catalogue never changes, so what many products share (names of brands and units, places,
offers, branches) is made once and kept. A product's row has all that is its own, so it is one read.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from retail.catalogue import Category, Pack, Product, Size, Stock, Store, Text
from retail.pricing import Offer
from retail.values import Gtin, Money, Place

Row = tuple[Any, ...]

_DEARER = "SELECT * FROM product WHERE category = ? AND price >= ? ORDER BY price, rank LIMIT ?"
_CHEAPER = (
    "SELECT * FROM product WHERE category = ? AND price < ? ORDER BY price DESC, rank LIMIT ?"
)


class Products:
    """The products of one catalogue; ``connection`` stays the caller's."""

    def __init__(self, connection: sqlite3.Connection, currency: str) -> None:
        self._connection, self._currency = connection, currency
        self.categories = {
            row[0]: _category(row) for row in self._all("SELECT * FROM category ORDER BY id")
        }
        self._stores = {row[0]: _store(row) for row in self._all("SELECT * FROM store ORDER BY id")}
        self.stores_by_id = {store.store_id: store for store in self._stores.values()}
        self._numbers = {c.category_id: number for number, c in self.categories.items()}
        self._wordings: dict[int, Text] = {}
        self._places: dict[int, Place] = {}
        self._offers: dict[int, Offer] = {}

    def by_gtin(self, number: int) -> Product | None:
        """Give the product that has a pack with the GTIN of this number."""
        return self._one(
            "SELECT product.* FROM pack JOIN product USING (rank) WHERE gtin = ?", number
        )

    def by_sku(self, sku: str) -> Product | None:
        """Give a product by its SKU; capitals do not matter."""
        return self._one("SELECT * FROM product WHERE sku = ? COLLATE NOCASE", sku)

    def by_ranks(self, ranks: Iterable[int]) -> tuple[Product, ...]:
        """Give the products of these ranks, in the same order."""
        wanted = list(ranks)
        marks = ",".join("?" * len(wanted))
        query = f"SELECT * FROM product WHERE rank IN ({marks})"  # noqa: S608  (question marks alone)
        rows = self._connection.execute(query, wanted).fetchall()
        products = {row[0]: self._product(row) for row in rows}
        return tuple(products[rank] for rank in wanted)

    def near(self, category_id: str, minor: int, limit: int) -> list[Product]:
        """Give those of a category next in price, up to ``limit`` cheaper and as many dearer."""
        asked = (self._numbers.get(category_id, 0), minor, limit)
        rows = self._connection.execute(_DEARER, asked).fetchall()
        rows += self._connection.execute(_CHEAPER, asked).fetchall()
        return [self._product(row) for row in rows]

    def _one(self, query: str, key: int | str) -> Product | None:
        row = self._connection.execute(query, (key,)).fetchone()
        return self._product(row) if row else None

    def _product(self, row: Row) -> Product:
        """Make a product of its row of table ``product``."""
        (_, sku, fa, en, category, price, unit, brand, place, *rest) = row
        note_fa, note_en, amount, measure, picture, vat_basis_points, popularity, parts = rest
        packs, stock, labels, offers = json.loads(parts)
        return Product(
            sku,
            Text(fa, en),
            self.categories[category].category_id,
            Money(price, self._currency),
            tuple([self._pack(*each) for each in packs]),
            self._wording(unit),
            None if brand is None else self._wording(brand),
            Text(note_fa, note_en) if note_fa else None,
            tuple([self._wording(each) for each in labels]),
            None if amount is None else _size(amount, measure),
            picture,
            vat_basis_points,
            popularity,
            tuple([self._stock(*each) for each in stock]),
            None if place is None else self._place(place),
            tuple([self._offer(each) for each in offers]),
        )

    def _pack(self, gtin: int, pieces: int, unit: int | None, price: int | None) -> Pack:
        return Pack(
            Gtin(f"{gtin:014}"),
            pieces,
            None if unit is None else self._wording(unit),
            None if price is None else Money(price, self._currency),
        )

    def _stock(self, store: int, on_hand: int, counted_at: int) -> Stock:
        counted = datetime.fromtimestamp(counted_at, UTC)
        return Stock(self._stores[store].store_id, on_hand, counted)

    def _wording(self, number: int) -> Text:
        text = self._wordings.get(number)
        if text is None:
            _, fa, en = self._row("SELECT * FROM wording WHERE id = ?", number)
            text = self._wordings[number] = Text(fa, en)
        return text

    def _place(self, number: int) -> Place:
        place = self._places.get(number)
        if place is None:
            _, aisle, bay, shelf = self._row("SELECT * FROM place WHERE id = ?", number)
            place = self._places[number] = Place(aisle, bay, shelf)
        return place

    def _offer(self, number: int) -> Offer:
        offer = self._offers.get(number)
        if offer is None:
            offer = self._offers[number] = _offer(
                self._row("SELECT * FROM offer WHERE id = ?", number)
            )
        return offer

    def _row(self, query: str, number: int) -> Row:
        row: Row = self._connection.execute(query, (number,)).fetchone()
        return row

    def _all(self, query: str) -> list[Row]:
        return self._connection.execute(query).fetchall()


_size = lru_cache(maxsize=4_096)(Size)  # there are few sizes, and each is on many products


def _category(row: Row) -> Category:
    _, category_id, parent, fa, en, icon = row
    return Category(category_id, Text(fa, en), parent, icon)


def _store(row: Row) -> Store:
    _, store_id, fa, en, address_fa, address_en = row
    return Store(store_id, Text(fa, en), Text(address_fa, address_en) if address_fa else None)


def _offer(row: Row) -> Offer:
    _, offer_id, starts_at, ends_at, off_basis_points, members_only, name_fa, name_en = row
    return Offer(
        offer_id=offer_id,
        starts_at=datetime.fromtimestamp(starts_at, UTC),
        ends_at=datetime.fromtimestamp(ends_at, UTC),
        off_basis_points=off_basis_points,
        members_only=bool(members_only),
        name_fa=name_fa,
        name_en=name_en,
    )
