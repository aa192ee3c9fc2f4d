"""All rules of one store, indexed by what they ask for, so that few are looked at for an item.

It is built once from rules and never changes. A rule stands in the index under the narrowest
thing that it names: SKUs, else suppliers, else brands, else categories, else everything.

Source: docs/pricing.md, section 8.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Generic, TypeVar

from retail.goods import Goods, Item
from retail.pricing.rules import (
    Adjustment,
    EachOff,
    FixedPrice,
    Offer,
    Rule,
    Scope,
    SetOff,
    TogetherOff,
)
from retail.pricing.vouchers import voucher_key
from retail.values import RIAL, Gtin, is_whole

R = TypeVar("R", Adjustment, Offer)
Key = tuple[str, str]  # what of: sku, supplier, brand, category or all; and its name


@dataclass(frozen=True, slots=True)
class Shop:
    """The store that prices are worked out for."""

    store_id: str = ""
    zone: tzinfo = UTC
    currency: str = RIAL
    vat_included: bool = True


@dataclass(frozen=True, slots=True)
class Shopper:
    """Who buys, as far as prices go: the customer groups, of which all members have ``member``."""

    groups: frozenset[str] = frozenset()


ANYONE = Shopper()
MEMBER_GROUP = "member"


@dataclass(frozen=True, slots=True)
class Used:
    """How far an offer was used up before this basket: applications and money.

    ``by_member`` is none where nobody can tell: then there is no member's share.
    """

    by_member: int | None = 0
    in_all: int = 0
    money: int = 0

    def __post_init__(self) -> None:
        told = (self.in_all, self.money, 0 if self.by_member is None else self.by_member)
        if not all(map(is_whole, told)):
            raise ValueError(f"Expected uses of 0 or more, got {told}")


class RuleBook:
    """The rules of a store; those of other stores are left out when it is made."""

    def __init__(self, rules: Iterable[Rule], shop: Shop) -> None:
        self.shop = shop
        self._fixed: dict[tuple[str, Gtin | None], list[FixedPrice]] = defaultdict(list)
        self._adjustments: _Index[Adjustment] = _Index()
        self._offers: _Index[Offer] = _Index()
        self.basket_offers: tuple[Offer, ...] = ()
        self.vouchers: frozenset[str] = frozenset()
        self.limited: tuple[Offer, ...] = ()  # over several baskets, by id
        self._by_voucher: dict[str, list[Offer]] = defaultdict(list)
        self._take(rule for rule in rules if _of_store(rule, shop.store_id))

    def _take(self, rules: Iterable[Rule]) -> None:
        whole: list[Offer] = []
        limited: list[Offer] = []
        vouchers: set[str] = set()
        for rule in sorted(rules, key=lambda rule: rule.rule_id):
            if isinstance(rule, FixedPrice):
                self._fixed[rule.sku, rule.gtin].append(rule)
            elif isinstance(rule, Adjustment):
                self._adjustments.add(rule, (rule.goods,))
            elif (goods := _goods_of(rule)) is None:
                whole.append(rule)
            else:
                self._offers.add(rule, goods)
            if isinstance(rule, Offer):
                limited += [rule] if rule.limits.over_baskets else []
                vouchers |= rule.vouchers
                for key in {voucher_key(voucher) for voucher in rule.vouchers}:
                    self._by_voucher[key].append(rule)
        self.basket_offers, self.limited = tuple(whole), tuple(limited)
        self.vouchers = frozenset(vouchers)

    def fixed_prices(self, sku: str, gtin: Gtin | None) -> tuple[FixedPrice, ...]:
        """Give the fixed prices of a piece, or of the pack that ``gtin`` names, by id."""
        return tuple(self._fixed.get((sku, gtin), ()))

    def adjustments(self, item: Item) -> list[Adjustment]:
        """Give the adjustments whose goods have the item, by id."""
        return [rule for rule in self._adjustments.near(item) if rule.goods.has(item)]

    def offers_near(self, item: Item) -> list[Offer]:
        """Give the offers of goods that name something of the item, by id."""
        return self._offers.near(item)

    def offers(self, items: Iterable[Item]) -> list[Offer]:
        """Give the offers that may be about any of the items, and those about no item, by id."""
        found = {rule.rule_id: rule for item in items for rule in self._offers.near(item)}
        found |= {rule.rule_id: rule for rule in self.basket_offers}
        return [found[rule_id] for rule_id in sorted(found)]

    def with_voucher(self, key: str) -> tuple[Offer, ...]:
        """Give the offers that a voucher opens, by id; it comes folded."""
        return tuple(self._by_voucher.get(key, ()))

    def in_force(self, scope: Scope, at: datetime, shopper: Shopper) -> bool:
        """Tell whether a rule of this scope holds for the shopper here at the instant."""
        shop = self.shop
        return scope.admits(shop.store_id, shopper.groups) and scope.window.covers(at, shop.zone)


class _Index(Generic[R]):
    """Rules under the narrowest things that they name."""

    def __init__(self) -> None:
        self._under: dict[Key, list[R]] = defaultdict(list)

    def add(self, rule: R, goods: Iterable[Goods]) -> None:
        for key in {key for each in goods for key in _keys_of(each)}:
            self._under[key].append(rule)

    def near(self, item: Item) -> list[R]:
        """Give the rules that name something of the item, by id, each once."""
        keys = [("all", ""), ("sku", item.sku), ("supplier", item.supplier), ("brand", item.brand)]
        keys += [("category", category) for category in item.categories]
        lists = [self._under[key] for key in keys if key in self._under]
        if len(lists) == 1:
            return lists[0]
        found = {rule.rule_id: rule for rules in lists for rule in rules}
        return [found[rule_id] for rule_id in sorted(found)]


def _keys_of(goods: Goods) -> Iterator[Key]:
    narrowest: tuple[tuple[str, frozenset[str]], ...] = (
        ("sku", goods.skus),
        ("supplier", goods.suppliers),
        ("brand", goods.brands),
        ("category", goods.categories),
    )
    for kind, names in narrowest:
        if names:
            yield from ((kind, name) for name in names)
            return
    yield ("all", "")


def _goods_of(offer: Offer) -> tuple[Goods, ...] | None:
    """Give what goods an offer asks for or is about; none where it is about any basket."""
    benefit = offer.benefit
    match benefit:
        case EachOff() | TogetherOff():
            return (benefit.goods,)
        case SetOff():
            return tuple(part.goods for part in benefit.parts)
        case _:
            return None


def _of_store(rule: Rule, store_id: str) -> bool:
    return not rule.scope.stores or store_id in rule.scope.stores
