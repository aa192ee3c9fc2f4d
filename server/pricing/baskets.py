"""Baskets at head office: priced with the rules that a store's kiosks have, or would have.

Source: docs/pricing.md, "At head office".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from retail import catalogue
from retail.basket import Basket, Line
from retail.pricing.book import RuleBook, Shop
from retail.pricing.rules import Adjustment, FixedPrice, Rule
from retail.pricing.tag import Tag
from retail.tags import item_of, tag_of
from retail.values import Gtin
from server.catalogue.models import Category, Product
from server.pricing.rules import published_rules
from server.snapshots.assemble import products_of
from server.stores.models import Store


@dataclass(frozen=True, slots=True)
class Priceable:
    """An item as a store's kiosks know it, with its tags by pack; ``piece`` is one piece's."""

    product: catalogue.Product
    piece: Tag
    packs: Mapping[Gtin, Tag]


def shop_of(store_id: str, *, vat_included: bool | None = None) -> Shop:
    """Give the store as prices are worked out for it; VAT is as it is now, if it is not said."""
    chain = settings.CONFIGURATION.chain
    included = chain.vat_included if vat_included is None else vat_included
    return Shop(store_id, ZoneInfo(chain.zone), chain.currency, included)


def book_of(store_id: str, at: datetime, more: Iterable[Rule] = (), without: str = "") -> RuleBook:
    """Give the rules that a store's kiosks have, but one; ``more`` replace those of their ids."""
    found = published_rules(store_id, at)
    rules = {rule.rule_id: rule for rule in found if rule.rule_id != without}
    rules |= {rule.rule_id: rule for rule in more}
    return RuleBook(rules.values(), shop_of(store_id))


def priceable(skus: Collection[str], store: Store, at: datetime) -> dict[str, Priceable]:
    """Give those of the items that the store sells, by SKU."""
    above = Above()
    keys = list(Product.objects.filter(sku__in=skus).values_list("pk", flat=True))
    currency = settings.CONFIGURATION.chain.currency
    found = (product for _key, product in products_of(keys, store, currency, at))
    return {product.sku: _priceable(product, above) for product in found}


def basket_of(
    wanted: Iterable[tuple[str, int]], items: Mapping[str, Priceable], vouchers: Iterable[str] = ()
) -> Basket:
    """Make a basket of so many pieces of items; raises ``KeyError`` and ``BasketError``."""
    basket = Basket(vouchers=frozenset(vouchers))
    for sku, quantity in wanted:
        basket = basket.add(Line(0, items[sku].piece, quantity))
    return basket


class Above:
    """The tree of categories: of each, itself and all above it."""

    def __init__(self) -> None:
        self._parents = dict(Category.objects.values_list("pk", "parent_id"))

    def of(self, category_id: str) -> Iterator[str]:
        """Give a category and all above it."""
        category: str | None = category_id
        while category is not None:
            yield category
            category = self._parents.get(category)


def _priceable(product: catalogue.Product, above: Above) -> Priceable:
    categories = frozenset(above.of(product.category_id))
    packs = {pack.gtin: tag_of(product, pack, categories) for pack in product.packs}
    piece = next((tag for tag in packs.values() if tag.pieces == 1), None)
    if piece is None:  # an item that no code leads to is typed in by its SKU
        item = item_of(product, categories)
        rules: tuple[FixedPrice | Adjustment, ...] = (*product.fixed_prices, *product.offers)
        piece = Tag(item, product.list_price.minor, rules=rules)
    return Priceable(product, piece, packs)
