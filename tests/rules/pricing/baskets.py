"""Baskets and offers in few words, for the tests of quotes."""

from __future__ import annotations

from datetime import UTC, datetime

from retail.basket import Basket, Line
from retail.goods import EVERYTHING, Goods, Item
from retail.pricing.basket_price import quote_basket
from retail.pricing.book import ANYONE, RuleBook, Shop, Shopper
from retail.pricing.off import Amount, Off, Percent, ToPrice
from retail.pricing.quoted import Quote
from retail.pricing.rules import Combine, EachOff, Offer, On, Part, Rule, SetOff, Step, TogetherOff
from retail.pricing.tag import Tag

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
MEMBER = Shopper(frozenset({"member"}))
__all__ = ["ANYONE", "Amount", "Combine", "Goods", "On", "Percent", "ToPrice"]


def line(
    line_id: int, price: int, quantity: int = 1, sku: str = "", gift_of: str = "", **facts
) -> Line:
    item = Item(sku or f"s{line_id}", **facts)
    return Line(line_id, Tag(item, price), quantity, gift_of)


def basket(*lines: Line | tuple, vouchers: tuple[str, ...] = ()) -> Basket:
    made = tuple(
        each if isinstance(each, Line) else line(n, *each) for n, each in enumerate(lines, 1)
    )
    return Basket(made, frozenset(vouchers), len(made) + 1)


def each(rule_id: str, off: Off, goods: Goods = EVERYTHING, at_least: int = 0, **rest) -> Offer:
    return Offer(rule_id, EachOff(goods, (Step(at_least, off),)), **rest)


def together(rule_id: str, off: Off, goods: Goods = EVERYTHING, at_least: int = 0, **rest) -> Offer:
    return Offer(rule_id, TogetherOff(goods, (Step(at_least, off),)), **rest)


def any_of(
    rule_id: str, quantity: int, off: Off, goods: Goods = EVERYTHING, count: int = 0, **rest
) -> Offer:
    on = On.CHEAPEST if count else On.SET
    return Offer(rule_id, SetOff((Part(goods, quantity),), off, on, count), **rest)


def parts(rule_id: str, off: Off, *goods: tuple[Goods, int], on: On = On.SET, **rest) -> Offer:
    return Offer(rule_id, SetOff(tuple(Part(*each) for each in goods), off, on), **rest)


def quote(
    basket: Basket, *rules: Rule, shopper: Shopper = ANYONE, shop: Shop | None = None, **rest
) -> Quote:
    at = rest.pop("at", NOON)
    return quote_basket(RuleBook(rules, shop or Shop()), basket, at, shopper, **rest)
