"""What a price is asked for, made of the catalogue: a pack, a weighed piece, a labelled piece.

Whoever knows the tree of categories gives those of the product: its own and all above it.

Source: docs/pricing.md, section 2, "Input", and section 3 for weighed goods.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from retail.catalogue import Pack, Product
from retail.goods import Item
from retail.pricing.off import unit_price
from retail.pricing.rules import FixedPrice
from retail.pricing.tag import Tag
from retail.values import Money

GRAMS_IN_A_KILOGRAM = 1_000


def item_of(product: Product, categories: Iterable[str]) -> Item:
    """Give what rules may know of a product; a brand goes by its Persian name."""
    return Item(
        product.sku,
        frozenset(categories),
        product.brand.fa if product.brand else "",
        product.supplier,
        product.vat_basis_points,
        product.floor.minor if product.floor else 0,
        product.reducible,
    )


def tag_of(product: Product, pack: Pack, categories: Iterable[str]) -> Tag:
    """Give the tag of one pack."""
    return Tag(
        item_of(product, categories),
        product.pack_price(pack).minor,
        pack.gtin,
        pack.pieces,
        own_price=pack.price is not None,
        rules=(*product.fixed_prices, *product.offers),
    )


def weighed_tag(product: Product, pack: Pack, grams: int, categories: Iterable[str]) -> Tag:
    """Give the tag of a piece that was weighed: all its prices are those of a kilogram."""
    item = item_of(product, categories)
    return Tag(
        replace(item, floor=_per_kg(product, item.floor)),
        price_per_kg(product).minor,
        pack.gtin,
        grams=grams,
        rules=(*(_fixed_per_kg(product, rule) for rule in product.fixed_prices), *product.offers),
    )


def printed_tag(product: Product, pack: Pack, price: Money, categories: Iterable[str]) -> Tag:
    """Give the tag of a piece whose price the scale has printed."""
    item, whole = item_of(product, categories), product.list_price.minor
    # it has as much of the floor as of the list price
    floor = item.floor * price.minor // whole if whole else 0
    return Tag(
        replace(item, floor=floor), price.minor, pack.gtin, printed=True, rules=product.offers
    )


def price_per_kg(product: Product) -> Money:
    """Give the price of a kilogram of what is sold by weight; one piece is a kilogram if unsaid."""
    return Money(_per_kg(product, product.list_price.minor), product.list_price.currency)


def _fixed_per_kg(product: Product, rule: FixedPrice) -> FixedPrice:
    return replace(rule, price=_per_kg(product, rule.price))


def _per_kg(product: Product, minor: int) -> int:
    size = product.size
    if size is None or size.measure != "g" or size.amount == GRAMS_IN_A_KILOGRAM:
        return minor
    whole = Money(minor, product.list_price.currency)
    return unit_price(whole, size.amount, GRAMS_IN_A_KILOGRAM).minor
