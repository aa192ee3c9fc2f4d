"""What rules are about: the facts of an item that a rule can ask for, and a choice of goods.

>>> cheese = Item("77", categories=frozenset({"dairy", "food"}), brand="Kaleh")
>>> Goods(categories=frozenset({"dairy"})).has(cheese)
True
>>> Goods(categories=frozenset({"dairy"}), brands=frozenset({"Pegah"})).has(cheese)
False

Source: docs/pricing.md, section 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from retail.values import BASIS_POINTS, is_whole


@dataclass(frozen=True, slots=True)
class Item:
    """What a price rule may know of an item; amounts are the currency's smallest unit.

    ``categories`` holds its category and all above it. ``floor`` is never gone below.
    ``reducible`` is false for goods that no reduction may touch, such as tobacco and gift cards.
    """

    sku: str
    categories: frozenset[str] = frozenset()
    brand: str = ""
    supplier: str = ""
    vat_basis_points: int = 0
    floor: int = 0
    reducible: bool = True

    def __post_init__(self) -> None:
        if not self.sku:
            raise ValueError("Expected a SKU, got an empty text")
        if not is_whole(self.floor):
            raise ValueError(f"Expected a floor of 0 or more, got {self.floor}")
        if not is_whole(self.vat_basis_points) or self.vat_basis_points > BASIS_POINTS:
            raise ValueError(f"Expected VAT of 0 to 10000 bp, got {self.vat_basis_points}")


@dataclass(frozen=True, slots=True)
class Goods:
    """A choice of items: of any of the named in each field that names some, and not excepted.

    ``price_from`` and ``price_to`` (inclusive) bound the price of a piece; ``full_price`` asks
    for goods that no adjustment has made cheaper. Nothing named is everything.
    """

    skus: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    brands: frozenset[str] = frozenset()
    suppliers: frozenset[str] = frozenset()
    except_skus: frozenset[str] = frozenset()
    except_categories: frozenset[str] = frozenset()
    price_from: int | None = None
    price_to: int | None = None
    full_price: bool = False

    def __post_init__(self) -> None:
        low, high = self.price_from, self.price_to
        if (low is not None and low < 0) or (high is not None and high < (low or 0)):
            raise ValueError(f"Expected a price range that goes up, got {low} to {high}")

    @classmethod
    def of(cls, *skus: str) -> Self:
        """Choose items by their SKU."""
        return cls(skus=frozenset(skus))

    def has(self, item: Item) -> bool:
        """Tell whether the item is chosen, whatever it costs."""
        return (
            (not self.skus or item.sku in self.skus)
            and (not self.categories or not self.categories.isdisjoint(item.categories))
            and (not self.brands or item.brand in self.brands)
            and (not self.suppliers or item.supplier in self.suppliers)
            and item.sku not in self.except_skus
            and self.except_categories.isdisjoint(item.categories)
        )

    def at_price(self, price: int, *, reduced: bool = False, pieces: int = 1) -> bool:
        """Tell whether a pack at this price, adjusted down or not, is within the bounds."""
        return (
            (self.price_from is None or price >= self.price_from * pieces)
            and (self.price_to is None or price <= self.price_to * pieces)
            and not (self.full_price and reduced)
        )


EVERYTHING = Goods()
