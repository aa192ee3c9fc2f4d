"""Every state of search and browse, the longest texts first, for the gallery and the tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kiosk.examples import LONGEST, MILK, RICE, priced
from kiosk.search.state import Browsing, Narrowing, Searching, State
from retail.catalogue import Category, Text
from retail.values import RIAL, Money

_FOODS = Category("food", Text("خواربار", "Groceries"), icon="basket-outline")
_RICE = Category("rice", Text("برنج و حبوبات", "Rice and pulses"), "food", "rice")
CATEGORIES = (
    _FOODS,
    Category("dairy", Text("لبنیات", "Dairy"), icon="cheese"),
    Category("drinks", Text("نوشیدنی‌های سرد و گرم", "Hot and cold drinks"), icon="cup-water"),
    Category("bread", Text("نان و شیرینی", "Bread and pastry"), icon="bread-slice-outline"),
    Category("fruit", Text("میوه و سبزی", "Fruit and vegetables"), icon="fruit-cherries"),
    Category("meat", Text("گوشت، مرغ و ماهی", "Meat, poultry and fish"), icon="food-drumstick"),
    Category("clean", Text("شوینده و بهداشت خانه", "Cleaning and household"), icon="spray-bottle"),
    Category("care", Text("آرایشی و بهداشتی", "Health and beauty"), icon="lotion-outline"),
    Category("baby", Text("مادر و کودک", "Mother and baby"), icon="baby-carriage"),
    Category("pets", Text("حیوانات خانگی", "Pets"), icon="paw"),
    Category("home", Text("لوازم خانه و آشپزخانه", "Home and kitchen"), icon="pot-steam-outline"),
)
_COUNTS = (412, 96, 133, 58, 77, 64, 145, 208, 91, 23, 160)

HITS = tuple(
    priced(replace(product, sku=f"{product.sku}-{number}"))
    for number, product in enumerate((LONGEST, RICE, MILK, RICE, MILK, RICE))
)


def many(count: int) -> tuple[Searching, State]:
    """Give a search and a category that hold ``count`` products, for measuring lists."""
    products = tuple(
        priced(
            replace(
                (RICE, MILK)[number % 2],
                sku=f"ITEM-{number}",
                name=Text(f"کالای نمونهٔ شمارهٔ {number}", f"Sample item number {number}"),
                list_price=Money(10_000 * (number + 1), RIAL),
                offers=(),
            )
        )
        for number in range(count)
    )
    listed = Browsing((_FOODS, _RICE), products=products, total=count)
    return Searching("کالا", hits=products), listed


EXAMPLES: Mapping[str, State] = {
    "search, longest texts": Searching(
        "چای سیاه شکستهٔ ممتاز بهارهٔ لاهیجان با عطر برگاموت",
        Narrowing(in_stock=True, category_id="drinks", price_max_minor=5_000_000, aisle="12"),
        hits=HITS,
        more=True,
        understood_as="چای سیاه شکسته ممتاز بهاره لاهیجان با عطر طبیعی برگاموت",
        categories=CATEGORIES[:5],
    ),
    "search, start": Searching(),
    "search, hits": Searching("برنج", hits=HITS[1:4], categories=CATEGORIES[:2]),
    "search, corrected": Searching("fvk[", hits=HITS[1:], understood_as="برنج"),
    "search, nothing found": Searching("قطارهای اسباب‌بازی"),
    "browse, all categories": Browsing(
        children=tuple(zip(CATEGORIES, _COUNTS, strict=True)), total=sum(_COUNTS)
    ),
    "browse, category with items": Browsing(
        (_FOODS, _RICE),
        children=((CATEGORIES[2], 12), (CATEGORIES[3], 7)),
        products=HITS,
        total=40,
    ),
    "browse, empty": Browsing((CATEGORIES[9],), total=0),
}
