"""The peer of the pricing benchmark: each rule as an expression of the library ``rule-engine``.

It is what one would take in Python to let head office write conditions: a rule is compiled once
and asked of each line. Here it only decides which lines each rule is about; working out the best
total, limits, floors and shares would come on top, so its times are the least that it takes.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Iterable
from typing import Any

from rule_engine import Context, Rule, resolve_item

from retail.goods import Goods
from retail.pricing.rules import (
    Adjustment,
    EachOff,
    FixedPrice,
    Gift,
    Offer,
    Scope,
    SetOff,
    TogetherOff,
)
from retail.pricing.tag import Tag
from tools.bench.offers import NOW, Shopful, price_rules

CONTEXT = Context(resolver=resolve_item)


def expressions(rules: Iterable[FixedPrice | Adjustment | Offer]) -> list[Rule]:
    """Compile one expression for the goods of each rule, or of each part of its set."""
    return [Rule(text, context=CONTEXT) for rule in rules for text in _texts(rule)]


def facts(tag: Tag) -> dict[str, Any]:
    """Give what an expression may ask of a line."""
    item = tag.item
    return {
        "sku": item.sku,
        "brand": item.brand,
        "supplier": item.supplier,
        "categories": sorted(item.categories),
        "member": True,
        "at": NOW,
    }


def matching(rules: list[Rule], tags: Iterable[Tag]) -> int:
    """Ask every rule of every line; give how many hold."""
    lines = [facts(tag) for tag in tags]
    return sum(1 for rule in rules for _ in rule.filter(lines))


def main(offers: int, lines: int, cases: int, prices: int) -> None:
    """Print the median processor milliseconds as JSON: of a basket, and of an item alone."""
    shop = Shopful()
    rules = expressions(shop.offers(offers))
    baskets = [[line.tag for line in shop.basket(lines).lines] for _ in range(cases)]
    found = {"rule-engine, basket": _median(rules, baskets)}
    rules = expressions(price_rules(prices, shop.tags))
    alone = [[shop.random.choice(shop.tags)] for _ in range(cases)]
    print(json.dumps(found | {"rule-engine, item": _median(rules, alone)}))


def _median(rules: list[Rule], cases: Iterable[list[Tag]]) -> float:
    times = []
    for tags in cases:
        start = time.process_time()
        matching(rules, tags)
        times.append((time.process_time() - start) * 1e3)
    return statistics.median(times)


def _texts(rule: FixedPrice | Adjustment | Offer) -> list[str]:
    return [" and ".join([*_goods(goods), *_scope(rule.scope)]) for goods in _all_goods(rule)]


def _all_goods(rule: FixedPrice | Adjustment | Offer) -> list[Goods]:
    if isinstance(rule, FixedPrice):
        return [Goods.of(rule.sku)]
    if isinstance(rule, Adjustment):
        return [rule.goods]
    match rule.benefit:
        case EachOff(goods) | TogetherOff(goods):
            return [goods]
        case SetOff(parts):
            return [part.goods for part in parts]
        case Gift():
            return [need.goods for need in rule.needs]


def _goods(goods: Goods) -> list[str]:
    found = [
        f"{field} in [{', '.join(map(_quoted, sorted(names)))}]"
        for field, names in (
            ("sku", goods.skus),
            ("brand", goods.brands),
            ("supplier", goods.suppliers),
        )
        if names
    ]
    found += [f"{_quoted(name)} in categories" for name in sorted(goods.categories)]
    return found or ["true"]


def _scope(scope: Scope) -> list[str]:
    window = scope.window
    found = ["member"] if scope.groups else []
    if window.starts_at:
        found.append(f'at >= d"{window.starts_at.isoformat()}"')
    if window.ends_at:
        found.append(f'at < d"{window.ends_at.isoformat()}"')
    return found


def _quoted(text: str) -> str:
    return f'"{text}"'


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
