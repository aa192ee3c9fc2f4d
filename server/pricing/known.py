"""What the catalogue has, as far as rules name it: asked of the database, each thing once."""

from __future__ import annotations

from functools import cache

from server.catalogue.models import Category, Product
from server.stores.models import Store


class Catalogue:
    """Answers ``retail.pricing.refusals``; it remembers, so it is made anew for each rule."""

    def __init__(self) -> None:
        self.has_sku = cache(self._has_sku)
        self.floor_of = cache(self._floor_of)
        self._categories = frozenset(Category.objects.values_list("pk", flat=True))
        self._stores = frozenset(Store.objects.values_list("pk", flat=True))

    def has_category(self, category_id: str) -> bool:
        """Tell whether there is such a category."""
        return category_id in self._categories

    def has_store(self, store_id: str) -> bool:
        """Tell whether there is such a store."""
        return store_id in self._stores

    @staticmethod
    def _has_sku(sku: str) -> bool:
        return Product.objects.filter(sku=sku).exists()

    @staticmethod
    def _floor_of(sku: str) -> int | None:
        return Product.objects.filter(sku=sku).values_list("floor", flat=True).first()
