"""The catalogue's tables as files: stores, categories, products, places and offers.

A file of products is one that ``server.importing.products`` imports: same columns, same words.
What a store has of a product, its price and stock, is in ``shelves.py``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from server.catalogue.models import Category, Offer, Pack, Place, Product
from server.office.exchange.columns import Column, of_products
from server.office.exchange.resource import TableResource
from server.stores.models import Store


def is_plain(pack: Pack) -> bool:
    """Tell whether a pack is one piece and nothing else: its GTIN stands in a column of its own."""
    return pack.pieces == 1 and pack.price is None and not (pack.unit_fa or pack.unit_en)


def piece_of(product: Product) -> Pack | None:
    """Give the pack whose GTIN stands for one piece of the product."""
    return next(filter(is_plain, product.packs.all()), None)


def gtin_of(product: Product) -> Any:
    """Give the GTIN of one piece."""
    pack = piece_of(product)
    return pack.gtin if pack else None


def _further_packs(product: Product) -> str:
    first = piece_of(product)
    return "|".join(_told(pack) for pack in product.packs.all() if pack != first)


def _told(pack: Pack) -> str:
    price = "" if pack.price is None else pack.price
    told = f"{pack.gtin}:{pack.pieces}:{price}:{pack.unit_fa}:{pack.unit_en}"
    return told.rstrip(":")


def _chain_price(product: Product) -> int | None:
    amounts = (price.amount for price in product.prices.all() if price.store_id is None)
    return next(amounts, None)


def skus_of(products: Iterable[Product]) -> str:
    """Write the SKUs of some products, one after the other."""
    return "|".join(sorted(product.sku for product in products))


class StoreResource(TableResource):
    """The stores."""

    store_id = Column("شناسهٔ فروشگاه", "store id", attribute="store_id")
    name_fa = Column("نام", "name", attribute="name_fa")
    name_en = Column("نام انگلیسی", "English name", attribute="name_en")
    address_fa = Column("نشانی", "address", attribute="address_fa")
    address_en = Column("نشانی انگلیسی", "English address", attribute="address_en")

    class Meta:
        model = Store


class CategoryResource(TableResource):
    """The tree of categories; ``parent`` is the id of the one above."""

    category_id = Column("شناسهٔ دسته", "category id", attribute="category_id")
    name_fa = Column("نام", "name", attribute="name_fa")
    name_en = Column("نام انگلیسی", "English name", attribute="name_en")
    parent = Column("دستهٔ بالاتر", "parent category", attribute="parent_id")
    icon = Column("نشانه", "icon", attribute="icon")
    position = Column("ترتیب", "position", attribute="position")

    class Meta:
        model = Category


class ProductResource(TableResource):
    """The products with their packs and the chain's price, as a product file has them."""

    ahead = ("packs", "prices")
    sku = of_products("sku", attribute="sku")
    name_fa = of_products("name_fa", attribute="name_fa")
    name_en = of_products("name_en", attribute="name_en")
    brand_fa = of_products("brand_fa", attribute="brand_fa")
    brand_en = of_products("brand_en", attribute="brand_en")
    category = of_products("category", attribute="category_id")
    unit_fa = of_products("unit_fa", attribute="unit_fa")
    unit_en = of_products("unit_en", attribute="unit_en")
    size_amount = of_products("size_amount", attribute="size_amount")
    size_measure = of_products("size_measure", attribute="size_measure")
    gtin = of_products("gtin", write=gtin_of)
    pack_gtins = of_products("pack_gtins", write=_further_packs)
    price = of_products("price", write=_chain_price)
    vat_bp = of_products("vat_bp", attribute="vat_basis_points")
    popularity = of_products("popularity", attribute="popularity")
    supplier = of_products("supplier", attribute="supplier")
    floor = of_products("floor", attribute="floor")
    reducible = of_products("reducible", attribute="reducible")
    age_min = of_products("age_min", attribute="age_min")
    note_fa = of_products("note_fa", attribute="note_fa")
    note_en = of_products("note_en", attribute="note_en")
    labels_fa = of_products("labels_fa", attribute="labels_fa")
    labels_en = of_products("labels_en", attribute="labels_en")

    class Meta:
        model = Product


class PlaceResource(TableResource):
    """Where products stand in each store."""

    along, ahead = ("product", "store"), ("product__packs",)
    sku = of_products("sku", attribute="product__sku")
    gtin = of_products("gtin", write=lambda place: gtin_of(place.product))
    name = Column("نام", "name", attribute="product__name_fa")
    store = Column("فروشگاه", "store", attribute="store_id")
    store_name = Column("نام فروشگاه", "store's name", attribute="store__name_fa")
    aisle = Column("راهرو", "aisle", attribute="aisle")
    bay = Column("ستون", "bay", attribute="bay")
    shelf = Column("طبقه", "shelf", attribute="shelf")

    class Meta:
        model = Place


class OfferResource(TableResource):
    """The offers, each with the SKUs that it reduces."""

    along, ahead = ("store",), ("products",)
    offer_id = Column("شناسهٔ تخفیف", "offer id", attribute="offer_id")
    name_fa = Column("نام", "name", attribute="name_fa")
    name_en = Column("نام انگلیسی", "English name", attribute="name_en")
    starts_at = Column("آغاز", "starts at", attribute="starts_at")
    ends_at = Column("پایان", "ends at", attribute="ends_at")
    off_basis_points = Column(
        "کاهش (صدمِ درصد)", "reduction (basis points)", attribute="off_basis_points"
    )
    members_only = Column("ویژهٔ اعضا", "members only", attribute="members_only")
    store = Column("فروشگاه", "store", attribute="store_id")
    store_name = Column("نام فروشگاه", "store's name", attribute="store__name_fa")
    products = Column("کالاها", "products", write=lambda offer: skus_of(offer.products.all()))

    class Meta:
        model = Offer
