"""A product as rows of the catalogue's tables; what many products share gets a row of its own.

Turns values into tuples in the order of schema.sql's columns, and counts facets on the way.
It writes nothing; ``build`` takes the rows batch by batch.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from kiosk.storage.codes_order import tail_of
from kiosk.storage.own_rules import ReductionRow, more_row, reduction_row
from kiosk.storage.snapshot_file import Heading
from kiosk.storage.terms import FacetNumbers, facet_term, facets_of, words_of
from retail.catalogue import Category, Pack, Product, Store, Text
from retail.snapshot import RecordError
from retail.values import Place

Row = tuple[Any, ...]

INSERTS = {
    "product": "INSERT INTO product VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "pack": "INSERT INTO pack VALUES (?, ?, ?, ?)",
    "words": "INSERT INTO words (rowid, text) VALUES (?, ?)",
}


class Rows:
    """Collects the rows of one batch, and over all batches what products share."""

    def __init__(
        self, heading: Heading, categories: Mapping[str, Category], stores: Mapping[str, Store]
    ) -> None:
        self.facets = FacetNumbers()
        self._heading, self._categories = heading, categories
        self._category_ids = {key: i for i, key in enumerate(categories, 1)}
        self._store_ids = {key: i for i, key in enumerate(stores, 1)}
        self._paths = {key: tuple(_path(key, categories)) for key in categories}
        self._wordings: dict[Text, int] = {}
        self._places: dict[Place, int] = {}
        self._offers: dict[ReductionRow, int] = {}
        self._batch: dict[str, list[Row]] = {table: [] for table in INSERTS}

    def add(self, rank: int, product: Product) -> None:
        """Add a product's rows; raises ``RecordError`` where it names what is not there."""
        category = self._categories.get(product.category_id)
        if category is None:
            raise RecordError(f"category: expected a known one, got {product.category_id!r}")
        batch = self._batch
        batch["product"].append(self._product(rank, product))
        batch["pack"] += [self._pack(rank, i, pack) for i, pack in enumerate(product.packs)]
        batch["words"].append((rank, " ".join(self._terms(product, category))))

    def take(self) -> dict[str, list[Row]]:
        """Give the rows since the last time, by table."""
        taken, self._batch = self._batch, {table: [] for table in INSERTS}
        return taken

    def shared(self) -> dict[str, list[dict[str, Any]]]:
        """Give the rows of what products share, by table."""
        facets = self.facets
        return {
            "wording": [{"id": i, "fa": t.fa, "en": t.en} for t, i in self._wordings.items()],
            "place": [
                {"id": i, "aisle": p.aisle, "bay": p.bay, "shelf": p.shelf}
                for p, i in self._places.items()
            ],
            "offer": [_offer(i, offer) for offer, i in self._offers.items()],
            "facet": [
                {"number": n, "kind": kind.value, "value": value, "products": facets.products[n]}
                for (kind, value), n in facets.numbers.items()
            ],
        }

    def _product(self, rank: int, product: Product) -> Row:
        size, note = product.size, product.note
        return (
            rank,
            product.sku,
            product.name.fa,
            product.name.en,
            self._category_ids[product.category_id],
            product.list_price.minor,
            self._wording(product.unit),
            self._wording(product.brand) if product.brand else None,
            _number(self._places, product.place) if product.place else None,
            note.fa if note else "",
            note.en if note else "",
            size.amount if size else None,
            size.measure if size else None,
            product.picture,
            product.vat_basis_points,
            product.popularity,
            self._parts(product),
        )

    def _parts(self, product: Product) -> str:
        """Write what belongs to one product alone, so that one read brings all of it."""
        packs = [
            (
                int(pack.gtin.digits),
                pack.pieces,
                self._wording(pack.unit) if pack.unit else None,
                pack.price.minor if pack.price else None,
            )
            for pack in product.packs
        ]
        stock = list(self._stock(product))
        if len({store for store, *_ in stock}) < len(stock):
            raise RecordError("stock: expected each store once")
        labels = [self._wording(text) for text in product.labels]
        offers = [_number(self._offers, reduction_row(rule)) for rule in product.offers]
        parts = (packs, stock, labels, offers, more_row(product))
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))

    def _pack(self, rank: int, position: int, pack: Pack) -> Row:
        digits = pack.gtin.digits
        return int(digits), rank, position, tail_of(digits)

    def _stock(self, product: Product) -> Iterator[Row]:
        for stock in product.stock:
            store = self._store_ids.get(stock.store_id)
            if store is None:
                raise RecordError(f"stock: expected a known store, got {stock.store_id!r}")
            yield store, stock.on_hand, int(stock.counted_at.timestamp())

    def _terms(self, product: Product, category: Category) -> Iterator[str]:
        yield from words_of(product, category.name)
        path = self._paths[product.category_id]
        for facet in facets_of(product, path, self._heading.store):
            yield facet_term(self.facets.count(facet))

    def _wording(self, text: Text) -> int:
        return _number(self._wordings, text)


def category_rows(categories: Mapping[str, Category]) -> Iterator[dict[str, Any]]:
    """Give the rows of table ``category``."""
    for i, category in enumerate(categories.values(), 1):
        yield {
            "id": i,
            "category_id": category.category_id,
            "parent": category.parent,
            "name_fa": category.name.fa,
            "name_en": category.name.en,
            "icon": category.icon,
        }


def store_rows(stores: Mapping[str, Store]) -> Iterator[dict[str, Any]]:
    """Give the rows of table ``store``."""
    for i, store in enumerate(stores.values(), 1):
        address = store.address
        yield {
            "id": i,
            "store_id": store.store_id,
            "name_fa": store.name.fa,
            "name_en": store.name.en,
            "address_fa": address.fa if address else "",
            "address_en": address.en if address else "",
        }


def _number(numbers: dict[Any, int], value: Any) -> int:
    return numbers.setdefault(value, len(numbers) + 1)


def _path(category_id: str, categories: Mapping[str, Category]) -> Iterator[str]:
    """Give the ids from a category up to its root; parents come before children, so it ends."""
    while category_id:
        yield category_id
        category_id = categories[category_id].parent


def _offer(number: int, row: ReductionRow) -> dict[str, Any]:
    offer_id, starts_at, ends_at, off_basis_points, members_only, name_fa, name_en = row
    return {
        "id": number,
        "offer_id": offer_id,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "off_basis_points": off_basis_points,
        "members_only": int(members_only),
        "name_fa": name_fa,
        "name_en": name_en,
    }
