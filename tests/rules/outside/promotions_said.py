"""Promotions as feature files tell of them, and the rules of ours that say the same.

A cart promotion is one offer for each of its actions, compounding, at its priority; a catalog promotion
is one adjustment for each. Both are taken in the order in which they were made where priorities are equal.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from retail.goods import Goods
from retail.pricing.book import Used
from retail.pricing.off import Amount, Off, Percent
from retail.pricing.rules import (
    Adjustment,
    Combine,
    EachOff,
    Limits,
    Needs,
    Offer,
    Scope,
    Step,
    TogetherOff,
)
from retail.pricing.window import Window
from tests.rules.outside.said import Coupon, NotSaidError

if TYPE_CHECKING:
    from tests.rules.outside.shop_world import World

DELIVERY = "delivery"  # the category of a delivery fee
ORDER = Goods(except_categories=frozenset({DELIVERY}))  # everything in the cart but its delivery


@dataclass(frozen=True)
class Action:
    """What a promotion takes off: each piece of some goods, or of the order together."""

    off: Off
    goods: Goods = ORDER
    together: bool = False
    channel: str = ""  # the only one that it is for, if it is


@dataclass
class Promotion:
    """A cart promotion: what it takes off, what it asks for, and how far it goes."""

    name: str
    channels: set[str]
    priority: int = 0
    exclusive: bool = False
    full_price_only: bool = False
    actions: list[Action] = field(default_factory=list)
    needs: list[Needs] = field(default_factory=list)
    groups: set[str] = field(default_factory=set)
    coupon_based: bool = False
    coupons: dict[str, Coupon] = field(default_factory=dict)
    starts: datetime | None = None
    ends: datetime | None = None
    in_all: int | None = None
    used_in_all: int = 0

    def rules(self, world: World, place: int) -> list[Offer]:
        """Give its offers, those of its coupons apart; an archived or closed one has none."""
        if not self.channels or (self.coupon_based and not self.coupons):
            return []
        if self.exclusive and len(self.actions) > 1:
            raise NotSaidError("an exclusive promotion that takes off in two ways")
        if len(self.coupons) > 1 and len(world.basket.vouchers) > 1:
            raise NotSaidError("two coupons of one promotion at once")
        return [
            self._offer(nth, action, coupon, place)
            for nth, action in enumerate(self.actions, start=1)
            for coupon in (self.coupons.values() if self.coupon_based else [None])
        ]

    def _offer(self, nth: int, action: Action, coupon: Coupon | None, place: int) -> Offer:
        goods = replace(action.goods, full_price=self.full_price_only)
        kind = TogetherOff if action.together else EachOff
        channels = self.channels & {action.channel} if action.channel else self.channels
        return Offer(
            self._id(place, nth, coupon),
            kind(goods, (Step(0, action.off),)),
            Scope(
                frozenset(channels or {"nowhere"}),
                frozenset(self.groups),
                Window(self.starts, self._end(coupon)),
            ),
            needs=tuple(self.needs),
            vouchers=frozenset({coupon.code}) if coupon else frozenset(),
            priority=self.priority,
            combine=Combine.EXCLUSIVE if self.exclusive else Combine.COMPOUNDING,
            limits=self._limits(action, coupon),
            name_en=self.name,
        )

    def _id(self, place: int, nth: int, coupon: Coupon | None) -> str:
        return f"{place:03}.{nth} {self.name}" + (f" by {coupon.code}" if coupon else "")

    def _end(self, coupon: Coupon | None) -> datetime | None:
        ends = [each for each in (self.ends, coupon.ends if coupon else None) if each is not None]
        return min(ends, default=None)

    def _limits(self, action: Action, coupon: Coupon | None) -> Limits:
        """Give limits, which count orders there; ours count orders where it is off them together."""
        in_all = [n for n in (self.in_all, coupon.in_all if coupon else None) if n is not None]
        per_member = coupon.per_customer if coupon else None
        if (in_all or per_member is not None) and not action.together:
            raise NotSaidError("a limit of orders on what is off each piece: ours counts pieces")
        return Limits(per_member=per_member, in_all=min(in_all, default=None))

    def used(self, world: World, place: int) -> dict[str, Used]:
        """Give how often it was used before, from what was said and from the orders that stand."""
        found = {}
        for nth in range(1, len(self.actions) + 1):
            for coupon in self.coupons.values() if self.coupon_based else [None]:
                mine, all_of_them = _orders_with(world, coupon)
                whole = max(self.used_in_all, coupon.used if coupon else 0, all_of_them)
                found[self._id(place, nth, coupon)] = Used(by_member=mine, in_all=whole)
        return found


def _orders_with(world: World, coupon: Coupon | None) -> tuple[int, int]:
    """Count the orders with a coupon: those of who buys now, and all."""
    if coupon is None:
        return 0, 0
    with_it = [
        order
        for order in world.orders
        if coupon.code in order.coupons and (coupon.counts_cancelled or not order.cancelled)
    ]
    return sum(1 for order in with_it if order.customer == world.customer), len(with_it)


@dataclass
class CatalogPromotion:
    """A promotion of the catalogue: it reduces the price of some goods wherever it is shown."""

    name: str
    channels: set[str]
    priority: int = 0
    exclusive: bool = False
    enabled: bool = True
    percents: list[Percent] = field(default_factory=list)
    amounts: list[tuple[str, Amount]] = field(default_factory=list)
    variants: set[str] = field(default_factory=set)
    products: set[str] = field(default_factory=set)
    taxons: set[str] = field(default_factory=set)
    starts: datetime | None = None
    ends: datetime | None = None

    def rules(self, world: World, place: int) -> list[Adjustment]:
        """Give its adjustments; one that is off, or about nothing, has none."""
        goods = self._goods(world)
        if not self.enabled or not self.channels or goods is None or self._over_before_it_starts():
            return []
        changes: list[tuple[str, Percent | Amount]] = [("", change) for change in self.percents]
        changes += self.amounts
        return [
            Adjustment(
                f"{place:03}.{nth} {self.name}",
                change,
                goods,
                Scope(
                    frozenset(self.channels & {channel} if channel else self.channels),
                    window=Window(self.starts, self.ends),
                ),
                self.priority,
                Combine.EXCLUSIVE if self.exclusive else Combine.COMPOUNDING,
                name_en=self.name,
            )
            for nth, (channel, change) in enumerate(changes, start=1)
            if not channel or channel in self.channels
        ]

    def _over_before_it_starts(self) -> bool:
        return self.starts is not None and self.ends is not None and self.ends <= self.starts

    def skus(self, world: World) -> set[str]:
        """Give the items that it is about as things stand."""
        found = set(self.variants)
        for product, variants in world.products.items():
            tagged = world.product_taxons.get(product, set())
            taxons = set[str]().union(*(world.above(each) for each in tagged))
            if product in self.products or not self.taxons.isdisjoint(taxons):
                found |= {variant.sku for variant in variants}
        return found

    def _goods(self, world: World) -> Goods | None:
        """Give its goods: one kind of name as it is, several as the items that they come to."""
        if self.taxons and not self.variants and not self.products:
            return Goods(categories=frozenset(self.taxons))
        if self.products and not self.variants and not self.taxons:
            return Goods(categories=frozenset(f"of {name}" for name in self.products))
        skus = self.skus(world)
        return Goods(skus=frozenset(skus)) if skus else None


def standing_reductions(world: World) -> list[Adjustment]:
    """Give the reductions from an original price, for items that no catalog promotion is about now."""
    found = []
    taken: set[str] = set()
    for place, catalog in enumerate(world.catalog.values(), start=1):
        for rule in catalog.rules(world, place):
            in_channel = world.channel in rule.scope.stores
            if in_channel and rule.scope.window.covers(world.now, world.shop().zone):
                taken |= catalog.skus(world)
    for variants in world.products.values():
        for variant in variants:
            for channel, original in variant.originals.items():
                less = original - variant.prices.get(channel, original)
                if less > 0 and variant.sku not in taken:
                    found.append(
                        Adjustment(
                            f"000 {variant.sku} in {channel}",
                            Amount(less),
                            Goods.of(variant.sku),
                            Scope(frozenset({channel})),
                        )
                    )
    return found
