"""Rules and prices for the tests of prices, made in few words."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from retail.goods import Item
from retail.pricing.book import RuleBook, Shop, Shopper
from retail.pricing.item_price import price_item
from retail.pricing.quoted import ItemPrice
from retail.pricing.rules import Adjustment, Combine, FixedPrice, Rule, Scope
from retail.pricing.tag import Tag
from retail.pricing.window import Weekly, Window
from retail.values import Gtin

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)  # a Thursday
DAY = timedelta(days=1)
GTIN = Gtin.parse("4006381333931")
BOX = Gtin.parse("14006381333938")
EXCLUSIVE, COMPOUNDING = Combine.EXCLUSIVE, Combine.COMPOUNDING
A, GOLD = frozenset({"A"}), frozenset({"gold"})
BOTH = Window(NOON - DAY, NOON + DAY)
THURSDAYS = Window(weekly=(Weekly(frozenset({3}), time(17), time(20)),))
LATER_START = Window(NOON - DAY / 2)


def fixed(price: int, rule_id: str = "f", *, sku: str = "tea", **more: Any) -> FixedPrice:
    scope = {key: more.pop(key) for key in ("stores", "groups", "window") if key in more}
    return FixedPrice(rule_id, sku, price, scope=Scope(**scope), **more)


def change(by: Any, rule_id: str = "a", **more: Any) -> Adjustment:
    scope = {key: more.pop(key) for key in ("stores", "groups", "window") if key in more}
    return Adjustment(rule_id, by, scope=Scope(**scope), **more)


def priced(
    list_price: int, *rules: Rule, at: datetime = NOON, groups: Any = (), **tag: Any
) -> ItemPrice:
    item = tag.pop("item", None) or Item("tea", frozenset({"food"}))
    book = RuleBook(rules, Shop("A"))
    return price_item(book, Tag(item, list_price, **tag), at, Shopper(frozenset(groups)))
