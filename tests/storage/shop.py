"""A small shop: its categories, branches, and how to make a product of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from retail.catalogue import Category, Pack, Product, Size, Stock, Store, Text
from retail.pricing.rules import FixedPrice, Scope
from retail.pricing.window import Window
from retail.reductions import Reduction
from retail.values import Gtin, Money, Place, check_digit

NOON = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
CATEGORIES = (
    Category("food", Text("خوراکی", "Food"), icon="food"),
    Category("dairy", Text("لبنیات", "Dairy"), parent="food"),
    Category("milk", Text("شیر", "Milk"), parent="dairy"),
    Category("cheese", Text("پنیر", "Cheese"), parent="dairy"),
    Category("sweets", Text("شیرینی و شکلات", "Sweets"), parent="food"),
    Category("toys", Text("اسباب‌بازی", "Toys")),
)
STORES = (
    Store("vanak", Text("ونک", "Vanak"), Text("میدان ونک", "Vanak Square")),
    Store("punak", Text("پونک")),
)


def gtin(number: int) -> Gtin:
    body = f"0626{number:09}"
    return Gtin(f"{body}{check_digit(body)}")


def product(number: int, fa: str, en: str = "", **changes: Any) -> Product:
    fields: dict[str, Any] = {
        "sku": str(number),
        "name": Text(fa, en),
        "category_id": "milk",
        "list_price": Money(500_000, "IRR"),
        "packs": (Pack(gtin(number)),),
        "unit": Text("بسته", "pack"),
        "popularity": 100_000 - number,
    }
    return Product(**fields | changes)


def in_stock(on_hand: int = 5, store: str = "vanak") -> tuple[Stock, ...]:
    return (Stock(store, on_hand, NOON),)


AUTUMN = Reduction(
    "autumn", NOON, NOON + timedelta(days=7), 1_500, False, "هفتهٔ لبنیات", "Dairy week"
)
FULL = product(
    90_001,
    "شیر کم‌چرب ۱ لیتری",
    "Low-fat milk 1 l",
    packs=(
        Pack(gtin(1)),
        Pack(gtin(2), 6, Text("شرینک", "shrink"), Money(2_900_000, "IRR")),
        Pack(gtin(3), 12),
    ),
    brand=Text("کاله", "Kalleh"),
    note=Text("در یخچال نگه دارید", "Keep cold"),
    labels=(Text("ارگانیک", "Organic"), Text("بدون نگهدارنده")),
    size=Size(1_000, "ml"),
    picture="8825e76530f87ff5c737b3254c6936bc0a90bba3a10a91bbba739268208d378a",
    vat_basis_points=900,
    popularity=4_210,
    stock=(Stock("vanak", 24, NOON), Stock("punak", 0, NOON - timedelta(hours=15))),
    place=Place("A3", "2", "4"),
    offers=(
        AUTUMN.on("90001"),
        Reduction("members", NOON, NOON + timedelta(days=9), 500, True, "ویژهٔ اعضا").on("90001"),
    ),
    supplier="kalleh",
    floor=Money(300_000, "IRR"),
    reducible=False,
    age_min=18,
    fixed_prices=(
        FixedPrice("next", "90001", 550_000, scope=Scope(window=Window(NOON + timedelta(days=30)))),
        FixedPrice("case", "90001", 2_800_000, gtin(2), Scope(frozenset({"vanak"})), 1),
    ),
)
BARE = product(90_002, "کبریت", packs=(), category_id="toys", popularity=0)
