"""A shop's goods, offers, price rules and baskets for the pricing benchmark, all by a seed.

The offers are mixed as a supermarket's leaflet is: most are off each piece of a few items, many
are sets and pieces for nothing over a brand or a shelf, some go over the whole basket; they
overlap on the same goods. Baskets are drawn from the goods that have offers of their own.

Not here: what is measured (``pricing.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Final

from retail.basket import Basket, Line
from retail.goods import EVERYTHING, Goods, Item
from retail.pricing.off import FREE, Amount, Off, Percent, ToPrice
from retail.pricing.rules import (
    Adjustment,
    By,
    Combine,
    EachOff,
    FixedPrice,
    Gift,
    Limits,
    Needs,
    Offer,
    On,
    Part,
    Scope,
    SetOff,
    Step,
    TogetherOff,
)
from retail.pricing.tag import Tag
from retail.pricing.window import Weekly, Window

NOW: Final = datetime(2026, 11, 26, 14, tzinfo=UTC)  # a Thursday, 17:30 in Tehran
DAY: Final = timedelta(days=1)
GOODS: Final = 4_000
THURSDAY: Final = Weekly(frozenset({3, 4}), time(17), time(21))


class Shopful:
    """Goods of one store: their items, list prices and the offers on them."""

    def __init__(self, seed: int = 7, goods: int = GOODS) -> None:
        self.random = Random(seed)
        self.tags = [self._tag(n) for n in range(goods)]
        self.named: list[Tag] = []  # those that an offer names

    def _tag(self, n: int) -> Tag:
        shelf = n // 20  # 20 goods a shelf, 10 shelves a category
        categories = frozenset({f"shelf-{shelf}", f"category-{shelf // 10}"})
        price = self.random.randrange(100, 4_000) * 1_000
        item = Item(
            f"sku-{n:05}",
            categories,
            f"brand-{shelf}-{n % 4}",
            f"supplier-{n % 97}",
            vat_basis_points=1_000,
            floor=price // 2 if n % 5 == 0 else 0,
            reducible=n % 50 != 49,
        )
        return Tag(item, price)

    def offers(self, count: int) -> list[Offer]:
        """Give so many offers that are in force now."""
        return [self._offer(f"offer-{n:05}") for n in range(count)]

    def _offer(self, rule_id: str) -> Offer:
        draw = self.random.random()
        if draw < 0.45:
            benefit = EachOff(self._few(5), (Step(0, self._off()),))
        elif draw < 0.55:
            benefit = EachOff(self._brand(), (Step(2, Percent(1_000)), Step(4, Percent(2_000))))
        elif draw < 0.70:
            benefit = SetOff((Part(self._few(8), 3),), FREE, On.CHEAPEST, 1)
        elif draw < 0.78:
            benefit = SetOff((Part(self._few(4), 2),), ToPrice(self._price(3)))
        elif draw < 0.86:
            benefit = SetOff((Part(self._few(3), 1), Part(self._few(3), 1)), Percent(2_500))
        elif draw < 0.92:
            buy, get = Part(self._few(4), 2), Part(self._few(4), 1)
            benefit = SetOff((buy, get), Percent(5_000), On.PART)
        elif draw < 0.95:
            benefit = EachOff(self._shelf(), (Step(3, Percent(500)),))
        elif draw < 0.98:
            steps = (Step(5_000_000, Percent(300)), Step(20_000_000, Percent(500)))
            benefit = TogetherOff(self._shelf(), steps, By.MONEY)
        elif draw < 0.99:
            benefit = TogetherOff(EVERYTHING, (Step(50_000_000, Amount(1_000_000)),))
        else:
            benefit = Gift((self._one().item.sku,))
        return self._offer_with(rule_id, benefit)

    def _offer_with(self, rule_id: str, benefit: EachOff | TogetherOff | SetOff | Gift) -> Offer:
        draw = self.random
        window = draw.choice([Window(NOW - DAY, NOW + 6 * DAY)] * 3 + [Window(weekly=(THURSDAY,))])
        groups = frozenset({"member"}) if draw.random() < 0.2 else frozenset()
        limits = Limits(per_basket=2) if draw.random() < 0.2 else Limits()
        gift = isinstance(benefit, Gift)
        return Offer(
            rule_id,
            benefit,
            Scope(groups=groups, window=window),
            needs=(Needs(self._shelf(), money=2_000_000),) if gift else (),
            vouchers=frozenset({"AUTUMN"}) if draw.random() < 0.05 else frozenset(),
            priority=draw.choice([0, 0, 0, 5]),
            combine=Combine.COMPOUNDING if draw.random() < 0.1 else Combine.BEST_OF,
            limits=limits,
        )

    def basket(self, lines: int) -> Basket:
        """Give a basket of goods that offers name, and one in five of any goods."""
        goods = self.random.sample(self.named, min(lines, len(self.named)))
        for n in range(0, len(goods), 5):
            goods[n] = self._one()
        while len({tag.item.sku for tag in goods}) < lines:
            goods = [*{tag.item.sku: tag for tag in [*goods, self._one()]}.values()]
        made = (
            Line(n, tag, self.random.choice([1, 1, 1, 2, 2, 3, 4, 6]))
            for n, tag in enumerate(goods[:lines], 1)
        )
        return Basket(tuple(made), frozenset({"autumn"}), lines + 1)

    def _one(self) -> Tag:
        return self.random.choice(self.tags)

    def _few(self, most: int) -> Goods:
        """Choose a few goods of one shelf, so that offers meet on them."""
        start = self.random.randrange(len(self.tags) // 20) * 20
        shelf = [tag for tag in self.tags[start : start + 20] if tag.item.reducible]
        chosen = self.random.sample(shelf, self.random.randint(1, most))
        self.named += chosen
        return Goods.of(*(tag.item.sku for tag in chosen))

    def _brand(self) -> Goods:
        return Goods(brands=frozenset({self._one().item.brand}))

    def _shelf(self) -> Goods:
        shelf = min(self._one().item.categories, key=lambda name: not name.startswith("shelf"))
        return Goods(categories=frozenset({shelf}))

    def _off(self) -> Off:
        draw = self.random
        percent = Percent(draw.choice([500, 1_000, 1_500, 2_000, 3_000]))
        return draw.choice([percent, percent, Amount(draw.randrange(5, 60) * 1_000)])

    def _price(self, of: int) -> int:
        return self.random.randrange(100 * of, 1_500 * of) * 1_000


def price_rules(count: int, tags: list[Tag]) -> Iterator[FixedPrice | Adjustment]:
    """Give so many price rules over the goods: nine fixed prices for each adjustment."""
    random = Random(11)
    for n in range(count):
        tag = tags[n % len(tags)]
        if n % 10:
            starts_at = NOW + DAY * random.randrange(-60, 30)
            scope = Scope(window=Window(starts_at, starts_at + DAY * random.randrange(1, 40)))
            yield FixedPrice(f"price-{n}", tag.item.sku, tag.list_price * 9 // 10, scope=scope)
        elif n % 1_000:
            yield Adjustment(f"move-{n}", Percent(300), Goods.of(tag.item.sku))
        else:
            goods = Goods(suppliers=frozenset({tag.item.supplier}))
            yield Adjustment(f"move-{n}", Percent(200), goods, round_to=500)


def hostile(lines: int = 30, offers: int = 20) -> tuple[Basket, list[Offer]]:
    """Give a basket whose every line is under as many overlapping sets, all of them different."""
    random = Random(13)
    tags = [Tag(Item(f"h-{n:02}"), random.randrange(100, 900) * 1_000 + n) for n in range(lines)]
    basket = Basket(
        tuple(Line(n, tag, random.randint(1, 3)) for n, tag in enumerate(tags, 1)),
        next_id=lines + 1,
    )
    skus = [tag.item.sku for tag in tags]
    rules = []
    for n in range(offers):
        first = Part(Goods.of(*random.sample(skus, lines - n % 3)), 2 + n % 3)
        second = Part(Goods.of(*random.sample(skus, lines - n % 4)), 1)
        benefit = (
            SetOff((first,), FREE, On.CHEAPEST, 1),
            SetOff((first, second), Percent(1_000 + 137 * n)),
            SetOff((first, second), Percent(5_000), On.PART),
            SetOff((first,), ToPrice(first.quantity * 300_000)),
        )[n % 4]
        rules.append(Offer(f"hostile-{n:02}", benefit))
    return basket, rules
