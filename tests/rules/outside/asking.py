"""Short words for rules and baskets, so that a case fits on a line of a table.

Amounts are whole numbers of the smallest unit, percentages are written as such: ``pct(12.5)``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any

from retail.basket import Basket, Line
from retail.goods import EVERYTHING, Goods, Item
from retail.pricing.basket_price import quote_basket
from retail.pricing.book import RuleBook, Shop, Shopper, Used
from retail.pricing.off import Amount, Off, Percent, ToPrice
from retail.pricing.quoted import Quote
from retail.pricing.rules import (
    Combine,
    EachOff,
    Limits,
    Needs,
    Offer,
    On,
    Part,
    Rule,
    Scope,
    SetOff,
    Step,
    TogetherOff,
)
from retail.pricing.tag import Tag

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)  # a Thursday
ALONE, BEST, ON_TOP = Combine.EXCLUSIVE, Combine.BEST_OF, Combine.COMPOUNDING
ANY = EVERYTHING


def pct(share: float | str) -> Percent:
    return Percent(int(Decimal(str(share)) * 100))


def less(minor: int) -> Amount:
    return Amount(minor)


def to(minor: int) -> ToPrice:
    return ToPrice(minor)


def of(*skus: str) -> Goods:
    return Goods.of(*skus)


def line(sku: str, price: int, quantity: int = 1, **facts: Any) -> Line:
    """Give a line; ``facts`` are of the item, of the tag or of the line, by their names."""
    of_line = {k: facts.pop(k) for k in ("gift_of", "line_id") if k in facts}
    of_tag = {
        k: facts.pop(k)
        for k in ("gtin", "pieces", "own_price", "grams", "printed", "rules")
        if k in facts
    }
    if "categories" in facts:
        facts["categories"] = frozenset(facts["categories"])
    if "vat" in facts:
        facts["vat_basis_points"] = facts.pop("vat")
    return Line(
        of_line.pop("line_id", 0), Tag(Item(sku, **facts), price, **of_tag), quantity, **of_line
    )


def offer(rule_id: str, benefit: Any, **how: Any) -> Offer:
    """Give an offer; ``how`` are its fields, or those of its scope and limits, by their names."""
    scope = {k: how.pop(k) for k in ("stores", "groups", "window") if k in how}
    for k in ("stores", "groups"):
        if k in scope:
            scope[k] = frozenset(scope[k])
    limits = {
        k: how.pop(k)
        for k in ("per_basket", "per_member", "in_all", "off_max", "budget")
        if k in how
    }
    if "vouchers" in how:
        how["vouchers"] = frozenset(how["vouchers"])
    return Offer(rule_id, benefit, Scope(**scope), limits=Limits(**limits), **how)


def each(off: Off, goods: Goods = ANY, at_least: int = 0, **how: Any) -> EachOff:
    return EachOff(goods, (Step(at_least, off),), **how)


def together(off: Off, goods: Goods = ANY, at_least: int = 0, **how: Any) -> TogetherOff:
    return TogetherOff(goods, (Step(at_least, off),), **how)


def bundle(off: Off, *parts: tuple[Goods, int]) -> SetOff:
    return SetOff(tuple(Part(*part) for part in parts), off)


def cheapest(off: Off, quantity: int, goods: Goods = ANY, count: int = 1) -> SetOff:
    return SetOff((Part(goods, quantity),), off, On.CHEAPEST, count)


def buy_get(off: Off, *parts: tuple[Goods, int]) -> SetOff:
    return SetOff(tuple(Part(*part) for part in parts), off, On.PART)


def need(goods: Goods = ANY, quantity: int = 0, money: int = 0) -> tuple[Needs, ...]:
    return (Needs(goods, quantity, money),)


def basket(lines: Iterable[Line], vouchers: Iterable[str] = ()) -> Basket:
    """Put lines in one after another, as scanned."""
    found = Basket(vouchers=frozenset(vouchers))
    for each_line in lines:
        found = found.add(each_line)
    return found


def ask(
    rules: Iterable[Rule],
    lines: Iterable[Line],
    *,
    at: datetime = NOON,
    groups: Iterable[str] = (),
    vouchers: Iterable[str] = (),
    store: str = "A",
    zone: tzinfo = UTC,
    vat_included: bool = True,
    used: Mapping[str, Used] | None = None,
    stock: Mapping[str, int] | None = None,
) -> Quote:
    """Quote a basket of these lines by these rules."""
    book = RuleBook(rules, Shop(store, zone, "USD", vat_included))
    shopper = Shopper(frozenset(groups))
    return quote_basket(book, basket(lines, vouchers), at, shopper, used=used or {}, stock=stock)


def offs(quote: Quote) -> list[int]:
    """Give what is off each line, in the order of scanning."""
    return [one.amount - one.paid for one in quote.lines]
