"""Makes products of the catalogue's rows: the values that the snapshot told, no more, no less.

A catalogue never changes, so what many products share (names of brands and units, places,
offers, branches) is made once and kept. For a page of products each table is asked once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from retail.catalogue import Category, Pack, Product, Size, Stock, Store, Text
from retail.pricing import Offer
from retail.values import Gtin, Money, Place

Row = tuple[Any, ...]

_DEARER = "SELECT * FROM product WHERE category = ? AND price >= ? ORDER BY price, rank LIMIT ?"
_CHEAPER = (
    "SELECT * FROM product WHERE category = ? AND price < ? ORDER BY price DESC, rank LIMIT ?"
)

# all that belongs to some products, in one question: table, product, position, then its columns
_PACK, _STOCK, _LABEL, _OFFER = range(4)
_PARTS = (
    "SELECT 0, rank, position, gtin, pieces, unit, price FROM pack WHERE rank IN ({marks})"
    " UNION ALL SELECT 1, rank, store, store, on_hand, counted_at, 0 FROM stock"
    " WHERE rank IN ({marks})"
    " UNION ALL SELECT 2, rank, position, wording, 0, 0, 0 FROM label WHERE rank IN ({marks})"
    " UNION ALL SELECT 3, rank, position, offer, 0, 0, 0 FROM product_offer"
    " WHERE rank IN ({marks})"
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
        products = {row[0]: product for row, product in zip(rows, self._made(rows), strict=True)}
        return tuple(products[rank] for rank in wanted)

    def near(self, category_id: str, minor: int, limit: int) -> list[Product]:
        """Give those of a category next in price, up to ``limit`` cheaper and as many dearer."""
        asked = (self._numbers.get(category_id, 0), minor, limit)
        rows = self._connection.execute(_DEARER, asked).fetchall()
        rows += self._connection.execute(_CHEAPER, asked).fetchall()
        return self._made(rows)

    def _one(self, query: str, key: int | str) -> Product | None:
        row = self._connection.execute(query, (key,)).fetchone()
        return self._made([row])[0] if row else None

    def _made(self, rows: list[Row]) -> list[Product]:
        """Make products of rows of table ``product``, each with its rows of the other tables."""
        marks = ",".join("?" * len(rows))
        ranks = [row[0] for row in rows]
        parts: dict[int, tuple[list[Pack], list[Stock], list[Text], list[Offer]]]
        parts = {rank: ([], [], [], []) for rank in ranks}
        found = self._connection.execute(_PARTS.format(marks=marks), ranks * 4).fetchall()
        found.sort()  # table, product and position are different for each row
        for table, rank, _, key, *rest in found:
            if table == _PACK:
                parts[rank][0].append(self._pack(key, *rest))
            elif table == _STOCK:
                parts[rank][1].append(self._stock(key, rest[0], rest[1]))
            elif table == _LABEL:
                parts[rank][2].append(self._wording(key))
            else:
                parts[rank][3].append(self._offer(key))
        made = []
        for row in rows:
            packs, stock, labels, offers = parts[row[0]]
            belonging = (tuple(packs), tuple(stock), tuple(labels), tuple(offers))
            made.append(self._product(row, *belonging))
        return made

    def _product(
        self,
        row: Row,
        packs: tuple[Pack, ...],
        stock: tuple[Stock, ...],
        labels: tuple[Text, ...],
        offers: tuple[Offer, ...],
    ) -> Product:
        (_, sku, fa, en, category, price, unit, brand, place, *rest) = row
        note_fa, note_en, amount, measure, picture, vat_basis_points, popularity = rest
        return Product(
            sku=sku,
            name=Text(fa, en),
            category_id=self.categories[category].category_id,
            list_price=Money(price, self._currency),
            packs=packs,
            unit=self._wording(unit),
            brand=None if brand is None else self._wording(brand),
            note=Text(note_fa, note_en) if note_fa else None,
            labels=labels,
            size=None if amount is None else Size(amount, measure),
            picture=picture,
            vat_basis_points=vat_basis_points,
            popularity=popularity,
            stock=stock,
            place=None if place is None else self._place(place),
            offers=offers,
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
