"""What a catalogue consists of, as frozen values: products, packs, stock, categories, stores.

How they are written on the wire is ``retail.snapshot``; how they are kept is each side's own
affair. No database, no file and no clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from retail.pricing.rules import Adjustment, FixedPrice
from retail.values import BASIS_POINTS, Gtin, Money, Place

MEASURES = ("g", "ml", "piece", "cm")  # what a size can be counted in
AGE_MAX = 99  # years


class CatalogueError(ValueError):
    """A part of the catalogue is wrong; the message says what was expected and what came."""


@dataclass(frozen=True, slots=True)
class Text:
    """One wording in the two languages; English falls back to Persian where it is missing."""

    fa: str
    en: str = ""

    def __post_init__(self) -> None:
        if not self.fa.strip():
            raise CatalogueError(f"Expected a Persian text, got {self.fa!r}")


@dataclass(frozen=True, slots=True)
class Category:
    """A node of the tree that the shopper browses; ``parent`` is empty for a root."""

    category_id: str
    name: Text
    parent: str = ""
    icon: str = ""  # a name of the icon font


@dataclass(frozen=True, slots=True)
class Store:
    """A branch of the chain."""

    store_id: str
    name: Text
    address: Text | None = None


@dataclass(frozen=True, slots=True)
class Pack:
    """One GTIN of a product: a single piece, or a box of several with its own price.

    ``price`` is empty where the pack costs ``pieces`` times the product's list price.
    """

    gtin: Gtin
    pieces: int = 1
    unit: Text | None = None
    price: Money | None = None

    def __post_init__(self) -> None:
        if self.pieces < 1:
            raise CatalogueError(f"Expected at least 1 piece in a pack, got {self.pieces}")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is in one piece: 10 kg is ``Size(10_000, "g")``."""

    amount: int
    measure: str

    def __post_init__(self) -> None:
        if self.measure not in MEASURES or self.amount < 1:
            raise CatalogueError(
                f"Expected a positive amount in one of {', '.join(MEASURES)}, "
                f"got {self.amount} {self.measure!r}"
            )


@dataclass(frozen=True, slots=True)
class Stock:
    """How many pieces a store had when it last counted; ``counted_at`` is aware UTC."""

    store_id: str
    on_hand: int
    counted_at: datetime


@dataclass(frozen=True, slots=True)
class Product:
    """An item of the retailer, known by its SKU; several GTINs may lead to it.

    ``list_price``, ``offers`` and ``fixed_prices`` are those of the store the snapshot was made
    for; ``place`` is the place there. ``popularity`` is a count of sales or look-ups: more comes
    first. ``offers`` are simple reductions (``retail.reductions``); any other rule is the store's.
    No reduction touches what is not ``reducible``, and no offer goes below ``floor``. Below
    ``age_min`` (years) nobody may buy it.
    """

    sku: str
    name: Text
    category_id: str
    list_price: Money
    packs: tuple[Pack, ...]
    unit: Text
    brand: Text | None = None
    note: Text | None = None
    labels: tuple[Text, ...] = ()
    size: Size | None = None
    picture: str = ""  # name of the picture file, a SHA-256 in hex; empty for none
    vat_basis_points: int = 0
    popularity: int = 0
    stock: tuple[Stock, ...] = ()
    place: Place | None = None
    offers: tuple[Adjustment, ...] = ()
    supplier: str = ""
    floor: Money | None = None
    reducible: bool = True
    age_min: int = 0
    fixed_prices: tuple[FixedPrice, ...] = ()

    def __post_init__(self) -> None:
        if not self.sku or self.sku != self.sku.strip():
            raise CatalogueError(f"Expected a SKU without spaces around it, got {self.sku!r}")
        if self.list_price.minor < 0:
            raise CatalogueError(f"Expected a price of 0 or more, got {self.list_price.minor}")
        if not 0 <= self.vat_basis_points <= BASIS_POINTS:
            raise CatalogueError(f"Expected VAT of 0 to 10000 bp, got {self.vat_basis_points}")
        if self.floor is not None and self.floor.minor < 0:
            raise CatalogueError(f"Expected a floor of 0 or more, got {self.floor.minor}")
        if not 0 <= self.age_min <= AGE_MAX:
            raise CatalogueError(f"Expected an age of 0 to {AGE_MAX} years, got {self.age_min}")

    def stock_in(self, store_id: str) -> Stock | None:
        """Give the count of one store, or none where it was never counted there."""
        return next((stock for stock in self.stock if stock.store_id == store_id), None)

    def pack_price(self, pack: Pack) -> Money:
        """Give what one such pack costs before offers."""
        return pack.price if pack.price is not None else self.list_price * pack.pieces
