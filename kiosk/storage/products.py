"""Makes products of the catalogue's rows: the values that the snapshot told, no more, no less.

A base never changes, so what many products share (names of brands and units, places,
offers, branches) is made once and kept. A product's row has all that is its own, so it is one read.
What changed since is put in the place of the row, or into it (``changed``).
Rows are trusted (``trusted``): a row that has not the shape in which it was written is damage.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from kiosk.storage.bodies import read_whole, with_parts
from kiosk.storage.changed import Changed, FacetTerms, Nearness
from kiosk.storage.changes_file import DamagedChangesError, Entry
from kiosk.storage.codes_order import sku_key
from kiosk.storage.file import DamagedRowError
from kiosk.storage.own_rules import NO_MORE, MoreRow, read_more, reduction, reductions_on
from kiosk.storage.trusted import trusting
from retail.catalogue import Category, Pack, Product, Size, Stock, Store, Text
from retail.values import Gtin, Money, Place

Row = tuple[Any, ...]
T = TypeVar("T")

_DEARER = "SELECT * FROM product WHERE category = ? AND price >= ? ORDER BY price, rank LIMIT ?"
_CHEAPER = (
    "SELECT * FROM product WHERE category = ? AND price < ? ORDER BY price DESC, rank LIMIT ?"
)


_WRONG = (ValueError, TypeError, LookupError, OverflowError, OSError)
_PRODUCTS_KEPT = 500  # of the last pages, in memory; 3 KiB each
_SHARED_AT_ONCE = 10_000  # of each kind; about 2 us each when the file is opened


class _Shared(dict[int, T]):
    """What many products share, by its number.

    Numbers were given as products came, by popularity, so the first are read at once: reading
    one takes as long as a third of a look-up. The others are read when they are asked for.
    """

    def __init__(self, connection: sqlite3.Connection, table: str, make: Callable[..., T]) -> None:
        query = f"SELECT * FROM {table} ORDER BY id LIMIT ?"  # noqa: S608  (a name of ours)
        rows = connection.execute(query, (_SHARED_AT_ONCE,))
        super().__init__((number, make(*parts)) for number, *parts in rows)
        self._connection, self._table, self._make = connection, table, make

    def __missing__(self, number: int) -> T:
        query = f"SELECT * FROM {self._table} WHERE id = ?"  # noqa: S608  (a name of ours)
        row = self._connection.execute(query, (number,)).fetchone()
        if row is None:
            raise LookupError(f"no {self._table} of number {number!r}")
        made = self[number] = self._make(*row[1:])
        return made


class Products:
    """The products of one catalogue; ``connection`` stays the caller's."""

    def __init__(
        self, connection: sqlite3.Connection, currency: str, changed: Changed | None = None
    ) -> None:
        self._connection, self._currency = connection, currency
        self._changed = changed or Changed(FacetTerms({}))
        self.categories = {
            row[0]: _category(row) for row in self._all("SELECT * FROM category ORDER BY id")
        }
        self.stores = {row[0]: _store(row) for row in self._all("SELECT * FROM store ORDER BY id")}
        self._store_ids = {number: store.store_id for number, store in self.stores.items()}
        self.stores_by_id = {store.store_id: store for store in self.stores.values()}
        self._category_ids = {number: c.category_id for number, c in self.categories.items()}
        self._numbers = {c.category_id: number for number, c in self.categories.items()}
        self._wordings = _Shared(connection, "wording", Text)
        self.places = _Shared(connection, "place", Place)
        self._offers = _Shared(connection, "offer", reduction)
        self._kept: dict[int, Product] = {}

    def by_gtin(self, number: int) -> Product | None:
        """Give the product that has a pack with the GTIN of this number."""
        rank = self._changed.gtins.get(number)
        if rank is not None:
            return self._whole(self._changed.entries[rank])
        return self._one(
            "SELECT product.* FROM pack JOIN product USING (rank) WHERE gtin = ?", number
        )

    def by_sku(self, sku: str) -> Product | None:
        """Give a product by its SKU; capitals do not matter."""
        rank = self._changed.skus.get(sku_key(sku)) if self._changed.skus else None
        if rank is not None:
            return self._whole(self._changed.entries[rank])
        return self._one("SELECT * FROM product WHERE sku = ? COLLATE NOCASE", sku)

    def by_ranks(self, ranks: Iterable[int]) -> tuple[Product, ...]:
        """Give the products of these ranks, each once, in the same order.

        Those of the last pages are kept: with the next key typed, many of them come again.
        """
        wanted = list(ranks)
        kept = self._kept
        found = {rank: kept.pop(rank) for rank in wanted if rank in kept}
        missing = [rank for rank in wanted if rank not in found]
        if missing and self._changed.entries:
            found.update(self._replaced(missing))
            missing = [rank for rank in missing if rank not in found]
        if missing:
            marks = ",".join("?" * len(missing))
            query = f"SELECT * FROM product WHERE rank IN ({marks})"  # noqa: S608  (question marks alone)
            rows = self._connection.execute(query, missing).fetchall()
            found.update((row[0], self._as_changed(row)) for row in rows)
        if len(found) < len(wanted):
            lost = sorted(set(wanted) - found.keys())
            raise DamagedRowError(
                f"expected products of all ranks in the index, got none of {lost}"
            )
        kept.update(found)  # behind those that were asked for longer ago
        for rank in list(kept)[: max(0, len(kept) - _PRODUCTS_KEPT)]:
            del kept[rank]
        return tuple([found[rank] for rank in wanted])

    def near(self, category_id: str, minor: int, limit: int) -> list[Product]:
        """Give those of a category next in price, up to ``limit`` cheaper and as many dearer."""
        own = self._changed.in_category(category_id)
        at = bisect_left(own, minor, key=lambda each: each[0][0])
        asked = (self._numbers.get(category_id, 0), minor)
        dearer = self._next_in_price(_DEARER, asked, own[at:], limit, 1)
        own_cheaper = sorted(own[:at], key=lambda each: (-each[0][0], each[0][1:]))
        return dearer + self._next_in_price(_CHEAPER, asked, own_cheaper, limit, -1)

    def forget(self, ranks: Iterable[int]) -> None:
        """Forget what was made of these: they have changed."""
        for rank in ranks:
            self._kept.pop(rank, None)

    def _next_in_price(
        self,
        query: str,
        asked: tuple[int, int],
        own: list[tuple[Nearness, int]],
        limit: int,
        direction: int,
    ) -> list[Product]:
        """Give the base's without what changed, and the changed; ``own`` are the nearest first."""
        base = self._unchanged(query, asked, limit)
        # a row has its price in the sixth place, and stands among others by its rank
        found: list[tuple[Nearness, Row | int]] = [
            ((direction * row[5], row[0], False, 0, row[0]), row) for row in base
        ]
        found += [((direction * each[0], *each[1:]), rank) for each, rank in own[:limit]]
        nearest = sorted(found, key=lambda each: each[0])[:limit]
        ranks = [each for _, each in nearest if isinstance(each, int)]
        made = dict(zip(ranks, self.by_ranks(ranks), strict=True))
        return [made[e] if isinstance(e, int) else self.made_of(e) for _, e in nearest]

    def _unchanged(self, query: str, asked: tuple[int, int], limit: int) -> list[Row]:
        """Give the first rows of a query that stand as they are; few of them do not."""
        entries, wanted = self._changed.entries, limit
        while True:
            rows = self._connection.execute(query, (*asked, wanted)).fetchall()
            kept = [row for row in rows if row[0] not in entries]
            if len(kept) >= limit or len(rows) < wanted:
                return kept[:limit]
            wanted = wanted * 2 + len(rows) - len(kept)

    def _one(self, query: str, key: int | str) -> Product | None:
        row = self._connection.execute(query, (key,)).fetchone()
        if row is None or self._changed.is_replaced(row[0]):
            return None
        return self._as_changed(row)

    def _as_changed(self, row: Row) -> Product:
        """Make a product of the base's row, with the parts of it that changed."""
        product = self.made_of(row)
        entry = self._changed.entries.get(row[0])
        if entry is None:
            return product
        try:
            return with_parts(product, entry.body, self._currency)
        except _WRONG as error:
            raise _damaged(entry, error) from None

    def _replaced(self, ranks: Iterable[int]) -> Iterator[tuple[int, Product]]:
        """Give those of the ranks whose whole product stands in the changes."""
        for rank in ranks:
            entry = self._changed.entries.get(rank)
            if entry is not None and entry.kind == "whole":
                yield rank, self._whole(entry)

    def _whole(self, entry: Entry) -> Product:
        try:
            return read_whole(entry.body, self._currency)
        except _WRONG as error:
            raise _damaged(entry, error) from None

    def made_of(self, row: Row) -> Product:
        """Make a product of its row of table ``product``; raises ``DamagedRowError``."""
        try:
            return self._made_of(row)
        except (*_WRONG, msgspec.MsgspecError) as error:
            what = f"rank {row[0]}: expected a product as it was built, got: {error!r}"
            raise DamagedRowError(what) from None

    def _made_of(self, row: Row) -> Product:
        _, sku, fa, en, category, price, unit, brand, place, note_fa, note_en = row[:11]
        amount, measure, picture, vat_basis_points, popularity, parts = row[11:]
        packs, stock, labels, offers, more = _decode(parts)
        if parts[-1] != "]":
            raise ValueError(f"more behind the parts: {parts[-1]!r}")
        wordings, store_ids = self._wordings, self._store_ids
        return _make_product(
            sku,
            _make_text(fa, en),
            self._category_ids[category],
            _make_money(price, self._currency),
            tuple([self._pack(*each) for each in packs]),
            wordings[unit],
            None if brand is None else wordings[brand],
            _make_text(note_fa, note_en) if note_fa else None,
            tuple([wordings[each] for each in labels]),
            None if amount is None else _size(amount, measure),
            picture,
            vat_basis_points,
            popularity,
            tuple([_make_stock(store_ids[at], count, _instant(when)) for at, count, when in stock]),
            None if place is None else self.places[place],
            reductions_on(sku, [self._offers[each] for each in offers]) if offers else (),
            *(NO_MORE if more is None else read_more(more, sku, self._currency)),
        )

    def _pack(self, gtin: int, pieces: int, unit: int | None, price: int | None) -> Pack:
        return _make_pack(
            _make_gtin(f"{gtin:014d}"),
            pieces,
            None if unit is None else self._wordings[unit],
            None if price is None else _make_money(price, self._currency),
        )

    def _all(self, query: str) -> list[Row]:
        return self._connection.execute(query).fetchall()


_Packs = list[tuple[int, int, int | None, int | None]]  # as ``rows`` writes them
_Parts = tuple[_Packs, list[tuple[int, int, int]], list[int], list[int], MoreRow | None]
_decode = msgspec.json.Decoder(_Parts).decode
_make_product, _make_pack, _make_stock = trusting(Product), trusting(Pack), trusting(Stock)
_make_text, _make_money, _make_gtin = trusting(Text), trusting(Money), trusting(Gtin)
_size = lru_cache(maxsize=4_096)(Size)  # there are few sizes, and each is on many products


@lru_cache(maxsize=4_096)  # a store counts many products at one time
def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _damaged(entry: Entry, error: Exception) -> DamagedChangesError:
    what = f"changes: {entry.sku!r}: expected a product as it was written, got: {error!r}"
    return DamagedChangesError(what)


def _category(row: Row) -> Category:
    _, category_id, parent, fa, en, icon = row
    return Category(category_id, Text(fa, en), parent, icon)


def _store(row: Row) -> Store:
    _, store_id, fa, en, address_fa, address_en = row
    return Store(store_id, Text(fa, en), Text(address_fa, address_en) if address_fa else None)
