"""The names on a receipt, from the catalogue in use: the printing thread's own look into it.

The catalogue is opened when the first receipt is made and kept until another is in use. Where it
cannot be read, items are told by their numbers: a shopper still gets a receipt.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from typing import Protocol

from kiosk.errors import DataError
from kiosk.receipt.sold import Named
from kiosk.storage import Catalogue, InUse
from retail import tags
from retail.catalogue import Product, Text
from retail.goods import Item

log = logging.getLogger(__name__)


class Names(Protocol):
    """Who knows what things are called."""

    def of(self, skus: Iterable[str]) -> Named:
        """Give the names of these items, and of the offers that are about any of them."""
        ...

    def close(self) -> None:
        """Let go of what is open."""
        ...


class CatalogueNames:
    """Used by one thread."""

    def __init__(self, in_use: InUse, store_id: str) -> None:
        self._in_use, self._store_id = in_use, store_id
        self._catalogue: Catalogue | None = None

    def of(self, skus: Iterable[str]) -> Named:
        """Give what the catalogue in use has a name for."""
        try:
            catalogue = self._opened()
            if catalogue is None:
                return Named()
            found = {sku: catalogue.by_sku(sku) for sku in skus}
            products = {sku: product for sku, product in found.items() if product is not None}
            items = [_item(catalogue, each) for each in products.values() if each.packs]
            names = {sku: product.name for sku, product in products.items()}
            store = catalogue.stores().get(self._store_id)
            called = (store.name, store.address) if store is not None else (None, None)
            return Named(names, dict(_offers(catalogue, items)), *called)
        except DataError as error:
            log.error("receipt-names-failed reason=%s", error)
            self.close()
            return Named()

    def close(self) -> None:
        """Close the catalogue."""
        if self._catalogue is not None:
            self._catalogue.close()
        self._catalogue = None

    def _opened(self) -> Catalogue | None:
        file = self._in_use.answer.file
        if self._catalogue is not None and self._catalogue.file != file:
            self.close()
        if self._catalogue is None and file is not None:
            self._catalogue = Catalogue(file)
        return self._catalogue


def _item(catalogue: Catalogue, product: Product) -> Item:
    categories = catalogue.categories_above(product.category_id)
    return tags.tag_of(product, product.packs[0], categories).item


def _offers(catalogue: Catalogue, items: Iterable[Item]) -> Iterator[tuple[str, Text]]:
    for offer in catalogue.rules.book.offers(items):
        name = offer.name_fa or offer.name_en
        if name:
            yield offer.rule_id, Text(name, offer.name_en)
