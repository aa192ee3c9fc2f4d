"""Goods as rows: the products that a choice of goods has, asked of the database.

It says the same as ``retail.goods.Goods.has``, which a test holds it to; for catalogues too
large to look at each product.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from retail.goods import Goods
from server.catalogue.models import Category, Product


def products_of_goods(goods: Goods) -> QuerySet[Product]:
    """Give the products that are chosen, whatever they cost."""
    rows = Product.objects.all()
    if goods.skus:
        rows = rows.filter(sku__in=goods.skus)
    if goods.categories:
        rows = rows.filter(category__in=below(goods.categories))
    if goods.brands:
        rows = rows.filter(brand_fa__in=goods.brands)
    if goods.suppliers:
        rows = rows.filter(supplier__in=goods.suppliers)
    if goods.except_skus:
        rows = rows.exclude(sku__in=goods.except_skus)
    if goods.except_categories:
        rows = rows.exclude(category__in=below(goods.except_categories))
    return rows


def below(categories: Iterable[str]) -> set[str]:
    """Give categories with all that lie in them."""
    children: dict[str | None, list[str]] = {}
    for pk, parent in Category.objects.values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(pk)
    found, waiting = set(), list(categories)
    while waiting:
        found.add(category := waiting.pop())
        waiting += children.get(category, [])
    return found
